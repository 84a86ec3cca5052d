//! The toy's register on a PostgreSQL server that the tests of one program share.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use register::PostgresStore;
use register::store::Store;
use walks::postgres::Postgres;

use crate::toy::{self, Toy};

/// The server. It ends with the program.
pub fn server(test: &str) -> Option<&'static Postgres> {
    static SERVER: OnceLock<Option<Postgres>> = OnceLock::new();
    let is_first = SERVER.get().is_none();
    let server = SERVER
        .get_or_init(|| Postgres::start(test).unwrap())
        .as_ref();
    if server.is_none() && !is_first {
        walks::not_run(test, "PostgreSQL is not installed");
    }
    server
}

/// Whether there is a server; where there is none, the test is reported as not run.
pub fn runs(test: &str) -> bool {
    server(test).is_some()
}

/// The name of the database that stands for a path.
pub fn name(path: &Path) -> String {
    let letters = path.display().to_string();
    letters
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

/// A register on the server, in the database that stands for a path.
pub fn opened(path: &Path) -> PostgresStore {
    let address = server("a database for a path")
        .unwrap()
        .address(&name(path));
    PostgresStore::open(&address, Arc::new(Toy("toy-1")), &mut |_| ()).unwrap()
}

/// Creates the database that stands for a path, when it is new.
fn create(path: &Path) {
    static CREATED: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let name = name(path);
    let mut created = CREATED.lock().unwrap();
    if !created.contains(&name) {
        let server = server("a database for a path").unwrap();
        server.create_database(&name).unwrap();
        created.push(name);
    }
}

/// A register on the server, or in the file of that name where there is one: a copy.
pub fn store(path: &Path) -> Box<dyn Store> {
    if path.is_file() {
        return toy::sqlite(path);
    }
    create(path);
    Box::new(opened(path))
}
