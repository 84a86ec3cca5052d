//! Dialogues: consultations between two authorities that must conclude before a scope opens again.

use serde::{Deserialize, Serialize};

use crate::id::{DialogueId, PartyId};
use crate::language::Bilingual;
use crate::time::Day;

/// A step of a dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// A party committed itself.
    Commit,
    /// The parties met.
    Meet,
    /// It stalled.
    Stall,
    /// It resumed.
    Resume,
    /// It concluded.
    Conclude,
}

/// Where a dialogue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DialogueState {
    /// Under way.
    UnderWay,
    /// Stalled.
    Stalled,
    /// Concluded.
    Concluded,
}

/// A dialogue as the register holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialogueRecord {
    /// The dialogue.
    pub id: DialogueId,
    /// Its name.
    pub name: Bilingual,
    /// The other authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<PartyId>,
    /// The agenda.
    pub agenda: Vec<String>,
    /// When it was opened.
    pub opened_on: Day,
    /// Its steps, in the order recorded.
    pub steps: Vec<(Step, String, Day)>,
}

/// Why a step is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialogueRefusal {
    /// It is over.
    #[error("dialogue {0} is concluded: open another to consult again")]
    Concluded(DialogueId),
    /// It is not stalled.
    #[error("dialogue {0} is under way: only a stalled one resumes")]
    NotStalled(DialogueId),
    /// It is stalled already.
    #[error("dialogue {0} is stalled: expected it to resume first")]
    Stalled(DialogueId),
}

impl DialogueRecord {
    /// Where the dialogue stands on a day.
    #[must_use]
    pub fn state(&self, day: Day) -> DialogueState {
        let mut state = DialogueState::UnderWay;
        for (step, _, on) in &self.steps {
            if *on > day {
                continue;
            }
            state = match step {
                Step::Conclude => return DialogueState::Concluded,
                Step::Stall => DialogueState::Stalled,
                Step::Resume => DialogueState::UnderWay,
                Step::Commit | Step::Meet => state,
            };
        }
        state
    }

    /// Checks a step. A stalled dialogue may still be concluded: the parties may simply agree.
    ///
    /// # Errors
    /// Refuses any step after the conclusion, a resumption of one that is not stalled, and a
    /// stall, meeting or commitment of one that is.
    pub fn check_step(&self, step: Step, on: Day) -> Result<(), DialogueRefusal> {
        match (self.state(on), step) {
            (DialogueState::Concluded, _) => Err(DialogueRefusal::Concluded(self.id.clone())),
            (DialogueState::UnderWay, Step::Resume) => {
                Err(DialogueRefusal::NotStalled(self.id.clone()))
            }
            (DialogueState::Stalled, Step::Stall | Step::Meet | Step::Commit) => {
                Err(DialogueRefusal::Stalled(self.id.clone()))
            }
            _ => Ok(()),
        }
    }
}
