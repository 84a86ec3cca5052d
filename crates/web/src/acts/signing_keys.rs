//! Acts on the keys with which programs sign what they send.

use domain::signing_key::PublicKey;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::shapes;

use super::webhooks::Nothing;
use super::{About, Act, Body, Call, DeskError, about, done, mistaken};

pub(super) const ACTS: &[Act] = &[
    Act::of::<Register>(
        ("signing-key", "register"),
        "signing-keys",
        About::New,
        (
            "Register the key with which a program of yours signs what it sends",
            "Inscrire la clé dont un de vos programmes signe ce qu’il envoie",
        ),
    ),
    Act::of::<Withdraw>(
        ("signing-key", "withdraw"),
        "signing-keys",
        About::One,
        (
            "Withdraw a key: nothing that it signs is taken any more",
            "Retirer une clé : plus rien de ce qu’elle signe n’est admis",
        ),
    ),
];

/// A public key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RegisterSigningKey)]
pub(crate) struct Register {
    /// The 32 bytes of an Ed25519 public key, in base64.
    #[schema(value_type = shapes::Ed25519Key)]
    public_key: String,
}

impl Body for Register {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let key = PublicKey::parse(&self.public_key)
            .map_err(|mistake| mistaken("public_key", mistake))?;
        done(&call.desk.register_key(call.actor, &key)?)
    }
}

/// Nothing more to say.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Withdraw(Nothing);

impl utoipa::PartialSchema for Withdraw {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        Nothing::schema()
    }
}

impl ToSchema for Withdraw {
    fn name() -> std::borrow::Cow<'static, str> {
        Nothing::name()
    }
}

impl Body for Withdraw {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let Self(Nothing {}) = self;
        done(&call.desk.withdraw_key(call.actor, &about(call)?)?)
    }
}
