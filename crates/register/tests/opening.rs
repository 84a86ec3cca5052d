//! Opening a file: what is not a register, or a later one, is refused and stays as it is.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "the contract suite uses the rest")]
mod toy;

use register::fault::RegisterFault;
use register::store::Store;
use rusqlite::Connection;
use toy::{append, drawn, stamp};

#[test]
fn a_file_that_is_something_else_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("other.db");
    let other = Connection::open(&database).unwrap();
    other
        .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE event (x)")
        .unwrap();
    drop(other);
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "SQLite format 4, or so").unwrap();
    let short = folder.path().join("short.db");
    std::fs::write(&short, "SQLite format 3\0").unwrap();
    for path in [&database, &text, &short] {
        let before = std::fs::read(path).unwrap();
        let Err(fault) = toy::open(path, "toy-1") else {
            panic!("{} was opened", path.display());
        };
        assert!(
            matches!(fault, RegisterFault::NotARegister { .. }),
            "{fault}"
        );
        assert_eq!(std::fs::read(path).unwrap(), before);
    }
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(toy::open(folder.path(), "toy-1").is_err());
}

#[test]
fn an_empty_file_becomes_a_register() {
    let file = tempfile::NamedTempFile::new().unwrap();
    toy::furnish(toy::sqlite(file.path()).as_ref(), 3);
    assert!(toy::verify(toy::sqlite(file.path()).as_ref()).is_clean());
}

#[test]
fn a_register_of_a_later_release_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.db");
    toy::furnish(toy::sqlite(&path).as_ref(), 3);
    let later = Connection::open(&path).unwrap();
    later
        .execute_batch("INSERT INTO schema_version VALUES (99)")
        .unwrap();
    drop(later);
    let before = std::fs::read(&path).unwrap();
    let Err(fault) = toy::open(&path, "toy-2") else {
        panic!("a later register was opened");
    };
    assert!(
        matches!(
            fault,
            RegisterFault::NewerSchema {
                found: 99,
                known: 2
            }
        ),
        "{fault}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn another_projection_folds_the_views_again_and_shuts_out_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.db");
    let old = toy::open(&path, "toy-1").unwrap();
    toy::furnish(&old, 200);
    let before = toy::all_views(&old);
    let mut reported = Vec::new();
    let toy = std::sync::Arc::new(toy::Toy("toy-2"));
    let new = register::sqlite::SqliteStore::open(&path, toy, &mut |progress| {
        reported.push((progress.done, progress.of));
    });
    let new = new.unwrap();
    assert_eq!(reported, [(200, 200)]);
    assert_eq!(toy::all_views(&new), before);
    let Err(fault) = old.write(stamp(2)) else {
        panic!("the old projection may still write");
    };
    assert!(
        matches!(fault, RegisterFault::OtherProjection { .. }),
        "{fault}"
    );
    append(&new, 3, vec![drawn("P-001", 1)]);
    assert!(toy::verify(&new).is_clean());
}

#[test]
fn opening_again_replays_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.db");
    toy::furnish(toy::sqlite(&path).as_ref(), 50);
    let toy = std::sync::Arc::new(toy::Toy("toy-1"));
    let opened = register::sqlite::SqliteStore::open(&path, toy, &mut |progress| {
        panic!("replayed {} events", progress.done);
    });
    assert!(opened.is_ok());
}

#[test]
fn processes_that_create_the_same_register_at_once_agree_on_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.db");
    let barrier = std::sync::Barrier::new(4);
    std::thread::scope(|scope| {
        for minutes in 1..=4 {
            let (path, barrier) = (&path, &barrier);
            scope.spawn(move || {
                barrier.wait();
                let store = toy::sqlite(path);
                append(store.as_ref(), minutes, vec![drawn("P-1", 1)]);
            });
        }
    });
    let store = toy::sqlite(&path);
    assert_eq!(store.read().unwrap().head().unwrap().position.0, 4);
    assert!(toy::verify(store.as_ref()).is_clean());
}
