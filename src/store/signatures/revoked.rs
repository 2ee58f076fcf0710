//! Keys that no longer count: a list of public keys, or OpenSSH's key revocation list
//! (`PROTOCOL.krl`).

use super::allowed_signers::read_key;
use super::ssh::Signer;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use ssh_encoding::Decode;
use ssh_key::Certificate;
use ssh_key::public::KeyData;

/// The first bytes of a revocation list in OpenSSH's own form.
const MAGIC: &[u8] = b"SSHKRL\n\0";

/// Everything that was revoked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Revoked {
    /// The bytes of keys, without comments.
    keys: Vec<Vec<u8>>,
    /// SHA-256 or SHA-1 of the bytes of keys.
    digests: Vec<Vec<u8>>,
    certificates: Vec<RevokedCertificates>,
}

/// Certificates of one authority, or of all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct RevokedCertificates {
    /// The bytes of the authority's key; empty for all.
    authority: Vec<u8>,
    /// Their numbers, from and to.
    serials: Vec<(u64, u64)>,
    key_ids: Vec<String>,
}

impl Revoked {
    /// Reads the file. What is not understood is an error, for a key might stand there.
    pub(super) fn read(bytes: &[u8]) -> Result<Revoked, String> {
        match bytes.strip_prefix(MAGIC) {
            Some(list) => read_list(list),
            None => read_keys(bytes),
        }
    }

    /// Whether `signer` was revoked: its key, the authority that vouches for it, its certificate.
    pub(super) fn holds(&self, signer: &Signer) -> bool {
        let has = |key: &KeyData| {
            let Some(bytes) = bytes_of(key) else { return true };
            self.keys.contains(&bytes)
                || self.digests.iter().any(|digest| {
                    digest[..] == Sha256::digest(&bytes)[..]
                        || digest[..] == Sha1::digest(&bytes)[..]
                })
        };
        has(signer.key())
            || match signer {
                Signer::Key(_) => false,
                Signer::Certificate(certificate) => {
                    has(certificate.signature_key())
                        || self.certificates.iter().any(|list| list.holds(certificate))
                }
            }
    }
}

impl RevokedCertificates {
    fn holds(&self, certificate: &Certificate) -> bool {
        let is_authority = self.authority.is_empty()
            || bytes_of(certificate.signature_key()).is_none_or(|key| key == self.authority);
        let serial = certificate.serial();
        is_authority
            && (self.serials.iter().any(|(from, to)| (*from..=*to).contains(&serial))
                || self.key_ids.iter().any(|id| id == certificate.key_id()))
    }
}

/// The bytes of a key, as signatures and lists hold them.
fn bytes_of(key: &KeyData) -> Option<Vec<u8>> {
    ssh_key::PublicKey::from(key.clone()).to_bytes().ok()
}

/// A list of public keys, one a line.
fn read_keys(bytes: &[u8]) -> Result<Revoked, String> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| "it is neither text nor a list of OpenSSH")?;
    let mut revoked = Revoked::default();
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let key = read_key(line).and_then(|key| bytes_of(&key));
        revoked
            .keys
            .push(key.ok_or_else(|| format!("the key in line {number} is not understood"))?);
    }
    Ok(revoked)
}

/// A list in OpenSSH's form, after its first bytes.
fn read_list(mut list: &[u8]) -> Result<Revoked, String> {
    let cut = |_| "it is cut off".to_owned();
    let bytes = &mut list;
    let version = u32::decode(bytes).map_err(cut)?;
    if version != 1 {
        return Err(format!("lists of version {version} are not known"));
    }
    // Its number, its date, flags.
    for _ in 0..3 {
        u64::decode(bytes).map_err(cut)?;
    }
    // Reserved, and a comment.
    for _ in 0..2 {
        Vec::<u8>::decode(bytes).map_err(cut)?;
    }
    let mut revoked = Revoked::default();
    while !bytes.is_empty() {
        let section = u8::decode(bytes).map_err(cut)?;
        let data = Vec::<u8>::decode(bytes).map_err(cut)?;
        let mut data = &data[..];
        match section {
            1 => revoked.certificates.push(read_certificates(data)?),
            2 | 3 | 5 => {
                while !data.is_empty() {
                    let entry = Vec::<u8>::decode(&mut data).map_err(cut)?;
                    if section == 2 { &mut revoked.keys } else { &mut revoked.digests }.push(entry);
                }
            }
            // The signature of the list itself: ssh-keygen does not look at it either.
            4 => {
                Vec::<u8>::decode(bytes).map_err(cut)?;
            }
            other => return Err(format!("it has a part of the kind {other}, which is not known")),
        }
    }
    Ok(revoked)
}

/// What of one authority's certificates was revoked.
fn read_certificates(mut data: &[u8]) -> Result<RevokedCertificates, String> {
    let cut = |_| "it is cut off".to_owned();
    let mut list = RevokedCertificates {
        authority: Vec::<u8>::decode(&mut data).map_err(cut)?,
        ..RevokedCertificates::default()
    };
    Vec::<u8>::decode(&mut data).map_err(cut)?;
    while !data.is_empty() {
        let part = u8::decode(&mut data).map_err(cut)?;
        let entries = Vec::<u8>::decode(&mut data).map_err(cut)?;
        let mut entries = &entries[..];
        match part {
            0x20 => {
                while !entries.is_empty() {
                    let serial = u64::decode(&mut entries).map_err(cut)?;
                    list.serials.push((serial, serial));
                }
            }
            0x21 => {
                let from = u64::decode(&mut entries).map_err(cut)?;
                list.serials.push((from, u64::decode(&mut entries).map_err(cut)?));
            }
            0x22 => {
                let first = u64::decode(&mut entries).map_err(cut)?;
                let bits = Vec::<u8>::decode(&mut entries).map_err(cut)?;
                // The lowest bit stands last.
                let set = bits.iter().rev().zip(0_u64..).flat_map(|(byte, at)| {
                    (0..8).filter(move |bit| byte >> bit & 1 == 1).map(move |bit| at * 8 + bit)
                });
                list.serials
                    .extend(set.map(|n| (first.saturating_add(n), first.saturating_add(n))));
            }
            0x23 => {
                while !entries.is_empty() {
                    list.key_ids.push(String::decode(&mut entries).map_err(cut)?);
                }
            }
            other => return Err(format!("it has a part of the kind {other}, which is not known")),
        }
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMRguoRqSLZyQWYsaqFmmOwEsAMWoq4O9ohODONeI/Fw ann";

    #[test]
    fn a_list_of_keys() {
        let signer = Signer::Key(read_key(KEY).expect("a key"));
        let revoked = Revoked::read(format!("# lost\n\n{KEY}\n").as_bytes()).expect("a list");
        assert!(revoked.holds(&signer));
        assert!(!Revoked::read(b"").expect("a list").holds(&signer));
        assert!(Revoked::read(b"ssh-ed25519 AAAA").is_err());
        assert!(Revoked::read(b"\xff").is_err());
        assert!(Revoked::read(b"SSHKRL\n\0").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let mut list = MAGIC.to_vec();
            list.extend([0, 0, 0, 1]);
            list.extend([0; 32]);
            list.extend(bytes);
            let _ = Revoked::read(&list);
        }
    }
}
