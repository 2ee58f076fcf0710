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

/// The place where a document was written, named in `language`: from the English name, or from one
/// in another script. Names that the record writes otherwise (*Peiping*, *Léopoldville*) are of their
/// time, and stay.
pub(super) fn place_of_writing(recorded: &str, language: &str) -> Option<&'static str> {
    let row =
        PLACES.iter().chain(CAPITALS).find(|row| [row[0], row[3], row[4]].contains(&recorded))?;
    let column = match language {
        "de" => 1,
        "fr" => 2,
        "ru" => 3,
        "zh" => 4,
        // Japanese writes most of these places as Chinese does.
        "ja" => return None,
        _ => 0,
    };
    Some(row[column])
}

/// Places from which documents are sent, beside those of archives.
const CAPITALS: &[[&str; 5]] = &[
    ["Washington", "Washington", "Washington", "Вашингтон", "华盛顿"],
    ["New York", "New York", "New York", "Нью-Йорк", "纽约"],
    ["Pyongyang", "Pjöngjang", "Pyongyang", "Пхеньян", "平壤"],
    ["Nanjing", "Nanjing", "Nankin", "Нанкин", "南京"],
    ["Shanghai", "Schanghai", "Shanghai", "Шанхай", "上海"],
    ["Chongqing", "Chongqing", "Chongqing", "Чунцин", "重庆"],
    ["Yan’an", "Yan’an", "Yan’an", "Яньань", "延安"],
    ["Havana", "Havanna", "La Havane", "Гавана", "哈瓦那"],
    ["Cairo", "Kairo", "Le Caire", "Каир", "开罗"],
    ["Tehran", "Teheran", "Téhéran", "Тегеран", "德黑兰"],
    ["New Delhi", "Neu-Delhi", "New Delhi", "Нью-Дели", "新德里"],
    ["Athens", "Athen", "Athènes", "Афины", "雅典"],
    ["Leningrad", "Leningrad", "Leningrad", "Ленинград", "列宁格勒"],
    ["Yalta", "Jalta", "Yalta", "Ялта", "雅尔塔"],
    ["Helsinki", "Helsinki", "Helsinki", "Хельсинки", "赫尔辛基"],
    ["Stockholm", "Stockholm", "Stockholm", "Стокгольм", "斯德哥尔摩"],
    ["Madrid", "Madrid", "Madrid", "Мадрид", "马德里"],
    ["Bonn", "Bonn", "Bonn", "Бонн", "波恩"],
];

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
    ["agreement", "Abkommen", "accord", "соглашение", "协定"],
    ["memo", "Vermerk", "note", "записка", "备忘录"],
    ["minute", "Vermerk", "note", "записка", "批注"],
    ["protocol", "Protokoll", "procès-verbal", "протокол", "议定书"],
    ["transcript", "Mitschrift", "transcription", "стенограмма", "记录稿"],
    [
        "record of conversation",
        "Gesprächsaufzeichnung",
        "compte rendu d’entretien",
        "запись беседы",
        "会谈记录",
    ],
    ["note verbale", "Verbalnote", "note verbale", "вербальная нота", "普通照会"],
    ["aide-mémoire", "Aide-Mémoire", "aide-mémoire", "памятная записка", "备忘录"],
    ["decree", "Dekret", "décret", "декрет", "法令"],
    ["decision", "Beschluss", "décision", "решение", "决定"],
    ["order", "Befehl", "ordre", "приказ", "命令"],
    ["instruction", "Instruktion", "instruction", "инструкция", "指示"],
    ["circular", "Rundschreiben", "circulaire", "циркуляр", "通知"],
    ["statement", "Erklärung", "déclaration", "заявление", "声明"],
    ["communiqué", "Kommuniqué", "communiqué", "коммюнике", "公报"],
    ["press release", "Pressemitteilung", "communiqué de presse", "пресс-релиз", "新闻稿"],
    ["plan", "Plan", "plan", "план", "计划"],
    ["draft", "Entwurf", "projet", "проект", "草案"],
    ["list", "Liste", "liste", "список", "名单"],
    ["message", "Botschaft", "message", "послание", "信函"],
    ["cablegram", "Telegramm", "télégramme", "телеграмма", "电报"],
    ["manuscript", "Manuskript", "manuscrit", "рукопись", "手稿"],
    ["summary", "Zusammenfassung", "résumé", "краткое изложение", "摘要"],
    ["postcard", "Postkarte", "carte postale", "открытка", "明信片"],
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
