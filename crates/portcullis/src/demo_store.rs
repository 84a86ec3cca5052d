//! Where a register lives: the file named, or a fresh one in the temporary folder.

use std::path::PathBuf;
use std::sync::Arc;

use casework::DomainProjection;
use register::{RegisterFault, SqliteStore, Store};

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

/// Opens the store at `sqlite:FILE`.
pub(crate) fn open(address: &str) -> Result<Box<dyn Store>, StoreTrouble> {
    let Some(file) = address.strip_prefix("sqlite:") else {
        let says = if address.starts_with("postgres:") {
            "PostgreSQL is not built yet: expected sqlite:FILE".to_owned()
        } else {
            format!("`{address}` is not a store: expected sqlite:FILE")
        };
        return Err(StoreTrouble::Address(says));
    };
    let mut told = false;
    let store = SqliteStore::open(&PathBuf::from(file), Arc::new(DomainProjection), &mut |p| {
        if !told {
            eprintln!("folding {} events again for this version.", p.of);
            told = true;
        }
    })
    .map_err(StoreTrouble::Register)?;
    Ok(Box::new(store))
}

/// The address of a fresh store in the temporary folder, removed when it stood there before.
pub(crate) fn fresh() -> Result<String, StoreTrouble> {
    let folder = std::env::temp_dir().join(format!("portcullis-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(StoreTrouble::File)?;
    let file = folder.join("register.sqlite");
    for tail in ["", "-wal", "-shm"] {
        let mut name = file.clone().into_os_string();
        name.push(tail);
        let _ = std::fs::remove_file(name);
    }
    Ok(format!("sqlite:{}", file.display()))
}
