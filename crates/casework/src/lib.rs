//! The desk: the only joiner.
