//! What is accepted of the text of evidence.

use domain::event::*;
use domain::passage::{AcceptedPassage, Passage};

use super::case::*;

pub(super) fn examples() -> Vec<Event> {
    vec![
        PassageAccepted {
            evidence: id("EVD-2027-000001"),
            accepted: AcceptedPassage {
                passage: Passage {
                    digest: "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
                        .into(),
                    start: 120,
                    end: 144,
                    place: Some("page 3".into()),
                    quote: "suspended export permits".into(),
                },
                kind: "act".into(),
                value: "suspend/asserted".into(),
                rule: Some("word for an act, with what it is done to, in one clause".into()),
                note: Some("the minister's words".into()),
                by: id("OFF-2027-000003"),
                on: day("2027-10-22"),
            },
        }
        .into(),
    ]
}
