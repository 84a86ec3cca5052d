//! Requests for information, and visits.

use serde_json::{Value, json};

use super::{Else, May, Must, by, kinds, list, list_of, named, object, one_of, some, yes_or_no};

pub(super) fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("RequestFacts", request()),
        ("ReplyFacts", reply()),
        ("VisitFacts", visit()),
        ("VisitReportFacts", report()),
        (
            "Person",
            object(
                "a person, by name and function",
                &[("name", Must, named("Spoken")), ("title", Must, text())],
            ),
        ),
    ]
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn request() -> Value {
    object(
        "a request; its id is given by the register when absent",
        &[
            ("id", Else, named("Id")),
            (
                "request_kind",
                Must,
                one_of(&["tracing", "information", "visit"]),
            ),
            ("to", Must, named("Id")),
            ("asks", Must, named("Spoken")),
            ("permits", Else, list_of("Id")),
            ("shipments", Else, list_of("Id")),
            ("assurances", Else, list_of("Id")),
            ("evidence", Else, list_of("Id")),
            ("marks", Else, list(text())),
            ("due_on", Must, named("Day")),
        ],
    )
}

fn reply() -> Value {
    object(
        "a reply",
        &[
            ("says", Must, named("Spoken")),
            ("evidence", Else, list_of("Id")),
            ("is_complete", Must, yes_or_no()),
        ],
    )
}

fn visit() -> Value {
    let basis = kinds(
        "what gives access",
        &[
            ("assurance", &[("assurance", Must, named("Id"))]),
            ("law", &[("law", Must, named("Law"))]),
            ("consent", &[("text", Must, named("Spoken"))]),
        ],
    );
    let items = object(
        "items of one line that are due to be seen",
        &[
            ("permit", Must, named("Id")),
            ("line", Must, named("Count")),
            ("serials", Must, some(named("Spoken"))),
        ],
    );
    object(
        "a plan; its id is given by the register when absent",
        &[
            ("id", Else, named("Id")),
            (
                "visit_kind",
                Must,
                one_of(&["pre-licence", "pre-shipment", "post-shipment"]),
            ),
            ("basis", Must, basis),
            ("host", Must, named("Id")),
            ("place", Must, named("Spoken")),
            ("country", Must, named("Country")),
            ("planned_on", Must, named("Day")),
            ("visitors", Else, list_of("Person")),
            ("items", Else, list(items)),
            ("questions", Else, list_of("Id")),
        ],
    )
}

fn report() -> Value {
    let found = object(
        "an item that was due: `read` where it was seen, `not_seen_because` where it was not",
        &[
            ("serial", Must, named("Spoken")),
            ("read", May, text()),
            ("not_seen_because", May, text()),
            ("condition", May, text()),
            ("platform", May, named("Id")),
            ("platform_serial", May, text()),
            ("declared_at", May, text()),
            ("found_at", May, text()),
        ],
    );
    let outcome = one_of(&[
        "confirmed",
        "partly-confirmed",
        "not-confirmed",
        "access-refused",
        "unresolved",
    ]);
    let follow_up = object(
        "what is done next",
        &[
            ("what", Must, named("Spoken")),
            ("due_on", Must, named("Day")),
        ],
    );
    object(
        "what was found",
        &[
            ("made_on", Must, named("Day")),
            ("visitors", Must, list_of("Person")),
            ("hosts", Else, list_of("Person")),
            ("items", Else, list(found)),
            ("custody", May, text()),
            ("storage", May, text()),
            ("stock_book", May, text()),
            ("use_declared", May, text()),
            ("use_observed", May, text()),
            ("retransfers", May, text()),
            ("evidence", Else, list_of("Id")),
            ("refusals", Else, list(text())),
            ("limits", Else, list(text())),
            ("findings", Else, by("Id", named("AnswerFacts"))),
            ("outcome", Must, outcome),
            ("judgment", Must, named("Spoken")),
            ("follow_up", May, follow_up),
        ],
    )
}
