//! Why a decision says no, to a person in either language.
//!
//! The English words of a refusal stand beside its variants; the French ones stand here. Each
//! match is exhaustive on purpose: a new way to be refused does not compile until it speaks French.

mod border;
mod catalogue;
mod licensing;
mod measures;
mod monitoring;
mod papers;
mod passage;

use std::fmt::Display;

use crate::language::Bilingual;
use crate::measure::OrderKind;
use crate::permit::standing::Standing;

pub(crate) use licensing::{missing, term};
pub(crate) use papers::outcome;

/// A ground for which something is not done, said in both languages.
pub trait Says {
    /// The ground, to a person.
    fn says(&self) -> Bilingual;
}

impl Says for Bilingual {
    fn says(&self) -> Bilingual {
        self.clone()
    }
}

/// The English words of a refusal beside its French ones.
fn both(refusal: &dyn Display, french: impl Into<String>) -> Bilingual {
    Bilingual::new(refusal.to_string(), french)
}

/// Where a licence stands, in French.
pub(crate) const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::NotYetValid => "pas encore valide",
        Standing::InForce => "en vigueur",
        Standing::Exhausted => "épuisée",
        Standing::PartlyInForce => "en vigueur en partie",
        Standing::Suspended => "suspendue",
        Standing::Expired => "expirée",
        Standing::Surrendered => "remise",
        Standing::Cancelled => "annulée",
        Standing::Annulled => "invalidée",
    }
}

/// What an order does, in French.
const fn verb(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Amend => "modifie",
        OrderKind::Suspend => "suspend",
        OrderKind::Cancel => "annule",
        OrderKind::Reinstate => "rétablit",
        OrderKind::Annul => "invalide",
    }
}
