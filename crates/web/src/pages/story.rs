//! The first page: a case day by day, where its permits stand on one, and why.

use std::collections::BTreeMap;

use casework::scenario::Row;
use casework::standing::{Because, PermitStanding};
use casework::{Lens, Sight};
use domain::id::OrderId;
use domain::measure::MeasureInForce;
use domain::permit::standing::Standing;
use maud::{Markup, html};

use super::Place;
use super::frame;
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
}

/// Reads what the page shows. Permits are shown only where a case is.
pub(crate) async fn read(room: &Room, times: Times) -> Result<Told, Problem> {
    let ended_on = room.demo().map(|demo| demo.played.ended_on);
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
        Ok(Told {
            lens,
            permits,
            measures,
        })
    })
    .await
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
        } @else { p { (place.say("nothing-public")) } }
        (frame::times_form(place, told.lens))
        @if demo.is_some() {
            section { h2 { (place.say("permits")) } (permits(place, told)) }
            section {
                h2 { (place.say("why")) }
                @if orders.is_empty() { p { (place.say("no-orders")) } }
                @for order in orders.values() { (frame::because(place, order)) }
            }
        }
        section { h2 { (place.say("measures")) } (measures(place, &told.measures)) }
        @if let Some(demo) = demo {
            section #timeline { h2 { (place.say("timeline")) } (timeline(place, demo)) }
        }
    };
    frame::frame(place, &title, &body)
}

fn permits(place: &Place, told: &Told) -> Markup {
    let mut counts: BTreeMap<Standing, usize> = BTreeMap::new();
    for held in &told.permits {
        let count = counts.entry(held.standing).or_default();
        *count = count.saturating_add(1);
    }
    let none = place.say("none");
    html! {
        @if told.permits.is_empty() { p { (place.say("no-permits")) } }
        @else {
            ul.counts {
                @for (standing, count) in &counts {
                    li { (frame::standing(place, *standing)) " " (count) }
                }
            }
            div.wide tabindex="0" role="region" aria-label=(place.say("permits")) {
                table {
                    caption {
                        (place.say_with("permits-caption", &[("day", &told.lens.as_of.to_string())]))
                    }
                    thead { tr {
                        th scope="col" { (place.say("permit")) }
                        th scope="col" { (place.say("standing")) }
                        th scope="col" { (place.say("last-day")) }
                        th scope="col" { (place.say("because")) }
                    } }
                    tbody {
                        @for held in &told.permits {
                            tr {
                                th scope="row" {
                                    a href=(permit_address(place, held.permit.as_str())) { (held.permit) }
                                }
                                td { (frame::standing(place, held.standing)) }
                                td { @if let Some(day) = held.last_day { (day) } @else { (none) } }
                                td {
                                    @for (n, order) in held.because.iter().enumerate() {
                                        @if n > 0 { ", " }
                                        a href=(format!("#{}", order.order)) { code { (order.law) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
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
                dd { time datetime=(instrument.effective.from) { (instrument.effective.from) } }
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
    let mut day_place = Place {
        language: place.language,
        path: "/".to_owned(),
        times: Times::default(),
    };
    day_place.times.as_of = Some(row.day);
    let basis = demo
        .played
        .basis
        .get(&row.n)
        .map(|basis| place.say(&format!("basis-{basis}")));
    html! {
        tr {
            td { a href=(day_place.address("/", place.language)) { (row.day) } }
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
