//! The archives that come with fonds: one TOML file each under `archives/`, the levels that many
//! share under `schemes/`. Nothing is read before a name asks for it.

use crate::record::{ArchiveText, Archives};

macro_rules! files {
    ($folder:literal: $($id:literal)*) => {
        &[$(($id, concat!($folder, "/", $id, ".toml"), include_str!(concat!($folder, "/", $id, ".toml")))),*]
    };
}

/// Id, file and text of each.
type Files = &'static [(&'static str, &'static str, &'static str)];

const SCHEMES: Files = files!["schemes":
    "american-federal"
    "british"
    "bulgarian"
    "chinese-file"
    "czech"
    "french"
    "german"
    "manuscripts"
    "polish"
    "romanian"
    "russian"
    "shelfmark"
];

const ARCHIVES: Files = files!["archives":
    "aan"
    "aav"
    "academia-historica"
    "acs"
    "aj"
    "amae-ro"
    "american-antiquarian-society"
    "american-philosophical-society"
    "amsz"
    "amvnr"
    "amzv"
    "anic"
    "anr"
    "aprf"
    "aqsh"
    "archives-diplomatiques"
    "archives-nationales"
    "archives-of-manitoba"
    "avp-rf"
    "bancroft"
    "bar"
    "barch"
    "barch-ma"
    "bayhsta"
    "beinecke"
    "bma"
    "bnf"
    "bodleian"
    "british-library"
    "bstu"
    "bush-library"
    "cambridge-university-library"
    "carter-library"
    "churchill-archives-centre"
    "cia"
    "clinton-library"
    "columbia-rbml"
    "diplomatic-archives-japan"
    "diplomatic-archives-korea"
    "eisenhower-library"
    "fjpa"
    "fondazione-gramsci"
    "ford-library"
    "garf"
    "gdpa"
    "georgetown"
    "haeu"
    "harvard-college-library"
    "harvard-university-archives"
    "hda-sbu"
    "historical-society-of-pennsylvania"
    "hoover-institution"
    "hoover-library"
    "houghton"
    "hpa"
    "huntington"
    "ifz"
    "imperial-war-museum"
    "ipn"
    "jlpa"
    "johnson-library"
    "jspa"
    "kennedy-library"
    "lac"
    "library-of-congress"
    "library-of-virginia"
    "liddell-hart-centre"
    "lya"
    "macarthur-memorial"
    "massachusetts-historical-society"
    "mnl-ol"
    "mol"
    "mudd"
    "na-cr"
    "naa"
    "nai-ie"
    "nai-in"
    "nara"
    "nationaal-archief"
    "national-library-of-medicine"
    "national-library-of-scotland"
    "national-records-of-scotland"
    "national-security-archive"
    "nato-archives"
    "new-york-historical-society"
    "new-york-public-library"
    "newberry"
    "nixon-library"
    "nmml"
    "oesta"
    "pa-aa"
    "parliamentary-archives"
    "prc-fma"
    "pro"
    "reagan-library"
    "rgae"
    "rgali"
    "rgani"
    "rgaspi"
    "rgia"
    "rgva"
    "riksarkivet-se"
    "roosevelt-library"
    "rtskhidni"
    "sapmo"
    "shd"
    "sma"
    "smithsonian-archives"
    "strasbourg"
    "sua"
    "tna"
    "truman-library"
    "tsa-fsb"
    "tsamo"
    "tsda"
    "tsdaho"
    "tskhsd"
    "ucd-archives"
    "un-arms"
    "university-of-chicago"
    "university-of-georgia"
    "us-army-heritage"
    "us-defense-department"
    "us-state-department"
    "uwm"
    "west-yorkshire-archive-service"
    "wisconsin-historical-society"
    "wnrc"
    "yale"
    "yivo"
];

fn texts(files: Files) -> impl Iterator<Item = ArchiveText> {
    files.iter().map(|(id, file, text)| ArchiveText {
        id: (*id).to_owned(),
        file: (*file).to_owned(),
        text: (*text).into(),
    })
}

/// The archives that come with fonds.
///
/// ```
/// let archives = fonds::record_file::built_in_archives();
/// let aprf = archives.find("AP RF").unwrap();
/// assert_eq!(aprf.name("en"), Some("Archive of the President of the Russian Federation"));
/// assert_eq!(archives.today(archives.find("PRO").unwrap()).id.as_str(), "tna");
/// ```
pub fn built_in_archives() -> Archives {
    Archives::new(texts(ARCHIVES), texts(SCHEMES), super::read_tree)
}
