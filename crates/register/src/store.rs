//! What a register does, whatever the engine under it: read, write, and check itself.

use std::path::Path;

use domain::time::{Instant, Position};
use serde_json::Value;

use crate::checkpoint::{CheckpointKey, SignedCheckpoint};
use crate::event::{AppendRefusal, Appended, Guard, NewEvent, Outgoing, Query, Stamp, StoredEvent};
use crate::excerpt::Excerpt;
use crate::fault::RegisterFault;
use crate::hash::{Digest, Hash};
use crate::merkle::{ConsistencyProof, InclusionProof};
use crate::projection::Key;
use crate::verify::{VerifyOptions, VerifyReport};

/// Most rows given by one read of views or outgoing messages: several screens of a list, and an
/// export in reasonable steps.
pub const ROWS_PER_READ_MAX: usize = 10_000;

/// The end of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last event; 0 when there is none.
    pub position: Position,
    /// Its leaf hash; zeros when there is none.
    pub leaf: Hash,
    /// When it was recorded, if there is one.
    pub recorded_at: Option<Instant>,
}

/// A row of the views.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Which one.
    pub id: String,
    /// The event that changed it last.
    pub position: Position,
    /// JSON text.
    pub body: String,
}

/// A look-up of views by a name that their projection gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lookup<'a> {
    /// The kind of view.
    pub kind: &'a str,
    /// The name of the look-up.
    pub name: &'a str,
    /// The value looked for.
    pub value: &'a str,
}

/// A look-up of views by a range of values, compared by their bytes, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<'a> {
    /// The kind of view.
    pub kind: &'a str,
    /// The name of the look-up.
    pub name: &'a str,
    /// The first value in.
    pub from: &'a str,
    /// The first value out.
    pub until: &'a str,
}

/// Which part of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page<'a> {
    /// The last id of the page before, for all but the first page.
    pub after: Option<&'a str>,
    /// How many at most; held at [`ROWS_PER_READ_MAX`].
    pub limit: usize,
}

/// The answer that was given under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The digest of the request; another request under the same key is a mistake of its sender.
    pub request: Digest,
    /// The answer, JSON text.
    pub answer: String,
    /// The first and the last event that the request brought, if it brought any.
    pub events: Option<(Position, Position)>,
}

/// Which outgoing messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxPart {
    /// Not delivered yet.
    Pending,
    /// Delivered, and not acknowledged yet.
    Unacknowledged,
    /// All that there are.
    All,
}

/// An outgoing message as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct OutgoingEntry {
    /// Its number, from 1 without gaps.
    pub number: u64,
    /// Names the message.
    pub key: String,
    /// What kind of message.
    pub topic: String,
    /// For whom.
    pub recipient: String,
    /// What it says.
    pub body: Value,
    /// The last event of the append that brought it.
    pub position: Position,
    /// When it was put there.
    pub recorded_at: Instant,
    /// How often its delivery failed.
    pub failures: u32,
    /// Why it failed last.
    pub last_failure: Option<String>,
    /// When it failed last.
    pub failed_at: Option<Instant>,
    /// When it was delivered.
    pub delivered_at: Option<Instant>,
    /// When its receipt was acknowledged.
    pub acknowledged_at: Option<Instant>,
}

/// What became of an outgoing message. The first delivery and acknowledgement stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// It was delivered.
    Delivered,
    /// The recipient acknowledged it.
    Acknowledged,
    /// It could not be delivered.
    Failed {
        /// Why.
        because: String,
    },
}

/// Reads one state of the register: nothing that others write meanwhile is seen.
pub trait Reading {
    /// The end of the log.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn head(&self) -> Result<Head, RegisterFault>;

    /// One event.
    ///
    /// # Errors
    /// When it cannot be read.
    fn event(&self, at: Position) -> Result<Option<StoredEvent>, RegisterFault>;

    /// Events in order, after a position and up to one, at most `limit` and
    /// [`crate::event::EVENTS_PER_READ_MAX`].
    ///
    /// # Errors
    /// When one of them cannot be read.
    fn events(
        &self,
        query: &Query,
        after: Position,
        until: Option<Position>,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, RegisterFault>;

    /// The last event recorded at or before an instant; 0 when there is none.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn position_at(&self, instant: Instant) -> Result<Position, RegisterFault>;

    /// One row of the views.
    ///
    /// # Errors
    /// When it cannot be read.
    fn view(&self, key: &Key) -> Result<Option<View>, RegisterFault>;

    /// Says which views and which answers will be read one by one, so that an engine across a
    /// network may fetch them together. Changes nothing else.
    ///
    /// # Errors
    /// When they cannot be read.
    fn prefetch(&self, _views: &[Key], _answers: &[&str]) -> Result<(), RegisterFault> {
        Ok(())
    }

    /// The rows that a look-up finds, by id.
    ///
    /// # Errors
    /// When one of them cannot be read.
    fn find(&self, lookup: Lookup<'_>, page: Page<'_>) -> Result<Vec<View>, RegisterFault>;

    /// The ids that a look-up finds, in order.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn find_ids(&self, lookup: Lookup<'_>, page: Page<'_>) -> Result<Vec<String>, RegisterFault>;

    /// The values and ids that a range finds, by value and then id, after the pair given.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn find_between(
        &self,
        range: Range<'_>,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String)>, RegisterFault>;

    /// The rows of one kind, by id.
    ///
    /// # Errors
    /// When one of them cannot be read.
    fn page(&self, kind: &str, page: Page<'_>) -> Result<Vec<View>, RegisterFault>;

    /// How many rows of one kind there are.
    ///
    /// # Errors
    /// When the views cannot be read.
    fn count(&self, kind: &str) -> Result<u64, RegisterFault>;

    /// How many rows a look-up finds.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn count_by(&self, lookup: Lookup<'_>) -> Result<u64, RegisterFault>;

    /// The answer given under an idempotency key.
    ///
    /// # Errors
    /// When it cannot be read.
    fn answer(&self, key: &str) -> Result<Option<StoredAnswer>, RegisterFault>;

    /// Outgoing messages by number, after one.
    ///
    /// # Errors
    /// When one of them cannot be read.
    fn outbox(
        &self,
        part: OutboxPart,
        after: u64,
        limit: usize,
    ) -> Result<Vec<OutgoingEntry>, RegisterFault>;

    /// Kept bytes, checked against their digest.
    ///
    /// # Errors
    /// When they cannot be read, or do not have their digest.
    fn vault(&self, digest: &Digest) -> Result<Option<Vec<u8>>, RegisterFault>;

    /// The root over the first `size` events.
    ///
    /// # Errors
    /// When the log is not that long, or the tree cannot be read.
    fn root(&self, size: u64) -> Result<Hash, RegisterFault>;

    /// Proves that an event is in the log of a given size.
    ///
    /// # Errors
    /// When it is not, the log is not that long, or the tree cannot be read.
    fn inclusion_proof(&self, at: Position, size: u64) -> Result<InclusionProof, RegisterFault>;

    /// Proves that the log of one size begins with the log of an earlier size.
    ///
    /// # Errors
    /// When the log is not that long, or the tree cannot be read.
    fn consistency_proof(
        &self,
        old_size: u64,
        new_size: u64,
    ) -> Result<ConsistencyProof, RegisterFault>;

    /// The checkpoint signed last.
    ///
    /// # Errors
    /// When it cannot be read.
    fn latest_checkpoint(&self) -> Result<Option<SignedCheckpoint>, RegisterFault>;

    /// An event with what proves it to someone who has no register, disclosing the payload fields
    /// whose pointers `discloses` accepts; the checkpoint must have been signed at or after it.
    ///
    /// # Errors
    /// When the event or the checkpoint is not there, or the tree cannot be read.
    fn excerpt(
        &self,
        at: Position,
        checkpoint: &SignedCheckpoint,
        discloses: &dyn Fn(&str) -> bool,
    ) -> Result<Excerpt, RegisterFault>;
}

/// One write: everything in it becomes durable together at [`Writing::commit`], or nothing does.
///
/// Reads see what was appended before them in the same write. Dropping it undoes it.
pub trait Writing: Reading {
    /// The instant that events appended now will carry: the clock handed in, or the instant of the
    /// last event when the clock is behind it.
    fn recorded_at(&self) -> Instant;

    /// Appends events with their outgoing messages, if the guard holds.
    ///
    /// # Errors
    /// A conflict or a mistake writes nothing, and the write goes on. After a fault the write can
    /// only be undone.
    fn append(
        &mut self,
        events: Vec<NewEvent>,
        guard: Option<&Guard>,
        outgoing: Vec<Outgoing>,
    ) -> Result<Appended, AppendRefusal>;

    /// Keeps the answer given under an idempotency key.
    ///
    /// # Errors
    /// When one is kept already, or it cannot be written.
    fn remember_answer(&mut self, key: &str, answer: &StoredAnswer) -> Result<(), RegisterFault>;

    /// Keeps bytes under their digest; bytes kept already stay as they are.
    ///
    /// # Errors
    /// When they cannot be written.
    fn vault_put(&mut self, bytes: &[u8]) -> Result<Digest, RegisterFault>;

    /// Notes what became of an outgoing message.
    ///
    /// # Errors
    /// When there is no such message, or it cannot be written.
    fn mark(&mut self, number: u64, mark: &Mark) -> Result<(), RegisterFault>;

    /// The next number of a series, from 1 without gaps.
    ///
    /// # Errors
    /// When it cannot be written.
    fn next_number(&mut self, series: &str) -> Result<u64, RegisterFault>;

    /// Opens a savepoint within the write. Savepoints nest.
    ///
    /// # Errors
    /// When it cannot be opened.
    fn savepoint(&mut self) -> Result<(), RegisterFault>;

    /// Undoes everything since the last savepoint, and ends it.
    ///
    /// # Errors
    /// When none is open, or the write is lost.
    fn rollback_to_savepoint(&mut self) -> Result<(), RegisterFault>;

    /// Ends the last savepoint and keeps what was done since.
    ///
    /// # Errors
    /// When none is open, or a step since failed.
    fn release_savepoint(&mut self) -> Result<(), RegisterFault>;

    /// Signs and keeps a checkpoint of the log as it is in this write.
    ///
    /// # Errors
    /// When the tree cannot be read or the checkpoint cannot be written.
    fn sign_checkpoint(&mut self, key: &CheckpointKey) -> Result<SignedCheckpoint, RegisterFault>;

    /// Makes the write durable. What it wrote survives a loss of power from here on.
    ///
    /// # Errors
    /// When it cannot be made durable, or an earlier step of it failed. It is then undone.
    fn commit(self: Box<Self>) -> Result<(), RegisterFault>;
}

/// Where a register comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It was never restored from a backup.
    Own,
    /// It is a backup, and was not restored yet.
    Copy {
        /// How many events it has.
        events: u64,
    },
    /// It was a backup, and went live.
    Restored {
        /// What was recorded when it did.
        record: String,
    },
}

/// How far long work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Events done.
    pub done: u64,
    /// Events in all.
    pub of: u64,
}

/// A register.
pub trait Store: Send + Sync {
    /// Reads the register as it is now.
    ///
    /// # Errors
    /// When it cannot be opened for reading.
    fn read(&self) -> Result<Box<dyn Reading + '_>, RegisterFault>;

    /// Begins a write, after any write that is under way in this or another process.
    ///
    /// # Errors
    /// When the wait takes too long, or the views were built by another projection.
    fn write(&self, stamp: Stamp) -> Result<Box<dyn Writing + '_>, RegisterFault>;

    /// Begins a write of a measure: on a disk that is full it may use what is kept in reserve.
    ///
    /// # Errors
    /// As for [`Store::write`].
    fn write_measure(&self, stamp: Stamp) -> Result<Box<dyn Writing + '_>, RegisterFault> {
        self.write(stamp)
    }

    /// Recomputes the log and the views, and reports everything that is not as it should be.
    ///
    /// # Errors
    /// When checking itself fails; damage is a finding, not a fault.
    fn verify(
        &self,
        options: &VerifyOptions<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<VerifyReport, RegisterFault>;

    /// Drops the views and folds all events again.
    ///
    /// # Errors
    /// When an event cannot be read or folded; the views are then as before.
    fn rebuild_views(&self, progress: &mut dyn FnMut(Progress)) -> Result<(), RegisterFault>;

    /// Deletes the values and salts of fields of one event, and keeps their commitments, so that
    /// the event still proves. A pointer names a field or a branch of the payload, or is `#actor`
    /// or `#ground`.
    ///
    /// The views are not touched: whoever redacts folds them again. Tags are committed in clear and
    /// cannot be redacted.
    ///
    /// # Errors
    /// When there is no such event or field, or it cannot be written.
    fn redact(&self, at: Position, pointers: &[&str]) -> Result<(), RegisterFault>;

    /// Where the register comes from. A backup takes no write until it goes live.
    ///
    /// # Errors
    /// When it cannot be read.
    fn origin(&self) -> Result<Origin, RegisterFault> {
        Ok(Origin::Own)
    }

    /// Lets a backup take writes from now on, and keeps the record of why.
    ///
    /// # Errors
    /// When it cannot be written.
    fn go_live(&self, _record: &str) -> Result<(), RegisterFault> {
        Ok(())
    }

    /// Writes a copy of the register as it is now to a new file, while others read and write.
    /// The copy is marked as one: see [`Store::origin`].
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    fn backup_to(&self, path: &Path) -> Result<(), RegisterFault>;
}
