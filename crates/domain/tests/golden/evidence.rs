//! Evidence, findings, reviews and dialogues.

use std::collections::BTreeSet;

use domain::advice::AdvicePosition;
use domain::dialogue::Step;
use domain::event::*;
use domain::evidence::{
    Correction, Credibility, Custody, CustodyKind, CustodyStep, Evidence, Grade, LinkConfidence,
    LinkTarget, Observed, Reliability, Repetition, Sealing, Subject,
};
use domain::finding::{Answer, BreachFinding, Finding, Held};
use domain::party::Basis;
use domain::permit::standing::Standing;
use domain::review::{ReviewMember, ReviewOutcome};

use super::case::*;
use super::measure::scope;

pub fn examples() -> Vec<Event> {
    let mut all = material();
    all.extend(keeping());
    all.extend(findings());
    all.extend(reviews());
    all.push(reminded());
    all.extend(dialogues());
    all
}

fn grade() -> Grade {
    Grade {
        source: Reliability::B,
        information: Credibility::Two,
        about: Some("identity".into()),
        confirmed_by: BTreeSet::new(),
        by: id("OFF-2027-000003"),
        on: day("2027-10-20"),
    }
}

fn evidence() -> Evidence {
    Evidence {
        id: id("EVD-2027-000001"),
        title: "a sensor in the wreck".into(),
        source: "field team".into(),
        repeats: ids(&["EVD-2027-000000"]),
        obtained: "photographed on site".into(),
        is_humanitarian: false,
        digest: Some(digest("e5")),
        marking: Some("for official use".into()),
        provenance: None,
        compartments: BTreeSet::new(),
        observed: Some(Observed {
            marks: words(&["T1"]),
            serial: Some("SN-10?4".into()),
            made: Some("2026-05".into()),
            fitted: Some("2027-01".into()),
            hours: Some(41),
            found_in: Some("a field".into()),
            held_by: Some("the field team".into()),
            ..Observed::default()
        }),
        custody: vec![Custody {
            from: "finder".into(),
            to: "field team".into(),
            on: day("2027-10-15"),
            note: "sealed, dented".into(),
            step: None,
        }],
        grade: Some(grade()),
        received_on: day("2027-10-20"),
        received_by: id("OFF-2027-000003"),
        basis: Some(Basis::Synthetic),
    }
}

fn material() -> Vec<Event> {
    vec![
        EvidenceReceived {
            evidence: evidence(),
        }
        .into(),
        EvidenceGraded {
            evidence: id("EVD-2027-000001"),
            grade: grade(),
        }
        .into(),
        EvidenceLinked {
            evidence: id("EVD-2027-000001"),
            to: LinkTarget::Permit {
                permit: id("PMT-2027-000001"),
            },
            confidence: LinkConfidence::Inferred,
            reasons: "model, months and the mark of the consignee".into(),
            by: id("OFF-2027-000003"),
            on: day("2027-10-21"),
        }
        .into(),
        AllegationOpened {
            allegation: id("ALG-2027-000001"),
            says: "the sensor was used elsewhere".into(),
            evidence: ids(&["EVD-2027-000001"]),
            on: day("2027-10-21"),
            by: id("OFF-2027-000003"),
        }
        .into(),
        InvestigationOpened {
            investigation: id("INV-2027-000001"),
            allegation: Some(id("ALG-2027-000001")),
            mandate: "where did the sensor come from?".into(),
            on: day("2027-10-22"),
            by: id("OFF-2027-000003"),
        }
        .into(),
    ]
}

fn keeping() -> Vec<Event> {
    let (evidence, by) = (|| id("EVD-2027-000001"), || id("OFF-2027-000003"));
    let on = || day("2027-10-25");
    vec![
        EvidenceCustodyAdded {
            evidence: evidence(),
            step: CustodyStep {
                custody: Custody {
                    from: "field team".into(),
                    to: "laboratory".into(),
                    on: day("2027-10-22"),
                    note: "seal 17, unbroken".into(),
                    step: Some(CustodyKind::Analysis),
                },
                by: by(),
                recorded_on: on(),
            },
        }
        .into(),
        EvidenceCorrected {
            evidence: evidence(),
            correction: Correction {
                subject: Subject::Observed,
                says: "the fourth character is a 7".into(),
                reasons: "read again under light".into(),
                by: by(),
                on: on(),
            },
        }
        .into(),
        EvidenceRepetitionFound {
            evidence: evidence(),
            repetition: Repetition {
                of: ids(&["EVD-2027-000002"]),
                reasons: "the same photograph".into(),
                by: by(),
                on: on(),
            },
        }
        .into(),
        EvidenceSealed {
            evidence: evidence(),
            sealing: Sealing {
                compartments: ids(&["CMP-1"]),
                reasons: "a source is at risk".into(),
                by: by(),
                on: on(),
            },
        }
        .into(),
    ]
}

fn findings() -> Vec<Event> {
    let answer = Answer {
        held: Held::Credible,
        reasons: "the marks agree".into(),
        reasons_open: None,
        competing: words(&["a sensor of the same model sold elsewhere"]),
        rests_on: ids(&["EVD-2027-000001"]),
    };
    let finding = Finding {
        id: id("FND-2027-000001"),
        investigation: Some(id("INV-2027-000001")),
        title: "the sensor in the wreck".into(),
        answers: [(id("identity"), answer)].into(),
        by: id("OFF-2027-000003"),
        on: day("2027-11-15"),
    };
    let breach = BreachFinding {
        id: id("FND-2027-000002"),
        assurance: id("ASR-2027-000001"),
        clause: 3,
        held: Held::Established,
        rests_on: Some(id("FND-2027-000001")),
        reasons: "it was passed on without consent".into(),
        reasons_open: None,
        by: id("OFF-2027-000003"),
        on: day("2027-11-20"),
    };
    vec![
        FindingMade { finding }.into(),
        BreachFound { breach }.into(),
    ]
}

fn reviews() -> Vec<Event> {
    let review = || id("REV-2027-000001");
    let (by, on) = (|| id("OFF-2027-000001"), || day("2028-01-15"));
    let member = ReviewMember {
        stood: Standing::Suspended,
        outcome: Some((
            ReviewOutcome::KeepSuspended,
            "while assurances are tested".into(),
        )),
        rests_on: BTreeSet::new(),
    };
    vec![
        ReviewOpened {
            review: review(),
            mandate: says(
                "all permits for military goods",
                "toutes les licences militaires",
            ),
            scope: scope(),
            members: [(id("PMT-2027-000001"), member)].into(),
            consults: ids(&["PTY-2027-000020"]),
            advise_by: None,
            on: on(),
            by: by(),
        }
        .into(),
        ReviewAdviceGiven {
            review: review(),
            body: id("PTY-2027-000020"),
            permits: ids(&["PMT-2027-000001"]),
            position: AdvicePosition::Refuse,
            text: "cancel".into(),
            by: id("OFF-2027-000020"),
            on: on(),
        }
        .into(),
        ReviewQuestionAnswered {
            review: review(),
            question: id("mismatch"),
            answer: "established".into(),
            reasons: "as read".into(),
            rests_on: BTreeSet::new(),
            by: by(),
            on: on(),
        }
        .into(),
        ReviewRiskDetermined {
            review: review(),
            determination: determination(),
        }
        .into(),
        ReviewOutcomeRecorded {
            review: review(),
            permit: id("PMT-2027-000001"),
            outcome: ReviewOutcome::CancelAndReinstate,
            reasons: "with visits".into(),
            rests_on: BTreeSet::new(),
            by: by(),
            on: on(),
        }
        .into(),
        ReviewConcluded {
            review: review(),
            not_known: words(&["who fired it"]),
            on: on(),
            by: by(),
        }
        .into(),
    ]
}

fn reminded() -> Event {
    ReviewReminded {
        review: id("REV-2027-000001"),
        body: id("PTY-2027-000020"),
        due_on: day("2028-02-15"),
        on: day("2028-01-15"),
        by: id("OFF-2027-000001"),
    }
    .into()
}

fn dialogues() -> Vec<Event> {
    vec![
        DialogueOpened {
            dialogue: id("DLG-2027-000001"),
            name: says("End-use assurances", "Garanties d’utilisation finale"),
            with: Some(id("PTY-2027-000031")),
            agenda: words(&["assurances"]),
            on: day("2027-11-01"),
            by: id("OFF-2027-000001"),
        }
        .into(),
        DialogueStepped {
            dialogue: id("DLG-2027-000001"),
            step: Step::Commit,
            text: "visits are agreed".into(),
            on: day("2027-12-01"),
            by: id("OFF-2027-000001"),
        }
        .into(),
    ]
}
