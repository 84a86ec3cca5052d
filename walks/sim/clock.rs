//! Clocks of the simulation: each moves by itself and can be told to jump.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use casework::Clock;
use domain::time::{Day, Instant};
use register::Digest;

/// Microseconds in a minute.
const MINUTE: i64 = 60_000_000;

/// The morning on which every simulation begins.
pub fn morning() -> Instant {
    Instant::at_start_of(Day::new(2027, 3, 1).unwrap()).plus_minutes(9 * 60)
}

/// A clock that moves a millisecond at each reading, until it is told to jump.
#[derive(Clone)]
pub struct Jumpy {
    now: Arc<AtomicI64>,
    drawn: Arc<AtomicU64>,
    seed: u64,
}

impl Jumpy {
    /// A clock that shows the morning, so many minutes late or early.
    pub fn new(seed: u64, minutes_off: i64) -> Self {
        Self {
            now: Arc::new(AtomicI64::new(morning().plus_minutes(minutes_off).0)),
            drawn: Arc::default(),
            seed,
        }
    }

    /// A clock that shows the morning of another day.
    pub fn on(seed: u64, day: Day) -> Self {
        let days =
            Instant::at_start_of(day).0 - Instant::at_start_of(morning().utc_day().unwrap()).0;
        Self::new(seed, days / MINUTE)
    }

    /// Moves the clock by so many minutes, forward or back.
    pub fn jump(&self, minutes: i64) {
        self.now.fetch_add(minutes * MINUTE, Ordering::SeqCst);
    }
}

impl Clock for Jumpy {
    fn now(&self) -> Instant {
        Instant(self.now.fetch_add(1_000, Ordering::SeqCst))
    }

    fn today(&self) -> Day {
        let now = Instant(self.now.load(Ordering::SeqCst));
        now.utc_day().unwrap()
    }

    fn entropy(&self) -> [u8; 32] {
        let drawn = self.drawn.fetch_add(1, Ordering::SeqCst);
        Digest::of(format!("{}/{drawn}", self.seed).as_bytes()).0
    }
}
