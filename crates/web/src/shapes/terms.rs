//! Terms of permits, and the parties that they name.

use serde_json::{Value, json};

use super::{Else, May, Must, kinds, list, list_of, named, object, one_of, yes_or_no};

pub(super) fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("Terms", terms()),
        ("Line", line()),
        ("Item", item()),
        ("Rating", rating()),
        ("Condition", condition()),
        ("Movement", movement()),
        ("IssuedPermit", issued()),
        ("PartyFacts", party()),
        ("Standing", one_of(&STANDINGS)),
        ("Topic", one_of(&["stops", "lifts", "balances", "notices"])),
        (
            "MessageAddress",
            json!({ "type": "string", "pattern": "^https?://[!-~]{1,480}$" }),
        ),
        (
            "Ed25519Key",
            json!({ "type": "string", "pattern": "^[A-Za-z0-9+/]{43}=$" }),
        ),
        (
            "LogPosition",
            json!({ "type": "integer", "minimum": 0, "maximum": i64::MAX }),
        ),
        (
            "RestoreCause",
            one_of(&["stopped", "lapsed", "given-up", "corrected", "freed"]),
        ),
    ]
}

const STANDINGS: [&str; 9] = [
    "not-yet-valid",
    "in-force",
    "exhausted",
    "partly-in-force",
    "suspended",
    "expired",
    "surrendered",
    "cancelled",
    "annulled",
];

fn texts() -> Value {
    list(json!({ "type": "string" }))
}

fn terms() -> Value {
    let kind = one_of(&["individual", "multiple-destination", "general"]);
    object(
        "what a permit allows, or an application asks for",
        &[
            ("kind", Must, kind),
            ("movement", Must, named("Movement")),
            ("exporter", May, named("Id")),
            ("consignees", Else, list_of("Id")),
            ("intermediates", Else, list_of("Id")),
            ("brokers", Else, list_of("Id")),
            ("end_user", May, named("Id")),
            ("end_user_country", May, named("Country")),
            ("integrator", May, named("Id")),
            ("platform", May, named("Id")),
            ("platform_classes", Else, texts()),
            ("destinations", Else, list_of("Country")),
            ("final_destinations", Else, list_of("Country")),
            ("programmes", Else, list_of("Id")),
            ("end_use", May, json!({ "type": "string" })),
            ("lines", Must, list_of("Line")),
            ("conditions", Else, list_of("Condition")),
        ],
    )
}

fn line() -> Value {
    object(
        "a line: one item with its ratings",
        &[
            ("no", Must, named("Count")),
            ("item", Must, named("Item")),
            ("ratings", Else, list_of("Rating")),
            ("quantity", May, named("Quantity")),
            ("value", May, named("Money")),
        ],
    )
}

fn item() -> Value {
    let percent = json!({ "type": "integer", "minimum": 0, "maximum": 100 });
    object(
        "what it is",
        &[
            ("description", Must, json!({ "type": "string" })),
            ("model", May, json!({ "type": "string" })),
            ("marks", Else, texts()),
            ("serials", Else, texts()),
            ("origins", Else, list_of("Country")),
            ("us_content_percent", May, percent),
            ("code_as_written", May, json!({ "type": "string" })),
        ],
    )
}

fn rating() -> Value {
    object(
        "an entry of a control list under which an item falls",
        &[
            ("entry", Must, named("EntryId")),
            ("is_primary", Must, yes_or_no()),
            ("reasons", May, json!({ "type": "string" })),
        ],
    )
}

fn condition() -> Value {
    let days = || json!({ "type": "integer", "minimum": 0, "maximum": u16::MAX });
    let duty = kinds(
        "what must be done",
        &[
            (
                "route-must-avoid",
                &[("countries", Must, list_of("Country"))],
            ),
            ("office-must-be", &[("offices", Must, list_of("Id"))]),
            ("show-document", &[("document", Must, named("Id"))]),
            ("declare-serials", &[]),
            (
                "destination-must-be",
                &[("countries", Must, list_of("Country"))],
            ),
            ("consignee-must-be", &[("consignees", Must, list_of("Id"))]),
            ("quantity-at-most", &[("quantity", Must, named("Quantity"))]),
            ("leave-by", &[("last_day", Must, named("Day"))]),
            ("verify-delivery", &[("within_days", Must, days())]),
            ("report-use", &[("within_days", Must, days())]),
            ("other", &[]),
        ],
    );
    object(
        "a duty attached to a permit",
        &[
            ("duty", Must, duty),
            ("text", Must, named("BothOfficial")),
            ("law", May, named("Law")),
        ],
    )
}

fn movement() -> Value {
    kinds(
        "what movement is covered",
        &[
            ("permanent", &[]),
            ("temporary", &[("return_by", May, named("Day"))]),
            ("transfer", &[]),
            ("brokering", &[("from", May, named("Country"))]),
            ("transit", &[]),
        ],
    )
}

fn issued() -> Value {
    let origin = kinds(
        "how the permit came into the register",
        &[
            (
                "application",
                &[
                    ("application", Must, named("Id")),
                    ("recommended_by", Must, named("Id")),
                    ("decided_by", Must, named("Id")),
                ],
            ),
            ("order", &[("law", Must, named("Law"))]),
            (
                "import",
                &[
                    ("source", Must, json!({ "type": "string" })),
                    ("assumptions", Else, texts()),
                ],
            ),
        ],
    );
    object(
        "a permit as issued or recorded",
        &[
            ("permit", Must, named("Id")),
            ("terms", Must, named("Terms")),
            ("issued_on", Must, named("Day")),
            ("valid_from", Must, named("Day")),
            ("last_day", May, named("Day")),
            ("origin", Must, origin),
            ("reasons", Else, texts()),
            ("determined_by", Else, texts()),
            ("basis", May, named("Basis")),
        ],
    )
}

fn party() -> Value {
    object(
        "what is known of a party; its id is given by the register when absent",
        &[
            ("id", Else, named("Id")),
            ("name", Must, named("Spoken")),
            ("aliases", Else, texts()),
            ("country", May, named("Country")),
            ("address", May, json!({ "type": "string" })),
            ("identifiers", Else, texts()),
            ("activities", Else, texts()),
            ("is_government", Else, yes_or_no()),
            ("branch_of", May, named("Id")),
            ("owners", Else, list_of("Id")),
            ("basis", May, named("Basis")),
        ],
    )
}
