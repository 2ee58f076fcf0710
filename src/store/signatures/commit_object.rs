//! The bytes of a commit: what of them is signed, and where the signature stands.

/// A commit taken apart as git takes it apart to check its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SignedBytes {
    /// What the signature is over: the commit without its signatures.
    pub(super) payload: Vec<u8>,
    /// The signature, when there is one.
    pub(super) signature: Option<Vec<u8>>,
}

/// The header that holds the signature of a commit whose id is SHA-1.
const HEADER: &[u8] = b"gpgsig";

/// Takes the commit `raw` apart. Headers whose names begin with `gpgsig` (there is one for each
/// kind of object id) are no part of what is signed; the lines that go on a header begin with a
/// blank.
pub(super) fn take_apart(raw: &[u8]) -> SignedBytes {
    #[derive(PartialEq)]
    enum In {
        Signature,
        OtherSignature,
        Else,
    }
    let mut payload = Vec::with_capacity(raw.len());
    let mut signature: Option<Vec<u8>> = None;
    let mut within = In::Else;
    let mut rest = raw;
    while !rest.is_empty() {
        if rest.first() == Some(&b'\n') {
            // The message.
            payload.extend_from_slice(rest);
            break;
        }
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let (line, more) = rest.split_at(end);
        rest = more;
        let of_signature = match line.strip_prefix(HEADER).and_then(|l| l.strip_prefix(b" ")) {
            Some(first) => {
                within = In::Signature;
                Some(first)
            }
            None => match line.strip_prefix(b" ") {
                Some(next) => (within == In::Signature).then_some(next),
                None if line.starts_with(HEADER) => {
                    within = In::OtherSignature;
                    None
                }
                None => {
                    within = In::Else;
                    None
                }
            },
        };
        match of_signature {
            Some(text) => signature.get_or_insert_default().extend_from_slice(text),
            None if within == In::OtherSignature => {}
            None => payload.extend_from_slice(line),
        }
    }
    SignedBytes { payload, signature }
}

/// The commit `payload` with `signature` in its headers; `None` when it has no end of headers.
pub(super) fn with_signature(payload: &[u8], signature: &str) -> Option<Vec<u8>> {
    let end = payload.windows(2).position(|pair| pair == b"\n\n")? + 1;
    let (headers, message) = payload.split_at(end);
    let mut signed = headers.to_vec();
    signed.extend_from_slice(HEADER);
    for line in signature.trim_end_matches('\n').split('\n') {
        signed.push(b' ');
        signed.extend_from_slice(line.as_bytes());
        signed.push(b'\n');
    }
    signed.extend_from_slice(message);
    Some(signed)
}

/// Who made the commit, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Committer {
    /// The address.
    pub(super) email: String,
    /// Seconds since 1970, by the committer's clock.
    pub(super) moment: i64,
}

/// The committer, as the headers name it.
pub(super) fn committer(payload: &[u8]) -> Committer {
    let header = payload
        .split(|byte| *byte == b'\n')
        .take_while(|line| !line.is_empty())
        .find_map(|line| line.strip_prefix(b"committer "));
    let header = String::from_utf8_lossy(header.unwrap_or_default());
    let Some((person, moment)) = header.rsplit_once('>') else { return Committer::default() };
    Committer {
        email: person.rsplit_once('<').map_or("", |(_, email)| email).to_owned(),
        moment: moment.split_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAIN: &[u8] =
        b"tree 1\nauthor A <a@b> 5 +0000\ncommitter C <c@d> 7 +0100\n\nwhy\n\ngpgsig no\n";

    #[test]
    fn what_is_put_in_is_taken_out() {
        let signed = with_signature(PLAIN, "-----BEGIN\nabc\n-----END\n").expect("headers");
        let text = String::from_utf8_lossy(&signed).into_owned();
        assert!(text.contains("+0100\ngpgsig -----BEGIN\n abc\n -----END\n\nwhy"), "{text}");
        let apart = take_apart(&signed);
        assert_eq!(apart.payload, PLAIN);
        assert_eq!(apart.signature.as_deref(), Some(&b"-----BEGIN\nabc\n-----END\n"[..]));
        assert_eq!(take_apart(PLAIN), SignedBytes { payload: PLAIN.to_vec(), signature: None });
        assert_eq!(committer(PLAIN), Committer { email: "c@d".into(), moment: 7 });
        assert_eq!(with_signature(b"tree 1\n", "x"), None);
    }

    #[test]
    fn signatures_for_other_ids_are_no_part_of_what_is_signed() {
        let raw = b"tree 1\ngpgsig-sha256 one\n two\ngpgsig three\n four\nencoding x\n y\n\nwhy\n";
        let apart = take_apart(raw);
        assert_eq!(apart.payload, b"tree 1\nencoding x\n y\n\nwhy\n");
        assert_eq!(apart.signature.as_deref(), Some(&b"three\nfour\n"[..]));
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken_apart(raw in prop::collection::vec(prop::sample::select(
            b"\n gpgsig-ab".to_vec()), 0..200)) {
            let apart = take_apart(&raw);
            prop_assert!(apart.payload.len() <= raw.len());
            let _ = committer(&raw);
        }
    }
}
