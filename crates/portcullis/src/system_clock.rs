//! The real clock and the real randomness. Only here.

use casework::Clock;
use domain::time::{Day, Instant};

/// The machine's clock. Its own day is that of UTC; the desk reads days in the authority's calendar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    fn now(&self) -> Instant {
        Instant(jiff::Timestamp::now().as_microsecond())
    }

    fn today(&self) -> Day {
        // A clock outside the register's range counts as 1 January 1970: no permit is valid yet on
        // that day, so nothing is released.
        self.now()
            .utc_day()
            .unwrap_or_else(|| Instant(0).utc_day().unwrap_or_else(|| self.today()))
    }

    fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        if getrandom::fill(&mut bytes).is_err() {
            // Without randomness no salt is safe: nothing is written.
            eprintln!("the machine gives no random bytes: stopping.");
            std::process::exit(3);
        }
        bytes
    }
}
