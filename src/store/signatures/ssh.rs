//! Signatures of SSH keys: the form of OpenSSH's `PROTOCOL.sshsig`, checked without a program.

use ssh_encoding::Decode;
use ssh_encoding::base64::{Base64, Encoding};
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, Certificate, HashAlg, PublicKey, Signature, SshSig};

/// The first line of a signature of an SSH key, by which it is known.
pub(super) const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";
/// The first bytes of a signature.
const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;
/// Sizes of RSA keys that can be checked here, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

/// What a signature was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Signer {
    /// A key.
    Key(KeyData),
    /// A key for which an authority vouches.
    Certificate(Box<Certificate>),
}

impl Signer {
    /// The key itself.
    pub(super) fn key(&self) -> &KeyData {
        match self {
            Signer::Key(key) => key,
            Signer::Certificate(certificate) => certificate.public_key(),
        }
    }

    /// The fingerprint of the key, as ssh-keygen prints it: `SHA256:...`.
    pub(super) fn fingerprint(&self) -> String {
        self.key().fingerprint(HashAlg::Sha256).to_string()
    }
}

/// Why a signature is not good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not what a signature looks like.
    Malformed(String),
    /// It was made for something else: the namespace it names.
    Namespace(String),
    /// It is of a kind that is not checked here.
    Unsupported(String),
    /// It is not over these bytes, or not made with this key.
    Mismatch,
}

/// A signature as it was read; nothing of it is proved.
#[derive(Debug, Clone)]
pub(super) struct SshSignature {
    pub(super) signer: Signer,
    namespace: String,
    reserved: Vec<u8>,
    hash: HashAlg,
    signature: Signature,
}

impl SshSignature {
    /// Reads the armoured form.
    pub(super) fn read(text: &str) -> Result<SshSignature, Fault> {
        let malformed = |what: &str| Fault::Malformed(what.to_owned());
        let body = text
            .trim()
            .strip_prefix(BEGIN)
            .and_then(|rest| rest.strip_suffix(END))
            .ok_or_else(|| malformed("its first or last line is missing"))?;
        let body: String = body.split_ascii_whitespace().collect();
        let bytes =
            Base64::decode_vec(&body).map_err(|_| malformed("it is not written in Base64"))?;
        let mut rest = bytes
            .strip_prefix(MAGIC)
            .ok_or_else(|| malformed("it does not begin as signatures do"))?;
        let cut = |_| malformed("it is cut off");
        let version = u32::decode(&mut rest).map_err(cut)?;
        if version != VERSION {
            return Err(Fault::Unsupported(format!("signatures of version {version}")));
        }
        let key = Vec::<u8>::decode(&mut rest).map_err(cut)?;
        let namespace = String::decode(&mut rest).map_err(cut)?;
        let reserved = Vec::<u8>::decode(&mut rest).map_err(cut)?;
        let hash = String::decode(&mut rest).map_err(cut)?;
        let signature = Vec::<u8>::decode(&mut rest).map_err(cut)?;
        if !rest.is_empty() {
            return Err(malformed("something follows it"));
        }
        let hash = hash
            .parse()
            .map_err(|_| Fault::Unsupported(format!("the digest `{}`", shown(&hash))))?;
        let not_understood = || malformed("the value of the signature is not understood");
        let value = Signature::try_from(&signature[..]).map_err(|_| not_understood())?;
        // The reader of keys and signatures is not strict about lengths; there is one way to write
        // each. (The writer knows no other for keys of the kind excepted here.)
        let is_exact = value.algorithm() == Algorithm::SkEcdsaSha2NistP256
            || Vec::try_from(value.clone()).is_ok_and(|exact: Vec<u8>| exact == signature);
        if !is_exact {
            return Err(not_understood());
        }
        Ok(SshSignature { signer: signer(&key)?, namespace, reserved, hash, signature: value })
    }

    /// Whether it is over `message`, in `namespace`.
    pub(super) fn check(&self, namespace: &str, message: &[u8]) -> Result<(), Fault> {
        if self.namespace != namespace {
            return Err(Fault::Namespace(shown(&self.namespace)));
        }
        if !self.reserved.is_empty() {
            return Err(Fault::Unsupported("signatures with reserved bytes".to_owned()));
        }
        let key = self.signer.key();
        if let Some(rsa) = key.rsa() {
            let bits = rsa.n.as_positive_bytes().map_or(0, |bytes| bytes.len() * 8);
            if !RSA_BITS.contains(&bits) {
                return Err(Fault::Unsupported(format!(
                    "RSA keys of about {bits} bits (only {} to {})",
                    RSA_BITS.start(),
                    RSA_BITS.end()
                )));
            }
        }
        if key.is_dsa() || key.is_other() {
            return Err(Fault::Unsupported(format!("keys of the kind `{}`", key.algorithm())));
        }
        let signature = SshSig::new(key.clone(), namespace, self.hash, self.signature.clone())
            .map_err(|error| Fault::Malformed(error.to_string()))?;
        PublicKey::from(key.clone())
            .verify(namespace, message, &signature)
            .map_err(|_| Fault::Mismatch)
    }
}

/// The key or certificate in the bytes that a signature holds.
fn signer(bytes: &[u8]) -> Result<Signer, Fault> {
    let kind = String::decode(&mut &bytes[..])
        .map_err(|_| Fault::Malformed("the kind of its key is not understood".to_owned()))?;
    let broken = || Fault::Malformed(format!("its key (`{}`) is not understood", shown(&kind)));
    let (signer, exact) = if kind.ends_with(CERTIFICATE) {
        let certificate = Certificate::from_bytes(bytes).map_err(|_| broken())?;
        let exact = certificate.to_bytes();
        (Signer::Certificate(Box::new(certificate)), exact)
    } else {
        let key = PublicKey::from_bytes(bytes).map_err(|_| broken())?;
        (Signer::Key(key.key_data().clone()), key.to_bytes())
    };
    match exact {
        Ok(exact) if exact == bytes => Ok(signer),
        _ => Err(broken()),
    }
}

/// How the kind of a certificate ends.
const CERTIFICATE: &str = "-cert-v01@openssh.com";

/// A short piece of foreign text, fit for a message.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(60).flat_map(char::escape_debug).collect()
}
