//! Accepting passages of evidence.

use domain::event::{EvidenceReceived, PassageAccepted};
use domain::evidence::{Evidence, EvidenceRecord};
use domain::passage::{AcceptedPassage, Passage, PassageRecord, PassageRefusal, accept};
use domain::view::{Noun, State};

use super::acts::*;
use super::world::given;

fn evidence(digest: Option<String>) -> EvidenceRecord {
    EvidenceRecord {
        evidence: Evidence {
            id: id("EVD-1"),
            title: "an article".into(),
            source: "a newspaper".into(),
            repeats: [].into(),
            obtained: "bought".into(),
            is_humanitarian: false,
            digest,
            marking: None,
            provenance: None,
            compartments: [].into(),
            observed: None,
            custody: Vec::new(),
            grade: None,
            received_on: day("2020-10-20"),
            received_by: id("OFF-M"),
            basis: None,
        },
        grades: Vec::new(),
        links: Vec::new(),
        custody: Vec::new(),
        corrections: Vec::new(),
        repetitions: Vec::new(),
        sealings: Vec::new(),
    }
}

fn accepted(quote: &str) -> AcceptedPassage {
    AcceptedPassage {
        passage: Passage {
            digest: "cd".repeat(32),
            start: 4,
            end: 10,
            place: None,
            quote: quote.into(),
        },
        kind: "country".into(),
        value: "CA".into(),
        rule: None,
        note: None,
        by: id("OFF-M"),
        on: day("2020-10-21"),
    }
}

#[test]
fn a_passage_that_stands_there_is_accepted_once() {
    let held = evidence(Some("cd".repeat(32)));
    assert_eq!(
        accept(&held, None, &accepted("Canada"), Some("Canada")),
        Ok(())
    );
    let before = PassageRecord {
        evidence: id("EVD-1"),
        accepted: vec![accepted("Canada")],
    };
    let again = accept(&held, Some(&before), &accepted("Canada"), Some("Canada"));
    assert!(matches!(
        again,
        Err(PassageRefusal::Before { start: 4, .. })
    ));
    let mut other = accepted("Canada");
    other.kind = "speaker".into();
    assert_eq!(accept(&held, Some(&before), &other, Some("Canada")), Ok(()));
}

#[test]
fn words_that_do_not_stand_there_are_refused() {
    let held = evidence(Some("cd".repeat(32)));
    for (quote, stands) in [
        ("Canada", Some("Canad")),
        ("Canada", Some("canada")),
        ("Canada", None),
        (" ", Some(" ")),
    ] {
        let judged = accept(&held, None, &accepted(quote), stands);
        assert!(
            matches!(judged, Err(PassageRefusal::NotThere { .. })),
            "{quote:?} {stands:?}"
        );
    }
    let long = "a".repeat(domain::passage::QUOTE_CHARS_MAX + 1);
    assert!(accept(&held, None, &accepted(&long), Some(&long)).is_err());
}

#[test]
fn other_bytes_and_no_bytes_are_refused() {
    let judged = |digest| accept(&evidence(digest), None, &accepted("Canada"), Some("Canada"));
    assert!(matches!(judged(None), Err(PassageRefusal::NoBytes(_))));
    assert!(matches!(
        judged(Some("ab".repeat(32))),
        Err(PassageRefusal::OtherBytes { .. })
    ));
}

#[test]
fn accepted_passages_are_kept_in_order_under_their_evidence() {
    let event = |quote: &str| PassageAccepted {
        evidence: id("EVD-1"),
        accepted: accepted(quote),
    };
    let received = EvidenceReceived {
        evidence: evidence(Some("cd".repeat(32))).evidence,
    };
    let world = given([vec![
        received.into(),
        event("Canada").into(),
        event("Turkey").into(),
    ]]);
    let State::Passage(held) = world.state(Noun::Passage, "EVD-1") else {
        panic!("no passages");
    };
    let quotes: Vec<&str> = held
        .accepted
        .iter()
        .map(|one| one.passage.quote.as_str())
        .collect();
    assert_eq!(quotes, ["Canada", "Turkey"]);
}
