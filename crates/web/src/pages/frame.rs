//! What every page has: head, language switch, skip link, the form of the two times.

use casework::Lens;
use casework::standing::Because;
use domain::language::Language;
use domain::permit::standing::Standing;
use domain::time::Day;
use maud::{DOCTYPE, Markup, html};

use super::{Place, locale};
use crate::problem::Problem;

/// The tag of a language.
pub(crate) const fn tag(language: Language) -> &'static str {
    match language {
        Language::En => "en",
        Language::Fr => "fr",
    }
}

/// The path of a permit's page.
pub(crate) fn permit_path(id: &str) -> String {
    number_path("permits", id)
}

/// The path of a page under a number. Of what a number may hold, only `/` means something in a path; a
/// text that is not a number is encoded whole.
pub(crate) fn number_path(of: &str, id: &str) -> String {
    let mut path = format!("/{of}/");
    for byte in id.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                path.push(char::from(byte));
            }
            other => path.push_str(&format!("%{other:02X}")),
        }
    }
    path
}

/// A whole page.
pub(crate) fn frame(place: &Place, title: &str, body: &Markup) -> Markup {
    let other = match place.language {
        Language::En => Language::Fr,
        Language::Fr => Language::En,
    };
    html! {
        (DOCTYPE)
        html lang=(tag(place.language)) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – Portcullis" }
                link rel="stylesheet" href="/style.css";
            }
            body {
                a.skip href="#content" { (place.say("skip")) }
                header {
                    a.name href=(place.address("/", place.language)) { "Portcullis" }
                    nav aria-label=(place.say("language")) {
                        a href=(place.address(&place.path, other)) lang=(tag(other))
                            hreflang=(tag(other)) { (place.say("other-language")) }
                    }
                }
                main #content { h1 { (title) } (body) }
                footer {
                    p { (place.say("footer")) }
                    p { a href="/api/v1/openapi.json" { (place.say("api")) } }
                }
            }
        }
    }
}

/// The page of something that did not work out.
pub(crate) fn wrong(place: &Place, problem: &Problem) -> Markup {
    let says = match place.language {
        Language::En => &problem.says.en,
        Language::Fr => &problem.says.fr,
    };
    let body = html! {
        p { (says) }
        @if let Some(incident) = &problem.incident { p { code { (incident) } } }
        p { a href=(format!("/?lang={}", tag(place.language))) { (place.say("back")) } }
    };
    frame(place, &place.say("wrong"), &body)
}

/// A day, for people and for programs.
pub(crate) fn day(place: &Place, day: Day) -> Markup {
    html! { time datetime=(day) { (locale::day(place.language, day)) } }
}

/// The form that asks from when. Its address can be cited.
pub(crate) fn times_form(place: &Place, lens: Lens) -> Markup {
    let known = place.times.known_at.map(|at| at.to_string());
    html! {
        form.times method="get" action=(place.path) {
            input type="hidden" name="lang" value=(tag(place.language));
            p {
                label for="as_of" { (place.say("as-of-label")) }
                input #as_of type="date" name="as_of" value=(lens.as_of);
            }
            p {
                label for="known_at" { (place.say("known-at-label")) }
                input #known_at type="number" name="known_at" min="0" inputmode="numeric"
                    aria-describedby="known-at-help" value=(known.unwrap_or_default());
                small #known-at-help { (place.say("known-at-help")) }
            }
            p { button type="submit" { (place.say("show")) } }
        }
        p.lens {
            (place.say_with("lens", &[
                ("day", &locale::day(place.language, lens.as_of)),
                ("position", &lens.known_at.to_string()),
            ]))
        }
    }
}

/// Where something stands: a word, and a mark beside it.
pub(crate) fn standing(place: &Place, standing: Standing) -> Markup {
    html! {
        span class=(format!("standing {}", standing.key())) {
            (place.say(&format!("standing-{}", standing.key())))
        }
    }
}

/// An order with its law and its reasons.
pub(crate) fn because(place: &Place, order: &Because) -> Markup {
    let speaks = |both: &domain::language::Bilingual| both.get(place.language).to_owned();
    html! {
        h3 #(order.order) { (speaks(&order.title)) }
        dl {
            dt { (place.say("order")) } dd { code { (order.order) } }
            dt { (place.say("does")) } dd { (speaks(&order.verb)) }
            dt { (place.say("from")) } dd { (self::day(place, order.effective_from)) }
            dt { (place.say("law")) } dd { code { (order.law) } }
            dt { (place.say("reasons")) } dd { (speaks(&order.reasons)) }
        }
    }
}
