//! Numbers, days, amounts, codes and texts.

use domain::money::Currency;
use domain::quantity::Unit;
use serde_json::{Value, json};

use super::{May, Must, named, object, one_of};

/// What an identifier may look like.
const ID_PATTERN: &str = "^[A-Za-z0-9_./:@()-]{1,64}$";

/// Every day that the register accepts, from 1900-01-01 to 2199-12-31, and no other.
pub(crate) fn day_pattern() -> String {
    let long = "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])";
    let short = "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)";
    let february = "02-(?:0[1-9]|1[0-9]|2[0-8])";
    let leap = "(?:(?:19|20|21)(?:0[48]|[2468][048]|[13579][26])|2000)-02-29";
    format!("^(?:(?:19|20|21)[0-9]{{2}}-(?:{long}|{short}|{february})|{leap})$")
}

/// An amount with at most so many decimal places that say something.
fn amount(decimals: u32) -> Value {
    let fraction = match decimals {
        0 => r"(?:\.0+)?".to_owned(),
        places => format!(r"(?:\.[0-9]{{1,{places}}}0*)?"),
    };
    json!({ "type": "string", "pattern": format!("^0*[0-9]{{1,15}}{fraction}$") })
}

/// Money by its currency: no amount is finer than its currency.
fn money() -> Value {
    let mut alternatives = Vec::new();
    for decimals in [0, 2, 3] {
        let codes: Vec<&str> = Currency::all()
            .filter(|currency| currency.decimals() == decimals)
            .map(Currency::code)
            .collect();
        let fields = [
            ("amount", Must, amount(decimals)),
            ("currency", Must, one_of(&codes)),
        ];
        alternatives.push(object("an amount no finer than its currency", &fields));
    }
    json!({ "description": "an amount of money, never negative", "oneOf": alternatives })
}

fn text(pattern: &str, says: &str) -> Value {
    json!({ "type": "string", "pattern": pattern, "description": says })
}

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let mut shapes = texts();
    shapes.extend(amounts());
    shapes.extend(answers());
    shapes
}

fn texts() -> Vec<(&'static str, Value)> {
    let in_words = r"\S";
    vec![
        (
            "Id",
            text(ID_PATTERN, "an identifier, as in PMT-2027-000123"),
        ),
        (
            "Day",
            json!({
                "type": "string", "format": "date", "pattern": day_pattern(),
                "description": "a day from 1900 to 2199, as in 2027-03-01",
            }),
        ),
        (
            "Country",
            text("^[A-Z]{2}$", "a country, by its ISO 3166-1 code"),
        ),
        (
            "EntryId",
            json!({
                "type": "string", "maxLength": 64,
                "pattern": "^[A-Za-z0-9_./()-]+@[A-Za-z0-9_./()@-]+:[A-Za-z0-9_./:@()-]+$",
                "description": "list, edition and number, as in GUIDE@2020:2-15.d",
            }),
        ),
        (
            "Law",
            json!({
                "type": "string", "maxLength": 64,
                "pattern": "^[A-Za-z0-9_./@()-]+:[A-Za-z0-9_./:@()-]+$",
                "description": "a source and a place in it, as in EIPA:10(1)",
            }),
        ),
        ("Spoken", text(in_words, "in words, not blank")),
        (
            "BothOfficial",
            object(
                "in both official languages",
                &[("en", Must, named("Spoken")), ("fr", Must, named("Spoken"))],
            ),
        ),
        (
            "Base64",
            json!({
                "type": "string", "contentEncoding": "base64",
                "pattern": "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$",
            }),
        ),
        ("Basis", one_of(&["fact", "press", "inferred", "synthetic"])),
    ]
}

fn amounts() -> Vec<(&'static str, Value)> {
    let units: Vec<&str> = Unit::codes().collect();
    let currencies: Vec<&str> = Currency::all().map(Currency::code).collect();
    vec![
        (
            "Count",
            json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
        ),
        ("Amount", amount(6)),
        ("Unit", one_of(&units)),
        ("Currency", one_of(&currencies)),
        (
            "Quantity",
            object(
                "how much, in a unit of UN/ECE Recommendation 20",
                &[
                    ("amount", Must, named("Amount")),
                    ("unit", Must, named("Unit")),
                ],
            ),
        ),
        ("Money", money()),
        (
            "AmountsByLine",
            json!({
                "type": "object", "description": "by line; everything reserved when empty",
                "propertyNames": { "type": "string", "pattern": "^(?:0|[1-9][0-9]{0,8})$" },
                "additionalProperties": object(
                    "in the line's unit and currency",
                    &[("quantity", Must, named("Amount")), ("value", Must, named("Amount"))],
                ),
            }),
        ),
        (
            "Period",
            object(
                "from a day, up to but not including another",
                &[("from", Must, named("Day")), ("until", May, named("Day"))],
            ),
        ),
        (
            "LineRef",
            object(
                "a line of a permit",
                &[
                    ("permit", Must, named("Id")),
                    ("line", Must, named("Count")),
                ],
            ),
        ),
    ]
}

fn answers() -> Vec<(&'static str, Value)> {
    vec![
        (
            "Done",
            json!({
                "type": "object", "required": ["what"],
                "description": "what was done; `events` are its first and last place in the log",
                "properties": {
                    "events": {
                        "type": ["array", "null"], "minItems": 2, "maxItems": 2,
                        "items": { "type": "integer", "minimum": 1 },
                    },
                    "recorded_at": {
                        "type": "integer", "description": "microseconds since 1970-01-01T00:00:00Z",
                    },
                    "is_repeat": {
                        "type": "boolean", "description": "whether this repeats the first answer",
                    },
                    "what": { "description": "the thing as it now is" },
                },
            }),
        ),
        (
            "Page",
            json!({
                "type": "object", "required": ["next"],
                "properties": { "next": { "type": ["string", "null"] } },
                "additionalProperties": { "type": "array", "items": { "type": "object" } },
            }),
        ),
        ("Record", json!({ "type": "object" })),
    ]
}
