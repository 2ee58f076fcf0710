//! What all commands that change the catalog share: options, and how the answer is told.

use crate::changes::sentence;
use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};
use crate::ops::{Changed, ChangedFile, Request};
use similar::{ChangeTag, TextDiff};

/// Options of every command that changes the catalog.
#[derive(Debug, clap::Args)]
pub(super) struct ChangeOptions {
    /// Why; it is kept with the change for ever
    #[arg(short, long = "reason", value_name = "REASON")]
    message: Option<String>,
    /// What stands behind the change: a source, where it was seen; may be given several times
    #[arg(long, value_name = "TEXT")]
    evidence: Vec<String>,
    /// Only show what would change
    #[arg(long)]
    dry_run: bool,
}

/// The option of commands that give ids to records.
#[derive(Debug, clap::Args)]
pub(super) struct ReuseOption {
    /// Allow an id that belonged to a record that was removed: it is the same document
    #[arg(long)]
    reuse_id: bool,
}

impl ChangeOptions {
    /// The same, for a command that gives ids to records.
    pub(super) fn request_with(&self, session: &mut Session, reuse: &ReuseOption) -> Request {
        Request { reuse_ids: reuse.reuse_id, ..self.request(session) }
    }

    pub(super) fn request(&self, session: &mut Session) -> Request {
        Request {
            reason: self.message.clone(),
            evidence: self.evidence.clone(),
            dry_run: self.dry_run,
            reuse_ids: false,
            circumstances: session.circumstances(),
        }
    }
}

/// Tells what was changed, or would be. `what` is said of it when it was made.
pub(super) fn tell(session: &mut Session, changed: &Changed, dry_run: bool) -> Outcome {
    session.ui.problems(&changed.remarks, &changed.sources);
    if session.json {
        session.ui.json(changed)?;
        return Ok(Ended::Good);
    }
    if changed.files.is_empty() {
        session.ui.say("nothing to change");
        return Ok(Ended::Good);
    }
    for change in changed.changes.iter().filter(|change| !change.is_silent()) {
        session.ui.line(
            Text::new().piece(Label::Id, &change.record).plain(": ").plain(sentence(change)),
        )?;
    }
    if dry_run {
        for file in &changed.files {
            // Of very many files only the paths are known.
            if file.before.is_some() || file.after.is_some() {
                diff(session, file)?;
            }
        }
        session.ui.say("nothing was saved (--dry-run)");
    }
    if let Some(revision) = changed.revision {
        session.ui.say(format!("saved as revision {}", revision.short()));
    }
    Ok(Ended::Good)
}

/// Prints the difference of a file's texts, as git does.
fn diff(session: &mut Session, file: &ChangedFile) -> std::io::Result<()> {
    let name = |side: &str, text: &Option<String>| match text {
        Some(_) => format!("{side}/{}", file.path),
        None => "/dev/null".to_owned(),
    };
    session
        .ui
        .line(Text::new().piece(Label::Heading, format!("--- {}", name("a", &file.before))))?;
    session
        .ui
        .line(Text::new().piece(Label::Heading, format!("+++ {}", name("b", &file.after))))?;
    let (before, after) =
        (file.before.as_deref().unwrap_or_default(), file.after.as_deref().unwrap_or_default());
    let difference = TextDiff::from_lines(before, after);
    for hunk in difference.unified_diff().context_radius(3).iter_hunks() {
        session.ui.line(Text::new().piece(Label::Faint, hunk.header().to_string()))?;
        for change in hunk.iter_changes() {
            let (sign, label) = match change.tag() {
                ChangeTag::Delete => ('-', Label::Old),
                ChangeTag::Insert => ('+', Label::New),
                ChangeTag::Equal => (' ', Label::Plain),
            };
            let text = change.value().trim_end_matches('\n').trim_end_matches('\r');
            session.ui.line(Text::new().piece(label, format!("{sign}{text}")))?;
        }
    }
    Ok(())
}
