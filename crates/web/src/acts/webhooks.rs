//! Acts on webhook subscriptions.

use std::collections::BTreeSet;

use domain::time::Position;
use domain::webhook::{Topic, WebhookAddress, WebhookStep};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::shapes;

use super::{About, Act, Body, Call, DeskError, about, done, mistaken};

pub(super) const ACTS: &[Act] = &[
    Act::of::<Subscribe>(
        ("webhook", "subscribe"),
        "webhooks",
        About::New,
        (
            "Have a program told of what happens from now on",
            "Faire avertir un programme de ce qui arrive désormais",
        ),
    ),
    Act::of::<Replay>(
        ("webhook", "replay"),
        "webhooks",
        About::One,
        (
            "Send a range of messages again, before anything newer",
            "Envoyer de nouveau une plage de messages, avant tout ce qui est plus récent",
        ),
    ),
    Act::of::<Plain<0>>(
        ("webhook", "resume"),
        "webhooks",
        About::One,
        ("Go on after a pause", "Reprendre après une interruption"),
    ),
    Act::of::<Plain<1>>(
        ("webhook", "renew"),
        "webhooks",
        About::One,
        (
            "Sign with a new secret; the one before signs beside it for a day",
            "Signer d’un nouveau secret ; le précédent signe à côté durant un jour",
        ),
    ),
    Act::of::<Plain<2>>(
        ("webhook", "end"),
        "webhooks",
        About::One,
        ("End a subscription", "Mettre fin à un abonnement"),
    ),
];

/// The steps without particulars, by the number that their acts carry.
const STEPS: [WebhookStep; 3] = [
    WebhookStep::Resumed,
    WebhookStep::Renewed,
    WebhookStep::Ended,
];

/// A new subscription. Its secret is in no answer: the operator hands it over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SubscribeWebhook)]
pub(crate) struct Subscribe {
    /// Where messages go: no user, password, query or fragment, since it stands in the log for
    /// good.
    #[schema(value_type = shapes::MessageAddress)]
    address: String,
    /// What is told.
    #[schema(value_type = Vec<shapes::Topic>)]
    topics: BTreeSet<Topic>,
}

impl Body for Subscribe {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let address =
            WebhookAddress::parse(&self.address).map_err(|mistake| mistaken("address", mistake))?;
        done(&call.desk.subscribe(call.actor, &address, &self.topics)?)
    }
}

/// A range.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReplayWebhook)]
pub(crate) struct Replay {
    /// The position before the range.
    #[schema(value_type = shapes::LogPosition)]
    after: u64,
    /// The last position of the range; how far the subscriber was told when absent.
    #[schema(value_type = Option<shapes::LogPosition>)]
    until: Option<u64>,
}

impl Body for Replay {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        let until = match self.until {
            Some(until) => Position(until),
            None => call.before.told_through(&id)?,
        };
        let step = WebhookStep::Replayed {
            after: Position(self.after),
            until,
        };
        done(&call.desk.steer_webhook(call.actor, &id, &step)?)
    }
}

/// Nothing more to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Nothing)]
pub(crate) struct Nothing {}

/// A step without particulars, by its number in [`STEPS`].
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Plain<const N: usize>(Nothing);

impl<const N: usize> utoipa::PartialSchema for Plain<N> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        Nothing::schema()
    }
}

impl<const N: usize> ToSchema for Plain<N> {
    fn name() -> std::borrow::Cow<'static, str> {
        Nothing::name()
    }
}

impl<const N: usize> Body for Plain<N> {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let Self(Nothing {}) = self;
        let id = about(call)?;
        let step = STEPS.get(N).ok_or_else(|| mistaken("step", "unknown"))?;
        done(&call.desk.steer_webhook(call.actor, &id, step)?)
    }
}
