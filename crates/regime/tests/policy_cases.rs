//! Facts → what policies say: every case of `policies/cases` on one run.
//!
//! A case states the policies that stand with their effects, the policies that could not be
//! evaluated, and what shows. A right answer for the wrong reason fails.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};

use domain::control_list::EntryId;
use domain::country::Country;
use domain::facts::{Declared, LineFacts, LineRef, PartyFacts};
use domain::id::{
    DecisionId, DialogueId, DocumentKind, MeasureId, OfficerId, PartyId, ProgrammeId,
};
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::law::{Law, SourceKind};
use domain::measure::{Instrument, MeasureInForce, PolicyMeasure, Rule, Text};
use domain::money::Money;
use domain::permit::PermitKind;
use domain::policy::{Effect, PolicyAnswer, PolicyFinding, Prospect};
use domain::quantity::Quantity;
use domain::time::{Day, Period, Position};
use regime::documents::DocumentRules;
use regime::parts::PolicyFile;
use regime::{Parts, Regime};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    regime: Vec<OwnRegime>,
    #[serde(default)]
    measure: Vec<Measure>,
    case: Vec<Case>,
}

/// Another authority's law, or Canada's with something added.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnRegime {
    id: String,
    jurisdiction: String,
    #[serde(default)]
    sources: String,
    #[serde(default)]
    groups: String,
    #[serde(default)]
    documents: String,
    #[serde(default)]
    policies: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Measure {
    id: MeasureId,
    law: Law,
    source_kind: SourceKind,
    from: Day,
    until: Option<Day>,
    lifted_from: Option<Day>,
    text: Option<String>,
    #[serde(default)]
    rules: Vec<Rule>,
    /// Whether the measure is refused when it is checked; it is then judged all the same.
    #[serde(default)]
    refused: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    day: Day,
    #[serde(default = "issue")]
    ask: String,
    #[serde(default = "canada")]
    regime: String,
    permit: Option<String>,
    #[serde(default)]
    measures: Vec<String>,
    #[serde(default)]
    facts: CaseFacts,
    declared: Option<CaseDeclared>,
    prospect: Prospect,
    /// Policy and effect of each that stands, in any order.
    #[serde(default)]
    stands: BTreeSet<(String, Effect)>,
    /// Each policy that could not be evaluated; empty text where no policy is named.
    #[serde(default)]
    undetermined: Vec<String>,
}

fn issue() -> String {
    "issue".into()
}

fn canada() -> String {
    "CA".into()
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct CaseFacts {
    kind: Option<PermitKind>,
    is_brokering: bool,
    ratings: Option<BTreeSet<EntryId>>,
    consignees: Option<BTreeSet<PartyId>>,
    intermediates: BTreeSet<PartyId>,
    destinations: Option<BTreeSet<Country>>,
    final_destinations: Option<BTreeSet<Country>>,
    end_user_country: Option<Country>,
    programmes: BTreeSet<ProgrammeId>,
    platform_classes: BTreeSet<String>,
    value: Option<(String, String)>,
    documents: BTreeSet<DocumentKind>,
    advised_by: BTreeSet<PartyId>,
    dialogues_concluded: BTreeSet<DialogueId>,
    exceptional_circumstances: Option<OfficerId>,
    case_assessment: Option<OfficerId>,
    has_substantial_risk: Option<bool>,
    parties: BTreeMap<PartyId, PartyFacts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseDeclared {
    destination: Country,
    final_destination: Option<Country>,
}

/// The plain line that a case departs from: a Group 2 item to Türkiye.
fn facts(case: &CaseFacts) -> LineFacts {
    let turkiye = Country::new("TR").unwrap();
    let rating = EntryId::new("GUIDE@2020:2-5.b").unwrap();
    let consignee = PartyId::new("consignee-a").unwrap();
    let ratings = case.ratings.clone().unwrap_or_else(|| [rating].into());
    LineFacts {
        permit_kind: case.kind.unwrap_or(PermitKind::Individual),
        is_brokering: case.is_brokering,
        is_temporary: false,
        primary: ratings.first().cloned(),
        ratings,
        exporter: Some(PartyId::new("exporter-a").unwrap()),
        consignees: case
            .consignees
            .clone()
            .unwrap_or_else(|| [consignee.clone()].into()),
        intermediates: case.intermediates.clone(),
        brokers: BTreeSet::new(),
        end_user: Some(consignee),
        integrator: None,
        platform: None,
        platform_classes: case.platform_classes.clone(),
        destinations: case
            .destinations
            .clone()
            .unwrap_or_else(|| [turkiye].into()),
        final_destinations: case
            .final_destinations
            .clone()
            .unwrap_or_else(|| [turkiye].into()),
        end_user_country: case.end_user_country.unwrap_or(turkiye),
        programmes: case.programmes.clone(),
        end_use: None,
        quantity: None,
        value: case
            .value
            .as_ref()
            .map(|(amount, code)| Money::parse(amount, code).unwrap()),
        issued_on: None,
        last_day: None,
        documents: case.documents.clone(),
        advised_by: case.advised_by.clone(),
        dialogues_concluded: case.dialogues_concluded.clone(),
        exceptional_circumstances: case.exceptional_circumstances.clone(),
        case_assessment: case.case_assessment.clone(),
        has_substantial_risk: case.has_substantial_risk,
        parties: case.parties.clone(),
    }
}

fn in_force(measure: &Measure) -> MeasureInForce {
    let text = match &measure.text {
        Some(text) => Text::Policy { text: text.clone() },
        None => Text::Rules {
            rules: measure.rules.clone(),
        },
    };
    let instrument = Instrument {
        title: Bilingual::new("Measure", "Mesure"),
        law: measure.law.clone(),
        source_kind: measure.source_kind,
        grounds: BTreeSet::new(),
        reasons: Bilingual::new("Reasons", "Motifs"),
        reasons_for_file: None,
        effective: Period {
            from: measure.from,
            until: measure.until,
        },
        announced_on: None,
        published_on: None,
        review_by: None,
        rests_on: BTreeSet::new(),
    };
    MeasureInForce {
        measure: PolicyMeasure {
            id: measure.id.clone(),
            instrument,
            text,
        },
        decision: DecisionId::new("DCN-1").unwrap(),
        position: Position(1),
        lifted_from: measure.lifted_from,
        lifted_by: None,
        lifted_at: None,
    }
}

fn own_regime(own: &OwnRegime) -> Regime {
    let mut parts = Parts::shipped(&own.jurisdiction).unwrap();
    parts.sources = parts.sources.with(&own.id, &own.sources).unwrap();
    parts.groups = parts.groups.with(&own.id, &own.groups).unwrap();
    let rules: DocumentRules = parts.documents;
    parts.documents = rules.with(&own.id, &own.documents).unwrap();
    parts.standing.push(PolicyFile {
        name: own.id.clone(),
        text: own.policies.clone(),
    });
    Regime::new(parts).unwrap_or_else(|mistake| panic!("{}: {mistake}", own.id))
}

fn answer(regime: &Regime, case: &Case, measures: &[&MeasureInForce]) -> PolicyAnswer {
    let facts = facts(&case.facts);
    let line = LineRef {
        permit: case.permit.as_deref().unwrap_or("P-001").parse().unwrap(),
        line: LineNo(1),
    };
    match (case.ask.as_str(), &case.declared) {
        ("issue", None) => regime.judge_issue(case.day, &facts, measures),
        ("amend", None) => regime.judge_amend(case.day, &line, &facts, measures),
        ("release", Some(declared)) => {
            let declared = Declared {
                line: LineNo(1),
                quantity: Quantity::each(1),
                value: Money::parse("1", "CAD").unwrap(),
                destination: declared.destination,
                final_destination: declared.final_destination.unwrap_or(declared.destination),
                consignee: facts.consignees.first().cloned(),
                intermediates: BTreeSet::new(),
                route: BTreeSet::new(),
                serials: Vec::new(),
                documents: BTreeSet::new(),
                exporter: None,
                entry: None,
                end_user: None,
                model: None,
            };
            regime.judge_release(case.day, &line, &facts, &declared)
        }
        _ => panic!("{}: a release declares, an application does not", case.name),
    }
}

/// Holds one answer to what its case states, and returns how it differs.
fn differences(case: &Case, answer: &PolicyAnswer) -> Vec<String> {
    let mut stands = BTreeSet::new();
    let mut undetermined = Vec::new();
    let mut found = Vec::new();
    for finding in &answer.findings {
        match finding {
            PolicyFinding::Stands {
                policy,
                effect,
                says,
                cleared_by,
                ..
            } => {
                stands.insert((policy.clone(), *effect));
                if !says.is_complete() || !cleared_by.is_complete() {
                    found.push(format!("{policy} does not speak both languages"));
                }
            }
            PolicyFinding::Undetermined { policy, .. } => {
                undetermined.push(policy.clone().unwrap_or_default());
            }
        }
    }
    if stands != case.stands {
        found.push(format!("stands {stands:?}, not {:?}", case.stands));
    }
    if undetermined != case.undetermined {
        let because = &answer.findings;
        found.push(format!(
            "undetermined {undetermined:?}, not {:?}: {because:?}",
            case.undetermined
        ));
    }
    if answer.prospect() != case.prospect {
        found.push(format!(
            "shows {:?}, not {:?}",
            answer.prospect(),
            case.prospect
        ));
    }
    found
}

fn run(name: &str, text: &str) -> (usize, Vec<String>) {
    let file: File = toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut regimes: BTreeMap<&str, Regime> = file
        .regime
        .iter()
        .map(|own| (own.id.as_str(), own_regime(own)))
        .collect();
    regimes.insert("CA", Regime::shipped("CA").unwrap());
    let mut wrong = Vec::new();
    let mut measures = BTreeMap::new();
    for measure in &file.measure {
        let ready = in_force(measure);
        let checked = regimes["CA"].check_measure(&ready.measure);
        if checked.is_err() != measure.refused {
            wrong.push(format!("{name}: measure {}: {checked:?}", measure.id));
        }
        measures.insert(measure.id.as_str(), ready);
    }
    for case in &file.case {
        let named: Vec<&MeasureInForce> = case
            .measures
            .iter()
            .map(|id| &measures[id.as_str()])
            .collect();
        let answer = answer(&regimes[case.regime.as_str()], case, &named);
        let found = differences(case, &answer);
        wrong.extend(
            found
                .into_iter()
                .map(|one| format!("{name}: {}: {one}", case.name)),
        );
    }
    (file.case.len(), wrong)
}

#[test]
fn every_policy_case_gives_its_answer_for_its_reasons() {
    // Asked at run time: several checkouts may share one folder of built tests.
    let room = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
    let folder = std::path::Path::new(&room).join("../../policies/cases");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut count = 0;
    let mut wrong = Vec::new();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (cases, found) = run(&name, &std::fs::read_to_string(&path).unwrap());
        count += cases;
        wrong.extend(found);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 40, "only {count} cases were found");
}
