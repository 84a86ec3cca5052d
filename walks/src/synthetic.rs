//! Parties and a permit for tests that need some, as JSON texts. All of it is synthetic.

/// A version of a party, as a register takes it over.
#[must_use]
pub fn party(id: &str, country: &str) -> String {
    format!(
        r#"{{
            "effective_from": "2020-01-01",
            "facts": {{ "id": "{id}", "name": "synthetic {id}", "country": "{country}" }}
        }}"#
    )
}

/// The permit PMT-2026-000001 of PTY-HOLDER to send so many articles, of one dollar each, to PTY-FAR in
/// France, as a register takes it over.
#[must_use]
pub fn permit(articles: u32) -> String {
    format!(
        r#"{{
            "permit": "PMT-2026-000001",
            "terms": {{
                "kind": "individual", "movement": {{ "kind": "permanent" }},
                "exporter": "PTY-HOLDER", "consignees": ["PTY-FAR"],
                "end_user": "PTY-FAR", "end_user_country": "FR",
                "destinations": ["FR"], "final_destinations": ["FR"],
                "lines": [{{
                    "no": 1, "item": {{ "description": "synthetic articles" }},
                    "ratings": [{{ "entry": "GUIDE@2020:2-10.c", "is_primary": true }}],
                    "quantity": {{ "amount": "{articles}", "unit": "NAR" }},
                    "value": {{ "amount": "{articles}.00", "currency": "CAD" }}
                }}]
            }},
            "issued_on": "2026-01-01", "valid_from": "2026-01-01", "last_day": "2099-12-31",
            "origin": {{ "kind": "import", "source": "synthetic:1", "assumptions": [] }}
        }}"#
    )
}
