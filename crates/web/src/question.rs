//! From when something is asked: as of a day, as known at a position.

use casework::{Desk, DeskError, Lens};
use domain::time::{Day, Position};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::problem::Problem;

/// The two times of a question, as an address carries them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct When {
    /// The day on which it is to be true, as in 2021-04-12. Today when absent.
    #[serde(default)]
    pub as_of: Option<String>,
    /// The position of the log up to which the register is to have learned it. All when absent.
    #[serde(default)]
    pub known_at: Option<String>,
}

/// The two times, read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Times {
    /// The day, when one is asked for.
    pub as_of: Option<Day>,
    /// The position, when one is asked for.
    pub known_at: Option<Position>,
}

impl When {
    /// Reads both.
    pub(crate) fn read(&self) -> Result<Times, Problem> {
        let given = |text: &Option<String>| {
            let given = text.as_deref();
            given.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let as_of = given(&self.as_of)
            .map(|text| Day::parse(&text))
            .transpose()
            .map_err(|mistake| Problem::mistaken("as_of", &mistake.to_string()))?;
        let known_at = given(&self.known_at)
            .map(|text| text.parse::<u64>())
            .transpose()
            .map_err(|_| {
                Problem::told(
                    "known_at",
                    &domain::language::Bilingual::new(
                        "expected a position, as in 120",
                        "attendu une position, comme 120",
                    ),
                )
            })?
            .map(Position);
        Ok(Times { as_of, known_at })
    }
}

impl Times {
    /// The lens: what was not asked for is now.
    pub(crate) fn lens(self, desk: &Desk) -> Result<Lens, DeskError> {
        let now = desk.now()?;
        Ok(Lens {
            as_of: self.as_of.unwrap_or(now.as_of),
            known_at: self
                .known_at
                .map_or(now.known_at, |at| at.min(now.known_at)),
        })
    }
}
