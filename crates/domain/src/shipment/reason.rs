//! Why a release is refused, and what would have to change: in English and French.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::id::{DocumentKind, OfficeId, OrderId, PartyId, PermitId};
use crate::item::LineNo;
use crate::language::Bilingual;
use crate::law::Law;
use crate::permit::Undisclosed;
use crate::permit::standing::Standing;
use crate::policy::PolicyFinding;
use crate::time::Day;

/// A term of the declaration that must agree with the permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Term {
    /// Where the goods first go.
    Destination,
    /// Where they will be used.
    FinalDestination,
    /// Who receives them.
    Consignee,
    /// Who receives them on the way.
    Intermediate,
    /// Who exports them.
    Exporter,
    /// The list entry, on a general permit.
    Entry,
}

impl Term {
    const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Destination => ("destination", "la destination"),
            Self::FinalDestination => ("final destination", "la destination finale"),
            Self::Consignee => ("consignee", "le consignataire"),
            Self::Intermediate => ("intermediate consignee", "le destinataire intermédiaire"),
            Self::Exporter => ("exporter", "l’exportateur"),
            Self::Entry => ("list entry", "l’article de la liste"),
        }
    }
}

/// One reason for which a release is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ReleaseReason {
    /// There is no such permit.
    NoSuchPermit {
        /// As asked for.
        permit: PermitId,
    },
    /// The permit has no such line.
    NoSuchLine {
        /// As declared.
        line: LineNo,
    },
    /// Nothing is declared.
    NothingDeclared,
    /// The line does not stand in force on the day.
    NotInForce {
        /// The line.
        line: LineNo,
        /// Where it stands.
        standing: Standing,
        /// Its last day, when it has expired.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_day: Option<Day>,
    },
    /// An order covers the line, or this use of it.
    Stopped {
        /// The line.
        line: LineNo,
        /// The order.
        order: OrderId,
        /// What the authority calls it.
        verb: Bilingual,
        /// The law under which it was made.
        law: Law,
        /// Whether only this use is stopped and the rest of the line is open.
        is_use_only: bool,
    },
    /// The declaration does not agree with the permit.
    Mismatch {
        /// The line.
        line: LineNo,
        /// The term.
        term: Term,
        /// As declared.
        declared: String,
        /// As permitted.
        permitted: Vec<String>,
    },
    /// A unit that does not convert exactly into the permit's.
    OtherUnit {
        /// The line.
        line: LineNo,
        /// As declared.
        declared: String,
        /// As on the permit.
        permitted: String,
    },
    /// A currency that is not the permit's. There is no silent conversion.
    OtherCurrency {
        /// The line.
        line: LineNo,
        /// As declared.
        declared: String,
        /// As on the permit.
        permitted: String,
    },
    /// More than is left.
    MoreThanLeft {
        /// The line.
        line: LineNo,
        /// Asked, in the line's unit.
        #[serde(with = "crate::quantity::sum")]
        asked_quantity: Decimal,
        /// Left, in the line's unit.
        #[serde(with = "crate::quantity::sum")]
        left_quantity: Decimal,
        /// Asked, in the line's currency.
        #[serde(with = "crate::quantity::sum")]
        asked_value: Decimal,
        /// Left, in the line's currency.
        #[serde(with = "crate::quantity::sum")]
        left_value: Decimal,
    },
    /// Nothing leaves of nothing.
    ZeroQuantity {
        /// The line.
        line: LineNo,
    },
    /// The register does not know a fact that the decision needs.
    Undisclosed {
        /// The line.
        line: LineNo,
        /// The fact.
        what: Undisclosed,
    },
    /// The exporter is not registered for the use of a general permit.
    NotRegistered {
        /// The exporter, as declared.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exporter: Option<PartyId>,
    },
    /// A country that a condition keeps the route away from.
    RouteForbidden {
        /// The line.
        line: LineNo,
        /// The country.
        country: Country,
    },
    /// An office that a condition does not name.
    OfficeNotNamed {
        /// As lodged.
        office: OfficeId,
        /// As the condition has it.
        named: Vec<OfficeId>,
    },
    /// A document that a condition wants shown.
    DocumentNotShown {
        /// The line.
        line: LineNo,
        /// The kind of document.
        document: DocumentKind,
    },
    /// Serial numbers that a condition wants declared: one for each article.
    SerialsMissing {
        /// The line.
        line: LineNo,
        /// How many are expected.
        #[serde(with = "crate::quantity::sum")]
        expected: Decimal,
        /// How many were declared.
        declared: u32,
    },
    /// A brokering permit lets nothing through a border of this state.
    NothingPassesTheBorder,
    /// A policy stands in the way, or could not be evaluated.
    Policy {
        /// The line.
        line: LineNo,
        /// What it says.
        finding: PolicyFinding,
    },
}

impl ReleaseReason {
    /// The law under which this reason stands.
    ///
    /// # Law
    /// `EIPA:13`, `EIPA:24`, `EPR:5-6`
    #[must_use]
    pub fn law(&self) -> Law {
        let key = match self {
            Self::Stopped { law, .. } => return law.clone(),
            Self::Policy {
                finding: PolicyFinding::Stands { source, .. },
                ..
            } => {
                return source.clone();
            }
            Self::NoSuchPermit { .. } | Self::NotInForce { .. } | Self::MoreThanLeft { .. } => {
                "EIPA:13"
            }
            Self::RouteForbidden { .. }
            | Self::OfficeNotNamed { .. }
            | Self::DocumentNotShown { .. }
            | Self::SerialsMissing { .. } => "EIPA:7(1)",
            Self::Undisclosed { .. } | Self::Policy { .. } => "EIPA:24",
            _ => "EPR:5-6",
        };
        Law::shipped(key)
    }

    /// The reason, to a person.
    #[must_use]
    pub fn says(&self) -> Bilingual {
        match self {
            Self::NoSuchPermit { permit } => Bilingual::new(
                format!("there is no permit {permit} in the register"),
                format!("il n’y a pas de licence {permit} dans le registre"),
            ),
            Self::NoSuchLine { line } => Bilingual::new(
                format!("the permit has no line {line}"),
                format!("la licence n’a pas de ligne {line}"),
            ),
            Self::NothingDeclared => Bilingual::new("nothing is declared", "rien n’est déclaré"),
            Self::NotInForce {
                line,
                standing,
                last_day,
            } => not_in_force(*line, *standing, *last_day),
            Self::Stopped {
                line,
                order,
                verb,
                is_use_only,
                ..
            } => {
                let (en, fr) = if *is_use_only {
                    ("this use of line", "cet usage de la ligne")
                } else {
                    ("line", "la ligne")
                };
                Bilingual::new(
                    format!("{en} {line} is stopped by order {order} ({})", verb.en),
                    format!("{fr} {line} est arrêtée par l’ordre {order} ({})", verb.fr),
                )
            }
            Self::Mismatch {
                line,
                term,
                declared,
                ..
            } => {
                let (en, fr) = term.name();
                Bilingual::new(
                    format!("line {line}: the {en} declared, {declared}, is not on the permit"),
                    format!("ligne {line} : {fr} déclaré(e), {declared}, n’est pas sur la licence"),
                )
            }
            Self::OtherUnit {
                line,
                declared,
                permitted,
            } => Bilingual::new(
                format!("line {line}: {declared} does not convert exactly into {permitted}"),
                format!("ligne {line} : {declared} ne se convertit pas exactement en {permitted}"),
            ),
            Self::OtherCurrency {
                line,
                declared,
                permitted,
            } => Bilingual::new(
                format!(
                    "line {line}: the value is declared in {declared}, the permit is in {permitted}"
                ),
                format!(
                    "ligne {line} : la valeur est déclarée en {declared}, la licence est en {permitted}"
                ),
            ),
            Self::MoreThanLeft {
                line,
                asked_quantity,
                left_quantity,
                asked_value,
                left_value,
            } => Bilingual::new(
                format!(
                    "line {line}: asked {asked_quantity} worth {asked_value}, left {left_quantity} worth {left_value}"
                ),
                format!(
                    "ligne {line} : demandé {asked_quantity} d’une valeur de {asked_value}, reste {left_quantity} d’une valeur de {left_value}"
                ),
            ),
            Self::ZeroQuantity { line } => Bilingual::new(
                format!("line {line}: the quantity is zero"),
                format!("ligne {line} : la quantité est nulle"),
            ),
            Self::Undisclosed { line, what } => Bilingual::new(
                format!(
                    "line {line}: the register does not know {}",
                    undisclosed(*what).0
                ),
                format!(
                    "ligne {line} : le registre ne connaît pas {}",
                    undisclosed(*what).1
                ),
            ),
            Self::NotRegistered { .. } => Bilingual::new(
                "the exporter is not registered for the use of this general permit",
                "l’exportateur n’est pas inscrit pour l’usage de cette licence générale",
            ),
            Self::RouteForbidden { line, country } => Bilingual::new(
                format!("line {line}: a condition keeps the route away from {country}"),
                format!("ligne {line} : une condition interdit l’itinéraire par {country}"),
            ),
            Self::OfficeNotNamed { office, .. } => Bilingual::new(
                format!("a condition does not let the goods leave through office {office}"),
                format!("une condition ne permet pas la sortie par le bureau {office}"),
            ),
            Self::DocumentNotShown { line, document } => Bilingual::new(
                format!("line {line}: a condition wants document {document} shown"),
                format!(
                    "ligne {line} : une condition exige la présentation du document {document}"
                ),
            ),
            Self::SerialsMissing {
                line,
                expected,
                declared,
            } => Bilingual::new(
                format!(
                    "line {line}: {expected} serial numbers are expected, {declared} are declared"
                ),
                format!(
                    "ligne {line} : {expected} numéros de série sont attendus, {declared} sont déclarés"
                ),
            ),
            Self::NothingPassesTheBorder => Bilingual::new(
                "the permit is for brokering or a transfer: nothing passes the border on it",
                "la licence vise le courtage ou un transfert : rien ne passe la frontière à ce titre",
            ),
            Self::Policy {
                line,
                finding: PolicyFinding::Stands { says, .. },
            } => Bilingual::new(
                format!("line {line}: {}", says.en),
                format!("ligne {line} : {}", says.fr),
            ),
            Self::Policy {
                line,
                finding: PolicyFinding::Undetermined { .. },
            } => Bilingual::new(
                format!("line {line}: a policy could not be evaluated, so nothing is released"),
                format!("ligne {line} : une politique n’a pu être évaluée, donc rien n’est libéré"),
            ),
        }
    }

    /// What would have to change, to a person.
    #[must_use]
    pub fn would_have_to_change(&self) -> Bilingual {
        match self {
            Self::NoSuchPermit { .. } => Bilingual::new(
                "present a permit of this register",
                "présenter une licence de ce registre",
            ),
            Self::NotInForce {
                standing: Standing::NotYetValid,
                ..
            } => Bilingual::new("wait for its first day", "attendre son premier jour"),
            Self::NotInForce {
                standing: Standing::Suspended,
                ..
            }
            | Self::Stopped { .. } => Bilingual::new(
                "the authority would have to reinstate it",
                "l’autorité devrait la rétablir",
            ),
            Self::NotInForce { .. } => Bilingual::new(
                "a new permit is needed",
                "une nouvelle licence est nécessaire",
            ),
            Self::Mismatch { permitted, .. } if !permitted.is_empty() => Bilingual::new(
                format!("declare one of: {}", permitted.join(", ")),
                format!("déclarer l’un de : {}", permitted.join(", ")),
            ),
            Self::MoreThanLeft { .. } => Bilingual::new(
                "declare no more than is left, or obtain another permit",
                "ne pas déclarer plus que le reste, ou obtenir une autre licence",
            ),
            Self::OtherUnit { permitted, .. } | Self::OtherCurrency { permitted, .. } => {
                Bilingual::new(
                    format!("declare in {permitted}"),
                    format!("déclarer en {permitted}"),
                )
            }
            Self::Undisclosed { .. } => Bilingual::new(
                "the authority would have to record the fact",
                "l’autorité devrait consigner ce fait",
            ),
            Self::NotRegistered { .. } => Bilingual::new(
                "register for its use first",
                "s’inscrire d’abord pour son usage",
            ),
            Self::Policy {
                finding: PolicyFinding::Stands { cleared_by, .. },
                ..
            } => cleared_by.clone(),
            _ => Bilingual::new("correct the declaration", "corriger la déclaration"),
        }
    }
}

fn not_in_force(line: LineNo, standing: Standing, last_day: Option<Day>) -> Bilingual {
    let (en, fr) = match standing {
        Standing::NotYetValid => ("is not valid yet", "n’est pas encore valide"),
        Standing::InForce | Standing::PartlyInForce => ("is in force", "est en vigueur"),
        Standing::Exhausted => ("is used up", "est épuisée"),
        Standing::Suspended => ("is suspended", "est suspendue"),
        Standing::Expired => ("has expired", "est expirée"),
        Standing::Surrendered => ("was surrendered", "a été remise"),
        Standing::Cancelled => ("is cancelled", "est annulée"),
        Standing::Annulled => ("is annulled from issue", "est annulée dès sa délivrance"),
    };
    let tail = last_day.map(|day| format!(" ({day})")).unwrap_or_default();
    Bilingual::new(
        format!("line {line} {en}{tail}"),
        format!("la ligne {line} {fr}{tail}"),
    )
}

const fn undisclosed(what: Undisclosed) -> (&'static str, &'static str) {
    match what {
        Undisclosed::Holder => ("its holder", "son titulaire"),
        Undisclosed::Consignee => ("its consignee", "son consignataire"),
        Undisclosed::Destination => ("its destination", "sa destination"),
        Undisclosed::Quantity => ("its quantity", "sa quantité"),
        Undisclosed::Value => ("its value", "sa valeur"),
        Undisclosed::Rating => ("its rating", "son classement"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_speaks_both_languages_and_names_its_law() {
        let line = LineNo(1);
        let reasons = [
            ReleaseReason::NoSuchPermit {
                permit: PermitId::new("P").unwrap(),
            },
            ReleaseReason::NoSuchLine { line },
            ReleaseReason::NothingDeclared,
            ReleaseReason::NotInForce {
                line,
                standing: Standing::Expired,
                last_day: None,
            },
            ReleaseReason::ZeroQuantity { line },
            ReleaseReason::Undisclosed {
                line,
                what: Undisclosed::Value,
            },
            ReleaseReason::NotRegistered { exporter: None },
            ReleaseReason::NothingPassesTheBorder,
        ];
        for reason in reasons {
            assert!(reason.says().is_complete(), "{reason:?}");
            assert!(reason.would_have_to_change().is_complete(), "{reason:?}");
            assert!(!reason.law().as_str().is_empty());
        }
    }
}
