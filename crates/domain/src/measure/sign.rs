//! Part of the measure; written next.
