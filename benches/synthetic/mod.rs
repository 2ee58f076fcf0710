//! A synthetic catalog, records and history, as a stream for `git fast-import`: the ground on which
//! fonds is measured. The same numbers give the same bytes.
//!
//! The first commit brings all records. Each later one is the work of one editor on one record: a
//! reference corrected with a reason and evidence, a place or title changed, a holding added, a
//! record renamed (leaving its alias), a comment written by hand, and now and then a merge of two
//! editors' work.

use std::io::Write;

const PLACES: [&str; 8] =
    ["Beijing", "Moscow", "Pyongyang", "Washington", "London", "Berlin", "Budapest", "Warsaw"];
const FAMILIES: [&str; 12] = [
    "Mao", "Stalin", "Kim", "Zhou", "Molotov", "Acheson", "Bevin", "Adenauer", "Rakosi", "Gomulka",
    "Roshchin", "Kovalev",
];
const EDITORS: [&str; 4] = ["Anna Ivanova", "Béla Kovács", "Chen Li", "Dora Smith"];

/// SplitMix64: small, fast, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

/// What changes of a record; its text follows from it.
#[derive(Clone)]
struct State {
    number: usize,
    delo: u32,
    place: usize,
    title_edition: u32,
    renamed: u32,
    comment: u32,
    second_holding: bool,
}

impl State {
    fn date(&self) -> (usize, usize, usize) {
        let day = self.number.wrapping_mul(7919) % (75 * 336);
        (1917 + day / 336, day / 28 % 12 + 1, day % 28 + 1)
    }

    fn id(&self, renamed: u32) -> String {
        let (year, month, day) = self.date();
        let (from, to) = self.people();
        let (from, to) = (from.to_lowercase(), to.to_lowercase());
        let stem = format!("{year}-{month:02}-{day:02}-{from}-{to}-{}", self.number);
        if renamed == 0 { stem } else { format!("{stem}-v{renamed}") }
    }

    fn people(&self) -> (&'static str, &'static str) {
        let from = self.number % FAMILIES.len();
        (FAMILIES[from], FAMILIES[(from + 1 + self.number / 12 % 11) % FAMILIES.len()])
    }

    fn path(&self) -> String {
        let (year, month, _) = self.date();
        format!("records/{year}/{month:02}/{}.toml", self.id(self.renamed))
    }

    /// The file that stands for the id before the last renaming.
    fn alias_path(&self) -> String {
        let (year, month, _) = self.date();
        format!("aliases/{year}/{month:02}/{}", self.id(self.renamed - 1))
    }

    fn text(&self) -> String {
        let (year, month, day) = self.date();
        let (from, to) = self.people();
        let n = self.number;
        let mut text = String::with_capacity(1400);
        if self.comment > 0 {
            text += &format!("# read again in the reading room, {} times\n", self.comment);
        }
        text += &format!("format = 1\nid = \"{}\"\n", self.id(self.renamed));
        if self.renamed > 0 {
            let aliases: Vec<String> =
                (0..self.renamed).map(|r| format!("\"{}\"", self.id(r))).collect();
            text += &format!("aliases = [{}]\n", aliases.join(", "));
        }
        let edition = if self.title_edition > 0 {
            format!(", reading {}", self.title_edition)
        } else {
            String::new()
        };
        text += &format!(
            "genre = \"telegram\"\n\
             title = {{ text = \"Ciphered Telegram No. {n}, {from} to {to}{edition}\", kind = \"formal\" }}\n\
             number = [{{ kind = \"telegram\", value = \"{n}\" }}]\n\
             place = \"{}\"\n\
             date = {{ sent = \"{year}-{month:02}-{day:02}\" }}\n\
             language = [\"ru\"]\n\
             abstract = \"\"\"\n{from} informs {to} of the state of the talks and asks for an answer on point {}. \
             He names the number of troops, the need for supplies, and the wishes of the other side; \
             he leaves the decision open until the next telegram arrives.\"\"\"\n\n\
             [[agent]]\nrole = \"sender\"\nname = {{ family = \"{from}\" }}\n\n\
             [[agent]]\nrole = \"recipient\"\nname = {{ family = \"{to}\" }}\n\n\
             [[holding]]\nid = \"aprf\"\narchive = \"APRF\"\n\
             path = [[\"fond\", \"{}\"], [\"opis\", \"1\"], [\"delo\", \"{}\"], [\"listy\", \"{}-{}\"]]\n",
            PLACES[self.place],
            n % 9 + 1,
            n % 90 + 1,
            self.delo,
            n % 200 + 1,
            n % 200 + 3,
        );
        if self.second_holding {
            text += &format!(
                "\n[[holding]]\nid = \"rgaspi\"\narchive = \"RGASPI\"\n\
                 path = [[\"fond\", \"558\"], [\"opis\", \"11\"], [\"delo\", \"{}\"], [\"listy\", \"{}\"]]\n",
                n % 400 + 1,
                n % 150 + 1,
            );
        }
        text += "\n[[translation]]\nto = \"en\"\nfrom = \"ru\"\ntranslator = [{ family = \"Goldberg\", given = \"Gary\" }]\nmade_from = \"aprf\"\n";
        text
    }
}

struct Stream<W: Write> {
    out: W,
    mark: usize,
    tip: usize,
    second: u64,
}

impl<W: Write> Stream<W> {
    fn data(&mut self, text: &str) -> std::io::Result<()> {
        writeln!(self.out, "data {}\n{text}", text.len())
    }

    /// Begins a commit on the parents and gives its mark.
    fn commit(
        &mut self,
        editor: usize,
        message: &str,
        parents: &[usize],
    ) -> std::io::Result<usize> {
        self.mark += 1;
        self.second += 60;
        let name = EDITORS[editor];
        let email = format!("{}@example.org", name.split(' ').next().unwrap_or("x").to_lowercase());
        let who = format!("{name} <{email}> {} +0000", self.second);
        writeln!(
            self.out,
            "commit refs/heads/main\nmark :{}\nauthor {who}\ncommitter {who}",
            self.mark
        )?;
        self.data(message)?;
        for (at, parent) in parents.iter().enumerate() {
            writeln!(self.out, "{} :{parent}", if at == 0 { "from" } else { "merge" })?;
        }
        Ok(self.mark)
    }

    fn file(&mut self, path: &str, text: &str) -> std::io::Result<()> {
        writeln!(self.out, "M 100644 inline {path}")?;
        self.data(text)
    }

    /// The file of a record that was at `old_path` before.
    fn record(&mut self, state: &State, old_path: &str) -> std::io::Result<()> {
        let path = state.path();
        if path != old_path {
            writeln!(self.out, "D {old_path}")?;
            self.file(&state.alias_path(), &format!("{}\n", state.id(state.renamed)))?;
        }
        self.file(&path, &state.text())
    }
}

/// One editor's change to `state`, with the reason that stands in the commit.
fn change(state: &mut State, random: &mut Random) -> String {
    let evidence = "\n\nEvidence: seen in the reading room";
    match random.below(100) {
        0..40 => {
            let old = state.delo;
            state.delo = random.below(500) as u32 + 1;
            format!("delo {} instead of {old}, as on the cover of the file{evidence}", state.delo)
        }
        40..65 => {
            state.place = random.below(PLACES.len());
            "place of dispatch corrected".to_owned()
        }
        65..85 => {
            state.title_edition += 1;
            format!("title read again{evidence}")
        }
        85..92 => {
            state.second_holding = !state.second_holding;
            "copy in RGASPI".to_owned()
        }
        92..96 => {
            state.renamed += 1;
            "renamed".to_owned()
        }
        _ => {
            state.comment += 1;
            "remark".to_owned()
        }
    }
}

/// Writes the stream of a catalog of `records` records and `commits` commits to `out`.
pub fn write(out: impl Write, records: usize, commits: usize, seed: u64) -> std::io::Result<()> {
    let mut random = Random(seed);
    let mut states: Vec<State> = (0..records)
        .map(|number| State {
            number,
            delo: (number % 400 + 1) as u32,
            place: number % PLACES.len(),
            title_edition: 0,
            renamed: 0,
            comment: 0,
            second_holding: number % 3 == 0,
        })
        .collect();
    let mut stream = Stream { out, mark: 0, tip: 0, second: 1_000_000_000 };
    stream.tip = stream.commit(0, "import of the card index", &[])?;
    stream.file("fonds.toml", "format = 1\ntitle = \"Synthetic catalog\"\n")?;
    for state in &states {
        stream.file(&state.path(), &state.text())?;
    }
    let mut made = 1;
    while made < commits && records > 0 {
        let at = random.below(records);
        let old_path = states[at].path();
        let reason = change(&mut states[at], &mut random);
        let merge = random.below(100) == 0 && made + 3 <= commits;
        let base = stream.tip;
        let first = stream.commit(random.below(EDITORS.len()), &reason, &[base])?;
        stream.record(&states[at], &old_path)?;
        stream.tip = first;
        made += 1;
        let other = random.below(records);
        if merge && other != at {
            let old_path = states[other].path();
            let reason = change(&mut states[other], &mut random);
            let side = stream.commit(random.below(EDITORS.len()), &reason, &[base])?;
            stream.record(&states[other], &old_path)?;
            stream.tip = stream.commit(0, "merge of two editors' work", &[first, side])?;
            stream.record(&states[other], &old_path)?;
            made += 2;
        }
    }
    writeln!(stream.out, "done")?;
    stream.out.flush()
}
