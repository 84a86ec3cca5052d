//! Redaction: deleting what a field said and its salt, while its commitment stays. The one path on
//! which a row of the log changes is a function of the database, for a role of its own.

use domain::time::Position;

use crate::fault::RegisterFault;
use crate::postgres::doing::{Doing as _, kept as number};
use crate::postgres::line::{byte_rows, int, maybe_text, text, texts};
use crate::postgres::pool::{For, LOCK, LOG, Pool};
use crate::postgres::{events, salts};
use crate::redaction::{self, Redacted};

/// Redacts the fields at or under these pointers.
pub(super) fn redact(pool: &Pool, at: Position, pointers: &[&str]) -> Result<(), RegisterFault> {
    const REDACT: &str = "SELECT register.redact($1, $2, $3, $4, $5, $6, $7, $8)::text";
    let missing = |what: &str| RegisterFault::UnreadableEvent {
        position: at,
        because: format!("{what} not there"),
    };
    let (line, _) = pool.begin(For::Writing, &[(LOCK, Some(LOG))])?;
    let event = events::event(&line, at)?.ok_or_else(|| missing("it is"))?;
    let salts = salts::of(&line, at)?.ok_or_else(|| missing("its salts are"))?;
    let redacted = salts::redactions(&line, at)?;
    let Redacted { event, kept, gone } = redaction::redact(event, &salts, &redacted, pointers)?;
    let doing = || format!("redacting event {at}");
    if gone.is_empty() {
        // All of it was redacted before.
        line.run("ROLLBACK").doing(doing)?;
        pool.give_back(line);
        return Ok(());
    }
    let payload = event.payload.to_string();
    line.ask(
        REDACT,
        &[
            int(number(at.0)),
            text(&event.actor),
            maybe_text(event.ground.as_deref()),
            text(&payload),
            texts(kept.iter().map(|(pointer, _)| pointer.as_str()).collect()),
            byte_rows(kept.iter().map(|(_, salt)| &salt[..]).collect()),
            texts(gone.iter().map(|(pointer, _)| pointer.as_str()).collect()),
            byte_rows(gone.iter().map(|(_, hash)| &hash.0[..]).collect()),
        ],
    )
    .doing(doing)?;
    line.run("COMMIT").doing(doing)?;
    pool.give_back(line);
    Ok(())
}
