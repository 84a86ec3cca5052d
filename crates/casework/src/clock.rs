//! Time and randomness, handed in. Only the program at the front door reads the real ones.

use domain::time::{Day, Instant};

/// What tells the time and gives random bytes.
pub trait Clock: Send + Sync {
    /// The instant now.
    fn now(&self) -> Instant;

    /// The civil day now by this clock. What the desk decides on is
    /// [`crate::desk::Desk::today`]: in the calendar of the authority, never before the last event.
    fn today(&self) -> Day;

    /// 32 bytes that nobody can guess.
    fn entropy(&self) -> [u8; 32];
}
