//! Keeping a web and reading it again.

use exposure::{Question, SavedMistake, Web};

use crate::world::*;

fn world() -> World {
    let mut world = World::new();
    world.party("PTY-FAR", "FR");
    world.item("ITM-1", "T-1", &["CT-1"]);
    world.item("ITM-2", "T-2", &[]);
    world.part_in("ITM-2", "ITM-1", "2019-01-01", Some("2020-01-01"));
    world.permit("P-1", &Named::default());
    world.shipment("S-1", "P-1", 1, &["Z-9"]);
    world.unit("UNT-1", "12734", Some("ITM-1"), Some("P-1#1"));
    world.unit("UNT-2", "B-1", None, None);
    world.fitted("UNT-1", "UNT-2", "2020-07-01", Some("2020-08-01"));
    world
}

fn questions() -> [Question; 3] {
    let serial = Question {
        serials: ["1?734".to_owned()].into(),
        ..Question::default()
    };
    let party = Question {
        parties: [id("PTY-FAR")].into(),
        ..Question::default()
    };
    [about("ITM-2"), serial, party]
}

fn written(web: &mut Web) -> Vec<u8> {
    let mut bytes = Vec::new();
    web.write_to(&mut bytes, [7; 32]).unwrap();
    bytes
}

#[test]
fn a_web_that_was_kept_gives_the_same_answers_and_learns_on() {
    let mut world = world();
    let before: Vec<_> = questions().iter().map(|q| world.ask(q)).collect();
    let bytes = written(&mut world.web);
    let saved = Web::read_from(&mut bytes.as_slice()).unwrap();
    assert_eq!(saved.mark, [7; 32]);
    assert_eq!(saved.web.position(), world.web.position());
    world.web = saved.web;
    let after: Vec<_> = questions().iter().map(|q| world.ask(q)).collect();
    assert_eq!(before, after);
    world.permit("P-2", &Named::default());
    assert_eq!(
        world
            .ask(&about("ITM-1"))
            .of(exposure::Thing::Permit)
            .count(),
        2
    );
}

#[test]
fn packing_changes_no_answer() {
    let mut packed = world();
    let before: Vec<_> = questions().iter().map(|q| packed.ask(q)).collect();
    packed.web.pack();
    let after: Vec<_> = questions().iter().map(|q| packed.ask(q)).collect();
    assert_eq!(before, after);
}

#[test]
fn damage_of_one_byte_anywhere_is_found() {
    let bytes = written(&mut world().web);
    for n in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[n] ^= 0x10;
        assert!(Web::read_from(&mut damaged.as_slice()).is_err(), "byte {n}");
    }
}

#[test]
fn what_is_cut_short_or_something_else_is_refused() {
    let bytes = written(&mut world().web);
    for end in 0..bytes.len() {
        let cut = bytes.get(..end).unwrap();
        assert!(Web::read_from(&mut &*cut).is_err(), "{end} bytes");
    }
    let other = [b"PCLSWEB9".as_slice(), &[0; 4096]].concat();
    assert!(matches!(
        Web::read_from(&mut other.as_slice()),
        Err(SavedMistake::OtherForm)
    ));
}

#[test]
fn an_empty_web_can_be_kept() {
    let bytes = written(&mut Web::new());
    let saved = Web::read_from(&mut bytes.as_slice()).unwrap();
    assert_eq!(saved.web.size().things, 0);
}
