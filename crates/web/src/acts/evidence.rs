//! Acts on evidence, allegations, investigations and findings.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::evidence::{Custody, Evidence, Grade, Link, LinkConfidence, Subject};
use domain::finding::{BreachFinding, Finding};
use domain::id::{AllegationId, CompartmentId, EvidenceId, FindingId, InvestigationId};
use domain::time::Instant;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::shapes;

use super::{About, Act, Body, Call, DeskError, about, done, mistaken, strict};

pub(super) const ACTS: &[Act] = &[
    Act::of::<Add>(
        ("evidence", "add"),
        "evidence",
        About::New,
        (
            "Add material to the file, with its bytes",
            "Verser un élément au dossier, avec ses octets",
        ),
    )
    .with_file(),
    Act::of::<Regrade>(
        ("evidence", "grade"),
        "evidence",
        About::One,
        (
            "Grade material again; the earlier grade stays",
            "Coter de nouveau un élément; la cote antérieure demeure",
        ),
    ),
    Act::of::<Accept>(
        ("evidence", "link"),
        "evidence",
        About::One,
        (
            "Accept a link from material to something in the register",
            "Accepter un lien entre un élément et une inscription du registre",
        ),
    ),
    Act::of::<AddCustody>(
        ("evidence", "custody"),
        "evidence",
        About::One,
        (
            "Record a later step of custody; gaps are flagged and not closed",
            "Consigner une étape de possession; les lacunes sont signalées et non comblées",
        ),
    ),
    Act::of::<Correct>(
        ("evidence", "correct"),
        "evidence",
        About::One,
        (
            "Correct what is said of material, by a later entry",
            "Corriger ce qui est dit d’un élément, par une inscription ultérieure",
        ),
    ),
    Act::of::<Repeats>(
        ("evidence", "repeats"),
        "evidence",
        About::One,
        (
            "Record that material repeats other material, and is no source of its own",
            "Consigner qu’un élément en répète un autre, et n’est pas une source en soi",
        ),
    ),
    Act::of::<Seal>(
        ("evidence", "seal"),
        "evidence",
        About::One,
        (
            "Put material into compartments, or take it out",
            "Placer un élément dans des compartiments, ou l’en retirer",
        ),
    ),
    Act::of::<Allege>(
        ("allegation", "open"),
        "allegations",
        About::New,
        ("Take up a claim", "Recevoir une allégation"),
    ),
    Act::of::<Investigate>(
        ("investigation", "open"),
        "investigations",
        About::New,
        ("Open an investigation", "Ouvrir une enquête"),
    ),
    Act::of::<Find>(
        ("finding", "make"),
        "findings",
        About::New,
        (
            "Record a finding, question by question",
            "Consigner un constat, question par question",
        ),
    ),
    Act::of::<Breach>(
        ("breach", "find"),
        "breaches",
        About::New,
        (
            "Record that a clause of an assurance was breached, or was not",
            "Consigner qu’une clause d’une assurance a été enfreinte, ou non",
        ),
    ),
];

/// The bytes that come beside or within a body.
pub(super) fn bytes(
    call: &Call<'_>,
    field: &str,
    base64: Option<&str>,
) -> Result<Option<Vec<u8>>, DeskError> {
    match (&call.file, base64) {
        (Some(_), Some(_)) => Err(mistaken(field, "the bytes come twice: expected them once")),
        (Some(file), None) => Ok(Some(file.clone())),
        (None, None) => Ok(None),
        (None, Some(text)) => BASE64
            .decode(text)
            .map(Some)
            .map_err(|cause| mistaken(field, format!("not base64: {cause}"))),
    }
}

/// Fills in who grades and when.
fn grade(call: &Call<'_>, value: Value) -> Result<Value, DeskError> {
    let mut fields = strict::fields("grade", value)?;
    by_and_on(call, &mut fields)?;
    Ok(Value::Object(fields))
}

/// An instant as people write it, in UTC, becomes one as the register keeps it.
fn instant(field: &str, held: &mut Value) -> Result<(), DeskError> {
    if let Value::String(text) = &*held {
        let read: Instant = text.parse().map_err(|mistake| mistaken(field, mistake))?;
        *held = read.0.into();
    }
    Ok(())
}

pub(super) fn by_and_on(call: &Call<'_>, fields: &mut Map<String, Value>) -> Result<(), DeskError> {
    strict::fill(fields, "by", call.actor.officer.to_string())?;
    strict::fill(fields, "on", call.before.today()?.to_string())
}

/// Gives a number where none came.
pub(super) fn numbered(
    call: &Call<'_>,
    fields: &mut Map<String, Value>,
    action: &str,
    prefix: &str,
    make: impl Fn(i16, u64) -> String,
) -> Result<(), DeskError> {
    if !fields.contains_key("id") {
        let id = call.before.next_number(call.actor, action, prefix, make)?;
        fields.insert("id".into(), id.into());
    }
    Ok(())
}

/// Material.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AddEvidence)]
pub(crate) struct Add {
    /// `title`, `source`, `obtained`, and where known `repeats`, `is_humanitarian`, `marking`,
    /// `provenance`, `compartments`, `observed`, `custody`, `grade` (`source` A to F, `information`
    /// 1 to 6); `id` is given by the register when absent.
    #[schema(value_type = shapes::EvidenceFacts)]
    evidence: Value,
    /// The bytes, in base64.
    #[schema(value_type = Option<shapes::Base64>)]
    content: Option<String>,
}

impl Body for Add {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = strict::fields("evidence", self.evidence)?;
        let make = |year, n| EvidenceId::numbered(year, n).to_string();
        numbered(call, &mut fields, "evidence.add", EvidenceId::PREFIX, make)?;
        if fields.contains_key("digest") {
            return Err(mistaken("digest", "the register computes it: leave it out"));
        }
        strict::fill(&mut fields, "received_by", call.actor.officer.to_string())?;
        let today = call.before.today()?.to_string();
        strict::fill(&mut fields, "received_on", today)?;
        if let Some(first) = fields.remove("grade").filter(|held| !held.is_null()) {
            fields.insert("grade".into(), grade(call, first)?);
        }
        if let Some(at) = fields
            .get_mut("provenance")
            .and_then(|from| from.get_mut("collected_at"))
        {
            instant("evidence.provenance.collected_at", at)?;
        }
        let evidence: Evidence = strict::read("evidence", Value::Object(fields))?;
        let content = bytes(call, "content", self.content.as_deref())?;
        done(
            &call
                .desk
                .receive_evidence(call.actor, &evidence, content.as_deref())?,
        )
    }
}

/// A new grade.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GradeEvidence)]
pub(crate) struct Regrade {
    /// `source` A to F, `information` 1 to 6, `about` when narrower than the whole, and
    /// `confirmed_by`: material of independent sources, without which nothing is graded 1.
    #[schema(value_type = shapes::GradeFacts)]
    grade: Value,
}

impl Body for Regrade {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let grade: Grade = strict::read("grade", grade(call, self.grade)?)?;
        let id = about(call)?;
        done(&call.desk.grade_evidence(call.actor, &id, grade)?)
    }
}

/// A link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkEvidence)]
pub(crate) struct Accept {
    /// What it leads to, as in `{"kind": "permit", "permit": "P-001"}`.
    #[schema(value_type = shapes::LinkTarget)]
    to: Value,
    /// `category`, `inferred` or `strong`.
    #[schema(value_type = shapes::LinkConfidence)]
    confidence: LinkConfidence,
    /// Why.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
}

impl Body for Accept {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let link = Link {
            to: strict::read("to", self.to)?,
            confidence: self.confidence,
            reasons: self.reasons,
            by: call.actor.officer.clone(),
            on: call.before.today()?,
        };
        let id = about(call)?;
        done(&call.desk.link_evidence(call.actor, &id, &link)?)
    }
}

/// A later step of custody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AddCustody)]
pub(crate) struct AddCustody {
    /// `from`, `to`, `on`, `note`, and what kind of `step` it was: `transfer` when absent.
    #[schema(value_type = shapes::CustodyFacts)]
    custody: Value,
}

impl Body for AddCustody {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let custody: Custody = strict::read("custody", self.custody)?;
        let id = about(call)?;
        done(&call.desk.add_custody(call.actor, &id, &custody)?)
    }
}

/// A correction.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CorrectEvidence)]
pub(crate) struct Correct {
    /// What it is about.
    #[schema(value_type = shapes::EvidenceSubject)]
    subject: Subject,
    /// What is right.
    #[schema(value_type = shapes::Spoken)]
    says: String,
    /// Why.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
}

impl Body for Correct {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        let words = (self.says.as_str(), self.reasons.as_str());
        done(
            &call
                .desk
                .correct_evidence(call.actor, &id, self.subject, words)?,
        )
    }
}

/// What material repeats.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EvidenceRepeats)]
pub(crate) struct Repeats {
    /// The other material.
    #[schema(value_type = Vec<shapes::Id>, min_items = 1)]
    of: BTreeSet<EvidenceId>,
    /// How that was found.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
}

impl Body for Repeats {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(
            &call
                .desk
                .find_repetition(call.actor, &id, &self.of, &self.reasons)?,
        )
    }
}

/// Compartments.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SealEvidence)]
pub(crate) struct Seal {
    /// The compartments that hold from now on; none opens it to all who read evidence.
    #[schema(value_type = Vec<shapes::Id>)]
    compartments: BTreeSet<CompartmentId>,
    /// Why.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
}

impl Body for Seal {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(
            &call
                .desk
                .seal_evidence(call.actor, &id, &self.compartments, &self.reasons)?,
        )
    }
}

/// A claim.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenAllegation)]
pub(crate) struct Allege {
    /// Its number.
    #[schema(value_type = shapes::Id)]
    allegation: AllegationId,
    /// What is claimed.
    says: String,
    /// The material that it gathers.
    #[serde(default)]
    #[schema(value_type = Vec<shapes::Id>)]
    evidence: BTreeSet<EvidenceId>,
}

impl Body for Allege {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        done(&call.desk.open_allegation(
            call.actor,
            &self.allegation,
            &self.says,
            &self.evidence,
        )?)
    }
}

/// An investigation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenInvestigation)]
pub(crate) struct Investigate {
    /// Its number.
    #[schema(value_type = shapes::Id)]
    investigation: InvestigationId,
    /// The allegation.
    #[schema(value_type = Option<shapes::Id>)]
    allegation: Option<AllegationId>,
    /// The mandate.
    mandate: String,
}

impl Body for Investigate {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        done(&call.desk.open_investigation(
            call.actor,
            &self.investigation,
            self.allegation.as_ref(),
            &self.mandate,
        )?)
    }
}

/// A finding.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MakeFinding)]
pub(crate) struct Find {
    /// `title`, `investigation`, and `answers` by question, each with `held`, `reasons`,
    /// `competing` and `rests_on`; `id` is given by the register when absent.
    #[schema(value_type = shapes::FindingFacts)]
    finding: Value,
}

impl Body for Find {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = strict::fields("finding", self.finding)?;
        let make = |year, n| FindingId::numbered(year, n).to_string();
        numbered(call, &mut fields, "evidence.find", FindingId::PREFIX, make)?;
        by_and_on(call, &mut fields)?;
        let finding: Finding = strict::read("finding", Value::Object(fields))?;
        done(&call.desk.make_finding(call.actor, &finding)?)
    }
}

/// A breach, or none.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FindBreach)]
pub(crate) struct Breach {
    /// `assurance`, `clause` (from 0), `held`, `rests_on` and `reasons`; `id` is given by the
    /// register when absent.
    #[schema(value_type = shapes::BreachFacts)]
    breach: Value,
}

impl Body for Breach {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = strict::fields("breach", self.breach)?;
        let make = |year, n| FindingId::numbered(year, n).to_string();
        numbered(call, &mut fields, "evidence.find", FindingId::PREFIX, make)?;
        by_and_on(call, &mut fields)?;
        let breach: BreachFinding = strict::read("breach", Value::Object(fields))?;
        done(&call.desk.find_breach(call.actor, &breach)?)
    }
}
