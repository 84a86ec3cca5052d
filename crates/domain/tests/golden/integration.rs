//! What happens between the register and the programs of others.

use std::collections::BTreeSet;

use domain::event::*;
use domain::signing_key::PublicKey;
use domain::time::Position;
use domain::webhook::{Topic, WebhookAddress, WebhookStep};

use super::case::*;

pub(super) fn examples() -> Vec<Event> {
    vec![
        WebhookSubscribed {
            subscription: id("WHK-2027-000001"),
            owner: id("OFF-2027-000001"),
            address: WebhookAddress::parse("https://hooks.example:8443/portcullis").unwrap(),
            topics: BTreeSet::from([Topic::Stops, Topic::Lifts, Topic::Balances, Topic::Notices]),
        }
        .into(),
        WebhookStepped {
            subscription: id("WHK-2027-000001"),
            step: WebhookStep::Undelivered {
                at: Position(4711),
                because: "answered 500".into(),
                attempts: 8,
            },
        }
        .into(),
        SigningKeyRegistered {
            key: id("KEY-2027-000001"),
            owner: id("OFF-2027-000001"),
            public_key: PublicKey::parse("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=").unwrap(),
        }
        .into(),
        SigningKeyWithdrawn {
            key: id("KEY-2027-000001"),
        }
        .into(),
    ]
}
