//! The steps between receipt and decision, and the refusal of an application.

use std::collections::BTreeSet;

use domain::application::complete::{StepRefusal, answer, rate, recommend};
use domain::application::refuse::{RefuseApplication, RefuseRefusal, refuse};
use domain::application::{Application, Outcome};
use domain::event::{
    ApplicationRefused, ApplicationWithdrawn, InformationReceived, InformationRequested, ItemRated,
};
use domain::item::{LineNo, Rating};
use domain::view::{Noun, State};

use super::acts::*;
use super::world::{Step, World, given};

fn application(world: &World) -> &Application {
    match world.state(Noun::Application, "APP-1") {
        State::Application(held) => held,
        other => panic!("not an application: {other:?}"),
    }
}

fn asked() -> Step {
    vec![
        InformationRequested {
            application: id("APP-1"),
            questions: vec!["who mounts it?".into()],
            on: day("2019-01-15"),
            due_on: day("2019-02-15"),
            by: id("OFF-A"),
        }
        .into(),
    ]
}

fn answered() -> Step {
    vec![
        InformationReceived {
            application: id("APP-1"),
            answers: vec!["the integrator".into()],
            documents: BTreeSet::new(),
            on: day("2019-01-25"),
        }
        .into(),
    ]
}

fn withdrawn() -> Step {
    vec![
        ApplicationWithdrawn {
            application: id("APP-1"),
            on: day("2019-01-20"),
        }
        .into(),
    ]
}

fn rating(code: &str, is_primary: bool) -> Rating {
    Rating {
        entry: entry(code),
        is_primary,
        reasons: None,
    }
}

#[test]
fn a_rating_has_exactly_one_primary_entry() {
    let world = given([submitted("APP-1")]);
    let rated_as =
        |ratings| world.when(|world| rate(application(world), LineNo(1), ratings, &id("OFF-A")));
    let two = vec![rating("2-15.d", true), rating("2-10.c", false)];
    rated_as(two.clone()).then(ItemRated {
        application: id("APP-1"),
        line: LineNo(1),
        ratings: two,
        by: id("OFF-A"),
    });
    let not_one = StepRefusal::NotOnePrimary;
    rated_as(vec![]).refused(not_one(LineNo(1), 0));
    rated_as(vec![rating("2-15.d", false)]).refused(not_one(LineNo(1), 0));
    let both_primary = vec![rating("2-15.d", true), rating("2-10.c", true)];
    rated_as(both_primary).refused(not_one(LineNo(1), 2));
}

#[test]
fn a_line_that_is_not_there_is_not_rated() {
    let world = given([submitted("APP-1")]);
    let ask = |world: &World| rate(application(world), LineNo(9), rated("2-15"), &id("OFF-A"));
    world.when(ask).refused(StepRefusal::NoSuchLine {
        application: id("APP-1"),
        line: LineNo(9),
    });
}

#[test]
fn no_step_is_taken_on_an_application_that_has_ended() {
    let world = given([submitted("APP-1"), withdrawn()]);
    let ended = || StepRefusal::Ended(id("APP-1"));
    let on = day("2019-02-01");
    let by = id("OFF-A");
    world
        .when(|world| rate(application(world), LineNo(1), rated("2-15"), &by))
        .refused(ended());
    world
        .when(|world| answer(application(world), vec![], ids(&["MAP"]), on))
        .refused(ended());
    world
        .when(|world| recommend(application(world), Outcome::Refuse, "why", vec![], &by, on))
        .refused(ended());
}

#[test]
fn an_answer_needs_a_question_and_a_document_does_not() {
    let on = day("2019-01-25");
    let unasked = given([submitted("APP-1")]);
    unasked
        .when(|world| answer(application(world), vec!["so".into()], BTreeSet::new(), on))
        .refused(StepRefusal::NothingAsked(id("APP-1")));
    let received = unasked
        .when(|world| answer(application(world), vec![], ids(&["MAP"]), on))
        .granted();
    assert_eq!(received.documents, ids(&["MAP"]));
    given([submitted("APP-1"), asked()])
        .when(|world| answer(application(world), vec!["so".into()], BTreeSet::new(), on))
        .granted();
}

#[test]
fn the_clock_stands_still_while_a_question_is_open() {
    let paused = given([submitted("APP-1"), asked()]);
    assert!(application(&paused).is_paused());
    let document_only = InformationReceived {
        application: id("APP-1"),
        answers: Vec::new(),
        documents: ids(&["MAP"]),
        on: day("2019-01-20"),
    };
    let still_paused = paused.and(vec![document_only.into()]);
    assert!(
        application(&still_paused).is_paused(),
        "a document is no answer"
    );
    assert!(!application(&still_paused.and(answered())).is_paused());
}

#[test]
fn a_recommendation_to_issue_needs_every_line_rated_and_one_to_refuse_does_not() {
    let recommended = |world: &World, outcome| {
        let on = day("2019-02-01");
        recommend(
            application(world),
            outcome,
            "on balance",
            vec![],
            &id("OFF-A"),
            on,
        )
    };
    let unrated = given([submitted("APP-1")]);
    unrated
        .when(|world| recommended(world, Outcome::Issue))
        .refused(StepRefusal::NotRated(LineNo(1)));
    unrated
        .when(|world| recommended(world, Outcome::Refuse))
        .granted();
    let rated = given([submitted("APP-1"), all_rated("APP-1")]);
    rated
        .when(|world| recommended(world, Outcome::Issue))
        .granted();
}

#[test]
fn a_recommendation_gives_reasons_and_waits_for_open_answers() {
    let reasons = |world: &World, text: &str| {
        let on = day("2019-02-01");
        recommend(
            application(world),
            Outcome::Refuse,
            text,
            vec![],
            &id("OFF-A"),
            on,
        )
    };
    given([submitted("APP-1")])
        .when(|world| reasons(world, " "))
        .refused(StepRefusal::NoReasons);
    given([submitted("APP-1"), asked()])
        .when(|world| reasons(world, "why"))
        .refused(StepRefusal::Paused);
    given([submitted("APP-1"), asked(), answered()])
        .when(|world| reasons(world, "why"))
        .granted();
}

fn refusing() -> RefuseApplication {
    RefuseApplication {
        grounds: ids(&["diversion-risk"]),
        law: [law("EIPA:7(1)")].into(),
        reasons: "the risk of diversion is not mitigated".into(),
        determined_by: vec!["M-1".into()],
    }
}

fn refused_by(
    world: &World,
    by: &str,
    ask: &RefuseApplication,
) -> Result<ApplicationRefused, RefuseRefusal> {
    refuse(application(world), ask, &id(by), day("2019-02-10"))
}

#[test]
fn an_application_is_refused_by_another_officer_than_recommended_it() {
    let world = given([
        submitted("APP-1"),
        recommended("APP-1", Outcome::Refuse, "OFF-A"),
    ]);
    world
        .when(|world| refused_by(world, "OFF-A", &refusing()))
        .refused(RefuseRefusal::SameOfficer(id("OFF-A")));
    let refused = world
        .when(|world| refused_by(world, "OFF-B", &refusing()))
        .granted();
    assert_eq!(
        (refused.recommended_by, refused.decided_by),
        (id("OFF-A"), id("OFF-B"))
    );
    assert_eq!(refused.determined_by, ["M-1"]);
}

#[test]
fn a_refusal_needs_a_recommendation_to_refuse_and_the_last_one_counts() {
    let not_recommended = || RefuseRefusal::NotRecommended(id("APP-1"));
    given([submitted("APP-1")])
        .when(|world| refused_by(world, "OFF-B", &refusing()))
        .refused(not_recommended());
    given([
        submitted("APP-1"),
        recommended("APP-1", Outcome::Refuse, "OFF-A"),
        recommended("APP-1", Outcome::Issue, "OFF-A"),
    ])
    .when(|world| refused_by(world, "OFF-B", &refusing()))
    .refused(not_recommended());
}

#[test]
fn a_refusal_can_be_contested_because_it_names_ground_law_and_reasons() {
    let world = given([
        submitted("APP-1"),
        recommended("APP-1", Outcome::Refuse, "OFF-A"),
    ]);
    let without = |but: fn(&mut RefuseApplication)| {
        let mut ask = refusing();
        but(&mut ask);
        world.when(|world| refused_by(world, "OFF-B", &ask))
    };
    without(|ask| ask.grounds.clear()).refused(RefuseRefusal::NoGround);
    without(|ask| ask.law.clear()).refused(RefuseRefusal::NoGround);
    without(|ask| ask.reasons = " ".into()).refused(RefuseRefusal::NoReasons);
}

#[test]
fn an_application_that_has_ended_is_not_refused() {
    given([
        submitted("APP-1"),
        recommended("APP-1", Outcome::Refuse, "OFF-A"),
        withdrawn(),
    ])
    .when(|world| refused_by(world, "OFF-B", &refusing()))
    .refused(RefuseRefusal::Ended(id("APP-1")));
}
