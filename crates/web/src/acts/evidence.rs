//! Acts on evidence, allegations, investigations and findings.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::evidence::{Evidence, Grade, Link, LinkConfidence};
use domain::finding::{BreachFinding, Finding};
use domain::id::{AllegationId, EvidenceId, FindingId, InvestigationId};
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

fn by_and_on(call: &Call<'_>, fields: &mut Map<String, Value>) -> Result<(), DeskError> {
    strict::fill(fields, "by", call.actor.officer.to_string())?;
    strict::fill(fields, "on", call.before.today()?.to_string())
}

/// Gives a number where none came.
fn numbered(
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
    /// `observed`, `custody`, `grade` (`source` A to F, `information` 1 to 6); `id` is given by the
    /// register when absent.
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
    /// `source` A to F, `information` 1 to 6, and `about` when narrower than the whole.
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
