//! Under which names and values a view can be found.

mod catalogue;

use super::State;
use crate::assurance::AssuranceRecord;
use crate::country::Country;
use crate::duty::DutyRecord;
use crate::evidence::EvidenceRecord;
use crate::finding::Finding;
use crate::party::PartyRecord;
use crate::permit::Permit;
use crate::request::RequestRecord;
use crate::signing_key::SigningKeyRecord;
use crate::visit::{AccessBasis, VisitRecord};
use crate::webhook::{WebhookRecord, WebhookState};

/// The names and values under which a view is found, for listings and for narrowing a scope.
#[must_use]
pub fn index(state: &State) -> Vec<(&'static str, String)> {
    match state {
        State::Permit(permit) => permit_index(permit),
        State::Application(held) => {
            let stage = if held.is_pending() {
                "pending"
            } else {
                "ended"
            };
            vec![
                ("stage", stage.to_owned()),
                ("applicant", held.applicant.to_string()),
            ]
        }
        State::Shipment(held) => {
            let open = if held.is_open() { "open" } else { "closed" };
            let mut index = vec![
                ("permit", held.permit.to_string()),
                ("state", open.to_owned()),
                ("office", held.lodged.office.to_string()),
            ];
            if held.is_open() {
                index.push(("open-on", held.permit.to_string()));
            }
            if held.stops.values().any(|stop| stop.acknowledged.is_none()) {
                index.push(("stop", "unacknowledged".to_owned()));
            }
            index
        }
        State::Order(held) => {
            let resolved = if held.is_resolved {
                "complete"
            } else {
                "pending"
            };
            vec![
                ("resolved", resolved.to_owned()),
                ("kind", held.order.kind.key().to_owned()),
            ]
        }
        State::Measure(held) => {
            let lifted = if held.lifted_from.is_some() {
                "lifted"
            } else {
                "standing"
            };
            vec![("state", lifted.to_owned())]
        }
        State::Decision(held) => {
            let stage = match (&held.signed, &held.returned) {
                (Some(_), _) if held.is_emergency && held.countersigned_by.is_none() => {
                    "awaits-countersignature"
                }
                (Some(_), _) => "signed",
                (None, Some(_)) => "returned",
                (None, None) => "proposed",
            };
            vec![("stage", stage.to_owned())]
        }
        State::Duty(held) => duty_index(held),
        State::Notice(held) => {
            let mut index: Vec<_> = held
                .permits
                .iter()
                .map(|permit| ("permit", permit.to_string()))
                .collect();
            index.push(("about", held.about.clone()));
            index
        }
        State::Assurance(held) => assurance_index(held),
        State::Evidence(held) => evidence_index(held),
        State::Finding(held) => finding_index(held),
        State::Request(held) => request_index(held),
        State::Visit(held) => visit_index(held),
        State::Party(held) => party_index(held),
        State::Officer(held) => held
            .token_digest
            .iter()
            .map(|digest| ("token", digest.clone()))
            .collect(),
        State::RegimeFile(held) => vec![("kind", format!("{:?}", held.file_kind).to_lowercase())],
        State::Webhook(held) => webhook_index(held),
        State::SigningKey(held) => signing_key_index(held),
        State::Breach(held) => vec![("assurance", held.assurance.to_string())],
        State::Item(held) => catalogue::item(held),
        State::Platform(held) => catalogue::platform(held),
        State::Unit(held) => catalogue::unit(held),
        _ => Vec::new(),
    }
}

fn party_index(held: &PartyRecord) -> Vec<(&'static str, String)> {
    let mut index = Vec::new();
    for party in held.versions.iter().map(|version| &version.facts) {
        index.push(("name", party.name.to_lowercase()));
        index.extend(
            party
                .aliases
                .iter()
                .map(|alias| ("name", alias.to_lowercase())),
        );
        index.extend(
            party
                .country
                .iter()
                .map(|country| ("country", country.to_string())),
        );
        index.extend(party.activities.iter().map(|is| ("activity", is.clone())));
    }
    index.sort();
    index.dedup();
    index
}

/// A permit is found by every country, party, programme and platform that any version of its
/// terms names, and by every order over it. A scope that names one of them needs to look only at
/// the permits found under it.
fn duty_index(held: &DutyRecord) -> Vec<(&'static str, String)> {
    let open = if held.discharged.is_none() {
        "open"
    } else {
        "discharged"
    };
    vec![("state", open.to_owned()), ("about", held.about.clone())]
}

fn assurance_index(held: &AssuranceRecord) -> Vec<(&'static str, String)> {
    let mut index: Vec<_> = held
        .assurance
        .permits
        .iter()
        .map(|id| ("permit", id.to_string()))
        .collect();
    index.extend(
        held.assurance
            .applications
            .iter()
            .map(|id| ("application", id.to_string())),
    );
    if held.owes_delivery() {
        index.push(("delivery", "owed".to_owned()));
    }
    index
}

/// Material is found by what its accepted links lead to.
fn evidence_index(held: &EvidenceRecord) -> Vec<(&'static str, String)> {
    let leads = held.links.iter().map(|link| {
        let (noun, id) = link.to.named();
        (noun.key(), id.to_owned())
    });
    let mut index: Vec<_> = leads.collect();
    index.sort();
    index.dedup();
    index
}

/// A finding is found by the material on which it rests.
fn finding_index(held: &Finding) -> Vec<(&'static str, String)> {
    let rests_on = held.answers.values().flat_map(|answer| &answer.rests_on);
    let mut index: Vec<_> = rests_on.map(|id| ("evidence", id.to_string())).collect();
    index.sort();
    index.dedup();
    index
}

fn request_index(held: &RequestRecord) -> Vec<(&'static str, String)> {
    let state = if held.is_answered() {
        "answered"
    } else if held.unanswered.is_empty() {
        "open"
    } else {
        "unanswered"
    };
    let request = &held.request;
    let mut index = vec![("state", state.to_owned()), ("to", request.to.to_string())];
    index.extend(request.permits.iter().map(|id| ("permit", id.to_string())));
    index.extend(
        request
            .assurances
            .iter()
            .map(|id| ("assurance", id.to_string())),
    );
    index
}

fn visit_index(held: &VisitRecord) -> Vec<(&'static str, String)> {
    let state = if held.called_off.is_some() {
        "called-off"
    } else if held.report.is_some() {
        "recorded"
    } else {
        "planned"
    };
    let mut index = vec![
        ("state", state.to_owned()),
        ("host", held.plan.host.to_string()),
    ];
    let permits = held.plan.permits();
    index.extend(permits.iter().map(|id| ("permit", id.to_string())));
    if let AccessBasis::Assurance { assurance } = &held.plan.basis {
        index.push(("assurance", assurance.to_string()));
    }
    index
}

fn webhook_index(held: &WebhookRecord) -> Vec<(&'static str, String)> {
    let state = match held.state {
        WebhookState::Live => "live",
        WebhookState::Paused => "paused",
        WebhookState::Ended => "ended",
    };
    vec![
        ("state", state.to_owned()),
        ("owner", held.owner.to_string()),
    ]
}

fn signing_key_index(held: &SigningKeyRecord) -> Vec<(&'static str, String)> {
    vec![
        ("owner", held.owner.to_string()),
        ("public-key", held.public_key.as_str().to_owned()),
    ]
}

fn permit_index(permit: &Permit) -> Vec<(&'static str, String)> {
    let mut index = Vec::new();
    let country = |name, country: &Country| (name, country.to_string());
    for version in &permit.versions {
        let terms = &version.terms;
        index.extend(terms.destinations.iter().map(|c| country("destination", c)));
        index.extend(
            terms
                .final_destinations
                .iter()
                .map(|c| country("final-destination", c)),
        );
        index.extend(
            terms
                .end_user_country
                .iter()
                .map(|c| country("end-user-country", c)),
        );
        index.extend(
            terms
                .exporter
                .iter()
                .map(|party| ("holder", party.to_string())),
        );
        index.extend(terms.parties().map(|party| ("party", party.to_string())));
        index.extend(
            terms
                .programmes
                .iter()
                .map(|programme| ("programme", programme.to_string())),
        );
        index.extend(
            terms
                .platform
                .iter()
                .map(|platform| ("platform", platform.to_string())),
        );
        index.push(("kind", terms.kind.key().to_owned()));
    }
    index.extend(
        permit
            .coverings
            .iter()
            .map(|covering| ("order", covering.order.to_string())),
    );
    index.sort();
    index.dedup();
    index
}
