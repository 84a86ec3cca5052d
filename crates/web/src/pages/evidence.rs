//! One piece of evidence: what it is, how it was graded, what was accepted of it, and what it reaches.

use casework::exposure::{Check, Exposure, PathStep, Reached, drawing, seen};
use casework::listing::Part;
use casework::passages::{Kind, Reading};
use casework::{EvidenceShown, Sight};
use domain::evidence::{EvidenceRecord, LinkConfidence, LinkTarget};
use domain::id::EvidenceId;
use domain::language::Language;
use maud::{Markup, PreEscaped, html};

use super::{Place, frame};
use crate::problem::Problem;
use crate::room::Room;

/// Things reached that the page shows; all are counted.
const SHOWN_MAX: usize = 100;

/// Pieces of evidence that the first page names.
const LISTED_MAX: usize = 200;

/// What the page shows.
pub(crate) struct Held {
    record: EvidenceRecord,
    read: Option<Reading>,
    exposure: Exposure,
}

/// The evidence of a case that is open to everybody.
pub(crate) async fn list(room: &Room) -> Result<Vec<EvidenceRecord>, Problem> {
    let part = Part {
        under: None,
        after: None,
        limit: LISTED_MAX,
    };
    let rows = room
        .ask(move |desk| desk.listed::<EvidenceShown>(&Sight::Whole, part))
        .await?;
    let open = rows.rows.into_iter().filter_map(|shown| match shown {
        EvidenceShown::Open(open) => Some(open.record),
        EvidenceShown::Sealed(_) => None,
    });
    Ok(open.collect())
}

/// Reads what the page shows.
pub(crate) async fn read(room: &Room, id: &str) -> Result<Held, Problem> {
    let number = EvidenceId::new(id).map_err(|_| Problem::absent(id))?;
    let found = room
        .ask(move |desk| {
            let lens = desk.now()?;
            // Sealed material is refused here.
            let shown = desk.seen::<EvidenceShown>(&Sight::Whole, number.as_str(), lens)?;
            let Some(EvidenceShown::Open(open)) = shown else {
                return Ok(None);
            };
            let record = open.record;
            let exposure = desk.exposure_of(number.as_str(), &seen(&record), SHOWN_MAX)?;
            let read = match record.evidence.digest {
                Some(_) => desk.read_evidence(&number, lens)?,
                None => None,
            };
            Ok(Some(Held {
                record,
                read,
                exposure,
            }))
        })
        .await?;
    found.ok_or_else(|| Problem::absent(id))
}

/// The path of the page of a piece of evidence.
pub(crate) fn path(id: &EvidenceId) -> String {
    frame::number_path("evidence", id.as_str())
}

/// The page.
pub(crate) fn page(place: &Place, held: &Held) -> Markup {
    let evidence = &held.record.evidence;
    let title = place.say_with("evidence-title", &[("evidence", evidence.id.as_str())]);
    let body = html! {
        p.note { (place.say("evidence-note")) }
        (facts(place, &held.record))
        @if let Some(read) = &held.read {
            section { h2 { (place.say("speaks-of")) } (speaks_of(place, read)) }
        }
        section { h2 { (place.say("links")) } (links(place, &held.record)) }
        section { h2 { (place.say("evidence-reaches")) } (reached(place, &held.exposure)) }
    };
    frame::frame(place, &title, &body)
}

fn facts(place: &Place, record: &EvidenceRecord) -> Markup {
    let evidence = &record.evidence;
    html! {
        dl {
            dt { (place.say("source")) } dd { (evidence.source) }
            dt { (place.say("received")) } dd { (frame::day(place, evidence.received_on)) }
            @if let Some(digest) = &evidence.digest {
                dt { (place.say("digest")) } dd { code.digest { (digest) } }
            }
            dt { (place.say("grades")) }
            dd {
                @if record.grades.is_empty() { (place.say("ungraded")) }
                @for grade in &record.grades {
                    (grade) " (" (frame::day(place, grade.on)) ") "
                }
            }
            @if let Some(observed) = &evidence.observed {
                @if !observed.marks.is_empty() {
                    dt { (place.say("marks")) } dd { (observed.marks.join(", ")) }
                }
                @if let Some(serial) = &observed.serial {
                    dt { (place.say("serial")) } dd { code { (serial) } }
                }
                @if let Some(made) = &observed.made {
                    dt { (place.say("made")) } dd { (made) }
                }
                @if let Some(found_in) = &observed.found_in {
                    dt { (place.say("found-in")) } dd { (found_in) }
                }
            }
        }
    }
}

/// What its text speaks of, kind by kind, each with the words that say so.
fn speaks_of(place: &Place, read: &Reading) -> Markup {
    html! {
        p { (place.say("speaks-of-says")) }
        @for kind in Kind::ALL {
            @let alike: Vec<_> = read.found.proposals.iter().filter(|one| one.kind == *kind).collect();
            @if !alike.is_empty() {
                @let (en, fr) = kind.plural();
                h3 { @match place.language { Language::En => (en), Language::Fr => (fr) } }
                ul {
                    @for one in alike {
                        li {
                            (one.value) (place.say("colon")) q { (one.passage.quote) }
                            " " small {
                                (place.say_with("at-line", &[("line", &one.passage.line.to_string())]))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn links(place: &Place, record: &EvidenceRecord) -> Markup {
    html! {
        @if record.links.is_empty() { p { (place.say("no-links")) } }
        @else {
            ul {
                @for link in &record.links {
                    li {
                        @if let LinkTarget::Permit { permit } = &link.to {
                            a href=(place.address(&frame::permit_path(permit.as_str()), place.language)) {
                                (permit)
                            }
                        } @else { (link.to.named().1) }
                        " – " (grade(place, link.confidence)) " – " (link.reasons)
                    }
                }
            }
        }
    }
}

fn grade(place: &Place, grade: LinkConfidence) -> String {
    place.say(&format!("grade-{}", grade.key()))
}

/// What is reached: counted, drawn, and as a table that says the same in words.
fn reached(place: &Place, exposure: &Exposure) -> Markup {
    if exposure.reached.is_empty() {
        return html! { p { (place.say("nothing-reached")) } };
    }
    let shown = exposure.reached.len();
    let all = shown.saturating_add(exposure.not_shown);
    html! {
        p {
            (place.say_with("reached-says", &[
                ("shown", &shown.to_string()),
                ("all", &all.to_string()),
                ("position", &exposure.position.to_string()),
            ]))
        }
        div.wide tabindex="0" role="region" aria-label=(place.say("drawing")) {
            (PreEscaped(drawing(exposure, place.language)))
        }
        div.wide tabindex="0" role="region" aria-label=(place.say("evidence-reaches")) {
            table {
                caption { (place.say("reached-caption")) }
                thead { tr {
                    @for key in ["thing", "grade", "path", "would-confirm", "would-refute"] {
                        th scope="col" { (place.say(key)) }
                    }
                } }
                tbody { @for one in &exposure.reached { (row(place, one)) } }
            }
        }
        @if !exposure.flags.is_empty() {
            ul { @for flag in &exposure.flags { li { (flag.says().get(place.language)) } } }
        }
        @if !exposure.beside.others.is_empty() {
            h3 { (place.say("beside")) }
            p { (place.say("beside-says")) }
            ul {
                @for other in &exposure.beside.others {
                    li {
                        a href=(place.address(&frame::permit_path(&other.permit), place.language)) {
                            (other.permit)
                        }
                        " – " (other.role.says().get(place.language)) " " (other.party)
                    }
                }
            }
        }
    }
}

fn row(place: &Place, one: &Reached) -> Markup {
    html! {
        tr {
            th scope="row" { (called(place.language, one)) " " (one.id) }
            td { (grade(place, one.grade)) }
            td { (in_words(place.language, &one.path)) }
            td { (checks(place.language, one.confirm.iter())) }
            td { (checks(place.language, one.refute.iter())) }
        }
    }
}

fn called(language: Language, one: &Reached) -> &'static str {
    let (en, fr) = one.kind.called();
    match language {
        Language::En => en,
        Language::Fr => fr,
    }
}

/// A path, read from where it begins.
fn in_words(language: Language, path: &[PathStep]) -> String {
    let mut words = String::new();
    for step in path {
        if !words.is_empty() {
            words.push_str(&format!(" – {} → ", step.step.says().get(language)));
        }
        words.push_str(&step.id);
    }
    words
}

fn checks<'c>(language: Language, checks: impl Iterator<Item = &'c Check>) -> Markup {
    html! {
        ul.plain { @for check in checks { li { (check.says().get(language)) } } }
    }
}
