//! Applications and permits.

use std::collections::BTreeSet;

use super::{Says, both, standing};
use crate::application::complete::StepRefusal;
use crate::application::refuse::RefuseRefusal;
use crate::application::submit::{LINES_MAX, Missing, SubmitRefusal};
use crate::language::Bilingual;
use crate::permit::amend::{AmendRefusal, Term};
use crate::permit::issue::IssueRefusal;
use crate::permit::surrender::SurrenderRefusal;
use crate::risk::RiskRefusal;

/// The words of a list of missing fields.
pub(crate) fn missing(fields: &BTreeSet<Missing>) -> Bilingual {
    let word = |field: &Missing| match field {
        Missing::Exporter => Bilingual::new("the exporter", "l’exportateur"),
        Missing::Consignee => Bilingual::new("a consignee", "un consignataire"),
        Missing::FinalDestination => Bilingual::new(
            "the country of use or final destination",
            "le pays d’utilisation ou de destination finale",
        ),
        Missing::Line => Bilingual::new("at least one line", "au moins une ligne"),
        Missing::Description(line) => Bilingual::new(
            format!("the description of line {line}"),
            format!("la description de la ligne {line}"),
        ),
        Missing::Quantity(line) => Bilingual::new(
            format!("the quantity of line {line}"),
            format!("la quantité de la ligne {line}"),
        ),
        Missing::Value(line) => Bilingual::new(
            format!("the value of line {line}"),
            format!("la valeur de la ligne {line}"),
        ),
    };
    let (en, fr): (Vec<String>, Vec<String>) = fields
        .iter()
        .map(|field| {
            let said = word(field);
            (said.en, said.fr)
        })
        .unzip();
    Bilingual::new(en.join(", "), fr.join(", "))
}

impl Says for SubmitRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::Incomplete(fields) => {
                format!(
                    "la demande est incomplète : il manque {}",
                    missing(fields).fr
                )
            }
            Self::LineTwice(line) => format!(
                "la ligne {line} figure deux fois sur la demande : chaque numéro est attendu une fois"
            ),
            Self::TooManyLines(count) => {
                format!("la demande compte {count} lignes : au plus {LINES_MAX} sont attendues")
            }
            Self::GeneralPermit => {
                "une licence générale ne se demande pas : s’inscrire plutôt pour son usage".into()
            }
            Self::SupersededHasEnded(id) => format!(
                "la demande {id} est close et ne peut être remplacée : en présenter une nouvelle"
            ),
            Self::NotTheApplicant(id) => format!(
                "la demande {id} n’est pas de ce demandeur : seul son propre demandeur peut la remplacer"
            ),
        };
        both(self, french)
    }
}

impl Says for StepRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::Ended(id) => format!("la demande {id} est close : plus rien ne s’y fait"),
            Self::NoSuchLine { application, line } => {
                format!("la demande {application} n’a pas de ligne {line}")
            }
            Self::NotOnePrimary(line, count) => format!(
                "la ligne {line} a {count} classements principaux : un seul est attendu, exactement"
            ),
            Self::NothingAsked(id) => format!(
                "la demande {id} n’a pas de question ouverte : il n’y a rien à quoi répondre"
            ),
            Self::AlreadyAsked(id) => {
                format!("la demande {id} a une question ouverte : son délai est déjà arrêté")
            }
            Self::NoReasons => "l’acte ne donne pas de motifs : il faut dire pourquoi".into(),
            Self::NotRated(line) => format!(
                "la ligne {line} n’est pas classée par un agent : la classer avant de recommander"
            ),
            Self::Paused => {
                "le délai est arrêté tant qu’une question est ouverte : recommander après la réponse"
                    .into()
            }
        };
        both(self, french)
    }
}

impl Says for RefuseRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::Ended(id) => format!("la demande {id} est close"),
            Self::NotRecommended(id) => format!(
                "personne n’a recommandé de refuser la demande {id} : il y faut quatre yeux"
            ),
            Self::SameOfficer(officer) => {
                format!("{officer} l’a recommandé : c’est un autre agent qui décide")
            }
            Self::NoGround => {
                "le refus ne nomme pas de motif ou pas de droit : les deux sont attendus, pour qu’il puisse être contesté"
                    .into()
            }
            Self::NoReasons => {
                "le refus ne donne pas de raisons : il faut ce qui est dit au demandeur".into()
            }
        };
        both(self, french)
    }
}

impl Says for RiskRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::NoCriterion => {
                "la détermination est vide : au moins un critère est attendu".into()
            }
            Self::NoReasons(criterion) => format!(
                "le critère {criterion} n’a pas de motifs : il faut dire pourquoi le risque est jugé ainsi"
            ),
            Self::AdoptedUnconsidered { criterion, measure } => format!(
                "critère {criterion} : `{measure}` est adoptée et n’a pas été considérée : l’atténuation se pèse avant de juger le risque"
            ),
            Self::NothingConsidered(criterion) => format!(
                "critère {criterion} : un risque sérieux est tenu et aucune mesure d’atténuation n’a été envisagée : elles sont attendues avant que le risque soit jugé"
            ),
            Self::UnexplainedFall(criterion) => format!(
                "critère {criterion} : le risque résiduel est inférieur au risque brut et aucune mesure n’a été adoptée"
            ),
        };
        both(self, french)
    }
}

impl Says for IssueRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::Ended(id) => format!("la demande {id} est close"),
            Self::Paused(id) => {
                format!("la demande {id} a une question ouverte : décider après la réponse")
            }
            Self::NotRated(line) => format!("la ligne {line} n’est pas classée par un agent"),
            Self::NotScreened(party) => format!(
                "{party} n’a pas passé le filtrage : une partie non filtrée ferme la décision"
            ),
            Self::RiskNotDetermined => {
                "le risque selon les critères de la loi n’est pas déterminé : il doit être considéré avant la délivrance"
                    .into()
            }
            Self::SubstantialRisk(risk) => format!(
                "la décision {risk} tient qu’un risque sérieux subsiste : la licence ne peut être délivrée"
            ),
            Self::Policies(findings) => {
                let names: Vec<&str> = findings
                    .iter()
                    .map(|finding| {
                        finding
                            .policy()
                            .unwrap_or("les faits n’ont pu être soumis à aucune politique")
                    })
                    .collect();
                format!("des politiques s’y opposent : {}", names.join(", "))
            }
            Self::NotRecommended(id) => format!(
                "personne n’a recommandé la délivrance sur la demande {id} : il y faut quatre yeux"
            ),
            Self::SameOfficer(officer) => {
                format!("{officer} l’a recommandé : c’est un autre agent qui décide")
            }
            Self::EndsBeforeItBegins {
                valid_from,
                last_day,
            } => format!(
                "la licence finirait le {last_day}, avant de commencer le {valid_from}"
            ),
            Self::RetroactiveWithoutReasons(day) => format!(
                "la licence vaudrait dès le {day}, avant sa délivrance, et n’en donne pas les motifs"
            ),
        };
        both(self, french)
    }
}

/// A term that makes another export, in English and French.
pub(crate) const fn term(term: Term) -> (&'static str, &'static str) {
    match term {
        Term::Item => ("the item or its rating", "l’article ou son classement"),
        Term::EndUser => ("the end user", "l’utilisateur final"),
        Term::Consignee => ("a consignee", "un consignataire"),
        Term::Broker => ("a broker", "un courtier"),
        Term::Destination => ("a destination", "une destination"),
        Term::EndUse => ("the end use", "l’utilisation finale"),
        Term::MoreThanGranted => ("more than was granted", "plus qu’il n’a été accordé"),
        Term::Duration => ("a later last day", "un dernier jour plus tardif"),
        Term::Holder => (
            "its holder or kind",
            "le titulaire ou le genre de la licence",
        ),
        Term::Movement => ("the movement", "le mouvement"),
        Term::Condition => ("a condition", "une condition"),
    }
}

impl Says for AmendRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::NeedsNewPermit { permit, term: held } => format!(
                "la licence {permit} ne peut être modifiée sur ce point ({}) : c’est une autre exportation, et il faut une nouvelle demande",
                term(*held).1
            ),
            Self::AfterExpiry { permit, expired_on } => format!(
                "la licence {permit} a expiré le {expired_on} : une modification se demande avant"
            ),
            Self::NotInForce {
                permit,
                standing: held,
            } => format!(
                "la licence {permit} est {} : elle ne se modifie pas dans cette situation",
                standing(*held)
            ),
            Self::BelowUse { permit, line } => format!(
                "la ligne {line} de la licence {permit} a déjà servi au-delà de la nouvelle quantité ou valeur"
            ),
            Self::NoReason { permit } => format!(
                "la modification de la licence {permit} ne donne pas de raison : le terme et la raison sont attendus par écrit"
            ),
        };
        both(self, french)
    }
}

impl Says for SurrenderRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::NotTheHolder { permit, by } => format!(
                "la licence {permit} n’est pas détenue par {by} : seul son titulaire peut la remettre"
            ),
            Self::AlreadyEnded {
                permit,
                standing: held,
            } => format!("la licence {permit} est déjà {}", standing(*held)),
        };
        both(self, french)
    }
}
