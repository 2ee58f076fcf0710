//! Where each cite stands: the first of its work, a later one, right after another (ibid), near it.
//!
//! One walk over all cites with a map from work to the notes in which it was met. Citations in the
//! text and citations in notes are two sequences of their own.

use super::cite::{Citation, Mode, Position};
use super::session::CiteInfo;

#[derive(Clone, Copy)]
struct Met {
    first_note: u32,
    last_note: u32,
}

/// A cite's work and place, to compare with the next one.
fn same_place(a: &CiteInfo<'_>, b: &CiteInfo<'_>) -> bool {
    a.cite.locator == b.cite.locator && a.cite.label == b.cite.label
}

/// For each work, the note in which it is cited first.
pub(super) fn first_notes(
    citations: &[Citation],
    order: &[Vec<CiteInfo<'_>>],
    items: usize,
) -> Vec<Option<u32>> {
    let mut first: Vec<Option<u32>> = vec![None; items];
    for (citation, infos) in citations.iter().zip(order).filter(|(each, _)| each.note > 0) {
        for info in infos {
            first[info.item].get_or_insert(citation.note);
        }
    }
    first
}

/// Fills in position, nearness and the number of the first note of all cites. `order` gives for each
/// citation its cites in the order in which they are printed.
pub(super) fn fill(
    citations: &[Citation],
    order: &mut [Vec<CiteInfo<'_>>],
    items: usize,
    near_distance: u32,
    like_reference: bool,
) {
    for in_notes in [false, true] {
        let mut met: Vec<Option<Met>> = vec![None; items];
        // How many cites the current note and the one before hold.
        let mut cites_in_note: (u32, usize) = (0, 0);
        let mut previous: Option<usize> = None;
        let mut before_author_only: Option<usize> = None;
        for at in 0..citations.len() {
            let note = citations[at].note;
            if (note > 0) != in_notes {
                continue;
            }
            if let Some(before) = previous
                && note > 0
                && citations[before].note > note
            {
                // The notes begin anew, as those of another chapter do.
                met.fill(None);
                cites_in_note = (0, 0);
            }
            let in_previous_note = cites_in_note;
            if cites_in_note.0 != note {
                cites_in_note = (note, 0);
            }
            cites_in_note.1 += order[at].len();
            for index in 0..order[at].len() {
                let info = &order[at][index];
                let item = info.item;
                let author_only = citations[at].mode == Mode::AuthorOnly;
                let Some(known) = met[item] else {
                    if !author_only {
                        met[item] = Some(Met { first_note: note, last_note: note });
                    }
                    continue;
                };
                // What stands right before, if it may be referred to by ibid.
                let before: Option<&CiteInfo<'_>> = if index > 0 {
                    Some(&order[at][index - 1])
                } else {
                    previous.and_then(|before| {
                        let (earlier, cites) = (&citations[before], &order[before]);
                        if earlier.note == note && note > 0 {
                            // Another citation in the same note: its last cite.
                            let before = match earlier.mode {
                                Mode::AuthorOnly => before_author_only.unwrap_or(before),
                                _ => before,
                            };
                            order[before].last()
                        } else if note > 0 {
                            let adjoins = earlier.note + 1 >= note;
                            let alone =
                                in_previous_note.0 == earlier.note && in_previous_note.1 == 1;
                            cites.first().filter(|_| adjoins && alone)
                        } else {
                            // In the text: the same note number, 0.
                            let before = match earlier.mode {
                                Mode::AuthorOnly => before_author_only.unwrap_or(before),
                                _ => before,
                            };
                            order[before].last()
                        }
                    })
                };
                let ibid = before.filter(|before| before.item == item).and_then(|before| {
                    // The reference processor looks for the place in the first cite of a cluster.
                    let before = match previous {
                        Some(earlier) if index == 0 && like_reference => {
                            order[earlier].first().unwrap_or(before)
                        }
                        _ => before,
                    };
                    let had = !before.cite.locator.is_empty();
                    let has = !info.cite.locator.is_empty();
                    match (had, has) {
                        (true, false) => None,
                        (false, false) => Some(Position::Ibid),
                        (false, true) => Some(Position::IbidWithLocator),
                        (true, true) if same_place(before, info) => Some(Position::Ibid),
                        (true, true) => Some(Position::IbidWithLocator),
                    }
                });
                let position = match ibid {
                    _ if author_only => Position::First,
                    Some(position) => position,
                    None => Position::Subsequent,
                };
                let near = note == 0 || note.saturating_sub(known.last_note) <= near_distance;
                let info = &mut order[at][index];
                info.position = position;
                info.near_note = position != Position::First && near;
                if known.first_note != note {
                    info.first_note = Some(known.first_note);
                }
                met[item] = Some(Met { last_note: note, ..known });
            }
            if citations[at].mode == Mode::AuthorOnly {
                before_author_only = previous;
            }
            previous = Some(at);
        }
    }
    // A caller who states the position of a cite is believed.
    for info in order.iter_mut().flatten() {
        if let Some(position) = info.cite.position {
            info.position = position;
            info.near_note = info.cite.near_note;
        }
    }
}
