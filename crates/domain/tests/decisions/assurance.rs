//! Assurances: what is accepted, and whether the paper is authentic as far as was known.

use domain::assurance::{
    Assurance, AssuranceForm, AssuranceRecord, AssuranceRefusal, Authenticity, AuthenticityAnswer,
    Undertaking, receive,
};
use domain::event::{AssuranceReceived, AuthenticityAnswered, AuthenticityAsked, DeliveryVerified};
use domain::time::Period;
use domain::view::{Noun, State};

use super::acts::*;
use super::world::{Step, World, given};

fn assurance(form: AssuranceForm) -> Assurance {
    Assurance {
        id: id("ASR-1"),
        form,
        giver: id("PTY-USER"),
        receiver: Some(id("PTY-AUTHORITY")),
        issuing_authority: Some(id("PTY-STATE")),
        signatory: None,
        validity: Period {
            from: day("2019-01-01"),
            until: None,
        },
        undertakings: vec![
            Undertaking::NoRetransferWithoutConsent,
            Undertaking::DeliveryVerification {
                by: day("2019-12-31"),
            },
        ],
        says: "not to be passed on".into(),
        paper: Some("ab".repeat(32)),
        applications: ids(&["APP-1"]),
        permits: ids(&["P-1"]),
        recorded_by: id("OFF-A"),
        basis: None,
    }
}

fn received() -> Step {
    let assurance = assurance(AssuranceForm::Certificate);
    vec![AssuranceReceived { assurance }.into()]
}

fn asked(on: &str, due_on: &str) -> Step {
    let event = AuthenticityAsked {
        assurance: id("ASR-1"),
        of: id("PTY-STATE"),
        on: day(on),
        due_on: day(due_on),
        by: id("OFF-A"),
    };
    vec![event.into()]
}

fn answered(answer: AuthenticityAnswer, on: &str) -> Step {
    let event = AuthenticityAnswered {
        assurance: id("ASR-1"),
        answer,
        on: day(on),
        by: id("OFF-A"),
    };
    vec![event.into()]
}

fn delivered(on: &str, is_complete: bool) -> Step {
    let event = DeliveryVerified {
        assurance: id("ASR-1"),
        permit: Some(id("P-1")),
        is_complete,
        seen: [].into(),
        text: "counted".into(),
        on: day(on),
        by: id("OFF-A"),
    };
    vec![event.into()]
}

fn held(world: &World) -> &AssuranceRecord {
    match world.state(Noun::Assurance, "ASR-1") {
        State::Assurance(held) => held,
        other => panic!("not an assurance: {other:?}"),
    }
}

#[test]
fn an_assurance_is_accepted_with_what_proves_its_form() {
    use AssuranceForm::{Certificate, Clause, Oral, Statement};
    let no_paper = |held: &mut Assurance| held.paper = None;
    let no_receiver = |held: &mut Assurance| held.receiver = None;
    let nothing_promised = |held: &mut Assurance| held.undertakings.clear();
    type Change = fn(&mut Assurance);
    let table: [(AssuranceForm, Change, Result<(), AssuranceRefusal>); 9] = [
        (Certificate, |_| {}, Ok(())),
        (Certificate, no_receiver, Ok(())),
        (Certificate, no_paper, Err(AssuranceRefusal::NoPaper)),
        (Statement, no_paper, Err(AssuranceRefusal::NoPaper)),
        (Clause, no_paper, Ok(())),
        (Oral, no_paper, Ok(())),
        (Oral, no_receiver, Err(AssuranceRefusal::NoReceiver)),
        (
            Certificate,
            nothing_promised,
            Err(AssuranceRefusal::NoUndertaking),
        ),
        (Oral, nothing_promised, Err(AssuranceRefusal::NoUndertaking)),
    ];
    for (form, change, expected) in table {
        let mut asked = assurance(form);
        change(&mut asked);
        assert_eq!(receive(&asked), expected, "{asked:?}");
    }
}

#[test]
fn an_assurance_is_unverified_until_its_authenticity_was_asked_and_answered() {
    let world = given([
        received(),
        asked("2019-02-01", "2019-03-01"),
        answered(AuthenticityAnswer::Confirmed, "2019-03-15"),
        answered(AuthenticityAnswer::Denied, "2020-01-01"),
    ]);
    let rows = [
        ("2019-01-31", Authenticity::Unasked),
        ("2019-02-01", Authenticity::Asked),
        ("2019-03-01", Authenticity::Asked),
        ("2019-03-02", Authenticity::NoReply),
        ("2019-03-15", Authenticity::Confirmed),
        ("2019-12-31", Authenticity::Confirmed),
        ("2020-01-01", Authenticity::Denied),
    ];
    for (on, expected) in rows {
        assert_eq!(held(&world).authenticity(day(on)), expected, "on {on}");
    }
}

#[test]
fn silence_after_the_day_due_is_a_result_of_its_own() {
    let silent = given([received(), asked("2019-02-01", "2019-03-01")]);
    assert_eq!(
        held(&silent).authenticity(day("2019-06-01")),
        Authenticity::NoReply
    );
    let again = silent.and(asked("2019-06-01", "2019-07-01"));
    assert_eq!(
        held(&again).authenticity(day("2019-06-15")),
        Authenticity::Asked
    );
}

#[test]
fn a_delivery_that_was_promised_and_not_verified_is_overdue() {
    let on = day("2020-01-15");
    let promised = given([received()]);
    assert_eq!(held(&promised).overdue_deliveries(day("2019-12-31")), []);
    assert_eq!(held(&promised).overdue_deliveries(on), [day("2019-12-31")]);
    let in_part = given([received(), delivered("2019-11-01", false)]);
    assert_eq!(held(&in_part).overdue_deliveries(on), [day("2019-12-31")]);
    let whole = given([received(), delivered("2019-11-01", true)]);
    assert_eq!(held(&whole).overdue_deliveries(on), []);
}
