//! Recording a unit or a lot by the serial that it bears.

use super::{Serial, UnitFacts};

/// Why a unit is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarkRefusal {
    /// No serial that could be compared.
    #[error("`{serial}` is no serial: expected 1 to 64 characters as they stand")]
    NoSerial {
        /// The text as given, cut to a readable length.
        serial: String,
    },
    /// A lot of none.
    #[error("the lot has no pieces: expected how many bear the number, at least one")]
    NoPieces,
    /// What nobody can trace proves nothing.
    #[error("the unit has no source: expected where this is known from")]
    NoSource,
    /// Another serial than the one that the unit has.
    #[error("unit {unit} bears `{bears}`, not `{given}`: expected a unit of its own")]
    OtherSerial {
        /// The unit.
        unit: crate::id::UnitId,
        /// The serial that it bears.
        bears: String,
        /// The serial given.
        given: String,
    },
}

/// Checks what is said of a unit, beside what was said of it before.
///
/// # Errors
/// Refuses a text that is no serial, a lot of none, a statement without a source, and another serial
/// under the same number.
pub fn mark(before: Option<&UnitFacts>, unit: &UnitFacts) -> Result<(), MarkRefusal> {
    let Some(folded) = Serial::fold(&unit.serial) else {
        return Err(MarkRefusal::NoSerial {
            serial: unit.serial.chars().take(40).collect(),
        });
    };
    if unit.pieces == 0 {
        return Err(MarkRefusal::NoPieces);
    }
    if unit.source.trim().is_empty() {
        return Err(MarkRefusal::NoSource);
    }
    match before {
        Some(before) if Serial::fold(&before.serial) != Some(folded) => {
            Err(MarkRefusal::OtherSerial {
                unit: unit.id.clone(),
                bears: before.serial.clone(),
                given: unit.serial.clone(),
            })
        }
        _ => Ok(()),
    }
}
