//! Items, platforms, compositions, units, and questions about what they reach.

use serde_json::{Value, json};

use super::{Else, May, Must, kinds, list, list_of, named, object, one_of};

pub(super) fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("ItemFacts", item()),
        ("PlatformFacts", platform()),
        ("CompositionFacts", composition()),
        ("UnitFacts", unit()),
        ("FittingFacts", fitting()),
        ("ExposureQuestion", question()),
        (
            "Month",
            json!({ "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$" }),
        ),
    ]
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn item() -> Value {
    object(
        "an item; its id is given by the register when absent",
        &[
            ("id", Else, named("Id")),
            ("name", Must, named("Spoken")),
            ("model", May, text()),
            ("maker", May, named("Id")),
            ("marks", Else, list(text())),
            ("ratings", Else, list_of("EntryId")),
            ("source", Must, named("Spoken")),
            ("basis", May, named("Basis")),
        ],
    )
}

fn platform() -> Value {
    object(
        "a platform",
        &[
            ("id", Must, named("Id")),
            ("name", Must, named("Spoken")),
            ("marks", Else, list(text())),
            ("integrator", May, named("Id")),
            ("classes", Else, list(text())),
            ("source", Must, named("Spoken")),
            ("basis", May, named("Basis")),
        ],
    )
}

fn composition() -> Value {
    let assembly = kinds(
        "what contains it",
        &[
            ("item", &[("item", Must, named("Id"))]),
            ("platform", &[("platform", Must, named("Id"))]),
        ],
    );
    object(
        "that an item is a part of something",
        &[
            ("assembly", Must, assembly),
            ("component", Must, named("Id")),
            ("quantity_per", Must, named("Count")),
            ("validity", Must, named("Period")),
            ("source", Must, named("Spoken")),
            ("basis", May, named("Basis")),
        ],
    )
}

fn unit() -> Value {
    let left = object(
        "the permit, and where known the line and the shipment, under which it left",
        &[
            ("permit", Must, named("Id")),
            ("line", May, named("Count")),
            ("shipment", May, named("Id")),
        ],
    );
    object(
        "what a source says of a unit or a lot",
        &[
            ("id", Else, named("Id")),
            ("serial", Must, text()),
            ("pieces", Else, named("Count")),
            ("item", May, named("Id")),
            ("maker", May, named("Id")),
            ("made", May, named("Month")),
            ("left_under", May, left),
            ("source", Must, named("Spoken")),
            ("basis", May, named("Basis")),
        ],
    )
}

fn fitting() -> Value {
    object(
        "that a unit is built into another",
        &[
            ("parent", Must, named("Id")),
            ("period", Must, named("Period")),
            ("source", Must, named("Spoken")),
            ("basis", May, named("Basis")),
        ],
    )
}

fn question() -> Value {
    let window = object(
        "the days between which a thing was made and seen; either end may be open",
        &[("from", May, named("Day")), ("to", May, named("Day"))],
    );
    object(
        "things where a walk begins, and circumstances that narrow it",
        &[
            ("direction", Else, one_of(&["reach", "whereabouts"])),
            ("permits", Else, list_of("Id")),
            ("items", Else, list_of("Id")),
            ("marks", Else, list(text())),
            ("serials", Else, list(text())),
            ("platforms", Else, list_of("Id")),
            ("makers", Else, list_of("Id")),
            ("integrators", Else, list_of("Id")),
            ("parties", Else, list_of("Id")),
            ("territories", Else, list_of("Country")),
            ("window", Else, window),
        ],
    )
}
