//! The breach test: what was observed is laid beside what was promised, clause by clause. It
//! proposes; an officer finds.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::assurance::{AssuranceForm, AssuranceRecord, Authenticity, Undertaking};
use crate::country::Country;
use crate::evidence::Observed;
use crate::finding::{Finding, Held};
use crate::id::{EvidenceId, PartyId, QuestionId, VisitId};
use crate::language::Bilingual;
use crate::permit::Terms;
use crate::time::Day;
use crate::visit::{VisitOutcome, VisitRecord};

mod clauses;

/// The steps of proof that a breach needs beside the text of the assurance: those of diversion.
pub const STEPS_NEEDED: [&str; 5] = [
    "identity",
    "origin",
    "authorised-chain",
    "observation",
    "mismatch",
];

/// Material that observes an object, with its last grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The material.
    pub evidence: EvidenceId,
    /// What it shows.
    pub observed: Observed,
    /// The last grade, as in `C2`; none where nobody graded it.
    pub grade: Option<String>,
}

/// What is laid side by side.
#[derive(Debug, Clone)]
pub struct Laid<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// The material on which it rests that observes something.
    pub observations: &'a [Observation],
    /// The assurance.
    pub assurance: &'a AssuranceRecord,
    /// The terms of the permits under it that the finding reaches.
    pub terms: &'a [Terms],
    /// Where parties are, as far as the register knows.
    pub countries: &'a BTreeMap<PartyId, Country>,
    /// Visits made under the assurance.
    pub visits: &'a [VisitRecord],
    /// The day of the test.
    pub on: Day,
}

/// What an observation says of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing was observed that speaks to it.
    NothingObserved,
    /// The text of the clause does not say enough to be broken.
    CannotBeSaid,
    /// What was observed is as promised.
    Consistent,
    /// Something was observed, and only a person can compare it with the text.
    ToBeJudged,
    /// If the observation holds, the clause is broken.
    WouldBeBreached,
}

/// What speaks to a clause.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Source {
    /// Material.
    Evidence {
        /// The material.
        evidence: EvidenceId,
    },
    /// A visit.
    Visit {
        /// The visit.
        visit: VisitId,
    },
    /// The register's own record, or its silence.
    Register,
}

/// One observation beside one clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cited {
    /// What speaks.
    pub source: Source,
    /// What it says of the clause.
    pub verdict: Verdict,
    /// In words.
    pub says: Bilingual,
    /// The step of proof that rests on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<QuestionId>,
    /// What the finding holds of that step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// Its last grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
}

/// What is proposed for one clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseProposal {
    /// Which undertaking, from 0.
    pub clause: u32,
    /// The undertaking.
    pub undertaking: Undertaking,
    /// What the strongest observation says.
    pub verdict: Verdict,
    /// What an officer could hold of a breach on this much. Insufficient is an outcome.
    pub proposes: Held,
    /// What speaks to it.
    pub cited: Vec<Cited>,
    /// Steps of proof that are held neither established nor credible.
    pub missing: Vec<QuestionId>,
    /// What it would take to hold more.
    pub would_take: Vec<Bilingual>,
}

/// Lays a finding beside the undertakings of an assurance.
#[must_use]
pub fn propose(laid: &Laid<'_>) -> Vec<ClauseProposal> {
    let missing = missing(laid.finding);
    let clauses = (0_u32..).zip(&laid.assurance.assurance.undertakings);
    clauses
        .map(|(clause, undertaking)| {
            let (mut cited, mut would_take) = clauses::cite(laid, undertaking);
            cited.sort_by(|a, b| b.verdict.cmp(&a.verdict).then(a.source.cmp(&b.source)));
            let verdict = match cited.first() {
                Some(strongest) => strongest.verdict,
                None if clauses::is_silent(undertaking) => Verdict::CannotBeSaid,
                None => Verdict::NothingObserved,
            };
            let rests_on_finding = cited
                .iter()
                .any(|one| matches!(one.source, Source::Evidence { .. }));
            if verdict == Verdict::WouldBeBreached {
                if rests_on_finding {
                    would_take.extend(missing.iter().map(hold));
                }
                would_take.extend(authenticity(laid));
            }
            let missing = if rests_on_finding {
                missing.clone()
            } else {
                Vec::new()
            };
            ClauseProposal {
                clause,
                undertaking: undertaking.clone(),
                verdict,
                proposes: proposed(laid.finding, verdict, &cited, &missing),
                cited,
                missing,
                would_take,
            }
        })
        .collect()
}

/// The steps of proof that the finding does not hold in the positive.
fn missing(finding: &Finding) -> Vec<QuestionId> {
    let steps = STEPS_NEEDED.into_iter().filter_map(|step| {
        let question = QuestionId::new(step).ok()?;
        let held = finding.answers.get(&question).map(|answer| answer.held);
        let is_positive = matches!(held, Some(Held::Established | Held::Credible));
        (!is_positive).then_some(question)
    });
    steps.collect()
}

/// What an officer could hold: as much as the weakest step that it needs.
fn proposed(finding: &Finding, verdict: Verdict, cited: &[Cited], missing: &[QuestionId]) -> Held {
    match verdict {
        Verdict::NothingObserved | Verdict::CannotBeSaid => Held::NotExamined,
        Verdict::Consistent | Verdict::ToBeJudged => Held::Insufficient,
        Verdict::WouldBeBreached if !missing.is_empty() => Held::Insufficient,
        Verdict::WouldBeBreached => {
            let by_register = cited.iter().any(|one| {
                one.verdict == Verdict::WouldBeBreached && one.source == Source::Register
            });
            let is_established = STEPS_NEEDED.into_iter().all(|step| {
                let held = QuestionId::new(step).ok();
                let held = held.and_then(|question| finding.answers.get(&question));
                held.is_some_and(|answer| answer.held == Held::Established)
            });
            if by_register || is_established {
                Held::Established
            } else {
                Held::Credible
            }
        }
    }
}

fn hold(step: &QuestionId) -> Bilingual {
    Bilingual::new(
        format!("hold the step `{step}` established or credible, on material"),
        format!("tenir l’étape `{step}` pour établie ou crédible, sur des éléments"),
    )
}

/// A certificate that nobody confirmed binds nobody for certain.
fn authenticity(laid: &Laid<'_>) -> Option<Bilingual> {
    let is_certificate = laid.assurance.assurance.form == AssuranceForm::Certificate;
    let is_confirmed = laid.assurance.authenticity(laid.on) == Authenticity::Confirmed;
    (is_certificate && !is_confirmed).then(|| {
        Bilingual::new(
            "have the issuing state confirm that the certificate is authentic",
            "faire confirmer par l’État émetteur que le certificat est authentique",
        )
    })
}

/// Every party that the permits name as one who may have the goods.
fn authorised(laid: &Laid<'_>) -> BTreeSet<PartyId> {
    let mut found = BTreeSet::new();
    for terms in laid.terms {
        found.extend(terms.consignees.iter().cloned());
        found.extend(terms.intermediates.iter().cloned());
        found.extend(terms.end_user.iter().cloned());
        found.extend(terms.integrator.iter().cloned());
    }
    found
}

/// Whether a visit under the assurance was refused, or made.
fn refused(visit: &VisitRecord) -> Option<bool> {
    let report = visit.report.as_ref()?;
    Some(report.outcome == VisitOutcome::AccessRefused)
}
