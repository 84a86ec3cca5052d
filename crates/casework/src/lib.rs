//! The desk: loads facts, asks, decides, appends. The only joiner of the rooms below it.
//!
//! There is one way to change anything: [`Desk`] opens a write, loads facts in it, lets `regime`
//! add findings and `domain` decide, and appends what was decided, all in one durable commit. It
//! knows no SQL, no HTTP, no terminal and no HTML; clock and randomness are handed in.

mod act;
mod actor;
mod answer;
pub mod applications;
pub mod assurances;
pub mod breach_tests;
pub mod catalogue;
pub mod clerk;
pub mod clock;
pub mod country_list;
pub mod desk;
pub mod dialogues;
pub mod editions;
pub mod evidence;
pub mod exposure;
pub mod gate;
pub mod import;
pub mod import_parties;
mod keyed;
mod late;
mod law_book;
pub mod listing;
mod lookback;
pub mod measures;
mod memory;
pub mod notices;
mod numbers;
pub mod officers;
pub mod orders;
pub mod parties;
pub mod passages;
pub mod permits;
pub mod preview;
mod projection;
mod reach;
mod reading;
pub mod regime_files;
pub mod requests;
mod returns;
pub mod review_reports;
pub mod reviews;
pub mod scenario;
mod sealed;
mod sight;
pub mod signing_keys;
pub mod standing;
pub mod timeline;
pub mod visits;
pub mod watch;
pub mod webhooks;

pub use actor::Actor;
pub use answer::{DeskError, Done, Fault, Mistake, Refusal, Repeated};
pub use clock::Clock;
pub use desk::Desk;
pub use projection::DomainProjection;
pub use reading::Lens;
pub use sealed::{BreachShown, EvidenceShown, FindingShown};
pub use sight::Sight;
