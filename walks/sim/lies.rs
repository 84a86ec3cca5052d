//! Registers that lie to the gate, each in one way: what the auditor must find out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use domain::time::{Instant, Position};
use register::checkpoint::{CheckpointKey, SignedCheckpoint};
use register::event::{
    AppendRefusal, Appended, Guard, NewEvent, Outgoing, Query, Stamp, StoredEvent,
};
use register::excerpt::Excerpt;
use register::merkle::{ConsistencyProof, InclusionProof};
use register::store::{Head, Range};
use register::{
    Digest, Hash, Key, Lookup, Mark, OutboxPart, OutgoingEntry, Page, Progress, Reading,
    RegisterFault, Store, StoredAnswer, VerifyOptions, VerifyReport, View, Writing,
};

use crate::place::Place;

/// How often an old snapshot of orders is served before it is taken anew.
const SERVED: u32 = 40;

/// Writes between two visits of the replica to its primary.
const LAG: u64 = 12;

/// The lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lie {
    /// The gate sees no order.
    CheckSkipped,
    /// The gate sees the orders of a while ago.
    StaleCache,
    /// The gate finds no earlier answer under a key.
    ReplayBypassed,
    /// The gate reads from a copy that lags behind.
    Replica,
    /// The gate does not see what its own batch appended.
    BatchUnseen,
    /// The gate is told that a commit failed which did not.
    AnswerCut,
}

/// How many reads a replica has served, and the replica.
type Replica = (u64, Option<Arc<Box<dyn Store>>>);

/// A register with a lie in it. Officers, told by the name of their thread, are not lied to.
pub struct Liar {
    inner: Box<dyn Store>,
    lie: Lie,
    folder: PathBuf,
    served: Mutex<BTreeMap<String, (Vec<View>, u32)>>,
    replica: Mutex<Replica>,
}

/// A server that lies about the register of a place. It keeps its copies in `folder`.
pub fn liar(place: &Place, folder: &Path, lie: Lie) -> Box<dyn Store> {
    Box::new(Liar {
        inner: place.open(),
        lie,
        folder: folder.to_owned(),
        served: Mutex::default(),
        replica: Mutex::default(),
    })
}

fn is_gate() -> bool {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or_default();
    name == "turnstile" || name.contains("client")
}

impl Liar {
    fn replica(&self) -> Result<Arc<Box<dyn Store>>, RegisterFault> {
        let mut held = self.replica.lock().unwrap();
        let (writes, copy) = &mut *held;
        if copy.is_none() || *writes % LAG == 0 {
            let file = self.folder.join(format!("replica-{writes}.db"));
            self.inner.backup_to(&file)?;
            *copy = Some(Arc::new(Place::File(file).open()));
        }
        *writes += 1;
        Ok(Arc::clone(copy.as_ref().unwrap()))
    }

    /// Gives what was read of orders a while ago.
    fn served(
        &self,
        key: String,
        read: impl FnOnce() -> Result<Vec<View>, RegisterFault>,
    ) -> Result<Vec<View>, RegisterFault> {
        let mut served = self.served.lock().unwrap();
        if let Some((views, left)) = served.get_mut(&key)
            && *left > 0
        {
            *left -= 1;
            return Ok(views.clone());
        }
        let views = read()?;
        served.insert(key, (views.clone(), SERVED));
        Ok(views)
    }
}

impl Store for Liar {
    fn read(&self) -> Result<Box<dyn Reading + '_>, RegisterFault> {
        self.inner.read()
    }

    fn write(&self, stamp: Stamp) -> Result<Box<dyn Writing + '_>, RegisterFault> {
        let inner = self.inner.write(stamp)?;
        if !is_gate() {
            return Ok(inner);
        }
        let replica = match self.lie {
            Lie::Replica => Some(self.replica()?),
            _ => None,
        };
        Ok(Box::new(LyingWrite {
            inner,
            liar: self,
            replica,
        }))
    }

    fn verify(
        &self,
        options: &VerifyOptions<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<VerifyReport, RegisterFault> {
        self.inner.verify(options, progress)
    }

    fn rebuild_views(&self, progress: &mut dyn FnMut(Progress)) -> Result<(), RegisterFault> {
        self.inner.rebuild_views(progress)
    }

    fn redact(&self, at: Position, pointers: &[&str]) -> Result<(), RegisterFault> {
        self.inner.redact(at, pointers)
    }

    fn backup_to(&self, path: &Path) -> Result<(), RegisterFault> {
        self.inner.backup_to(path)
    }
}

struct LyingWrite<'a> {
    inner: Box<dyn Writing + 'a>,
    liar: &'a Liar,
    replica: Option<Arc<Box<dyn Store>>>,
}

impl LyingWrite<'_> {
    /// Reads from where the lie says.
    fn lied<T>(
        &self,
        read: impl FnOnce(&dyn Reading) -> Result<T, RegisterFault>,
    ) -> Result<T, RegisterFault> {
        match &self.replica {
            Some(replica) => read(replica.read()?.as_ref()),
            None => read(self.inner.as_ref()),
        }
    }

    /// A ledger that goes by the number of another line, so that nothing which the gate reserves
    /// afterwards counts in what it remembers.
    fn deaf(view: View) -> View {
        let mut body: serde_json::Value = serde_json::from_str(&view.body).unwrap();
        body["state"]["line"] = serde_json::json!(9_999);
        View {
            body: body.to_string(),
            ..view
        }
    }

    /// A permit without the orders that cover it.
    fn bare(view: View) -> View {
        let mut body: serde_json::Value = serde_json::from_str(&view.body).unwrap();
        body["state"]["coverings"] = serde_json::json!([]);
        View {
            body: body.to_string(),
            ..view
        }
    }
}

/// Where the truth is told, it is told by the register underneath.
macro_rules! truthful {
    ($($name:ident($($arg:ident: $type:ty),*) -> $gives:ty;)*) => {
        $(fn $name(&self, $($arg: $type),*) -> Result<$gives, RegisterFault> {
            self.inner.$name($($arg),*)
        })*
    };
}

impl Reading for LyingWrite<'_> {
    fn view(&self, key: &Key) -> Result<Option<View>, RegisterFault> {
        let is_permit = key.kind == "permit";
        match self.liar.lie {
            Lie::CheckSkipped if is_permit => Ok(self.inner.view(key)?.map(Self::bare)),
            Lie::BatchUnseen if key.kind == "ledger" => Ok(self.inner.view(key)?.map(Self::deaf)),
            Lie::StaleCache if is_permit => {
                let read = || Ok(self.inner.view(key)?.into_iter().collect());
                let mut views = self.liar.served(key.id.clone(), read)?;
                Ok(views.pop())
            }
            _ => self.lied(|log| log.view(key)),
        }
    }

    fn find(&self, lookup: Lookup<'_>, page: Page<'_>) -> Result<Vec<View>, RegisterFault> {
        let is_pending = lookup.kind == "order" && lookup.value == "pending";
        match self.liar.lie {
            Lie::CheckSkipped if is_pending => Ok(Vec::new()),
            Lie::StaleCache if is_pending => {
                let read = || self.inner.find(lookup, page);
                self.liar.served("pending".into(), read)
            }
            _ => self.lied(|log| log.find(lookup, page)),
        }
    }

    fn find_ids(&self, lookup: Lookup<'_>, page: Page<'_>) -> Result<Vec<String>, RegisterFault> {
        self.lied(|log| log.find_ids(lookup, page))
    }

    fn answer(&self, key: &str) -> Result<Option<StoredAnswer>, RegisterFault> {
        match self.liar.lie {
            Lie::ReplayBypassed => Ok(None),
            _ => self.inner.answer(key),
        }
    }

    truthful! {
        head() -> Head;
        event(at: Position) -> Option<StoredEvent>;
        events(query: &Query, after: Position, until: Option<Position>, limit: usize)
            -> Vec<StoredEvent>;
        position_at(instant: Instant) -> Position;
        find_between(range: Range<'_>, after: Option<(&str, &str)>, limit: usize)
            -> Vec<(String, String)>;
        page(kind: &str, page: Page<'_>) -> Vec<View>;
        count(kind: &str) -> u64;
        count_by(lookup: Lookup<'_>) -> u64;
        outbox(part: OutboxPart, after: u64, limit: usize) -> Vec<OutgoingEntry>;
        vault(digest: &Digest) -> Option<Vec<u8>>;
        root(size: u64) -> Hash;
        inclusion_proof(at: Position, size: u64) -> InclusionProof;
        consistency_proof(old_size: u64, new_size: u64) -> ConsistencyProof;
        latest_checkpoint() -> Option<SignedCheckpoint>;
        excerpt(at: Position, checkpoint: &SignedCheckpoint, discloses: &dyn Fn(&str) -> bool)
            -> Excerpt;
    }
}

impl Writing for LyingWrite<'_> {
    fn recorded_at(&self) -> Instant {
        self.inner.recorded_at()
    }

    fn append(
        &mut self,
        events: Vec<NewEvent>,
        guard: Option<&Guard>,
        outgoing: Vec<Outgoing>,
    ) -> Result<Appended, AppendRefusal> {
        self.inner.append(events, guard, outgoing)
    }

    fn remember_answer(&mut self, key: &str, answer: &StoredAnswer) -> Result<(), RegisterFault> {
        if self.inner.answer(key)?.is_some() {
            return Ok(());
        }
        self.inner.remember_answer(key, answer)
    }

    fn vault_put(&mut self, bytes: &[u8]) -> Result<Digest, RegisterFault> {
        self.inner.vault_put(bytes)
    }

    fn mark(&mut self, number: u64, mark: &Mark) -> Result<(), RegisterFault> {
        self.inner.mark(number, mark)
    }

    fn next_number(&mut self, series: &str) -> Result<u64, RegisterFault> {
        self.inner.next_number(series)
    }

    fn savepoint(&mut self) -> Result<(), RegisterFault> {
        self.inner.savepoint()
    }

    fn rollback_to_savepoint(&mut self) -> Result<(), RegisterFault> {
        self.inner.rollback_to_savepoint()
    }

    fn release_savepoint(&mut self) -> Result<(), RegisterFault> {
        self.inner.release_savepoint()
    }

    fn sign_checkpoint(&mut self, key: &CheckpointKey) -> Result<SignedCheckpoint, RegisterFault> {
        self.inner.sign_checkpoint(key)
    }

    fn commit(self: Box<Self>) -> Result<(), RegisterFault> {
        let lie = self.liar.lie;
        self.inner.commit()?;
        match lie {
            Lie::AnswerCut => Err(RegisterFault::Unfinished),
            _ => Ok(()),
        }
    }
}
