//! Creating the tables, and bringing older ones up to date. Migrations expand: an older program
//! keeps working on what a newer one added, and what it no longer needs goes in a later release.

use std::io::Read as _;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

use crate::fault::RegisterFault;
use crate::sqlite::doing::Doing as _;
use crate::store::Origin;

/// Marks the file as a register: `PCRT`.
const APPLICATION_ID: u32 = 0x5043_5254;

/// The tables of the views, which can be dropped and refolded.
pub(super) const VIEWS: &str = include_str!("schema/views.sql");

/// Every step from an empty file to the tables of this release.
const MIGRATIONS: [&str; 2] = [
    concat!(
        include_str!("schema/0001.sql"),
        include_str!("schema/views.sql")
    ),
    include_str!("schema/0002.sql"),
];

/// The version of the tables of this release.
const LATEST: i64 = 2;

/// Attempts to switch to write-ahead logging while another process creates the same file.
const SWITCH_ATTEMPTS_MAX: u32 = 200;

/// What stands in the file before SQLite is asked to open it.
enum Contents {
    Nothing,
    Register,
}

/// Brings the file to the tables of this release.
pub(super) fn prepare(path: &Path) -> Result<Connection, RegisterFault> {
    let contents = look(path)?;
    let mut connection = crate::sqlite::connection::open(path)?;
    if matches!(contents, Contents::Nothing) {
        create(&mut connection)?;
    }
    switch_to_write_ahead(&connection)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// Reads the first bytes of the file, without SQLite, which would change a file by opening it.
fn look(path: &Path) -> Result<Contents, RegisterFault> {
    let doing = || format!("looking at `{}`", path.display());
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Contents::Nothing),
        Err(error) => return Err(error).doing(doing),
    };
    let not = |because| RegisterFault::NotARegister {
        path: path.to_owned(),
        because,
    };
    if !file.metadata().doing(doing)?.is_file() {
        return Err(not("it is not a file"));
    }
    let mut header = Vec::with_capacity(100);
    file.by_ref()
        .take(100)
        .read_to_end(&mut header)
        .doing(doing)?;
    if header.is_empty() {
        return Ok(Contents::Nothing);
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(not("it is not an SQLite database"));
    }
    // The application id stands at byte 68 of the header, big-endian.
    match header.get(68..72) {
        Some(id) if id == APPLICATION_ID.to_be_bytes() => Ok(Contents::Register),
        _ => Err(not("it is the SQLite database of another program")),
    }
}

/// Creates the tables, unless another process just did.
fn create(connection: &mut Connection) -> Result<(), RegisterFault> {
    let doing = || "creating the tables of the register".to_owned();
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Exclusive)
        .doing(doing)?;
    let tables: i64 = transaction
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .doing(doing)?;
    if tables == 0 {
        transaction
            .execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID};"))
            .doing(doing)?;
        build(&transaction)?;
    }
    transaction.commit().doing(doing)
}

/// Runs every migration on an empty database.
pub(super) fn build(connection: &Connection) -> Result<(), RegisterFault> {
    let doing = || "creating the tables of the register".to_owned();
    for migration in MIGRATIONS {
        connection.execute_batch(migration).doing(doing)?;
    }
    connection
        .execute("INSERT INTO schema_version (version) VALUES (?1)", [LATEST])
        .doing(doing)?;
    Ok(())
}

/// Brings older tables up to date, and refuses newer ones.
fn migrate(connection: &mut Connection) -> Result<(), RegisterFault> {
    let found = version(connection)?;
    if found > LATEST {
        return Err(RegisterFault::NewerSchema {
            found,
            known: LATEST,
        });
    }
    if found == LATEST {
        return Ok(());
    }
    let doing = || format!("bringing the register from schema {found} to {LATEST}");
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .doing(doing)?;
    // Another process may have done it while this one waited.
    let found = version(&transaction)?;
    for (migration, number) in MIGRATIONS
        .iter()
        .zip(1_i64..)
        .filter(|(_, number)| *number > found)
    {
        transaction.execute_batch(migration).doing(doing)?;
        transaction
            .execute("INSERT INTO schema_version (version) VALUES (?1)", [number])
            .doing(doing)?;
    }
    transaction.commit().doing(doing)
}

fn version(connection: &Connection) -> Result<i64, RegisterFault> {
    connection
        .query_row("SELECT max(version) FROM schema_version", [], |row| {
            row.get(0)
        })
        .doing(|| "reading the version of the schema".into())
}

fn switch_to_write_ahead(connection: &Connection) -> Result<(), RegisterFault> {
    let doing = || "switching to write-ahead logging".to_owned();
    let mut attempts = 0;
    loop {
        let mode: Result<String, _> =
            connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
        attempts += 1;
        match mode.doing(doing) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                return Err(RegisterFault::Invariant {
                    invariant: "the file keeps a write-ahead log",
                    found: format!("journal mode `{mode}`"),
                });
            }
            // SQLite does not wait for this lock by itself.
            Err(RegisterFault::Busy { .. }) if attempts < SWITCH_ATTEMPTS_MAX => {
                std::thread::sleep(std::time::Duration::from_millis(25));
            }
            Err(fault) => return Err(fault),
        }
    }
}

/// The row of `meta` by which a backup is known, with how many events it has.
pub(crate) const COPY: &str = "copy";

/// The row of `meta` that says how a backup went live.
const LIVE: &str = "live";

/// Marks a new file as a backup.
pub(super) fn mark_as_copy(connection: &Connection) -> Result<(), RegisterFault> {
    let events = crate::sqlite::events::head(connection)?.position;
    set_meta(connection, COPY, &events.to_string())
}

/// Where a register comes from.
pub(super) fn origin(connection: &Connection) -> Result<Origin, RegisterFault> {
    if let Some(events) = meta(connection, COPY)? {
        let events = events.parse().map_err(|_| RegisterFault::UnreadableRow {
            table: "meta",
            key: COPY.into(),
            because: format!("`{events}` is no number of events"),
        })?;
        return Ok(Origin::Copy { events });
    }
    let record = meta(connection, LIVE)?;
    Ok(record.map_or(Origin::Own, |record| Origin::Restored { record }))
}

/// Takes the mark of a backup away, and keeps why.
pub(super) fn go_live(connection: &mut Connection, record: &str) -> Result<(), RegisterFault> {
    let doing = || "letting a backup go live".to_owned();
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .doing(doing)?;
    transaction
        .execute("DELETE FROM meta WHERE name = ?1", [COPY])
        .doing(doing)?;
    set_meta(&transaction, LIVE, record)?;
    transaction.commit().doing(doing)
}

/// The value of a row of `meta`.
pub(super) fn meta(connection: &Connection, name: &str) -> Result<Option<String>, RegisterFault> {
    connection
        .prepare_cached("SELECT value FROM meta WHERE name = ?1")
        .and_then(|mut statement| statement.query_row([name], |row| row.get(0)).optional())
        .doing(|| format!("reading `{name}` of the register"))
}

/// Writes a row of `meta`.
pub(super) fn set_meta(
    connection: &Connection,
    name: &str,
    value: &str,
) -> Result<(), RegisterFault> {
    connection
        .prepare_cached(
            "INSERT INTO meta (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .and_then(|mut upsert| upsert.execute([name, value]))
        .doing(|| format!("writing `{name}` of the register"))?;
    Ok(())
}
