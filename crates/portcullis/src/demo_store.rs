//! Where a register lives: the file named, or a fresh one in the temporary folder.

use std::path::PathBuf;
use std::sync::Arc;

use casework::DomainProjection;
use register::{PostgresStore, Progress, RegisterFault, SqliteStore, Store};

/// A store that was named but cannot be used.
#[derive(Debug)]
pub(crate) enum StoreTrouble {
    /// Not an address of a store.
    Address(String),
    /// The register said no.
    Register(RegisterFault),
    /// The file system said no.
    File(std::io::Error),
}

/// Opens the store at `sqlite:FILE` or `postgres://…`.
pub(crate) fn open(address: &str) -> Result<Box<dyn Store>, StoreTrouble> {
    open_for(address, |store| store)
}

/// Opens it for a server, which keeps space in reserve on the disk of a file.
pub(crate) fn open_to_serve(address: &str) -> Result<Box<dyn Store>, StoreTrouble> {
    open_for(address, SqliteStore::keeping_reserve)
}

fn open_for(
    address: &str,
    use_as: fn(SqliteStore) -> SqliteStore,
) -> Result<Box<dyn Store>, StoreTrouble> {
    let mut told = false;
    let mut progress = |p: Progress| {
        if !told && p.of > 0 {
            eprintln!("folding {} events again for this version.", p.of);
            told = true;
        }
    };
    let projection = Arc::new(DomainProjection);
    if address.starts_with("postgres://") || address.starts_with("postgresql://") {
        let store = PostgresStore::open(address, projection, &mut progress);
        return Ok(Box::new(store.map_err(StoreTrouble::Register)?));
    }
    let Some(file) = address.strip_prefix("sqlite:") else {
        let says = format!("`{address}` is not a store: expected sqlite:FILE or postgres://…");
        return Err(StoreTrouble::Address(says));
    };
    let store = SqliteStore::open(&PathBuf::from(file), projection, &mut progress);
    Ok(Box::new(use_as(store.map_err(StoreTrouble::Register)?)))
}

/// The address of a fresh store in the temporary folder, removed when it stood there before.
pub(crate) fn fresh() -> Result<String, StoreTrouble> {
    let folder = std::env::temp_dir().join(format!("portcullis-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(StoreTrouble::File)?;
    let file = folder.join("register.sqlite");
    for tail in ["", "-wal", "-shm", "-reserve", "-exposure"] {
        let mut name = file.clone().into_os_string();
        name.push(tail);
        let _ = std::fs::remove_file(name);
    }
    Ok(format!("sqlite:{}", file.display()))
}
