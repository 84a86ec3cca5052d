//! A queue that is full turns away at once, and a stop still takes its turn.

use std::path::Path;
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex};

use casework::gate::{BATCH_MAX, QUEUE_MAX, Turnstile, Who};
use casework::{Clock, DeskError, Fault};
use domain::measure::sign::Hand;
use domain::time::{Day, Instant, Position};
use register::{
    Progress, Reading, RegisterFault, Stamp, Store, VerifyOptions, VerifyReport, Writing,
};

use crate::auditor;
use crate::clock::Jumpy;
use crate::draw::Draw;
use crate::journal::Told;
use crate::load;
use crate::orders::Officers;
use crate::place::Engine;
use crate::races::{expect_lawful, log};
use crate::town::{self, Size};

/// Where a thread waits until another lets it on.
#[derive(Default)]
struct Door {
    /// Whether somebody stands before it, and whether it is open.
    state: Mutex<(bool, bool)>,
    changed: Condvar,
}

impl Door {
    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.0 = true;
        self.changed.notify_all();
        while !state.1 {
            state = self.changed.wait(state).unwrap();
        }
    }

    fn open(&self) {
        self.state.lock().unwrap().1 = true;
        self.changed.notify_all();
    }

    fn await_somebody(&self) {
        let mut state = self.state.lock().unwrap();
        while !state.0 {
            state = self.changed.wait(state).unwrap();
        }
    }
}

fn is_thread(name: &str) -> bool {
    std::thread::current().name() == Some(name)
}

/// A register whose gate waits at a door before it writes.
struct Slow {
    inner: Box<dyn Store>,
    door: Arc<Door>,
}

impl Store for Slow {
    fn read(&self) -> Result<Box<dyn Reading + '_>, RegisterFault> {
        self.inner.read()
    }

    fn write(&self, stamp: Stamp) -> Result<Box<dyn Writing + '_>, RegisterFault> {
        if is_thread("turnstile") {
            self.door.pass();
        }
        self.inner.write(stamp)
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

/// A clock that shows when the officer looks at it: the next thing that the officer does is to wait
/// for a turn to write.
struct Watched {
    inner: Jumpy,
    looked: Arc<Door>,
}

impl Clock for Watched {
    fn now(&self) -> Instant {
        if is_thread("officer") {
            self.looked.pass();
        }
        self.inner.now()
    }

    fn today(&self) -> Day {
        self.inner.today()
    }

    fn entropy(&self) -> [u8; 32] {
        self.inner.entropy()
    }
}

const SMALL: Size = Size {
    permits: 1,
    granted: 40,
};

#[test]
fn a_full_queue_turns_away_at_once_and_a_stop_waits_for_one_batch() {
    let folder = tempfile::tempdir().unwrap();
    let (door, looked) = (Arc::new(Door::default()), Arc::new(Door::default()));
    looked.open();
    let store = Slow {
        inner: Engine::Sqlite.place(folder.path()).open(),
        door: Arc::clone(&door),
    };
    let clock = Watched {
        inner: Jumpy::new(1, 0),
        looked: Arc::clone(&looked),
    };
    let desk = town::desk(Box::new(store), clock);
    town::found(&desk, SMALL);
    let decision = crate::keys::propose_stop(&Officers::of(&desk), "OVERLOAD");

    let turnstile = Turnstile::open(Arc::clone(&desk)).unwrap();
    let (answer, answers) = channel();
    let ask = |number: usize| {
        let key = format!("over-{number}");
        let body = town::request(&mut Draw::of(1, "over", 0), SMALL, &key);
        let who = Who::Actor(town::actor("OFF-CUSTOMS", "customs"));
        let answer = answer.clone();
        turnstile.reserve(who, body, &key, move |outcome| {
            let is_busy = matches!(&outcome, Err(DeskError::Faulty(Fault::Busy)));
            let _ = answer.send((number, is_busy, load::told(outcome)));
        });
    };
    (0..QUEUE_MAX).for_each(ask);
    door.await_somebody();
    // Whoever comes now is told so at once, while the gate has answered nobody yet.
    for number in QUEUE_MAX..QUEUE_MAX + 10 {
        ask(number);
        let (told, is_busy, _) = answers.try_recv().unwrap();
        assert!(is_busy && told == number);
    }
    let head = desk.reading().unwrap().head().unwrap().position.0;
    let signed = std::thread::scope(|scope| {
        let sign = || Officers::of(&desk).sign(&decision, Hand::Second);
        let officer = std::thread::Builder::new().name("officer".into());
        let officer = officer.spawn_scoped(scope, sign).unwrap();
        looked.await_somebody();
        door.open();
        officer.join().unwrap()
    });
    let batch = u64::try_from(BATCH_MAX).unwrap();
    assert!(
        matches!(signed, Told::Done { first, .. } if first <= head + batch + 1),
        "the stop waited for more than the batch under way: {signed:?} after {head}"
    );
    drop(turnstile);
    drop(answer);
    let told: Vec<Told> = answers.iter().map(|(_, _, told)| told).collect();
    assert_eq!(told.len(), QUEUE_MAX);
    let answered = |told: &Told| matches!(told, Told::Go { .. } | Told::Stop { .. });
    assert!(told.iter().all(answered));
    Officers::of(&desk).settle();
    expect_lawful(&auditor::audit(&[], &log(&desk)), 1, "a_full_queue");
}
