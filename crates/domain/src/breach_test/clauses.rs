//! Which observation speaks to which clause.

use super::{Cited, Laid, Observation, Source, Verdict, authorised, refused};
use crate::assurance::Undertaking;
use crate::finding::Held;
use crate::id::QuestionId;
use crate::language::Bilingual;

/// The step of proof that an observation serves before any other.
const OBSERVATION: &str = "observation";

/// Whether the text of a clause does not say enough to be broken.
pub(super) fn is_silent(undertaking: &Undertaking) -> bool {
    match undertaking {
        Undertaking::StatedEndUse { end_use } => end_use.trim().is_empty(),
        Undertaking::PermittedEndUsers { end_users } => end_users.is_empty(),
        Undertaking::PermittedTerritory { countries, .. }
        | Undertaking::ResaleOnlyTo { countries } => countries.is_empty(),
        Undertaking::NoRetransferWithoutConsent
        | Undertaking::RightOfVerification
        | Undertaking::DeliveryVerification { .. } => false,
        Undertaking::OnwardTransferStatement { will_transfer, .. } => *will_transfer,
    }
}

/// What speaks to a clause, and what it would take to say more.
pub(super) fn cite(laid: &Laid<'_>, undertaking: &Undertaking) -> (Vec<Cited>, Vec<Bilingual>) {
    if is_silent(undertaking) {
        let needs = Bilingual::new(
            "find the text of the clause: what was recorded cannot be broken",
            "trouver le texte de la clause : ce qui est consigné ne peut être enfreint",
        );
        return (Vec::new(), vec![needs]);
    }
    match undertaking {
        Undertaking::RightOfVerification => (visits(laid), Vec::new()),
        Undertaking::DeliveryVerification { .. } => (deliveries(laid, undertaking), Vec::new()),
        _ => {
            let (mut cited, mut needs) = (Vec::new(), Vec::new());
            for observation in laid.observations {
                match speaks(laid, undertaking, observation) {
                    Speaks::Says(verdict, says) => {
                        cited.extend(weighed(laid, observation, verdict, says));
                    }
                    Speaks::Needs(what) => needs.push(what),
                }
            }
            needs.dedup();
            (cited, needs)
        }
    }
}

/// What one observation has to say of one clause.
enum Speaks {
    /// It says this.
    Says(Verdict, Bilingual),
    /// It would, if this were known.
    Needs(Bilingual),
}

/// An observation with the step that rests on it; none where that step is refuted.
fn weighed(
    laid: &Laid<'_>,
    observation: &Observation,
    verdict: Verdict,
    says: Bilingual,
) -> Option<Cited> {
    let rests = |question: &QuestionId| {
        let answer = laid.finding.answers.get(question)?;
        let is_here = answer.rests_on.contains(&observation.evidence);
        is_here.then_some((question.clone(), answer.held))
    };
    let first = QuestionId::new(OBSERVATION).ok();
    let step = first
        .as_ref()
        .and_then(rests)
        .or_else(|| laid.finding.answers.keys().find_map(rests));
    if step
        .as_ref()
        .is_some_and(|(_, held)| *held == Held::Refuted)
    {
        return None;
    }
    let (step, held) = step.unzip();
    Some(Cited {
        source: Source::Evidence {
            evidence: observation.evidence.clone(),
        },
        verdict,
        says,
        step,
        held,
        grade: observation.grade.clone(),
    })
}

fn speaks(laid: &Laid<'_>, undertaking: &Undertaking, observation: &Observation) -> Speaks {
    let (evidence, seen) = (&observation.evidence, &observation.observed);
    match undertaking {
        Undertaking::PermittedTerritory { countries, .. } => match &seen.country {
            Some(country) => {
                let verdict = as_promised(countries.contains(country));
                Speaks::Says(verdict, found_in(evidence, country))
            }
            None => needs_country(evidence),
        },
        Undertaking::PermittedEndUsers { end_users } => match &seen.holder {
            Some(holder) => {
                let verdict = as_promised(end_users.contains(holder));
                Speaks::Says(verdict, in_hands(evidence, holder))
            }
            None => needs_holder(observation),
        },
        Undertaking::NoRetransferWithoutConsent | Undertaking::OnwardTransferStatement { .. } => {
            match &seen.holder {
                Some(holder) => {
                    let verdict = as_promised(authorised(laid).contains(holder));
                    Speaks::Says(verdict, in_hands(evidence, holder))
                }
                None => elsewhere(laid, observation),
            }
        }
        Undertaking::ResaleOnlyTo { countries } => match &seen.holder {
            Some(holder) if authorised(laid).contains(holder) => {
                Speaks::Says(Verdict::Consistent, in_hands(evidence, holder))
            }
            Some(holder) => match laid.countries.get(holder) {
                Some(country) => {
                    let verdict = as_promised(countries.contains(country));
                    Speaks::Says(verdict, in_hands(evidence, holder))
                }
                None => Speaks::Needs(Bilingual::new(
                    format!("record the country of {holder}"),
                    format!("consigner le pays de {holder}"),
                )),
            },
            None => needs_holder(observation),
        },
        Undertaking::StatedEndUse { end_use } => used(observation, end_use),
        Undertaking::RightOfVerification | Undertaking::DeliveryVerification { .. } => {
            Speaks::Needs(Bilingual::default())
        }
    }
}

const fn as_promised(is: bool) -> Verdict {
    if is {
        Verdict::Consistent
    } else {
        Verdict::WouldBeBreached
    }
}

/// A place alone shows no change of hands: a person compares.
fn elsewhere(laid: &Laid<'_>, observation: &Observation) -> Speaks {
    let Some(country) = &observation.observed.country else {
        return needs_holder(observation);
    };
    let is_destination = laid
        .terms
        .iter()
        .any(|terms| terms.final_destinations.contains(country));
    let verdict = if is_destination {
        Verdict::Consistent
    } else {
        Verdict::ToBeJudged
    };
    Speaks::Says(verdict, found_in(&observation.evidence, country))
}

fn used(observation: &Observation, end_use: &str) -> Speaks {
    let evidence = &observation.evidence;
    let Some(used_for) = &observation.observed.used_for else {
        return Speaks::Needs(Bilingual::new(
            format!("record what the object of {evidence} was seen to be used for"),
            format!("consigner à quoi servait l’objet de {evidence}"),
        ));
    };
    let folded = |text: &str| text.trim().to_lowercase();
    let verdict = if folded(used_for) == folded(end_use) {
        Verdict::Consistent
    } else {
        Verdict::ToBeJudged
    };
    Speaks::Says(
        verdict,
        Bilingual::new(
            format!("{evidence}: used for `{used_for}`; promised: `{end_use}`"),
            format!("{evidence} : utilisé pour `{used_for}` ; promis : `{end_use}`"),
        ),
    )
}

fn found_in(evidence: &dyn std::fmt::Display, country: &dyn std::fmt::Display) -> Bilingual {
    Bilingual::new(
        format!("{evidence}: found in {country}"),
        format!("{evidence} : découvert ici : {country}"),
    )
}

fn in_hands(evidence: &dyn std::fmt::Display, holder: &dyn std::fmt::Display) -> Bilingual {
    Bilingual::new(
        format!("{evidence}: in the hands of {holder}"),
        format!("{evidence} : entre les mains de {holder}"),
    )
}

fn needs_country(evidence: &dyn std::fmt::Display) -> Speaks {
    Speaks::Needs(Bilingual::new(
        format!("record the country in which the object of {evidence} was found"),
        format!("consigner le pays où l’objet de {evidence} a été découvert"),
    ))
}

fn needs_holder(observation: &Observation) -> Speaks {
    let evidence = &observation.evidence;
    Speaks::Needs(Bilingual::new(
        format!("record, as a party of the register, who had the object of {evidence}"),
        format!("consigner, comme partie du registre, qui avait l’objet de {evidence}"),
    ))
}

/// Visits under a right of verification: refused, or made.
fn visits(laid: &Laid<'_>) -> Vec<Cited> {
    let cited = laid.visits.iter().filter_map(|visit| {
        let is_refused = refused(visit)?;
        let id = &visit.plan.id;
        let says = if is_refused {
            Bilingual::new(
                format!("visit {id}: access was refused"),
                format!("visite {id} : l’accès a été refusé"),
            )
        } else {
            Bilingual::new(
                format!("visit {id} was made"),
                format!("la visite {id} a eu lieu"),
            )
        };
        Some(Cited {
            source: Source::Visit { visit: id.clone() },
            verdict: as_promised(!is_refused),
            says,
            step: None,
            held: None,
            grade: None,
        })
    });
    cited.collect()
}

/// Whether delivery was verified by the day promised, as the register itself holds it.
fn deliveries(laid: &Laid<'_>, undertaking: &Undertaking) -> Vec<Cited> {
    let Undertaking::DeliveryVerification { by } = undertaking else {
        return Vec::new();
    };
    let deliveries = laid.assurance.deliveries.iter();
    let mut known = deliveries.filter(|(on, ..)| *on <= laid.on);
    let (verdict, says) = if let Some((on, ..)) = known.find(|(_, is_complete, _)| *is_complete) {
        let says = Bilingual::new(
            format!("delivery was verified on {on}"),
            format!("la livraison a été vérifiée le {on}"),
        );
        (Verdict::Consistent, says)
    } else if laid.on > *by {
        let says = Bilingual::new(
            format!("no delivery was verified by {by}"),
            format!("aucune livraison n’a été vérifiée au {by}"),
        );
        (Verdict::WouldBeBreached, says)
    } else {
        return Vec::new();
    };
    vec![Cited {
        source: Source::Register,
        verdict,
        says,
        step: None,
        held: None,
        grade: None,
    }]
}
