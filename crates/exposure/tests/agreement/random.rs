//! Random webs and questions, and the two answers side by side.

use std::collections::BTreeMap;

use domain::evidence::LinkConfidence;
use exposure::{Exposure, Question, Thing, Web, Window};
use proptest::prelude::*;

use super::naive::{Facts, Found};
use crate::world::*;

const ITEMS: usize = 6;
const PARTIES: usize = 4;
const PERMITS: usize = 6;
const SERIALS: [&str; 4] = ["10", "12", "1?", "30"];

/// Everything that one random web is made of, by small numbers.
#[derive(Debug, Clone)]
pub struct Plan {
    pub parts: Vec<(usize, usize)>,
    /// By permit: model of its line, consignee, first and last month of 2020.
    pub permits: Vec<(usize, usize, u8, u8)>,
    /// By shipment: its permit.
    pub shipments: Vec<usize>,
    /// By unit: serial, item, and the permit under which it left.
    pub units: Vec<(usize, Option<usize>, Option<usize>)>,
    pub fittings: Vec<(usize, usize)>,
}

fn plan() -> impl Strategy<Value = Plan> {
    (
        prop::collection::vec((0..ITEMS, 0..ITEMS), 0..10),
        prop::collection::vec((0..ITEMS, 0..PARTIES, 1..7_u8, 6..12_u8), 1..PERMITS),
        prop::collection::vec(0..PERMITS, 0..8),
        prop::collection::vec(
            (
                0..SERIALS.len(),
                prop::option::of(0..ITEMS),
                prop::option::of(0..PERMITS),
            ),
            0..5,
        ),
        prop::collection::vec((0..5_usize, 0..5_usize), 0..6),
    )
        .prop_map(|(parts, permits, shipments, units, fittings)| Plan {
            shipments: shipments.iter().map(|s| s % permits.len()).collect(),
            units: units
                .into_iter()
                .map(|(s, item, left)| (s, item, left.map(|p| p % permits.len())))
                .collect(),
            parts,
            permits,
            fittings,
        })
}

/// Where a question begins, and what narrows it.
#[derive(Debug, Clone)]
pub struct Asked {
    pub item: Option<usize>,
    pub serial: Option<&'static str>,
    pub has_maker: bool,
    pub party: Option<usize>,
    pub months: Option<(u8, u8)>,
}

fn asked() -> impl Strategy<Value = Asked> {
    (
        prop::option::of(0..ITEMS),
        prop::option::of(prop::sample::select(vec!["10", "12", "1?", "??", "99"])),
        any::<bool>(),
        prop::option::of(0..PARTIES),
        prop::option::of((1..7_u8, 6..12_u8)),
    )
        .prop_map(|(item, serial, has_maker, party, months)| Asked {
            item: item.or(serial.is_none().then_some(0)),
            // Two signs that say nothing are no question.
            serial: serial.filter(|serial| *serial != "??"),
            has_maker,
            party,
            months,
        })
        .prop_filter("a thing is asked", |a| {
            a.item.is_some() || a.serial.is_some()
        })
}

fn build(plan: &Plan, packed_after: usize) -> World {
    let mut world = World::new();
    for item in 0..ITEMS {
        world.item(&format!("ITM-{item}"), &format!("M-{item}"), &[]);
    }
    for (assembly, component) in &plan.parts {
        world.part(&format!("ITM-{assembly}"), &format!("ITM-{component}"));
    }
    if packed_after == 1 {
        world.web.pack();
    }
    for (n, (item, party, from, to)) in plan.permits.iter().enumerate() {
        world.permit(
            &format!("P-{n}"),
            &Named {
                models: &[&format!("M-{item}")],
                consignee: &format!("PTY-{party}"),
                from: &format!("2020-{from:02}-01"),
                until: &format!("2020-{to:02}-28"),
                ..Named::default()
            },
        );
    }
    for (n, permit) in plan.shipments.iter().enumerate() {
        world.shipment(&format!("S-{n}"), &format!("P-{permit}"), 1, &[]);
    }
    if packed_after == 2 {
        world.web.pack();
    }
    for (n, (serial, item, left)) in plan.units.iter().enumerate() {
        let item = item.map(|item| format!("ITM-{item}"));
        let left = left.map(|permit| format!("P-{permit}#1"));
        world.unit(
            &format!("UNT-{n}"),
            SERIALS[*serial],
            item.as_deref(),
            left.as_deref(),
        );
    }
    for (unit, parent) in &plan.fittings {
        let known = plan.units.len();
        if *unit < known && *parent < known {
            let (unit, parent) = (format!("UNT-{unit}"), format!("UNT-{parent}"));
            world.fitted(&unit, &parent, "2020-01-01", None);
        }
    }
    world
}

fn question(asked: &Asked) -> Question {
    let month = |month: u8, day: u8| crate::world::day(&format!("2020-{month:02}-{day:02}"));
    Question {
        items: asked
            .item
            .map(|n| id(&format!("ITM-{n}")))
            .into_iter()
            .collect(),
        serials: asked.serial.map(str::to_owned).into_iter().collect(),
        makers: if asked.has_maker {
            [id("PTY-MAKER")].into()
        } else {
            [].into()
        },
        parties: asked
            .party
            .map(|n| id(&format!("PTY-{n}")))
            .into_iter()
            .collect(),
        window: asked
            .months
            .map_or_else(Window::default, |(from, to)| Window {
                from: Some(month(from, 1)),
                to: Some(month(to, 28)),
            }),
        ..Question::default()
    }
}

/// What was reached, with grade and length of path.
fn answered(exposure: &Exposure) -> BTreeMap<(Thing, String), (LinkConfidence, usize)> {
    let reached = exposure.reached.iter();
    reached
        .map(|r| ((r.kind, r.id.clone()), (r.grade, r.path.len())))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn the_walk_and_the_naive_walk_reach_the_same_by_paths_as_sure_and_as_long(
        plan in plan(),
        asked in asked(),
    ) {
        let world = build(&plan, 0);
        let exposure = world.ask(&question(&asked));
        let expected: BTreeMap<(Thing, String), Found> = Facts::of(&plan).answer(&asked);
        let expected: BTreeMap<_, _> = expected
            .into_iter()
            .map(|(thing, found)| (thing, (found.grade, found.steps)))
            .collect();
        prop_assert_eq!(answered(&exposure), expected);
        for reached in &exposure.reached {
            let least = reached.path.iter().map(|step| step.grade).min().unwrap();
            prop_assert_eq!(least, reached.grade);
            let last = reached.path.last().unwrap();
            prop_assert_eq!((&last.id, last.kind), (&reached.id, reached.kind));
        }
    }

    #[test]
    fn when_the_web_was_packed_changes_no_path(plan in plan(), asked in asked()) {
        let question = question(&asked);
        let answers: Vec<Exposure> = (0..3)
            .map(|packed_after| build(&plan, packed_after).ask(&question))
            .collect();
        prop_assert_eq!(&answers[0], &answers[1]);
        prop_assert_eq!(&answers[0], &answers[2]);
        let mut kept = build(&plan, 0);
        let mut bytes = Vec::new();
        kept.web.write_to(&mut bytes, [0; 32]).unwrap();
        kept.web = Web::read_from(&mut bytes.as_slice()).unwrap().web;
        prop_assert_eq!(&answers[0], &kept.ask(&question));
    }
}
