//! Measures, their signing, and the scopes that they go by.

use super::{Says, both, verb};
use crate::language::Bilingual;
use crate::measure::propose::ProposeRefusal;
use crate::measure::sign::{CountersignRefusal, SignRefusal};
use crate::scope::{SCOPE_DEPTH_MAX, SCOPE_NODES_MAX, ScopeMistake};

impl Says for ScopeMistake {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::TooDeep => format!(
                "la portée est emboîtée sur plus de {SCOPE_DEPTH_MAX} niveaux : une portée plus plate est attendue"
            ),
            Self::TooLarge => format!(
                "la portée a plus de {SCOPE_NODES_MAX} conditions : moins sont attendues, ou un groupe de pays, ou une branche de la liste"
            ),
            Self::Empty(word) => {
                format!("la portée a un `{word}` vide : au moins une condition y est attendue")
            }
        };
        both(self, french)
    }
}

impl Says for ProposeRefusal {
    fn says(&self) -> Bilingual {
        both(self, french_of_proposal(self))
    }
}

fn french_of_proposal(refusal: &ProposeRefusal) -> String {
    use ProposeRefusal as R;
    match refusal {
        R::Empty(id) => format!("la décision {id} ne fait rien et ne lève rien"),
        R::OneLanguage(what) => format!(
            "il manque à {what} un texte dans l’une des deux langues : l’anglais et le français sont attendus"
        ),
        R::NoGround(what) => format!("{what} ne nomme aucun motif : au moins un est attendu"),
        R::DaysOutOfOrder(what) => {
            format!("{what} finit ou doit être réexaminé avant de commencer")
        }
        R::NoReviewDay(what) => {
            format!("{what} n’a pas de jour de réexamen : `review_by` est attendu")
        }
        R::NotByScope { order, kind } => format!(
            "l’ordre {order} {} selon une portée : seule une suspension le peut ; les licences sont attendues par numéro",
            verb(*kind)
        ),
        R::NamesNothing(order) => format!("l’ordre {order} ne nomme ni licence ni ligne"),
        R::EndsNothing(order) => format!(
            "l’ordre {order} rétablit et ne nomme ni suspension ni annulation à laquelle il mette fin"
        ),
        R::NothingToEnd { order, ended } => format!(
            "l’ordre {order} mettrait fin à {ended} : il n’y a pas de tel ordre auquel il puisse mettre fin"
        ),
        R::NoNewTerms { order, permit } => format!(
            "l’ordre {order} modifie la licence {permit} et ne lui donne pas de nouveaux termes"
        ),
        R::NoSuchPermit { order, permit } => {
            format!("l’ordre {order} nomme la licence {permit} : il n’y a pas de telle licence")
        }
        R::NothingToLift(measure) => {
            format!("la mesure {measure} n’est pas en vigueur : il n’y a rien à lever")
        }
        R::NothingToConclude(dialogue) => format!(
            "le dialogue {dialogue} ne peut être conclu : il n’y a pas de tel dialogue en cours"
        ),
        R::Scope { what, mistake } => format!("{what} : {}", mistake.says().fr),
        R::NumberTaken(number) => {
            format!("{number} existe déjà : un nouveau numéro est attendu")
        }
    }
}

impl Says for SignRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::Settled(id) => format!("la décision {id} est déjà réglée"),
            Self::SameOfficer(officer) => {
                format!("{officer} l’a proposée : c’est un autre agent qui signe")
            }
            Self::NotAStop(id) => format!(
                "la décision {id} fait plus qu’arrêter : seule une suspension peut être signée d’une seule main"
            ),
            Self::NotPreviewed(order) => format!(
                "l’ordre {order} n’a pas eu d’aperçu : personne ne signe ce que personne n’a vu"
            ),
            Self::SetChanged { order, seen, now } => format!(
                "l’ordre {order} atteint maintenant {} lignes de {} licences, et l’aperçu en montrait {} de {} : refaire l’aperçu",
                now.lines, now.permits, seen.lines, seen.permits
            ),
            Self::CannotActOn {
                order,
                permit,
                because,
            } => format!(
                "l’ordre {order} ne peut agir sur la licence {permit} : {}",
                because.fr
            ),
        };
        both(self, french)
    }
}

impl Says for CountersignRefusal {
    fn says(&self) -> Bilingual {
        let french = match self {
            Self::NotWaiting(id) => format!("la décision {id} n’attend pas de contreseing"),
            Self::SameOfficer(officer) => {
                format!("{officer} l’a signée : c’est un autre agent qui contresigne")
            }
            Self::NoReasons => {
                "décliner sans donner de motifs ne se peut : il faut dire pourquoi".into()
            }
            Self::Settled(id) => format!("la décision {id} est déjà réglée"),
        };
        both(self, french)
    }
}
