//! One permit: where it stands, its lines and what is left of them, orders, notices, its history.

use std::collections::BTreeMap;

use casework::Lens;
use casework::standing::PermitStanding;
use casework::timeline::Entry;
use domain::item::LineNo;
use domain::ledger::LineLedger;
use domain::notice::NoticeRecord;
use domain::permit::Permit;
use domain::time::Position;
use maud::{Markup, html};

use super::Place;
use super::frame;
use crate::api::{PERMITS_PAGE_MAX, permit_id};
use crate::problem::Problem;
use crate::question::Times;
use crate::room::Room;

/// What the page shows.
pub(crate) struct Held {
    lens: Lens,
    permit: Permit,
    standing: PermitStanding,
    ledgers: BTreeMap<LineNo, LineLedger>,
    notices: Vec<NoticeRecord>,
    history: Vec<Entry>,
}

/// Reads what the page shows.
pub(crate) async fn read(room: &Room, id: &str, times: Times) -> Result<Held, Problem> {
    let number = permit_id(id)?;
    let ended_on = room.demo().map(|demo| demo.played.ended_on);
    let found = room
        .ask(move |desk| {
            let mut lens = times.lens(desk)?;
            if let (None, Some(ended_on)) = (times.as_of, ended_on) {
                lens.as_of = ended_on;
            }
            let Some(permit) = desk.permit(&number, lens)? else {
                return Ok(None);
            };
            let Some(standing) = desk.standing(&number, lens)? else {
                return Ok(None);
            };
            let tag = format!("permit:{number}");
            Ok(Some(Held {
                lens,
                permit,
                standing,
                ledgers: desk.ledgers(&number)?,
                notices: desk.notices(Some(number.as_str()))?,
                history: desk.timeline(&[tag], &[], Position(0), PERMITS_PAGE_MAX)?,
            }))
        })
        .await?;
    found.ok_or_else(|| Problem::absent(id))
}

/// The page.
pub(crate) fn page(place: &Place, held: &Held) -> Markup {
    let id = held.standing.permit.to_string();
    let title = place.say_with("permit-title", &[("permit", &id)]);
    let body = html! {
        (frame::times_form(place, held.lens))
        p.now { (frame::standing(place, held.standing.standing)) }
        (terms(place, held))
        section { h2 { (place.say("lines")) } (lines(place, held)) }
        section {
            h2 { (place.say("why")) }
            @if held.standing.because.is_empty() { p { (place.say("no-orders")) } }
            @for order in &held.standing.because { (frame::because(place, order)) }
        }
        section { h2 { (place.say("notices")) } (notices(place, held)) }
        section { h2 { (place.say("history")) } (history(place, held)) }
    };
    frame::frame(place, &title, &body)
}

fn terms(place: &Place, held: &Held) -> Markup {
    let terms = held.permit.terms_on(held.lens.as_of);
    let undisclosed = place.say("undisclosed");
    let listed = |names: Vec<String>| {
        if names.is_empty() {
            undisclosed.clone()
        } else {
            names.join(", ")
        }
    };
    let names = |ids: &mut dyn Iterator<Item = String>| listed(ids.collect());
    html! {
        dl {
            dt { (place.say("issued")) } dd { (held.permit.issued.issued_on) }
            dt { (place.say("last-day")) }
            dd { @if let Some(day) = held.standing.last_day { (day) } @else { (place.say("none")) } }
            dt { (place.say("holder")) }
            dd { (names(&mut terms.exporter.iter().map(ToString::to_string))) }
            dt { (place.say("consignees")) }
            dd { (names(&mut terms.consignees.iter().map(ToString::to_string))) }
            dt { (place.say("destinations")) }
            dd { (names(&mut terms.destinations.iter().map(ToString::to_string))) }
            @if let Some(basis) = held.permit.issued.basis {
                dt { (place.say("basis")) }
                dd { (place.say(&format!("basis-{}", format!("{basis:?}").to_lowercase()))) }
            }
        }
    }
}

fn lines(place: &Place, held: &Held) -> Markup {
    let terms = held.permit.terms_on(held.lens.as_of);
    html! {
        div.wide tabindex="0" role="region" aria-label=(place.say("lines")) {
            table {
                caption { (place.say("lines-caption")) }
                thead { tr {
                    @for key in ["line", "goods", "rating", "standing", "granted", "reserved",
                        "drawn", "left"] {
                        th scope="col" { (place.say(key)) }
                    }
                } }
                tbody {
                    @for line in &terms.lines {
                        tr {
                            th scope="row" { (line.no) }
                            td { (line.item.description) }
                            td { @if let Some(rating) = line.primary() { code { (rating.entry) } } }
                            td {
                                @for one in held.standing.lines.iter().filter(|l| l.line == line.no) {
                                    (frame::standing(place, one.standing))
                                }
                            }
                            (ledger(place, held.ledgers.get(&line.no)))
                        }
                    }
                }
            }
        }
    }
}

/// Granted, reserved, drawn and left of a line, as of now.
fn ledger(place: &Place, held: Option<&LineLedger>) -> Markup {
    let Some(ledger) = held else {
        return html! { td colspan="4" { (place.say("no-ledger")) } };
    };
    let unit = ledger
        .measures
        .map(|measures| measures.unit.to_string())
        .unwrap_or_default();
    let amount = |quantity: String| format!("{quantity} {unit}");
    let boundless = if ledger.is_unlimited {
        place.say("unlimited")
    } else {
        place.say("undisclosed")
    };
    let granted = ledger.granted.map_or_else(
        || boundless.clone(),
        |b| amount(b.quantity.normalize().to_string()),
    );
    let left = ledger
        .left()
        .ok()
        .flatten()
        .map_or(boundless, |b| amount(b.quantity.normalize().to_string()));
    html! {
        td { (granted) }
        td { (amount(ledger.reserved.quantity.normalize().to_string())) }
        td { (amount(ledger.drawn.quantity.normalize().to_string())) }
        td { (left) }
    }
}

fn notices(place: &Place, held: &Held) -> Markup {
    html! {
        @if held.notices.is_empty() { p { (place.say("no-notices")) } }
        @for notice in &held.notices {
            details {
                summary { (notice.on) " – " code { (notice.id) } }
                p.letter { (notice.text.get(place.language)) }
                p.letter { (notice.contest.get(place.language)) }
            }
        }
    }
}

fn history(place: &Place, held: &Held) -> Markup {
    html! {
        ol.history {
            @for entry in &held.history {
                li value=(entry.position) {
                    @if let Some(day) = entry.effective_from { time datetime=(day) { (day) } " " }
                    (entry.says.get(place.language))
                }
            }
        }
    }
}
