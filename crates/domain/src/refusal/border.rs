//! What was reserved or has left, and cannot be given back so.

use super::{Says, both};
use crate::language::Bilingual;
use crate::shipment::restore::RestoreRefusal;

impl Says for RestoreRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::Nothing(shipment) => format!("l’envoi {shipment} n’a rien de tel à restituer"),
            Self::MoreThanThere {
                shipment,
                line,
                at_most,
            } => format!(
                "l’envoi {shipment}, ligne {line}, a moins que cela : au plus {} d’une valeur de {}",
                at_most.quantity, at_most.value
            ),
            Self::NoReasons => "l’acte ne donne pas de motifs : il faut dire pourquoi".into(),
        };
        both(self, french)
    }
}
