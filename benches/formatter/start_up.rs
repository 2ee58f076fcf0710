//! The start-up to the first citation with a bundled style, beside a process that does nothing.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::inputs::Input;
use crate::peers::FONDS;

const RUNS: usize = 41;

/// Prints the medians: `true`, `fonds citeproc` for one item, `fonds cite` for one record.
pub fn print(styles: &[String]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let folder = folder.path();
    if let Err(error) = prepare(folder) {
        println!("start-up: skipped ({error})");
        return;
    }
    println!("start-up to the first citation (median of {RUNS} runs, less that of `true`)");
    for style in styles {
        let nothing = || Command::new("true");
        let citeproc = || fonds(folder, &["citeproc", "--style", style, "items.json"]);
        let cite = || fonds(folder, &["cite", "1951-08-27-mao-stalin", "--style", style]);
        // In turns, so that a busy moment strikes all of them.
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..RUNS {
            times[0].push(time(nothing()));
            times[1].push(time(citeproc()));
            times[2].push(time(cite()));
        }
        let [nothing, citeproc, cite] = times.map(|mut times| {
            times.sort_unstable();
            times.get(RUNS / 2).copied().flatten()
        });
        let more = |run: Option<Duration>| match (run, nothing) {
            (Some(run), Some(nothing)) => {
                format!("{:.1} ms", run.saturating_sub(nothing).as_secs_f64() * 1e3)
            }
            _ => "failed".to_owned(),
        };
        println!(
            "  {style:<20} fonds citeproc {:>8}   fonds cite {:>8}",
            more(citeproc),
            more(cite)
        );
    }
}

fn fonds(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(FONDS);
    command.current_dir(folder).args(arguments);
    command
}

/// A file with one item, and a catalog with one record.
fn prepare(folder: &Path) -> Result<(), String> {
    let items = serde_json::Value::from(Input::Archival.items(1)).to_string();
    std::fs::write(folder.join("items.json"), items).map_err(|error| error.to_string())?;
    let say = |mut command: Command| {
        let output = command.output().map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(said) }
    };
    say(fonds(folder, &["init", "."]))?;
    let record = "format = 1\nid = \"1951-08-27-mao-stalin\"\ngenre = \"telegram\"\n\
        title = { text = \"Ciphered Telegram No. 23256\", kind = \"formal\" }\n\
        date = { sent = \"1951-08-27\" }\n\n[[agent]]\nrole = \"sender\"\n\
        name = { family = \"Mao\", given = \"Zedong\", order = \"family-first\" }\n";
    let path = folder.join("records/1951/08");
    std::fs::create_dir_all(&path).map_err(|error| error.to_string())?;
    std::fs::write(path.join("1951-08-27-mao-stalin.toml"), record)
        .map_err(|error| error.to_string())
}

/// How long a run takes; `None` when it fails.
fn time(mut command: Command) -> Option<Duration> {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    status.success().then(|| start.elapsed())
}
