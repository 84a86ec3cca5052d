//! Acts that bring a register to life: the authority that keeps it, who acts in it, what its regime
//! reads.

use std::collections::{BTreeMap, BTreeSet};

use casework::officers::Appoint as AppointOfficer;
use casework::regime_files::AdoptFile;
use domain::event::{AuthorityEstablished, Limits, RegimeFileKind};
use domain::id::{CompartmentId, OfficeId, OfficerId, PartyId};
use domain::law::Law;
use domain::measure::OrderKind;
use domain::time::{Calendar, Day};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::shapes;

use super::{About, Act, Body, BothLanguages, Call, DeskError, done, mistaken, written};

pub(super) const ACTS: &[Act] = &[
    Act::of::<Establish>(
        ("authority", "establish"),
        "authority",
        About::All,
        (
            "Establish the authority that keeps this register, once",
            "Établir l’autorité qui tient ce registre, une seule fois",
        ),
    ),
    Act::of::<Appoint>(
        ("officer", "appoint"),
        "officers",
        About::New,
        (
            "Appoint a person, or appoint one anew; a token is shown once",
            "Nommer une personne, ou la nommer de nouveau; un jeton est montré une seule fois",
        ),
    ),
    Act::of::<Adopt>(
        ("regime", "adopt"),
        "regime-files",
        About::New,
        (
            "Adopt a file that the regime reads",
            "Adopter un fichier que lit le régime",
        ),
    )
    .with_file(),
];

/// What an authority has the power to do, each under a law of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Power {
    /// To amend permits.
    Amend,
    /// To suspend permits.
    Suspend,
    /// To cancel permits.
    Cancel,
    /// To reinstate permits.
    Reinstate,
    /// To annul permits from their issue.
    Annul,
    /// To let goods leave.
    Release,
    /// To make policy measures.
    Policy,
    /// To issue general permits.
    General,
}

impl Power {
    const fn key(self) -> &'static str {
        match self {
            Self::Amend => OrderKind::Amend.key(),
            Self::Suspend => OrderKind::Suspend.key(),
            Self::Cancel => OrderKind::Cancel.key(),
            Self::Reinstate => OrderKind::Reinstate.key(),
            Self::Annul => OrderKind::Annul.key(),
            Self::Release => domain::shipment::reason::RELEASE_POWER,
            Self::Policy => "policy",
            Self::General => "general",
        }
    }
}

/// An authority.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EstablishAuthority)]
pub(crate) struct Establish {
    /// The jurisdiction, as in `CA`.
    #[schema(value_type = shapes::Spoken)]
    jurisdiction: String,
    /// Its name.
    name: BothLanguages,
    /// What it calls a permit.
    permit_word: BothLanguages,
    /// Its own verbs, by kind of order: `amend`, `suspend`, `cancel`, `reinstate`, `annul`.
    #[serde(default)]
    #[schema(value_type = shapes::VerbsByKind)]
    verbs: BTreeMap<OrderKind, BothLanguages>,
    /// The law behind each kind of order, and behind `release`, `policy` and `general`, as in
    /// `EIPA:10(1)`.
    #[serde(default)]
    #[schema(value_type = shapes::LawByPower)]
    powers: BTreeMap<Power, Law>,
    /// The rule by which its days begin, as in `EST5EDT,M3.2.0,M11.1.0`; that of its jurisdiction
    /// where one ships, else UTC, when absent.
    #[schema(value_type = Option<shapes::Calendar>)]
    calendar: Option<String>,
    /// Its time limits at the border; the usual ones when absent.
    #[serde(default)]
    limits: LimitsBody,
}

/// Time limits at the border, in minutes.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AuthorityLimits)]
pub(crate) struct LimitsBody {
    /// After how many a reservation lapses.
    #[schema(value_type = Option<shapes::Count>)]
    reservation_minutes: Option<u32>,
    /// Within how many an office acknowledges a stop notice.
    #[schema(value_type = Option<shapes::Count>)]
    stop_acknowledge_minutes: Option<u32>,
}

impl Body for Establish {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let verbs = self.verbs.into_iter();
        let powers = self.powers.into_iter();
        let calendar = self.calendar.as_deref().map(Calendar::parse).transpose();
        let authority = AuthorityEstablished {
            jurisdiction: self.jurisdiction,
            name: self.name.into(),
            permit_word: self.permit_word.into(),
            verbs: verbs
                .map(|(kind, words)| (kind.key().to_owned(), words.into()))
                .collect(),
            powers: powers
                .map(|(power, law)| (power.key().to_owned(), law))
                .collect(),
            calendar: calendar.map_err(|mistake| mistaken("calendar", mistake))?,
            limits: Limits {
                reservation_minutes: self.limits.reservation_minutes,
                stop_acknowledge_minutes: self.limits.stop_acknowledge_minutes,
            },
        };
        done(&call.desk.establish(call.actor, &authority)?)
    }
}

/// A person who may act.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AppointOfficer)]
pub(crate) struct Appoint {
    /// The person.
    #[schema(value_type = shapes::Id)]
    officer: OfficerId,
    /// The name or function.
    #[schema(value_type = shapes::Spoken)]
    name: String,
    /// The roles, as the access policies name them.
    #[schema(value_type = Vec<shapes::Spoken>, min_items = 1)]
    roles: BTreeSet<String>,
    /// The customs office.
    #[schema(value_type = Option<shapes::Id>)]
    office: Option<OfficeId>,
    /// The party for which the person acts, who then sees that party's own and nothing else.
    #[schema(value_type = Option<shapes::Id>)]
    party: Option<PartyId>,
    /// The compartments of sealed material that are open to the person.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Id>)]
    compartments: BTreeSet<CompartmentId>,
    /// First day; today when absent.
    #[schema(value_type = Option<shapes::Day>)]
    effective_from: Option<Day>,
    /// Whether a token for programs is given. Without one, an earlier token ends.
    #[serde(default = "is_wanted")]
    wants_token: bool,
}

const fn is_wanted() -> bool {
    true
}

impl Body for Appoint {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let request = AppointOfficer {
            officer: self.officer,
            name: self.name,
            roles: self.roles,
            office: self.office,
            party: self.party,
            compartments: self.compartments,
            effective_from: self
                .effective_from
                .map_or_else(|| call.before.today(), Ok)?,
            wants_token: self.wants_token,
        };
        let done = call.desk.appoint(call.actor, &request)?;
        let what = json!({ "officer": request.officer, "token": done.what });
        written(&casework::Done {
            events: done.events,
            recorded_at: done.recorded_at,
            is_repeat: done.is_repeat,
            what,
        })
    }
}

/// A file that the regime reads.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AdoptRegimeFile)]
pub(crate) struct Adopt {
    /// `control-list`, `concordance`, `country-groups`, `sources`, `policies` or `documents`.
    #[schema(value_type = shapes::RegimeFileKind)]
    file_kind: RegimeFileKind,
    /// Its key, as in `ECL@2025-04-25`.
    #[schema(value_type = shapes::Spoken)]
    key: String,
    /// What it is.
    title: BothLanguages,
    /// First day on which it counts; today when absent.
    #[schema(value_type = Option<shapes::Day>)]
    effective_from: Option<Day>,
    /// Its text, where it does not come as a file beside the body.
    text: Option<String>,
}

impl Body for Adopt {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let text = match (self.text, &call.file) {
            (Some(text), None) => text,
            (None, Some(bytes)) => String::from_utf8(bytes.clone())
                .map_err(|_| mistaken("file", "expected text in UTF-8"))?,
            _ => return Err(mistaken("text", "expected it here or as a file, not both")),
        };
        let file = AdoptFile {
            file_kind: self.file_kind,
            key: self.key,
            text,
            effective_from: self
                .effective_from
                .map_or_else(|| call.before.today(), Ok)?,
            title: self.title.into(),
        };
        done(&call.desk.adopt(call.actor, &file)?)
    }
}
