//! Where a permit stands on a day: computed from acts, expiry and orders.

use domain::measure::{Order, OrderKind};
use domain::permit::standing::Standing::{self, *};
use domain::time::{Day, Period};

use super::acts::*;
use super::world::{Step, given};

/// One row: the day asked for, and where the permit then stands.
type Row = (&'static str, Standing);

fn check(situation: &str, steps: impl IntoIterator<Item = Step>, rows: &[Row]) {
    let world = given(steps);
    for (on, expected) in rows {
        let standing = world.permit("P-1").standing(day(on));
        assert_eq!(standing, *expected, "{situation}, on {on}");
    }
}

/// A suspension of `P-1` that stops expiry from one day until another.
fn that_stops_expiry(number: &str, from: &str, until: &str) -> Step {
    let mut order = Order {
        stops_expiry: true,
        ..order(number, OrderKind::Suspend, &["P-1"], from)
    };
    order.instrument.effective = Period {
        from: day(from),
        until: Some(day(until)),
    };
    made(order, &[("P-1", &[1, 2])])
}

#[test]
fn a_permit_stands_in_force_from_its_first_day_to_its_last_day_still_in() {
    check(
        "as issued",
        [permit("P-1")],
        &[
            ("2019-02-28", NotYetValid),
            ("2019-03-01", InForce),
            ("2021-02-28", InForce),
            ("2021-03-01", Expired),
        ],
    );
}

#[test]
fn a_permit_without_a_last_day_does_not_expire() {
    check(
        "no last day",
        [permit_as("P-1", |issued| issued.last_day = None)],
        &[("2099-01-01", InForce)],
    );
}

#[test]
fn a_permit_may_be_effective_before_its_issue_when_it_says_so() {
    let retroactive = permit_as("P-1", |issued| issued.valid_from = day("2019-01-15"));
    check(
        "valid from before issue",
        [retroactive],
        &[("2019-01-14", NotYetValid), ("2019-01-15", InForce)],
    );
}

#[test]
fn expiry_runs_on_while_a_permit_is_suspended() {
    check(
        "suspended over its last day",
        [
            permit("P-1"),
            suspended("ORD-1", "2020-10-05"),
            reinstated("ORD-2", &["ORD-1"], "2021-06-01"),
        ],
        &[
            ("2020-10-04", InForce),
            ("2020-10-05", Suspended),
            ("2021-02-28", Suspended),
            ("2021-03-01", Expired),
            ("2021-06-01", Expired),
        ],
    );
}

#[test]
fn expiry_stands_still_when_the_suspension_says_so() {
    // 28 days of suspension move the last day from 28 February to 28 March.
    check(
        "a suspension of 28 days that stops expiry",
        [
            permit("P-1"),
            that_stops_expiry("ORD-1", "2021-02-01", "2021-03-01"),
        ],
        &[
            ("2021-02-28", Suspended),
            ("2021-03-01", InForce),
            ("2021-03-28", InForce),
            ("2021-03-29", Expired),
        ],
    );
}

#[test]
fn days_under_two_suspensions_that_stop_expiry_count_once() {
    check(
        "the same 28 days under two orders",
        [
            permit("P-1"),
            that_stops_expiry("ORD-1", "2021-02-01", "2021-03-01"),
            that_stops_expiry("ORD-2", "2021-02-01", "2021-03-01"),
        ],
        &[("2021-03-28", InForce), ("2021-03-29", Expired)],
    );
    check(
        "28 days, of which the last 14 under two orders",
        [
            permit("P-1"),
            that_stops_expiry("ORD-1", "2021-02-01", "2021-03-01"),
            that_stops_expiry("ORD-2", "2021-02-15", "2021-03-01"),
        ],
        &[("2021-03-28", InForce), ("2021-03-29", Expired)],
    );
    check(
        "two stretches of seven days, one after the other",
        [
            permit("P-1"),
            that_stops_expiry("ORD-1", "2021-02-01", "2021-02-08"),
            that_stops_expiry("ORD-2", "2021-02-08", "2021-02-15"),
        ],
        &[("2021-03-14", InForce), ("2021-03-15", Expired)],
    );
}

#[test]
fn a_suspension_after_expiry_does_not_bring_the_permit_back() {
    check(
        "suspended after its last day, expiry stopped",
        [
            permit("P-1"),
            that_stops_expiry("ORD-1", "2021-04-01", "2022-04-01"),
        ],
        &[
            ("2021-03-31", Expired),
            ("2021-12-31", Expired),
            ("2022-04-01", Expired),
        ],
    );
}

#[test]
fn an_order_over_one_use_leaves_the_permit_and_its_last_day_as_they_are() {
    let mut only_use = order("ORD-1", OrderKind::Suspend, &["P-1"], "2021-01-01");
    only_use.use_scope = Some(toward("AZ"));
    only_use.stops_expiry = true;
    check(
        "only a use is stopped",
        [permit("P-1"), made(only_use, &[("P-1", &[1, 2])])],
        &[
            ("2021-01-01", InForce),
            ("2021-02-28", InForce),
            ("2021-03-01", Expired),
        ],
    );
}

#[test]
fn cancelling_takes_effect_on_its_day_and_annulling_from_issue() {
    check(
        "cancelled",
        [permit("P-1"), cancelled("ORD-1", "2020-04-12")],
        &[("2020-04-11", InForce), ("2020-04-12", Cancelled)],
    );
    let annulment = order("ORD-1", OrderKind::Annul, &["P-1"], "2020-04-12");
    check(
        "annulled",
        [permit("P-1"), made(annulment, &[("P-1", &[1, 2])])],
        &[("2019-03-01", Annulled), ("2020-04-12", Annulled)],
    );
}

#[test]
fn the_heaviest_act_shows() {
    check(
        "suspended, then surrendered, then cancelled",
        [
            permit("P-1"),
            suspended("ORD-1", "2020-05-01"),
            surrendered("P-1", "2020-06-01"),
            cancelled("ORD-2", "2020-07-01"),
        ],
        &[
            ("2020-05-31", Suspended),
            ("2020-06-01", Surrendered),
            ("2020-07-01", Cancelled),
        ],
    );
}

#[test]
fn a_permit_with_one_open_line_is_partly_in_force() {
    let one_line = made(
        order("ORD-1", OrderKind::Suspend, &["P-1"], "2020-05-01"),
        &[("P-1", &[2])],
    );
    let world = given([permit("P-1"), one_line]);
    let held = world.permit("P-1");
    let on = day("2020-05-01");
    assert_eq!(held.standing(on), PartlyInForce);
    let by_line: Vec<_> = held.line_standings(on);
    let shown: Vec<_> = by_line
        .iter()
        .map(|line| (line.line.0, line.standing))
        .collect();
    assert_eq!(shown, [(1, InForce), (2, Suspended)]);
    assert_eq!(by_line[1].because, [id("ORD-1")]);
}

#[test]
fn nothing_about_a_permit_changes_where_it_stood_before_that_day() {
    let before = given([permit("P-1")]);
    let after = given([
        permit("P-1"),
        suspended("ORD-1", "2020-10-05"),
        cancelled("ORD-2", "2021-04-12"),
    ]);
    let asked: [Day; 3] = ["2019-03-01", "2020-01-01", "2020-10-04"].map(day);
    for on in asked {
        assert_eq!(
            before.permit("P-1").standing(on),
            after.permit("P-1").standing(on)
        );
    }
}

#[test]
fn terms_and_facts_are_those_of_the_day_and_of_what_was_known() {
    let mut narrower = terms();
    narrower.lines[0] = line(1, 3);
    let world = given([permit("P-1"), amended("P-1", narrower, "2020-06-01")]);
    let held = world.permit("P-1");
    let count = |on: &str| held.terms_on(day(on)).lines[0].quantity.unwrap().amount;
    assert_eq!(count("2020-05-31"), 7.into());
    assert_eq!(count("2020-06-01"), 3.into());
    let known = |position| {
        let parties = std::collections::BTreeMap::new();
        let no = domain::item::LineNo(1);
        let at = domain::time::Position(position);
        let facts = held.facts_at(no, day("2020-06-01"), at, &parties);
        facts.quantity.unwrap().amount
    };
    assert_eq!(known(1), 7.into(), "as known before the amendment");
    assert_eq!(known(2), 3.into(), "as known after it");
}

#[test]
fn a_permit_can_be_asked_as_the_register_knew_it() {
    // Positions: 1 the permit, 2 and 3 the suspension and its list, 4 and 5 the reinstatement,
    // 6 the surrender.
    let world = given([
        permit("P-1"),
        suspended("ORD-1", "2020-05-01"),
        reinstated("ORD-2", &["ORD-1"], "2020-07-01"),
        surrendered("P-1", "2020-08-01"),
    ]);
    let on = day("2020-09-01");
    let rows = [
        (1, InForce),
        (2, Suspended),
        (3, Suspended),
        (4, InForce),
        (5, InForce),
        (6, Surrendered),
    ];
    for (position, expected) in rows {
        let known = world
            .permit("P-1")
            .known_at(domain::time::Position(position));
        assert_eq!(
            known.unwrap().standing(on),
            expected,
            "as known at {position}"
        );
    }
    let before = world.permit("P-1").known_at(domain::time::Position(0));
    assert_eq!(before, None, "not known yet");
}
