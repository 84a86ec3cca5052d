//! Issuing a permit: nothing stands in the way, and two officers.

use domain::application::{Application, Outcome};
use domain::event::{InformationRequested, PermitIssued, RiskDetermined};
use domain::id::PartyId;
use domain::item::LineNo;
use domain::permit::Origin;
use domain::permit::issue::{IssuePermit, IssueRefusal, Record, issue};
use domain::policy::{Effect, PolicyAnswer, PolicyFinding};
use domain::risk::{CriterionHeld, RiskDetermination, RiskLevel};
use domain::view::{Noun, State};

use super::acts::*;
use super::world::{Answer, Step, World, given};

const TODAY: &str = "2019-03-01";

/// What is on the record beside the application.
#[derive(Clone, Default)]
struct Beside {
    findings: Vec<PolicyFinding>,
    unscreened: Vec<PartyId>,
    needs_risk: bool,
}

fn check(
    world: &World,
    beside: &Beside,
    ask: &IssuePermit,
    by: &str,
) -> Answer<PermitIssued, IssueRefusal> {
    let State::Application(application) = world.state(Noun::Application, "APP-1") else {
        panic!("an application");
    };
    let answer = PolicyAnswer::of(beside.findings.clone());
    let record = Record {
        answer: &answer,
        unscreened: &beside.unscreened,
        needs_risk_determination: beside.needs_risk,
    };
    let application: &Application = application;
    world.when(|_| issue(application, &record, ask, &id(by), day(TODAY)))
}

fn ready() -> World {
    given([
        submitted("APP-1"),
        all_rated("APP-1"),
        recommended("APP-1", Outcome::Issue, "OFF-A"),
    ])
}

fn asking() -> IssuePermit {
    IssuePermit {
        permit: id("P-1"),
        valid_from: day(TODAY),
        last_day: Some(day("2021-02-28")),
        reasons: Vec::new(),
    }
}

fn finding(effect: Effect) -> PolicyFinding {
    PolicyFinding::Stands {
        policy: "M-1".into(),
        effect,
        source: law("NTE:992"),
        says: says("presumptively denied"),
        cleared_by: says("a determination"),
        measure: Some(id("MSR-1")),
    }
}

fn risk_determined() -> Step {
    risk_held("RSK-1", RiskLevel::SomeRisk)
}

fn risk_held(number: &str, residual: RiskLevel) -> Step {
    let held = CriterionHeld {
        raw: residual,
        considered: Vec::new(),
        adopted: Vec::new(),
        residual,
        reasons: "as found".into(),
    };
    let determination = RiskDetermination {
        id: id(number),
        criteria: [(id("ihl"), held)].into(),
        by: id("OFF-A"),
        on: day("2019-02-01"),
    };
    vec![
        RiskDetermined {
            application: id("APP-1"),
            determination,
        }
        .into(),
    ]
}

#[test]
fn a_permit_is_issued_with_the_names_of_both_officers() {
    let event = check(&ready(), &Beside::default(), &asking(), "OFF-B").granted();
    assert_eq!(
        event.issued.origin,
        Origin::Application {
            application: id("APP-1"),
            recommended_by: id("OFF-A"),
            decided_by: id("OFF-B"),
        }
    );
    assert_eq!(event.issued.terms, terms());
    let world = ready().and(vec![event.into()]);
    assert_eq!(world.ledgers("P-1").len(), 2, "each line has its ledger");
    check(&world, &Beside::default(), &asking(), "OFF-B").refused(IssueRefusal::Ended(id("APP-1")));
}

#[test]
fn who_recommends_does_not_decide() {
    check(&ready(), &Beside::default(), &asking(), "OFF-A")
        .refused(IssueRefusal::SameOfficer(id("OFF-A")));
}

#[test]
fn nothing_is_issued_unless_the_last_recommendation_is_to_issue() {
    let not_recommended = || IssueRefusal::NotRecommended(id("APP-1"));
    let silent = given([submitted("APP-1"), all_rated("APP-1")]);
    check(&silent, &Beside::default(), &asking(), "OFF-B").refused(not_recommended());
    let turned = ready().and(recommended("APP-1", Outcome::Refuse, "OFF-C"));
    check(&turned, &Beside::default(), &asking(), "OFF-B").refused(not_recommended());
}

#[test]
fn any_policy_finding_stands_in_the_way_and_most_of_all_one_that_is_undetermined() {
    let undetermined = PolicyFinding::Undetermined {
        policy: None,
        because: "an attribute is missing".into(),
    };
    let all = Effect::STRONGEST_FIRST.map(finding);
    for finding in all.into_iter().chain([undetermined]) {
        let beside = Beside {
            findings: vec![finding.clone()],
            ..Beside::default()
        };
        check(&ready(), &beside, &asking(), "OFF-B").refused(IssueRefusal::Policies(vec![finding]));
    }
}

#[test]
fn an_unscreened_party_closes_the_decision() {
    let beside = Beside {
        unscreened: vec![id("PTY-USER")],
        ..Beside::default()
    };
    check(&ready(), &beside, &asking(), "OFF-B").refused(IssueRefusal::NotScreened(id("PTY-USER")));
}

#[test]
fn the_criteria_of_the_statute_are_considered_before_issue() {
    let beside = Beside {
        needs_risk: true,
        ..Beside::default()
    };
    check(&ready(), &beside, &asking(), "OFF-B").refused(IssueRefusal::RiskNotDetermined);
    check(&ready().and(risk_determined()), &beside, &asking(), "OFF-B").granted();
}

#[test]
fn an_unrated_line_or_an_open_question_closes_the_decision() {
    let unrated = given([
        submitted("APP-1"),
        recommended("APP-1", Outcome::Issue, "OFF-A"),
    ]);
    check(&unrated, &Beside::default(), &asking(), "OFF-B")
        .refused(IssueRefusal::NotRated(LineNo(1)));
    let asked = InformationRequested {
        application: id("APP-1"),
        questions: vec!["who mounts it?".into()],
        on: day("2019-02-15"),
        due_on: day("2019-03-15"),
        by: id("OFF-A"),
    };
    check(
        &ready().and(vec![asked.into()]),
        &Beside::default(),
        &asking(),
        "OFF-B",
    )
    .refused(IssueRefusal::Paused(id("APP-1")));
}

#[test]
fn a_permit_valid_before_its_issue_says_why() {
    let retroactive = IssuePermit {
        valid_from: day("2019-02-28"),
        ..asking()
    };
    check(&ready(), &Beside::default(), &retroactive, "OFF-B")
        .refused(IssueRefusal::RetroactiveWithoutReasons(day("2019-02-28")));
    let explained = IssuePermit {
        reasons: vec!["the goods left under a general permit that had lapsed".into()],
        ..retroactive
    };
    let event = check(&ready(), &Beside::default(), &explained, "OFF-B").granted();
    assert_eq!(event.issued.valid_from, day("2019-02-28"));
    assert_eq!(event.issued.issued_on, day(TODAY));
}

#[test]
fn a_permit_does_not_end_before_it_begins() {
    let until = |last: &str| IssuePermit {
        last_day: Some(day(last)),
        ..asking()
    };
    check(&ready(), &Beside::default(), &until(TODAY), "OFF-B").granted();
    check(&ready(), &Beside::default(), &until("2019-02-28"), "OFF-B").refused(
        IssueRefusal::EndsBeforeItBegins {
            valid_from: day(TODAY),
            last_day: day("2019-02-28"),
        },
    );
}

#[test]
fn a_substantial_residual_risk_refuses_whatever_policies_say() {
    let substantial = || risk_held("RSK-1", RiskLevel::Substantial);
    let world = ready().and(substantial());
    let held = IssueRefusal::SubstantialRisk(id("RSK-1"));
    check(&world, &Beside::default(), &asking(), "OFF-B").refused(held);
    let again = world.and(risk_held("RSK-2", RiskLevel::SomeRisk));
    check(&again, &Beside::default(), &asking(), "OFF-B").granted();
    let worse = again.and(risk_held("RSK-3", RiskLevel::Substantial));
    let held = IssueRefusal::SubstantialRisk(id("RSK-3"));
    check(&worse, &Beside::default(), &asking(), "OFF-B").refused(held);
}
