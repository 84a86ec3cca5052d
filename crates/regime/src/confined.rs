//! Which permits a policy confines itself to: so that a release on any other permit need not be put
//! to it.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value gives null for a key or number that it does not have"
)]

use std::collections::BTreeSet;

use cedar_policy::Policy;
use serde_json::Value;

/// What a policy can say about a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nothing: it is about another act.
    None,
    /// Only about these permits.
    Permits(BTreeSet<String>),
    /// Perhaps about any.
    Any,
}

/// What a policy can say about a release.
///
/// # Invariant
/// A policy confined to permits neither stands nor fails on any other: its first condition begins
/// `resource has permit && resource.permit == Permit::"…"`, and Cedar evaluates no further where
/// that is false. Every shape that is not known here reaches anything.
pub(crate) fn of(policy: &Policy) -> Reach {
    let Ok(json) = policy.to_json() else {
        return Reach::Any;
    };
    if is_other_act(&json["action"]) {
        return Reach::None;
    }
    let first = &json["conditions"][0];
    let mut parts = Vec::new();
    flatten(&first["body"], &mut parts);
    match (first["kind"].as_str(), parts.as_slice()) {
        (Some("when"), [has, is, ..]) if is_has_permit(has) => named(is).map_or(Reach::Any, |id| {
            Reach::Permits(BTreeSet::from([id.to_owned()]))
        }),
        _ => Reach::Any,
    }
}

fn is_other_act(action: &Value) -> bool {
    let is_release = |entity: &Value| entity["id"] == "release";
    match action["op"].as_str() {
        Some("==") => action["entity"]["id"].is_string() && !is_release(&action["entity"]),
        Some("in") => action["entities"]
            .as_array()
            .is_some_and(|all| !all.is_empty() && !all.iter().any(is_release)),
        _ => false,
    }
}

/// The parts of a conjunction in the order in which they are evaluated.
fn flatten<'a>(body: &'a Value, parts: &mut Vec<&'a Value>) {
    match body.get("&&") {
        Some(both) => {
            flatten(&both["left"], parts);
            flatten(&both["right"], parts);
        }
        None => parts.push(body),
    }
}

fn is_permit_of_resource(access: &Value) -> bool {
    access["left"]["Var"] == "resource" && access["attr"] == "permit"
}

fn is_has_permit(part: &Value) -> bool {
    part.get("has").is_some_and(is_permit_of_resource)
}

fn named(part: &Value) -> Option<&str> {
    let is = part.get("==")?;
    let literal = &is["right"]["Value"]["__entity"];
    let is_permit = is_permit_of_resource(&is["left"]["."]) && literal["type"] == "Permit";
    literal["id"].as_str().filter(|_| is_permit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(text: &str) -> Reach {
        of(&Policy::parse(None, text).unwrap())
    }

    #[test]
    fn a_policy_about_one_permit_is_confined_to_it() {
        let text = r#"forbid (principal, action == Action::"release", resource)
            when { resource has permit && resource.permit == Permit::"GEP-12" }
            when { resource.destinations.contains(Country::"CU") };"#;
        let only = BTreeSet::from(["GEP-12".to_owned()]);
        assert_eq!(reach(text), Reach::Permits(only.clone()));
        let text = r#"forbid (principal, action == Action::"release", resource)
            when { resource has permit && resource.permit == Permit::"GEP-12" && resource.x };"#;
        assert_eq!(reach(text), Reach::Permits(only));
    }

    #[test]
    fn a_policy_about_another_act_says_nothing_of_a_release() {
        for act in [
            r#"action == Action::"issue""#,
            r#"action in [Action::"issue", Action::"amend"]"#,
        ] {
            let text = format!("forbid (principal, {act}, resource) when {{ resource.x }};");
            assert_eq!(reach(&text), Reach::None);
        }
    }

    #[test]
    fn what_is_not_plainly_confined_may_reach_anything() {
        let release = r#"action == Action::"release""#;
        for (act, conditions) in [
            (release, ""),
            ("action", r#"when { resource.x }"#),
            (
                r#"action in [Action::"issue", Action::"release"]"#,
                "when { resource.x }",
            ),
            (release, r#"when { resource.permit == Permit::"A" }"#),
            (
                release,
                r#"unless { resource has permit && resource.permit == Permit::"A" }"#,
            ),
            (
                release,
                r#"when { resource has permit || resource.permit == Permit::"A" }"#,
            ),
            (
                release,
                r#"when { resource has permit && resource.permit != Permit::"A" }"#,
            ),
            (
                release,
                r#"when { resource.x && resource has permit && resource.permit == Permit::"A" }"#,
            ),
            (
                release,
                r#"when { resource.x } when { resource has permit && resource.permit == Permit::"A" }"#,
            ),
            (
                release,
                r#"when { principal has permit && principal.permit == Permit::"A" }"#,
            ),
            (
                release,
                r#"when { resource has permit && resource.permit == Country::"A" }"#,
            ),
        ] {
            let text = format!("forbid (principal, {act}, resource) {conditions};");
            assert_eq!(reach(&text), Reach::Any, "{text}");
        }
    }
}
