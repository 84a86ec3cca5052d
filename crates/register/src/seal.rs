//! Seals of rows that stand beside the log: a hash over what must not change in them, so that
//! `verify` can name a damaged row. A seal is no signature: what counts in law is in the log.

use sha2::{Digest as _, Sha256};

use crate::store::{OutgoingEntry, StoredAnswer};

/// A hash over parts, each with its length: `SHA-256(0x05 || u64(length) || bytes…)`.
fn seal(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update([0x05]);
    for part in parts {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The seal of an answer.
pub(crate) fn of_answer(number: i64, key: &str, answer: &StoredAnswer) -> [u8; 32] {
    let (first, last) = answer
        .events
        .map_or((0, 0), |(first, last)| (first.0, last.0));
    seal(&[
        &number.to_be_bytes(),
        key.as_bytes(),
        &answer.request.0,
        answer.answer.as_bytes(),
        &first.to_be_bytes(),
        &last.to_be_bytes(),
    ])
}

/// The seal of an outgoing message, over what was put there with the events.
pub(crate) fn of_outgoing(entry: &OutgoingEntry, body: &str) -> [u8; 32] {
    seal(&[
        &entry.number.to_be_bytes(),
        entry.key.as_bytes(),
        entry.topic.as_bytes(),
        entry.recipient.as_bytes(),
        body.as_bytes(),
        &entry.position.0.to_be_bytes(),
        &entry.recorded_at.0.to_be_bytes(),
    ])
}
