//! Why a passage is not accepted, in French.

use super::{Says, both};
use crate::language::Bilingual;
use crate::passage::PassageRefusal;

impl Says for PassageRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::NoBytes(id) => {
                format!("{id} n’a pas d’octets au registre : rien ne peut en être cité")
            }
            Self::OtherBytes { evidence, held } => format!(
                "le passage a été lu dans d’autres octets que ceux de {evidence} : {held} attendu"
            ),
            Self::NotThere {
                evidence,
                start,
                end,
                quote,
            } => {
                format!("`{quote}` ne figure pas aux octets {start} à {end} du texte de {evidence}")
            }
            Self::Before {
                evidence,
                start,
                kind,
                value,
            } => format!(
                "le passage à l’octet {start} de {evidence} a déjà été accepté comme {kind} `{value}`"
            ),
        };
        both(self, french)
    }
}
