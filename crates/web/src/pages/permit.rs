//! One permit: where it stands, its lines and what is left of them, orders, notices, its history.

use std::collections::{BTreeMap, BTreeSet};

use casework::Lens;
use casework::standing::PermitStanding;
use casework::timeline::Entry;
use domain::country::Country;
use domain::duty::DutyRecord;
use domain::id::PartyId;
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::ledger::{Both, LineLedger};
use domain::notice::{NoticeKind, NoticeRecord};
use domain::permit::{Permit, PermitKind};
use domain::quantity::Unit;
use domain::time::Day;
use maud::{Markup, html};

use super::Place;
use super::{frame, locale};
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
    duties: Vec<DutyRecord>,
    notices: Vec<NoticeRecord>,
    history: Vec<(Day, Entry)>,
    names: BTreeMap<PartyId, String>,
    countries: BTreeMap<Country, Bilingual>,
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
            let terms = permit.terms_on(lens.as_of);
            let names = desk.names(terms.parties(), lens)?;
            let mut countries = BTreeMap::new();
            for country in terms.destinations.iter().chain(&terms.final_destinations) {
                countries.insert(*country, desk.country_name(*country)?);
            }
            Ok(Some(Held {
                lens,
                names,
                countries,
                permit,
                standing,
                ledgers: desk.ledgers_as_of(&number, lens)?,
                duties: desk.duties_as_of(&number, lens)?,
                notices: desk.notices_as_of(&number, lens)?,
                history: desk.history(&number, lens, PERMITS_PAGE_MAX)?,
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
        @if !held.duties.is_empty() {
            section { h2 { (place.say("duties")) } (duties(place, held)) }
        }
        section { h2 { (place.say("notices")) } (notices(place, held)) }
        section { h2 { (place.say("history")) } (history(place, held)) }
    };
    frame::frame(place, &title, &body)
}

impl Held {
    /// A party's name.
    fn name(&self, id: &PartyId) -> String {
        self.names
            .get(id)
            .cloned()
            .unwrap_or_else(|| id.to_string())
    }

    /// A country's name in the reader's language.
    fn country(&self, place: &Place, id: Country) -> String {
        let name = self.countries.get(&id);
        name.map_or_else(
            || id.to_string(),
            |both| both.get(place.language).to_owned(),
        )
    }
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
    let parties =
        |ids: &mut dyn Iterator<Item = &PartyId>| listed(ids.map(|id| held.name(id)).collect());
    let countries =
        |ids: &BTreeSet<Country>| listed(ids.iter().map(|id| held.country(place, *id)).collect());
    html! {
        dl {
            dt { (place.say("issued")) } dd { (frame::day(place, held.permit.issued.issued_on)) }
            dt { (place.say("last-day")) }
            dd {
                @if let Some(day) = held.standing.last_day { (frame::day(place, day)) }
                @else { (place.say("none")) }
            }
            dt { (place.say("holder")) }
            dd {
                @if terms.kind == PermitKind::General { (place.say("general")) }
                @else { (parties(&mut terms.exporter.iter())) }
            }
            dt { (place.say("consignees")) } dd { (parties(&mut terms.consignees.iter())) }
            @if let Some(user) = &terms.end_user {
                dt { (place.say("end-user")) } dd { (held.name(user)) }
            }
            dt { (place.say("destinations")) } dd { (countries(&terms.destinations)) }
            @if !terms.final_destinations.is_empty() {
                dt { (place.say("final-destinations")) }
                dd { (countries(&terms.final_destinations)) }
            }
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
                    @for key in ["line", "goods", "rating", "standing"] {
                        th scope="col" { (place.say(key)) }
                    }
                    @for key in ["granted", "reserved", "drawn", "left"] {
                        th.amount scope="col" { (place.say(key)) }
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

/// Granted, reserved, drawn and left of a line, through the lens of the page.
fn ledger(place: &Place, held: Option<&LineLedger>) -> Markup {
    let Some(ledger) = held else {
        return html! { td colspan="4" { (place.say("no-ledger")) } };
    };
    // What is counted needs no word for its unit beside the number of the goods.
    let unit = ledger.measures.filter(|held| held.unit != Unit::each());
    let unit = unit.map(|held| held.unit.name().get(place.language).to_owned());
    let unit = unit.map_or_else(String::new, |unit| format!("\u{a0}{unit}"));
    let amount = |both: Both| {
        let digits = both.quantity.normalize().to_string();
        format!("{}{unit}", locale::amount(place.language, &digits))
    };
    let boundless = if ledger.is_unlimited {
        place.say("unlimited")
    } else {
        place.say("undisclosed")
    };
    let granted = ledger.granted.map_or_else(|| boundless.clone(), amount);
    let left = ledger.left().ok().flatten().map_or(boundless, amount);
    // What came back counts as drawn and as returned; abroad is the difference.
    let gone = ledger.drawn.less(ledger.returned);
    html! {
        td.amount { (granted) }
        td.amount { (amount(ledger.reserved)) }
        td.amount { (amount(gone)) }
        td.amount { (left) }
    }
}

/// What is owed, with what is late marked in words.
fn duties(place: &Place, held: &Held) -> Markup {
    html! {
        ul.duties {
            @for duty in &held.duties {
                li {
                    (duty.says.get(place.language)) " – "
                    (place.say("due")) " " (frame::day(place, duty.due_on))
                    @if duty.is_overdue(held.lens.as_of) {
                        " " strong.overdue { (place.say("overdue")) }
                    }
                }
            }
        }
    }
}

/// The key of a kind of notice.
const fn kind(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Issue => "issue",
        NoticeKind::Refusal => "refusal",
        NoticeKind::Amendment => "amendment",
        NoticeKind::Suspension => "suspension",
        NoticeKind::Cancellation => "cancellation",
        NoticeKind::Reinstatement => "reinstatement",
        NoticeKind::Annulment => "annulment",
        NoticeKind::Policy => "policy",
    }
}

fn notices(place: &Place, held: &Held) -> Markup {
    html! {
        @if held.notices.is_empty() { p { (place.say("no-notices")) } }
        @for notice in &held.notices {
            details {
                summary {
                    (frame::day(place, notice.on)) " – "
                    (place.say(&format!("notice-{}", kind(notice.notice_kind))))
                }
                p { code { (notice.id) } }
                p.letter { (notice.text.get(place.language)) }
                p.letter { (notice.contest.get(place.language)) }
            }
        }
    }
}

fn history(place: &Place, held: &Held) -> Markup {
    html! {
        p { (place.say("history-says")) }
        ol.history {
            @for (day, entry) in &held.history {
                li value=(entry.position) {
                    (frame::day(place, *day)) " – " (entry.says.get(place.language))
                }
            }
        }
    }
}
