/// What the program's exit code says (the numbers are the exit codes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// There are findings or differences.
    Findings = 1,
    /// The request was not understood.
    Usage = 2,
    /// The data given is bad.
    Data = 3,
    /// Input, output or a lock failed.
    Io = 4,
    /// What should hold together does not: history, objects, signatures.
    Integrity = 5,
}

/// A kind of problem: a stable name and what stands behind it.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable name, for instance `R104`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What it means and what to do, in a few sentences, for `fonds check --explain`.
    pub explanation: &'static str,
    /// How a program ends that stops because of it.
    pub exit: Exit,
}

macro_rules! code_table {
    ($($(#[doc = $doc:literal])* $ident:ident $name:literal $exit:ident $title:literal $explanation:literal;)*) => {
        /// Every kind of problem, by name.
        pub mod codes {
            use super::{Code, Exit};
            $(#[doc = $title] pub static $ident: &Code = &Code {
                name: $name, title: $title, explanation: $explanation, exit: Exit::$exit,
            };)*
        }
        /// All kinds of problems, in the order of their names.
        pub static CODES: &[&Code] = &[$(codes::$ident),*];
    };
}

// In the order of their names, which a test holds: A archives and references, C catalog checks, F formats, G Git and
// disk, H history, L citations and styles, M manuscripts, Q queries, R0 the file of a record, R1 the values of a
// record, U use of the program.
code_table! {
    ARCHIVE "A001" Data "an archive's entry cannot be used as it is"
        "An entry names a scheme of levels that there is not, or a level twice. The rest of the entry is used.";
    ARCHIVE_NAME "A002" Data "two archives are known by one name"
        "A name or abbreviation leads to one archive only. The first keeps it; take it out of the other, or give the entry of the catalog the id of the built-in one to replace that.";
    ARCHIVE_ABSENT "A003" Usage "there is no such archive or scheme of levels"
        "No entry has this id, name or abbreviation, neither among those that come with the program nor in the catalog. `fonds archives` lists them.";
    ARCHIVE_KNOWN "A004" Usage "the archive is known already"
        "An entry has this id, name or abbreviation. Use it as it is, or change it: a file in the catalog's `archives/` with the id of a built-in entry replaces that.";
    REFERENCE "A101" Findings "a part of a reference is not understood"
        "The printed reference says something that has no place in a holding, a publication, a credit or a classification. It is reported and kept in `as_printed`; nothing is dropped silently.";
    ARCHIVE_UNKNOWN "A102" Findings "an archive is not known"
        "No entry has this name or abbreviation, neither among the built-in archives nor in the catalog. The printed name is kept. `fonds archives add` makes an entry, which says where it is, its levels and how it is cited.";
    LEVEL_UNKNOWN "A103" Findings "a level is not one of the archive's"
        "The archive's entry does not know this level. It may be misspelled, or belong to another archive.";
    LEVEL_VALUE "A104" Findings "a value does not have the shape that the archive's level has"
        "The archive numbers its units otherwise. The value is kept as printed: look at it again.";
    LEVEL_MISSING "A105" Findings "a reference lacks a level that the archive needs"
        "Without this level the archive cannot find the document.";
    NO_HOLDING "A106" Findings "a text names no place where the document is kept"
        "No archive and no path was found in the text.";
    HOLDINGS_DIFFER "C001" Findings "two holdings of one record seem to contradict each other"
        "The holdings name the same leaves, of files whose numbers are nearly the same. Where one archive handed files on to another, the numbers often agree, so one of the two may be a slip; or both may be right. Nobody but a person with the documents can tell. What you find out, write as `evidence` (or an `alternative`) for the field: then the question rests.";
    HOLDING_TWICE "C002" Findings "two holdings of one record name one place"
        "Archive and path are the same once zeros, spaces and names of the archive are set aside. If two copies lie there, say so in `copy` or `note`; if not, take one out.";
    PRINTED_DIFFERS "C003" Findings "a reference and its printed form differ"
        "`as_printed` is the reference exactly as a source gives it; a number of the path does not stand in it. If the path was corrected on purpose, write why as `evidence`: then the question rests.";
    REFERENCE_SHARED "C004" Findings "two records claim one reference"
        "Archive, path and leaves are the same. Either both records describe one document, or one of the references is wrong, or two documents share the leaves: then say so with a `relation`.";
    ID_TAKEN "C005" Data "two records are known by one id"
        "Ids and aliases name one record each, for ever. Which of the two is meant cannot be told; `fonds rename` gives one of them another id.";
    FILE_PLACE "C006" Findings "a record does not lie where its id says"
        "The path of a record's file follows from its id, so that it is found without a search. It is still read, but every command that names it is slower, and `git log` of its path begins anew when it is moved.";
    FILE_NAME "C007" Findings "a record's id and the name of its file differ"
        "The file is named by the id. If the record was renamed, `fonds rename` moves the file and leaves an alias; if the file was copied, the id must become a new one.";
    TRANSLATION_SOURCE "C008" Findings "a translation does not say what it was made from"
        "A translation is made from one holding, publication or other translation, whose mistakes it shares. Name it in `made_from`; where it is not known, say so in the translation's `note`.";
    DATE_ORDER "C009" Findings "dates cannot follow each other so"
        "A document is written before it is sent, sent before it is received, and all that before it is translated, printed, declassified or put online. A day is allowed for time zones, and dates in the Julian calendar are counted in it when `calendar = \"julian\"` says so.";
    DATE_IN_ID "C010" Findings "the date in an id is not that of the record"
        "The id of a dated record begins with its date. Ids are stable: when the date was corrected after the id was used, leave it, or `fonds rename` the record, which leaves an alias.";
    NO_CAUSE "C011" Findings "a judgement is given without a reason"
        "A value that is deprecated, an alternative and a doubt about authenticity are worth little without a reason or a source.";
    PREFERRED_TWICE "C012" Findings "two parts are both preferred"
        "`preferred` says which one is cited; it can be only one.";
    FIELD_ABSENT "C013" Findings "evidence or an alternative speaks of a field that is not there"
        "The field may have been renamed, or its part taken out. Correct the name of the field.";
    RELATION_ABSENT "C014" Findings "a relation names a record that is not there"
        "No record of the catalog has the id, or had it. Correct the id, or describe the other document in `text`.";
    MIXED_SCRIPT "C015" Findings "a word mixes letters that look alike"
        "Latin and Cyrillic or Greek letters that cannot be told apart by eye stand in one word. Searching does not find it, and sorting misplaces it. It mostly comes from a keyboard left in the other layout, or from text recognition.";
    INVISIBLE "C016" Findings "text holds invisible characters"
        "Characters that turn the direction of writing, or that have no width, make text read otherwise than it is stored. Remove them; right-to-left text needs none of them.";
    NOT_COMPOSED "C017" Findings "text is not in Unicode's composed form"
        "A letter and its accent are stored as two characters (NFD, as macOS writes file names), where the same letter elsewhere is one (NFC). They look the same and are compared as the same. `fonds check --fix` composes them.";
    ALIAS_LOST "C018" Findings "an alias leads nowhere"
        "A file below `aliases/` names the id that a record has now; there is no such record, or the old id was given to another one.";
    UNPRINTED "C019" Findings "a reference has no printed form"
        "Other holdings of the record keep the reference as a source prints it. Where one was read in print, keep it in `as_printed`: what was understood from it can then be checked again.";
    MERGE_UNDECIDED "C020" Findings "a merge left two values of a field"
        "Two people set a field two ways, and git put the record together with one value in the field and the other in an `alternative`, whose reason begins with `conflict:`. Look which is right, and take the entry out.";
    NAME_WHOLE "C021" Findings "the name of a person stands as one text"
        "A bibliography begins with the family name, and a short note has it alone: for that the name must be in parts, `{ family = \"Erhard\", given = \"Ludwig\" }`, with `order = \"family-first\"` for Chinese, Korean, Vietnamese and Hungarian names, which are not turned round. `fonds check --fix-names` parts names whose words can mean nothing else; of the others it is told what is likely. Ranks and degrees stay in `as_printed`.";
    IMPORT_FORMAT "F101" Data "the format of a file is not recognised, or not the one named"
        "Formats are recognised by content. Name the format with `--from`, or convert the file. `docs/formats.md` lists what can be read.";
    IMPORT_SYNTAX "F102" Data "a file, or an item in it, cannot be read"
        "The text breaks the grammar of its format at the place named. Other items of the file are read all the same, where the format allows it.";
    IMPORT_SIZE "F103" Data "a file is too large, too deep or too rich to be read"
        "A file to be imported may have 256 MiB, a million items, and nesting as deep as people write. XML that declares entities is refused.";
    IMPORT_DATE "F104" Findings "a printed date is not understood"
        "The date stays in `date.as_printed`. Dates that can mean two days (`3/4/1951`) are not guessed. Add the date in EDTF by hand.";
    IMPORT_REFERENCE "F105" Findings "a reference to an archive is not understood, or not wholly"
        "The words stay in `as_printed` and, where the archive is known, in the holding's `shelfmark`. Bring them into `path` by hand, or add the archive's levels to the catalog.";
    IMPORT_UNPLACED "F106" Findings "a value of the source has no place in a record"
        "It is kept in the note of the record's evidence for the import, and listed in the report.";
    IMPORT_CONFLICT "F107" Findings "the source and the catalog say different things"
        "The value in the catalog stays. Decide which is right and set it, or keep both with `[[alternative]]`.";
    IMPORT_DUPLICATE "F108" Findings "two records may describe one document"
        "They share a reference, or the date, the people and much of the title. Nothing is joined unasked: merge them by hand, or say `same-as` in a relation.";
    IMPORT_MAP "F109" Usage "a mapping of columns is not understood"
        "A mapping names for each column of a table the field of a record that it goes to: `\"Loc. in archive\" = \"holding.reference\"`.";
    IMPORT_UNMATCHED "F110" Findings "an item is none of the records chosen, or several"
        "With `--into QUERY` items fill in records that the query chooses and make no new ones. An item is matched by its id (or an earlier one), by what it is called elsewhere, or by a reference that one record alone has.";
    NO_PLACE "F301" Findings "a field has no place in the format"
        "The format of the export has nothing that says it, so the field is not in the file (or only among what other programs ignore). Nothing is wrong with the record; `--report FILE` lists every such field.";
    COLUMN "F302" Usage "a table has no such column"
        "`docs/export.md` lists the columns. Those of a holding need rows of holdings (`--rows holding`).";
    COLUMN_FAILED "F303" Data "a column of a table could not be made for some records"
        "Its cells are empty there. A template failed, took too many steps, or a style prints nothing for the record; all other cells are as they should be.";
    PART "F304" Usage "there is no such part"
        "`--part I/N` is the part I of N, from 1. A bibliography is sorted as a whole and has no parts.";
    OPTION "F305" Usage "an option does not apply"
        "The option is for other formats, and this one would pass over it. Leave it out, or choose a format that it is for.";
    WATCH "F306" Io "the catalog cannot be watched"
        "The system does not tell of changes of files: too many are watched already, or the disk is far away. Run the export again instead; `--check` says whether it is needed.";
    LANGUAGE_ASKED "F307" Usage "what was asked for as a language is none"
        "Languages are BCP 47 tags: `en`, `ru`, `zh-Hans`.";
    DISK "G001" Io "a file or folder could not be read or written"
        "The message names the file and what the system said. Nothing was changed beyond what the message says.";
    OUTPUT "G002" Io "the output could not be written"
        "Standard output is closed or full. What was printed so far may be incomplete.";
    REVISION "G101" Usage "a revision is not known"
        "A revision is named by a branch, a tag, a commit id or an expression of Git such as `HEAD~3` or `main@{yesterday}`. Names that begin with `-` are refused.";
    NO_CATALOG "G102" Usage "there is no catalog here"
        "A catalog is a folder with a file `fonds.toml`, in a Git repository. fonds looks for it in the folder where it is started, or the one named with `-C`, and in those above it.";
    NO_REPOSITORY "G103" Usage "the catalog is not in a Git repository"
        "Every change of a catalog is a commit. `fonds init` or `git init` makes the repository.";
    REPOSITORY "G104" Io "the repository cannot be used"
        "fonds uses Git repositories through libgit2, which does not know every kind of repository. The message names the key of the configuration that stands in the way, and how to change it.";
    BRANCH "G105" Io "there is no branch to commit to"
        "A detached head, or a merge or rebase under way. Finish it with git, or check out a branch.";
    IDENTITY "G106" Usage "Git does not know who you are"
        "Every change carries a name and an address. Set them once with `git config --global user.name \"...\"` and `git config --global user.email \"...\"`.";
    LOCKED "G107" Io "another program is writing"
        "Only one program at a time changes a catalog. The message names the process that holds the lock. Wait for it to end.";
    UNCOMMITTED "G108" Io "a file has changes that are not committed"
        "fonds does not write over changes that were made by hand and are in no commit. Commit them with git, or take them back.";
    CHANGED_MEANWHILE "G109" Io "a file was changed by somebody else meanwhile"
        "Between reading and writing, another commit changed the same record. Look at it and try again.";
    OBJECT "G110" Integrity "an object of the repository cannot be read"
        "It is missing or damaged. `git fsck` says more; the other records can still be read.";
    SYMLINK "G111" Data "a symbolic link stands where a record should be"
        "Links in a catalog are not followed: they could lead anywhere. Put the file itself in its place.";
    NOT_FOUND "G112" Usage "there is no such record"
        "No record has this id, now or in the past. `fonds list` shows all ids.";
    EXISTS "G113" Usage "the id is taken"
        "Ids are never used twice, not even those of records that were renamed.";
    SETTINGS "G114" Data "the settings of the catalog are wrong"
        "`fonds.toml` holds a value that is not known. See docs/catalog.md.";
    HISTORY_CUT "G115" Findings "the history is incomplete"
        "The repository is a shallow clone: what happened before its first revisions cannot be told. `git fetch --unshallow` brings the rest.";
    FINISHED "G116" Findings "a change that was cut off was finished"
        "A program that was saving a change was ended after the change was made and before the files showed it. The files were brought up to date; nothing is lost.";
    UNSIGNED "G117" Integrity "a revision is not signed, and has to be"
        "Signatures are required, by `--require-signed` or by `require_signed` in `fonds.toml`, and the revision named has none. Whoever made it can sign what comes after it; what is past cannot be signed without changing the history.";
    EDITOR "G118" Usage "there is no editor, or it failed"
        "The editor is the first that is set of `FONDS_EDITOR`, `GIT_EDITOR`, `VISUAL` and `EDITOR`. It must not end before the file is closed: `code --wait`.";
    INTERRUPTED "G119" Io "the work was stopped"
        "Ctrl-C was pressed before the change was saved. Nothing was changed, and nothing is left behind. Run the command again: it begins anew.";
    SIGNATURE_BAD "G120" Integrity "a signature is not over what it says"
        "The revision was changed after it was signed, or carries the signature of something else. Another clone may still have what was signed.";
    SIGNATURE_UNCHECKED "G121" Integrity "a signature cannot be checked"
        "OpenPGP signatures need `gpg` and the public key of the signer, X.509 signatures `gpgsm`. SSH signatures are checked without a program, but for keys of kinds that are not known here.";
    SIGNER_UNKNOWN "G122" Integrity "nobody knows whose signature it is"
        "The signature is sound, and its key is not among the allowed signers (`gpg.ssh.allowedSignersFile`, `--allowed-signers`), or may not sign revisions, or nobody vouches for it. A line of the file that is not understood allows nobody.";
    SIGNER_EXPIRED "G123" Integrity "a key was used outside its time"
        "The allowed signers, a certificate or the key itself say from when and until when the key counts. What counts is the clock of the revision's committer.";
    SIGNER_REVOKED "G124" Integrity "a key was revoked"
        "A revoked key counts for nothing, whatever the date: whoever has it can date a revision back. The file is the one that `gpg.ssh.revocationFile` names; when it cannot be used, no SSH key is trusted.";
    SIGNER_DIFFERS "G125" Findings "a revision is signed by somebody other than its committer"
        "The address of the committer is not that of the signer. Somebody may have committed for somebody else, or under a false name.";
    SIGNING "G126" Io "a revision could not be signed"
        "Git is told to sign every commit (`commit.gpgSign`). The message says what the program for signing said. Nothing was changed. Which program that is, only the configuration of the user or the system may say (`gpg.ssh.program`, `gpg.program`), never that of a repository.";
    SET_REFUSED "G130" Data "records cannot be changed so"
        "A change of many records is made to all of them or to none. Mend the records, choose others with the query, or leave those as they are with `--skip-refused`.";
    SET_COUNT "G131" Usage "a change of many records was not confirmed"
        "It concerns another number of records than `--expect` says, or was answered with no. Nothing was changed.";
    FILTER "H001" Usage "a filter of changes is not understood"
        "A filter is made of terms such as `field:holding`, `archive:APRF`, `author:ivanova`, `kind:changed`, `since:2026-01`, `reason:none`; all must hold, and `-` before one means that it must not.";
    CHANGE_MISFIT "H101" Data "a change does not fit the record"
        "The change says what the record held before it, and the record holds something else. It was changed in the meantime; compare again and decide anew.";
    OLD_VERSION "H102" Findings "an old version of a record cannot be read"
        "The file of the record at the revision named is not a record: broken TOML, not UTF-8, too large, or its object is missing. The history before and after it is told; what changed there is told against the nearest version that can be read.";
    NO_REASON "H103" Findings "a change was made without a reason"
        "The revision has no message, so nobody can know why the values changed. Say the reason with `-m` when you change a record.";
    NO_EVIDENCE "H104" Findings "a value stands without evidence"
        "Neither the record (`[[evidence]]`) nor the revision that set the value (`Evidence:` in its message) says why it is believed. Add it with `--evidence`, or as `[[evidence]]` in the record.";
    CONTESTED "H105" Findings "a value is superseded, disputed or deprecated"
        "The record keeps a value beside the one to be used, or says that a holding, translation or the document itself is in doubt. Nothing has to be done: the report lists it with its reason.";
    ID_WITHOUT_ALIAS "H106" Findings "an id changed and left no alias"
        "The id of a record changed and the old id is not among its `aliases`: citations that use the old id find nothing. Add the old id to `aliases`.";
    CLOCK "H107" Findings "a revision is dated before the one it follows"
        "The clock of the machine was wrong, or the date was set by hand. The order of the history follows ancestry, not dates, and is not affected.";
    REWRITTEN "H108" Integrity "the history is not what it was"
        "A revision that a checkpoint names did not lead to what is checked out, or does not hold what the checkpoint says. The history was rewritten: revisions were taken out, changed, or put aside.";
    RECORD_GONE "H109" Findings "a record was removed"
        "The record was there at the checkpoint. Removing is a change like any other, with an author and a reason: `fonds log ID` shows them.";
    ITEM "L101" Data "an item to be cited cannot be used as it is"
        "The CSL-JSON of the item holds a value that has no meaning at that place: the value is left out and the rest is used. An item that is no object or has no `id` is left out whole.";
    STYLE_XML "L201" Data "a style or locale is not well-formed XML"
        "A CSL style is XML. Documents with a DOCTYPE that declares entities, and documents nested deeper than any style, are refused.";
    STYLE_STRUCTURE "L202" Data "a style or locale breaks the grammar of CSL"
        "The element or attribute at the place named is missing, unknown, or has a value that CSL 1.0.2 does not allow.";
    STYLE_CYCLE "L203" Data "the macros of a style call each other in a circle"
        "A macro that calls itself, directly or through others, would never end. Take one of the calls out.";
    STYLE_SIZE "L204" Data "a style is too large when its macros are written out"
        "Macros that call macros multiply. A style may come to 25,000 elements when every call is written out, far more than any real style.";
    STYLE_PARENT "L205" Data "the style that another style depends on is not known"
        "A dependent style names its parent by a link with `rel=\"independent-parent\"`; the parent must be at hand.";
    STYLE_UNKNOWN "L206" Usage "a style is not known"
        "The name is none of the bundled styles. `fonds styles list` shows them; any other style is given by the path of its `.csl` file.";
    NOT_CITED "L301" Data "an item that is cited is not there"
        "A citation names an item by an id that none of the items given has. The rest of the citation is printed.";
    PRINTS_NOTHING "L302" Findings "an item prints nothing in this style"
        "The style asks for none of the values that the item has. Choose another style or fill in what the style prints.";
    LOCATOR "L303" Usage "a place in a document is not understood"
        "After `@` stands a page, leaf or other place: `ID@l. 87`, `ID@86-87`, `ID@p. 3`.";
    JOB "L401" Data "a job for the processor is not understood"
        "`fonds citeproc` reads one JSON object a line. A job names a `style` (or gives its text as `csl`) and `items` in CSL-JSON; `citations`, `locale` and `format` may be left out.";
    PROCESSOR "L402" Integrity "the processor failed"
        "This is a defect of the program. The other jobs are not affected. Please report the job with its style and items.";
    CODE_UNKNOWN "L501" Usage "a code of a problem is not known"
        "`fonds check --explain` takes the code that stands beside a problem, for instance `R104`.";
    CITED_UNKNOWN "M101" Findings "a manuscript cites what no record is called"
        "The key is neither an id of a record, nor an id that one had before, nor an id by which others know one (`foreign_id`). What cites it is left as it stands.";
    CITATION_COMMAND "M102" Findings "a command that cites is not understood"
        "The command asks for a part of a citation that no style prints alone, such as the title. It is left as it stands.";
    MANUSCRIPT_LANGUAGE "M103" Usage "the language of a manuscript is not known"
        "Markdown (`.md`, `.markdown`, `.qmd`, `.Rmd`), LaTeX (`.tex`, `.ltx`) and Typst (`.typ`) are told by the name of the file. Name the language of another file with `--from`.";
    MANUSCRIPT_OUTPUT "M104" Usage "the manuscript would be written over"
        "What cites is gone from the file that is written. It is written over the manuscript only with `--in-place`.";
    NO_VERSION "M201" Usage "there is nothing to compare a file with"
        "A manuscript is compared with what the catalog was when it was last committed, an exported file with the versions that its records carry. Where there is neither, `--since` names a revision or a day.";
    QUERY "Q001" Usage "a query is not understood"
        "A query is made of words, `field:value`, `has:field`, `missing:field`, `changed-since:REV` and `cited-in:FILE`, joined by AND, OR and NOT, with parentheses. Values with spaces stand in quotation marks. `docs/query.md` shows them all.";
    QUERY_SIZE "Q002" Usage "a query is too long or too deep"
        "A query may have 4,096 bytes, and parentheses and NOT may stand 64 deep.";
    QUERY_FIELD "Q003" Usage "a query names a field that no record has"
        "Fields go by short names (`from`, `to`, `archive`, `date`, `title`...) or by the names they have in a record (`holding.aprf.path.delo`), in which the parts of lists may be left out (`holding.path.delo`).";
    QUERY_DATE "Q004" Usage "a query compares with what is no date"
        "Dates in queries are EDTF, ranges of two (`1950..1953`), or all on one side (`<1951-08`, `>=1951`).";
    QUERY_OUTSIDE "Q005" Usage "a query asks for what cannot be known here"
        "`changed-since:` needs a catalog with a history that has the revision, `cited-in:` a file that can be read.";
    TOML "R001" Data "the TOML of a record cannot be read"
        "The file breaks the grammar of TOML at the place named. The other records are not affected. Mend the text at that place; `fonds edit ID` opens the file and reads it again before anything is saved.";
    ENCODING "R002" Data "the file is not UTF-8 text"
        "Records are UTF-8. The message names the first byte that is not, and what encoding it may be. Convert the file, for instance with `iconv -f WINDOWS-1251 -t UTF-8`.";
    FORMAT "R003" Data "the record's format is not known"
        "Every record begins with `format = 1`. A higher number was written by a newer fonds; update the program to read it.";
    SIZE "R004" Data "the file is too large"
        "A record is at most 1 MiB. Move long texts into a file of their own and name it in the record.";
    UNKNOWN_KEY "R005" Data "a key is not known"
        "The key has no meaning in a record. It is kept as it is and nothing reads it. It may be misspelled; the message names the nearest known key.";
    MISSING "R101" Data "a value is missing"
        "The record cannot be used without this value.";
    KIND "R102" Data "a value has the wrong type"
        "The value is, for instance, a number where text is expected. Values of levels are text: write `\"0100\"`, with quotation marks.";
    ID "R103" Data "an id breaks the grammar"
        "An id is 1 to 80 characters, `a`-`z`, `0`-`9`, `.`, `_` and `-`, begins with a letter or digit, does not end with a dot, and is not a name that Windows reserves (`con`, `nul`, `aux.x`).";
    DATE "R104" Data "a date is not understood, or cannot be"
        "Dates are EDTF (ISO 8601-2): `1951-08-27`, `1951-08`, `1772~` (about), `1772?` (uncertain), `1790/1803` (from, to), `1951-08-27T01:30`. The printed form belongs in `as_printed`.";
    LANGUAGE "R105" Data "a language tag is not BCP 47"
        "Languages are BCP 47 tags: `ru`, `zh-Hans`, `en-GB`.";
    WORD "R106" Data "a value is not one of the words allowed here"
        "The field takes one of a few words; the message lists them.";
    CONTROL "R107" Data "text contains a control character"
        "Control characters (and NUL) have no place in a record's text. They are shown escaped and never sent to the terminal.";
    DUPLICATE_PART "R108" Data "two parts of a record have one id"
        "Holdings, translations, publications and surrogates of one record are told apart by `id`. Give each its own.";
    REFERENCE_PART "R109" Data "a part refers to one that is not there"
        "`made_from`, `of` and `published_in` name the id of a holding, translation, publication or surrogate of the same record.";
    FIELD "R110" Usage "a field is not known, or its name is not understood"
        "Fields are named by their keys, joined with dots: `place`, `date.sent`, `holding.aprf.path.delo`. Parts of lists go by their id, or by what tells them apart: `agent.sender-mao`.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn no_two_kinds_share_a_name() {
        let names: BTreeSet<&str> = super::CODES.iter().map(|code| code.name).collect();
        assert_eq!(names.len(), super::CODES.len());
    }

    #[test]
    fn kinds_stand_in_the_order_of_their_names() {
        let names: Vec<&str> = super::CODES.iter().map(|code| code.name).collect();
        assert!(names.is_sorted(), "{names:?}");
    }
}
