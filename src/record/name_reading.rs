//! The parts of a person's name that was written as one text: `Chen Yun`, `Dr. Ludwig Erhard`,
//! `Н. С. Хрущев`, `v. Kessel`. A citation needs them to turn a name round, to sort it and to
//! shorten it.
//!
//! What is only likely is said to be only likely: nothing here invents parts.

use super::Name;
use super::words::NameOrder;

/// What the words of a name tell of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameReading {
    /// The name in parts.
    pub name: Name,
    /// Ranks, degrees and forms of address before it, which citations leave out: `Dr.`, `Cde.`.
    pub title: Option<String>,
    /// Whether the words can mean nothing else; otherwise a person has to look.
    pub plain: bool,
}

/// The longest text that is read as a name, in bytes.
const LONGEST: usize = 120;

const TITLES: &str = "\
    dr prof professor mr mrs ms miss cde comrade com tov тов товарищ т genosse gen general marshal col \
    colonel lt lieutenant maj major capt captain adm admiral amb ambassador herr frau monsieur mme rev \
    hon senator генерал маршал полковник проф господин г-н ген";
/// Words that names of bodies, offices and groups have, and people's do not.
const NO_PEOPLE: &str = "\
    academy administration agency amt archive archives army assembly association board bureau cabinet \
    central chiefs club command commission committee company conference consulate council court \
    delegation department division embassy federation foreign front government group headquarters \
    institute joint league legation library mission ministry minister museum national nations navy \
    office party people's police politburo premier presidium president republic secretariat secretary \
    section service society soviet staff state trustees union united university zentralkomitee \
    ministerium botschaft ministère ambassade comité министерство посольство комитет цк совет \
    правительство народный отдел партия";
/// Particles that are dropped when the family name stands alone, and those that stay with it.
const DROPPED: &[&str] =
    &["von", "v.", "zu", "zum", "zur", "vom", "von der", "von dem", "af", "фон"];
const KEPT: &[&str] = &[
    "de", "du", "des", "da", "das", "dos", "della", "del", "di", "la", "le", "van", "der", "den",
    "ten", "ter", "de la", "van der", "van den", "van de", "el", "al", "bin", "ibn", "ben",
    "de las", "de los", "ван", "де",
];
const SUFFIXES: &[&str] = &["jr", "jr.", "sr", "sr.", "ii", "iii", "iv"];

/// Family names that stand first: Chinese in pinyin.
const CHINESE: &str = "\
    ai bai bo cai cao chang chen cheng chi cui dai deng ding dong du duan fan fang feng fu gao geng gong \
    gu guan guo han hao he hou hu hua huang ji jia jiang jin kang kong lai lei li liang liao lin liu \
    long lu luo lü ma mao meng mo nie ning niu pan pei peng pu qi qian qiao qin qiu qu rao ren shao shen \
    shi song su sun tan tang tao teng tian tong wan wang wei wen weng wu xi xia xiang xiao xie xing \
    xiong xu xue yan yang yao ye yi yin yu yuan yue zeng zhang zhao zheng zhong zhou zhu zhuang zou zuo \
    ouyang sima zhuge";
const KOREAN: &str = "\
    kim pak park yi lee ri li choe ch'oe ch’oe choi chong chŏng chung jong jeong chang jang cho jo kang \
    han ho heo hwang im lim rim ko kwon nam no roh oh paek baek pang so seo son shin sin song an ahn \
    yang yu yoo ryu yun yoon hong mun moon kwak cha chi o";
const VIETNAMESE: &str = "\
    nguyen nguyễn pham phạm tran trần le lê ho hồ vo võ vu vũ ngo ngô hoang hoàng huynh phan dang đặng \
    do đỗ duong dương bui bùi ly dinh đinh truong trương to tô ung ha hà mai luu lưu cao tu xuan";
const IN_CYRILLIC: &str = "\
    мао чжоу лю линь чжу чэнь дэн гао пэн ван ли чжан кан ян сун цяо у хуан жэнь дун цзян чан ху хэ не \
    ким пак цой нам хо фам ле во тан сяо шэнь юй е яо ло ма го гу вэй лэй бо";
/// Given names of Hungary, where they stand last at home and first abroad.
const HUNGARIAN: &str = "\
    imre jános janos mátyás matyas ferenc györgy gyorgy józsef jozsef istván istvan lászló laszlo sándor \
    sandor károly karoly béla bela gyula ernő zoltán zoltan lajos miklós miklos andrás andras pál tibor \
    gábor gabor dezső antal árpád endre jenő géza geza rezső frigyes kálmán kalman mihály mihaly márton \
    vilmos balázs balazs csaba attila";
/// Given names that stand first: English, German, French, Italian, Slavic in Latin letters.
const GIVEN: &str = "\
    adam adolf alan albert alec alexander aleksandr aleksander aleksei alexei alexis alfred allen alvin \
    anastas andré andrei andrew anna anne anthony anton antonín arthur artur august averell barbara \
    benjamin bernard boris bruno carl carter caspar charles chester christian christopher claude clement \
    cyrus daniel david dean dmitri dmitrii dmitry donald douglas dwight eduard edmund edvard edward \
    edwin eleanor elena elizabeth emil enrico enver erich ernest ernst eugene evgenii felix francis \
    frank franklin franz fred frederick friedrich fritz gary geoffrey georg george georges \
    georgi georgii georgy gerald gerhard gheorghe giovanni giulio grigorii günter gustav guy hans harold \
    harry heinrich heinz helmut henri henry herbert hermann hilary howard hubert hugh ilya ion ivan ivo \
    jacob jacques james jan jane jean jeff jefferson jimmy joachim johann johannes john josef joseph \
    josip józef julius jürgen karl kazimierz klaus klement kliment konrad konstantin kurt lawrence lazar \
    leo leon leonid lev lewis livingston lloyd louis lucius ludvík ludwig lyndon mairin maksim marcel \
    margaret mark martin mary matthew maurice max maxim michael mikhail nancy napoleon nicholas nicolae \
    niels nikita nikola nikolai nikolay norman oleg oliver oskar oswald otto palmiro patrick paul pavel \
    peter petr philip philippe pierre piotr pyotr ralph raymond reinhard rené richard robert roger \
    roland ronald roy rudolf samuel sergei sergey sidney sigmund simon stanisław stefan stephen susan \
    svetlana theodor theodore thomas todor trygve valerian vasil vasilii vasily viktor victor vladimir \
    vladislav vyacheslav viacheslav walter werner wilhelm willi william willy winston władysław wojciech \
    wolfgang woodrow yuri iurii zbigniew никита иосиф вячеслав анастас андрей алексей александр николай \
    владимир иван михаил георгий лаврентий климент борис василий виктор дмитрий константин леонид лев \
    максим павел петр пётр сергей степан федор фёдор юрий яков григорий валериан терентий аполлон";
/// Given names after which two family names follow, as in Spain and Portugal, or one.
const IBERIAN: &str = "\
    antonio carlos ernesto fidel fernando francisco jorge josé jose juan luis manuel miguel osvaldo \
    pedro rafael ramón raúl raul salvador vicente emilio blas joão joao getúlio";

/// Reads the name of a person that was written as one text. `None` where there are no parts: one
/// word, a body, an office, ideographs; and where the text says more than a name.
///
/// ```
/// use fonds::record::{NameOrder, read_name};
/// let chen = read_name("Chen Yun").unwrap();
/// assert_eq!(chen.name.family.as_deref(), Some("Chen"));
/// assert_eq!((chen.name.order, chen.plain), (Some(NameOrder::FamilyFirst), true));
/// let erhard = read_name("Dr. Ludwig Erhard").unwrap();
/// assert_eq!((erhard.name.family.as_deref(), erhard.title.as_deref()), (Some("Erhard"), Some("Dr.")));
/// assert_eq!(read_name("Soviet Foreign Ministry"), None);
/// ```
pub fn read_name(text: &str) -> Option<NameReading> {
    let text = text.trim();
    let sign = |c: char| {
        c.is_ascii_digit() || matches!(c, '(' | ')' | ';' | '/' | '&' | ':' | '"' | '“' | '«')
    };
    if text.is_empty() || text.len() > LONGEST || text.contains(sign) {
        return None;
    }
    // "Cde. Filippov [Stalin]": who is meant stands in the brackets.
    if let Some((printed, meant)) = text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        if !is_person(printed) {
            return None;
        }
        let name = match read_name(meant) {
            Some(reading) => reading.name,
            None if is_word(meant) => Name { family: Some(meant.to_owned()), ..Name::default() },
            None => return None,
        };
        return Some(NameReading { name, title: None, plain: false });
    }
    if let Some((family, given)) = text.split_once(',') {
        let (family, given) = (family.trim(), given.trim());
        let sound = is_person(family) && is_person(given) && !given.contains(',');
        let suffix = SUFFIXES.contains(&given.to_lowercase().as_str());
        let name =
            Name { family: Some(family.into()), given: Some(given.into()), ..Name::default() };
        return (sound && !suffix).then_some(NameReading { name, title: None, plain: true });
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let titles = words.iter().take_while(|word| is_title(word)).count();
    let title = (titles > 0).then(|| words[..titles].join(" "));
    let words = &words[titles..];
    if words.is_empty() || !is_person(&words.join(" ")) {
        return None;
    }
    let (mut name, plain) = parts(words, titles > 0)?;
    if let Some(last) = words.last().filter(|word| SUFFIXES.contains(&word.to_lowercase().as_str()))
    {
        name.suffix = Some((*last).to_owned());
    }
    Some(NameReading { name, title, plain })
}

/// The parts that `words` give, and whether they can mean nothing else. `titled`: ranks stand before.
fn parts(words: &[&str], titled: bool) -> Option<(Name, bool)> {
    let mut words = words.to_vec();
    if words.len() > 2
        && words.last().is_some_and(|w| SUFFIXES.contains(&w.to_lowercase().as_str()))
    {
        words.pop();
    }
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let (first, last) = (lower.first()?.as_str(), lower.last()?.as_str());
    if words.len() == 1 {
        // "Colonel House": in a note the rank stands for the given name.
        let name = Name { family: Some(words[0].to_owned()), ..Name::default() };
        return titled.then_some((name, false));
    }
    let family_first = |plain: bool| Some((in_order(&words, NameOrder::FamilyFirst), plain));
    // "Mao Tse-tung", "Kim Il-sung", and the other way round "Chen-ning Yang".
    let joined = |word: &&str| {
        word.split_once('-').is_some_and(|(_, second)| second.starts_with(char::is_lowercase))
            && is_transcribed(word)
    };
    if words.len() == 2 && (joined(&words[0]) != joined(&words[1])) {
        return match joined(&words[1]) {
            true => family_first(true),
            false => Some((western(&words)?, true)),
        };
    }
    let rest = &lower[1..];
    if is_among(CHINESE, first) && words.len() == 2 && is_pinyin(last) {
        return family_first(!is_among(CHINESE, last));
    }
    let other = is_among(VIETNAMESE, first) || is_among(KOREAN, first);
    if words.len() == 2 && is_among(CHINESE, last) && is_pinyin(first) && !other {
        return Some((western(&words)?, true));
    }
    let short = rest.iter().all(|word| vowel_groups(word) == 1 && word.chars().count() <= 7);
    if short && words.len() == 3 && (is_among(KOREAN, first) || is_among(VIETNAMESE, first)) {
        return family_first(true);
    }
    if short && words.len() == 2 && (is_among(KOREAN, first) || is_among(VIETNAMESE, first)) {
        return family_first(false);
    }
    if is_among(IN_CYRILLIC, first)
        && words.len() <= 3
        && !rest.iter().any(|word| is_patronymic(word))
    {
        return family_first(true);
    }
    if words.len() == 2
        && is_among(HUNGARIAN, last)
        && !is_among(HUNGARIAN, first)
        && !is_among(GIVEN, first)
    {
        return family_first(true);
    }
    // "Хрущев Никита Сергеевич", "Хрущев Н. С.", "Khrushchev N.S."
    let turned = words.len() >= 2
        && words[1..].iter().all(|word| is_initials(word))
        && !is_initials(words[0])
        || words.len() == 3 && is_patronymic(last) && !is_patronymic(&lower[1]);
    if turned {
        let name = Name {
            family: Some(words[0].to_owned()),
            given: Some(words[1..].join(" ")),
            ..Name::default()
        };
        return Some((name, true));
    }
    let name = western(&words)?;
    let initials = is_initials(words[0]);
    let patronymic = words.len() == 3 && is_patronymic(&lower[1]);
    let particle_alone = name.given.is_none();
    let known = is_among(GIVEN, first) || is_among(HUNGARIAN, first);
    let arabic = lower
        .iter()
        .any(|w| matches!(w.as_str(), "abdel" | "abdul" | "abd" | "abu" | "bin" | "ibn"));
    let plain = !arabic
        && (initials
            || patronymic
            || particle_alone
            || known
            || is_among(IBERIAN, first) && words.len() == 2);
    Some((name, plain))
}

/// Given names first, particles, then the family name.
fn western(words: &[&str]) -> Option<Name> {
    let (family, before) = words.split_last()?;
    let particle = |word: &&str| {
        let word = word.to_lowercase();
        word.chars().next().is_some()
            && (DROPPED.contains(&word.as_str()) || KEPT.contains(&word.as_str()))
    };
    let particles = before.iter().rev().take_while(|word| particle(word)).count();
    let (given, particles) = before.split_at(before.len() - particles);
    let particles = particles.join(" ");
    let dropped = DROPPED.iter().any(|known| {
        let lower = particles.to_lowercase();
        lower == *known || lower.starts_with(&format!("{known} "))
    });
    let some = |text: String| (!text.is_empty()).then_some(text);
    Some(Name {
        family: Some((*family).to_owned()),
        given: some(given.join(" ")),
        particle: some(particles.clone()).filter(|_| !dropped),
        dropping_particle: some(particles).filter(|_| dropped),
        ..Name::default()
    })
}

fn in_order(words: &[&str], order: NameOrder) -> Name {
    Name {
        family: words.first().map(|word| (*word).to_owned()),
        given: Some(words[1..].join(" ")),
        order: Some(order),
        ..Name::default()
    }
}

fn is_among(table: &str, word: &str) -> bool {
    table.split(' ').any(|known| known == word)
}

fn is_title(word: &str) -> bool {
    is_among(TITLES, word.to_lowercase().trim_end_matches('.'))
}

fn is_word(text: &str) -> bool {
    text.starts_with(char::is_uppercase) && text.chars().all(|c| c.is_alphabetic() || c == '-')
}

/// Whether the words of `text` can be a person's: capitals and particles, no body, no ideographs.
fn is_person(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let ideograph =
        |c: char| ('\u{2e80}'..='\u{9fff}').contains(&c) || ('\u{ac00}'..='\u{d7a3}').contains(&c);
    !words.is_empty()
        && words.len() <= 6
        && !text.contains(ideograph)
        && words.iter().all(|word| {
            let lower = word.to_lowercase();
            let particle = DROPPED.contains(&lower.as_str()) || KEPT.contains(&lower.as_str());
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            let sign = letters > 3 && word.chars().all(|c| c.is_uppercase());
            (word.starts_with(char::is_uppercase) || particle)
                && !sign
                && !is_among(NO_PEOPLE, lower.as_str())
        })
        && words.last().is_some_and(|word| word.starts_with(char::is_uppercase))
}

/// `N.`, `N.S.`, `Ю. В.` taken apart: letters that each have a full stop.
fn is_initials(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    word.ends_with('.')
        && word.split('.').all(|part| part.chars().count() <= 2)
        && (1..=3).contains(&letters)
}

fn is_patronymic(word: &str) -> bool {
    const ENDS: &[&str] = &[
        "ович", "евич", "ьич", "овна", "евна", "ична", "ovich", "evich", "ievich", "ovna", "evna",
        "ichna",
    ];
    word.chars().count() > 5 && ENDS.iter().any(|end| word.ends_with(end))
}

fn vowel_groups(word: &str) -> usize {
    let vowel = |c: char| {
        use unicode_normalization::UnicodeNormalization;
        std::iter::once(c)
            .nfd()
            .next()
            .is_some_and(|c| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y'))
    };
    let mut groups = 0;
    let mut inside = false;
    for c in word.chars().filter(|c| c.is_alphabetic()) {
        groups += usize::from(vowel(c) && !inside);
        inside = vowel(c);
    }
    groups
}

/// Whether `word` is one or two Chinese syllables in pinyin.
fn is_pinyin(word: &str) -> bool {
    const INITIALS: &[&str] = &[
        "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x",
        "r", "z", "c", "s", "y", "w", "",
    ];
    const FINALS: &[&str] = &[
        "iang", "iong", "uang", "ang", "eng", "ian", "iao", "ing", "ong", "uai", "uan", "üan",
        "ai", "an", "ao", "ei", "en", "er", "ia", "ie", "in", "iu", "ou", "ua", "ue", "ui", "un",
        "uo", "üe", "ün", "a", "e", "i", "o", "u", "ü",
    ];
    fn syllables(rest: &str, left: usize) -> bool {
        if rest.is_empty() {
            return true;
        }
        let rest = rest.trim_start_matches(['\'', '’']);
        left > 0
            && INITIALS.iter().filter_map(|initial| rest.strip_prefix(initial)).any(|after| {
                FINALS
                    .iter()
                    .filter_map(|end| after.strip_prefix(end))
                    .any(|rest| syllables(rest, left - 1))
            })
    }
    !word.is_empty() && word.len() <= 16 && syllables(word, 2)
}

/// Latin letters, hyphens and the apostrophes of aspirated consonants: `Ch’en`.
fn is_transcribed(word: &str) -> bool {
    let cyrillic = |c: char| ('\u{400}'..'\u{530}').contains(&c);
    word.chars().all(|c| c.is_alphabetic() && !cyrillic(c) || matches!(c, '-' | '\'' | '’'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/cases/names.txt`: a text, and the parts it gives.
    #[test]
    fn names_are_read_as_the_cases_say() {
        let cases = include_str!("../../tests/cases/names.txt");
        let mut wrong = Vec::new();
        for line in cases.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (text, want) = line.split_once(" -> ").unwrap();
            let got = match read_name(text) {
                None => "none".to_owned(),
                Some(reading) => {
                    let name = &reading.name;
                    let order = name.order.map(|_| "family first".to_owned());
                    let parts = [
                        ("title", &reading.title),
                        ("family", &name.family),
                        ("given", &name.given),
                        ("particle", &name.particle),
                        ("dropped", &name.dropping_particle),
                        ("suffix", &name.suffix),
                    ];
                    let parts = parts
                        .into_iter()
                        .filter_map(|(key, part)| part.as_ref().map(|part| format!("{key} {part}")))
                        .chain(order)
                        .chain((!reading.plain).then(|| "likely".to_owned()));
                    parts.collect::<Vec<_>>().join("; ")
                }
            };
            if got != want.trim() {
                wrong.push(format!("{text}\n  want {want}\n  got  {got}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    proptest::proptest! {
        /// Whatever is typed: what is read is made of its words, and nothing is lost but titles.
        #[test]
        fn no_word_is_invented(text in "[A-Za-zА-я.,' \\[\\]-]{0,60}") {
            if let Some(reading) = read_name(&text) {
                let name = reading.name;
                let parts = [name.family, name.given, name.particle, name.dropping_particle, name.suffix];
                for part in parts.into_iter().flatten() {
                    for word in part.split(' ') {
                        proptest::prop_assert!(text.contains(word), "{word} in {text}");
                    }
                }
            }
        }
    }
}
