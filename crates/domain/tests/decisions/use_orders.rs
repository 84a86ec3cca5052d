//! Orders over a use: only the declared lines that carry what is named are stopped.

use domain::facts::Declared;
use domain::measure::{Order, OrderKind};
use domain::party::PartyRole;
use domain::permit::standing::Standing;
use domain::scope::{Place, Scope};
use domain::shipment::ReleaseReason;
use domain::shipment::release::Decision;

use super::acts::*;
use super::world::{World, given};

const TODAY: &str = "2020-10-05";

/// A permit for several destinations and consignees, and an order over one use of it.
fn world(use_scope: Scope) -> World {
    let several = permit_as("P-1", |issued| {
        let terms = &mut issued.terms;
        terms.kind = domain::permit::PermitKind::MultipleDestination;
        terms.destinations = ids(&["TR", "DE", "IT"]);
        terms.final_destinations = ids(&["TR", "DE", "IT"]);
        terms.end_user_country = Some(id("DE"));
        terms.consignees = ids(&["PTY-CONSIGNEE", "PTY-OTHER"]);
    });
    let order = Order {
        use_scope: Some(use_scope),
        ..order("ORD-1", OrderKind::Suspend, &["P-1"], TODAY)
    };
    given([several, made(order, &[("P-1", &[1, 2])])])
}

fn to(destination: &str, final_destination: &str) -> Declared {
    Declared {
        destination: id(destination),
        final_destination: id(final_destination),
        ..declared(1, 1)
    }
}

#[track_caller]
fn check(world: &World, rows: &[(Declared, bool)]) {
    for (declared, is_stopped) in rows {
        let answer = world.at_the_gate(&asking("P-1", vec![declared.clone()]), day(TODAY));
        let is_use_only = match &answer {
            Decision::Released(_) => None,
            Decision::Refused(reasons) => match reasons.as_slice() {
                [ReleaseReason::Stopped { is_use_only, .. }] => Some(*is_use_only),
                other => panic!("other reasons: {other:?}"),
            },
        };
        assert_eq!(is_use_only, is_stopped.then_some(true), "{declared:?}");
    }
    let standing = world.permit("P-1").standing(day(TODAY));
    assert_eq!(standing, Standing::InForce, "the permit itself stays");
}

#[test]
fn a_destination_is_stopped_and_the_rest_of_the_line_stays_open() {
    check(
        &world(toward("TR")),
        &[
            (to("TR", "TR"), true),
            (to("DE", "TR"), true),
            (to("TR", "DE"), true),
            (to("DE", "IT"), false),
        ],
    );
    let first_stop_only = Scope::Country {
        at: Place::Destination,
        is: id("TR"),
    };
    check(
        &world(first_stop_only),
        &[(to("TR", "DE"), true), (to("DE", "TR"), false)],
    );
}

#[test]
fn a_group_of_countries_is_stopped_by_its_members() {
    let alliance = Scope::CountryGroup {
        at: Place::FinalDestination,
        group: id("ALLIANCE"),
    };
    check(
        &world(alliance),
        &[(to("TR", "DE"), true), (to("DE", "TR"), false)],
    );
}

#[test]
fn a_consignee_is_stopped_as_declared() {
    let consignee = Scope::Party {
        is: id("PTY-OTHER"),
        role: Some(PartyRole::Consignee),
    };
    let other = Declared {
        consignee: Some(id("PTY-OTHER")),
        ..to("DE", "DE")
    };
    check(&world(consignee), &[(other, true), (to("DE", "DE"), false)]);
}

#[test]
fn a_route_is_stopped_as_declared() {
    let through = Scope::Country {
        at: Place::Route,
        is: id("AZ"),
    };
    assert!(through.needs_declaration());
    let by_way = Declared {
        route: ids(&["AZ"]),
        ..to("DE", "DE")
    };
    check(&world(through), &[(by_way, true), (to("DE", "DE"), false)]);
}

#[test]
fn one_stopped_line_refuses_its_declaration_and_names_only_that_line() {
    let world = world(toward("TR"));
    let lines = vec![
        to("TR", "TR"),
        Declared {
            line: domain::item::LineNo(2),
            ..to("DE", "DE")
        },
    ];
    let Decision::Refused(reasons) = world.at_the_gate(&asking("P-1", lines), day(TODAY)) else {
        panic!("refused");
    };
    let [ReleaseReason::Stopped { line, law, .. }] = reasons.as_slice() else {
        panic!("one reason: {reasons:?}");
    };
    assert_eq!(line.0, 1);
    assert_eq!(law.as_str(), "EIPA:10(1)");
}

#[test]
fn a_use_that_is_reinstated_is_open_again() {
    let world = world(toward("TR")).and(reinstated("ORD-2", &["ORD-1"], TODAY));
    check(&world, &[(to("TR", "TR"), false)]);
}
