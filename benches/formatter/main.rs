//! The formatter, measured beside its peers in the same run: citations and bibliography of N items in
//! Chicago notes, Chicago author-date, APA and IEEE; how the time grows; the highest memory; and the
//! start-up to the first citation.
//!
//! ```text
//! CITEPROC_JS=~/node_modules cargo bench --bench formatter      # everything: about ten minutes
//! cargo bench --bench formatter -- --items 1000,10000 --styles apa,ieee --peers fonds,hayagriva
//! cargo bench --bench formatter -- --inputs crowd,one-name      # many that look alike
//! cargo bench --bench formatter -- --patience 1800              # lets slow peers come to their end
//! cargo bench --bench formatter -- --start-up                   # that alone
//! ```
//!
//! Peers: hayagriva, as a crate; citeproc-js, when `CITEPROC_JS` names a folder that holds
//! `citeproc` (and node is installed); pandoc, when installed. Each run is a process of its own. A
//! peer is stopped when its patience (`--patience`, in seconds) is over; when it can be foreseen
//! that it would be, it is watched for a moment only, for its memory: `>` says that both figures
//! would be larger. The library, hayagriva and citeproc-js are measured with their items read; as
//! pandoc reads its own, it is compared with the whole program `fonds citeproc`.
//!
//! `×` is how many times as long as ours a peer took. `n^` is the growth from the smallest to the
//! largest number of items.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod inputs;
mod peers;
mod run;
mod start_up;

use std::io::Write;
use std::time::Duration;

use inputs::Input;
use peers::Peer;
use run::{Figures, Ran};

/// The styles, by the name that the bundled ones go by.
const STYLES: [&str; 4] = ["chicago-notes", "chicago-author-date", "apa", "ieee"];
/// For how long a run is watched that would not come to its end.
const GLANCE: Duration = Duration::from_secs(12);
/// Short runs are repeated, and the quickest counts.
const REPEATS: usize = 5;

/// What is asked for.
struct Wanted {
    items: Vec<usize>,
    styles: Vec<String>,
    peers: Vec<Peer>,
    inputs: Vec<Input>,
    patience: Duration,
    start_up_only: bool,
}

impl Wanted {
    fn of(arguments: &[String]) -> Wanted {
        let value = |option: &str| {
            arguments.iter().skip_while(|argument| *argument != option).nth(1).map(String::as_str)
        };
        let list = |option: &str, default: &str| -> Vec<String> {
            value(option).unwrap_or(default).split(',').map(str::to_owned).collect()
        };
        let peers = value("--peers").map(|names| names.split(',').collect::<Vec<_>>());
        Wanted {
            items: list("--items", "1000,10000,50000")
                .iter()
                .filter_map(|count| count.parse().ok())
                .collect(),
            styles: list("--styles", &STYLES.join(",")),
            peers: Peer::ALL
                .into_iter()
                .filter(|peer| peers.as_ref().is_none_or(|names| names.contains(&peer.name())))
                .collect(),
            inputs: list("--inputs", "archival,crowd,one-name")
                .iter()
                .filter_map(|name| Input::named(name))
                .collect(),
            patience: Duration::from_secs(
                value("--patience").and_then(|seconds| seconds.parse().ok()).unwrap_or(60),
            ),
            start_up_only: arguments.iter().any(|argument| argument == "--start-up"),
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [run, who, style, input, count] = &arguments[..]
        && run == "--run"
    {
        let input = Input::named(input).expect("an input");
        return peers::run_here(who, style, input, count.parse().expect("a number"));
    }
    let mut wanted = Wanted::of(&arguments);
    start_up::print(&wanted.styles);
    if wanted.start_up_only {
        return;
    }
    wanted.peers.retain(|peer| match peer.is_here() {
        Ok(()) => true,
        Err(why) => {
            println!("{}: skipped ({why})", peer.name());
            false
        }
    });
    for &input in &wanted.inputs {
        // Peers are measured on the first input; on the others it is about our own growth.
        let peers: Vec<Peer> = wanted
            .peers
            .iter()
            .copied()
            .filter(|peer| peer.is_ours() || input == wanted.inputs[0])
            .collect();
        println!("\n{} items", input.name());
        for style in &wanted.styles {
            println!("  {style}");
            let mut ours: Vec<Vec<Figures>> = Vec::new();
            for &peer in &peers {
                let figures = line(peer, style, input, &wanted, &ours);
                if peer.is_ours() {
                    ours.push(figures);
                }
            }
        }
    }
}

/// Measures a peer with all numbers of items and prints its line. `ours` are the figures of the
/// library and the program.
fn line(
    peer: Peer,
    style: &str,
    input: Input,
    wanted: &Wanted,
    ours: &[Vec<Figures>],
) -> Vec<Figures> {
    let mine = if peer == Peer::Pandoc { ours.last() } else { ours.first() };
    let mut done: Vec<(usize, Figures)> = Vec::new();
    print!("    {:<15}", peer.name());
    let mut stopped = false;
    for (at, &count) in wanted.items.iter().enumerate() {
        let limit = match foreseen(&done, count) {
            _ if stopped => GLANCE.min(wanted.patience),
            Some(time) if time > wanted.patience => GLANCE.min(wanted.patience),
            _ => wanted.patience,
        };
        let limit = if peer.is_ours() { Duration::from_secs(3600) } else { limit };
        let text = match best(peer, style, input, count, limit) {
            Ran::Done(figures) => {
                done.push((count, figures));
                let factor = mine.filter(|_| !peer.is_ours()).and_then(|mine| mine.get(at));
                let factor = factor.map_or(String::new(), |mine| {
                    format!(" ×{:.0}", figures.time.as_secs_f64() / mine.time.as_secs_f64())
                });
                format!("{}{factor}", shown(figures))
            }
            Ran::Stopped(figures) => {
                stopped = true;
                format!("left out (> {})", shown(figures))
            }
            Ran::Failed => "failed".to_owned(),
        };
        print!("  {count:>6}: {text:<26}");
        let _ = std::io::stdout().flush();
    }
    if let [(n, first), .., (m, last)] = done[..] {
        print!(" n^{:.2}", exponent((n, first), (m, last)));
    }
    println!();
    done.into_iter().map(|(_, figures)| figures).collect()
}

/// The quickest of some runs when they are short.
fn best(peer: Peer, style: &str, input: Input, count: usize, limit: Duration) -> Ran {
    let mut best = peer.cite(style, input, count, limit);
    for _ in 1..REPEATS {
        let Ran::Done(figures) = best else { break };
        if figures.time > Duration::from_secs(3) {
            break;
        }
        if let Ran::Done(again) = peer.cite(style, input, count, limit)
            && again.time < figures.time
        {
            best = Ran::Done(again);
        }
    }
    best
}

fn shown(figures: Figures) -> String {
    let seconds = figures.time.as_secs_f64();
    let digits = if seconds < 1.0 { 3 } else { 1 };
    match figures.kib {
        0 => format!("{seconds:.digits$} s"),
        kib => format!("{seconds:.digits$} s {} MiB", kib / 1024),
    }
}

fn exponent((n, first): (usize, Figures), (m, last): (usize, Figures)) -> f64 {
    let times = last.time.as_secs_f64() / first.time.as_secs_f64();
    times.ln() / (m as f64 / n as f64).ln()
}

/// How long the next run would take if the growth went on; at least in proportion.
fn foreseen(done: &[(usize, Figures)], count: usize) -> Option<Duration> {
    let &(last, figures) = done.last()?;
    let growth = match done {
        [.., before, last] => exponent(*before, *last).max(1.0),
        _ => 1.0,
    };
    Some(figures.time.mul_f64((count as f64 / last as f64).powf(growth)))
}
