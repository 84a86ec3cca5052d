//! Part of the permit; written next.
