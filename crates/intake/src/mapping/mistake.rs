//! Why a mapping file is not accepted.

use domain::language::Bilingual;
use domain::refusal::Says;

use crate::at::At;
use crate::bounds::MAP_BYTES_MAX;
use crate::nearest::nearest;
use crate::toml_text;

use super::unfit::Unfit;

/// Why a mapping file is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MapMistake {
    /// Larger than any map.
    #[error("the map `{file}` has more than {MAP_BYTES_MAX} bytes")]
    TooLarge {
        /// The file.
        file: String,
    },
    /// Not UTF-8.
    #[error("the map is not UTF-8 at {at}")]
    NotText {
        /// Where.
        at: At,
    },
    /// Not TOML, an unknown key, or a value of the wrong kind.
    #[error("the map is wrong at {at}: {why}{}", meant(why).en)]
    Malformed {
        /// Where.
        at: At,
        /// What is wrong, as the parser says it.
        why: String,
    },
    /// Well formed, but its parts do not fit.
    #[error("the map `{file}` does not hold together: {why}")]
    Incoherent {
        /// The file.
        file: String,
        /// What does not fit.
        why: Unfit,
    },
}

impl Says for MapMistake {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::TooLarge { file } => {
                format!("la table `{file}` a plus de {MAP_BYTES_MAX} octets")
            }
            Self::NotText { at } => format!("la table n’est pas en UTF-8 à {at}"),
            Self::Malformed { at, why } => format!(
                "la table est fausse à {at} : {}{}",
                toml_text::in_french(why),
                meant(why).fr
            ),
            Self::Incoherent { file, why } => {
                format!(
                    "la table `{file}` ne tient pas ensemble : {}",
                    why.says().fr
                )
            }
        };
        Bilingual::new(self.to_string(), french)
    }
}

/// The key or word that may have been meant, where the parser lists those that it knows.
fn meant(why: &str) -> Bilingual {
    let none = || Bilingual::new("", "");
    let Some((found, known)) = why.split_once(", expected") else {
        return none();
    };
    let quoted = |text: &str| -> Vec<String> {
        let parts = text.split('`').skip(1).step_by(2);
        parts.map(str::to_owned).collect()
    };
    let (found, known) = (quoted(found), quoted(known));
    let near = found
        .first()
        .and_then(|found| nearest(found, known.iter().map(String::as_str)));
    near.map_or_else(none, |near| {
        Bilingual::new(
            format!("; did you mean `{near}`?"),
            format!(" ; vouliez-vous dire `{near}` ?"),
        )
    })
}
