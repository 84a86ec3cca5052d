//! Reasons, to a person, in English and French.

use super::{ReleaseReason, Term, Whence};
use crate::id::{OrderId, PartyId};
use crate::item::LineNo;
use crate::language::Bilingual;
use crate::permit::Undisclosed;
use crate::permit::standing::Standing;
use crate::policy::PolicyFinding;
use crate::time::Day;

impl Term {
    const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Destination => ("destination", "la destination"),
            Self::FinalDestination => ("final destination", "la destination finale"),
            Self::Consignee => ("consignee", "le consignataire"),
            Self::Intermediate => ("intermediate consignee", "le destinataire intermédiaire"),
            Self::Exporter => ("exporter", "l’exportateur"),
            Self::Entry => ("list entry", "l’article de la liste"),
            Self::EndUser => ("end user", "l’utilisateur final"),
            Self::Model => ("model", "le modèle"),
            Self::Serial => ("serial number", "le numéro de série"),
        }
    }
}

impl ReleaseReason {
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
            } => stopped(*line, order, verb, *is_use_only),
            Self::Mismatch {
                line,
                term,
                declared,
                ..
            } => mismatch(*line, *term, declared),
            Self::OtherUnit { .. } | Self::OtherCurrency { .. } | Self::MoreThanLeft { .. } => {
                self.amounts_do_not_fit()
            }
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
            Self::RouteForbidden { .. }
            | Self::OfficeNotNamed { .. }
            | Self::DestinationNotNamed { .. }
            | Self::ConsigneeNotNamed { .. }
            | Self::MoreThanCondition { .. }
            | Self::AfterLastDay { .. }
            | Self::DocumentNotShown { .. }
            | Self::SerialsMissing { .. } => {
                let whence = self.whence().cloned().unwrap_or_default();
                self.condition_not_met(&whence)
            }
            Self::NothingPassesTheBorder => Bilingual::new(
                "the permit is for brokering or a transfer: nothing passes the border on it",
                "la licence vise le courtage ou un transfert : rien ne passe la frontière à ce titre",
            ),
            Self::Policy { line, finding } => policy(*line, finding),
        }
    }

    fn amounts_do_not_fit(&self) -> Bilingual {
        match self {
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
            _ => Bilingual::default(),
        }
    }

    fn condition_not_met(&self, whence: &Whence) -> Bilingual {
        let (en, fr) = match self {
            Self::RouteForbidden { line, country, .. } => (
                format!("line {line}: a condition keeps the goods away from {country}"),
                format!(
                    "ligne {line} : une condition tient les marchandises à l’écart de {country}"
                ),
            ),
            Self::OfficeNotNamed { office, .. } => (
                format!("a condition does not let the goods leave through office {office}"),
                format!("une condition ne permet pas la sortie par le bureau {office}"),
            ),
            Self::DestinationNotNamed { line, country, .. } => (
                format!("line {line}: a condition does not name the destination {country}"),
                format!("ligne {line} : une condition ne nomme pas la destination {country}"),
            ),
            Self::ConsigneeNotNamed {
                line, consignee, ..
            } => {
                let who = consignee.as_ref().map_or("—", PartyId::as_str);
                (
                    format!("line {line}: a condition does not name the consignee {who}"),
                    format!("ligne {line} : une condition ne nomme pas le consignataire {who}"),
                )
            }
            Self::MoreThanCondition {
                line,
                asked,
                used,
                at_most,
                ..
            } => (
                format!(
                    "line {line}: a condition allows {at_most} in all; {used} are used and {asked} are asked"
                ),
                format!(
                    "ligne {line} : une condition permet {at_most} en tout ; {used} sont utilisés et {asked} sont demandés"
                ),
            ),
            Self::AfterLastDay { line, last_day, .. } => (
                format!("line {line}: a condition wants the goods declared by {last_day}"),
                format!(
                    "ligne {line} : une condition veut que les marchandises soient déclarées au plus tard le {last_day}"
                ),
            ),
            Self::DocumentNotShown { line, document, .. } => (
                format!("line {line}: a condition wants document {document} shown"),
                format!(
                    "ligne {line} : une condition exige la présentation du document {document}"
                ),
            ),
            Self::SerialsMissing {
                line,
                expected,
                declared,
                ..
            } => (
                format!(
                    "line {line}: {expected} serial numbers are expected, {declared} are declared"
                ),
                format!(
                    "ligne {line} : {expected} numéros de série sont attendus, {declared} sont déclarés"
                ),
            ),
            _ => return Bilingual::default(),
        };
        match &whence.order {
            Some(order) => Bilingual::new(
                format!("{en} (order {order})"),
                format!("{fr} (ordre {order})"),
            ),
            None => Bilingual::new(en, fr),
        }
    }
}

fn stopped(line: LineNo, order: &OrderId, verb: &Bilingual, is_use_only: bool) -> Bilingual {
    let (en, fr) = if is_use_only {
        ("this use of line", "cet usage de la ligne")
    } else {
        ("line", "la ligne")
    };
    let (say, dire) = (&verb.en, &verb.fr);
    let participe = if is_use_only { "arrêté" } else { "arrêtée" };
    Bilingual::new(
        format!("{en} {line} is stopped by order {order} ({say})"),
        format!("{fr} {line} est {participe} par l’ordre {order} ({dire})"),
    )
}

fn mismatch(line: LineNo, term: Term, declared: &str) -> Bilingual {
    let (en, fr) = term.name();
    Bilingual::new(
        format!("line {line}: the {en} declared, {declared}, is not on the permit"),
        format!("ligne {line} : {fr} déclaré(e), {declared}, n’est pas sur la licence"),
    )
}

fn policy(line: LineNo, finding: &PolicyFinding) -> Bilingual {
    match finding {
        PolicyFinding::Stands { says, .. } => Bilingual::new(
            format!("line {line}: {}", says.en),
            format!("ligne {line} : {}", says.fr),
        ),
        PolicyFinding::Undetermined { .. } => Bilingual::new(
            format!("line {line}: a policy could not be evaluated, so nothing is released"),
            format!("ligne {line} : une politique n’a pu être évaluée, donc rien n’est libéré"),
        ),
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
