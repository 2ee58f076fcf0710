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

/// Places of archives, in English, German, French, Russian and Chinese, where the names differ.
const PLACES: &[[&str; 5]] = &[
    ["Moscow", "Moskau", "Moscou", "Москва", "莫斯科"],
    ["St. Petersburg", "St. Petersburg", "Saint-Pétersbourg", "Санкт-Петербург", "圣彼得堡"],
    ["Podolsk", "Podolsk", "Podolsk", "Подольск", "波多利斯克"],
    ["Kyiv", "Kyjiw", "Kyiv", "Киев", "基辅"],
    ["Minsk", "Minsk", "Minsk", "Минск", "明斯克"],
    ["Warsaw", "Warschau", "Varsovie", "Варшава", "华沙"],
    ["Prague", "Prag", "Prague", "Прага", "布拉格"],
    ["Budapest", "Budapest", "Budapest", "Будапешт", "布达佩斯"],
    ["Bucharest", "Bukarest", "Bucarest", "Бухарест", "布加勒斯特"],
    ["Sofia", "Sofia", "Sofia", "София", "索非亚"],
    ["Belgrade", "Belgrad", "Belgrade", "Белград", "贝尔格莱德"],
    ["Tirana", "Tirana", "Tirana", "Тирана", "地拉那"],
    ["Vienna", "Wien", "Vienne", "Вена", "维也纳"],
    ["Berlin", "Berlin", "Berlin", "Берлин", "柏林"],
    ["Paris", "Paris", "Paris", "Париж", "巴黎"],
    ["Rome", "Rom", "Rome", "Рим", "罗马"],
    ["Vatican City", "Vatikanstadt", "Cité du Vatican", "Ватикан", "梵蒂冈"],
    ["The Hague", "Den Haag", "La Haye", "Гаага", "海牙"],
    ["Brussels", "Brüssel", "Bruxelles", "Брюссель", "布鲁塞尔"],
    ["Geneva", "Genf", "Genève", "Женева", "日内瓦"],
    ["Copenhagen", "Kopenhagen", "Copenhague", "Копенгаген", "哥本哈根"],
    ["London", "London", "Londres", "Лондон", "伦敦"],
    ["Beijing", "Peking", "Pékin", "Пекин", "北京"],
    ["Taipei", "Taipeh", "Taipei", "Тайбэй", "台北"],
    ["Tokyo", "Tokio", "Tokyo", "Токио", "东京"],
    ["Seoul", "Seoul", "Séoul", "Сеул", "首尔"],
    ["Hanoi", "Hanoi", "Hanoï", "Ханой", "河内"],
    ["Ulaanbaatar", "Ulan-Bator", "Oulan-Bator", "Улан-Батор", "乌兰巴托"],
    ["Jerusalem", "Jerusalem", "Jérusalem", "Иерусалим", "耶路撒冷"],
];

/// The name of the place in the language; `None` when it is not known there.
pub(super) fn place(english: &str, language: &str) -> Option<&'static str> {
    let column = match language {
        "de" => 1,
        "fr" => 2,
        "ru" => 3,
        "zh" => 4,
        _ => return None,
    };
    PLACES.iter().find(|row| row[0] == english).map(|row| row[column])
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
