//! Assurances: who promised what, as data, and whether the paper is authentic.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::id::{ApplicationId, AssuranceId, OfficerId, PartyId, PermitId};
use crate::party::Basis;
use crate::time::{Day, Period};

/// The form of an assurance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssuranceForm {
    /// Official, by or certified by the importing government.
    Certificate,
    /// By a private consignee.
    Statement,
    /// A clause of a contract.
    Clause,
    /// An officer's record of an oral undertaking.
    Oral,
}

/// One promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Undertaking {
    /// The items are used only for this.
    StatedEndUse {
        /// The use.
        end_use: String,
    },
    /// Only these use the items.
    PermittedEndUsers {
        /// The end users.
        end_users: BTreeSet<PartyId>,
    },
    /// The items stay in this territory.
    PermittedTerritory {
        /// The countries.
        countries: BTreeSet<Country>,
        /// Places within them, in words.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        places: Vec<String>,
    },
    /// No retransfer or re-export without written consent.
    NoRetransferWithoutConsent,
    /// Resale only to these countries.
    ResaleOnlyTo {
        /// The countries.
        countries: BTreeSet<Country>,
    },
    /// The exporting state may verify on site.
    RightOfVerification,
    /// Arrival is verified by a day.
    DeliveryVerification {
        /// The day.
        by: Day,
    },
    /// Whether items go on to a country outside an alliance.
    OnwardTransferStatement {
        /// Whether they will.
        will_transfer: bool,
        /// To whom, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
}

/// An assurance as received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assurance {
    /// The assurance.
    pub id: AssuranceId,
    /// Its form.
    pub form: AssuranceForm,
    /// Who promises.
    pub giver: PartyId,
    /// To whom it was promised; needed for an oral one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver: Option<PartyId>,
    /// Who issued or certified the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuing_authority: Option<PartyId>,
    /// Who signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signatory: Option<String>,
    /// When it holds.
    pub validity: Period,
    /// What was promised, clause by clause.
    pub undertakings: Vec<Undertaking>,
    /// What it says, in words.
    pub says: String,
    /// SHA-256 of the paper in the vault, in hexadecimal; none for an oral one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<String>,
    /// Applications that it supports.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub applications: BTreeSet<ApplicationId>,
    /// Permits that rest on it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub permits: BTreeSet<PermitId>,
    /// Who recorded it.
    pub recorded_by: OfficerId,
    /// How solid it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

/// What the issuing state answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthenticityAnswer {
    /// It is authentic.
    Confirmed,
    /// It is not.
    Denied,
    /// Nobody answered by the day due. A result of its own.
    NoReply,
}

/// Whether an assurance is authentic, as far as anyone knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authenticity {
    /// Nobody has asked: the assurance is recorded and unverified.
    Unasked,
    /// Asked, and not answered yet.
    Asked,
    /// Confirmed by the issuing state.
    Confirmed,
    /// Denied by the issuing state.
    Denied,
    /// Asked, and not answered by the day due.
    NoReply,
}

/// Why an assurance is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssuranceRefusal {
    /// An oral one without a receiver proves nothing.
    #[error("an oral assurance names no receiver: expected who heard it")]
    NoReceiver,
    /// A written one without its paper proves nothing.
    #[error("a written assurance has no paper: expected the paper itself, kept by its digest")]
    NoPaper,
    /// Nothing was promised.
    #[error("the assurance promises nothing: expected at least one undertaking")]
    NoUndertaking,
}

/// Checks an assurance before it is recorded. A clause may stand in a contract that is not ours.
///
/// # Errors
/// Refuses an oral assurance without a receiver, a certificate or statement without its paper,
/// and one that promises nothing.
pub fn receive(assurance: &Assurance) -> Result<(), AssuranceRefusal> {
    if assurance.undertakings.is_empty() {
        return Err(AssuranceRefusal::NoUndertaking);
    }
    match assurance.form {
        AssuranceForm::Oral if assurance.receiver.is_none() => Err(AssuranceRefusal::NoReceiver),
        AssuranceForm::Certificate | AssuranceForm::Statement if assurance.paper.is_none() => {
            Err(AssuranceRefusal::NoPaper)
        }
        _ => Ok(()),
    }
}

/// An assurance as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssuranceRecord {
    /// The assurance.
    pub assurance: Assurance,
    /// Every question put to the issuing state: whom, when, due when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<(PartyId, Day, Day)>,
    /// Every answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<(AuthenticityAnswer, Day)>,
    /// Deliveries verified under it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<(Day, bool, String)>,
}

impl AssuranceRecord {
    /// Whether the assurance is authentic, as far as was known on a day. A question without an
    /// answer by the day due is a result of its own: no reply.
    #[must_use]
    pub fn authenticity(&self, day: Day) -> Authenticity {
        let answer = self
            .answers
            .iter()
            .rfind(|(_, on)| *on <= day)
            .map(|(answer, _)| *answer);
        match answer {
            Some(AuthenticityAnswer::Confirmed) => Authenticity::Confirmed,
            Some(AuthenticityAnswer::Denied) => Authenticity::Denied,
            Some(AuthenticityAnswer::NoReply) => Authenticity::NoReply,
            None => match self.asked.iter().rfind(|(_, on, _)| *on <= day) {
                None => Authenticity::Unasked,
                Some((_, _, due)) if day > *due => Authenticity::NoReply,
                Some(_) => Authenticity::Asked,
            },
        }
    }

    /// Whether a verification of delivery was undertaken and none is recorded as complete.
    #[must_use]
    pub fn owes_delivery(&self) -> bool {
        let is_verified = self
            .deliveries
            .iter()
            .any(|(_, is_complete, _)| *is_complete);
        let mut undertakings = self.assurance.undertakings.iter();
        let promised =
            undertakings.any(|one| matches!(one, Undertaking::DeliveryVerification { .. }));
        promised && !is_verified
    }

    /// Deliveries that were due by a day and are not verified: (due day, assurance).
    #[must_use]
    pub fn overdue_deliveries(&self, day: Day) -> Vec<Day> {
        let is_verified = self
            .deliveries
            .iter()
            .any(|(on, is_complete, _)| *on <= day && *is_complete);
        if is_verified {
            return Vec::new();
        }
        self.assurance
            .undertakings
            .iter()
            .filter_map(|undertaking| match undertaking {
                Undertaking::DeliveryVerification { by } if *by < day => Some(*by),
                _ => None,
            })
            .collect()
    }
}
