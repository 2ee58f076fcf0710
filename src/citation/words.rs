//! The few words of a citation that stand inside variables, where no locale of CSL reaches.

/// *and*, in the language.
pub(super) fn and(language: &str) -> &'static str {
    match language {
        "ru" => "и",
        "de" => "und",
        "fr" => "et",
        "es" => "y",
        "it" => "e",
        "zh" => "和",
        _ => "and",
    }
}

/// Genres, in English and in the other languages of citations: German, French, Russian, Chinese.
const GENRES: &[[&str; 5]] = &[
    ["telegram", "Telegramm", "télégramme", "телеграмма", "电报"],
    ["ciphered telegram", "Chiffretelegramm", "télégramme chiffré", "шифртелеграмма", "密码电报"],
    ["cable", "Telegramm", "télégramme", "телеграмма", "电报"],
    ["letter", "Brief", "lettre", "письмо", "信"],
    ["memorandum", "Memorandum", "mémorandum", "меморандум", "备忘录"],
    [
        "memorandum of conversation",
        "Gesprächsaufzeichnung",
        "compte rendu d’entretien",
        "запись беседы",
        "会谈记录",
    ],
    ["note", "Note", "note", "записка", "便函"],
    ["report", "Bericht", "rapport", "доклад", "报告"],
    ["minutes", "Protokoll", "procès-verbal", "протокол", "会议记录"],
    ["despatch", "Bericht", "dépêche", "донесение", "公文"],
    ["dispatch", "Bericht", "dépêche", "донесение", "公文"],
    ["map", "Karte", "carte", "карта", "地图"],
    ["photograph", "Fotografie", "photographie", "фотография", "照片"],
    ["diary", "Tagebuch", "journal", "дневник", "日记"],
    ["speech", "Rede", "discours", "речь", "讲话"],
    ["interview", "Interview", "entretien", "интервью", "访谈"],
    ["resolution", "Beschluss", "résolution", "постановление", "决议"],
    ["directive", "Weisung", "directive", "директива", "指示"],
    ["treaty", "Vertrag", "traité", "договор", "条约"],
];

/// The word for a genre in the language; the word itself, when there is none.
pub(super) fn genre<'a>(word: &'a str, language: &str) -> &'a str {
    let column = match language {
        "de" => 1,
        "fr" => 2,
        "ru" => 3,
        "zh" => 4,
        _ => return word,
    };
    let known = GENRES.iter().find(|row| row[0].eq_ignore_ascii_case(word));
    known.map_or(word, |row| row[column])
}
