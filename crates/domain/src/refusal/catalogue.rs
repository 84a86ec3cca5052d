//! Items, platforms and units.

use super::{Says, both};
use crate::catalogue::compose::ComposeRefusal;
use crate::catalogue::describe::DescribeRefusal;
use crate::catalogue::fit::FitRefusal;
use crate::catalogue::mark::MarkRefusal;
use crate::language::Bilingual;

impl Says for DescribeRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::NoName => "la description n’a pas de nom : ce que c’est, en mots, est attendu",
            Self::NoSource => {
                "la description n’a pas de source : ce d’où cela est connu est attendu"
            }
            Self::EmptyMark => {
                "une des marques est vide : des marques telles quelles sont attendues"
            }
        };
        both(self, french)
    }
}

impl Says for ComposeRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::NoQuantity => {
                "il n’y en a aucun dans chacun : leur nombre, au moins un, est attendu"
            }
            Self::NoSource => {
                "la composition n’a pas de source : ce d’où cela est connu est attendu"
            }
            Self::EndsBeforeItBegins => {
                "elle finit avant de commencer : un dernier jour après le premier est attendu"
            }
        };
        both(self, french)
    }
}

impl Says for MarkRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::NoSerial { serial } => format!(
                "`{serial}` n’est pas un numéro de série : de 1 à 64 caractères tels quels sont attendus"
            ),
            Self::NoPieces => {
                "le lot n’a pas de pièces : le nombre de celles qui portent le numéro est attendu"
                    .into()
            }
            Self::NoSource => {
                "l’unité n’a pas de source : ce d’où cela est connu est attendu".into()
            }
            Self::OtherSerial { unit, bears, given } => format!(
                "l’unité {unit} porte `{bears}` et non `{given}` : une unité à part est attendue"
            ),
        };
        both(self, french)
    }
}

impl Says for FitRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::EndsBeforeItBegins => {
                "elle est retirée avant d’être montée : un jour plus tard est attendu"
            }
            Self::NoSource => "le montage n’a pas de source : ce d’où cela est connu est attendu",
        };
        both(self, french)
    }
}
