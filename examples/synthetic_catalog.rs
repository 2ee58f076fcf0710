//! Writes a synthetic catalog as a stream for `git fast-import`.
//!
//! ```text
//! git init -q -b main DIR && cd DIR
//! cargo run --release --example synthetic_catalog -- --records 100000 --commits 100000 \
//!     | git fast-import --quiet --done
//! git reset -q --hard
//! ```

#[path = "../benches/synthetic/mod.rs"]
mod synthetic;

use std::io::BufWriter;

fn option(name: &str, default: usize) -> usize {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn main() -> std::io::Result<()> {
    let (records, commits) = (option("--records", 1000), option("--commits", 1000));
    let out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    synthetic::write(out, records, commits, option("--seed", 1) as u64)
}
