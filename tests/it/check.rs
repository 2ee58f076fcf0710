//! What `check` finds. Each case is a small catalog: files under their paths, then the findings.

use fonds::ops::{AliasFile, Checker, Report};
use fonds::record::Archives;
use fonds::record_file::built_in_archives;
use fonds::store::{CatalogFile, Layout};
use std::sync::LazyLock;

fn report(files: &[CatalogFile], aliases: &[AliasFile]) -> Report {
    static ARCHIVES: LazyLock<Archives> = LazyLock::new(built_in_archives);
    let mut checker = Checker::new(Layout::Month, &ARCHIVES);
    checker.check(files);
    checker.finish(aliases)
}

fn alias(path: &str, text: &str) -> AliasFile {
    let old = path.rsplit('/').next().unwrap().parse().unwrap();
    AliasFile { path: path.to_owned(), old, new: text.trim().parse().unwrap() }
}

/// With `FONDS_BLESS` set, the cases are written anew; read them before they are committed.
#[test]
fn catalogs_and_their_findings() {
    let folder = format!("{}/tests/cases/check", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 10);
    for path in paths {
        let case = std::fs::read_to_string(&path).unwrap();
        let (catalog, expected) = case.split_once("--------\n").unwrap();
        let mut files = Vec::new();
        let mut aliases = Vec::new();
        for part in catalog.split("=== ").skip(1) {
            let (name, text) = part.split_once('\n').unwrap();
            let text = unescaped(text);
            match name.starts_with("aliases/") {
                true => aliases.push(alias(name, &text)),
                false => files.push(CatalogFile { path: name.to_owned(), bytes: text.into() }),
            }
        }
        let found = report(&files, &aliases);
        let said: String = found.findings.iter().map(|finding| format!("{finding}\n")).collect();
        if std::env::var_os("FONDS_BLESS").is_some() {
            std::fs::write(&path, format!("{catalog}--------\n{said}")).unwrap();
        } else {
            assert_eq!(said, expected, "{}", path.display());
        }
        for finding in &found.findings {
            assert!(finding.mend.is_some() && finding.place.file.is_some(), "{finding}");
        }
    }
}

/// `\u{...}` in a case is a character.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut into = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('}').unwrap();
        into.push(char::from_u32(u32::from_str_radix(number, 16).unwrap()).unwrap());
        into.push_str(rest);
    }
    into
}

/// Names as they are, in the scripts of their bearers and in Latin letters: none is suspicious.
#[test]
fn no_false_alarm_on_genuine_names() {
    let families = [
        "Иванов",
        "Молотов",
        "Громыко",
        "Ёлкин",
        "Щёголев",
        "Ющенко",
        "Їжакевич",
        "Җәлил",
        "Ќосев",
        "Hồ",
        "Nguyễn",
        "Rákosi",
        "Kádár",
        "Gomułka",
        "Čapek",
        "Šťastný",
        "Ceaușescu",
        "Dönitz",
        "Ørsted",
        "Þórðarson",
        "İnönü",
        "Mao",
        "O’Neill",
        "D'Arcy",
        "Παπαδόπουλος",
        "Βενιζέλος",
        "毛",
        "周",
        "蔣",
        "金",
        "김",
        "박",
        "山本",
        "الناصر",
        "עבדי",
    ];
    let givens = [
        "Иосиф",
        "Вячеслав",
        "Пётр",
        "И. В.",
        "Chí Minh",
        "Mátyás",
        "János",
        "Władysław",
        "Zedong",
        "澤東",
        "恩来",
        "介石",
        "일성",
        "五十六",
        "جمال عبد",
        "דוד",
        "Ιωάννης",
        "Ελευθέριος",
        "José",
        "Zoë",
    ];
    let mut tried = 0;
    for family in families {
        for given in givens {
            let text = format!(
                "format = 1\nid = \"a-b\"\ntitle = \"Letter of {given} {family} (XX съезд, Ил-28, 5a)\"\n\n[[agent]]\nrole = \"author\"\nname = {{ family = \"{family}\", given = \"{given}\" }}\n"
            );
            let file = CatalogFile {
                path: Layout::Month.record_path(&"a-b".parse().unwrap()),
                bytes: text.into(),
            };
            let found = report(&[file], &[]);
            assert_eq!(found.findings, [], "{given} {family}");
            tried += 1;
        }
    }
    assert!(tried >= 500);
}

#[test]
fn findings_as_json() {
    let file = CatalogFile {
        path: "records/1951/08/1951-08-27-x.toml".to_owned(),
        bytes: b"format = 1\nid = \"1951-08-27-x\"\ndate = { sent = \"1951-09-27\" }\n".to_vec(),
    };
    let json = serde_json::to_value(report(&[file], &[])).unwrap();
    insta::assert_json_snapshot!(json, @r#"
    {
      "records": 1,
      "findings": [
        {
          "code": "C010",
          "severity": "warning",
          "message": "the id begins with 1951-08-27, and the document was sent 1951-09-27",
          "mend": "correct the date; or `fonds rename` the record, which leaves an alias",
          "file": "records/1951/08/1951-08-27-x.toml",
          "line": 2,
          "column": 6,
          "field": "id"
        }
      ]
    }
    "#);
}

fn findings_in_title(title: &str) -> Vec<&'static str> {
    let text = format!("format = 1\nid = \"a-b\"\ntitle = \"{title}\"\n");
    let path = Layout::Month.record_path(&"a-b".parse().unwrap());
    let found = report(&[CatalogFile { path, bytes: text.into() }], &[]);
    found.findings.iter().map(|finding| finding.code.name).collect()
}

/// Each word with one of its letters in the look-alike of the other script.
#[test]
fn look_alikes_are_found_in_every_word() {
    let twins = "аaеeоoрpсcхxуyіiјjѕsАAВBЕEКKМMНHОOРPСCТTХX".chars().collect::<Vec<_>>();
    let words = [
        "Stalin",
        "Mao Zedong",
        "Moscow",
        "Beijing",
        "telegram",
        "Kim Il Sung",
        "Archive",
        "copy",
        "Сталин",
        "Москва",
        "телеграмма",
        "Особый сектор",
        "копия",
        "Хрущёв",
        "Микоян",
        "Вышинский",
        "Central Committee",
        "Politburo",
        "Hungary",
        "Express",
        "Ceausescu",
        "Tito",
        "Kosygin",
        "Совет министров",
        "Ворошилов",
        "Каганович",
        "Косыгин",
        "Тито",
        "Архив",
        "Ракоши",
    ];
    let mut pairs = 0;
    for word in words {
        assert_eq!(findings_in_title(word), [""; 0], "{word}");
        for (at, letter) in word.char_indices() {
            let Some(place) = twins.iter().position(|twin| *twin == letter) else { continue };
            let twin = twins[place ^ 1];
            let forged = format!("{}{twin}{}", &word[..at], &word[at + letter.len_utf8()..]);
            assert_eq!(findings_in_title(&forged), ["C015"], "{forged}");
            pairs += 1;
        }
    }
    assert!(pairs > 100, "{pairs}");
}

/// A thousand words with accents: found in two pieces, whole after the mend, and byte for byte as
/// they were where nothing is wrong.
#[test]
fn letters_in_two_pieces_are_found_and_composed() {
    let letters: Vec<char> = "áàâäãåçéèêëíìîïñóòôöõúùûüýčďěňřšťžőűćłńśźżǎǐǒǔ".chars().collect();
    let mut tried = 0;
    for (at, first) in letters.iter().enumerate() {
        for second in letters.iter().cycle().skip(at).take(24) {
            let whole = format!("{first}b{second}");
            let apart: String = whole.chars().flat_map(pieces).collect();
            assert_eq!(findings_in_title(&whole), [""; 0], "{whole}");
            if apart == whole {
                continue;
            }
            assert!(findings_in_title(&apart).contains(&"C017"), "{whole}");
            let text = |title: &str| {
                format!("# {apart}\r\nformat = 1\r\nid = \"a-b\"\r\ntitle = \"{title}\" # x\r\n")
            };
            // A comment is nobody's value: it stays as it is.
            assert_eq!(fonds::ops::fixed(text(&apart).as_bytes()), Some(text(&whole)));
            assert_eq!(fonds::ops::fixed(text(&whole).as_bytes()), None);
            tried += 1;
        }
    }
    assert!(tried >= 1000, "{tried}");
}

fn pieces(letter: char) -> Vec<char> {
    use unicode_normalization::UnicodeNormalization;
    [letter].into_iter().nfd().collect()
}

/// Files of a megabyte that hold as much of one thing as fits: each is done with in a moment.
#[test]
fn hostile_files_take_no_time() {
    let start = std::time::Instant::now();
    let big = |line: &str| line.repeat((1 << 20) / line.len() - 4);
    let texts = [
        (0..80_000).map(|number| format!("k{number} = 1\n")).collect::<String>(),
        big("[[holding]]\narchive = \"APRF\"\n"),
        big("[[holding]]\nid = \"x\"\narchive = \"x\"\n"),
        big("[[evidence]]\nfield = \"evidence.x\"\nsource = \"x\"\n"),
        big("[[relation]]\nkind = \"mentions\"\nrecord = \"x\"\n"),
        big("[[agent]]\nrole = 1\n"),
        format!("language = [{}]", big("\"ru\u{202e}\", ")),
        format!("note = \"{}\"", big("a\u{301} аa ")),
    ];
    for text in texts {
        let text = format!("format = 1\nid = \"a-b\"\n{text}\n");
        let one = std::time::Instant::now();
        let path = Layout::Month.record_path(&"a-b".parse().unwrap());
        let found = report(&[CatalogFile { path, bytes: text.into() }], &[]);
        assert!(found.findings.len() < 1000);
        crate::told(&format!("{:?}, {} findings", one.elapsed(), found.findings.len()));
    }
    // Seconds in a build that is not optimised; minutes where something takes its square.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
