//! Answers, outgoing messages, kept bytes, series and checkpoints: what stands beside the log.

use domain::time::{Instant, Position};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::checkpoint::SignedCheckpoint;
use crate::fault::RegisterFault;
use crate::hash::Digest;
use crate::held::levels::Message;
use crate::seal;
use crate::sqlite::doing::{Doing as _, kept, limit};
use crate::store::{Mark, OutboxPart, OutgoingEntry, ROWS_PER_READ_MAX, StoredAnswer};

const OUTGOING: &str = "number, key, topic, recipient, body, position, recorded_at, failures, \
     last_failure, failed_at, delivered_at, acknowledged_at, seal";

/// An answer as kept, with its number and seal.
pub(super) fn answer_row(row: &Row<'_>) -> rusqlite::Result<(i64, String, StoredAnswer, [u8; 32])> {
    let first: Option<i64> = row.get("first")?;
    let last: Option<i64> = row.get("last")?;
    let position = |number: i64| Position(u64::try_from(number).unwrap_or(0));
    let answer = StoredAnswer {
        request: Digest(row.get("request")?),
        answer: row.get("answer")?,
        events: first
            .zip(last)
            .map(|(first, last)| (position(first), position(last))),
    };
    Ok((
        row.get("number")?,
        row.get("key")?,
        answer,
        row.get("seal")?,
    ))
}

/// The answer given under an idempotency key.
pub(super) fn answer(
    connection: &Connection,
    key: &str,
) -> Result<Option<StoredAnswer>, RegisterFault> {
    connection
        .prepare_cached("SELECT * FROM answer WHERE key = ?1")
        .and_then(|mut statement| statement.query_row([key], answer_row).optional())
        .doing(|| format!("reading the answer under key `{key}`"))
        .map(|found| found.map(|(_, _, answer, _)| answer))
}

/// The last number of a table whose rows are numbered without gaps.
pub(super) fn last(connection: &Connection, table: &str) -> Result<i64, RegisterFault> {
    connection
        .prepare_cached(&format!("SELECT coalesce(max(number), 0) FROM {table}"))
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .doing(|| format!("numbering a row of table `{table}`"))
}

/// Keeps the answer given under an idempotency key.
pub(super) fn remember(
    connection: &Connection,
    number: i64,
    key: &str,
    answer: &StoredAnswer,
) -> Result<(), RegisterFault> {
    let (first, last) = answer.events.map(|(a, b)| (kept(a.0), kept(b.0))).unzip();
    let written = connection
        .prepare_cached(
            "INSERT INTO answer (number, key, request, answer, first, last, seal)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key) DO NOTHING",
        )
        .and_then(|mut insert| {
            insert.execute(params![
                number,
                key,
                answer.request.0,
                answer.answer,
                first,
                last,
                seal::of_answer(number, key, answer)
            ])
        })
        .doing(|| format!("keeping the answer under key `{key}`"))?;
    if written == 0 {
        return Err(RegisterFault::AnswerKept {
            key: key.to_owned(),
        });
    }
    Ok(())
}

/// Puts a message into the outbox, unless one of its key is there. Says whether it did.
pub(super) fn send(
    connection: &Connection,
    number: i64,
    message: Message,
) -> Result<bool, RegisterFault> {
    let Message {
        outgoing,
        position,
        recorded_at,
    } = message;
    let body = outgoing.body.to_string();
    let entry = OutgoingEntry {
        number: u64::try_from(number).unwrap_or(0),
        key: outgoing.key,
        topic: outgoing.topic,
        recipient: outgoing.recipient,
        body: outgoing.body,
        position,
        recorded_at,
        failures: 0,
        last_failure: None,
        failed_at: None,
        delivered_at: None,
        acknowledged_at: None,
    };
    let written = connection
        .prepare_cached(
            "INSERT INTO outgoing
             (number, key, topic, recipient, body, position, recorded_at, seal)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (key) DO NOTHING",
        )
        .and_then(|mut insert| {
            insert.execute(params![
                number,
                entry.key,
                entry.topic,
                entry.recipient,
                body,
                kept(position.0),
                recorded_at.0,
                seal::of_outgoing(&entry, &body)
            ])
        })
        .doing(|| format!("putting message `{}` into the outbox", entry.key))?;
    Ok(written > 0)
}

/// An outgoing message as kept, with the text of its body and its seal.
pub(super) fn outgoing_row(row: &Row<'_>) -> rusqlite::Result<(OutgoingEntry, String, [u8; 32])> {
    let body: String = row.get(4)?;
    let number: i64 = row.get(0)?;
    let position: i64 = row.get(5)?;
    let instant = |index: usize| row.get::<_, Option<i64>>(index).map(|at| at.map(Instant));
    let entry = OutgoingEntry {
        number: u64::try_from(number).unwrap_or(0),
        key: row.get(1)?,
        topic: row.get(2)?,
        recipient: row.get(3)?,
        body: serde_json::from_str(&body).map_err(|error| {
            let text = rusqlite::types::Type::Text;
            rusqlite::Error::FromSqlConversionFailure(4, text, Box::new(error))
        })?,
        position: Position(u64::try_from(position).unwrap_or(0)),
        recorded_at: Instant(row.get(6)?),
        failures: row.get(7)?,
        last_failure: row.get(8)?,
        failed_at: instant(9)?,
        delivered_at: instant(10)?,
        acknowledged_at: instant(11)?,
    };
    Ok((entry, body, row.get(12)?))
}

/// Outgoing messages by number.
pub(super) fn outbox(
    connection: &Connection,
    part: OutboxPart,
    after: u64,
    most: usize,
) -> Result<Vec<OutgoingEntry>, RegisterFault> {
    let doing = || format!("reading the outbox after {after}");
    let which = match part {
        OutboxPart::Pending => "AND delivered_at IS NULL",
        OutboxPart::Unacknowledged => "AND delivered_at IS NOT NULL AND acknowledged_at IS NULL",
        OutboxPart::All => "",
    };
    let sql = format!(
        "SELECT {OUTGOING} FROM outgoing WHERE number > ?1 {which} ORDER BY number LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql).doing(doing)?;
    statement
        .query_map(
            params![kept(after), limit(most, ROWS_PER_READ_MAX)],
            |row| outgoing_row(row).map(|(entry, _, _)| entry),
        )
        .and_then(Iterator::collect)
        .doing(doing)
}

/// The statement that reads every outgoing message.
pub(super) fn all_outgoing() -> String {
    format!("SELECT {OUTGOING} FROM outgoing ORDER BY number")
}

/// Notes what became of a message. Says whether there is one.
pub(super) fn mark(
    connection: &Connection,
    number: u64,
    mark: &Mark,
    at: Instant,
) -> Result<bool, RegisterFault> {
    let (sql, because) = match mark {
        Mark::Delivered => (
            "UPDATE outgoing SET delivered_at = coalesce(delivered_at, ?2) WHERE number = ?1
             AND ?3 IS NULL",
            None,
        ),
        // What was acknowledged was delivered, even if the word of its delivery was lost.
        Mark::Acknowledged => (
            "UPDATE outgoing SET acknowledged_at = coalesce(acknowledged_at, ?2),
             delivered_at = coalesce(delivered_at, ?2) WHERE number = ?1 AND ?3 IS NULL",
            None,
        ),
        Mark::Failed { because } => (
            "UPDATE outgoing SET failures = failures + 1, failed_at = ?2, last_failure = ?3
             WHERE number = ?1",
            Some(because),
        ),
    };
    let changed = connection
        .prepare_cached(sql)
        .and_then(|mut update| update.execute(params![kept(number), at.0, because]))
        .doing(|| format!("marking outgoing message {number}"))?;
    Ok(changed > 0)
}

/// The last number given of a series; 0 for one not begun.
pub(super) fn series(connection: &Connection, series: &str) -> Result<u64, RegisterFault> {
    let last: Option<i64> = connection
        .prepare_cached("SELECT last FROM series WHERE name = ?1")
        .and_then(|mut statement| statement.query_row([series], |row| row.get(0)).optional())
        .doing(|| format!("taking the next number of series `{series}`"))?;
    let last = last.unwrap_or(0);
    u64::try_from(last).map_err(|_| RegisterFault::Invariant {
        invariant: "numbers of a series begin at 1",
        found: format!("{last} in series `{series}`"),
    })
}

/// Keeps the last number given of a series.
pub(super) fn keep_series(
    connection: &Connection,
    series: &str,
    last: u64,
) -> Result<(), RegisterFault> {
    connection
        .prepare_cached(
            "INSERT INTO series (name, last) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET last = excluded.last",
        )
        .and_then(|mut statement| statement.execute(params![series, kept(last)]))
        .doing(|| format!("keeping the last number of series `{series}`"))?;
    Ok(())
}

/// Keeps bytes under their digest.
pub(super) fn put_bytes(
    connection: &Connection,
    digest: &Digest,
    bytes: &[u8],
) -> Result<(), RegisterFault> {
    connection
        .prepare_cached("INSERT INTO vault (digest, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
        .and_then(|mut insert| insert.execute(params![digest.0, bytes]))
        .doing(|| format!("keeping bytes under digest {digest}"))?;
    Ok(())
}

/// Kept bytes, checked against their digest.
pub(super) fn bytes(
    connection: &Connection,
    digest: &Digest,
) -> Result<Option<Vec<u8>>, RegisterFault> {
    let found: Option<Vec<u8>> = connection
        .prepare_cached("SELECT bytes FROM vault WHERE digest = ?1")
        .and_then(|mut statement| statement.query_row([digest.0], |row| row.get(0)).optional())
        .doing(|| format!("reading bytes under digest {digest}"))?;
    match found {
        Some(bytes) if Digest::of(&bytes) != *digest => {
            Err(RegisterFault::VaultDamaged { digest: *digest })
        }
        found => Ok(found),
    }
}

/// Keeps a signed checkpoint.
pub(super) fn keep_checkpoint(
    connection: &Connection,
    number: i64,
    signed: &SignedCheckpoint,
) -> Result<(), RegisterFault> {
    let size = kept(signed.checkpoint().size);
    connection
        .prepare_cached("INSERT INTO checkpoint (number, size, text) VALUES (?1, ?2, ?3)")
        .and_then(|mut insert| insert.execute(params![number, size, signed.text()]))
        .doing(|| format!("keeping the checkpoint of size {size}"))?;
    Ok(())
}

/// The checkpoint signed last.
pub(super) fn latest_checkpoint(
    connection: &Connection,
) -> Result<Option<SignedCheckpoint>, RegisterFault> {
    let text: Option<String> = connection
        .prepare_cached("SELECT text FROM checkpoint ORDER BY number DESC LIMIT 1")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)).optional())
        .doing(|| "reading the last checkpoint".into())?;
    text.map(|text| SignedCheckpoint::parse(&text))
        .transpose()
        .map_err(|mistake| RegisterFault::UnreadableRow {
            table: "checkpoint",
            key: "last".into(),
            because: mistake.to_string(),
        })
}
