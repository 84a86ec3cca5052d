//! The first page: a case day by day, where its permits stand on one, and why.

use std::collections::{BTreeMap, BTreeSet};

use casework::scenario::Row;
use casework::standing::{Because, PermitStanding};
use casework::{Lens, Sight};
use domain::evidence::EvidenceRecord;
use domain::id::OrderId;
use domain::measure::MeasureInForce;
use domain::permit::standing::Standing;
use domain::time::Day;
use maud::{Markup, html};

use super::Place;
use super::{evidence, frame, locale};
use crate::Demo;
use crate::api::PERMITS_PAGE_MAX;
use crate::problem::Problem;
use crate::question::Times;
use crate::room::Room;

/// What the page shows.
pub(crate) struct Told {
    lens: Lens,
    permits: Vec<PermitStanding>,
    measures: Vec<MeasureInForce>,
    /// The evidence of the case.
    evidence: Vec<EvidenceRecord>,
    /// For each day of the case, how many permits stood how at its end.
    days: BTreeMap<Day, BTreeMap<Standing, usize>>,
}

/// Days of a case whose counts are shown: more than the longest case that ships has.
const DAYS_MAX: usize = 60;

/// Reads what the page shows. Permits are shown only where a case is.
pub(crate) async fn read(room: &Room, times: Times) -> Result<Told, Problem> {
    let ended_on = room.demo().map(|demo| demo.played.ended_on);
    let told: BTreeSet<Day> = match room.demo() {
        None => BTreeSet::new(),
        Some(demo) => steps(&demo.played.rows).map(|row| row.day).collect(),
    };
    let evidence = match room.demo() {
        None => Vec::new(),
        Some(_) => evidence::list(room).await?,
    };
    room.ask(move |desk| {
        let mut lens = times.lens(desk)?;
        if let (None, Some(ended_on)) = (times.as_of, ended_on) {
            lens.as_of = ended_on;
        }
        let permits = match ended_on {
            Some(_) => {
                let page = desk.permits(&Sight::Whole, None, PERMITS_PAGE_MAX, lens)?;
                page.rows
            }
            None => Vec::new(),
        };
        let measures = desk.measures_in_force(lens)?;
        let mut days = BTreeMap::new();
        for day in told.into_iter().take(DAYS_MAX) {
            let then = Lens { as_of: day, ..lens };
            let page = desk.permits(&Sight::Whole, None, PERMITS_PAGE_MAX, then)?;
            days.insert(day, counts(&page.rows));
        }
        Ok(Told {
            lens,
            permits,
            measures,
            evidence,
            days,
        })
    })
    .await
}

/// The acts of the case itself: each event once, without what it is held against.
fn steps(rows: &[Row]) -> impl Iterator<Item = &Row> {
    let mut told = BTreeSet::new();
    rows.iter()
        .filter(|row| !row.n.is_empty() && row.agrees.is_none())
        .filter(move |row| told.insert((row.day, row.n.as_str())))
}

/// How many permits stand how.
fn counts(permits: &[PermitStanding]) -> BTreeMap<Standing, usize> {
    let mut counts: BTreeMap<Standing, usize> = BTreeMap::new();
    for held in permits {
        let count = counts.entry(held.standing).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// The page.
pub(crate) fn page(place: &Place, demo: Option<&Demo>, told: &Told) -> Markup {
    let title = demo.map_or_else(
        || place.say("register"),
        |demo| demo.title.get(place.language).to_owned(),
    );
    let orders: BTreeMap<&OrderId, &Because> = told
        .permits
        .iter()
        .flat_map(|held| &held.because)
        .map(|because| (&because.order, because))
        .collect();
    let body = html! {
        @if let Some(demo) = demo {
            p.note {
                @if demo.played.is_synthetic { (place.say("all-synthetic")) }
                @else { (place.say("partly-synthetic")) }
            }
            p {
                (place.say_with("met", &[
                    ("met", &demo.played.met.to_string()),
                    ("all", &demo.played.met.saturating_add(demo.played.missed).to_string()),
                ]))
                " " a href="#timeline" { (place.say("to-timeline")) }
            }
            section { h2 { (place.say("story")) } (story(place, demo, told)) }
        } @else { p { (place.say("nothing-public")) } }
        (frame::times_form(place, told.lens))
        @if demo.is_some() {
            section #chosen { h2 { (place.say("permits")) } (permits(place, told)) }
            section {
                h2 { (place.say("why")) }
                @if orders.is_empty() { p { (place.say("no-orders")) } }
                @for order in orders.values() { (frame::because(place, order)) }
            }
        }
        section { h2 { (place.say("measures")) } (measures(place, &told.measures)) }
        @if !told.evidence.is_empty() {
            section { h2 { (place.say("evidence")) } (material(place, &told.evidence)) }
        }
        @if let Some(demo) = demo {
            section #timeline { h2 { (place.say("timeline")) } (timeline(place, demo)) }
        }
    };
    frame::frame(place, &title, &body)
}

/// The case in short: what was done on each day, and where the permits stood at its end.
fn story(place: &Place, demo: &Demo, told: &Told) -> Markup {
    let mut shown = None;
    html! {
        p { (place.say("story-says")) }
        ol.story {
            @for row in steps(&demo.played.rows) {
                @let is_chosen = row.day == told.lens.as_of;
                @let is_new = shown.replace(row.day) != Some(row.day);
                li.chosen[is_chosen] {
                    a href=(day_address(place, row.day)) aria-current=[is_chosen.then_some("date")] {
                        (frame::day(place, row.day))
                    }
                    " " (row.what.get(place.language))
                    @if let Some(basis) = demo.played.basis.get(&row.n) {
                        " " small { "(" (place.say(&format!("basis-{basis}"))) ")" }
                    }
                    @if is_new && let Some(counts) = told.days.get(&row.day) {
                        (counted(place, counts))
                    }
                }
            }
        }
    }
}

/// The evidence, each piece with its page.
fn material(place: &Place, evidence: &[EvidenceRecord]) -> Markup {
    html! {
        p { (place.say("evidence-says")) }
        ul {
            @for held in evidence {
                li {
                    a href=(place.address(&evidence::path(&held.evidence.id), place.language)) {
                        (held.evidence.id)
                    }
                    " – " (frame::day(place, held.evidence.received_on)) " – " (held.evidence.source)
                }
            }
        }
    }
}

/// Counts by standing, in words.
fn counted(place: &Place, counts: &BTreeMap<Standing, usize>) -> Markup {
    html! {
        ul.counts {
            @for (standing, count) in counts {
                li { (frame::standing(place, *standing)) (place.say("colon")) (count) }
            }
        }
    }
}

/// Permits that stand alike for the same reasons, with the number of each.
fn permits(place: &Place, told: &Told) -> Markup {
    type Alike<'a> = (Standing, Vec<&'a OrderId>);
    let mut alike: BTreeMap<Alike<'_>, Vec<&PermitStanding>> = BTreeMap::new();
    for held in &told.permits {
        let orders = held.because.iter().map(|because| &because.order).collect();
        alike.entry((held.standing, orders)).or_default().push(held);
    }
    html! {
        @if told.permits.is_empty() { p { (place.say("no-permits")) } }
        @else {
            (counted(place, &counts(&told.permits)))
            div.wide tabindex="0" role="region" aria-label=(place.say("permits")) {
                table {
                    caption {
                        (place.say_with("permits-caption", &[
                            ("day", &locale::day(place.language, told.lens.as_of)),
                        ]))
                    }
                    thead { tr {
                        th scope="col" { (place.say("permits")) }
                        th scope="col" { (place.say("standing")) }
                        th scope="col" { (place.say("because")) }
                    } }
                    tbody { @for ((standing, _), held) in &alike { (row(place, *standing, held)) } }
                }
            }
        }
    }
}

/// One row: the numbers, where they stand, and under which orders.
fn row(place: &Place, standing: Standing, permits: &[&PermitStanding]) -> Markup {
    let because = permits.first().map(|held| held.because.as_slice());
    html! {
        tr {
            td {
                ul.numbers {
                    @for held in permits {
                        li {
                            a href=(permit_address(place, held.permit.as_str())) { (held.permit) }
                        }
                    }
                }
            }
            td.amount { (frame::standing(place, standing)) (place.say("colon")) (permits.len()) }
            td {
                ul.plain {
                    @for order in because.unwrap_or_default() {
                        li {
                            a href=(format!("#{}", order.order)) { (order.title.get(place.language)) }
                            ", " (frame::day(place, order.effective_from))
                            " (" code { (order.law) } ")"
                        }
                    }
                }
            }
        }
    }
}

fn day_address(place: &Place, day: Day) -> String {
    let there = Place {
        language: place.language,
        path: "/".to_owned(),
        times: Times {
            as_of: Some(day),
            known_at: place.times.known_at,
        },
    };
    format!("{}#chosen", there.address("/", place.language))
}

fn permit_address(place: &Place, id: &str) -> String {
    place.address(&frame::permit_path(id), place.language)
}

fn measures(place: &Place, measures: &[MeasureInForce]) -> Markup {
    html! {
        @if measures.is_empty() { p { (place.say("no-measures")) } }
        @for held in measures {
            @let instrument = &held.measure.instrument;
            h3 { (instrument.title.get(place.language)) }
            dl {
                dt { (place.say("measure")) } dd { code { (held.measure.id) } }
                dt { (place.say("from")) }
                dd { (frame::day(place, instrument.effective.from)) }
                dt { (place.say("law")) } dd { code { (instrument.law) } }
                dt { (place.say("reasons")) } dd { (instrument.reasons.get(place.language)) }
            }
        }
    }
}

fn timeline(place: &Place, demo: &Demo) -> Markup {
    html! {
        p { (place.say("timeline-says")) }
        div.wide tabindex="0" role="region" aria-label=(place.say("timeline")) {
            table {
                caption { (place.say("timeline-caption")) }
                thead { tr {
                    @for key in ["day", "event", "what", "reached", "expected", "found", "verdict"] {
                        th scope="col" { (place.say(key)) }
                    }
                } }
                tbody { @for row in &demo.played.rows { (timeline_row(place, demo, row)) } }
            }
        }
    }
}

fn timeline_row(place: &Place, demo: &Demo, row: &Row) -> Markup {
    let basis = demo
        .played
        .basis
        .get(&row.n)
        .map(|basis| place.say(&format!("basis-{basis}")));
    html! {
        tr {
            td { a href=(day_address(place, row.day)) { (frame::day(place, row.day)) } }
            td { (row.n) @if let Some(basis) = basis { " " small { (basis) } } }
            td { (row.what.get(place.language)) }
            td { (row.reached.get(place.language)) }
            td { (row.expected.get(place.language)) }
            td { (row.found.get(place.language)) }
            td {
                @match row.agrees {
                    Some(true) => span.agrees { (place.say("agrees")) },
                    Some(false) => strong.differs { (place.say("differs")) },
                    None => {}
                }
            }
        }
    }
}
