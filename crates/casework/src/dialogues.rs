//! Dialogues: opened, committed to, stalled, resumed, concluded.

use domain::dialogue::{DialogueRecord, Step};
use domain::event::{DialogueOpened, DialogueStepped};
use domain::id::{DialogueId, PartyId};
use domain::language::Bilingual;

use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::reading;

impl Desk {
    /// Opens a dialogue.
    ///
    /// # Errors
    /// A mistake when the number is taken, a language is missing or the party unknown, or a fault.
    pub fn open_dialogue(
        &self,
        actor: &Actor,
        dialogue: &DialogueId,
        name: &Bilingual,
        with: Option<&PartyId>,
        agenda: &[String],
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "dialogue.open", |act| {
            if act.find::<DialogueRecord>(dialogue)?.is_some() {
                return Err(DeskError::taken("dialogue", dialogue));
            }
            if !name.is_complete() {
                return Err(DeskError::mistaken_as(
                    "name",
                    "expected English and French",
                    "l’anglais et le français sont attendus",
                ));
            }
            if let Some(party) = with {
                let _: domain::party::PartyRecord = act.load(party)?;
            }
            let event = DialogueOpened {
                dialogue: dialogue.clone(),
                name: name.clone(),
                with: with.cloned(),
                agenda: agenda.to_vec(),
                on: act.today,
                by: act.actor.officer.clone(),
            };
            act.append(event).map(drop)
        })
    }

    /// Records a step of a dialogue. A conclusion that frees a scope is part of a decision; this
    /// one concludes it without lifting anything.
    ///
    /// # Errors
    /// A refusal when the step does not fit, or a fault.
    pub fn step_dialogue(
        &self,
        actor: &Actor,
        dialogue: &DialogueId,
        step: Step,
        text: &str,
    ) -> Result<Done<()>, DeskError> {
        let action = if step == Step::Conclude {
            "dialogue.conclude"
        } else {
            "dialogue.step"
        };
        self.act(actor, action, |act| {
            let held: DialogueRecord = act.load(dialogue)?;
            if let Some(with) = &held.with {
                act.own(with)?;
            }
            held.check_step(step, act.today)
                .map_err(|refusal| DeskError::refused("dialogue.step", &refusal))?;
            let event = DialogueStepped {
                dialogue: dialogue.clone(),
                step,
                text: text.to_owned(),
                on: act.today,
                by: act.actor.officer.clone(),
            };
            act.append(event).map(drop)
        })
    }

    /// A dialogue as it stands now.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn dialogue(&self, id: &DialogueId) -> Result<Option<DialogueRecord>, DeskError> {
        reading::find(self.reading()?.as_ref(), id.as_str())
    }
}
