//! Signing a decision: four eyes, or one hand for a stop in an emergency.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::DecisionProposed;
use domain::id::OrderId;
use domain::language::Bilingual;
use domain::measure::sign::{
    CountersignRefusal, Hand, Reach, SignRefusal, Signed, countersign, decline, give_back, sign,
};
use domain::measure::{
    Decision, Draft, Members, Order, OrderKind, PolicyMeasure, PreviewSeal, Text,
};
use domain::permit::standing::Standing;
use domain::time::{Day, Position};
use domain::view::{Noun, State};

use super::acts::*;
use super::world::{Answer, World, given};

const TODAY: &str = "2020-10-05";

fn decision(world: &World) -> &Decision {
    match world.state(Noun::Decision, "DCN-1") {
        State::Decision(held) => held,
        other => panic!("not a decision: {other:?}"),
    }
}

fn seal(digest: &str, lines: u64) -> PreviewSeal {
    PreviewSeal {
        at: Position(1),
        as_of: None,
        lines,
        permits: 1,
        digest: digest.into(),
    }
}

/// What an order reaches now: two lines of `P-1`.
fn reach(digest: &str) -> Reach {
    Reach {
        seal: seal(digest, 2),
        members: members(&[("P-1", &[1, 2])]),
        unreachable: None,
    }
}

fn draft(orders: Vec<Order>, previewed: Option<&str>) -> Draft {
    let previews = orders.iter().filter_map(|order| {
        let digest = previewed?;
        Some((order.id.clone(), seal(digest, 2)))
    });
    Draft {
        id: id("DCN-1"),
        previews: previews.collect(),
        policies: Vec::new(),
        orders,
        lifts: BTreeSet::new(),
        concludes: BTreeSet::new(),
        effective_from: day(TODAY),
        intent: None,
    }
}

/// A draft proposed by `OFF-A`.
fn proposed(draft: Draft) -> World {
    let event = DecisionProposed {
        draft,
        by: id("OFF-A"),
    };
    given([permit("P-1"), vec![event.into()]])
}

fn stop() -> Order {
    suspension("ORD-1", toward("TR"), TODAY)
}

fn check_on(
    world: &World,
    now: Reach,
    by: &str,
    hand: Hand,
    today: Day,
) -> Answer<Signed, SignRefusal> {
    let held = decision(world);
    let orders = held.draft.orders.iter();
    let reach: BTreeMap<OrderId, Reach> = orders
        .map(|order| (order.id.clone(), now.clone()))
        .collect();
    world.when(|_| sign(held, &reach, &id(by), hand, today))
}

fn check(world: &World, now: Reach, by: &str, hand: Hand) -> Answer<Signed, SignRefusal> {
    check_on(world, now, by, hand, day(TODAY))
}

/// Records what a signature makes.
fn recorded(mut world: World, signed: Signed) -> World {
    world.record(signed.decision);
    for order in signed.orders {
        world.record(order);
    }
    world
}

/// A stop signed by `OFF-A` alone.
fn emergency() -> World {
    let world = proposed(draft(vec![stop()], None));
    let signed = check(&world, reach("aa"), "OFF-A", Hand::Emergency).granted();
    recorded(world, signed).and(listed("ORD-1", &[("P-1", &[1, 2])], true))
}

#[test]
fn who_proposes_does_not_sign() {
    let world = proposed(draft(vec![stop()], Some("aa")));
    check(&world, reach("aa"), "OFF-A", Hand::Second)
        .refused(SignRefusal::SameOfficer(id("OFF-A")));
    let signed = check(&world, reach("aa"), "OFF-B", Hand::Second).granted();
    assert_eq!(signed.decision.by, id("OFF-B"));
    assert!(!signed.decision.is_emergency);
    assert!(signed.differences.is_empty());
}

#[test]
fn a_decision_is_signed_once_and_not_after_its_return() {
    let world = proposed(draft(vec![stop()], Some("aa")));
    let settled = || SignRefusal::Settled(id("DCN-1"));
    let signed = check(&world, reach("aa"), "OFF-B", Hand::Second).granted();
    let after = recorded(world.clone(), signed);
    check(&after, reach("aa"), "OFF-C", Hand::Second).refused(settled());
    let returned = give_back(decision(&world), "which lines?", &id("OFF-B")).unwrap();
    let after = world.and(vec![returned.into()]);
    check(&after, reach("aa"), "OFF-B", Hand::Second).refused(settled());
}

#[test]
fn a_set_that_changed_since_its_preview_is_not_signed() {
    let world = proposed(draft(vec![stop()], Some("aa")));
    check(&world, reach("bb"), "OFF-B", Hand::Second).refused(SignRefusal::SetChanged {
        order: id("ORD-1"),
        seen: Box::new(seal("aa", 2)),
        now: Box::new(seal("bb", 2)),
    });
    let unseen = proposed(draft(vec![stop()], None));
    check(&unseen, reach("aa"), "OFF-B", Hand::Second)
        .refused(SignRefusal::NotPreviewed(id("ORD-1")));
}

#[test]
fn an_emergency_takes_the_set_as_it_is_and_shows_the_difference() {
    let world = proposed(draft(vec![stop()], Some("aa")));
    let signed = check(&world, reach("bb"), "OFF-A", Hand::Emergency).granted();
    assert!(signed.decision.is_emergency);
    assert_eq!(signed.orders[0].seal, Some(seal("bb", 2)));
    assert_eq!(signed.differences, [(id("ORD-1"), seal("bb", 2))].into());
}

#[test]
fn nothing_but_a_suspension_is_ever_single_handed() {
    let not_a_stop = || SignRefusal::NotAStop(id("DCN-1"));
    let others = [
        order("ORD-1", OrderKind::Cancel, &["P-1"], TODAY),
        order("ORD-1", OrderKind::Amend, &["P-1"], TODAY),
        order("ORD-1", OrderKind::Annul, &["P-1"], TODAY),
        reinstatement("ORD-1", &["P-1"], &["ORD-0"], TODAY),
    ];
    for order in others {
        let world = proposed(draft(vec![order.clone()], Some("aa")));
        check(&world, reach("aa"), "OFF-A", Hand::Emergency).refused(not_a_stop());
        check(&world, reach("aa"), "OFF-B", Hand::Emergency).refused(not_a_stop());
        let with_a_stop = vec![
            Order {
                id: id("ORD-2"),
                ..stop()
            },
            order,
        ];
        let world = proposed(draft(with_a_stop, Some("aa")));
        check(&world, reach("aa"), "OFF-A", Hand::Emergency).refused(not_a_stop());
    }
}

#[test]
fn a_lifting_is_never_single_handed_even_beside_a_stop() {
    let mut lifting = draft(vec![stop()], Some("aa"));
    lifting.lifts = ids(&["MSR-1"]);
    let mut concluding = draft(vec![stop()], Some("aa"));
    concluding.concludes = ids(&["DLG-1"]);
    let mut with_policy = draft(vec![stop()], Some("aa"));
    with_policy.policies = vec![PolicyMeasure {
        id: id("MSR-2"),
        instrument: instrument(TODAY, None),
        text: Text::Policy {
            text: "forbid (principal, action, resource);".into(),
        },
    }];
    for draft in [lifting, concluding, with_policy] {
        let world = proposed(draft);
        check(&world, reach("aa"), "OFF-A", Hand::Emergency)
            .refused(SignRefusal::NotAStop(id("DCN-1")));
        check(&world, reach("aa"), "OFF-B", Hand::Second).granted();
    }
}

fn cancelled() -> Bilingual {
    Bilingual::new("it is cancelled", "elle est annulée")
}

#[test]
fn an_order_that_cannot_act_on_a_permit_that_it_names_is_refused_and_says_which() {
    let cannot = Reach {
        unreachable: Some((id("P-1"), cancelled())),
        ..reach("aa")
    };
    let order = order("ORD-1", OrderKind::Cancel, &["P-1"], TODAY);
    let world = proposed(draft(vec![order], Some("aa")));
    check(&world, cannot, "OFF-B", Hand::Second).refused(SignRefusal::CannotActOn {
        order: id("ORD-1"),
        permit: id("P-1"),
        because: cancelled(),
    });
}

#[test]
fn a_named_order_carries_its_list_and_a_suspension_by_scope_does_not() {
    let by_scope = proposed(draft(vec![stop()], Some("aa")));
    let signed = check(&by_scope, reach("aa"), "OFF-B", Hand::Second).granted();
    assert_eq!(signed.orders[0].members, Members::new());
    let named = order("ORD-1", OrderKind::Cancel, &["P-1"], TODAY);
    let named = proposed(draft(vec![named], Some("aa")));
    let signed = check(&named, reach("aa"), "OFF-B", Hand::Second).granted();
    assert_eq!(signed.orders[0].members, members(&[("P-1", &[1, 2])]));
}

#[test]
fn an_order_binds_from_its_own_position_or_a_later_day_and_is_never_backdated() {
    let rows = [
        ("2020-10-05", "2020-10-05", "2020-10-05"),
        ("2020-10-05", "2020-10-08", "2020-10-08"),
        ("2020-10-08", "2020-10-05", "2020-10-08"),
    ];
    for (effective, today, binds) in rows {
        let order = suspension("ORD-1", toward("TR"), effective);
        let world = proposed(draft(vec![order], Some("aa")));
        let signed = check_on(&world, reach("aa"), "OFF-B", Hand::Second, day(today)).granted();
        assert_eq!(
            signed.orders[0].binds_from,
            day(binds),
            "{effective}, signed {today}"
        );
    }
}

#[test]
fn an_emergency_is_countersigned_by_another_hand_and_once() {
    let world = emergency();
    world
        .when(|world| countersign(decision(world), &id("OFF-A")))
        .refused(CountersignRefusal::SameOfficer(id("OFF-A")));
    let event = world
        .when(|world| countersign(decision(world), &id("OFF-B")))
        .granted();
    let world = world.and(vec![event.into()]);
    assert_eq!(decision(&world).countersigned_by, Some(id("OFF-B")));
    let not_waiting = || CountersignRefusal::NotWaiting(id("DCN-1"));
    world
        .when(|world| countersign(decision(world), &id("OFF-C")))
        .refused(not_waiting());
    world
        .when(|world| decline(decision(world), "too late", &id("OFF-C")))
        .refused(not_waiting());
}

#[test]
fn declining_to_countersign_is_not_a_lifting() {
    let world = emergency();
    assert_eq!(
        world.permit("P-1").standing(day(TODAY)),
        Standing::Suspended
    );
    let event = world
        .when(|world| decline(decision(world), "the serial was misread", &id("OFF-B")))
        .granted();
    let world = world.and(vec![event.into()]);
    assert_eq!(
        world.permit("P-1").standing(day(TODAY)),
        Standing::Suspended,
        "it stands"
    );
    assert_eq!(decision(&world).countersigned_by, None, "and still waits");
    world
        .when(|world| countersign(decision(world), &id("OFF-C")))
        .granted();
}

#[test]
fn declining_says_why_and_is_not_for_the_hand_that_signed() {
    let world = emergency();
    world
        .when(|world| decline(decision(world), " ", &id("OFF-B")))
        .refused(CountersignRefusal::NoReasons);
    world
        .when(|world| decline(decision(world), "why", &id("OFF-A")))
        .refused(CountersignRefusal::SameOfficer(id("OFF-A")));
}

#[test]
fn what_two_hands_signed_does_not_wait_for_a_third() {
    let world = proposed(draft(vec![stop()], Some("aa")));
    let not_waiting = || CountersignRefusal::NotWaiting(id("DCN-1"));
    world
        .when(|world| countersign(decision(world), &id("OFF-B")))
        .refused(not_waiting());
    let signed = check(&world, reach("aa"), "OFF-B", Hand::Second).granted();
    let world = recorded(world, signed);
    world
        .when(|world| countersign(decision(world), &id("OFF-C")))
        .refused(not_waiting());
}

#[test]
fn a_proposal_is_returned_with_reasons_and_only_while_unsigned() {
    let world = proposed(draft(vec![stop()], Some("aa")));
    world
        .when(|world| give_back(decision(world), " ", &id("OFF-B")))
        .refused(CountersignRefusal::NoReasons);
    let event = world
        .when(|world| give_back(decision(world), "which lines?", &id("OFF-B")))
        .granted();
    let returned = world.and(vec![event.into()]);
    let settled = || CountersignRefusal::Settled(id("DCN-1"));
    returned
        .when(|world| give_back(decision(world), "again", &id("OFF-C")))
        .refused(settled());
    emergency()
        .when(|world| give_back(decision(world), "no", &id("OFF-B")))
        .refused(settled());
}
