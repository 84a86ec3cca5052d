//! What is refused for its size, and why at that number.
//!
//! All of it holds whatever the file claims about itself; nothing here is read from the file.

/// Largest file, in bytes: 64 MiB. The largest public register met has 2.7 MB for eleven years of
/// a country; twenty times that leaves room for a spreadsheet with its styles. A caller that reads
/// from a disk or a socket stops at one byte more.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Most rows in one file: 1,000,000, the planning size of the whole register, and just under the
/// 1,048,576 rows of a sheet.
pub const ROWS_MAX: u64 = 1_000_000;

/// Most columns: 512. The widest layout met has 60; a row that is wider than this is not a table.
pub const COLUMNS_MAX: usize = 512;

/// Longest cell, in bytes: 32,767 characters is the most that a sheet keeps in a cell, and a
/// character of the languages read takes at most four bytes.
pub const CELL_BYTES_MAX: usize = 32_767 * 4;

/// Longest name of a party, in bytes: the longest legal name met has 160 characters; times four
/// for scripts, with headroom.
pub const NAME_BYTES_MAX: usize = 1_024;

/// Most entries of a zip archive: a workbook of 64 sheets with drawings and relations has some
/// 300; 4,096 leaves room and keeps the directory small.
pub const ARCHIVE_ENTRIES_MAX: usize = 4_096;

/// Most bytes that an archive may inflate to, all entries together: 256 MiB. A million rows of
/// twenty short cells take about that; more would not fit beside the register in 1 GiB.
pub const ARCHIVE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Most bytes out for one byte in: deflate cannot exceed 1,032, and sheets of real registers stay
/// below 40. Judged per entry, above [`RATIO_FREE_BYTES`].
pub const ARCHIVE_RATIO_MAX: u64 = 200;

/// Entries that inflate to no more than this are not judged by their ratio: 1 MiB, since a small
/// sheet of repeated cells is harmless however well it packs.
pub const RATIO_FREE_BYTES: u64 = 1024 * 1024;

/// Most sheets: 256. Only one is read; more is a workbook of another kind.
pub const SHEETS_MAX: usize = 256;

/// Largest mapping file, in bytes: 256 KiB; the largest that ships has 4 kB.
pub const MAP_BYTES_MAX: usize = 256 * 1024;

/// Most entries that one cell of codes or of countries may name: 64; the most met is 5. Beyond it
/// the cell is not read.
pub const PARTS_MAX: usize = 64;

/// Most lines on one permit: 10,000; the most met is 40. A number repeated beyond that is a column
/// mapped by mistake.
pub const LINES_MAX: usize = 10_000;
