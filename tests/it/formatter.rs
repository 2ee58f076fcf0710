//! The formatter as a library: hostile items, many alike, and where cites stand.

use fonds::citation::{
    Date, DateParts, DateVariable, Item, ItemType, LocatorLabel, Name, NameVariable, TextVariable,
};
use fonds::formatter::{Citation, Cite, Options, Processor};
use fonds::style::{Sources, Style, bundled};
use proptest::prelude::*;
use serde_json::json;
use std::collections::HashSet;

fn style(class: &str, body: &str) -> Style {
    let text = format!(
        r#"<style xmlns="http://purl.org/net/xbiblio/csl" class="{class}" version="1.0">
        <locale><terms><term name="ibid">ibid.</term><term name="et-al">et al.</term></terms></locale>
        <macro name="author"><names variable="author"><name form="short" and="symbol" initialize-with="."/></names></macro>
        <macro name="year"><date variable="issued"><date-part name="year"/></date></macro>
        {body}</style>"#
    );
    let (style, problems) =
        Style::compile(&text, None, &Sources { style: &|_| None, locale: &|_| None });
    style.unwrap_or_else(|| panic!("{problems:?}"))
}

const AUTHOR_DATE: &str = r#"<citation disambiguate-add-names="true" disambiguate-add-givenname="true"
    disambiguate-add-year-suffix="true" collapse="year"><layout prefix="(" suffix=")" delimiter="; ">
    <group delimiter=" "><text macro="author"/><text macro="year"/></group></layout></citation>
    <bibliography><sort><key macro="author"/><key macro="year"/><key variable="title"/></sort>
    <layout><group delimiter=". "><text macro="author"/><text macro="year"/><text variable="title"/></group></layout>
    </bibliography>"#;

const NOTES: &str = r#"<citation><layout suffix="." delimiter="; "><choose>
    <if position="ibid-with-locator"><group delimiter=", "><text term="ibid"/><text variable="locator"/></group></if>
    <else-if position="ibid"><text term="ibid"/></else-if>
    <else-if position="subsequent"><group delimiter=", "><text macro="author"/><text value="short"/><text variable="locator"/></group></else-if>
    <else><group delimiter=", "><text macro="author"/><text variable="title"/><text variable="locator"/></group></else>
    </choose></layout></citation>"#;

fn item(id: usize, family: &str, year: i32) -> Item {
    let mut item = Item::new(&format!("i{id}"), ItemType::Book);
    item.set_names(NameVariable::Author, vec![Name::person(family, "Ann")]);
    item.set_text(TextVariable::Title, &format!("Title {id:05}"));
    item.set_date(DateVariable::Issued, Date::day(DateParts { year, month: 0, day: 0 }));
    item
}

#[test]
fn three_thousand_works_of_one_year_get_letters_of_their_own() {
    let style = style("in-text", AUTHOR_DATE);
    let items: Vec<Item> = (0..3000).map(|id| item(id, "Doe", 1950)).collect();
    let citations: Vec<Citation> =
        (0..3000).map(|id| Citation::of(0, [Cite::of(format!("i{id}"))])).collect();
    let formatted = Processor::new(&style).process(&items, &citations, &Options::default());
    assert_eq!(formatted.citations[0], "(Doe 1950a)");
    assert_eq!(formatted.citations[26], "(Doe 1950aa)");
    let different: HashSet<&String> = formatted.citations.iter().collect();
    assert_eq!(different.len(), 3000);
    assert_eq!(formatted.bibliography.len(), 3000);
    assert_eq!(formatted.bibliography[2999].text, "Doe. 1950dkj. Title 02999");
}

#[test]
fn cites_know_where_they_stand() {
    let style = style("note", NOTES);
    let items = [item(0, "Doe", 1950), item(1, "Roe", 1951)];
    let at = |id: &str, page: &str| Cite::of(id).at(LocatorLabel::Page, page);
    let citations = [
        Citation::of(1, [Cite::of("i0")]),
        Citation::of(2, [Cite::of("i0")]),
        Citation::of(3, [at("i0", "7")]),
        Citation::of(4, [at("i0", "7")]),
        Citation::of(5, [Cite::of("i0")]),
        Citation::of(6, [Cite::of("i1"), Cite::of("i1")]),
        Citation::of(7, [Cite::of("i1")]),
        Citation::of(9, [Cite::of("i1")]),
    ];
    let formatted = Processor::new(&style).process(&items, &citations, &Options::default());
    let expected = [
        "Doe, Title 00000.",
        "Ibid.",
        "Ibid., 7.",
        "Ibid.",
        "Doe, short.",
        "Roe, Title 00001; ibid.",
        "Roe, short.",
        "Roe, short.",
    ];
    assert_eq!(formatted.citations, expected);
}

#[test]
fn what_is_wrong_with_one_item_stays_with_it() {
    let style = style("in-text", AUTHOR_DATE);
    let bad = json!({"id": "bad", "type": [], "author": {"family": 1e300}, "issued": {"date-parts": [[[]]]},
        "title": {"a": []}, "page": "\u{0}-\u{202e}--", "note": "{:{:}: :"});
    let mut items: Vec<Item> = Item::from_json(&bad).0.into_iter().collect();
    items.push(item(1, "Doe", 1950));
    let citations = [
        Citation::of(0, [Cite::of("bad")]),
        Citation::of(0, [Cite::of("nobody")]),
        Citation::of(0, [Cite::of("i1")]),
    ];
    let formatted = Processor::new(&style).process(&items, &citations, &Options::default());
    assert_eq!(formatted.citations[2], "(Doe 1950)");
    assert!(formatted.problems.iter().any(|problem| problem.message.contains("`nobody`")));
    assert!(formatted.bibliography.iter().any(|entry| entry.text == "Doe. 1950. Title 00001"));
}

fn loose_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "\\PC{0,12}".prop_map(Into::into),
        "[0-9a-zA-Z ,.&-]{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let key = prop_oneof![
            Just("family"),
            Just("given"),
            Just("literal"),
            Just("date-parts"),
            Just("season"),
            Just("raw"),
            Just("circa"),
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::vec((key, inner), 0..4).prop_map(|pairs| {
                let pairs = pairs.into_iter().map(|(key, value)| (key.to_owned(), value));
                serde_json::Value::Object(pairs.collect())
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is in an item, reading and printing it ends.
    #[test]
    fn no_item_stops_the_formatter(author in loose_json(), issued in loose_json(), title in loose_json(),
        page in loose_json(), locator in "\\PC{0,12}", prefix in "\\PC{0,8}") {
        let json = json!({"id": "x", "type": "book", "author": author, "issued": issued, "title": title,
            "page": page, "note": title, "edition": page});
        let Some(item) = Item::from_json(&json).0 else { return Ok(()) };
        prop_assert_eq!(Item::from_json(&item.to_json()).0, Some(item.clone()));
        let cite = Cite { locator, prefix, ..Cite::of("x") };
        let citations = [Citation::of(1, [cite.clone()]), Citation::of(2, [cite])];
        for (class, body) in [("in-text", AUTHOR_DATE), ("note", NOTES)] {
            let style = style(class, body);
            Processor::new(&style).process(std::slice::from_ref(&item), &citations, &Options::default());
        }
    }
}

/// Works by some forty authors, a few by nobody, many alike, in an order of their own.
fn many_works() -> Vec<Item> {
    (0..1100)
        .map(|id| {
            let who = id * 7919 % 1100;
            let mut item =
                item(id, ["Doe", "Roe", "Poe", "Noe"][who % 4], 1900 + (who / 4 % 5) as i32);
            let given = ["Ann", "Bob", "Cat", "Dan Eve", ""][who / 20 % 5];
            let mut names = vec![Name::person(["Doe", "Roe", "Poe", "Noe"][who % 4], given)];
            if who % 9 == 0 {
                names.push(Name::person("Moe", "Fay"));
            }
            if who % 100 < 13 {
                names.clear();
            }
            item.set_names(NameVariable::Author, names);
            item.set_text(TextVariable::ArchiveLocation, &format!("fond {}, no. {who}", who % 12));
            item
        })
        .collect()
}

#[test]
fn several_threads_print_what_one_prints() {
    let substitutes = ["complete-all", "complete-each", "partial-each", "partial-first"];
    let mut styles: Vec<Style> = substitutes
        .iter()
        .map(|rule| {
            let body = AUTHOR_DATE.replace(
                "<bibliography>",
                &format!(
                    r#"<bibliography subsequent-author-substitute="---" subsequent-author-substitute-rule="{rule}">"#
                ),
            );
            style("in-text", &body)
        })
        .collect();
    styles.push(style("in-text", AUTHOR_DATE));
    styles.push(style("note", NOTES));
    for name in ["chicago-author-date", "ieee"] {
        let sources = Sources { style: &bundled::style, locale: &bundled::locale };
        let text = bundled::style(name).expect(name);
        styles.push(Style::compile(&text, None, &sources).0.expect(name));
    }
    let items = many_works();
    let ids: Vec<&str> = items.iter().map(|item| &*item.id).collect();
    let citations: Vec<Citation> = (1..)
        .zip(ids.windows(3).take(400))
        .map(|(note, ids)| Citation::of(note, ids.iter().step_by(2).map(|id| Cite::of(*id))))
        .collect();
    for style in styles {
        // A style as deep as no real one is run on one thread.
        let deep = Style { depth: 200, ..style.clone() };
        let options = Options { like_reference: true, ..Options::default() };
        let one = Processor::new(&deep).process(&items, &citations, &options);
        let several = Processor::new(&style).process(&items, &citations, &options);
        assert_eq!(one, several, "{}", style.title);
    }
}
