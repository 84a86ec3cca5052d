//! Reviews: a frozen set, examined one by one, each ending in an outcome.

use domain::advice::AdvicePosition;
use domain::event::{
    Event, ReviewAdviceGiven, ReviewConcluded, ReviewOpened, ReviewOutcomeRecorded,
    ReviewQuestionAnswered, ReviewReminded,
};
use domain::permit::standing::Standing;
use domain::review::{ReviewMember, ReviewOutcome, ReviewRecord, ReviewRefusal};
use domain::scope::Scope;
use domain::view::{Noun, State};

use super::acts::*;
use super::world::{Step, World, given};

fn opened(members: &[(&str, Standing)], consults: &[&str]) -> Step {
    let member = |stood| ReviewMember {
        stood,
        outcome: None,
        rests_on: [].into(),
    };
    vec![
        ReviewOpened {
            review: id("REV-1"),
            mandate: says("all permits for military goods"),
            scope: Scope::Everything,
            members: members
                .iter()
                .map(|(number, stood)| (id(number), member(*stood)))
                .collect(),
            consults: ids(consults),
            advise_by: None,
            on: day("2020-10-06"),
            by: id("OFF-A"),
        }
        .into(),
    ]
}

fn advised(body: &str, position: AdvicePosition) -> Step {
    vec![
        ReviewAdviceGiven {
            review: id("REV-1"),
            body: id(body),
            permits: [].into(),
            position,
            text: "as advised".into(),
            by: id("OFF-D"),
            on: day("2021-01-15"),
        }
        .into(),
    ]
}

fn outcome(permit: &str, outcome: ReviewOutcome) -> Step {
    vec![
        ReviewOutcomeRecorded {
            review: id("REV-1"),
            permit: id(permit),
            outcome,
            reasons: "for this permit".into(),
            rests_on: [].into(),
            by: id("OFF-A"),
            on: day("2021-04-01"),
        }
        .into(),
    ]
}

fn concluded() -> Step {
    vec![
        ReviewConcluded {
            review: id("REV-1"),
            not_known: Vec::new(),
            on: day("2021-04-12"),
            by: id("OFF-A"),
        }
        .into(),
    ]
}

fn held(world: &World) -> &ReviewRecord {
    match world.state(Noun::Review, "REV-1") {
        State::Review(held) => held,
        other => panic!("not a review: {other:?}"),
    }
}

const SET: &[(&str, Standing)] = &[("P-1", Standing::Suspended), ("P-2", Standing::InForce)];

#[test]
fn an_outcome_fits_where_the_permit_stood() {
    use ReviewOutcome::*;
    use Standing::{InForce, PartlyInForce, Suspended};
    let all = [
        KeepInForce,
        KeepSuspended,
        Suspend,
        Reinstate,
        Cancel,
        CancelAndReinstate,
    ];
    let table = [
        (InForce, [true, false, true, false, true, true]),
        (Suspended, [false, true, false, true, true, true]),
        (PartlyInForce, [true, true, true, true, true, true]),
    ];
    for (stood, fits) in table {
        let world = given([opened(&[("P-1", stood)], &[])]);
        for (outcome, fits) in all.into_iter().zip(fits) {
            let answer = held(&world).find_outcome(&id("P-1"), outcome, "why");
            let does_not = ReviewRefusal::DoesNotFit {
                permit: id("P-1"),
                stood,
                outcome,
            };
            let expected = if fits { Ok(()) } else { Err(does_not) };
            assert_eq!(answer, expected, "{stood:?} {outcome:?}");
        }
    }
}

#[test]
fn the_set_is_frozen_and_each_permit_has_reasons_of_its_own() {
    let world = given([opened(SET, &[])]);
    let keep = ReviewOutcome::KeepInForce;
    world
        .when(|world| held(world).find_outcome(&id("P-3"), keep, "why"))
        .refused(ReviewRefusal::NotAMember {
            review: id("REV-1"),
            permit: id("P-3"),
        });
    world
        .when(|world| held(world).find_outcome(&id("P-2"), keep, "  "))
        .refused(ReviewRefusal::NoReasons(id("P-2")));
}

#[test]
fn a_review_concludes_when_every_permit_has_an_outcome_and_every_body_advised() {
    let by = id("OFF-A");
    let conclude =
        |world: &World| held(world).conclude(vec!["who fired it".into()], &by, day("2021-04-12"));
    let opened = given([opened(SET, &["PTY-DEFENCE"])]);
    opened.when(conclude).refused(ReviewRefusal::NotAdvised {
        review: id("REV-1"),
        body: id("PTY-DEFENCE"),
    });
    let advised = opened.and(advised("PTY-DEFENCE", AdvicePosition::NoView));
    advised.when(conclude).refused(ReviewRefusal::Unfinished {
        review: id("REV-1"),
        missing: 2,
        first: id("P-1"),
    });
    let half = advised.and(outcome("P-1", ReviewOutcome::Cancel));
    half.when(conclude).refused(ReviewRefusal::Unfinished {
        review: id("REV-1"),
        missing: 1,
        first: id("P-2"),
    });
    let whole = half.and(outcome("P-2", ReviewOutcome::KeepInForce));
    let event = whole.when(conclude).granted();
    assert_eq!(event.not_known, ["who fired it"]);
}

#[test]
fn nothing_is_added_to_a_concluded_review() {
    let world = given([
        opened(&[("P-1", Standing::Suspended)], &[]),
        outcome("P-1", ReviewOutcome::Cancel),
        concluded(),
    ]);
    let over = || ReviewRefusal::Concluded(id("REV-1"));
    world
        .when(|world| held(world).find_outcome(&id("P-1"), ReviewOutcome::Reinstate, "why"))
        .refused(over());
    world
        .when(|world| held(world).conclude(vec![], &id("OFF-A"), day("2021-05-01")))
        .refused(over());
}

#[test]
fn the_list_of_a_cancellation_comes_out_of_the_outcomes() {
    let world = given([
        opened(SET, &[]),
        outcome("P-1", ReviewOutcome::Cancel),
        outcome("P-2", ReviewOutcome::KeepInForce),
    ]);
    assert_eq!(
        held(&world).with_outcome(ReviewOutcome::Cancel),
        ids(&["P-1"])
    );
    assert_eq!(held(&world).with_outcome(ReviewOutcome::Suspend), ids(&[]));
}

#[test]
fn answers_within_a_review_stand_beside_those_before_them() {
    let answer = |text: &str| {
        let event = ReviewQuestionAnswered {
            review: id("REV-1"),
            question: id("mismatch"),
            answer: text.into(),
            reasons: "as read".into(),
            rests_on: [].into(),
            by: id("OFF-A"),
            on: day("2021-02-01"),
        };
        vec![event.into()]
    };
    let world = given([opened(SET, &[]), answer("insufficient"), answer("credible")]);
    let answers: Vec<_> = held(&world).answers[&id("mismatch")]
        .iter()
        .map(|held| held.answer.as_str())
        .collect();
    assert_eq!(answers, ["insufficient", "credible"]);
}

#[test]
fn a_consulted_body_is_reminded_until_it_advises() {
    let opened_by = |advise_by: Option<&str>| {
        let Some(Event::ReviewOpened(mut event)) = opened(SET, &["PTY-D"]).pop() else {
            panic!("a review is opened")
        };
        event.advise_by = advise_by.map(day);
        vec![Event::from(event)]
    };
    let world = given([opened_by(Some("2020-11-01"))]);
    let body = id("PTY-D");
    assert_eq!(held(&world).advice_due(&body), Some(day("2020-11-01")));
    assert_eq!(held(&world).advice_due(&id("PTY-E")), None);
    let today = day("2020-11-02");
    let refused = held(&world).remind(&body, today, today);
    assert!(matches!(refused, Err(ReviewRefusal::DueTooEarly { .. })));
    assert!(held(&world).remind(&body, today, day("2020-12-01")).is_ok());
    let reminded = ReviewReminded {
        review: id("REV-1"),
        body: body.clone(),
        due_on: day("2020-12-01"),
        on: today,
        by: id("OFF-A"),
    };
    let world = world.and(vec![reminded.into()]);
    assert_eq!(held(&world).advice_due(&body), Some(day("2020-12-01")));
    let world = world.and(advised("PTY-D", AdvicePosition::NoObjection));
    assert_eq!(held(&world).advice_due(&body), None);
    let refused = held(&world).remind(&body, today, day("2021-01-01"));
    assert!(matches!(refused, Err(ReviewRefusal::OwesNothing { .. })));
    assert_eq!(held(&given([opened_by(None)])).advice_due(&body), None);
}
