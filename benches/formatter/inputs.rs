//! What is cited: made-up archival items, the same ones on every run.

use serde_json::{Value, json};

const FAMILIES: [&str; 8] =
    ["Stalin", "Molotov", "Mao", "Zhou", "Acheson", "Kennan", "Gromyko", "Vyshinsky"];
const GIVEN: [&str; 6] = ["Joseph", "Vyacheslav", "Zedong", "Enlai", "Dean", "George F."];

/// A set of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Letters, telegrams, minutes and reports of many people; every tenth has the author and the
    /// year of another.
    Archival,
    /// The same by few people in few years, with few given names: of 50,000, a thousand have one
    /// family name and one year, and each has to be told apart.
    Crowd,
    /// The same, all of one family name and one year, with as many given names as pairs of items.
    OneName,
}

impl Input {
    /// The inputs, by name.
    pub const NAMES: [(&'static str, Input); 3] =
        [("archival", Input::Archival), ("crowd", Input::Crowd), ("one-name", Input::OneName)];

    pub fn named(name: &str) -> Option<Input> {
        Input::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, input)| input)
    }

    pub fn name(self) -> &'static str {
        Input::NAMES.iter().find(|(_, input)| *input == self).map_or("", |(name, _)| name)
    }

    /// The item with this number, as CSL-JSON.
    pub fn item(self, at: usize) -> Value {
        let (family, given, year) = match self {
            Input::Archival => {
                let who = if at % 10 == 9 { at - 1 } else { at };
                let family = format!("{}{}", FAMILIES[who % FAMILIES.len()], who / 37);
                (family, GIVEN[who % GIVEN.len()].to_owned(), 1945 + who % 9)
            }
            Input::Crowd => {
                let given = GIVEN[at / 50 % GIVEN.len()].to_owned();
                (FAMILIES[at % 5].to_owned(), given, 1945 + at / 5 % 10)
            }
            Input::OneName => {
                let given = format!("{} {}", GIVEN[at / 2 % GIVEN.len()], roman_like(at / 2));
                ("Stalin".to_owned(), given, 1950)
            }
        };
        json!({
            "id": format!("record-{at}"),
            "type": (["personal_communication", "manuscript", "report"][at % 3]),
            "genre": (["letter", "telegram", "minutes"][at % 3]),
            "title": format!("Telegram no. {at}: on the question of “mutual assistance” in {}", 1945 + at % 9),
            "author": [{"family": family, "given": given}],
            "recipient": [{"family": "Filippov", "given": "Ivan"}],
            "issued": {"date-parts": [[year, 1 + at % 12, 1 + at % 28]]},
            "archive": "Archive of the President of the Russian Federation",
            "archive-place": "Moscow",
            "archive_location": format!("fond {}, opis 1, delo {}, listy {}–{}", at % 90, at % 400, at, at + 2),
            "number": format!("{at}"),
            "URL": format!("https://archive.example/{at}"),
            "accessed": {"date-parts": [[2024, 5, 6]]}
        })
    }

    /// The first `count` items.
    pub fn items(self, count: usize) -> Vec<Value> {
        (0..count).map(|at| self.item(at)).collect()
    }
}

/// A second given name for each number: capital and small letters.
fn roman_like(mut number: usize) -> String {
    let mut name = String::new();
    loop {
        let letter = (b'a' + (number % 26) as u8) as char;
        name.push(if name.is_empty() { letter.to_ascii_uppercase() } else { letter });
        number /= 26;
        if number == 0 {
            return name;
        }
    }
}
