//! What would have to change, to a person, in English and French.

use super::ReleaseReason;
use crate::language::Bilingual;
use crate::permit::standing::Standing;
use crate::policy::PolicyFinding;

impl ReleaseReason {
    /// What would have to change, to a person.
    #[must_use]
    pub fn would_have_to_change(&self) -> Bilingual {
        match self {
            Self::NoSuchPermit { .. } => Bilingual::new(
                "present a permit of this register",
                "présenter une licence de ce registre",
            ),
            Self::NoSuchLine { .. } => Bilingual::new(
                "declare a line that the permit has",
                "déclarer une ligne que porte la licence",
            ),
            Self::NothingDeclared => Bilingual::new(
                "declare the goods, line by line, and no more lines than a permit can have",
                "déclarer les marchandises, ligne par ligne, et pas plus de lignes qu’une licence n’en peut avoir",
            ),
            Self::NotInForce { standing, .. } => not_in_force(*standing),
            Self::Stopped { .. } => reinstate(),
            Self::Mismatch { permitted, .. } => match permitted.as_slice() {
                [] => Bilingual::new(
                    "declare none: the permit names none",
                    "n’en déclarer aucun : la licence n’en nomme aucun",
                ),
                named => one_of(&named.join(", ")),
            },
            Self::OtherUnit { permitted, .. } => Bilingual::new(
                format!("declare in {permitted}, or in a unit that converts exactly into it"),
                format!("déclarer en {permitted}, ou dans une unité qui s’y convertit exactement"),
            ),
            Self::OtherCurrency { permitted, .. } => Bilingual::new(
                format!("declare the value in {permitted}"),
                format!("déclarer la valeur en {permitted}"),
            ),
            Self::MoreThanLeft { .. } => Bilingual::new(
                "declare no more than is left, or obtain another permit",
                "ne pas déclarer plus que le reste, ou obtenir une autre licence",
            ),
            Self::ZeroQuantity { .. } => {
                Bilingual::new("declare how much leaves", "déclarer la quantité qui sort")
            }
            Self::Undisclosed { .. } => Bilingual::new(
                "the authority would have to record the fact",
                "l’autorité devrait consigner ce fait",
            ),
            Self::NotRegistered { exporter: None } => Bilingual::new(
                "declare an exporter who is registered for its use",
                "déclarer un exportateur inscrit pour son usage",
            ),
            Self::NotRegistered { exporter: Some(_) } => Bilingual::new(
                "register for its use first",
                "s’inscrire d’abord pour son usage",
            ),
            Self::NothingPassesTheBorder => Bilingual::new(
                "present a permit for the movement of the goods",
                "présenter une licence qui vise le mouvement des marchandises",
            ),
            Self::Policy {
                finding: PolicyFinding::Stands { cleared_by, .. },
                ..
            } => cleared_by.clone(),
            Self::Policy {
                finding: PolicyFinding::Undetermined { .. },
                ..
            } => Bilingual::new(
                "the authority would have to complete the facts or correct the policy",
                "l’autorité devrait compléter les faits ou corriger la politique",
            ),
            Self::RouteForbidden { .. }
            | Self::OfficeNotNamed { .. }
            | Self::DestinationNotNamed { .. }
            | Self::ConsigneeNotNamed { .. }
            | Self::MoreThanCondition { .. }
            | Self::AfterLastDay { .. }
            | Self::DocumentNotShown { .. }
            | Self::SerialsMissing { .. } => self.meet_the_condition(),
        }
    }

    fn meet_the_condition(&self) -> Bilingual {
        match self {
            Self::RouteForbidden { country, .. } => Bilingual::new(
                format!("send the goods another way, not by {country}"),
                format!("acheminer les marchandises autrement que par {country}"),
            ),
            Self::OfficeNotNamed { named, .. } => one_of(&listed(named)),
            Self::DestinationNotNamed { named, .. } => one_of(&listed(named)),
            Self::ConsigneeNotNamed { named, .. } => one_of(&listed(named)),
            Self::MoreThanCondition { used, at_most, .. } => {
                let rest = at_most.checked_sub(*used).unwrap_or_default();
                let rest = rest.max(rust_decimal::Decimal::ZERO).normalize();
                Bilingual::new(
                    format!("declare no more than {rest}"),
                    format!("ne pas déclarer plus de {rest}"),
                )
            }
            Self::AfterLastDay { .. } => Bilingual::new(
                "the authority would have to set a later day",
                "l’autorité devrait fixer un jour ultérieur",
            ),
            Self::DocumentNotShown { document, .. } => Bilingual::new(
                format!("show document {document}"),
                format!("présenter le document {document}"),
            ),
            Self::SerialsMissing { .. } => Bilingual::new(
                "declare one serial number for each article",
                "déclarer un numéro de série par article",
            ),
            _ => Bilingual::new("correct the declaration", "corriger la déclaration"),
        }
    }
}

fn reinstate() -> Bilingual {
    Bilingual::new(
        "the authority would have to reinstate it",
        "l’autorité devrait la rétablir",
    )
}

fn not_in_force(standing: Standing) -> Bilingual {
    match standing {
        Standing::NotYetValid => {
            Bilingual::new("wait for its first day", "attendre son premier jour")
        }
        Standing::Suspended | Standing::PartlyInForce => reinstate(),
        Standing::InForce
        | Standing::Exhausted
        | Standing::Expired
        | Standing::Surrendered
        | Standing::Cancelled
        | Standing::Annulled => Bilingual::new(
            "a new permit is needed",
            "une nouvelle licence est nécessaire",
        ),
    }
}

fn one_of(named: &str) -> Bilingual {
    Bilingual::new(
        format!("declare one of: {named}"),
        format!("déclarer l’un de : {named}"),
    )
}

fn listed<T: std::fmt::Display>(named: &[T]) -> String {
    let named: Vec<String> = named.iter().map(ToString::to_string).collect();
    named.join(", ")
}
