//! Dialogues: which step may follow which.

use domain::dialogue::{DialogueRecord, DialogueRefusal, DialogueState, Step as Turn};
use domain::event::{DialogueOpened, DialogueStepped};
use domain::view::{Noun, State};

use super::acts::*;
use super::world::{Step, World, given};

fn opened() -> Step {
    vec![
        DialogueOpened {
            dialogue: id("DLG-1"),
            name: says("end-use assurances"),
            with: Some(id("PTY-STATE")),
            agenda: vec!["assurances".into()],
            on: day("2021-04-12"),
            by: id("OFF-A"),
        }
        .into(),
    ]
}

fn turn(step: Turn, on: &str) -> Step {
    vec![
        DialogueStepped {
            dialogue: id("DLG-1"),
            step,
            text: "as minuted".into(),
            on: day(on),
            by: id("OFF-A"),
        }
        .into(),
    ]
}

fn held(world: &World) -> &DialogueRecord {
    match world.state(Noun::Dialogue, "DLG-1") {
        State::Dialogue(held) => held,
        other => panic!("not a dialogue: {other:?}"),
    }
}

/// After these turns, each asked for, which of the five turns are refused and why.
fn check(turns: &[Turn], rows: [Option<DialogueRefusal>; 5]) {
    let taken = turns.iter().map(|step| turn(*step, "2021-05-01"));
    let world = given(std::iter::once(opened()).chain(taken));
    let asked = [
        Turn::Commit,
        Turn::Meet,
        Turn::Stall,
        Turn::Resume,
        Turn::Conclude,
    ];
    for (step, refusal) in asked.into_iter().zip(rows) {
        let answer = held(&world).check_step(step, day("2021-06-01"));
        assert_eq!(answer.err(), refusal, "{step:?} after {turns:?}");
    }
}

#[test]
fn a_dialogue_under_way_takes_every_step_but_a_resumption() {
    let not_stalled = Some(DialogueRefusal::NotStalled(id("DLG-1")));
    check(&[], [None, None, None, not_stalled.clone(), None]);
    check(
        &[Turn::Meet, Turn::Commit],
        [None, None, None, not_stalled.clone(), None],
    );
    check(
        &[Turn::Stall, Turn::Resume],
        [None, None, None, not_stalled, None],
    );
}

#[test]
fn a_stalled_dialogue_resumes_first_or_simply_concludes() {
    let stalled = || Some(DialogueRefusal::Stalled(id("DLG-1")));
    check(
        &[Turn::Stall],
        [stalled(), stalled(), stalled(), None, None],
    );
}

#[test]
fn nothing_follows_a_conclusion() {
    let over = || Some(DialogueRefusal::Concluded(id("DLG-1")));
    check(&[Turn::Conclude], [over(), over(), over(), over(), over()]);
    check(
        &[Turn::Stall, Turn::Conclude],
        [over(), over(), over(), over(), over()],
    );
}

#[test]
fn a_dialogue_is_concluded_from_the_day_of_its_conclusion_and_not_before() {
    let world = given([
        opened(),
        turn(Turn::Stall, "2021-05-01"),
        turn(Turn::Resume, "2021-06-01"),
        turn(Turn::Conclude, "2024-01-29"),
    ]);
    let rows = [
        ("2021-04-30", DialogueState::UnderWay),
        ("2021-05-01", DialogueState::Stalled),
        ("2021-06-01", DialogueState::UnderWay),
        ("2024-01-28", DialogueState::UnderWay),
        ("2024-01-29", DialogueState::Concluded),
    ];
    for (on, expected) in rows {
        assert_eq!(held(&world).state(day(on)), expected, "on {on}");
    }
}
