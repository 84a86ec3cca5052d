//! What an authority says of itself, and the files that its regime reads.

use serde_json::{Value, json};

use super::{named, one_of};

/// Kinds of orders.
const KINDS: [&str; 5] = ["amend", "suspend", "cancel", "reinstate", "annul"];

/// What an authority does under a law of its own, beside orders.
const POWERS: [&str; 3] = ["release", "policy", "general"];

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let powers: Vec<&str> = KINDS.into_iter().chain(POWERS).collect();
    let by = |keys: &[&str], of: &str, says: &str| {
        json!({
            "type": "object", "description": says,
            "propertyNames": one_of(keys), "additionalProperties": named(of),
        })
    };
    vec![
        (
            "Calendar",
            json!({
                "type": "string", "maxLength": 60, "pattern": r"^\S+$",
                "description": "a POSIX rule, as in EST5EDT,M3.2.0,M11.1.0",
            }),
        ),
        (
            "VerbsByKind",
            by(
                &KINDS,
                "BothOfficial",
                "the authority's own verb by kind of order",
            ),
        ),
        (
            "LawByPower",
            by(
                &powers,
                "Law",
                "the law behind each kind of order, and behind what else it does",
            ),
        ),
        (
            "RegimeFileKind",
            one_of(&[
                "control-list",
                "concordance",
                "country-groups",
                "sources",
                "policies",
                "documents",
            ]),
        ),
    ]
}
