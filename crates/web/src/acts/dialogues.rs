//! Acts on dialogues.

use domain::dialogue::Step;
use domain::id::{DialogueId, PartyId};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::shapes;

use super::{About, Act, Body, BothLanguages, Call, DeskError, about, done};

const NOUN: &str = "dialogue";
const ALL: &str = "dialogues";

pub(super) const ACTS: &[Act] = &[
    Act::of::<Open>(
        (NOUN, "open"),
        ALL,
        About::New,
        ("Open a dialogue", "Ouvrir un dialogue"),
    ),
    Act::of::<Stepped<0>>(
        (NOUN, "commit"),
        ALL,
        About::One,
        ("Record a commitment", "Consigner un engagement"),
    ),
    Act::of::<Stepped<1>>(
        (NOUN, "meet"),
        ALL,
        About::One,
        ("Record a meeting", "Consigner une réunion"),
    ),
    Act::of::<Stepped<2>>(
        (NOUN, "stall"),
        ALL,
        About::One,
        (
            "Record that it has stalled",
            "Consigner qu’il est au point mort",
        ),
    ),
    Act::of::<Stepped<3>>(
        (NOUN, "resume"),
        ALL,
        About::One,
        ("Record that it resumes", "Consigner qu’il reprend"),
    ),
    Act::of::<Stepped<4>>(
        (NOUN, "conclude"),
        ALL,
        About::One,
        (
            "Conclude it, without lifting anything",
            "Le conclure, sans rien lever",
        ),
    ),
];

/// The steps, by the number that their acts carry.
const STEPS: [Step; 5] = [
    Step::Commit,
    Step::Meet,
    Step::Stall,
    Step::Resume,
    Step::Conclude,
];

/// A new dialogue.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenDialogue)]
pub(crate) struct Open {
    /// Its number.
    #[schema(value_type = shapes::Id)]
    dialogue: DialogueId,
    /// Its name.
    name: BothLanguages,
    /// The other authority.
    #[schema(value_type = Option<shapes::Id>)]
    with: Option<PartyId>,
    /// The agenda.
    #[serde(default)]
    agenda: Vec<String>,
}

impl Body for Open {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        done(&call.desk.open_dialogue(
            call.actor,
            &self.dialogue,
            &self.name.into(),
            self.with.as_ref(),
            &self.agenda,
        )?)
    }
}

/// A step in words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DialogueStep)]
pub(crate) struct InWords {
    /// What happened, in words.
    text: String,
}

/// One step of a dialogue, by its number in [`STEPS`].
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Stepped<const N: usize>(InWords);

impl<const N: usize> utoipa::PartialSchema for Stepped<N> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        InWords::schema()
    }
}

impl<const N: usize> ToSchema for Stepped<N> {
    fn name() -> std::borrow::Cow<'static, str> {
        InWords::name()
    }
}

impl<const N: usize> Body for Stepped<N> {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let step = STEPS.get(N).copied().unwrap_or(Step::Meet);
        let id = about(call)?;
        done(
            &call
                .desk
                .step_dialogue(call.actor, &id, step, &self.0.text)?,
        )
    }
}
