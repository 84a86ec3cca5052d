//! Sending what a write held back: a few statements of many rows, all at once.

use std::collections::BTreeSet;

use crate::fault::RegisterFault;
use crate::held::levels::{Level, Lines, Message, State, Work};
use crate::held::row::{self, Entries};
use crate::postgres::doing::{Doing as _, column};
use crate::postgres::line::{Command, Line, texts};
use crate::projection::{Key, Projection};
use crate::store::OutgoingEntry;

/// Longest value and id of an index entry together, in bytes: what an entry of PostgreSQL's index
/// holds (2,704), less the kind, the name and the headers.
const ENTRY_BYTES_MAX: usize = 2_400;

/// The commands that bring the server to where the write is, in order.
pub(super) struct Flush<'p> {
    steps: Vec<Step>,
    projection: &'p dyn Projection,
}

enum Step {
    Savepoint(usize),
    Rows(Box<Rows>),
}

/// The rows of one level.
pub(super) struct Rows {
    pub(super) lines: Lines,
    pub(super) work: Work,
    pub(super) outgoing: Vec<(OutgoingEntry, String)>,
    pub(super) removed: Vec<[String; 4]>,
    pub(super) added: Vec<[String; 4]>,
}

/// The name of the savepoint of a level. Levels do not share names, so that the one that is meant
/// is the one that is named.
pub(super) fn savepoint(level: usize) -> String {
    format!("step_{level}")
}

impl<'p> Flush<'p> {
    /// Takes everything that was held back. What is taken counts as sent.
    pub(super) fn take(
        state: &mut State,
        line: &Line,
        projection: &'p dyn Projection,
    ) -> Result<Self, RegisterFault> {
        let mut taken = known_messages(state, line)?;
        let mut steps = Vec::new();
        let mut numbers = None;
        for number in 0..state.levels.len() {
            let changed = index_changes(state, number, projection)?;
            let outgoing_before = numbers.unwrap_or(state.now.numbers.outgoing);
            let Some(level) = state.levels.get_mut(number) else {
                continue;
            };
            if number > 0 && !level.is_open {
                level.is_open = true;
                // What the levels below were just numbered by stays when this one is undone.
                level.mark.numbers.outgoing = outgoing_before;
                steps.push(Step::Savepoint(number));
            }
            if !level.is_waiting() {
                numbers = Some(outgoing_before);
                continue;
            }
            let (rows, last) = Rows::of(level, changed, outgoing_before, &mut taken);
            numbers = Some(last);
            steps.push(Step::Rows(Box::new(rows)));
        }
        if let Some(last) = numbers {
            state.now.numbers.outgoing = last;
        }
        state.held = 0;
        state.has_written |= !steps.is_empty();
        Ok(Self { steps, projection })
    }

    /// The commands, borrowing their rows from here.
    pub(super) fn commands(&self) -> Result<Vec<Command<'_>>, RegisterFault> {
        let mut commands = Vec::new();
        for step in &self.steps {
            match step {
                Step::Savepoint(level) => {
                    let name = savepoint(*level);
                    commands.push(Command::Plain(format!("SAVEPOINT {name}")));
                }
                Step::Rows(rows) => rows.commands(self.projection, &mut commands)?,
            }
        }
        Ok(commands)
    }
}

/// The keys of messages held back that the outbox has already.
fn known_messages(state: &State, line: &Line) -> Result<BTreeSet<String>, RegisterFault> {
    let keys: Vec<&str> = state
        .levels
        .iter()
        .flat_map(|level| &level.lines.messages)
        .map(|message| message.outgoing.key.as_str())
        .collect();
    if keys.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows = line
        .ask(
            "SELECT key FROM register.outgoing WHERE key = ANY($1)",
            &[texts(keys)],
        )
        .doing(|| "looking for messages in the outbox".into())?;
    rows.iter().map(|row| column(row, 0)).collect()
}

/// The index entries that the rows of a level lose and gain.
fn index_changes(
    state: &State,
    number: usize,
    projection: &dyn Projection,
) -> Result<[Vec<[String; 4]>; 2], RegisterFault> {
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let (Some(level), below) = (state.levels.get(number), state.levels.get(..number)) else {
        return Ok([removed, added]);
    };
    for (key, row) in &level.pending.views {
        let before = std::iter::once(&level.sent)
            .chain(below.into_iter().flatten().rev().map(|level| &level.sent))
            .find_map(|work| work.views.get(key))
            .or_else(|| state.known.views.get(key).and_then(Option::as_ref));
        let before = before.map(|row| row.text(key, projection)).transpose()?;
        let old = before.map_or("[]", |row| row.entries.as_str());
        let new = row.text(key, projection)?.entries.as_str();
        if old == new {
            continue;
        }
        let (old, new) = (entries(key, old)?, entries(key, new)?);
        let entry = |(name, value): &(String, String)| {
            [
                key.kind.clone(),
                name.clone(),
                value.clone(),
                key.id.clone(),
            ]
        };
        removed.extend(old.difference(&new).map(entry));
        added.extend(new.difference(&old).map(entry));
    }
    Ok([removed, added])
}

fn entries(key: &Key, text: &str) -> Result<Entries, RegisterFault> {
    let entries = row::entries(key, text)?;
    let longest = entries.iter().map(|(_, value)| value.len()).max();
    if longest.unwrap_or(0).saturating_add(key.id.len()) > ENTRY_BYTES_MAX {
        return Err(RegisterFault::UnreadableRow {
            table: "view",
            key: format!("{}/{}", key.kind, key.id),
            because: format!("a look-up and its id have more than {ENTRY_BYTES_MAX} bytes"),
        });
    }
    Ok(entries)
}

impl Rows {
    /// Takes the rows of a level and numbers its messages. Gives the last number.
    fn of(
        level: &mut Level,
        [removed, added]: [Vec<[String; 4]>; 2],
        mut last: i64,
        taken: &mut BTreeSet<String>,
    ) -> (Self, i64) {
        let mut lines = std::mem::take(&mut level.lines);
        let work = std::mem::take(&mut level.pending);
        let mut outgoing = Vec::new();
        for message in std::mem::take(&mut lines.messages) {
            // A second message of one key is the same message.
            if taken.insert(message.outgoing.key.clone()) {
                last = last.saturating_add(1);
                outgoing.push(entry(last, message));
            }
        }
        level.sent.views.extend(work.views.clone());
        level.sent.answers.extend(work.answers.clone());
        level.sent.series.extend(work.series.clone());
        let rows = Self {
            lines,
            work,
            outgoing,
            removed,
            added,
        };
        (rows, last)
    }
}

fn entry(number: i64, message: Message) -> (OutgoingEntry, String) {
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
    (entry, body)
}
