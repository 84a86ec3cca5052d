//! What happens to permits.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{OrderId, PartyId, PermitId};
use crate::law::Law;
use crate::permit::{Issued, Terms};
use crate::time::{Calendar, Day, Instant};

/// A permit was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermitIssued {
    /// The permit, one complete snapshot.
    pub issued: Issued,
}

/// A permit of another register was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermitRecorded {
    /// The permit, one complete snapshot.
    pub issued: Issued,
}

/// A permit has new terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermitAmended {
    /// The permit.
    pub permit: PermitId,
    /// The terms as they are now.
    pub terms: Terms,
    /// The last day as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Day>,
    /// First day with them.
    pub effective_from: Day,
    /// The term and the reason.
    pub reason: String,
    /// The order, when it was the authority's own motion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
}

/// A holder gave a permit up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermitSurrendered {
    /// The permit.
    pub permit: PermitId,
    /// The holder.
    pub by: PartyId,
    /// First day without it.
    pub effective_from: Day,
}

/// An exporter registered for the use of a general permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneralPermitRegistered {
    /// The general permit.
    pub permit: PermitId,
    /// The exporter.
    pub exporter: PartyId,
    /// First day of use.
    pub effective_from: Day,
}

/// A registration for a general permit ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneralPermitRegistrationEnded {
    /// The general permit.
    pub permit: PermitId,
    /// The exporter.
    pub exporter: PartyId,
    /// First day without it.
    pub effective_from: Day,
    /// Why.
    pub reason: String,
}

/// The authority that keeps this register, with its own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityEstablished {
    /// The jurisdiction, as in `CA`.
    pub jurisdiction: String,
    /// The authority's name.
    pub name: crate::language::Bilingual,
    /// The authority's verb for each kind of order, by the kind's key (`cancel` → `revoke`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub verbs: BTreeMap<String, crate::language::Bilingual>,
    /// The law under which orders are made, by the kind's key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub powers: BTreeMap<String, Law>,
    /// What the authority calls a permit (`permit`, `licence`).
    pub permit_word: crate::language::Bilingual,
    /// The rule of its calendar; UTC where it gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
    /// Its time limits at the border, where they are not those of decision 0012.
    #[serde(default, skip_serializing_if = "Limits::is_usual")]
    pub limits: Limits,
}

impl AuthorityEstablished {
    /// The civil day of an instant in its calendar; see [`Calendar::day_in_range`].
    #[must_use]
    pub fn day_of(&self, instant: Instant) -> Day {
        match &self.calendar {
            Some(calendar) => calendar.day_in_range(instant),
            None => Calendar::utc().day_in_range(instant),
        }
    }
}

/// An authority's time limits at the border. What it does not give is as decision 0012 has it.
///
/// # Units
/// Minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// After how many a reservation lapses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation_minutes: Option<u32>,
    /// Within how many an office acknowledges a stop notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_acknowledge_minutes: Option<u32>,
}

/// Minutes until a reservation lapses: longest notice that the reporting regulation asks for (48
/// hours before loading), and a day for what goes wrong.
///
/// # Law
/// `REG:3(1)(b)` for the 48 hours; the day is None: design choice, see decision 0012.
pub const RESERVATION_MINUTES: u32 = 72 * 60;

/// Minutes within which an office acknowledges a stop notice.
///
/// # Law
/// None: design choice, see decision 0012.
pub const STOP_ACKNOWLEDGE_MINUTES: u32 = 60;

/// Longest limit that an authority may give: a year, so that no reservation eats a balance for good.
pub const LIMIT_MINUTES_MAX: u32 = 366 * 24 * 60;

/// Why a limit is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a limit of {given} minutes is out of range: expected 1 to {LIMIT_MINUTES_MAX}")]
pub struct LimitMistake {
    /// As given.
    pub given: u32,
}

impl Limits {
    /// Checks that each limit is one that an office can live with.
    ///
    /// # Errors
    /// Refuses no time at all, and more than a year.
    pub fn check(&self) -> Result<(), LimitMistake> {
        let given = [self.reservation_minutes, self.stop_acknowledge_minutes];
        let mut given = given.into_iter().flatten();
        match given.find(|minutes| !(1..=LIMIT_MINUTES_MAX).contains(minutes)) {
            Some(given) => Err(LimitMistake { given }),
            None => Ok(()),
        }
    }

    fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// When a reservation made at an instant lapses.
    #[must_use]
    pub fn lapses_at(&self, made: Instant) -> Instant {
        made.plus_minutes(bounded(self.reservation_minutes, RESERVATION_MINUTES))
    }

    /// When the acknowledgement of a stop notice issued at an instant is due.
    #[must_use]
    pub fn acknowledge_by(&self, issued: Instant) -> Instant {
        let given = self.stop_acknowledge_minutes;
        issued.plus_minutes(bounded(given, STOP_ACKNOWLEDGE_MINUTES))
    }
}

fn bounded(given: Option<u32>, usual: u32) -> i64 {
    i64::from(given.unwrap_or(usual).clamp(1, LIMIT_MINUTES_MAX))
}

/// A file that the regime reads was adopted: a control list, a concordance, country groups,
/// sources, standing policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegimeFileAdopted {
    /// What kind of file.
    pub file_kind: RegimeFileKind,
    /// Its key, as in `ECL@2025-04-25`.
    pub key: String,
    /// SHA-256 of its bytes in the vault, in hexadecimal.
    pub digest: String,
    /// First day on which it counts.
    pub effective_from: Day,
    /// What it is, to a person.
    pub title: crate::language::Bilingual,
}

/// What kind of file the regime reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegimeFileKind {
    /// An edition of a control list, as JSON.
    ControlList,
    /// Links between entries, as JSON.
    Concordance,
    /// Country groups, as TOML.
    CountryGroups,
    /// Sources of law, as TOML.
    Sources,
    /// Standing policies, as policy text.
    Policies,
    /// Documents required by destination, as TOML.
    Documents,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_the_authoritys_own_and_usual_where_it_gives_none() {
        let made = Instant(0);
        let minutes = |limits: Limits| (limits.lapses_at(made).0, limits.acknowledge_by(made).0);
        let minute = 60_000_000;
        assert_eq!(minutes(Limits::default()), (72 * 60 * minute, 60 * minute));
        let own = Limits {
            reservation_minutes: Some(90),
            stop_acknowledge_minutes: Some(15),
        };
        assert_eq!(minutes(own), (90 * minute, 15 * minute));
    }

    #[test]
    fn a_limit_is_at_least_a_minute_and_at_most_a_year() {
        let of = |given| Limits {
            reservation_minutes: Some(given),
            stop_acknowledge_minutes: None,
        };
        for (given, is_accepted) in [
            (0, false),
            (1, true),
            (LIMIT_MINUTES_MAX, true),
            (LIMIT_MINUTES_MAX + 1, false),
        ] {
            assert_eq!(of(given).check().is_ok(), is_accepted, "{given}");
        }
    }
}
