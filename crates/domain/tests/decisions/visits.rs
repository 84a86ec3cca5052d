//! Visits: planned, sampled, recorded, followed up.

use domain::country::Country;
use domain::event::{VisitFollowedUp, VisitPlanned, VisitRecorded, VisitSampled};
use domain::finding::{Answer, Held};
use domain::item::LineNo;
use domain::view::{Noun, State};
use domain::visit::{
    AccessBasis, FollowUp, ItemFound, ItemsDue, METHOD, Reading, Sample, Unfit, VisitKind,
    VisitOutcome, VisitPlan, VisitRecord, VisitRefusal, VisitReport, draw, plan,
};

use super::acts::*;
use super::world::{Step, World, given};

const TODAY: &str = "2021-02-03";

fn planned() -> VisitPlan {
    VisitPlan {
        id: id("VST-1"),
        visit_kind: VisitKind::PostShipment,
        basis: AccessBasis::Assurance {
            assurance: id("ASR-1"),
        },
        host: id("PTY-DEPOT"),
        place: "the depot".into(),
        country: Country::new("TR").unwrap(),
        planned_on: day("2021-02-01"),
        visitors: Vec::new(),
        items: vec![ItemsDue {
            permit: id("P-1"),
            line: LineNo(1),
            serials: ["SN-1024".to_owned(), "SN-1025".to_owned()].into(),
        }],
        questions: ids(&["identity"]),
        by: id("OFF-M"),
        on: day("2021-01-10"),
    }
}

fn visit() -> Step {
    vec![VisitPlanned { plan: planned() }.into()]
}

fn sampled(serials: &[&str]) -> Step {
    let sample = Sample {
        seed: "5eed".into(),
        method: METHOD.into(),
        population: 2,
        serials: serials.iter().map(|&serial| serial.to_owned()).collect(),
        by: id("OFF-M"),
        on: day("2021-01-11"),
    };
    let visit = id("VST-1");
    vec![VisitSampled { visit, sample }.into()]
}

fn held(world: &World) -> &VisitRecord {
    match world.state(Noun::Visit, "VST-1") {
        State::Visit(held) => held,
        other => panic!("not a visit: {other:?}"),
    }
}

fn item(serial: &str, read: Option<&str>, because: Option<&str>) -> ItemFound {
    ItemFound {
        serial: serial.into(),
        read: read.map(Into::into),
        not_seen_because: because.map(Into::into),
        condition: None,
        platform: None,
        platform_serial: None,
        declared_at: None,
        found_at: None,
    }
}

fn report(outcome: VisitOutcome, items: Vec<ItemFound>) -> VisitReport {
    let answer = Answer {
        held: Held::Established,
        reasons: "read on the item".into(),
        reasons_open: None,
        competing: Vec::new(),
        rests_on: [].into(),
    };
    VisitReport {
        made_on: day("2021-02-01"),
        visitors: Vec::new(),
        hosts: Vec::new(),
        items,
        custody: None,
        storage: None,
        stock_book: None,
        use_declared: None,
        use_observed: None,
        retransfers: None,
        evidence: [].into(),
        refusals: Vec::new(),
        limits: Vec::new(),
        findings: [(id("identity"), answer)].into(),
        outcome,
        judgment: "as found".into(),
        follow_up: Some(FollowUp {
            what: "ask the host".into(),
            due_on: day("2021-03-01"),
        }),
        by: id("OFF-M"),
        on: day(TODAY),
    }
}

fn seen() -> Vec<ItemFound> {
    vec![
        item("SN-1024", Some("SN-1024"), None),
        item("SN-1025", Some("SN-1025"), None),
    ]
}

#[test]
fn a_plan_rests_on_a_right_and_is_about_something() {
    let today = day("2021-01-10");
    assert_eq!(plan(&planned(), true, today), Ok(()));
    let no_right = plan(&planned(), false, today);
    assert!(matches!(no_right, Err(VisitRefusal::NoRight { .. })));
    let mut by_consent = planned();
    by_consent.basis = AccessBasis::Consent {
        text: "by letter".into(),
    };
    assert_eq!(plan(&by_consent, false, today), Ok(()));
    let past = plan(&planned(), true, day("2021-02-02"));
    assert!(matches!(past, Err(VisitRefusal::Past { .. })));
    let mut empty = planned();
    empty.items.clear();
    empty.questions.clear();
    let nothing = Err(VisitRefusal::AboutNothing(id("VST-1")));
    assert_eq!(plan(&empty, true, today), nothing);
}

#[test]
fn a_sample_is_drawn_once_and_again_from_its_seed() {
    let world = given([visit()]);
    for size in [0, 3] {
        let refused = held(&world).check_sample(size);
        assert!(matches!(refused, Err(VisitRefusal::SampleSize { .. })));
    }
    assert_eq!(held(&world).check_sample(1), Ok(()));
    let world = world.and(sampled(&["SN-1024"]));
    let again = Err(VisitRefusal::Sampled(id("VST-1")));
    assert_eq!(held(&world).check_sample(1), again);
    assert_eq!(held(&world).expected(), ["SN-1024"].into());

    let population = ["a", "b", "c", "d", "e"].into();
    let rank = |text: &str| text.chars().rev().collect::<String>();
    let drawn = draw("1", &population, 2, &rank);
    assert_eq!(drawn, ["a".to_owned(), "b".to_owned()].into());
    assert_eq!(drawn, draw("1", &population, 2, &rank));
    assert_eq!(draw("1", &population, 9, &rank).len(), 5);
}

#[test]
fn a_partial_reading_is_never_taken_for_a_whole() {
    for (read, expected) in [
        (Some("SN-1024"), Reading::Exact),
        (Some("SN-10?4"), Reading::Partial),
        (Some("SN-10?5"), Reading::Other),
        (Some("SN-10?"), Reading::Other),
        (Some("???????"), Reading::Other),
        (None, Reading::NotSeen),
    ] {
        assert_eq!(item("SN-1024", read, None).reading(), expected, "{read:?}");
    }
}

#[test]
fn the_outcome_fits_what_was_found() {
    use VisitOutcome::{AccessRefused, Confirmed, NotConfirmed, PartlyConfirmed, Unresolved};
    let partial = || {
        vec![
            item("SN-1024", Some("SN-10?4"), None),
            item("SN-1025", Some("SN-1025"), None),
        ]
    };
    let unseen = || {
        vec![
            item("SN-1024", None, Some("elsewhere")),
            item("SN-1025", None, Some("elsewhere")),
        ]
    };
    let mut refused = report(AccessRefused, Vec::new());
    refused.refusals = vec!["the gate stayed shut".into()];
    let mut open = report(Confirmed, seen());
    open.findings.clear();
    let mut hall = report(Confirmed, seen());
    hall.refusals = vec!["the second hall".into()];
    let world = given([visit()]);
    for (report, unfit) in [
        (report(Confirmed, seen()), None),
        (report(Confirmed, partial()), Some(Unfit::NotExact)),
        (report(Confirmed, unseen()), Some(Unfit::NotSeen)),
        (open, Some(Unfit::QuestionOpen)),
        (hall, Some(Unfit::Refused)),
        (report(PartlyConfirmed, partial()), None),
        (report(PartlyConfirmed, unseen()), Some(Unfit::NothingSeen)),
        (report(NotConfirmed, unseen()), None),
        (report(Unresolved, partial()), None),
        (
            report(AccessRefused, Vec::new()),
            Some(Unfit::NothingRefused),
        ),
        (refused, None),
    ] {
        let expected = unfit.map_or(Ok(()), |because| {
            Err(VisitRefusal::DoesNotFit {
                outcome: report.outcome,
                because,
            })
        });
        assert_eq!(held(&world).record(&report, day(TODAY)), expected);
    }
}

#[test]
fn every_item_of_the_sample_is_accounted_for() {
    use VisitOutcome::PartlyConfirmed;
    let world = given([visit(), sampled(&["SN-1024"])]);
    let record = |items| held(&world).record(&report(PartlyConfirmed, items), day(TODAY));
    let one = |read, because| vec![item("SN-1024", read, because)];
    assert_eq!(record(one(Some("SN-1024"), None)), Ok(()));
    let missing = record(vec![item("SN-1025", Some("SN-1025"), None)]);
    assert!(matches!(missing, Err(VisitRefusal::Unaccounted { .. })));
    let foreign = record(vec![item("SN-9", Some("SN-9"), None)]);
    assert!(matches!(foreign, Err(VisitRefusal::NotDue { .. })));
    let neither = Err(VisitRefusal::SeenOrNot("SN-1024".into()));
    assert_eq!(record(one(None, None)), neither);
    assert_eq!(record(one(None, Some(" "))), neither);
    assert_eq!(record(one(Some("SN-1024"), Some("elsewhere"))), neither);
}

#[test]
fn what_was_not_confirmed_is_followed_up_by_a_day() {
    use VisitOutcome::{Confirmed, Unresolved};
    let world = given([visit()]);
    let without = |outcome| {
        let mut report = report(outcome, seen());
        report.follow_up = None;
        held(&world).record(&report, day(TODAY))
    };
    assert_eq!(without(Confirmed), Ok(()));
    let nothing = Err(VisitRefusal::NothingFollows(id("VST-1")));
    assert_eq!(without(Unresolved), nothing);
    let mut silent = report(Unresolved, seen());
    silent.judgment = " ".into();
    let refused = held(&world).record(&silent, day(TODAY));
    assert_eq!(refused, Err(VisitRefusal::NoJudgment(id("VST-1"))));
    let early = held(&world).record(&report(Unresolved, seen()), day("2021-01-31"));
    assert!(matches!(early, Err(VisitRefusal::NotYet { .. })));

    assert!(held(&world).follow_up().is_err());
    let recorded = VisitRecorded {
        visit: id("VST-1"),
        report: report(Unresolved, seen()),
    };
    let world = world.and(vec![recorded.into()]);
    assert_eq!(held(&world).follow_up(), Ok(()));
    let over = held(&world).record(&report(Unresolved, seen()), day(TODAY));
    assert_eq!(over, Err(VisitRefusal::Over(id("VST-1"))));
    let done = VisitFollowedUp {
        visit: id("VST-1"),
        text: "asked".into(),
        on: day("2021-03-01"),
        by: id("OFF-M"),
    };
    let world = world.and(vec![done.into()]);
    assert!(held(&world).follow_up().is_err());
}
