//! Accepting what evidence was read to say.

use casework::passages::Acceptance;
use domain::evidence::LinkConfidence;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::shapes;

use super::{About, Act, Body, Call, DeskError, about, done, strict};

pub(super) const ACTS: &[Act] = &[Act::of::<AcceptPassage>(
    ("evidence", "accept"),
    "evidence",
    About::One,
    (
        "Accept that a passage of evidence says something, and a link on the strength of it",
        "Accepter qu’un passage d’une preuve dit quelque chose, et un lien qui s’y appuie",
    ),
)];

/// A passage as its reading gave it, with what it is accepted as.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptPassage {
    /// SHA-256 of the bytes that were read, in hexadecimal, as the reading gives it.
    #[schema(value_type = shapes::Spoken)]
    digest: String,
    /// First byte in the text as extracted.
    start: u32,
    /// First byte after it.
    end: u32,
    /// The words, as they stand there.
    #[schema(value_type = shapes::Spoken)]
    quote: String,
    /// What kind of thing they speak of, as `country` or `act`.
    #[schema(value_type = shapes::Spoken)]
    kind: String,
    /// Which, as `TR` or `suspend/asserted`.
    #[schema(value_type = shapes::Spoken)]
    value: String,
    /// What the officer says of it.
    #[schema(value_type = Option<shapes::Spoken>)]
    note: Option<String>,
    /// What the evidence is linked to on the strength of the passage; its reasons quote the passage.
    link: Option<PassageLink>,
}

/// A link on the strength of a passage.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PassageLink {
    /// What it leads to, as in `{"kind": "permit", "permit": "P-001"}`.
    #[schema(value_type = shapes::LinkTarget)]
    to: Value,
    /// `category`, `inferred` or `strong`.
    #[schema(value_type = shapes::LinkConfidence)]
    confidence: LinkConfidence,
}

impl Body for AcceptPassage {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let link = match self.link {
            None => None,
            Some(link) => Some((strict::read("to", link.to)?, link.confidence)),
        };
        let acceptance = Acceptance {
            digest: self.digest,
            span: (self.start, self.end),
            quote: self.quote,
            kind: self.kind,
            value: self.value,
            note: self.note,
            link,
        };
        let id = about(call)?;
        done(&call.desk.accept_passage(call.actor, &id, &acceptance)?)
    }
}
