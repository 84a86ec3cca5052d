//! The boundary to libraries that read the formats of others.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Does what a library of others is needed for. A mistake of such a library on bad bytes ends here,
/// with nothing, and is told by whoever asked; it does not end the program.
///
/// Deliberately no guard against a stack that overflows or memory that runs out: PDFs, whose library
/// could come to that, are read in a program of their own.
pub(crate) fn guarded<R>(act: impl FnOnce() -> R) -> Option<R> {
    // What was made so far is whole at any moment, or is thrown away.
    catch_unwind(AssertUnwindSafe(act)).ok()
}
