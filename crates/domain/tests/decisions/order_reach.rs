//! What an order reaches: it binds from its own position, before its list is written, and never
//! reaches what came later.

use domain::item::LineNo;
use domain::measure::{Order, OrderKind, Selection};
use domain::permit::standing::Standing;
use domain::scope::Scope;
use domain::shipment::ReleaseReason;
use domain::shipment::release::Decision;

use super::acts::*;
use super::world::{World, given};

const TODAY: &str = "2020-10-05";

/// The orders that stop one piece of a line of a permit, in the world and on the day.
#[track_caller]
fn check(world: &World, permit: &str, no: u32, on: &str, expected: &[&str]) {
    let answer = world.at_the_gate(&asking(permit, vec![declared(no, 1)]), day(on));
    let orders = match answer {
        Decision::Released(_) => Vec::new(),
        Decision::Refused(reasons) => reasons
            .into_iter()
            .map(|reason| match reason {
                ReleaseReason::Stopped { order, .. } => order.to_string(),
                other => panic!("another reason: {other:?}"),
            })
            .collect(),
    };
    assert_eq!(orders, expected, "{permit} line {no} on {on}");
}

fn to_turkiye() -> Order {
    suspension("ORD-1", toward("TR"), TODAY)
}

#[test]
fn an_order_binds_before_its_list_is_written() {
    let to_germany = permit_as("P-2", |issued| {
        issued.terms.destinations = ids(&["TR", "DE"]);
        issued.terms.final_destinations = ids(&["DE"]);
        issued.terms.end_user_country = Some(id("DE"));
    });
    let elsewhere = permit_as("P-3", |issued| {
        issued.terms.destinations = ids(&["TR"]);
    });
    let world = given([permit("P-1"), to_germany, elsewhere, signed(to_turkiye())]);
    check(&world, "P-1", 1, TODAY, &["ORD-1"]);
    check(&world, "P-1", 2, TODAY, &["ORD-1"]);
    check(&world, "P-3", 1, TODAY, &["ORD-1"]);
    let unnamed = given([
        permit("P-1"),
        signed(suspension("ORD-1", toward("AZ"), TODAY)),
    ]);
    check(&unnamed, "P-1", 1, TODAY, &[]);
}

#[test]
fn a_named_order_binds_before_its_list_is_written_and_only_where_it_names() {
    let by_line = Order {
        selection: Selection::Named {
            permits: ids(&["P-2"]),
            lines: [line_ref("P-1", 2)].into(),
        },
        ..order("ORD-1", OrderKind::Cancel, &[], TODAY)
    };
    let world = given([permit("P-1"), permit("P-2"), permit("P-3"), signed(by_line)]);
    check(&world, "P-1", 1, TODAY, &[]);
    check(&world, "P-1", 2, TODAY, &["ORD-1"]);
    check(&world, "P-2", 1, TODAY, &["ORD-1"]);
    check(&world, "P-3", 1, TODAY, &[]);
}

#[test]
fn a_permit_issued_after_the_order_is_not_a_member() {
    let world = given([signed(to_turkiye()), permit("P-1")]);
    check(&world, "P-1", 1, TODAY, &[]);
}

#[test]
fn later_facts_neither_add_nor_remove_members() {
    // The integrator builds unmanned aircraft only from the second record on.
    let building = || {
        let scope = Scope::Activity {
            is: "builds-uav".into(),
            role: None,
        };
        signed(suspension("ORD-1", scope, TODAY))
    };
    let before = party("PTY-INTEGRATOR", "TR", &[]);
    let after = party("PTY-INTEGRATOR", "TR", &["builds-uav"]);
    let learned_later = given([before.clone(), permit("P-1"), building(), after.clone()]);
    check(&learned_later, "P-1", 1, TODAY, &[]);
    let unlearned_later = given([after, permit("P-1"), building(), before]);
    check(&unlearned_later, "P-1", 1, TODAY, &["ORD-1"]);
    // The permit is amended away from the scope after the order.
    let mut elsewhere = terms();
    elsewhere.lines[0].ratings = rated("6-1");
    let rated_so = || signed(suspension("ORD-1", Scope::Entry(entry("2-15")), TODAY));
    let later = given([
        permit("P-1"),
        rated_so(),
        amended("P-1", elsewhere.clone(), TODAY),
    ]);
    check(&later, "P-1", 1, TODAY, &["ORD-1"]);
    let earlier = given([permit("P-1"), amended("P-1", elsewhere, TODAY), rated_so()]);
    check(&earlier, "P-1", 1, TODAY, &[]);
    check(&earlier, "P-1", 2, TODAY, &["ORD-1"]);
}

#[test]
fn a_line_that_was_added_after_the_order_is_not_a_member() {
    let mut wider = terms();
    wider.lines.push(line(3, 2));
    for order in [
        suspension("ORD-1", Scope::Everything, TODAY),
        order("ORD-1", OrderKind::Suspend, &["P-1"], TODAY),
    ] {
        let world = given([
            permit("P-1"),
            signed(order),
            amended("P-1", wider.clone(), TODAY),
        ]);
        check(&world, "P-1", 2, TODAY, &["ORD-1"]);
        check(&world, "P-1", 3, TODAY, &[]);
    }
}

#[test]
fn the_list_as_written_is_what_counts_once_it_is_complete() {
    let in_part = given([permit("P-1"), permit("P-2"), signed(to_turkiye())]).and(listed(
        "ORD-1",
        &[("P-1", &[1, 2])],
        false,
    ));
    check(&in_part, "P-1", 1, TODAY, &["ORD-1"]);
    check(&in_part, "P-2", 1, TODAY, &["ORD-1"]);
    let complete = in_part.and(listed("ORD-1", &[], true));
    check(&complete, "P-1", 1, TODAY, &["ORD-1"]);
    check(&complete, "P-2", 1, TODAY, &[]);
}

#[test]
fn a_permit_whose_lines_are_listed_in_two_parts_is_covered_whole() {
    let world =
        given([permit("P-1"), signed(to_turkiye())]).and(listed("ORD-1", &[("P-1", &[1])], false));
    check(&world, "P-1", 2, TODAY, &["ORD-1"]);
    let world = world.and(listed("ORD-1", &[("P-1", &[2])], true));
    check(&world, "P-1", 1, TODAY, &["ORD-1"]);
    check(&world, "P-1", 2, TODAY, &["ORD-1"]);
    assert_eq!(
        world.permit("P-1").standing(day(TODAY)),
        Standing::Suspended
    );
}

#[test]
fn an_order_for_a_later_day_binds_from_that_day() {
    let world = given([permit("P-1"), signed(to_turkiye())]);
    check(&world, "P-1", 1, "2020-10-04", &[]);
    check(&world, "P-1", 1, TODAY, &["ORD-1"]);
    let world = world.and(listed("ORD-1", &[("P-1", &[1, 2])], true));
    check(&world, "P-1", 1, "2020-10-04", &[]);
    check(&world, "P-1", 1, TODAY, &["ORD-1"]);
}

#[test]
fn a_reinstatement_opens_nothing_before_its_own_list_is_written() {
    let world = given([
        permit("P-1"),
        suspended("ORD-1", "2020-06-01"),
        signed(reinstatement("ORD-2", &["P-1"], &["ORD-1"], TODAY)),
    ]);
    check(&world, "P-1", 1, TODAY, &["ORD-1"]);
    let world = world.and(listed("ORD-2", &[("P-1", &[1, 2])], true));
    check(&world, "P-1", 1, TODAY, &[]);
}

#[test]
fn a_gate_that_was_not_handed_an_order_still_refuses_a_line_that_stands_closed() {
    for step in [suspended("ORD-1", TODAY), cancelled("ORD-1", TODAY)] {
        let world = given([permit("P-1"), step]);
        let standing = world
            .permit("P-1")
            .line_standing(LineNo(1), day(TODAY))
            .standing;
        let ask = asking("P-1", vec![declared(1, 1)]);
        assert_eq!(
            world.at_the_gate_knowing(&ask, day(TODAY), &[]),
            Decision::Refused(vec![ReleaseReason::NotInForce {
                line: LineNo(1),
                standing,
                last_day: None,
            }])
        );
    }
}

#[test]
fn an_annulled_permit_lets_nothing_leave_on_any_day() {
    let annulment = order("ORD-1", OrderKind::Annul, &["P-1"], "2020-10-08");
    let world = given([permit("P-1"), made(annulment, &[("P-1", &[1, 2])])]);
    let ask = asking("P-1", vec![declared(1, 1)]);
    for on in ["2020-10-07", "2020-10-08"] {
        let answer = world.at_the_gate(&ask, day(on));
        assert!(
            matches!(answer, Decision::Refused(_)),
            "on {on}: {answer:?}"
        );
    }
}
