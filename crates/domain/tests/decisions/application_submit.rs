//! Submitting an application: one complete snapshot, or the list of what is missing.

use std::collections::BTreeSet;

use domain::application::submit::{LINES_MAX, Missing, SubmitApplication, SubmitRefusal, submit};
use domain::event::{ApplicationSubmitted, ApplicationWithdrawn};
use domain::item::LineNo;
use domain::permit::{PermitKind, Terms};
use domain::view::{Noun, State};

use super::acts::*;
use super::world::{Answer, World, given};

fn check(
    world: &World,
    ask: &SubmitApplication,
    supersedes: Option<&str>,
) -> Answer<ApplicationSubmitted, SubmitRefusal> {
    let earlier = supersedes.map(|number| match world.state(Noun::Application, number) {
        State::Application(held) => held,
        other => panic!("not an application: {other:?}"),
    });
    world.when(|_| submit(ask, earlier, day("2019-01-10")))
}

fn asking_with(but: impl FnOnce(&mut Terms)) -> SubmitApplication {
    let mut asked = terms();
    but(&mut asked);
    SubmitApplication {
        application: id("APP-2"),
        applicant: id("PTY-HOLDER"),
        terms: asked,
        documents: ids(&["END-USE-CERTIFICATE"]),
        copied_from: None,
        basis: None,
    }
}

fn incomplete(missing: &[Missing]) -> SubmitRefusal {
    SubmitRefusal::Incomplete(missing.iter().cloned().collect())
}

#[test]
fn a_complete_application_is_received_as_one_snapshot() {
    let ask = asking_with(|_| {});
    check(&given([]), &ask, None).then(ApplicationSubmitted {
        application: id("APP-2"),
        applicant: id("PTY-HOLDER"),
        terms: terms(),
        received_on: day("2019-01-10"),
        documents: ids(&["END-USE-CERTIFICATE"]),
        copied_from: None,
        supersedes: None,
        basis: None,
    });
}

#[test]
fn each_field_that_the_regulation_asks_for_is_missed_by_its_name() {
    type Change = fn(&mut Terms);
    let one = LineNo(1);
    let table: [(Change, Missing); 8] = [
        (|t| t.exporter = None, Missing::Exporter),
        (|t| t.consignees = BTreeSet::new(), Missing::Consignee),
        (
            |t| t.final_destinations = BTreeSet::new(),
            Missing::FinalDestination,
        ),
        (|t| t.lines.clear(), Missing::Line),
        (
            |t| t.lines[0].item.description = " ".into(),
            Missing::Description(one),
        ),
        (|t| t.lines[0].quantity = None, Missing::Quantity(one)),
        (|t| t.lines[0] = line(1, 0), Missing::Quantity(one)),
        (|t| t.lines[0].value = None, Missing::Value(one)),
    ];
    for (change, missing) in table {
        check(&given([]), &asking_with(change), None).refused(incomplete(&[missing]));
    }
}

#[test]
fn everything_missing_is_named_at_once() {
    let bare = asking_with(|terms| {
        terms.exporter = None;
        terms.consignees = BTreeSet::new();
        terms.lines[1].value = None;
    });
    check(&given([]), &bare, None).refused(incomplete(&[
        Missing::Exporter,
        Missing::Consignee,
        Missing::Value(LineNo(2)),
    ]));
}

#[test]
fn a_line_stands_once_on_an_application() {
    let twice = asking_with(|terms| terms.lines[1] = line(1, 4));
    check(&given([]), &twice, None).refused(SubmitRefusal::LineTwice(LineNo(1)));
}

#[test]
fn an_application_has_a_bounded_number_of_lines() {
    let with_lines = |count: usize| {
        asking_with(|terms| {
            terms.lines = (1..=u32::try_from(count).unwrap())
                .map(|no| line(no, 1))
                .collect();
        })
    };
    check(&given([]), &with_lines(LINES_MAX), None).granted();
    check(&given([]), &with_lines(LINES_MAX + 1), None)
        .refused(SubmitRefusal::TooManyLines(LINES_MAX + 1));
}

#[test]
fn a_general_permit_is_not_applied_for() {
    let general = asking_with(|terms| terms.kind = PermitKind::General);
    check(&given([]), &general, None).refused(SubmitRefusal::GeneralPermit);
}

#[test]
fn an_applicant_may_supersede_a_pending_application_of_its_own() {
    let world = given([submitted("APP-1")]);
    let received = check(&world, &asking_with(|_| {}), Some("APP-1")).granted();
    assert_eq!(received.supersedes, Some(id("APP-1")));
    let world = world.and(vec![received.into()]);
    let State::Application(earlier) = world.state(Noun::Application, "APP-1") else {
        panic!("an application");
    };
    assert!(!earlier.is_pending(), "the earlier one has ended");
}

#[test]
fn nobody_supersedes_the_application_of_another() {
    let ask = SubmitApplication {
        applicant: id("PTY-OTHER"),
        ..asking_with(|_| {})
    };
    check(&given([submitted("APP-1")]), &ask, Some("APP-1"))
        .refused(SubmitRefusal::NotTheApplicant(id("APP-1")));
}

#[test]
fn an_application_that_has_ended_is_not_superseded() {
    let withdrawn = ApplicationWithdrawn {
        application: id("APP-1"),
        on: day("2019-01-05"),
    };
    let world = given([submitted("APP-1"), vec![withdrawn.into()]]);
    check(&world, &asking_with(|_| {}), Some("APP-1"))
        .refused(SubmitRefusal::SupersededHasEnded(id("APP-1")));
}
