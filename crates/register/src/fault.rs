//! What an operator has to mend: disk, lock, damaged row, wrong file.

use std::path::PathBuf;

use domain::time::Position;

use crate::hash::Digest;

/// A fault of the register. Says what was being done and to what; the cause is the source.
#[derive(Debug, thiserror::Error)]
pub enum RegisterFault {
    /// The database, or the disk under it, failed.
    #[error("{doing}")]
    Storage {
        /// What was being done, and to what.
        doing: String,
        /// What the database said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another process kept the lock longer than this one may wait.
    #[error("{doing}: another process holds the register for longer than {waited_ms} ms")]
    Busy {
        /// What was being done.
        doing: String,
        /// How long this process waited.
        waited_ms: u64,
    },
    /// A write was sent to be made durable, and whether it was is not known: the answer was lost, or
    /// no standby confirmed it. Nothing of it may be told to anyone. Ask again under the same
    /// idempotency key, or look at the log, once the register can be reached.
    #[error("{doing}: whether it was done is not known: {because}")]
    UnknownOutcome {
        /// What was being done.
        doing: String,
        /// Why it is not known.
        because: String,
    },
    /// The disk failed while something was to be made durable. What the system then says of the file
    /// need not be what is on the disk, so nothing more is written until the register is opened
    /// again, which reads it from the disk.
    #[error("the register is shut, since the disk failed, until it is opened again: {because}")]
    Shut {
        /// What failed.
        because: String,
    },
    /// The disk is full, or so short that only a measure may still be written.
    #[error("{doing}: the disk is full")]
    Full {
        /// What was being done.
        doing: String,
    },
    /// The file is a backup, which was not restored: newer stops may be missing from it.
    #[error(
        "the file is a backup of {events} events, and newer stops may be missing from it: restore \
         it first"
    )]
    Copy {
        /// How many events it has.
        events: u64,
    },
    /// The server would not keep what it acknowledges, so nothing is written there.
    #[error("the server has {setting} = `{found}`: expected {expected}")]
    NotDurable {
        /// The setting of the server.
        setting: &'static str,
        /// Its value.
        found: String,
        /// What it must be.
        expected: &'static str,
    },
    /// The server is a standby: it may be behind, and no decision is read from it.
    #[error("{doing}: the server is a standby: expected the primary")]
    Standby {
        /// What was being done.
        doing: String,
    },
    /// The text is not the address of a register.
    #[error("the address of the register cannot be read")]
    Address(#[from] crate::postgres::AddressMistake),
    /// The file is something else; nothing in it was changed.
    #[error("`{}` is not a register: {because}", path.display())]
    NotARegister {
        /// The file.
        path: PathBuf,
        /// What shows it.
        because: &'static str,
    },
    /// The register was written by a later release; nothing in it was changed.
    #[error("the register has schema {found}, and this program knows up to schema {known}")]
    NewerSchema {
        /// The version found.
        found: i64,
        /// The latest version that this program knows.
        known: i64,
    },
    /// A stored event cannot be read.
    #[error("event {position} cannot be read: {because}")]
    UnreadableEvent {
        /// The event.
        position: Position,
        /// Which part of it, and why.
        because: String,
    },
    /// A stored row of another table cannot be read.
    #[error("row `{key}` of table `{table}` cannot be read: {because}")]
    UnreadableRow {
        /// The table.
        table: &'static str,
        /// The row.
        key: String,
        /// Why.
        because: String,
    },
    /// A stored node of the tree is missing.
    #[error("node {index} of level {level} of the tree is missing")]
    NodeMissing {
        /// Levels count from the leaves, which are level 0.
        level: u8,
        /// From the left, from 0.
        index: u64,
    },
    /// The projection could not fold an event into the views.
    #[error("event {position} cannot be folded into the views: {because}")]
    Fold {
        /// The event.
        position: Position,
        /// What the projection said.
        because: String,
    },
    /// The views were last built by another projection than this program's.
    #[error("the views were built by projection `{stored}`, and this program has `{ours}`")]
    OtherProjection {
        /// The version that the register names.
        stored: String,
        /// The version of this program.
        ours: String,
    },
    /// Kept bytes do not have the digest under which they are kept.
    #[error("the bytes kept under digest {digest} do not have that digest")]
    VaultDamaged {
        /// The digest.
        digest: Digest,
    },
    /// A proof was asked of a log that is not that long.
    #[error("a proof about event {asked} was asked of a log of {size} events")]
    OutOfRange {
        /// What was asked.
        asked: u64,
        /// The size that the proof was to be about.
        size: u64,
    },
    /// An earlier statement of this write failed, so nothing of it may be made durable.
    #[error("an earlier step of this write failed, so it cannot go on")]
    Unfinished,
    /// A savepoint was to be ended, and none is open.
    #[error("no savepoint is open")]
    NoSavepoint,
    /// An answer is kept already under this idempotency key.
    #[error("an answer is kept already under key `{key}`")]
    AnswerKept {
        /// The idempotency key.
        key: String,
    },
    /// No outgoing message has this number.
    #[error("no outgoing message has number {number}")]
    NoSuchOutgoing {
        /// The number.
        number: u64,
    },
    /// Nothing can be redacted there.
    #[error("event {position} has no field `{pointer}` to redact")]
    NoSuchField {
        /// The event.
        position: Position,
        /// The pointer of the field.
        pointer: String,
    },
    /// An impossible state.
    #[error("invariant broken ({invariant}): {found}")]
    Invariant {
        /// The name of the invariant.
        invariant: &'static str,
        /// What was found.
        found: String,
    },
}
