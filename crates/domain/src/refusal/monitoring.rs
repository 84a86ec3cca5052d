//! How material is kept and graded, requests and visits.

use super::{Says, both};
use crate::evidence::{GradeRefusal, KeepingRefusal};
use crate::language::Bilingual;
use crate::request::RequestRefusal;
use crate::visit::{VisitRefusal, said};

impl Says for KeepingRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::SaysNothing(id) => {
                format!("l’inscription sur {id} ne dit rien : il faut dire ce qui est juste")
            }
            Self::NoReasons(id) => {
                format!("l’inscription sur {id} n’a pas de motifs : il faut dire pourquoi")
            }
            Self::NobodyNamed(id) => format!(
                "l’étape de possession de {id} ne nomme personne : il faut dire de qui à qui"
            ),
            Self::NotYet {
                evidence,
                on,
                today,
            } => format!(
                "l’étape de possession de {evidence} est du {on} : un jour jusqu’au {today} est attendu"
            ),
            Self::RepeatsItself(id) => {
                format!("{id} ne peut se répéter lui-même : un autre élément est attendu")
            }
        };
        both(self, french)
    }
}

impl Says for GradeRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::NothingConfirms(id) => format!(
                "la cote de {id} dit « confirmé par d’autres sources » et n’en nomme aucune : les éléments qui le confirment sont attendus"
            ),
            Self::SameSource {
                evidence,
                source_named,
            } => format!(
                "la cote de {evidence} dit « confirmé par d’autres sources » et tout ce qu’elle nomme remonte à la même source : `{source_named}`"
            ),
            Self::AnothersHand(id) => {
                format!("la cote de {id} est signée par un autre : qui cote signe")
            }
        };
        both(self, french)
    }
}

impl Says for RequestRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::AsksNothing(id) => format!(
                "la demande de renseignements {id} ne demande rien : il faut dire ce que le destinataire doit dire"
            ),
            Self::NothingToTrace(id) => format!(
                "la demande de traçage {id} ne nomme ni marque, ni licence, ni envoi, ni élément : marque, modèle ou numéro de série tels que vus sont attendus"
            ),
            Self::DueTooEarly {
                request,
                due_on,
                after,
            } => format!(
                "la réponse à la demande {request} est attendue le {due_on} : il faut un jour après le {after}"
            ),
            Self::Answered(id) => {
                format!("la demande {id} a sa réponse : en envoyer une autre pour demander encore")
            }
            Self::SaysNothing(id) => format!(
                "la réponse à la demande {id} ne dit rien : il faut dire ce qu’elle dit, ou que personne n’a répondu"
            ),
            Self::NotDueYet { request, due_on } => format!(
                "la réponse à la demande {request} est attendue le {due_on} : nul ne peut dire avant cela qu’il n’en est pas venu"
            ),
            Self::SomethingCame(id) => format!(
                "la demande {id} a une réponse : « sans réponse » n’est pas ce qui s’est passé"
            ),
        };
        both(self, french)
    }
}

impl Says for VisitRefusal {
    fn says(&self) -> Bilingual {
        both(self, french(self))
    }
}

fn french(refusal: &VisitRefusal) -> String {
    match refusal {
        VisitRefusal::NoRight { visit, assurance } => format!(
            "la visite {visit} repose sur l’assurance {assurance}, qui ne donne aucun droit de vérification"
        ),
        VisitRefusal::AboutNothing(id) => format!(
            "la visite {id} ne porte sur rien : des articles à voir, ou des questions, sont attendus"
        ),
        VisitRefusal::Past {
            visit,
            planned_on,
            today,
        } => format!(
            "la visite {visit} est prévue le {planned_on} : le {today} ou un jour suivant est attendu"
        ),
        VisitRefusal::Over(id) => format!("la visite {id} est close : en prévoir une autre"),
        VisitRefusal::Sampled(id) => {
            format!("la visite {id} a son échantillon : il ne se tire qu’une fois")
        }
        VisitRefusal::SampleSize { visit, population } => format!(
            "la visite {visit} porte sur {population} articles : un échantillon de 1 à {population} est attendu"
        ),
        VisitRefusal::Unaccounted { visit, serial } => format!(
            "la visite {visit} ne dit rien de l’article {serial} : il faut le dire vu, ou pourquoi il ne l’a pas été"
        ),
        VisitRefusal::NotDue { visit, serial } => format!(
            "l’article {serial} n’était pas à voir lors de la visite {visit} : le consigner comme preuve"
        ),
        VisitRefusal::SeenOrNot(serial) => {
            format!("l’article {serial} est soit vu, avec le numéro lu, soit non vu, avec le motif")
        }
        VisitRefusal::DoesNotFit {
            outcome: held,
            because,
        } => format!(
            "l’issue « {} » ne convient pas à ce qui a été constaté : {}",
            said(*held).1,
            because.french()
        ),
        VisitRefusal::NoJudgment(id) => {
            format!("la visite {id} n’a pas de jugement : il est attendu, en mots, de qui signe")
        }
        VisitRefusal::NoReasons(question) => format!(
            "la réponse à {question} n’a pas de motifs : il faut dire pourquoi elle est tenue"
        ),
        VisitRefusal::NothingFollows(id) => format!(
            "la visite {id} n’a pas tout confirmé : il faut dire ce qui suit, et pour quand"
        ),
        VisitRefusal::NotYet {
            visit,
            made_on,
            today,
        } => format!(
            "la visite {visit} est consignée comme faite le {made_on} : un jour jusqu’au {today} est attendu"
        ),
        VisitRefusal::NothingOwed(id) => format!("la visite {id} n’a rien à faire suivre"),
    }
}
