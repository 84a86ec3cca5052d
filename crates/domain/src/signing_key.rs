//! Keys with which the programs of others sign what they send.

use serde::{Deserialize, Serialize};

use crate::id::{OfficerId, SigningKeyId};
use crate::time::Instant;

/// The public half of an Ed25519 key, in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(String);

/// Why a text is not a public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected the 32 bytes of an Ed25519 public key in base64: 43 characters and `=`")]
pub struct PublicKeyMistake;

impl PublicKey {
    /// Reads a key. Whether it is a point of the curve is for whoever verifies with it.
    ///
    /// # Errors
    /// Refuses what is not 32 bytes in base64.
    pub fn parse(text: &str) -> Result<Self, PublicKeyMistake> {
        let digits = text.strip_suffix('=').ok_or(PublicKeyMistake)?;
        let is_digit = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
        if digits.len() != 43 || !digits.chars().all(is_digit) {
            return Err(PublicKeyMistake);
        }
        Ok(Self(text.to_owned()))
    }

    /// In base64.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PublicKey {
    type Error = PublicKeyMistake;
    fn try_from(text: String) -> Result<Self, PublicKeyMistake> {
        Self::parse(&text)
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.0
    }
}

/// A key as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeyRecord {
    /// The key.
    pub id: SigningKeyId,
    /// The person for whom a program signs with it.
    pub owner: OfficerId,
    /// Its public half.
    pub public_key: PublicKey,
    /// When it was registered.
    pub registered_at: Instant,
    /// When it was withdrawn; nothing that it signs is taken since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<Instant>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_key_has_32_bytes() {
        let text = "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=";
        assert_eq!(PublicKey::parse(text).unwrap().as_str(), text);
        for text in [
            "",
            "=",
            "JrQL=",
            "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0b-=",
        ] {
            assert!(PublicKey::parse(text).is_err(), "{text}");
        }
    }
}
