//! Checkpoints: signed statements of how long the log is and what it hashes to.
//!
//! The text is a C2SP `tlog-checkpoint` in a C2SP `signed-note`: origin, size, root in base64, and
//! one extension line with the instant of the log; then an empty line and the signature line.
//!
//! ```text
//! register.example/log
//! 4711
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//! recorded_at 2027-03-01T09:30:00.000000Z
//!
//! — register.example/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q
//! ```
//!
//! The origin is the name of the key. The register never keeps a secret key: a log that holds its
//! own key proves nothing.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::time::Instant;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::hash::Hash;

/// The algorithm byte of Ed25519 in a signed note.
const ED25519: u8 = 1;
/// The line that carries the instant.
const RECORDED_AT: &str = "recorded_at ";
/// Longest checkpoint read: a few lines, and signatures of a dozen witnesses.
const TEXT_BYTES_MAX: usize = 16 * 1024;

/// Why a text is not a checkpoint, or not one to rely on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointMistake {
    /// A name of a key has a character that the format cannot carry.
    #[error("`{given}` is not the name of a key: expected no spaces and no plus sign")]
    Name {
        /// The name as given.
        given: String,
    },
    /// The text does not have the lines of a checkpoint.
    #[error("not a checkpoint: {because}")]
    Shape {
        /// What was expected.
        because: &'static str,
    },
    /// No line is signed by the key.
    #[error("the checkpoint is not signed by `{name}`")]
    NotSigned {
        /// The name of the key.
        name: String,
    },
    /// The signature is not the key's.
    #[error("the signature of `{name}` does not match the checkpoint")]
    WrongSignature {
        /// The name of the key.
        name: String,
    },
    /// The text is not a public key.
    #[error("not a public key: expected name, key hash and key, joined by plus signs")]
    Key,
    /// The text is not a secret key.
    #[error(
        "not a secret key: expected PRIVATE, KEY, name, key hash and key, joined by plus signs"
    )]
    SecretKey,
}

/// How long the log is, and what it hashes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Names the log.
    pub origin: String,
    /// How many events.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The instant of the last event, or of the signing if that was later.
    pub recorded_at: Instant,
}

/// A key that signs checkpoints.
pub struct CheckpointKey {
    name: String,
    key: SigningKey,
}

/// The public half of a checkpoint key; its text can be handed to anyone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointVerifier {
    name: String,
    key: VerifyingKey,
}

/// A checkpoint with its signatures, as text that can be kept outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    text: String,
}

impl CheckpointKey {
    /// A key from its 32 secret bytes.
    ///
    /// # Errors
    /// Refuses a name with spaces or a plus sign.
    pub fn new(name: &str, secret: &[u8; 32]) -> Result<Self, CheckpointMistake> {
        check_name(name)?;
        Ok(Self {
            name: name.to_owned(),
            key: SigningKey::from_bytes(secret),
        })
    }

    /// Reads the text of a secret key, as [`Self::secret_text`] writes it.
    ///
    /// # Errors
    /// Refuses a text of another shape, or whose key hash is not that of its name and key.
    pub fn parse(text: &str) -> Result<Self, CheckpointMistake> {
        let parts: Vec<&str> = text.trim().splitn(5, '+').collect();
        let ["PRIVATE", "KEY", name, hash, key] = parts.as_slice() else {
            return Err(CheckpointMistake::SecretKey);
        };
        let bytes = BASE64.decode(key).unwrap_or_default();
        let secret = match bytes.split_first() {
            Some((&ED25519, secret)) => <&[u8; 32]>::try_from(secret).ok(),
            _ => None,
        };
        let read = Self::new(name, secret.ok_or(CheckpointMistake::SecretKey)?)?;
        if hex(&read.verifier().key_hash()) != *hash {
            return Err(CheckpointMistake::SecretKey);
        }
        Ok(read)
    }

    /// The secret as text, for a file that only its owner reads: the form that Go's `note` package gives
    /// to the signer of a C2SP signed note.
    #[must_use]
    pub fn secret_text(&self) -> String {
        let mut key = vec![ED25519];
        key.extend_from_slice(self.key.as_bytes());
        let hash = hex(&self.verifier().key_hash());
        format!("PRIVATE+KEY+{}+{hash}+{}", self.name, BASE64.encode(key))
    }

    /// The name, which is also the origin of the log.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> CheckpointVerifier {
        CheckpointVerifier {
            name: self.name.clone(),
            key: self.key.verifying_key(),
        }
    }

    /// Signs a checkpoint.
    #[must_use]
    pub fn sign(&self, checkpoint: Checkpoint) -> SignedCheckpoint {
        let body = checkpoint.to_string();
        let mut signature = self.verifier().key_hash().to_vec();
        signature.extend_from_slice(&self.key.sign(body.as_bytes()).to_bytes());
        let text = format!("{body}\n— {} {}\n", self.name, BASE64.encode(signature));
        SignedCheckpoint { checkpoint, text }
    }
}

impl CheckpointVerifier {
    /// Reads the text of a public key, as [`fmt::Display`] writes it.
    ///
    /// # Errors
    /// Refuses a text of another shape, or whose key hash is not that of its name and key.
    pub fn parse(text: &str) -> Result<Self, CheckpointMistake> {
        let (name, rest) = text.trim().split_once('+').ok_or(CheckpointMistake::Key)?;
        let (hash, key) = rest.split_once('+').ok_or(CheckpointMistake::Key)?;
        let bytes = BASE64.decode(key).map_err(|_| CheckpointMistake::Key)?;
        let (algorithm, key) = bytes.split_first().ok_or(CheckpointMistake::Key)?;
        let key: &[u8; 32] = key.try_into().map_err(|_| CheckpointMistake::Key)?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| CheckpointMistake::Key)?;
        let verifier = Self {
            name: name.to_owned(),
            key,
        };
        check_name(name)?;
        if *algorithm != ED25519 || hex(&verifier.key_hash()) != hash {
            return Err(CheckpointMistake::Key);
        }
        Ok(verifier)
    }

    /// The name of the key.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn key_hash(&self) -> [u8; 4] {
        let mut hasher = Sha256::new();
        hasher.update(self.name.as_bytes());
        hasher.update([b'\n', ED25519]);
        hasher.update(self.key.as_bytes());
        let full: [u8; 32] = hasher.finalize().into();
        full.first_chunk().copied().unwrap_or_default()
    }
}

impl fmt::Display for CheckpointVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ED25519];
        key.extend_from_slice(self.key.as_bytes());
        write!(
            f,
            "{}+{}+{}",
            self.name,
            hex(&self.key_hash()),
            BASE64.encode(key)
        )
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            origin,
            size,
            root,
            recorded_at,
        } = self;
        writeln!(
            f,
            "{origin}\n{size}\n{}\n{RECORDED_AT}{recorded_at}",
            BASE64.encode(root.0)
        )
    }
}

impl SignedCheckpoint {
    /// Reads a checkpoint without checking who signed it.
    ///
    /// # Errors
    /// Refuses a text that does not have the lines of a checkpoint.
    pub fn parse(text: &str) -> Result<Self, CheckpointMistake> {
        let shape = |because| CheckpointMistake::Shape { because };
        if text.len() > TEXT_BYTES_MAX {
            return Err(shape("expected a few lines"));
        }
        let (body, _) = text
            .split_once("\n\n")
            .ok_or(shape("expected an empty line before the signature"))?;
        let mut lines = body.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty());
        let size = lines
            .next()
            .filter(|line| *line == "0" || !line.starts_with(['0', '+']))
            .and_then(|line| line.parse().ok());
        let root = lines
            .next()
            .and_then(|line| BASE64.decode(line).ok())
            .and_then(|bytes| bytes.try_into().ok());
        let recorded_at = lines
            .find_map(|line| line.strip_prefix(RECORDED_AT))
            .and_then(|instant| instant.parse().ok());
        let checkpoint = Checkpoint {
            origin: origin
                .ok_or(shape("expected the origin in the first line"))?
                .to_owned(),
            size: size.ok_or(shape("expected the size in the second line"))?,
            root: Hash(root.ok_or(shape("expected the root in base64 in the third line"))?),
            recorded_at: recorded_at.ok_or(shape("expected an instant after recorded_at"))?,
        };
        Ok(Self {
            checkpoint,
            text: text.to_owned(),
        })
    }

    /// Reads a checkpoint and checks that this key signed it.
    ///
    /// # Errors
    /// Refuses a text of another shape, of another origin, or not signed by the key.
    pub fn open(text: &str, by: &CheckpointVerifier) -> Result<Self, CheckpointMistake> {
        let signed = Self::parse(text)?;
        signed.check(by)?;
        Ok(signed)
    }

    /// Checks that this key signed the checkpoint of its own log.
    ///
    /// # Errors
    /// Refuses a checkpoint of another origin, or not signed by the key.
    pub fn check(&self, by: &CheckpointVerifier) -> Result<(), CheckpointMistake> {
        let not_signed = || CheckpointMistake::NotSigned {
            name: by.name.clone(),
        };
        let (body, signatures) = self.text.split_once("\n\n").ok_or_else(not_signed)?;
        let wanted = by.key_hash();
        let signature = signatures
            .lines()
            .filter_map(|line| line.strip_prefix("— ")?.split_once(' '))
            .filter(|(name, _)| *name == by.name)
            .filter_map(|(_, base64)| BASE64.decode(base64).ok())
            .find_map(|bytes| {
                let (hash, signature) = bytes.split_at_checked(4)?;
                let signature: [u8; 64] = signature.try_into().ok()?;
                (hash == wanted).then_some(signature)
            })
            .ok_or_else(not_signed)?;
        let signed = format!("{body}\n");
        let matches = by
            .key
            .verify_strict(signed.as_bytes(), &Signature::from_bytes(&signature))
            .is_ok();
        if matches && self.checkpoint.origin == by.name {
            Ok(())
        } else {
            Err(CheckpointMistake::WrongSignature {
                name: by.name.clone(),
            })
        }
    }

    /// What it states.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The text to keep outside.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn check_name(name: &str) -> Result<(), CheckpointMistake> {
    let fits = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+');
    if fits {
        Ok(())
    } else {
        Err(CheckpointMistake::Name {
            given: name.chars().take(80).collect(),
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> CheckpointKey {
        CheckpointKey::new("register.example/log", &[7; 32]).unwrap()
    }

    #[test]
    fn a_secret_key_is_read_as_it_was_written_and_no_other_text_is() {
        let text = key().secret_text();
        let read = CheckpointKey::parse(&format!("{text}\n")).unwrap();
        assert_eq!(read.verifier(), key().verifier());
        assert_eq!(read.sign(checkpoint()), key().sign(checkpoint()));
        let public = key().verifier().to_string();
        for wrong in [
            "",
            "PRIVATE+KEY",
            public.as_str(),
            &text.replace("register", "another"),
            &text.replace("PRIVATE", "PUBLIC"),
            text.get(..text.len() - 4).unwrap(),
        ] {
            assert!(CheckpointKey::parse(wrong).is_err(), "{wrong}");
        }
        assert!(CheckpointVerifier::parse(&text).is_err());
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint {
            origin: "register.example/log".into(),
            size: 4711,
            root: Hash([9; 32]),
            recorded_at: Instant(1_800_000_000_000_000),
        }
    }

    #[test]
    fn a_signed_checkpoint_reads_back_under_its_key() {
        let signed = key().sign(checkpoint());
        let verifier = CheckpointVerifier::parse(&key().verifier().to_string()).unwrap();
        let opened = SignedCheckpoint::open(signed.text(), &verifier).unwrap();
        assert_eq!(opened.checkpoint(), &checkpoint());
    }

    #[test]
    fn a_changed_checkpoint_is_refused() {
        let text = key().sign(checkpoint()).text().to_owned();
        let verifier = key().verifier();
        for (from, to) in [
            ("4711", "4712"),
            ("CQkJ", "CQkK"),
            ("T08:", "T09:"),
            (".000000Z", "Z"),
        ] {
            assert!(text.contains(from), "{from}");
            let changed = text.replacen(from, to, 1);
            assert!(
                SignedCheckpoint::open(&changed, &verifier).is_err(),
                "{from}"
            );
        }
    }

    #[test]
    fn another_key_of_the_same_name_is_not_the_key() {
        let other = CheckpointKey::new("register.example/log", &[8; 32]).unwrap();
        let text = key().sign(checkpoint()).text().to_owned();
        assert_eq!(
            SignedCheckpoint::open(&text, &other.verifier()),
            Err(CheckpointMistake::NotSigned {
                name: "register.example/log".into()
            })
        );
    }

    #[test]
    fn a_checkpoint_of_another_log_is_refused() {
        let elsewhere = Checkpoint {
            origin: "other.example/log".into(),
            ..checkpoint()
        };
        let text = key().sign(elsewhere).text().to_owned();
        assert!(SignedCheckpoint::open(&text, &key().verifier()).is_err());
    }

    #[test]
    fn a_text_that_lacks_a_line_is_not_a_checkpoint() {
        for bad in [
            "",
            "a\n1\n",
            "a\n01\nAAAA\n\n",
            "a\n1\n!!\n\n",
            "a\n-1\nAAAA\n\n",
        ] {
            assert!(SignedCheckpoint::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_verifier_with_a_wrong_key_hash_is_refused() {
        let text = key().verifier().to_string();
        assert!(CheckpointVerifier::parse(&text.replacen("+", "+0", 1)).is_err());
        assert!(CheckpointVerifier::parse("name").is_err());
        assert!(CheckpointKey::new("two words", &[1; 32]).is_err());
    }
}
