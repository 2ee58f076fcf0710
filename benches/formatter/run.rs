//! One run: a process of its own, so that the memory is its own, with a limit on its time.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How a run ended.
#[derive(Debug, Clone, Copy)]
pub enum Ran {
    Done(Figures),
    /// It was stopped: it would have taken more than this.
    Stopped(Figures),
    Failed,
}

/// Time and highest memory (0: not known).
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    pub time: Duration,
    pub kib: u64,
}

/// Runs the command. What it says of itself (`SECONDS KIB`, the first words of its output) counts
/// more than what is seen from outside: it leaves out how its input was made.
pub fn run(mut command: Command, input: Option<String>, limit: Duration) -> Ran {
    let start = Instant::now();
    let child = command
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else { return Ran::Failed };
    if let (Some(input), Some(mut pipe)) = (input, child.stdin.take()) {
        // A run that is stopped closes the pipe.
        std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    }
    let output = child.stdout.take().map(|mut pipe| {
        std::thread::spawn(move || {
            // All of it is taken, and the first words are kept.
            let mut said = Vec::new();
            let _ = (&mut pipe).take(200).read_to_end(&mut said);
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
            String::from_utf8_lossy(&said).into_owned()
        })
    });
    let (success, seen) = watch(&mut child, start, limit);
    let said = output.and_then(|reader| reader.join().ok()).unwrap_or_default();
    let mut words = said.split_whitespace();
    let seconds = words.next().and_then(|word| word.parse::<f64>().ok());
    match success {
        Some(true) => Ran::Done(Figures {
            time: seconds.map_or(seen.time, Duration::from_secs_f64),
            kib: seconds.and_then(|_| words.next()?.parse().ok()).unwrap_or(seen.kib),
        }),
        Some(false) => Ran::Failed,
        None => Ran::Stopped(seen),
    }
}

/// Waits for the end, or for the limit; tells whether it ended well, or not at all.
fn watch(child: &mut Child, start: Instant, limit: Duration) -> (Option<bool>, Figures) {
    let status = format!("/proc/{}/status", child.id());
    let mut kib = 0;
    loop {
        match child.try_wait() {
            Ok(None) => {}
            Ok(Some(ended)) => {
                return (Some(ended.success()), Figures { time: start.elapsed(), kib });
            }
            Err(_) => return (Some(false), Figures { time: start.elapsed(), kib }),
        }
        kib = kib.max(high_water_mark(&status));
        if start.elapsed() > limit {
            let figures = Figures { time: start.elapsed(), kib };
            let _ = child.kill();
            let _ = child.wait();
            return (None, figures);
        }
        // Often at first, where runs are short, and without a load on long ones.
        let pause = (start.elapsed() / 100).clamp(Duration::from_micros(200), POLL);
        std::thread::sleep(pause);
    }
}

const POLL: Duration = Duration::from_millis(10);

/// The highest resident memory so far of a process, in KiB; 0 where the system does not tell.
pub fn high_water_mark(status: &str) -> u64 {
    std::fs::read_to_string(status)
        .ok()
        .and_then(|text| {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
            line.trim().split(' ').next()?.parse().ok()
        })
        .unwrap_or(0)
}
