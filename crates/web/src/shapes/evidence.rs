//! Assurances, evidence, findings and risk.

use serde_json::{Value, json};

use super::{Else, May, Must, by, kinds, list, list_of, named, object, one_of, yes_or_no};

pub(super) fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("AssuranceFacts", assurance()),
        ("Undertaking", undertaking()),
        ("DeliveryFacts", delivery()),
        ("EvidenceFacts", evidence()),
        ("GradeFacts", grade()),
        ("LinkTarget", target()),
        (
            "LinkConfidence",
            one_of(&["category", "inferred", "strong"]),
        ),
        ("CustodyFacts", custody()),
        ("ProvenanceFacts", provenance()),
        (
            "EvidenceSubject",
            one_of(&[
                "title",
                "source",
                "obtained",
                "provenance",
                "observed",
                "custody",
            ]),
        ),
        ("FindingFacts", finding()),
        ("AnswerFacts", answer()),
        ("BreachFacts", breach()),
        ("Held", one_of(&HELD)),
        ("CriteriaHeld", criteria()),
        ("RiskLevel", one_of(&["none", "some-risk", "substantial"])),
        (
            "AdvicePosition",
            one_of(&["no-objection", "issue-with-conditions", "refuse", "no-view"]),
        ),
        (
            "AuthenticityAnswer",
            one_of(&["confirmed", "denied", "no-reply"]),
        ),
        ("RecommendedOutcome", one_of(&["issue", "refuse"])),
        ("ReviewOutcome", one_of(&OUTCOMES)),
        (
            "OutcomesByPermit",
            by(
                "Id",
                object(
                    "the outcome for one permit, and why",
                    &[
                        ("outcome", Must, named("ReviewOutcome")),
                        ("reasons", Must, named("Spoken")),
                        ("rests_on", Else, list_of("Id")),
                    ],
                ),
            ),
        ),
    ]
}

const HELD: [&str; 5] = [
    "established",
    "credible",
    "insufficient",
    "refuted",
    "not-examined",
];
const OUTCOMES: [&str; 6] = [
    "keep-in-force",
    "keep-suspended",
    "suspend",
    "reinstate",
    "cancel",
    "cancel-and-reinstate",
];

fn text() -> Value {
    json!({ "type": "string" })
}

fn assurance() -> Value {
    let form = one_of(&["certificate", "statement", "clause", "oral"]);
    object(
        "an assurance as received; its id is given by the register when absent",
        &[
            ("id", Else, named("Id")),
            ("form", Must, form),
            ("giver", Must, named("Id")),
            ("receiver", May, named("Id")),
            ("issuing_authority", May, named("Id")),
            ("signatory", May, text()),
            ("validity", Must, named("Period")),
            ("undertakings", Must, list_of("Undertaking")),
            ("says", Must, text()),
            ("applications", Else, list_of("Id")),
            ("permits", Else, list_of("Id")),
            ("basis", May, named("Basis")),
        ],
    )
}

fn undertaking() -> Value {
    kinds(
        "one promise",
        &[
            ("stated-end-use", &[("end_use", Must, text())]),
            ("permitted-end-users", &[("end_users", Must, list_of("Id"))]),
            (
                "permitted-territory",
                &[
                    ("countries", Must, list_of("Country")),
                    ("places", Else, list(text())),
                ],
            ),
            ("no-retransfer-without-consent", &[]),
            ("resale-only-to", &[("countries", Must, list_of("Country"))]),
            ("right-of-verification", &[]),
            ("delivery-verification", &[("by", Must, named("Day"))]),
            (
                "onward-transfer-statement",
                &[("will_transfer", Must, yes_or_no()), ("to", May, text())],
            ),
        ],
    )
}

fn delivery() -> Value {
    let seen = json!({ "type": "object", "additionalProperties": text() });
    object(
        "what a verification of delivery gave",
        &[
            ("permit", May, named("Id")),
            ("is_complete", Must, yes_or_no()),
            ("seen", Else, seen),
            ("text", Must, text()),
        ],
    )
}

fn custody() -> Value {
    let steps = one_of(&["transfer", "copy", "analysis", "storage", "disposal"]);
    object(
        "a step in the chain of custody",
        &[
            ("from", Must, text()),
            ("to", Must, text()),
            ("on", Must, named("Day")),
            ("note", Must, text()),
            ("step", Else, steps),
        ],
    )
}

fn provenance() -> Value {
    let day = super::day_pattern();
    let day = day.trim_start_matches('^').trim_end_matches('$');
    let instant = json!({
        "type": "string", "format": "date-time",
        "pattern": format!("^{day}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$"),
        "description": "an instant in UTC, as in 2027-03-01T14:30:00Z",
    });
    object(
        "where material comes from, and how it may be used",
        &[
            ("published_by", May, text()),
            ("published_on", May, named("Day")),
            ("collected_by", May, text()),
            ("collected_at", May, instant),
            ("place", May, text()),
            ("url", May, text()),
            ("licence", May, text()),
            ("language", May, text()),
            ("originator_control", May, text()),
            ("source_group", May, text()),
        ],
    )
}

fn evidence() -> Value {
    let observed = object(
        "an object as observed",
        &[
            ("marks", Else, list(text())),
            ("serial", May, text()),
            ("made", May, text()),
            ("fitted", May, text()),
            ("hours", May, named("Count")),
            ("found_in", May, text()),
            ("held_by", May, text()),
            ("country", May, named("Country")),
            ("holder", May, named("Id")),
            ("used_for", May, text()),
        ],
    );
    object(
        "material; its id is given by the register when absent",
        &[
            ("id", Else, named("Id")),
            ("title", Must, text()),
            ("source", Must, text()),
            ("repeats", Else, list_of("Id")),
            ("obtained", Must, text()),
            ("is_humanitarian", Else, yes_or_no()),
            ("marking", May, text()),
            ("observed", May, observed),
            ("provenance", May, named("ProvenanceFacts")),
            ("compartments", Else, list_of("Id")),
            ("custody", Else, list_of("CustodyFacts")),
            ("grade", May, named("GradeFacts")),
            ("basis", May, named("Basis")),
        ],
    )
}

fn grade() -> Value {
    object(
        "source and information, judged apart",
        &[
            ("source", Must, one_of(&["A", "B", "C", "D", "E", "F"])),
            ("information", Must, one_of(&["1", "2", "3", "4", "5", "6"])),
            ("about", May, text()),
            ("confirmed_by", Else, list_of("Id")),
        ],
    )
}

fn target() -> Value {
    kinds(
        "what a link leads to",
        &[
            ("permit", &[("permit", Must, named("Id"))]),
            ("application", &[("application", Must, named("Id"))]),
            ("shipment", &[("shipment", Must, named("Id"))]),
            ("party", &[("party", Must, named("Id"))]),
            ("platform", &[("platform", Must, named("Id"))]),
            ("assurance", &[("assurance", Must, named("Id"))]),
        ],
    )
}

fn answer() -> Value {
    object(
        "the answer to one question",
        &[
            ("held", Must, named("Held")),
            ("reasons", Must, text()),
            ("reasons_open", May, text()),
            ("competing", Else, list(text())),
            ("rests_on", Else, list_of("Id")),
        ],
    )
}

fn finding() -> Value {
    object(
        "a finding; its id is given by the register when absent",
        &[
            ("id", Else, named("Id")),
            ("investigation", May, named("Id")),
            ("title", Must, text()),
            ("answers", Must, by("Id", named("AnswerFacts"))),
        ],
    )
}

fn breach() -> Value {
    object(
        "what is held about a clause; its id is given by the register when absent",
        &[
            ("id", Else, named("Id")),
            ("assurance", Must, named("Id")),
            ("clause", Must, named("Count")),
            ("held", Must, named("Held")),
            ("rests_on", May, named("Id")),
            ("reasons", Must, text()),
            ("reasons_open", May, text()),
        ],
    )
}

fn criteria() -> Value {
    let held = object(
        "what is held about one criterion",
        &[
            ("raw", Must, named("RiskLevel")),
            ("considered", Else, list(text())),
            ("adopted", Else, list(text())),
            ("residual", Must, named("RiskLevel")),
            ("reasons", Must, text()),
        ],
    );
    by("Id", held)
}
