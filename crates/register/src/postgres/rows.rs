//! Reading views, answers, outgoing messages, kept bytes and checkpoints.

use domain::time::{Instant, Position};
use tokio_postgres::Row;

use crate::checkpoint::SignedCheckpoint;
use crate::fault::RegisterFault;
use crate::hash::Digest;
use crate::postgres::doing::{Doing as _, column, exact, kept, limit, natural};
use crate::postgres::line::{Line, Param, bytes, int, maybe_text, text};
use crate::store::{Mark, OutboxPart, OutgoingEntry, ROWS_PER_READ_MAX, StoredAnswer, View};

/// The views that a statement gives, as id, position and body.
pub(super) fn views(
    line: &Line,
    sql: &'static str,
    params: &[Param<'_>],
    doing: impl Fn() -> String,
) -> Result<Vec<View>, RegisterFault> {
    let rows = line.ask(sql, params).doing(doing)?;
    rows.iter()
        .map(|row| {
            Ok(View {
                id: column(row, 0)?,
                position: Position(natural(column(row, 1)?)),
                body: column(row, 2)?,
            })
        })
        .collect()
}

/// The number that a statement gives.
pub(super) fn counted(
    line: &Line,
    sql: &'static str,
    params: &[Param<'_>],
) -> Result<u64, RegisterFault> {
    let row = line
        .ask_one(sql, params)
        .doing(|| "counting views".into())?;
    Ok(natural(column(&row, 0)?))
}

/// An answer as kept: number, key, what was answered, seal.
pub(super) type KeptAnswer = (i64, String, StoredAnswer, [u8; 32]);

/// An answer of a row with number, key, request, answer, first, last and seal.
pub(super) fn answer_row(row: &Row) -> Result<KeptAnswer, RegisterFault> {
    let number: i64 = column(row, 0)?;
    let unreadable = |because: String| RegisterFault::UnreadableRow {
        table: "answer",
        key: number.to_string(),
        because,
    };
    let (first, last): (Option<i64>, Option<i64>) = (column(row, 4)?, column(row, 5)?);
    let position = |number: i64| Position(natural(number));
    let answer = StoredAnswer {
        request: Digest(exact(column(row, 2)?).map_err(unreadable)?),
        answer: column(row, 3)?,
        events: first
            .zip(last)
            .map(|(first, last)| (position(first), position(last))),
    };
    let seal = exact(column(row, 6)?).map_err(unreadable)?;
    Ok((number, column(row, 1)?, answer, seal))
}

/// The answer given under an idempotency key.
pub(super) fn answer(line: &Line, key: &str) -> Result<Option<StoredAnswer>, RegisterFault> {
    let rows = line
        .ask(
            "SELECT number, key, request, answer, first, last, seal
             FROM register.answer WHERE key = $1",
            &[text(key)],
        )
        .doing(|| format!("reading the answer under key `{key}`"))?;
    let found = rows.first().map(answer_row).transpose()?;
    Ok(found.map(|(_, _, answer, _)| answer))
}

/// The columns of an outgoing message, in the order in which [`outgoing_row`] takes them.
macro_rules! outgoing {
    ($rest:literal) => {
        concat!(
            "SELECT number, key, topic, recipient, body, position, recorded_at, failures, \
             last_failure, failed_at, delivered_at, acknowledged_at, seal \
             FROM register.outgoing WHERE number > $1 ",
            $rest,
            " ORDER BY number LIMIT $2"
        )
    };
}

/// The statement that reads every outgoing message.
pub(super) const ALL_OUTGOING: &str = outgoing!("");

/// An outgoing message as kept, with the text of its body and its seal.
pub(super) fn outgoing_row(row: &Row) -> Result<(OutgoingEntry, String, [u8; 32]), RegisterFault> {
    let number = natural(column(row, 0)?);
    let unreadable = |because: String| RegisterFault::UnreadableRow {
        table: "outgoing",
        key: number.to_string(),
        because,
    };
    let body: String = column(row, 4)?;
    let instant = |index| -> Result<Option<Instant>, RegisterFault> {
        Ok(column::<Option<i64>>(row, index)?.map(Instant))
    };
    let entry = OutgoingEntry {
        number,
        key: column(row, 1)?,
        topic: column(row, 2)?,
        recipient: column(row, 3)?,
        body: serde_json::from_str(&body).map_err(|error| unreadable(error.to_string()))?,
        position: Position(natural(column(row, 5)?)),
        recorded_at: Instant(column(row, 6)?),
        failures: u32::try_from(column::<i64>(row, 7)?)
            .map_err(|_| unreadable("failures cannot be counted".into()))?,
        last_failure: column(row, 8)?,
        failed_at: instant(9)?,
        delivered_at: instant(10)?,
        acknowledged_at: instant(11)?,
    };
    let seal = exact(column(row, 12)?).map_err(unreadable)?;
    Ok((entry, body, seal))
}

/// Outgoing messages by number.
pub(super) fn outbox(
    line: &Line,
    part: OutboxPart,
    after: u64,
    most: usize,
) -> Result<Vec<OutgoingEntry>, RegisterFault> {
    let sql = match part {
        OutboxPart::Pending => outgoing!("AND delivered_at IS NULL"),
        OutboxPart::Unacknowledged => {
            outgoing!("AND delivered_at IS NOT NULL AND acknowledged_at IS NULL")
        }
        OutboxPart::All => ALL_OUTGOING,
    };
    let params = [int(kept(after)), int(limit(most, ROWS_PER_READ_MAX))];
    let rows = line
        .ask(sql, &params)
        .doing(|| format!("reading the outbox after {after}"))?;
    rows.iter()
        .map(|row| outgoing_row(row).map(|(entry, _, _)| entry))
        .collect()
}

/// Kept bytes, checked against their digest.
pub(super) fn kept_bytes(line: &Line, digest: &Digest) -> Result<Option<Vec<u8>>, RegisterFault> {
    let rows = line
        .ask(
            "SELECT bytes FROM register.vault WHERE digest = $1",
            &[bytes(&digest.0)],
        )
        .doing(|| format!("reading bytes under digest {digest}"))?;
    let found: Option<Vec<u8>> = rows.first().map(|row| column(row, 0)).transpose()?;
    match found {
        Some(bytes) if Digest::of(&bytes) != *digest => {
            Err(RegisterFault::VaultDamaged { digest: *digest })
        }
        found => Ok(found),
    }
}

/// The checkpoint signed last.
pub(super) fn latest_checkpoint(line: &Line) -> Result<Option<SignedCheckpoint>, RegisterFault> {
    let rows = line
        .ask(
            "SELECT text FROM register.checkpoint ORDER BY number DESC LIMIT 1",
            &[],
        )
        .doing(|| "reading the last checkpoint".into())?;
    let text: Option<String> = rows.first().map(|row| column(row, 0)).transpose()?;
    text.map(|text| SignedCheckpoint::parse(&text))
        .transpose()
        .map_err(|mistake| RegisterFault::UnreadableRow {
            table: "checkpoint",
            key: "last".into(),
            because: mistake.to_string(),
        })
}

/// Notes what became of a message. Says whether there is one.
pub(super) fn set_mark(
    line: &Line,
    number: u64,
    mark: &Mark,
    at: Instant,
) -> Result<bool, RegisterFault> {
    let (sql, because) = match mark {
        Mark::Delivered => (
            "UPDATE register.outgoing SET delivered_at = coalesce(delivered_at, $2)
             WHERE number = $1 AND $3::text IS NULL RETURNING number",
            None,
        ),
        // What was acknowledged was delivered, even if the word of its delivery was lost.
        Mark::Acknowledged => (
            "UPDATE register.outgoing SET acknowledged_at = coalesce(acknowledged_at, $2),
             delivered_at = coalesce(delivered_at, $2)
             WHERE number = $1 AND $3::text IS NULL RETURNING number",
            None,
        ),
        Mark::Failed { because } => (
            "UPDATE register.outgoing SET failures = failures + 1, failed_at = $2,
             last_failure = $3 WHERE number = $1 RETURNING number",
            Some(because.as_str()),
        ),
    };
    let number_kept = kept(number);
    let changed = line
        .ask(sql, &[int(number_kept), int(at.0), maybe_text(because)])
        .doing(|| format!("marking outgoing message {number}"))?;
    Ok(!changed.is_empty())
}
