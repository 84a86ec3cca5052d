//! Acts on permits.

use domain::id::PartyId;
use domain::permit::Issued;
use domain::permit::amend::AmendPermit;
use domain::time::Day;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::shapes;

use super::{About, Act, Body, Call, DeskError, about, done, strict};

const ALL: &str = "permits";

pub(super) const ACTS: &[Act] = &[
    Act::of::<Record>(
        ("permit", "record"),
        ALL,
        About::New,
        (
            "Issue a general permit by order, or record a permit of another register",
            "Délivrer une licence générale par arrêté, ou reprendre une licence d’un autre registre",
        ),
    ),
    Act::of::<Amend>(
        ("permit", "amend"),
        ALL,
        About::One,
        (
            "Amend a permit at its holder’s request",
            "Modifier une licence à la demande de son titulaire",
        ),
    ),
    Act::of::<Surrender>(
        ("permit", "surrender"),
        ALL,
        About::One,
        ("Surrender a permit", "Renoncer à une licence"),
    ),
    Act::of::<RegisterUse>(
        ("permit", "register-use"),
        ALL,
        About::One,
        (
            "Register an exporter for the use of a general permit",
            "Inscrire un exportateur à l’usage d’une licence générale",
        ),
    ),
    Act::of::<EndUse>(
        ("permit", "end-use"),
        ALL,
        About::One,
        (
            "End an exporter’s registration for a general permit",
            "Mettre fin à l’inscription d’un exportateur à une licence générale",
        ),
    ),
];

/// A permit that comes without an application.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecordPermit)]
pub(crate) struct Record {
    /// The permit: `permit`, `terms`, `issued_on`, `valid_from`, `last_day`, `origin`.
    #[schema(value_type = shapes::IssuedPermit)]
    issued: Value,
}

impl Body for Record {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let issued: Issued = strict::read("issued", self.issued)?;
        done(&call.desk.record_permit(call.actor, &issued)?)
    }
}

/// New terms.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AmendPermit)]
pub(crate) struct Amend {
    /// The terms as they shall be.
    #[schema(value_type = shapes::Terms)]
    terms: Value,
    /// The last day as it shall be.
    #[schema(value_type = Option<shapes::Day>)]
    last_day: Option<Day>,
    /// The term and the reason, in the holder’s words.
    #[schema(value_type = shapes::Spoken)]
    reason: String,
    /// First day with the new terms; today when absent.
    #[schema(value_type = Option<shapes::Day>)]
    effective_from: Option<Day>,
}

impl Body for Amend {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let request = AmendPermit {
            permit: about(call)?,
            terms: strict::read("terms", self.terms)?,
            last_day: self.last_day,
            reason: self.reason,
            effective_from: self
                .effective_from
                .map_or_else(|| call.before.today(), Ok)?,
        };
        done(&call.desk.amend(call.actor, &request)?)
    }
}

/// A holder gives its permit up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SurrenderPermit)]
pub(crate) struct Surrender {
    /// The holder.
    #[schema(value_type = shapes::Id)]
    by: PartyId,
}

impl Body for Surrender {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let permit = about(call)?;
        done(&call.desk.surrender(call.actor, &permit, &self.by)?)
    }
}

/// A registration for use.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RegisterUse)]
pub(crate) struct RegisterUse {
    /// The exporter.
    #[schema(value_type = shapes::Id)]
    exporter: PartyId,
}

impl Body for RegisterUse {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let permit = about(call)?;
        done(
            &call
                .desk
                .register_use(call.actor, &permit, &self.exporter)?,
        )
    }
}

/// The end of a registration.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EndUse)]
pub(crate) struct EndUse {
    /// The exporter.
    #[schema(value_type = shapes::Id)]
    exporter: PartyId,
    /// Why.
    #[schema(value_type = shapes::Spoken)]
    reason: String,
}

impl Body for EndUse {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let permit = about(call)?;
        done(
            &call
                .desk
                .end_use(call.actor, &permit, &self.exporter, &self.reason)?,
        )
    }
}
