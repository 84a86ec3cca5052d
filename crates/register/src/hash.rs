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

/// What SHA-256 starts from (FIPS 180-4, section 5.3.3).
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// Most blocks of a message that is put together on the stack: a pointer and a value of the usual
/// lengths fit.
const BLOCKS_MAX: usize = 4;

/// The SHA-256 of these parts, one after the other.
///
/// Most messages of the log are short, and there are dozens for each event: such a message is put
/// together and padded on the stack, and its blocks are compressed at once, at about two thirds of
/// the cost of a hasher that takes part after part.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    // The padding is one byte, zeros, and the length in bits as eight bytes.
    let blocks_used = length.saturating_add(9).div_ceil(64);
    if blocks_used > BLOCKS_MAX {
        let mut hasher = Sha256::new();
        parts.iter().for_each(|part| hasher.update(part));
        return hasher.finalize().into();
    }
    let mut blocks = [[0_u8; 64]; BLOCKS_MAX];
    let mut rest = blocks.as_flattened_mut();
    for part in parts.iter().copied().chain([[0x80].as_slice()]) {
        let (here, after) = rest.split_at_mut(part.len());
        here.copy_from_slice(part);
        rest = after;
    }
    let used = blocks.get_mut(..blocks_used).unwrap_or_default();
    if let Some(end) = used.last_mut().and_then(|block| block.last_chunk_mut()) {
        *end = u64::try_from(length)
            .unwrap_or(u64::MAX)
            .saturating_mul(8)
            .to_be_bytes();
    }
    let mut state = START;
    sha2::block_api::compress256(&mut state, used);
    let mut digest = [0; 32];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
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
    fn a_message_put_together_hashes_as_one_taken_part_by_part() {
        let bytes: Vec<u8> = (0..=255).chain(0..=255).collect();
        for length in 0..=bytes.len() {
            let message = &bytes[..length];
            let expected: [u8; 32] = Sha256::digest(message).into();
            let (left, right) = message.split_at(length / 3);
            assert_eq!(sha256(&[message]), expected, "{length}");
            assert_eq!(sha256(&[left, &[], right]), expected, "{length}");
        }
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
