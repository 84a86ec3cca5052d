//! Keeps events, views, evidence bytes, keys and outgoing notices.
//!
//! The room where nothing is lost. One append-only log of events; each event is committed to the
//! next and to a Merkle tree ([`leaf`], [`merkle`]), so that whoever kept a signed [`checkpoint`]
//! can prove that nothing before it changed. Views are folded from the events by a [`projection`]
//! that is handed in, and can be dropped and folded again with the same result. What a write
//! appends, answers and sends becomes durable together or not at all ([`store`]). The register
//! checks itself and names what is wrong ([`verify`]), and gives out single events with their proof
//! ([`excerpt`]).
//!
//! It must never decide, know what an event means, render anything, speak HTTP, or read the clock:
//! the time and the randomness of a write come in with it ([`event::Stamp`]). Payloads are JSON
//! objects to it. It keeps no secret key.
//!
//! Everything but [`sqlite`] and [`postgres`] is independent of the engine. Each engine implements the
//! traits of [`store`] in its own SQL, and passes the same contract suite.

pub mod bare;
pub mod checkpoint;
mod counted;
pub mod event;
pub mod excerpt;
pub mod fault;
pub mod hash;
mod held;
pub mod leaf;
pub mod merkle;
pub mod postgres;
mod prepare;
pub mod projection;
mod redaction;
mod seal;
pub mod sqlite;
pub mod store;
pub mod verify;

pub use checkpoint::{Checkpoint, CheckpointKey, CheckpointVerifier, SignedCheckpoint};
pub use event::{
    AppendRefusal, Appended, Guard, NewEvent, Outgoing, Query, Stamp, StoredEvent, Told,
};
pub use excerpt::Excerpt;
pub use fault::RegisterFault;
pub use hash::{Digest, Hash};
pub use postgres::PostgresStore;
pub use projection::{
    Changed, Held, HeldStates, Key, Projection, ProjectionFault, States, ViewRow,
};
pub use sqlite::SqliteStore;
pub use store::{
    Lookup, Mark, Origin, OutboxPart, OutgoingEntry, Page, Progress, Reading, Store, StoredAnswer,
    View, Writing,
};
pub use verify::{Depth, VerifyOptions, VerifyReport};
