//! Scopes, measures, orders and decisions.

use serde_json::{Value, json};

use super::{Else, May, Must, by, kinds, list_of, named, object, one_of, some, yes_or_no};

pub(super) fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("Scope", scope()),
        (
            "ScopeOrText",
            json!({
                "description": "which lines: policy text, or the same as JSON",
                "anyOf": [named("Scope"), named("Spoken")],
            }),
        ),
        ("Place", one_of(&PLACES)),
        ("PartyRole", one_of(&ROLES)),
        ("Effect", one_of(&EFFECTS)),
        ("Instrument", instrument()),
        ("PolicyMeasureDraft", policy()),
        ("OrderDraft", order()),
        ("ProposeDecision", decision()),
    ]
}

const PLACES: [&str; 5] = [
    "destination",
    "final-destination",
    "end-user",
    "anywhere",
    "route",
];
const ROLES: [&str; 6] = [
    "exporter",
    "consignee",
    "intermediate-consignee",
    "end-user",
    "integrator",
    "broker",
];
const EFFECTS: [&str; 6] = [
    "case-by-case",
    "needs-consultation",
    "needs-document",
    "presume-denial",
    "hold",
    "bar",
];

/// A scope is a word, or an object with one field that says what kind of condition it is.
fn scope() -> Value {
    let text = || json!({ "type": "string" });
    let place = |what: &str, shape: &str| {
        object(
            what,
            &[("at", Must, named("Place")), (what, Must, named(shape))],
        )
    };
    let party = object(
        "",
        &[("is", Must, named("Id")), ("role", May, named("PartyRole"))],
    );
    let activity = object(
        "",
        &[("is", Must, text()), ("role", May, named("PartyRole"))],
    );
    let kind = one_of(&["individual", "multiple-destination", "general"]);
    let conditions = [
        ("all", some(named("Scope"))),
        ("any", some(named("Scope"))),
        ("not", named("Scope")),
        ("entry", named("EntryId")),
        ("country", place("is", "Country")),
        ("country-group", place("group", "Id")),
        ("party", party),
        ("activity", activity),
        ("platform", named("Id")),
        ("platform-class", text()),
        ("programme", named("Id")),
        ("permit-kind", kind),
        ("issued-before", named("Day")),
        ("value-at-least", named("Money")),
        ("permits", some(named("Id"))),
        ("line", named("LineRef")),
    ];
    let mut alternatives = vec![one_of(&["everything", "brokering"])];
    alternatives.extend(
        conditions
            .into_iter()
            .map(|(name, shape)| object(name, &[(name, Must, shape)])),
    );
    json!({ "description": "which lines", "oneOf": alternatives })
}

fn instrument() -> Value {
    let kind = one_of(&["statute", "regulation", "policy", "practice"]);
    object(
        "title, law, grounds, reasons and days of what is ordered",
        &[
            ("title", Must, named("BothOfficial")),
            ("law", Must, named("Law")),
            ("source_kind", Must, kind),
            ("grounds", Must, list_of("Id")),
            ("reasons", Must, named("BothOfficial")),
            ("reasons_for_file", May, json!({ "type": "string" })),
            ("effective", Must, named("Period")),
            ("announced_on", May, named("Day")),
            ("published_on", May, named("Day")),
            ("review_by", May, named("Day")),
            ("rests_on", Else, list_of("Id")),
        ],
    )
}

fn policy() -> Value {
    let clearance = kinds(
        "what clears it on one line",
        &[
            ("lifting-only", &[]),
            ("exceptional-circumstances", &[]),
            ("assessment", &[]),
            ("documents", &[("documents", Must, list_of("Id"))]),
            ("advice", &[("bodies", Must, list_of("Id"))]),
            ("dialogue", &[("dialogue", Must, named("Id"))]),
        ],
    );
    let exception = object(
        "lines that fall to a weaker effect, or go free",
        &[
            ("scope", Must, named("ScopeOrText")),
            ("falls_to", May, named("Effect")),
            ("says", Must, named("BothOfficial")),
        ],
    );
    let rule = object(
        "an effect over a scope",
        &[
            ("effect", Must, named("Effect")),
            ("scope", Must, named("ScopeOrText")),
            ("exceptions", Else, super::list(exception)),
            ("cleared_by", Must, clearance),
            ("says", Must, named("BothOfficial")),
        ],
    );
    let text = kinds(
        "what it says: rules, or policy text",
        &[
            ("rules", &[("rules", Must, super::list(rule))]),
            ("policy", &[("text", Must, json!({ "type": "string" }))]),
        ],
    );
    object(
        "a policy measure; its id is given by the register when absent",
        &[
            ("id", Else, named("Id")),
            ("instrument", Must, named("Instrument")),
            ("text", Must, text),
        ],
    )
}

fn order() -> Value {
    let selection = kinds(
        "which lines",
        &[
            ("scope", &[("scope", Must, named("ScopeOrText"))]),
            (
                "named",
                &[
                    ("permits", Else, list_of("Id")),
                    ("lines", Else, list_of("LineRef")),
                ],
            ),
        ],
    );
    let kind = one_of(&["amend", "suspend", "cancel", "reinstate", "annul"]);
    object(
        "a permit order; its id is given by the register when absent",
        &[
            ("id", Else, named("Id")),
            ("kind", Must, kind),
            ("verb", Must, named("BothOfficial")),
            ("selection", Must, selection),
            ("use_scope", May, named("ScopeOrText")),
            ("instrument", Must, named("Instrument")),
            ("ends", Else, list_of("Id")),
            ("new_terms", Else, by("Id", named("Terms"))),
            ("from_review", May, named("Id")),
            ("stops_expiry", Else, yes_or_no()),
            ("conditions", Else, list_of("Condition")),
        ],
    )
}

fn decision() -> Value {
    let intent = object(
        "what it must exclude, stated apart",
        &[
            ("excludes", Must, named("ScopeOrText")),
            ("save", May, named("ScopeOrText")),
        ],
    );
    object(
        "a decision to be signed; its id is given by the register, and its first day is today, \
         when absent",
        &[
            ("id", Else, named("Id")),
            ("policies", Else, list_of("PolicyMeasureDraft")),
            ("orders", Else, list_of("OrderDraft")),
            ("lifts", Else, list_of("Id")),
            ("concludes", Else, list_of("Id")),
            ("effective_from", Else, named("Day")),
            ("intent", May, intent),
        ],
    )
}
