//! What happens between the register and the programs of others.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::{OfficerId, SigningKeyId, SubscriptionId};
use crate::signing_key::PublicKey;
use crate::webhook::{Topic, WebhookAddress, WebhookStep};

/// Somebody asked to be told of what happens. The secret that signs is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookSubscribed {
    /// The subscription.
    pub subscription: SubscriptionId,
    /// Whose it is.
    pub owner: OfficerId,
    /// Where messages go.
    pub address: WebhookAddress,
    /// What it is told.
    pub topics: BTreeSet<Topic>,
}

/// A subscription took a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookStepped {
    /// The subscription.
    pub subscription: SubscriptionId,
    /// The step.
    pub step: WebhookStep,
}

/// A key was registered: what it signs is taken as sent by its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeyRegistered {
    /// The key.
    pub key: SigningKeyId,
    /// The person for whom a program signs with it.
    pub owner: OfficerId,
    /// Its public half.
    pub public_key: PublicKey,
}

/// A key was withdrawn: nothing that it signs is taken any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeyWithdrawn {
    /// The key.
    pub key: SigningKeyId,
}
