//! Hashes: of leaves and nodes of the tree, and of evidence bytes.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Why a text is not a hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a hash: expected 64 digits of lower-case hexadecimal")]
pub struct HashMistake {
    /// The text as given, cut to a readable length.
    pub given: String,
}

macro_rules! hash {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub [u8; 32]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = HashMistake;
            fn from_str(text: &str) -> Result<Self, HashMistake> {
                from_hex(text).map(Self).ok_or_else(|| HashMistake {
                    given: text.chars().take(80).collect(),
                })
            }
        }

        impl TryFrom<String> for $name {
            type Error = HashMistake;
            fn try_from(text: String) -> Result<Self, HashMistake> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(hash: $name) -> String {
                hash.to_string()
            }
        }
    };
}

hash!(
    /// A hash of the log: of a leaf, of a node of the tree, or of its root.
    Hash
);
hash!(
    /// The SHA-256 of bytes kept in the vault; events hold it in place of the bytes.
    Digest
);

impl Hash {
    /// What the first event names as the leaf before it.
    pub const NONE: Self = Self([0; 32]);
}

impl Digest {
    /// What every tag that names kept bytes begins with.
    pub const TAG: &'static str = "vault:";

    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The tag by which an event says that it relies on these bytes.
    ///
    /// `verify` reports such an event when the bytes are gone.
    #[must_use]
    pub fn tag(&self) -> String {
        format!("{}{self}", Self::TAG)
    }
}

/// Reads 64 digits of lower-case hexadecimal: one spelling only, so that texts can be compared.
fn from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 {
        return None;
    }
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        if let [high, low] = pair {
            *byte = (digit(*high)? << 4) | digit(*low)?;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_reads_back_what_it_shows() {
        let digest = Digest::of(b"abc");
        assert_eq!(
            digest.to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
    }

    #[test]
    fn a_hash_has_one_spelling() {
        let text = Digest::of(b"abc").to_string();
        for bad in [
            text.to_uppercase(),
            format!("{text}0"),
            text.replace('b', "g"),
            String::new(),
        ] {
            assert!(bad.parse::<Digest>().is_err(), "{bad}");
        }
    }
}
