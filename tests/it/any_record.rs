//! Records of every kind for property tests: whatever a record can hold, nasty texts included.
//!
//! A record is made from a list of bytes, which are thrown like dice; when they run out nothing more
//! is put in. A test that fails is shrunk by taking bytes away, that is fields.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Which texts stand in the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// Words, Latin and Cyrillic.
    Plain,
    /// Everything that means something somewhere: separators, quotation marks, formulas, commands.
    Nasty,
}

/// The JSON of any record `x`.
pub fn any_record(texts: Texts) -> impl Strategy<Value = Value> {
    prop::collection::vec(any::<u8>(), 0..700).prop_map(move |bytes| of_bytes(&bytes, texts))
}

/// The record that `bytes` make.
pub fn of_bytes(bytes: &[u8], texts: Texts) -> Value {
    Dice { bytes: bytes.iter(), texts, made: 0 }.record()
}

struct Dice<'a> {
    bytes: std::slice::Iter<'a, u8>,
    texts: Texts,
    made: usize,
}

const WORDS: &[&str] = &[
    "Telegram",
    "Mao",
    "секретно",
    "Peking",
    "border",
    "Сталин",
    "note",
    "Émile",
    "talks",
    "about",
    "Łódź",
    "毛泽东",
    "the",
    "Office",
];
const NASTY: &[&str] = &[
    "a, b",
    "\"quoted\"",
    "two\nlines",
    "a\ttab",
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "{",
    "}",
    "{x}",
    "100%",
    "A & B",
    "<b>bold</b>",
    "😀",
    "e\u{301}",
    "\u{200f}שלום",
    " | ",
    "k: v",
    "a; b",
    "x and y",
    "\\input{x}",
    "$5_a^b~c#d",
    "[sic]",
    "'",
    "--",
    "``",
    "<?x?>",
    "]]>",
    "# c",
    "@misc{a,",
    "and",
    "...",
    "“curly”",
    "C:\\x",
    "ER  - ",
    "a = b (c)",
    "?",
    "1.",
    "«»",
];
const DATES: &[&str] = &[
    "1951",
    "1951-08",
    "1951-08-27",
    "1951-08-27T01:30",
    "1951~",
    "1951-08?",
    "1951-08-27~",
    "1951/1953",
    "1951-08-01/1951-09-02",
    "1951-08/..",
    "../1951",
    "195X",
    "1951-21",
    "[1951,1952]",
    "-0044",
    "1951%",
    "1951?/1952",
    "1951-XX-27",
    "Y-12000",
];

impl Dice<'_> {
    fn byte(&mut self) -> u8 {
        self.bytes.next().copied().unwrap_or(0)
    }

    /// Whether something is there, more rarely the greater `rarely` is.
    fn is(&mut self, rarely: u8) -> bool {
        let byte = self.byte();
        byte > 0 && byte % rarely == 1 % rarely
    }

    fn one<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[usize::from(self.byte()) % words.len()]
    }

    /// A text, now and then a very long one.
    fn text(&mut self) -> Value {
        let text = self.words();
        match (self.texts, self.byte()) {
            (Texts::Nasty, 1..=12) => json!(format!("{text} ").repeat(120).trim()),
            _ => json!(text),
        }
    }

    fn words(&mut self) -> String {
        let mut words = vec![self.one(WORDS)];
        for _ in 0..self.byte() % 4 {
            let list = if self.texts == Texts::Nasty { NASTY } else { WORDS };
            words.push(self.one(list));
            words.push(self.one(WORDS));
        }
        if self.texts == Texts::Nasty {
            match self.byte() % 16 {
                1..=3 => words.insert(0, self.one(NASTY)),
                4 | 5 => words.push(self.one(NASTY)),
                _ => {}
            }
        }
        words.join(" ").trim().to_owned()
    }

    fn some_words(&mut self, rarely: u8) -> Value {
        if self.is(rarely) { json!(self.words()) } else { Value::Null }
    }

    fn some_text(&mut self, rarely: u8) -> Value {
        if self.is(rarely) { self.text() } else { Value::Null }
    }

    fn some_date(&mut self, rarely: u8) -> Value {
        if self.is(rarely) { json!(self.one(DATES)) } else { Value::Null }
    }

    fn some(&mut self, rarely: u8, words: &[&str]) -> Value {
        if self.is(rarely) { json!(self.one(words)) } else { Value::Null }
    }

    /// A list of at most `most`; nothing when there is none.
    fn list(&mut self, most: u8, mut one: impl FnMut(&mut Self) -> Value) -> Value {
        let count = self.byte() % (most + 1);
        if count == 0 {
            return Value::Null;
        }
        (0..count).map(|_| one(self)).collect()
    }

    fn title(&mut self) -> Value {
        let kind = self.some(2, &["formal", "descriptive", "supplied"]);
        table(&[
            ("text", self.text()),
            ("kind", kind),
            ("language", self.some(4, &["en", "ru", "zh-Hant"])),
            ("short", self.some_text(4)),
        ])
    }

    fn name(&mut self) -> Value {
        match self.byte() % 4 {
            0 => json!(self.words()),
            1 => table(&[("family", json!(self.words())), ("given", json!(self.words()))]),
            2 => table(&[
                ("family", json!(self.words())),
                ("given", json!(self.words())),
                ("order", json!("family-first")),
            ]),
            _ => table(&[
                ("family", json!(self.words())),
                ("given", self.some_words(1)),
                ("particle", self.some(2, &["de", "van der", "Al-"])),
                ("dropping_particle", self.some(3, &["von", "d’"])),
                ("suffix", self.some(3, &["Jr.", "III"])),
                ("language", self.some(5, &["ru", "zh"])),
            ]),
        }
    }

    fn event(&mut self) -> Value {
        let date = self.one(DATES);
        match self.byte() % 4 {
            1 => {
                let calendar = self.some(2, &["julian", "gregorian"]);
                table(&[
                    ("value", json!(date)),
                    ("as_printed", self.text()),
                    ("calendar", calendar),
                ])
            }
            2 => table(&[("value", json!(date)), ("calendar", json!("julian"))]),
            _ => json!(date),
        }
    }

    fn path(&mut self) -> Value {
        let steps: &[&str] = match self.byte() % 4 {
            0 => return Value::Null,
            1 => &["fond", "opis", "delo", "list"],
            2 => &["record-group", "series", "box", "folder"],
            _ => &["collection", "item"],
        };
        let steps = steps.iter().map(|level| {
            let number = self.byte();
            let value = match self.byte() % 8 {
                1 => self.text(),
                2 => json!(format!("{number}-{}", u16::from(number) + 2)),
                3 => json!(format!("0{number}а")),
                _ => json!(number.to_string()),
            };
            if self.is(5) { json!([level, value, self.text()]) } else { json!([level, value]) }
        });
        steps.collect()
    }

    fn holding(&mut self) -> Value {
        let archive = match self.byte() % 5 {
            4 => self.text(),
            _ => json!(self.one(&[
                "APRF",
                "RGASPI",
                "National Archives",
                "AVP RF",
                "Hoover Institution"
            ])),
        };
        let former = self.list(1, |dice| {
            table(&[
                ("archive", dice.some_text(3)),
                ("path", dice.path()),
                ("until", dice.some_date(2)),
                ("reason", dice.some_text(3)),
                ("as_printed", dice.text()),
            ])
        });
        table(&[
            ("archive", archive),
            ("path", self.path()),
            ("copy", self.some(4, &["original", "copy", "microfilm"])),
            ("shelfmark", self.some_text(5)),
            ("rank", self.some(5, &["preferred", "normal", "deprecated"])),
            ("rank_reason", self.some_text(8)),
            ("access", self.some_text(5)),
            ("as_printed", self.some_text(5)),
            ("former", former),
            ("note", self.some_text(5)),
        ])
    }

    fn surrogate(&mut self) -> Value {
        let url = self.some(
            1,
            &[
                "https://example.org/a?b=1&c=%7E",
                "http://archive.example/д/1",
                "https://a.example/x_y#z",
            ],
        );
        // No two of one record are at one address.
        self.made += 1;
        let url = url.as_str().map_or(Value::Null, |url| json!(format!("{url}{}", self.made)));
        table(&[
            ("provider", self.some_text(2)),
            ("title", self.some_text(5)),
            ("kind", self.some(4, &["scan", "microfilm", "transcription"])),
            ("url", url),
            ("record_id", self.some_text(4)),
            ("accessed", self.some_date(3)),
            ("as_printed", self.some_text(6)),
            ("note", self.some_text(6)),
        ])
    }

    fn translation(&mut self) -> Value {
        let translator = self.list(2, Self::name);
        table(&[
            ("to", json!(self.one(&["en", "de", "ru"]))),
            ("from", self.some(3, &["zh", "ru"])),
            ("translator", translator),
            ("for", self.some_text(4)),
            ("title", self.some_text(4)),
            ("date", self.some_date(4)),
            ("as_printed", self.some_text(5)),
            ("rank", self.some(5, &["preferred", "deprecated"])),
            ("rank_reason", self.some_text(8)),
            ("note", self.some_text(6)),
        ])
    }

    fn publication(&mut self) -> Value {
        let (author, editor) = (self.list(1, Self::name), self.list(2, Self::name));
        let (series_editor, translator) = (self.list(1, Self::name), self.list(1, Self::name));
        table(&[
            ("title", self.some_text(1)),
            ("series", self.some_text(3)),
            ("volume_title", self.some_text(4)),
            ("author", author),
            ("editor", editor),
            ("series_editor", if self.is(4) { series_editor } else { Value::Null }),
            ("translator", if self.is(4) { translator } else { Value::Null }),
            ("volume", self.some(2, &["1", "IV"])),
            ("part", self.some(4, &["2", "A"])),
            ("issue", self.some(5, &["3", "7-8"])),
            ("place", self.some_text(3)),
            ("publisher", self.some_text(3)),
            ("date", self.some_date(2)),
            ("pages", self.some(3, &["12", "12-15", "xii, 4"])),
            ("document", self.some(4, &["41", "no. 7"])),
            ("language", self.some(6, &["ru"])),
            ("url", self.some(4, &["https://example.org/book"])),
            ("as_printed", self.some_text(4)),
            ("note", self.some_text(6)),
        ])
    }

    fn agent(&mut self) -> Value {
        let roles = [
            "sender",
            "recipient",
            "author",
            "via",
            "participant",
            "translator",
            "editor",
            "contributor",
        ];
        let form = self.list(1, Self::name);
        table(&[
            ("role", json!(self.one(&roles))),
            ("kind", self.some(4, &["person", "body", "family"])),
            ("name", self.name()),
            ("form", if self.is(4) { form } else { Value::Null }),
            ("position", self.some_text(5)),
            ("as_printed", self.some_text(5)),
        ])
    }

    fn record(&mut self) -> Value {
        let genre = match self.byte() % 6 {
            0 => Value::Null,
            1 | 2 => json!("telegram"),
            3 => json!("letter"),
            4 => json!("memorandum"),
            _ => self.text(),
        };
        let mut date = Map::new();
        for event in ["created", "sent", "received", "declassified", "published_online", "accessed"]
        {
            let rarely = if event == "sent" { 1 } else { 5 };
            if self.is(rarely) {
                date.insert(event.into(), self.event());
            }
        }
        if self.is(6) {
            date.insert("as_printed".into(), self.text());
        }
        let title = if self.is(1) { self.title() } else { Value::Null };
        let agents = self.list(4, Self::agent);
        let holdings = self.list(2, Self::holding);
        table(&[
            ("format", json!(1)),
            ("id", json!("x")),
            ("aliases", if self.is(7) { json!(["old-x"]) } else { Value::Null }),
            ("level", self.some(7, &["item", "file", "series", "collection"])),
            ("genre", genre),
            ("title", title),
            ("original_title", if self.is(4) { self.title() } else { Value::Null }),
            ("transliterated_title", if self.is(5) { self.title() } else { Value::Null }),
            (
                "number",
                self.list(2, |dice| {
                    let kind = dice.some(2, &["telegram", "incoming"]);
                    let value = dice.byte().to_string();
                    table(&[
                        ("kind", kind),
                        ("value", if dice.is(4) { dice.text() } else { json!(value) }),
                    ])
                }),
            ),
            ("place", self.some_text(2)),
            ("date", if date.is_empty() { Value::Null } else { Value::Object(date) }),
            (
                "language",
                match self.byte() % 4 {
                    0 => Value::Null,
                    1 => json!(["ru", "zh"]),
                    2 => json!(["sr-Latn"]),
                    _ => json!(["ru"]),
                },
            ),
            ("classification", self.list(2, Self::text)),
            ("abstract", self.some_text(3)),
            ("rights", self.some_text(4)),
            ("contact", self.some_text(5)),
            ("note", self.some_text(3)),
            (
                "authenticity",
                if self.is(6) {
                    table(&[
                        ("status", json!("disputed")),
                        ("reason", self.some_text(2)),
                        ("source", self.some_text(3)),
                    ])
                } else {
                    Value::Null
                },
            ),
            ("agent", agents),
            (
                "distribution",
                self.list(2, |dice| {
                    let copies = if dice.is(2) { json!(dice.byte()) } else { Value::Null };
                    table(&[("name", dice.name()), ("copies", copies)])
                }),
            ),
            ("holding", holdings),
            ("surrogate", self.list(2, Self::surrogate)),
            ("translation", self.list(2, Self::translation)),
            ("publication", self.list(2, Self::publication)),
            (
                "custody",
                self.list(1, |dice| {
                    table(&[
                        ("event", dice.text()),
                        ("date", dice.some_date(2)),
                        ("from", dice.some_text(2)),
                        ("to", dice.some_text(2)),
                        ("place", dice.some_text(4)),
                        ("as_printed", dice.some_text(3)),
                    ])
                }),
            ),
            (
                "relation",
                self.list(2, |dice| {
                    let kind = json!(dice.one(&["reply-to", "enclosure-of", "same-as"]));
                    match dice.byte() % 2 {
                        0 => table(&[
                            ("kind", kind),
                            ("record", json!("1951-08-27-mao")),
                            ("note", dice.some_text(4)),
                        ]),
                        _ => table(&[("kind", kind), ("text", dice.text())]),
                    }
                }),
            ),
            (
                "foreign_id",
                self.list(2, |dice| {
                    let scheme = json!(dice.one(&["zotero", "doi", "naid", "wilson"]));
                    table(&[("scheme", scheme), ("value", json!(format!("10.1/{}", dice.byte())))])
                }),
            ),
            (
                "alternative",
                self.list(1, |dice| {
                    table(&[
                        ("field", json!("place")),
                        ("value", dice.text()),
                        ("rank", dice.some(2, &["deprecated"])),
                        ("reason", dice.some_text(2)),
                        ("source", dice.some_text(3)),
                    ])
                }),
            ),
            (
                "evidence",
                self.list(1, |dice| {
                    table(&[
                        ("field", dice.some(2, &["place", "date.sent"])),
                        ("source", dice.text()),
                        ("quotation", dice.some_text(2)),
                        ("by", dice.some_text(3)),
                        ("date", dice.some_date(3)),
                        ("note", dice.some_text(3)),
                    ])
                }),
            ),
        ])
    }
}

/// A table of the values that are there.
fn table(fields: &[(&str, Value)]) -> Value {
    let there = fields.iter().filter(|(_, value)| !value.is_null());
    Value::Object(there.map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}
