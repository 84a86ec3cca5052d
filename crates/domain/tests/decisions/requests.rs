//! Requests, replies and silence.

use domain::event::{RequestAnswered, RequestReminded, RequestSent, RequestUnanswered};
use domain::request::{
    Reply, Request, RequestKind, RequestRecord, RequestRefusal, RequestState, send,
};
use domain::view::{Noun, State};

use super::acts::*;
use super::world::{Step, World, given};

fn request() -> Request {
    Request {
        id: id("RQS-1"),
        request_kind: RequestKind::Tracing,
        to: id("PTY-STATE"),
        asks: "to whom was it delivered?".into(),
        permits: [].into(),
        shipments: [].into(),
        assurances: [].into(),
        evidence: [].into(),
        marks: vec!["SN-10?4".into()],
        asked_on: day("2020-10-06"),
        due_on: day("2020-11-06"),
        by: id("OFF-M"),
    }
}

fn sent() -> Step {
    vec![RequestSent { request: request() }.into()]
}

fn reply(says: &str, is_complete: bool, on: &str) -> Reply {
    Reply {
        says: says.into(),
        evidence: [].into(),
        is_complete,
        on: day(on),
        by: id("OFF-M"),
    }
}

fn replied(is_complete: bool, on: &str) -> Step {
    let event = RequestAnswered {
        request: id("RQS-1"),
        reply: reply("to the depot", is_complete, on),
    };
    vec![event.into()]
}

fn held(world: &World) -> &RequestRecord {
    match world.state(Noun::Request, "RQS-1") {
        State::Request(held) => held,
        other => panic!("not a request: {other:?}"),
    }
}

#[test]
fn a_request_asks_something_of_somebody_by_a_later_day() {
    let but = |change: fn(&mut Request)| {
        let mut request = request();
        change(&mut request);
        send(&request)
    };
    assert_eq!(but(|_| {}), Ok(()));
    let nothing = Err(RequestRefusal::AsksNothing(id("RQS-1")));
    assert_eq!(but(|request| request.asks = " ".into()), nothing);
    let untraceable = Err(RequestRefusal::NothingToTrace(id("RQS-1")));
    assert_eq!(but(|request| request.marks.clear()), untraceable);
    assert_eq!(
        but(|request| {
            request.marks.clear();
            request.request_kind = RequestKind::Information;
        }),
        Ok(())
    );
    let too_early = but(|request| request.due_on = request.asked_on);
    assert!(matches!(too_early, Err(RequestRefusal::DueTooEarly { .. })));
}

#[test]
fn silence_after_the_day_due_is_a_result_with_both_days() {
    let world = given([sent()]);
    let state = |on: &str| held(&world).state(day(on));
    let due_on = day("2020-11-06");
    assert_eq!(state("2020-11-06"), RequestState::Asked { due_on });
    let silence = RequestState::NoReply {
        asked_on: day("2020-10-06"),
        due_on,
    };
    assert_eq!(state("2020-11-07"), silence);
}

#[test]
fn a_reminder_moves_the_day_due_and_not_the_day_asked() {
    let reminded = RequestReminded {
        request: id("RQS-1"),
        due_on: day("2020-12-01"),
        on: day("2020-11-08"),
        by: id("OFF-M"),
    };
    let world = given([sent(), vec![reminded.into()]]);
    let state = |on: &str| held(&world).state(day(on));
    assert!(matches!(state("2020-11-07"), RequestState::NoReply { .. }));
    assert!(matches!(state("2020-11-08"), RequestState::Asked { .. }));
    let asked_on = day("2020-10-06");
    let due_on = day("2020-12-01");
    let silence = RequestState::NoReply { asked_on, due_on };
    assert_eq!(state("2020-12-02"), silence);
}

#[test]
fn no_reply_is_said_only_after_the_day_due_and_only_of_silence() {
    let world = given([sent()]);
    let early = held(&world).close_unanswered(day("2020-11-06"));
    assert!(matches!(early, Err(RequestRefusal::NotDueYet { .. })));
    assert_eq!(held(&world).close_unanswered(day("2020-11-07")), Ok(()));
    let world = world.and(replied(false, "2020-11-01"));
    let came = Err(RequestRefusal::SomethingCame(id("RQS-1")));
    assert_eq!(held(&world).close_unanswered(day("2020-11-07")), came);
}

#[test]
fn a_late_reply_is_a_reply_beside_the_silence_before_it() {
    let silent = RequestUnanswered {
        request: id("RQS-1"),
        asked_on: day("2020-10-06"),
        due_on: day("2020-11-06"),
        on: day("2020-11-07"),
        by: id("OFF-M"),
    };
    let world = given([sent(), vec![silent.into()]]);
    let late = reply("to the depot", true, "2021-01-05");
    assert_eq!(held(&world).reply(&late), Ok(()));
    let world = world.and(replied(true, "2021-01-05"));
    let state = |on: &str| held(&world).state(day(on));
    assert!(matches!(state("2020-12-01"), RequestState::NoReply { .. }));
    assert!(matches!(state("2021-01-05"), RequestState::Answered { .. }));
    assert_eq!(held(&world).unanswered.len(), 1);
}

#[test]
fn an_answered_request_takes_no_more_and_an_answer_says_something() {
    let world = given([sent(), replied(true, "2020-10-20")]);
    let answered = RequestRefusal::Answered(id("RQS-1"));
    let more = reply("more", true, "2020-10-21");
    assert_eq!(held(&world).reply(&more), Err(answered.clone()));
    let today = day("2020-10-21");
    let reminded = held(&world).remind(today, day("2020-12-01"));
    assert_eq!(reminded, Err(answered));
    let open = given([sent(), replied(false, "2020-10-20")]);
    let nothing = Err(RequestRefusal::SaysNothing(id("RQS-1")));
    assert_eq!(held(&open).reply(&reply(" ", true, "2020-10-21")), nothing);
    assert!(held(&open).remind(today, today).is_err());
}
