//! What a workbook's archive really holds, before anything else trusts it.
//!
//! The directory of a zip file may lie about sizes, name the same bytes many times, or pack a
//! gigabyte into a page. So every entry is inflated once into nothing and counted, within bounds.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use crate::bounds::{ARCHIVE_BYTES_MAX, ARCHIVE_ENTRIES_MAX, ARCHIVE_RATIO_MAX, RATIO_FREE_BYTES};

use super::FileMistake;

/// How much an archive may hold.
struct Bounds {
    entries: usize,
    bytes: u64,
    ratio: u64,
    ratio_free: u64,
}

/// Checks an archive within bounded memory.
///
/// # Errors
/// Refuses too many entries, entries that overlap or are encrypted, sizes that lie, and what
/// inflates beyond the bounds.
pub(super) fn check(bytes: &[u8], name: &str) -> Result<(), FileMistake> {
    let bounds = Bounds {
        entries: ARCHIVE_ENTRIES_MAX,
        bytes: ARCHIVE_BYTES_MAX,
        ratio: ARCHIVE_RATIO_MAX,
        ratio_free: RATIO_FREE_BYTES,
    };
    check_within(&bounds, bytes, name)
}

fn check_within(bounds: &Bounds, bytes: &[u8], name: &str) -> Result<(), FileMistake> {
    let refuse = |why: String| FileMistake::Archive {
        file: name.to_owned(),
        why,
    };
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| refuse(plain(&error.to_string())))?;
    if archive.len() > bounds.entries {
        return Err(refuse(format!("more than {} entries", bounds.entries)));
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
        let left = bounds.bytes - total;
        let most = left.min(packed.saturating_mul(bounds.ratio).max(bounds.ratio_free));
        // One byte beyond tells "too much" from "exactly at the bound".
        let inflated = io::copy(&mut entry.take(most + 1), &mut io::sink())
            .map_err(|error| refuse(format!("`{title}`: {}", plain(&error.to_string()))))?;
        if inflated > left {
            let why = format!("it inflates to more than {} bytes", bounds.bytes);
            return Err(refuse(why));
        }
        if inflated > most {
            let why = format!(
                "`{title}` inflates to more than {} times its size",
                bounds.ratio
            );
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    const SMALL: Bounds = Bounds {
        entries: 4,
        bytes: 10_000,
        ratio: 20,
        ratio_free: 1_000,
    };

    fn pack(entries: usize, content: &[u8]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for no in 0..entries {
            let options = SimpleFileOptions::default();
            archive.start_file(format!("{no}.xml"), options).unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn refusal(entries: usize, content: &[u8]) -> Option<String> {
        let refused = check_within(&SMALL, &pack(entries, content), "f.xlsx");
        refused.err().map(|mistake| mistake.to_string())
    }

    /// Bytes that do not pack.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 7_u32;
        let step = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        (0..length).map(step).collect()
    }

    #[test]
    fn an_archive_within_its_bounds_passes() {
        assert_eq!(refusal(4, &noise(2_500)), None);
        assert_eq!(
            refusal(4, &[b' '; 1_000]),
            None,
            "small entries pack as they like"
        );
    }

    #[test]
    fn an_archive_beyond_a_bound_is_refused() {
        let says = "`f.xlsx` is refused as an archive: ";
        assert_eq!(refusal(5, b"a"), Some(format!("{says}more than 4 entries")));
        assert_eq!(
            refusal(4, &noise(2_501)),
            Some(format!("{says}it inflates to more than 10000 bytes"))
        );
        assert_eq!(
            refusal(1, &[b' '; 1_001]),
            Some(format!(
                "{says}`0.xml` inflates to more than 20 times its size"
            ))
        );
    }
}
