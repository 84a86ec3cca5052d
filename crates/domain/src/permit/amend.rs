//! Amending a permit at its holder's request: in writing, before expiry, naming the term and the
//! reason.

use super::{Permit, Terms};
use crate::event::PermitAmended;
use crate::id::PermitId;
use crate::ledger::LineLedger;
use crate::permit::standing::Standing;
use crate::time::Day;

/// Asks that terms of a permit be changed.
///
/// # Law
/// `EPR:7`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmendPermit {
    /// The permit.
    pub permit: PermitId,
    /// The terms as they shall be.
    pub terms: Terms,
    /// The last day as it shall be.
    pub last_day: Option<Day>,
    /// The term and the reason, in the holder's words.
    pub reason: String,
    /// First day with the new terms, in the authority's calendar.
    pub effective_from: Day,
}

/// A term that makes another export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// The item or its rating.
    Item,
    /// The end user.
    EndUser,
    /// A consignee, or one on the way.
    Consignee,
    /// A broker.
    Broker,
    /// A destination.
    Destination,
    /// The stated end use: what the item is built into, by whom, and for which programme.
    EndUse,
    /// More than was granted.
    MoreThanGranted,
    /// A later last day.
    Duration,
    /// Who holds the permit, or its kind: a permit does not pass to another.
    Holder,
    /// The movement: what must come back cannot be made to stay.
    Movement,
    /// A condition dropped or changed: it binds the holder and is not the holder's to lift.
    Condition,
}

/// Why a permit cannot be amended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmendRefusal {
    /// A term that makes another export needs a new application.
    #[error(
        "permit {permit} cannot be amended so ({}): that makes another export and needs a new application",
        crate::refusal::term(*term).0
    )]
    NeedsNewPermit {
        /// The permit.
        permit: PermitId,
        /// The term.
        term: Term,
    },
    /// The request must come before expiry; the last day of validity still counts.
    #[error("permit {permit} expired on {expired_on}: an amendment must be asked for before")]
    AfterExpiry {
        /// The permit.
        permit: PermitId,
        /// Its last day.
        expired_on: Day,
    },
    /// A permit that is suspended, cancelled, annulled or surrendered is not amended.
    #[error("permit {permit} is {}: it is not amended while it stands so", standing.key())]
    NotInForce {
        /// The permit.
        permit: PermitId,
        /// Where it stands.
        standing: Standing,
    },
    /// A line cannot be cut below what was already used of it.
    #[error(
        "line {line} of permit {permit} has already been used beyond the new quantity or value"
    )]
    BelowUse {
        /// The permit.
        permit: PermitId,
        /// The line.
        line: crate::item::LineNo,
    },
    /// The request names no reason.
    #[error(
        "the amendment of permit {permit} names no reason: expected the term and the reason in writing"
    )]
    NoReason {
        /// The permit.
        permit: PermitId,
    },
}

/// Decides an amendment against the permit as it stands.
///
/// # Law
/// `EPR:7` for time and form. Which terms may change is practice; the list follows the rule of
/// another authority as described in the regime's notes: None: design choice, see decision 0011.
///
/// # Errors
/// Refuses a term that needs a new permit, a request made after expiry, and a permit that is not
/// in force.
pub fn amend(
    permit: &Permit,
    ledgers: &[LineLedger],
    request: &AmendPermit,
    today: Day,
) -> Result<PermitAmended, AmendRefusal> {
    let id = &permit.issued.permit;
    let standing = permit.standing(today);
    if standing == Standing::Expired {
        let expired_on = permit
            .version_on(today)
            .and_then(|version| version.last_day)
            .unwrap_or(today);
        return Err(AmendRefusal::AfterExpiry {
            permit: id.clone(),
            expired_on,
        });
    }
    if !matches!(standing, Standing::InForce | Standing::NotYetValid) {
        return Err(AmendRefusal::NotInForce {
            permit: id.clone(),
            standing,
        });
    }
    if request.reason.trim().is_empty() {
        return Err(AmendRefusal::NoReason { permit: id.clone() });
    }
    let held = permit.terms_on(today);
    let last_day = permit
        .version_on(today)
        .and_then(|version| version.last_day);
    if let Some(term) = another_export(held, &request.terms, last_day, request.last_day) {
        return Err(AmendRefusal::NeedsNewPermit {
            permit: id.clone(),
            term,
        });
    }
    if let Some(line) = cut_below_use(&request.terms, ledgers) {
        return Err(AmendRefusal::BelowUse {
            permit: id.clone(),
            line,
        });
    }
    Ok(PermitAmended {
        permit: id.clone(),
        terms: request.terms.clone(),
        last_day: request.last_day,
        effective_from: request.effective_from,
        reason: request.reason.clone(),
        order: None,
    })
}

/// The first term that makes another export, if any does.
fn another_export(
    held: &Terms,
    asked: &Terms,
    held_last: Option<Day>,
    asked_last: Option<Day>,
) -> Option<Term> {
    if asked.kind != held.kind || asked.exporter != held.exporter {
        return Some(Term::Holder);
    }
    if asked.movement != held.movement {
        return Some(Term::Movement);
    }
    if held
        .conditions
        .iter()
        .any(|c| !asked.conditions.contains(c))
    {
        return Some(Term::Condition);
    }
    if asked.end_user != held.end_user || asked.end_user_country != held.end_user_country {
        return Some(Term::EndUser);
    }
    if !asked.consignees.is_subset(&held.consignees)
        || !asked.intermediates.is_subset(&held.intermediates)
    {
        return Some(Term::Consignee);
    }
    if !asked.brokers.is_subset(&held.brokers) {
        return Some(Term::Broker);
    }
    if !asked.destinations.is_subset(&held.destinations)
        || !asked.final_destinations.is_subset(&held.final_destinations)
    {
        return Some(Term::Destination);
    }
    let is_other_use = asked.end_use != held.end_use
        || asked.integrator != held.integrator
        || asked.platform != held.platform
        || asked.platform_classes != held.platform_classes
        || !asked.programmes.is_subset(&held.programmes);
    if is_other_use {
        return Some(Term::EndUse);
    }
    let later = match (held_last, asked_last) {
        (Some(held), Some(asked)) => asked > held,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if later {
        return Some(Term::Duration);
    }
    another_line(held, asked)
}

/// The first term of a line that makes another export, if any does.
fn another_line(held: &Terms, asked: &Terms) -> Option<Term> {
    for line in &asked.lines {
        let Some(before) = held.line(line.no) else {
            return Some(Term::Item);
        };
        if line.ratings != before.ratings || line.item.model != before.item.model {
            return Some(Term::Item);
        }
        let more_quantity = match (before.quantity, line.quantity) {
            (Some(before), Some(after)) => after
                .exactly_in(before.unit)
                .is_none_or(|after| after.amount > before.amount),
            (None, Some(_)) => false,
            (_, None) => before.quantity.is_some(),
        };
        let more_value = match (before.value, line.value) {
            (Some(before), Some(after)) => {
                after.currency != before.currency || after.amount > before.amount
            }
            (None, Some(_)) => false,
            (_, None) => before.value.is_some(),
        };
        if more_quantity || more_value {
            return Some(Term::MoreThanGranted);
        }
    }
    None
}

/// The first line whose new grant is below what was reserved, held and drawn of it.
fn cut_below_use(asked: &Terms, ledgers: &[LineLedger]) -> Option<crate::item::LineNo> {
    ledgers
        .iter()
        .find(|ledger| !ledger.fits_grant_of(asked.line(ledger.line)))
        .map(|l| l.line)
}
