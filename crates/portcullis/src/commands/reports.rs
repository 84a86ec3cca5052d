//! Reports, written to a file or to the terminal.

use std::io::Write as _;

use casework::review_reports::Audience;
use domain::id::ReviewId;
use web::report::{self, Format};

use super::{DONE, Ground, REFUSED, Stop, lens};
use crate::cli::ReportReview;

/// The report of a review.
pub(crate) fn review(ground: &Ground, words: &ReportReview) -> Result<u8, Stop> {
    let review = ReviewId::new(&words.review).map_err(|m| Stop::Mistake(m.to_string()))?;
    let desk = ground.desk()?;
    let (audience, action) = if words.public {
        (Audience::Public, "report.read")
    } else {
        (Audience::File, "register.read")
    };
    let sight = ground.check(&desk, action)?;
    let lens = lens(&desk, &words.lens)?;
    let Some(found) = desk.review_report(&sight, &review, audience, lens)? else {
        println!("there is no review {review} / il n’y a rien sous ce numéro");
        return Ok(REFUSED);
    };
    if !sight.is_whole() && found.concluded_on.is_none() {
        println!("review {review} is not concluded / l’examen {review} n’est pas conclu");
        return Ok(REFUSED);
    }
    let format = if words.text {
        Format::Text
    } else {
        Format::Page
    };
    let text = report::review(&found, ground.spoken(), format);
    let Some(file) = &words.out else {
        let mut out = std::io::stdout().lock();
        let written = out.write_all(text.as_bytes());
        return written
            .map(|()| DONE)
            .map_err(|error| Stop::Fault(error.to_string()));
    };
    let said = |error: std::io::Error| Stop::Mistake(format!("`{}`: {error}", file.display()));
    let mut options = std::fs::OpenOptions::new();
    let mut opened = options
        .write(true)
        .create_new(true)
        .open(file)
        .map_err(said)?;
    opened.write_all(text.as_bytes()).map_err(said)?;
    opened.sync_all().map_err(said)?;
    println!("{}", file.display());
    Ok(DONE)
}

/// A report that is not built, or none.
pub(crate) fn later(words: &[String]) -> Stop {
    match words.first().map(String::as_str) {
        Some("canada-military" | "att" | "unroca") | None => Stop::NotBuilt("report"),
        Some(other) => Stop::Mistake(format!(
            "`{other}` is no report: expected review, canada-military, att or unroca"
        )),
    }
}
