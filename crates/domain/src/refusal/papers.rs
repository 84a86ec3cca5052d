//! Assurances, dialogues, evidence, findings and reviews.

use super::{Says, both, standing};
use crate::assurance::AssuranceRefusal;
use crate::dialogue::DialogueRefusal;
use crate::evidence::LinkRefusal;
use crate::finding::FindingRefusal;
use crate::language::Bilingual;
use crate::review::{ReviewOutcome, ReviewRefusal};

impl Says for AssuranceRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::NoReceiver => {
                "une assurance orale ne nomme pas qui l’a reçue : il faut dire qui l’a entendue"
            }
            Self::NoPaper => {
                "une assurance écrite n’a pas son document : le document même est attendu, gardé par son empreinte"
            }
            Self::NoUndertaking => {
                "l’assurance ne promet rien : au moins un engagement est attendu"
            }
        };
        both(self, french)
    }
}

impl Says for DialogueRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::Concluded(id) => {
                format!("le dialogue {id} est conclu : en ouvrir un autre pour consulter encore")
            }
            Self::NotStalled(id) => {
                format!("le dialogue {id} est en cours : seul un dialogue au point mort reprend")
            }
            Self::Stalled(id) => {
                format!("le dialogue {id} est au point mort : il doit d’abord reprendre")
            }
        };
        both(self, french)
    }
}

impl Says for crate::webhook::WebhookRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::Ended(id) => format!("l’abonnement {id} a pris fin : en faire un autre"),
            Self::NotSent { from, to } => format!(
                "une plage de {from} à {to} est attendue : ce qui a été envoyé sous cet abonnement"
            ),
        };
        both(self, french)
    }
}

impl Says for LinkRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::NoReasons(id) => {
                format!("le lien depuis {id} n’a pas de motifs : le chemin qui y mène est attendu")
            }
            Self::NotStrong(id) => format!(
                "le lien depuis {id} est dit fort et aucun numéro de série n’a été lu en entier : `inferred` ou `category` est attendu"
            ),
            Self::Humanitarian(id) => {
                format!("{id} est un rapport humanitaire : il ne pèse sur aucune licence")
            }
        };
        both(self, french)
    }
}

impl Says for FindingRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::NoAnswer => {
                "la constatation ne répond à aucune question : au moins une réponse est attendue"
                    .into()
            }
            Self::NoReasons(question) => format!(
                "la réponse à {question} n’a pas de motifs : il faut dire pourquoi elle est tenue"
            ),
            Self::RestsOnNothing(question) => format!(
                "la réponse à {question} ne repose sur aucune preuve : les éléments qui la fondent sont attendus"
            ),
            Self::NoSuchClause {
                assurance,
                clause,
                clauses,
            } => {
                format!("l’assurance {assurance} n’a pas de clause {clause} : elle en a {clauses}")
            }
        };
        both(self, french)
    }
}

/// An outcome, in English and French.
pub(crate) const fn outcome(outcome: ReviewOutcome) -> (&'static str, &'static str) {
    match outcome {
        ReviewOutcome::KeepInForce => ("keep in force", "maintenir en vigueur"),
        ReviewOutcome::KeepSuspended => ("keep suspended", "maintenir suspendue"),
        ReviewOutcome::Suspend => ("suspend", "suspendre"),
        ReviewOutcome::Reinstate => ("reinstate", "rétablir"),
        ReviewOutcome::Cancel => ("cancel", "annuler"),
        ReviewOutcome::CancelAndReinstate => (
            "cancel and reinstate under conditions",
            "annuler et rétablir sous conditions",
        ),
    }
}

impl Says for ReviewRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::NotAMember { permit, review } => format!(
                "la licence {permit} n’est pas dans l’examen {review} : son ensemble a été figé à l’ouverture"
            ),
            Self::Concluded(id) => {
                format!("l’examen {id} est conclu : en ouvrir un autre pour regarder encore")
            }
            Self::NoReasons(permit) => format!(
                "l’issue pour la licence {permit} n’a pas de motifs : il faut dire pourquoi, pour cette licence"
            ),
            Self::DoesNotFit {
                permit,
                stood,
                outcome: held,
            } => format!(
                "la licence {permit} était {} : l’issue « {} » n’y convient pas",
                standing(*stood),
                outcome(*held).1
            ),
            Self::Unfinished {
                review,
                missing,
                first,
            } => format!(
                "{missing} licences de l’examen {review} n’ont pas d’issue, dont la première est {first}"
            ),
            Self::NotAdvised { review, body } => format!(
                "{body} n’a pas donné d’avis sur l’examen {review} : son avis est attendu, ou la mention qu’il n’en a pas"
            ),
            Self::OwesNothing { review, body } => {
                format!("{body} ne doit aucun avis sur l’examen {review}")
            }
            Self::DueTooEarly {
                review,
                due_on,
                today,
            } => format!(
                "l’avis sur l’examen {review} est attendu le {due_on} : il faut un jour après le {today}"
            ),
            Self::Empty(id) => format!(
                "la portée de l’examen {id} n’atteint aucune licence : il n’y a rien à examiner"
            ),
        };
        both(self, french)
    }
}
