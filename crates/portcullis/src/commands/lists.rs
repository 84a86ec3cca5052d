//! Control lists as editions: shown, compared, and run against the register.

use casework::editions::ChangedRating;
use domain::control_list::ControlList;
use domain::language::Language;
use intake::control_list::{Change, ChangeKind, compare};
use serde_json::json;

use super::{DONE, Ground, Stop, print_json};

/// Permits and applications named in a line of text; the answer in JSON has all of them.
const NAMED_MAX: usize = 10;

pub(crate) fn show(ground: &Ground, edition: Option<&str>) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    let Some(key) = edition else {
        let editions = desk.lists()?;
        if ground.json {
            print_json(&editions)?;
            return Ok(DONE);
        }
        for list in &editions {
            println!("{}", line_of(list, &editions));
        }
        return Ok(DONE);
    };
    let list = desk.list(key)?;
    if ground.json {
        print_json(&list)?;
        return Ok(DONE);
    }
    for entry in &list.entries {
        let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        println!("{:<12} {}", entry.code, first(&entry.text.en));
        println!("{:<12} {}", "", first(&entry.text.fr));
    }
    Ok(DONE)
}

/// An edition is in force until it ends or the next one of its list begins.
fn line_of(list: &ControlList, editions: &[ControlList]) -> String {
    let same = editions.iter().filter(|other| other.list == list.list);
    let next = same.map(|other| other.validity.from);
    let next = next.filter(|from| *from > list.validity.from).min();
    let until = list.validity.until.into_iter().chain(next).min();
    let until = until.map(|day| format!(" to {day}"));
    format!(
        "{}@{}  from {}{}  {} entries  {} / {}",
        list.list,
        list.edition,
        list.validity.from,
        until.unwrap_or_default(),
        list.entries.len(),
        list.title.en,
        list.title.fr
    )
}

pub(crate) fn diff(
    ground: &Ground,
    old: &str,
    new: &str,
    without_impact: bool,
) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    let changes = compare(&desk.list(old)?, &desk.list(new)?);
    let impact = if without_impact {
        None
    } else {
        Some(desk.edition_impact(old, new)?)
    };
    if ground.json {
        let changes: Vec<_> = changes
            .iter()
            .map(|change| {
                let (en, fr) = in_words(&change.kind);
                json!({ "code": change.code, "says": { "en": en, "fr": fr } })
            })
            .collect();
        print_json(&json!({ "old": old, "new": new, "changes": changes, "impact": impact }))?;
        return Ok(DONE);
    }
    for Change { code, kind } in &changes {
        let (en, fr) = in_words(kind);
        println!("{code:<14} {en} / {fr}");
    }
    println!("{} changes from {old} to {new}.", changes.len());
    if let Some(impact) = impact {
        show_impact(&impact);
    }
    Ok(DONE)
}

fn show_impact(impact: &[ChangedRating]) {
    let named = |ids: &mut dyn Iterator<Item = String>, count: usize| {
        let first: Vec<String> = ids.take(NAMED_MAX).collect();
        let more = count.saturating_sub(NAMED_MAX);
        let tail = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        format!("{}{tail}", first.join(", "))
    };
    println!("ratings in use that change: {}.", impact.len());
    for held in impact {
        println!("{}", held.rating);
        for change in &held.changes {
            println!("  {} / {}", change.en, change.fr);
        }
        let permits = &held.permits;
        let applications = &held.applications;
        println!(
            "  live permits {}: {}",
            permits.len(),
            named(&mut permits.iter().map(ToString::to_string), permits.len())
        );
        println!(
            "  pending applications {}: {}",
            applications.len(),
            named(
                &mut applications.iter().map(ToString::to_string),
                applications.len()
            )
        );
    }
}

fn in_words(kind: &ChangeKind) -> (String, String) {
    let said = |en: &str, fr: &str| (en.to_owned(), fr.to_owned());
    match kind {
        ChangeKind::Added => said("is new", "est nouveau"),
        ChangeKind::Removed => said("is gone", "a disparu"),
        ChangeKind::Repealed => said("is repealed", "est abrogé"),
        ChangeKind::Redirected => said(
            "is controlled to other destinations",
            "est contrôlé vers d’autres destinations",
        ),
        ChangeKind::Moved { from } => (
            format!("stood under {from}"),
            format!("figurait sous {from}"),
        ),
        ChangeKind::Reworded(languages) => {
            let is_in = |language| languages.contains(&language);
            match (is_in(Language::En), is_in(Language::Fr)) {
                (true, false) => said("reads differently in English", "est modifié en anglais"),
                (false, true) => said("reads differently in French", "est modifié en français"),
                _ => said(
                    "reads differently in both languages",
                    "est modifié dans les deux langues",
                ),
            }
        }
    }
}
