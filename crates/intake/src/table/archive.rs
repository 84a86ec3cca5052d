//! What a workbook's archive really holds, before anything else trusts it.
//!
//! The directory of a zip file may lie about sizes, name the same bytes many times, or pack a
//! gigabyte into a page. So every entry is inflated once into nothing and counted, within bounds.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use crate::bounds::{ARCHIVE_BYTES_MAX, ARCHIVE_ENTRIES_MAX, ARCHIVE_RATIO_MAX, RATIO_FREE_BYTES};

use super::FileMistake;

/// Checks an archive within bounded memory.
///
/// # Errors
/// Refuses too many entries, entries that overlap or are encrypted, sizes that lie, and what
/// inflates beyond the bounds.
pub(super) fn check(bytes: &[u8], name: &str) -> Result<(), FileMistake> {
    let refuse = |why: String| FileMistake::Archive {
        file: name.to_owned(),
        why,
    };
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| refuse(plain(&error.to_string())))?;
    if archive.len() > ARCHIVE_ENTRIES_MAX {
        return Err(refuse(format!("more than {ARCHIVE_ENTRIES_MAX} entries")));
    }
    match archive.has_overlapping_entries() {
        Ok(false) => {}
        Ok(true) => return Err(refuse("its entries overlap".to_owned())),
        Err(error) => return Err(refuse(plain(&error.to_string()))),
    }
    let mut total = 0;
    for index in 0..archive.len() {
        let entry = archive
            .by_index(index)
            .map_err(|error| refuse(plain(&error.to_string())))?;
        let title = entry.name().map(|title| plain(&title)).unwrap_or_default();
        let (packed, stated) = (entry.compressed_size(), entry.size());
        let left = ARCHIVE_BYTES_MAX - total;
        let most = left.min(
            packed
                .saturating_mul(ARCHIVE_RATIO_MAX)
                .max(RATIO_FREE_BYTES),
        );
        // One byte beyond tells "too much" from "exactly at the bound".
        let inflated = io::copy(&mut entry.take(most + 1), &mut io::sink())
            .map_err(|error| refuse(format!("`{title}`: {}", plain(&error.to_string()))))?;
        if inflated > left {
            let why = format!("it inflates to more than {ARCHIVE_BYTES_MAX} bytes");
            return Err(refuse(why));
        }
        if inflated > most {
            let why = format!("`{title}` inflates to more than {ARCHIVE_RATIO_MAX} times its size");
            return Err(refuse(why));
        }
        if inflated != stated {
            let why = format!("`{title}` has {inflated} bytes where its directory says {stated}");
            return Err(refuse(why));
        }
        total += inflated;
    }
    Ok(())
}

/// A foreign text on one line, of readable length.
pub(super) fn plain(text: &str) -> String {
    const CHARS_MAX: usize = 160;
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(CHARS_MAX)
        .collect()
}
