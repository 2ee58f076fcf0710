//! The words of CSL 1.0.2: item types (appendix III) and variables (appendix IV). Names that
//! occur in real data beside the standard ones (`archive_place`, `shortTitle`) are read as what they mean.

use std::fmt;

macro_rules! words {
    ($(#[doc = $about:literal])* $name:ident { $($variant:ident $text:literal $(| $alias:literal)*,)* }) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant,)*
        }

        impl $name {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word as CSL-JSON and styles write it.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// Reads the word, or one of the other spellings in use.
            pub fn from_word(word: &str) -> Option<$name> {
                match word { $($text $(| $alias)* => Some($name::$variant),)* _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// What kind of thing an item is.
    ItemType {
        Article "article",
        ArticleJournal "article-journal",
        ArticleMagazine "article-magazine",
        ArticleNewspaper "article-newspaper",
        Bill "bill",
        Book "book",
        Broadcast "broadcast",
        Chapter "chapter",
        Classic "classic",
        Collection "collection",
        Dataset "dataset",
        Document "document",
        Entry "entry",
        EntryDictionary "entry-dictionary",
        EntryEncyclopedia "entry-encyclopedia",
        Event "event",
        Figure "figure",
        Graphic "graphic",
        Hearing "hearing",
        Interview "interview",
        LegalCase "legal_case",
        Legislation "legislation",
        Manuscript "manuscript",
        Map "map",
        MotionPicture "motion_picture",
        MusicalScore "musical_score",
        Pamphlet "pamphlet",
        PaperConference "paper-conference",
        Patent "patent",
        Performance "performance",
        Periodical "periodical",
        PersonalCommunication "personal_communication",
        Post "post",
        PostWeblog "post-weblog",
        Regulation "regulation",
        Report "report",
        Review "review",
        ReviewBook "review-book",
        Software "software",
        Song "song",
        Speech "speech",
        Standard "standard",
        Thesis "thesis",
        Treaty "treaty",
        Webpage "webpage",
    }
}

words! {
    /// A variable whose value is text, numbers included: numbers are text that may hold a number.
    TextVariable {
        Abstract "abstract",
        Annote "annote",
        Archive "archive",
        ArchiveCollection "archive_collection" | "archive-collection",
        ArchiveLocation "archive_location" | "archive-location",
        ArchivePlace "archive-place" | "archive_place",
        Authority "authority",
        CallNumber "call-number",
        CitationKey "citation-key",
        CitationLabel "citation-label",
        CollectionTitle "collection-title",
        CollectionTitleShort "collection-title-short",
        ContainerTitle "container-title",
        ContainerTitleShort "container-title-short" | "journalAbbreviation",
        Dimensions "dimensions",
        Division "division",
        Doi "DOI",
        Event "event",
        EventPlace "event-place",
        EventTitle "event-title",
        Genre "genre",
        Isbn "ISBN",
        Issn "ISSN",
        Jurisdiction "jurisdiction",
        Keyword "keyword",
        Language "language",
        License "license",
        Medium "medium",
        Note "note",
        OriginalPublisher "original-publisher",
        OriginalPublisherPlace "original-publisher-place",
        OriginalTitle "original-title",
        PartTitle "part-title",
        Pmcid "PMCID",
        Pmid "PMID",
        Publisher "publisher",
        PublisherPlace "publisher-place",
        References "references",
        ReviewedGenre "reviewed-genre",
        ReviewedTitle "reviewed-title",
        Scale "scale",
        Source "source",
        Status "status",
        Title "title",
        TitleShort "title-short" | "shortTitle",
        Url "URL",
        VolumeTitle "volume-title",
        YearSuffix "year-suffix",
        ChapterNumber "chapter-number",
        CitationNumber "citation-number",
        CollectionNumber "collection-number",
        Edition "edition",
        FirstReferenceNoteNumber "first-reference-note-number",
        Issue "issue",
        Locator "locator",
        Number "number",
        NumberOfPages "number-of-pages",
        NumberOfVolumes "number-of-volumes",
        Page "page",
        PageFirst "page-first",
        PartNumber "part-number",
        PrintingNumber "printing-number",
        Section "section",
        SupplementNumber "supplement-number",
        Version "version",
        Volume "volume",
    }
}

impl TextVariable {
    /// Whether the standard lists it among the numbers (appendix IV, number variables).
    pub fn is_number(self) -> bool {
        self >= TextVariable::ChapterNumber
    }
}

words! {
    /// A variable whose value is a list of names.
    NameVariable {
        Author "author",
        Chair "chair",
        CollectionEditor "collection-editor",
        Compiler "compiler",
        Composer "composer",
        ContainerAuthor "container-author",
        Contributor "contributor",
        Curator "curator",
        Director "director",
        Editor "editor",
        EditorTranslator "editor-translator" | "editortranslator",
        EditorialDirector "editorial-director",
        ExecutiveProducer "executive-producer",
        Guest "guest",
        Host "host",
        Illustrator "illustrator",
        Interviewer "interviewer",
        Narrator "narrator",
        Organizer "organizer",
        OriginalAuthor "original-author",
        Performer "performer",
        Producer "producer",
        Recipient "recipient",
        ReviewedAuthor "reviewed-author",
        ScriptWriter "script-writer",
        SeriesCreator "series-creator",
        Translator "translator",
    }
}

words! {
    /// A variable whose value is a date.
    DateVariable {
        Accessed "accessed",
        AvailableDate "available-date",
        EventDate "event-date",
        Issued "issued",
        OriginalDate "original-date",
        Submitted "submitted",
    }
}

words! {
    /// What kind of place within a work a locator names.
    LocatorLabel {
        Act "act",
        Appendix "appendix",
        ArticleLocator "article-locator" | "article",
        Book "book",
        Canon "canon",
        Chapter "chapter",
        Column "column",
        Elocation "elocation",
        Equation "equation",
        Figure "figure",
        Folio "folio",
        Issue "issue",
        Line "line",
        Note "note",
        Number "number",
        Opus "opus",
        Page "page",
        Paragraph "paragraph",
        Part "part",
        Rule "rule",
        Scene "scene",
        Section "section",
        SubVerbo "sub-verbo" | "sub verbo",
        Supplement "supplement",
        Surah "surah",
        Table "table",
        Timestamp "timestamp",
        TitleLocator "title-locator" | "title",
        Verse "verse",
        Version "version",
        Volume "volume",
    }
}

/// Any variable of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variable {
    /// Text or a number.
    Text(TextVariable),
    /// Names.
    Names(NameVariable),
    /// A date.
    Date(DateVariable),
}

impl Variable {
    /// Reads the word, or one of the other spellings in use.
    pub fn from_word(word: &str) -> Option<Variable> {
        TextVariable::from_word(word)
            .map(Variable::Text)
            .or_else(|| NameVariable::from_word(word).map(Variable::Names))
            .or_else(|| DateVariable::from_word(word).map(Variable::Date))
    }

    /// The word as CSL-JSON and styles write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Variable::Text(variable) => variable.as_str(),
            Variable::Names(variable) => variable.as_str(),
            Variable::Date(variable) => variable.as_str(),
        }
    }
}
