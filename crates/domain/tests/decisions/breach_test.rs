//! A finding laid beside the undertakings of an assurance.

use std::collections::BTreeMap;

use domain::assurance::{Assurance, AssuranceRecord, Undertaking};
use domain::breach_test::{ClauseProposal, Laid, Observation, Source, Verdict, propose};
use domain::country::Country;
use domain::evidence::Observed;
use domain::finding::{Answer, Finding, Held};
use domain::id::{PartyId, QuestionId};
use domain::permit::Terms;
use serde_json::json;

use super::acts::*;

fn assurance(undertakings: serde_json::Value) -> AssuranceRecord {
    let assurance: Assurance = serde_json::from_value(json!({
        "id": "ASR-1", "form": "certificate", "giver": "PTY-STATE",
        "validity": { "from": "2020-01-01" }, "undertakings": undertakings,
        "says": "as promised", "recorded_by": "OFF-L",
    }))
    .unwrap();
    AssuranceRecord {
        assurance,
        asked: Vec::new(),
        answers: Vec::new(),
        deliveries: Vec::new(),
    }
}

fn finding(steps: &[(&str, Held)]) -> Finding {
    let answer = |held| Answer {
        held,
        reasons: "as read".into(),
        reasons_open: None,
        competing: Vec::new(),
        rests_on: ids(&["EVD-1"]),
    };
    let answers = steps.iter().map(|(step, held)| (id(step), answer(*held)));
    Finding {
        id: id("FND-1"),
        investigation: None,
        title: "the sensor in the wreck".into(),
        answers: answers.collect(),
        by: id("OFF-M"),
        on: day("2020-11-15"),
    }
}

const ALL: [&str; 5] = [
    "identity",
    "origin",
    "authorised-chain",
    "observation",
    "mismatch",
];

fn whole(held: Held) -> Finding {
    finding(&ALL.map(|step| (step, held)))
}

fn seen(change: impl FnOnce(&mut Observed)) -> Vec<Observation> {
    let mut observed = Observed::default();
    change(&mut observed);
    vec![Observation {
        evidence: id("EVD-1"),
        observed,
        grade: Some("C2".into()),
    }]
}

fn in_country(code: &str) -> Vec<Observation> {
    seen(|observed| observed.country = Some(Country::new(code).unwrap()))
}

fn in_hands(party: &str) -> Vec<Observation> {
    seen(|observed| observed.holder = Some(id(party)))
}

fn permitted() -> Terms {
    let mut terms = terms();
    terms.end_user = Some(id("PTY-USER"));
    terms.final_destinations = [Country::new("TR").unwrap()].into();
    terms
}

/// The one proposal for one clause.
fn test(
    finding: &Finding,
    observations: &[Observation],
    undertaking: serde_json::Value,
) -> ClauseProposal {
    let countries: BTreeMap<PartyId, Country> = [
        (id("PTY-OTHER"), Country::new("AZ").unwrap()),
        (id("PTY-BUYER"), Country::new("PL").unwrap()),
    ]
    .into();
    let laid = Laid {
        finding,
        observations,
        assurance: &assurance(json!([undertaking])),
        terms: &[permitted()],
        countries: &countries,
        visits: &[],
        on: day("2021-01-15"),
    };
    propose(&laid).pop().unwrap()
}

#[test]
fn each_clause_is_compared_with_what_was_observed() {
    use Verdict::{CannotBeSaid, Consistent, NothingObserved, ToBeJudged, WouldBeBreached};
    let territory = json!({ "kind": "permitted-territory", "countries": ["TR"] });
    let nowhere = json!({ "kind": "permitted-territory", "countries": [] });
    let users = json!({ "kind": "permitted-end-users", "end_users": ["PTY-USER"] });
    let no_retransfer = json!({ "kind": "no-retransfer-without-consent" });
    let resale = json!({ "kind": "resale-only-to", "countries": ["PL"] });
    let patrol = json!({ "kind": "stated-end-use", "end_use": "patrol" });
    let blank = json!({ "kind": "stated-end-use", "end_use": " " });
    let stays = json!({ "kind": "onward-transfer-statement", "will_transfer": false });
    let goes_on = json!({ "kind": "onward-transfer-statement", "will_transfer": true });
    let used = |what: &str| {
        let what = what.to_owned();
        seen(|observed| observed.used_for = Some(what))
    };
    for (clause, observed, verdict) in [
        (&territory, in_country("AZ"), WouldBeBreached),
        (&territory, in_country("TR"), Consistent),
        (&territory, in_hands("PTY-OTHER"), NothingObserved),
        (&territory, Vec::new(), NothingObserved),
        (&nowhere, in_country("AZ"), CannotBeSaid),
        (&users, in_hands("PTY-OTHER"), WouldBeBreached),
        (&users, in_hands("PTY-USER"), Consistent),
        (&users, in_country("AZ"), NothingObserved),
        (&no_retransfer, in_hands("PTY-OTHER"), WouldBeBreached),
        (&no_retransfer, in_hands("PTY-USER"), Consistent),
        (&no_retransfer, in_country("AZ"), ToBeJudged),
        (&no_retransfer, in_country("TR"), Consistent),
        (&resale, in_hands("PTY-OTHER"), WouldBeBreached),
        (&resale, in_hands("PTY-BUYER"), Consistent),
        (&resale, in_hands("PTY-USER"), Consistent),
        (&resale, in_hands("PTY-UNKNOWN"), NothingObserved),
        (&patrol, used("Patrol "), Consistent),
        (&patrol, used("strike"), ToBeJudged),
        (&patrol, in_country("AZ"), NothingObserved),
        (&blank, used("strike"), CannotBeSaid),
        (&stays, in_hands("PTY-OTHER"), WouldBeBreached),
        (&goes_on, in_hands("PTY-OTHER"), CannotBeSaid),
    ] {
        let found = test(&whole(Held::Credible), &observed, clause.clone());
        assert_eq!(found.verdict, verdict, "{clause} {observed:?}");
        assert_eq!(
            found.undertaking,
            serde_json::from_value(clause.clone()).unwrap()
        );
    }
}

fn territory(finding: &Finding) -> ClauseProposal {
    let clause = json!({ "kind": "permitted-territory", "countries": ["TR"] });
    test(finding, &in_country("AZ"), clause)
}

#[test]
fn a_proposal_names_the_observation_its_grade_and_its_step() {
    let found = territory(&whole(Held::Credible));
    assert_eq!(found.proposes, Held::Credible);
    assert_eq!(found.missing, Vec::<QuestionId>::new());
    let [cited] = found.cited.as_slice() else {
        panic!("one observation speaks: {found:?}")
    };
    let evidence = id("EVD-1");
    assert_eq!(cited.source, Source::Evidence { evidence });
    assert_eq!(cited.grade.as_deref(), Some("C2"));
    assert_eq!(cited.step, Some(id("observation")));
    assert_eq!(cited.held, Some(Held::Credible));
    assert!(cited.says.is_complete());
    assert_eq!(
        territory(&whole(Held::Established)).proposes,
        Held::Established
    );
}

#[test]
fn a_step_that_is_not_held_leaves_it_insufficient_and_is_named() {
    let steps = [
        ("identity", Held::Established),
        ("origin", Held::Insufficient),
        ("observation", Held::Credible),
        ("mismatch", Held::Credible),
    ];
    let found = territory(&finding(&steps));
    assert_eq!(found.verdict, Verdict::WouldBeBreached);
    assert_eq!(found.proposes, Held::Insufficient);
    assert_eq!(found.missing, [id("origin"), id("authorised-chain")]);
    // The two steps, and that nobody has confirmed the certificate.
    assert_eq!(found.would_take.len(), 3);
    assert!(found.would_take.iter().all(|says| says.is_complete()));
}

#[test]
fn an_observation_that_was_refuted_breaks_nothing() {
    let mut steps = ALL.map(|step| (step, Held::Credible));
    steps[3].1 = Held::Refuted;
    let found = territory(&finding(&steps));
    assert_eq!(found.verdict, Verdict::NothingObserved);
    assert_eq!(found.proposes, Held::NotExamined);
}

#[test]
fn delivery_that_was_not_verified_in_time_is_held_by_the_register_itself() {
    let clause = |by: &str| json!({ "kind": "delivery-verification", "by": by });
    let nothing = finding(&[]);
    let late = test(&nothing, &[], clause("2020-12-31"));
    assert_eq!(late.verdict, Verdict::WouldBeBreached);
    assert_eq!(late.proposes, Held::Established);
    assert_eq!(late.cited[0].source, Source::Register);
    let not_due = test(&nothing, &[], clause("2021-01-15"));
    assert_eq!(not_due.verdict, Verdict::NothingObserved);
    let mut held = assurance(json!([clause("2020-12-31")]));
    held.deliveries
        .push((day("2021-01-02"), true, "seen".into()));
    let laid = Laid {
        finding: &nothing,
        observations: &[],
        assurance: &held,
        terms: &[],
        countries: &BTreeMap::new(),
        visits: &[],
        on: day("2021-01-15"),
    };
    assert_eq!(propose(&laid)[0].verdict, Verdict::Consistent);
    assert!(matches!(
        propose(&laid)[0].undertaking,
        Undertaking::DeliveryVerification { .. }
    ));
}
