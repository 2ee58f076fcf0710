//! The closed vocabularies of a record: each word of a file as a variant.

use crate::problem::{Problem, Result, codes};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A closed vocabulary.
pub trait Word: Copy + 'static {
    /// Every word with its value, in the order in which they are listed to people.
    const WORDS: &'static [(&'static str, Self)];
    /// What the words are for, as messages name it: `role`, `rank`.
    const KIND: &'static str;
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident $kind:literal { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }
        impl $name {
            /// The word as it stands in a file.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }
        }
        impl Word for $name {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, $name::$variant)),+];
            const KIND: &'static str = $kind;
        }
        impl FromStr for $name {
            type Err = Problem;
            fn from_str(text: &str) -> Result<$name> {
                from_word(text)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

fn from_word<W: Word>(text: &str) -> Result<W> {
    if let Some((_, value)) = W::WORDS.iter().find(|(word, _)| *word == text) {
        return Ok(*value);
    }
    let list = W::WORDS.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let near = W::WORDS
        .iter()
        .map(|(word, _)| (strsim::jaro_winkler(word, text), *word))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let mend = match near {
        Some((_, word)) => format!("did you mean `{word}`? The words are {list}"),
        None => format!("use one of {list}"),
    };
    Err(Problem::error(codes::WORD, format!("`{}` is not a {}", text.escape_debug(), W::KIND))
        .mend(mend))
}

words! {
    /// How much of a fonds a record describes (ISAD(G) 3.1.4).
    Level "level" {
        /// The whole of the records of one source.
        Fonds = "fonds",
        /// Documents brought together, whatever their source.
        Collection = "collection",
        /// A series.
        Series = "series",
        /// A file: documents kept together.
        File = "file",
        /// One document.
        Item = "item",
    }
}
words! {
    /// Where a title comes from (ISAD(G) 3.1.2, DACS 2.3).
    TitleKind "kind of title" {
        /// On the document itself; set in quotation marks.
        Formal = "formal",
        /// Says what the document is ("Memorandum by Alvin Johnson"); never in quotation marks.
        Descriptive = "descriptive",
        /// Given by the archive or the editor.
        Supplied = "supplied",
    }
}
words! {
    /// What an agent did.
    Role "role" {
        /// Wrote the document.
        Author = "author",
        /// Sent it.
        Sender = "sender",
        /// Received it.
        Recipient = "recipient",
        /// Passed it on.
        Via = "via",
        /// Took part in what it reports.
        Participant = "participant",
        /// Translated it.
        Translator = "translator",
        /// Edited it.
        Editor = "editor",
        /// Gave it to a collection or publication.
        Contributor = "contributor",
    }
}
words! {
    /// What kind of agent it is (EAC-CPF entity type).
    AgentKind "kind of agent" {
        /// One person.
        Person = "person",
        /// An institution, office, party.
        Body = "body",
        /// A family.
        Family = "family",
    }
}
words! {
    /// In which order the parts of a personal name stand.
    NameOrder "order of names" {
        /// `Joseph Stalin`.
        GivenFirst = "given-first",
        /// `Mao Zedong`: the family name stands first, always, without a comma.
        FamilyFirst = "family-first",
    }
}
words! {
    /// Which of several competing values is to be used (the ranks of Wikidata).
    Rank "rank" {
        /// The one to use.
        Preferred = "preferred",
        /// As good as others.
        Normal = "normal",
        /// Known to be wrong or out of date; kept with the reason.
        Deprecated = "deprecated",
    }
}
words! {
    /// What stands in a place: the document itself or what was made from it.
    CopyKind "kind of copy" {
        /// The original.
        Original = "original",
        /// A copy of the original.
        Copy = "copy",
        /// A draft.
        Draft = "draft",
        /// A microfilm.
        Microfilm = "microfilm",
        /// A scan.
        Scan = "scan",
        /// A transcription.
        Transcription = "transcription",
    }
}
words! {
    /// Whether the document is what it says it is.
    AuthenticityStatus "status of authenticity" {
        /// Taken to be genuine.
        Accepted = "accepted",
        /// In doubt.
        Disputed = "disputed",
        /// Known to be forged.
        Forged = "forged",
    }
}
words! {
    /// The calendar in which a date was written.
    Calendar "calendar" {
        /// The Gregorian calendar.
        Gregorian = "gregorian",
        /// The Julian calendar; the EDTF value is then the Julian date.
        Julian = "julian",
    }
}
words! {
    /// How two records belong together.
    RelationKind "relation" {
        /// This is the answer to the other.
        ReplyTo = "reply-to",
        /// This was enclosed in the other.
        EnclosureOf = "enclosure-of",
        /// This is a draft of the other.
        DraftOf = "draft-of",
        /// This is a copy of the other.
        CopyOf = "copy-of",
        /// Both describe one document.
        SameAs = "same-as",
        /// Another version of the other.
        VariantOf = "variant-of",
        /// This belongs to the other (an item to its file or collection).
        PartOf = "part-of",
        /// This mentions the other.
        Mentions = "mentions",
    }
}
