//! Policies and dialogues of a case.

use super::super::scopes;
use super::super::stage::{Made, Stage, mistaken};
use super::super::words::{both, spoken};
use crate::answer::DeskError;
use domain::dialogue::Step;
use domain::id::{DialogueId, DocumentKind, MeasureId};
use domain::language::Bilingual;
use domain::measure::{Clearance, PolicyMeasure, Rule, Text};
use domain::policy::Effect;
use intake::scenario::EventSpec;
use std::collections::BTreeSet;

impl Stage<'_> {
    pub(in crate::scenario) fn policy(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
        fixed: Option<Effect>,
    ) -> Result<(), DeskError> {
        let day = self.desk.clock().today();
        let spec = event.scope.clone().unwrap_or_default();
        let scope = self.scope(&spec, day)?;
        let exceptions = self.exceptions(&spec, day)?;
        let word = spec.rule.as_deref().unwrap_or(if fixed.is_some() {
            "hold"
        } else {
            "case_by_case"
        });
        let effect = match (fixed, word) {
            (Some(effect), _) => Some(effect),
            (None, "presumptive_denial") => Some(Effect::PresumeDenial),
            (None, "assessment") => Some(Effect::CaseByCase),
            // No presumption either way: nothing stands but what is required.
            (None, "case_by_case" | "normal_review") => None,
            (None, other) => Some(scopes::effect(other)?),
        };
        let said = title_of(effect, &self.permit_words());
        let mut rules = Vec::new();
        if let Some(effect) = effect {
            rules.push(Rule {
                effect,
                scope: scope.clone(),
                exceptions,
                cleared_by: match effect {
                    Effect::PresumeDenial => Clearance::ExceptionalCircumstances,
                    Effect::CaseByCase => Clearance::Assessment,
                    _ => Clearance::LiftingOnly,
                },
                says: said.clone(),
            });
        }
        rules.extend(self.required_documents(event, scope)?);
        // Without an instrument that the file names, the words stand alone.
        let title = match &event.instrument {
            Some(named) => both(
                format!("{} ({named})", said.en),
                format!("{} ({named})", said.fr),
            ),
            None => said,
        };
        let mut draft = self.empty_draft(event, day)?;
        if !rules.is_empty() {
            draft.policies.push(PolicyMeasure {
                id: self.ident(event, MeasureId::new(&format!("MSR-{}", event.n.0)))?,
                instrument: self.instrument(event, "policy", title.clone(), day)?,
                text: Text::Rules { rules },
            });
        }
        if let Some(name) = &event.concludes {
            draft.concludes.insert(self.dialogue_of(event, name)?);
        }
        self.decide(event, draft, title, made)
    }

    /// The rule that asks for documents, where the event requires any.
    fn required_documents(
        &self,
        event: &EventSpec,
        scope: domain::scope::Scope,
    ) -> Result<Option<Rule>, DeskError> {
        if event.requires.is_empty() {
            return Ok(None);
        }
        let mut documents: BTreeSet<DocumentKind> = BTreeSet::new();
        for kind in &event.requires {
            documents.insert(self.ident(event, DocumentKind::new(kind))?);
        }
        Ok(Some(Rule {
            effect: Effect::NeedsDocument,
            scope,
            exceptions: Vec::new(),
            cleared_by: Clearance::Documents { documents },
            says: Bilingual::new("documents are required", "des documents sont exigés"),
        }))
    }

    pub(in crate::scenario) fn lift(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let day = self.desk.clock().today();
        let draft = self.empty_draft(event, day)?;
        let what = both("measures are lifted", "des mesures sont levées");
        self.decide(event, draft, what, made)
    }

    pub(in crate::scenario) fn require_dialogue(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let day = self.desk.clock().today();
        let name = event.name.clone().unwrap_or_else(|| "dialogue".to_owned());
        let dialogue = self.ident(event, DialogueId::new(&name))?;
        let words = both(spoken(&name), spoken(&name));
        let agenda = ["consistency with end-use assurances".to_owned()];
        self.desk
            .open_dialogue(&self.officers.minister, &dialogue, &words, None, &agenda)?;
        self.dialogues.insert(name, dialogue.clone());
        made.dialogue = Some(dialogue.clone());
        let spec = event
            .holds
            .clone()
            .or_else(|| event.scope.clone())
            .unwrap_or_default();
        let mut exceptions = self.exceptions(&spec, day)?;
        if let Some(word) = &event.except {
            exceptions.push(scopes::programme_exception(word)?);
        }
        let title = Bilingual::new(
            "No further permits before a dialogue has concluded",
            "Aucune autre licence avant la conclusion d’un dialogue",
        );
        let mut draft = self.empty_draft(event, day)?;
        draft.policies.push(PolicyMeasure {
            id: self.ident(event, MeasureId::new(&format!("MSR-{}", event.n.0)))?,
            instrument: self.instrument(event, "policy", title.clone(), day)?,
            text: Text::Rules {
                rules: vec![Rule {
                    effect: Effect::Hold,
                    scope: self.scope(&spec, day)?,
                    exceptions,
                    cleared_by: Clearance::Dialogue { dialogue },
                    says: Bilingual::new(
                        "held until the dialogue has concluded",
                        "en attente jusqu’à la conclusion du dialogue",
                    ),
                }],
            },
        });
        self.decide(event, draft, title, made)
    }

    pub(in crate::scenario) fn dialogue_of(
        &self,
        event: &EventSpec,
        name: &str,
    ) -> Result<DialogueId, DeskError> {
        self.dialogues.get(name).cloned().ok_or_else(|| {
            let says =
                format!("there is no dialogue `{name}`: expected an earlier `require_dialogue`");
            mistaken(&self.scenario.scenario, &event.n.0, says)
        })
    }

    pub(in crate::scenario) fn step_dialogue(
        &mut self,
        event: &EventSpec,
        step: Step,
    ) -> Result<(), DeskError> {
        let name = event.name.clone().unwrap_or_else(|| "dialogue".to_owned());
        let dialogue = self.dialogue_of(event, &name)?;
        self.desk.step_dialogue(
            &self.officers.licensing,
            &dialogue,
            step,
            "as the case has it",
        )?;
        let (en, fr) = crate::timeline::step(step);
        let shown = spoken(&name);
        let what = both(
            format!("dialogue “{shown}” {en}"),
            format!("le dialogue « {shown} » {fr}"),
        );
        self.row(&event.n.0, what, Bilingual::default());
        Ok(())
    }
}

/// The title of a measure that the file gives none, in the authority's own word for permits.
fn title_of(effect: Option<Effect>, permits: &Bilingual) -> Bilingual {
    let Bilingual { en, fr } = permits;
    let begins_open = fr.starts_with(['a', 'e', 'i', 'o', 'u', 'é', 'h']);
    let of = if begins_open { "d’" } else { "de " };
    match effect {
        Some(Effect::Bar) => both(
            format!("No {en} are issued"),
            format!("Nulle délivrance {of}{fr}"),
        ),
        Some(Effect::Hold) => both(
            format!("The issue of {en} is paused"),
            format!("La délivrance {of}{fr} est suspendue"),
        ),
        Some(Effect::PresumeDenial) => both(
            "Applications are presumptively denied",
            "Les demandes sont présumées refusées",
        ),
        Some(Effect::NeedsDocument) => both("Documents are required", "Des documents sont exigés"),
        Some(Effect::NeedsConsultation) => {
            both("Consultation is required", "Une consultation est exigée")
        }
        Some(Effect::CaseByCase) => both(
            "Applications are assessed case by case",
            "Les demandes sont évaluées au cas par cas",
        ),
        None => both("No presumption either way", "Aucune présomption"),
    }
}
