//! The law in force on a day.
