//! Items, platforms, what they are built of, and units by their serials: added, never written over,
//! with what does not agree flagged.

use std::collections::BTreeSet;

use domain::catalogue::compose::{self, ComposeRefusal};
use domain::catalogue::describe::{self, DescribeRefusal};
use domain::catalogue::fit::{self, FitRefusal};
use domain::catalogue::mark::{self, MarkRefusal};
use domain::catalogue::{
    Assembly, Composition, Fitting, ItemFacts, LeftUnder, PlatformFacts, UnitConflict, UnitFacts,
    UnitRecord,
};
use domain::event::{CompositionRecorded, ItemCatalogued, UnitFitted, UnitRecorded};
use domain::time::Period;
use domain::view::{Noun, State, index};

use super::acts::*;
use super::world::{Step, World, given};

fn item(number: &str) -> ItemFacts {
    ItemFacts {
        id: id(number),
        name: "a turret".into(),
        model: Some("T-1".into()),
        maker: Some(id("PTY-MAKER")),
        marks: ["CT-1".to_owned()].into(),
        ratings: BTreeSet::new(),
        source: "leaflet".into(),
        basis: None,
    }
}

fn catalogued(number: &str) -> Step {
    vec![
        ItemCatalogued {
            item: item(number),
            effective_from: day("2020-01-01"),
        }
        .into(),
    ]
}

fn period(from: &str, until: Option<&str>) -> Period {
    Period {
        from: day(from),
        until: until.map(day),
    }
}

fn composition(assembly: &str, component: &str) -> Composition {
    Composition {
        assembly: Assembly::Item { item: id(assembly) },
        component: id(component),
        quantity_per: 1,
        validity: period("2020-01-01", None),
        source: "teardown".into(),
        basis: None,
        by: id("OFF-M"),
        on: day("2020-02-01"),
    }
}

fn unit(serial: &str, permit: Option<&str>) -> UnitFacts {
    UnitFacts {
        id: id("UNT-1"),
        serial: serial.into(),
        pieces: 1,
        item: Some(id("ITM-1")),
        maker: None,
        made: None,
        left_under: permit.map(|permit| LeftUnder {
            permit: id(permit),
            line: None,
            shipment: None,
        }),
        source: "exporter's list".into(),
        basis: None,
        by: id("OFF-M"),
        on: day("2020-02-01"),
    }
}

fn said(unit: UnitFacts) -> Step {
    vec![UnitRecorded { unit }.into()]
}

fn fitted(parent: &str, from: &str, until: Option<&str>) -> Step {
    let fitting = fitting(parent, period(from, until));
    vec![UnitFitted { fitting }.into()]
}

fn fitting(parent: &str, period: Period) -> Fitting {
    Fitting {
        unit: id("UNT-1"),
        parent: id(parent),
        period,
        source: "visit".into(),
        basis: None,
        by: id("OFF-M"),
        on: day("2020-09-01"),
    }
}

fn held(world: &World) -> &UnitRecord {
    match world.state(Noun::Unit, "UNT-1") {
        State::Unit(held) => held,
        other => panic!("not a unit: {other:?}"),
    }
}

#[test]
fn a_corrected_item_keeps_what_was_said_before() {
    let mut again = item("ITM-1");
    again.marks = ["CT-1B".to_owned()].into();
    let correction = ItemCatalogued {
        item: again,
        effective_from: day("2021-01-01"),
    };
    let world = given([catalogued("ITM-1"), vec![correction.into()]]);
    let State::Item(held) = world.state(Noun::Item, "ITM-1") else {
        panic!("not an item");
    };
    assert_eq!(held.versions.len(), 2);
    let found = index(world.state(Noun::Item, "ITM-1"));
    assert!(found.contains(&("mark", "ct-1".to_owned())), "{found:?}");
    assert!(found.contains(&("mark", "ct-1b".to_owned())), "{found:?}");
}

#[test]
fn what_contains_itself_is_kept() {
    let parts = |assembly, component| -> Step {
        let composition = composition(assembly, component);
        assert_eq!(compose::compose(&composition), Ok(()));
        vec![CompositionRecorded { composition }.into()]
    };
    let world = given([
        catalogued("ITM-1"),
        catalogued("ITM-2"),
        parts("ITM-1", "ITM-2"),
        parts("ITM-2", "ITM-1"),
        parts("ITM-1", "ITM-1"),
    ]);
    let State::Item(held) = world.state(Noun::Item, "ITM-1") else {
        panic!("not an item");
    };
    assert_eq!(held.parts.len(), 2);
}

#[test]
fn a_part_of_what_was_never_described_is_no_sound_log() {
    let composition = composition("ITM-9", "ITM-1");
    let mut world = given([catalogued("ITM-1")]);
    assert!(
        world
            .try_record(CompositionRecorded { composition })
            .is_err()
    );
    let fitting = fitting("UNT-2", period("2020-01-01", None));
    assert!(world.try_record(UnitFitted { fitting }).is_err());
}

#[test]
fn one_serial_on_two_permits_is_kept_and_flagged() {
    let world = given([said(unit("A1", Some("P-1"))), said(unit("a1", Some("P-1")))]);
    assert_eq!(held(&world).conflicts(), []);
    let world = given([said(unit("A1", Some("P-1"))), said(unit("A1", Some("P-2")))]);
    let permits = [id("P-1"), id("P-2")].into();
    assert_eq!(
        held(&world).conflicts(),
        [UnitConflict::SeveralPermits { permits }]
    );
    let found = index(world.state(Noun::Unit, "UNT-1"));
    assert!(found.contains(&("conflict", "yes".to_owned())), "{found:?}");
}

#[test]
fn a_unit_said_to_be_two_items_is_flagged() {
    let mut other = unit("A1", None);
    other.item = Some(id("ITM-2"));
    let world = given([said(unit("A1", None)), said(other)]);
    let items = [id("ITM-1"), id("ITM-2")].into();
    assert_eq!(
        held(&world).conflicts(),
        [UnitConflict::SeveralItems { items }]
    );
}

#[test]
fn a_unit_in_two_parents_at_once_is_flagged_and_one_that_was_moved_is_not() {
    let begun = || said(unit("A1", None));
    let moved = given([
        begun(),
        fitted("UNT-2", "2020-01-01", Some("2020-06-01")),
        fitted("UNT-3", "2020-06-01", None),
    ]);
    assert_eq!(held(&moved).conflicts(), []);
    let both = given([
        begun(),
        fitted("UNT-2", "2020-01-01", None),
        fitted("UNT-3", "2020-06-01", None),
    ]);
    let parents = [id("UNT-2"), id("UNT-3")].into();
    let from = day("2020-06-01");
    assert_eq!(
        held(&both).conflicts(),
        [UnitConflict::SeveralParents { parents, from }]
    );
}

#[test]
fn a_fitting_said_again_with_its_end_corrects_the_first() {
    let world = given([
        said(unit("A1", None)),
        fitted("UNT-2", "2020-01-01", None),
        fitted("UNT-3", "2020-06-01", None),
        fitted("UNT-2", "2020-01-01", Some("2020-05-01")),
    ]);
    assert_eq!(held(&world).fittings.len(), 3);
    assert_eq!(held(&world).standing_fittings().count(), 2);
    assert_eq!(held(&world).conflicts(), []);
}

#[test]
fn a_description_has_a_name_a_source_and_marks_that_say_something() {
    let with = |change: fn(&mut ItemFacts)| {
        let mut facts = item("ITM-1");
        change(&mut facts);
        describe::item(&facts)
    };
    assert_eq!(with(|_| ()), Ok(()));
    let refused = |change| with(change).unwrap_err();
    assert_eq!(refused(|f| f.name = " ".into()), DescribeRefusal::NoName);
    assert_eq!(refused(|f| f.source.clear()), DescribeRefusal::NoSource);
    let empty = refused(|f| f.model = Some(String::new()));
    assert_eq!(empty, DescribeRefusal::EmptyMark);
    let platform = PlatformFacts {
        id: id("DRONE-1"),
        name: "Drone".into(),
        marks: [" ".to_owned()].into(),
        integrator: None,
        classes: BTreeSet::new(),
        source: "leaflet".into(),
        basis: None,
    };
    assert_eq!(
        describe::platform(&platform),
        Err(DescribeRefusal::EmptyMark)
    );
}

#[test]
fn a_composition_has_a_quantity_a_period_and_a_source() {
    let with = |change: fn(&mut Composition)| {
        let mut composition = composition("ITM-1", "ITM-2");
        change(&mut composition);
        compose::compose(&composition).unwrap_err()
    };
    assert_eq!(with(|c| c.quantity_per = 0), ComposeRefusal::NoQuantity);
    assert_eq!(with(|c| c.source.clear()), ComposeRefusal::NoSource);
    let without_a_day = with(|c| c.validity.until = Some(c.validity.from));
    assert_eq!(without_a_day, ComposeRefusal::EndsBeforeItBegins);
}

#[test]
fn a_unit_has_a_serial_pieces_and_a_source_and_keeps_its_serial() {
    let with = |change: fn(&mut UnitFacts)| {
        let mut unit = unit("A1", None);
        change(&mut unit);
        mark::mark(None, &unit).unwrap_err()
    };
    assert!(matches!(
        with(|u| u.serial = "  ".into()),
        MarkRefusal::NoSerial { .. }
    ));
    assert_eq!(with(|u| u.pieces = 0), MarkRefusal::NoPieces);
    assert_eq!(with(|u| u.source.clear()), MarkRefusal::NoSource);
    let before = unit("A1", None);
    assert_eq!(mark::mark(Some(&before), &unit("a 1", None)), Ok(()));
    assert!(matches!(
        mark::mark(Some(&before), &unit("A2", None)),
        Err(MarkRefusal::OtherSerial { .. })
    ));
}

#[test]
fn a_fitting_has_a_period_and_a_source() {
    let good = fitting("UNT-2", period("2020-01-01", None));
    assert_eq!(fit::fit(&good), Ok(()));
    let mut bad = good.clone();
    bad.period.until = Some(bad.period.from);
    assert_eq!(fit::fit(&bad), Err(FitRefusal::EndsBeforeItBegins));
    let mut bad = good;
    bad.source.clear();
    assert_eq!(fit::fit(&bad), Err(FitRefusal::NoSource));
}
