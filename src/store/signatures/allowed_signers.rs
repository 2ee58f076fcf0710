//! The file of allowed signers, as `ssh-keygen` reads it (ALLOWED SIGNERS in ssh-keygen(1)):
//! who may sign, with which key, for what, and when.

use super::pattern;
use super::ssh::{Signer, shown};
use crate::problem::{Place, Problem, codes};
use ssh_key::PublicKey;
use ssh_key::certificate::CertType;
use ssh_key::public::KeyData;

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Allowed {
    /// A list of patterns.
    principals: String,
    key: KeyData,
    /// Whether the key vouches for others instead of signing itself.
    is_authority: bool,
    /// A list of patterns; `None` allows every namespace.
    namespaces: Option<String>,
    /// Seconds since 1970.
    valid_after: Option<i64>,
    valid_before: Option<i64>,
}

/// Everybody who may sign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AllowedSigners {
    lines: Vec<Allowed>,
}

/// Why a signer is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Denied {
    /// No line names the key.
    Unknown,
    /// The key may sign other things only.
    Namespace(String),
    /// An authority vouches for it in a way that does not hold.
    Certificate(String),
    /// Its time had not come.
    NotYet(String),
    /// Its time was over.
    Expired(String),
}

impl AllowedSigners {
    /// Reads the text of the file `name`. A line that is not understood allows nobody, and is told.
    pub(super) fn read(text: &str, name: &str) -> (AllowedSigners, Vec<Problem>) {
        let mut lines = Vec::new();
        let mut problems = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            let line = line.trim_matches([' ', '\t', '\r', '\u{feff}']);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match read_line(line) {
                Ok(allowed) => lines.push(allowed),
                Err(why) => problems.push(
                    Problem::warning(
                        codes::SIGNER_UNKNOWN,
                        format!("a line of the allowed signers is not understood: {why}"),
                    )
                    .at(Place::file(name).line_column(number, 1))
                    .mend("write `ann@example.org ssh-ed25519 AAAA...`; the line allows nobody"),
                ),
            }
        }
        (AllowedSigners { lines }, problems)
    }

    /// The principals that `signer` signs for in `namespace` at `moment` (seconds since 1970), or
    /// the best reason why it may not. The first line that allows it counts.
    pub(super) fn principals(
        &self,
        signer: &Signer,
        namespace: &str,
        moment: i64,
    ) -> Result<String, Denied> {
        let mut denied = Denied::Unknown;
        for line in &self.lines {
            match line.allows(signer, namespace, moment) {
                Ok(principals) => return Ok(principals),
                Err(why) => denied = denied.max(why),
            }
        }
        Err(denied)
    }
}

impl Allowed {
    fn allows(&self, signer: &Signer, namespace: &str, moment: i64) -> Result<String, Denied> {
        let principals = match signer {
            Signer::Key(key) if !self.is_authority && *key == self.key => self.principals.clone(),
            Signer::Certificate(certificate)
                if self.is_authority && *certificate.signature_key() == self.key =>
            {
                self.vouched_for(certificate, moment)?
            }
            _ => return Err(Denied::Unknown),
        };
        if let Some(namespaces) = &self.namespaces
            && !pattern::fits(namespace, namespaces)
        {
            return Err(Denied::Namespace(shown(namespaces)));
        }
        if let Some(from) = self.valid_after
            && moment < from
        {
            return Err(Denied::NotYet(day(from)));
        }
        if let Some(until) = self.valid_before
            && moment > until
        {
            return Err(Denied::Expired(day(until)));
        }
        Ok(principals)
    }

    /// The principals of `certificate` that this line's authority may vouch for.
    fn vouched_for(
        &self,
        certificate: &ssh_key::Certificate,
        moment: i64,
    ) -> Result<String, Denied> {
        let refused = |why: &str| Err(Denied::Certificate(why.to_owned()));
        if certificate.cert_type() != CertType::User {
            return refused("it is the certificate of a machine, not of a person");
        }
        let seconds = u64::try_from(moment).unwrap_or(0);
        if seconds < certificate.valid_after() {
            return Err(Denied::NotYet(day(seconds_of(certificate.valid_after()))));
        }
        if seconds >= certificate.valid_before() {
            return Err(Denied::Expired(day(seconds_of(certificate.valid_before()))));
        }
        let authority = certificate.signature_key().fingerprint(ssh_key::HashAlg::Sha256);
        if certificate.validate_at(seconds, [&authority]).is_err() {
            return refused("its authority did not sign it");
        }
        let vouched: Vec<&str> = certificate
            .valid_principals()
            .iter()
            .map(String::as_str)
            .filter(|principal| pattern::fits(principal, &self.principals))
            .collect();
        if vouched.is_empty() {
            return refused("it is for nobody that its authority may vouch for");
        }
        Ok(vouched.join(","))
    }
}

fn seconds_of(moment: u64) -> i64 {
    i64::try_from(moment).unwrap_or(i64::MAX)
}

/// A moment, for people: by the day, in UTC.
fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| seconds.to_string(), |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// A line: principals, options if there are any, and a key.
fn read_line(line: &str) -> Result<Allowed, String> {
    let (principals, rest) = match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').ok_or("a quotation mark is not closed")?,
        None => line.split_once([' ', '\t']).ok_or("there is no key")?,
    };
    let rest = rest.trim_start_matches([' ', '\t']);
    let mut allowed = Allowed {
        principals: principals.to_owned(),
        key: KeyData::Ed25519(ssh_key::public::Ed25519PublicKey([0; 32])),
        is_authority: false,
        namespaces: None,
        valid_after: None,
        valid_before: None,
    };
    if let Some(key) = read_key(rest) {
        allowed.key = key;
        return Ok(allowed);
    }
    let (options, key) = split_options(rest)?;
    allowed.key = read_key(key).ok_or("its key is not understood")?;
    for option in options {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (option.as_str(), None),
        };
        let twice = || format!("`{}` is there twice", shown(name));
        match (name.to_ascii_lowercase().as_str(), value) {
            ("cert-authority", None) => allowed.is_authority = true,
            ("namespaces", Some(list)) => {
                if allowed.namespaces.replace(list.to_owned()).is_some() {
                    return Err(twice());
                }
            }
            ("valid-after", Some(text)) => {
                if allowed.valid_after.replace(moment(text)?).is_some() {
                    return Err(twice());
                }
            }
            ("valid-before", Some(text)) => {
                if allowed.valid_before.replace(moment(text)?).is_some() {
                    return Err(twice());
                }
            }
            _ => return Err(format!("the option `{}` is not known", shown(&option))),
        }
    }
    match (allowed.valid_after, allowed.valid_before) {
        (Some(from), Some(until)) if until <= from => {
            Err("`valid-before` is not after `valid-after`".to_owned())
        }
        _ => Ok(allowed),
    }
}

/// A public key as it is written in such files: its kind, its bytes, and perhaps a comment.
pub(super) fn read_key(text: &str) -> Option<KeyData> {
    let mut words = text.split_ascii_whitespace();
    let key = format!("{} {}", words.next()?, words.next()?);
    PublicKey::from_openssh(&key).ok().map(|key| key.key_data().clone())
}

/// Options and what follows them. Options are separated by commas, and end at a blank; a value may
/// stand in quotation marks, in which `\"` is one. Gives `name` or `name=value` without the marks.
fn split_options(text: &str) -> Result<(Vec<String>, &str), String> {
    let mut options = vec![String::new()];
    let mut is_quoted = false;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' if is_quoted && letters.peek().is_some_and(|(_, next)| *next == '"') => {
                letters.next();
                if let Some(option) = options.last_mut() {
                    option.push('"');
                }
            }
            '"' => is_quoted = !is_quoted,
            ' ' | '\t' if !is_quoted => {
                return Ok((options, text[at..].trim_start_matches([' ', '\t'])));
            }
            ',' if !is_quoted => options.push(String::new()),
            other => {
                if let Some(option) = options.last_mut() {
                    option.push(other);
                }
            }
        }
    }
    Err(if is_quoted { "a quotation mark is not closed" } else { "there is no key" }.to_owned())
}

/// A moment as OpenSSH takes it: `YYYYMMDD`, with `HHMM` or `HHMMSS` if wanted, in local time, or
/// in UTC when `Z` follows.
fn moment(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{}` is no moment: write YYYYMMDD[HHMM[SS]][Z]", shown(text));
    let upper = text.to_ascii_uppercase();
    let (digits, is_utc) = match upper.strip_suffix('Z').or_else(|| upper.strip_suffix("UTC")) {
        Some(digits) => (digits, true),
        None => (upper.as_str(), false),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let form = match digits.len() {
        8 | 12 | 14 => format!("{digits:0<14}"),
        _ => return Err(wrong()),
    };
    let civil = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", &form).map_err(|_| wrong())?;
    let zone = if is_utc { jiff::tz::TimeZone::UTC } else { jiff::tz::TimeZone::system() };
    Ok(civil.to_zoned(zone).map_err(|_| wrong())?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ANN: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMRguoRqSLZyQWYsaqFmmOwEsAMWoq4O9ohODONeI/Fw ann";

    fn signer() -> Signer {
        Signer::Key(read_key(ANN).expect("a key"))
    }

    fn ask(line: &str, moment: i64) -> Result<String, Denied> {
        let (signers, problems) = AllowedSigners::read(line, "allowed");
        assert!(problems.is_empty(), "{problems:?}");
        signers.principals(&signer(), "git", moment)
    }

    #[test]
    fn lines_allow_whom_they_name() {
        let ann = Ok("ann@example.org".to_owned());
        assert_eq!(ask(&format!("ann@example.org {ANN}"), 0), ann);
        assert_eq!(ask(&format!("# ann\n\n\tann@example.org  {ANN}\n"), 0), ann);
        assert_eq!(ask(&format!("\"ann@example.org\" {ANN}"), 0), ann);
        assert_eq!(ask(&format!("ann@example.org namespaces=\"git,file\" {ANN}"), 0), ann);
        assert_eq!(
            ask(&format!("ann@example.org namespaces=\"file\" {ANN}"), 0),
            Err(Denied::Namespace("file".into()))
        );
        let until = format!("ann@example.org valid-before=\"20010203040506Z\" {ANN}");
        assert_eq!(ask(&until, 981_173_106), ann);
        assert_eq!(ask(&until, 981_173_107), Err(Denied::Expired("2001-02-03T04:05:06Z".into())));
        let from = format!("ann@example.org valid-after=20010203Z,Namespaces=git {ANN}");
        assert_eq!(ask(&from, 981_158_399), Err(Denied::NotYet("2001-02-03T00:00:00Z".into())));
        assert_eq!(ask(&from, 981_158_400), ann);
        // The key of an authority signs nothing itself.
        assert_eq!(ask(&format!("* cert-authority {ANN}"), 0), Err(Denied::Unknown));
        // A later line may allow what an earlier one does not.
        assert_eq!(
            ask(&format!("{until}\nann@new.example {ANN}"), i64::MAX),
            Ok("ann@new.example".into())
        );
    }

    #[test]
    fn lines_that_are_not_understood_allow_nobody() {
        for line in [
            "ann@example.org".to_owned(),
            "ann@example.org ssh-ed25519 AAAA".to_owned(),
            format!("ann@example.org surprise {ANN}"),
            format!("ann@example.org namespaces=\"git {ANN}"),
            format!("ann@example.org valid-before=\"tomorrow\" {ANN}"),
            format!("ann@example.org valid-before=\"20011301\" {ANN}"),
            format!("ann@example.org valid-after=20020101Z,valid-before=20010101Z {ANN}"),
            format!("ann@example.org namespaces=a,namespaces=b {ANN}"),
            format!("\"ann@example.org {ANN}"),
        ] {
            let (signers, problems) = AllowedSigners::read(&line, "allowed");
            assert_eq!(problems.len(), 1, "{line}");
            assert_eq!(signers.principals(&signer(), "git", 0), Err(Denied::Unknown), "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([ -~\t]|é|\n|\"|ssh-ed25519 |valid-after=|,|=){0,60}") {
            let _ = AllowedSigners::read(&text, "allowed");
        }
    }
}
