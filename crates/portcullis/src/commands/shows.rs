//! Reads.

use domain::id::{ApplicationId, PermitId};

use super::{DONE, Ground, REFUSED, Stop, lens, print_json, read};
use crate::cli::{LensArgs, StandingArgs};

pub(crate) fn preview(ground: &Ground, scope: &str, words: &LensArgs) -> Result<u8, Stop> {
    let text = match scope.strip_prefix('@') {
        None => scope.to_owned(),
        Some(file) => String::from_utf8(read(std::path::Path::new(file))?)
            .map_err(|_| Stop::Mistake(format!("`{file}` is not UTF-8")))?,
    };
    let desk = ground.desk()?;
    let scope = desk.read_scope(&text)?;
    let shown = desk.preview(&scope, lens(&desk, words)?)?;
    if ground.json {
        print_json(&shown)?;
        return Ok(DONE);
    }
    println!("scope: {}", shown.scope);
    println!(
        "as of {}: {} lines of {} permits (digest {})",
        shown.as_of, shown.seal.lines, shown.seal.permits, shown.seal.digest
    );
    for (standing, lines) in &shown.by_standing {
        println!("  {standing}: {lines} lines");
    }
    println!(
        "holders: {} named, {} permits undisclosed",
        shown.holders.len(),
        shown.undisclosed_holders
    );
    for (currency, value) in &shown.value {
        println!(
            "value: {value} {currency} ({} lines undisclosed)",
            shown.undisclosed_values
        );
    }
    println!("by the way the goods take:");
    for (path, reach) in &shown.by_path {
        let value = reach
            .value
            .iter()
            .map(|(c, v)| format!("{v} {c}"))
            .collect::<Vec<_>>()
            .join(", ");
        println!("  {:<24} {:>6} lines  {value}", path, reach.lines);
    }
    println!("shipments under way: {}", shown.shipments_under_way.len());
    println!("applications pending: {}", shown.applications_pending.len());
    for spared in &shown.spared {
        println!(
            "spared by exception {}: {} lines",
            spared.exception, spared.lines
        );
    }
    for line in &shown.lines {
        let because = line
            .because
            .iter()
            .map(|b| b.en.as_str())
            .collect::<Vec<_>>()
            .join("; ");
        println!(
            "  {}#{}  {}  {}  {}  {}  [{because}]",
            line.permit,
            line.line,
            line.rating,
            line.path,
            line.value.as_deref().unwrap_or("undisclosed"),
            line.goods
        );
    }
    Ok(DONE)
}

pub(crate) fn application(ground: &Ground, id: &str, words: &LensArgs) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    let id = ApplicationId::new(id).map_err(|m| Stop::Mistake(m.to_string()))?;
    let check = desk.check_application(&id, lens(&desk, words)?)?;
    if ground.json {
        print_json(&check)?;
        return Ok(DONE);
    }
    println!(
        "application {} as of {}: {:?}",
        check.application, check.as_of, check.prospect
    );
    for (line, answer) in &check.by_line {
        for finding in &answer.findings {
            println!("  line {line}: {finding:?}");
        }
    }
    println!("lines not rated by an officer: {}", check.unrated.len());
    println!("parties not screened clear: {}", check.unscreened.len());
    println!(
        "risk determination owed: {}",
        if check.risk_is_owed { "yes" } else { "no" }
    );
    println!("editions: {}", check.editions.join(", "));
    Ok(DONE)
}

pub(crate) fn standing(ground: &Ground, words: &StandingArgs) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    let id = PermitId::new(&words.permit).map_err(|m| Stop::Mistake(m.to_string()))?;
    let Some(held) = desk.standing(&id, lens(&desk, &words.lens)?)? else {
        println!("permit {id} was not issued then.");
        return Ok(REFUSED);
    };
    if ground.json {
        print_json(&held)?;
        return Ok(DONE);
    }
    println!(
        "permit {} as of {}, as known at {}: {}",
        held.permit,
        held.lens.as_of,
        held.lens.known_at,
        held.standing.key()
    );
    for line in &held.lines {
        println!("  line {}: {}", line.line, line.standing.key());
    }
    for order in &held.because {
        println!(
            "  because of order {} from {}: {} ({})",
            order.order, order.effective_from, order.title.en, order.law
        );
    }
    Ok(DONE)
}

/// The authority, once established.
pub(crate) fn authority(ground: &Ground) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    let Some(held) = desk.authority()? else {
        println!("no authority is established yet / aucune autorité n’est encore établie");
        return Ok(REFUSED);
    };
    if ground.json {
        print_json(&held)?;
        return Ok(DONE);
    }
    println!(
        "{} / {} ({})",
        held.name.en, held.name.fr, held.jurisdiction
    );
    println!(
        "permit / licence : {} / {}",
        held.permit_word.en, held.permit_word.fr
    );
    let calendar = held.calendar.map(String::from);
    println!(
        "calendar / calendrier : {}",
        calendar.as_deref().unwrap_or("UTC0")
    );
    for (kind, verb) in &held.verbs {
        println!("  {kind}: {} / {}", verb.en, verb.fr);
    }
    for (kind, law) in &held.powers {
        println!("  {kind}: {law}");
    }
    Ok(DONE)
}
