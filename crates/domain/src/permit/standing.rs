//! Where a permit stands on a day: computed from acts, never set.

use serde::{Deserialize, Serialize};

use super::{Covering, Permit};
use crate::id::OrderId;
use crate::item::LineNo;
use crate::measure::OrderKind;
use crate::time::Day;

/// Where a line, or a whole permit, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Issued, and its first day has not come.
    NotYetValid,
    /// May be used.
    InForce,
    /// Quantity or value is used up.
    Exhausted,
    /// Some lines are suspended or cancelled, others are open.
    PartlyInForce,
    /// Unusable for now, still exists.
    Suspended,
    /// Its last day has passed.
    Expired,
    /// Given up by its holder.
    Surrendered,
    /// Ended by the authority.
    Cancelled,
    /// Ended from issue.
    Annulled,
}

impl Standing {
    /// The key used in files and pages.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::NotYetValid => "not-yet-valid",
            Self::InForce => "in-force",
            Self::Exhausted => "exhausted",
            Self::PartlyInForce => "partly-in-force",
            Self::Suspended => "suspended",
            Self::Expired => "expired",
            Self::Surrendered => "surrendered",
            Self::Cancelled => "cancelled",
            Self::Annulled => "annulled",
        }
    }
}

/// Where one line stands, and because of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineStanding {
    /// The line.
    pub line: LineNo,
    /// Where it stands.
    pub standing: Standing,
    /// Every order in force over it on that day.
    pub because: Vec<OrderId>,
}

impl Covering {
    /// Whether this order is in force over a line on a day.
    #[must_use]
    pub fn holds(&self, line: LineNo, day: Day) -> bool {
        self.lines.contains(&line)
            && day >= self.effective_from
            && self.until.is_none_or(|until| day < until)
            && self.ended.get(&line).is_none_or(|ended| day < ended.from)
    }

    /// Whether it closes the whole line, and not only a use of it.
    #[must_use]
    pub const fn closes_whole_line(&self) -> bool {
        self.use_scope.is_none()
    }

    /// The days on which this order stood over a line before a day, half-open and counted from
    /// 1970, for suspensions of the whole line that stop expiry.
    fn days_stopped(&self, line: LineNo, before: Day) -> Option<(i32, i32)> {
        let stops = self.stops_expiry
            && self.kind == OrderKind::Suspend
            && self.closes_whole_line()
            && self.lines.contains(&line);
        let ends = [self.until, self.ended.get(&line).map(|ended| ended.from)];
        let end = ends.into_iter().flatten().fold(before, Day::min);
        stops.then(|| (self.effective_from.days_since_1970(), end.days_since_1970()))
    }
}

impl Permit {
    /// The last day of validity of a line as of a day; later than printed where a suspension that
    /// stops expiry has run.
    #[must_use]
    pub fn last_day_as_of(&self, line: LineNo, day: Day) -> Option<Day> {
        let printed = self
            .version_on(day)
            .map_or(self.issued.last_day, |version| version.last_day)?;
        let stretches = self.coverings.iter();
        let mut stretches: Vec<_> = stretches
            .filter_map(|covering| covering.days_stopped(line, day))
            .collect();
        stretches.sort_unstable();
        // A day under two suspensions stands still once.
        let (mut stopped, mut counted_until) = (0_i32, i32::MIN);
        for (from, until) in stretches {
            let uncounted = until.saturating_sub(from.max(counted_until)).max(0);
            stopped = stopped.saturating_add(uncounted);
            counted_until = counted_until.max(until);
        }
        Some(printed.plus_days(stopped))
    }

    /// Where a line stands on a day. Exhaustion is the ledger's to say.
    #[must_use]
    pub fn line_standing(&self, line: LineNo, day: Day) -> LineStanding {
        let over: Vec<&Covering> = self
            .coverings
            .iter()
            .filter(|covering| covering.closes_whole_line() && covering.holds(line, day))
            .collect();
        let is_under = |kind| over.iter().any(|covering| covering.kind == kind);
        let standing = if is_under(OrderKind::Annul) {
            Standing::Annulled
        } else if is_under(OrderKind::Cancel) {
            Standing::Cancelled
        } else if self.surrendered_from.is_some_and(|from| day >= from) {
            Standing::Surrendered
        } else if self
            .last_day_as_of(line, day)
            .is_some_and(|last| day > last)
        {
            Standing::Expired
        } else if is_under(OrderKind::Suspend) {
            Standing::Suspended
        } else if day < self.issued.valid_from {
            Standing::NotYetValid
        } else {
            Standing::InForce
        };
        let because = over.iter().map(|covering| covering.order.clone()).collect();
        LineStanding {
            line,
            standing,
            because,
        }
    }

    /// Where every line stands on a day.
    #[must_use]
    pub fn line_standings(&self, day: Day) -> Vec<LineStanding> {
        self.terms_on(day)
            .lines
            .iter()
            .map(|line| self.line_standing(line.no, day))
            .collect()
    }

    /// Where the permit as a whole stands on a day: what its lines agree on, else partly in force
    /// when one is open, else the mildest of them.
    #[must_use]
    pub fn standing(&self, day: Day) -> Standing {
        let lines = self.line_standings(day);
        let Some(first) = lines.first().map(|line| line.standing) else {
            return Standing::NotYetValid;
        };
        if lines.iter().all(|line| line.standing == first) {
            return first;
        }
        if lines.iter().any(|line| line.standing == Standing::InForce) {
            return Standing::PartlyInForce;
        }
        lines
            .iter()
            .map(|line| line.standing)
            .min()
            .unwrap_or(first)
    }
}
