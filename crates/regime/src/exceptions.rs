//! What an exception of a policy text falls to.
//!
//! A text may say `@else("case-by-case")`: where its `when` holds and its `unless` exempts the line
//! by something other than a recorded clearance (a programme, say), the weaker effect stands
//! instead. The companion policy that says so is made from the structure of the text, by taking the
//! alternatives of its `unless` apart.

use cedar_policy::Policy;
use domain::policy::Effect;
use serde_json::{Map, Value, json};

use crate::place::one_line;
use crate::policies::PolicyMistake;

/// What is recorded in the course of a review, and so clears an effect rather than excepts a line.
const RECORDED: [&str; 5] = [
    "exceptional_circumstances",
    "case_assessment",
    "documents",
    "advised_by",
    "dialogues_concluded",
];

/// What the alternatives of every `unless` of a policy are.
pub(crate) struct Unless {
    /// Exempts the line by what it is.
    pub(crate) exceptions: Vec<Value>,
    /// Clears it by what was recorded.
    pub(crate) clearances: Vec<Value>,
}

/// Takes the `unless` of a policy apart.
pub(crate) fn unless_of(policy: &Policy, id: &str) -> Result<Unless, PolicyMistake> {
    let json = as_json(policy, id)?;
    let mut unless = Unless {
        exceptions: Vec::new(),
        clearances: Vec::new(),
    };
    for condition in conditions(&json) {
        if condition.get("kind").and_then(Value::as_str) != Some("unless") {
            continue;
        }
        for alternative in condition.get("body").map(alternatives).unwrap_or_default() {
            let mut names = Vec::new();
            attributes(alternative, &mut names);
            let is_recorded = |name: &&str| RECORDED.contains(name);
            let is_clearance = !names.is_empty() && names.iter().all(is_recorded);
            let into = if is_clearance {
                &mut unless.clearances
            } else {
                &mut unless.exceptions
            };
            into.push(alternative.clone());
        }
    }
    Ok(unless)
}

/// Whether a clearance among these alternatives asks for an attribute.
pub(crate) fn asks_for(clearances: &[Value], attribute: &str) -> bool {
    clearances.iter().any(|clearance| {
        let mut names = Vec::new();
        attributes(clearance, &mut names);
        names.contains(&attribute)
    })
}

/// The policy for what falls to the weaker effect.
pub(crate) fn companion(
    policy: &Policy,
    id: &str,
    falls_to: Effect,
) -> Result<Policy, PolicyMistake> {
    let wrong = |problem: String| PolicyMistake::Exception {
        policy: id.to_owned(),
        problem,
    };
    let exceptions = unless_of(policy, id)?.exceptions;
    let any = exceptions
        .into_iter()
        .reduce(|left, right| json!({"||": {"left": left, "right": right}}))
        .ok_or_else(|| {
            wrong("`@else` stands without an exception in `unless`: expected one beside the clearance".into())
        })?;
    let mut json = as_json(policy, id)?;
    let mut kept: Vec<Value> = conditions(&json)
        .filter(|condition| condition.get("kind").and_then(Value::as_str) == Some("when"))
        .cloned()
        .collect();
    kept.push(json!({"kind": "when", "body": any}));
    if let Some(attribute) = clearing_attribute(falls_to) {
        let has = json!({"has": {"left": {"Var": "resource"}, "attr": attribute}});
        kept.push(json!({"kind": "unless", "body": has}));
    }
    let annotations = companion_annotations(&json, id, falls_to);
    if let Some(object) = json.as_object_mut() {
        object.insert("conditions".into(), Value::Array(kept));
        object.insert("annotations".into(), Value::Object(annotations));
    }
    Policy::from_json(None, json).map_err(|error| wrong(one_line(&error.to_string())))
}

/// The recorded fact that clears an effect to which an exception falls.
pub(crate) fn clearing_attribute(effect: Effect) -> Option<&'static str> {
    match effect {
        Effect::CaseByCase => Some("case_assessment"),
        Effect::PresumeDenial => Some("exceptional_circumstances"),
        _ => None,
    }
}

/// Checks the effect to which an exception falls: weaker, and clearable without saying by what.
pub(crate) fn check_fall(id: &str, from: Effect, to: Effect) -> Result<(), PolicyMistake> {
    let problem = if to >= from {
        format!(
            "its exception falls from `{}` to `{}`: expected a weaker effect",
            from.key(),
            to.key()
        )
    } else if matches!(to, Effect::NeedsDocument | Effect::NeedsConsultation) {
        format!(
            "its exception falls to `{}` without saying which: expected a rule of its own for it",
            to.key()
        )
    } else {
        return Ok(());
    };
    Err(PolicyMistake::Exception {
        policy: id.to_owned(),
        problem,
    })
}

fn companion_annotations(json: &Value, id: &str, falls_to: Effect) -> Map<String, Value> {
    let mut annotations = json
        .get("annotations")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    for dropped in ["else", "cleared_en", "cleared_fr"] {
        annotations.remove(dropped);
    }
    let aside = [
        ("en", "else_en", "An exception applies; beside: "),
        ("fr", "else_fr", "Une exception s’applique; par ailleurs : "),
    ];
    for (shown, own, before) in aside {
        let text = match annotations.remove(own) {
            Some(own) => own,
            None => {
                let text = annotations.get(shown).and_then(Value::as_str).unwrap_or("");
                Value::String(format!("{before}{text}"))
            }
        };
        annotations.insert(shown.into(), text);
    }
    annotations.insert("id".into(), Value::String(companion_id(id)));
    annotations.insert("effect".into(), Value::String(falls_to.key().into()));
    annotations
}

/// The id of the policy for what falls to the weaker effect.
pub(crate) fn companion_id(id: &str) -> String {
    format!("{id}/else")
}

fn as_json(policy: &Policy, id: &str) -> Result<Value, PolicyMistake> {
    policy.to_json().map_err(|error| PolicyMistake::Exception {
        policy: id.to_owned(),
        problem: one_line(&error.to_string()),
    })
}

fn conditions(json: &Value) -> impl Iterator<Item = &Value> {
    json.get("conditions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// The operands of a chain of `||`, from left to right.
fn alternatives(body: &Value) -> Vec<&Value> {
    let mut waiting = vec![body];
    let mut operands = Vec::new();
    while let Some(next) = waiting.pop() {
        let sides = next
            .get("||")
            .and_then(|or| or.get("left").zip(or.get("right")));
        match sides {
            Some((left, right)) => waiting.extend([right, left]),
            None => operands.push(next),
        }
    }
    operands
}

/// The attributes of the resource that an expression asks for, by their first names.
fn attributes<'a>(node: &'a Value, names: &mut Vec<&'a str>) {
    let mut waiting = vec![node];
    while let Some(next) = waiting.pop() {
        match next {
            Value::Object(fields) => {
                for (operator, inner) in fields {
                    let of_resource = inner
                        .get("left")
                        .is_some_and(|left| left.get("Var").is_some_and(|var| var == "resource"));
                    let attribute = inner.get("attr").and_then(Value::as_str);
                    match attribute.filter(|_| of_resource) {
                        Some(attribute) => names.push(attribute),
                        // Membership of the line itself, `resource in …`, is what the line is.
                        None if of_resource => names.push("resource"),
                        None if operator == "Var" => {
                            names.extend(inner.as_str().filter(|name| *name != "resource"));
                        }
                        None => waiting.push(inner),
                    }
                }
            }
            Value::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
}
