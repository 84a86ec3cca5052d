//! The secrets with which messages are signed (Standard Webhooks).
//!
//! The log is for good, so no secret is in it: each is derived from one key, which an operator keeps
//! in a file, and from the number and generation of the subscription. Whoever has the register and
//! not the file can sign nothing; whoever renews a secret makes the one before worthless.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::id::SubscriptionId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Shortest key: that of the hash, so that guessing the key is no easier than guessing a signature.
///
/// # Units
/// Bytes.
const KEY_BYTES_MIN: usize = 32;

/// The key from which every secret is derived.
#[derive(Clone)]
pub struct MasterKey(Vec<u8>);

/// Why a text is not such a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected at least {KEY_BYTES_MIN} bytes in base64, as `portcullis webhook-key new` writes them"
)]
pub struct KeyMistake;

impl MasterKey {
    /// Reads the text of a key file.
    ///
    /// # Errors
    /// Refuses what is not base64, and too short a key.
    pub fn read(text: &str) -> Result<Self, KeyMistake> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| KeyMistake)?;
        if bytes.len() < KEY_BYTES_MIN {
            return Err(KeyMistake);
        }
        Ok(Self(bytes))
    }

    /// The text of a key file with these bytes, which nobody can guess.
    #[must_use]
    pub fn text_of(entropy: &[u8; 32]) -> String {
        STANDARD.encode(entropy)
    }

    /// The secret of a generation of a subscription.
    #[must_use]
    pub fn secret(&self, subscription: &SubscriptionId, generation: u32) -> Secret {
        let about = format!("portcullis webhook secret\n{subscription}\n{generation}");
        Secret(mac(&self.0, &[about.as_bytes()]))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(not shown)")
    }
}

/// The secret that a subscriber and this register share.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// As it is handed to the subscriber: `whsec_…`.
    #[must_use]
    pub fn text(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.0))
    }

    /// Signs a message: `v1,…`.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let timestamp = timestamp.to_string();
        let parts = [id, ".", &timestamp, ".", body].map(str::as_bytes);
        format!("v1,{}", STANDARD.encode(mac(&self.0, &parts)))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(not shown)")
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length is taken: a longer one than a block is hashed first.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_the_published_example_is() {
        // The example of the Standard Webhooks specification.
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = r#"{"test": 2432232314}"#;
        let parts = ["msg_p5jXN8AQM9LWM0D4loKWxJek", ".", "1614265330", ".", body];
        let signed = STANDARD.encode(mac(&key, &parts.map(str::as_bytes)));
        assert_eq!(signed, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn each_subscription_and_generation_has_a_secret_of_its_own_and_none_shows() {
        let key = MasterKey::read(&MasterKey::text_of(&[7; 32])).unwrap();
        let id = |number| SubscriptionId::numbered(2027, number);
        let first = key.secret(&id(1), 1);
        assert_eq!(first, key.secret(&id(1), 1));
        assert_ne!(first, key.secret(&id(1), 2));
        assert_ne!(first, key.secret(&id(2), 1));
        assert!(first.text().starts_with("whsec_"));
        let shown = format!("{key:?} {first:?}");
        assert!(!shown.contains(&STANDARD.encode(first.0)), "{shown}");
        for text in ["", "short", "not base64!", &STANDARD.encode([1; 31])] {
            assert!(MasterKey::read(text).is_err());
        }
    }
}
