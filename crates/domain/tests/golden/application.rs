//! Applications and assurances.

use domain::advice::AdvicePosition;
use domain::application::Outcome;
use domain::assurance::{Assurance, AssuranceForm, AuthenticityAnswer, Undertaking};
use domain::event::*;
use domain::item::LineNo;
use domain::party::Basis;
use domain::time::Period;

use super::case::*;

pub fn examples() -> Vec<Event> {
    let mut all = procedure();
    all.extend(judgement());
    all.extend(assurances());
    all
}

fn procedure() -> Vec<Event> {
    vec![
        ApplicationSubmitted {
            application: id("APP-2027-000002"),
            applicant: id("PTY-2027-000001"),
            terms: terms(),
            received_on: day("2027-01-10"),
            documents: ids(&["END-USE-CERTIFICATE"]),
            copied_from: Some(id("APP-2026-000001")),
            supersedes: Some(id("APP-2027-000001")),
            basis: Some(Basis::Synthetic),
        }
        .into(),
        InformationRequested {
            application: id("APP-2027-000002"),
            questions: words(&["who mounts it?"]),
            on: day("2027-01-15"),
            due_on: day("2027-02-15"),
            by: id("OFF-2027-000001"),
        }
        .into(),
        InformationReceived {
            application: id("APP-2027-000002"),
            answers: words(&["the integrator"]),
            documents: ids(&["CONTRACT"]),
            on: day("2027-01-25"),
        }
        .into(),
        ItemRated {
            application: id("APP-2027-000002"),
            line: LineNo(1),
            ratings: vec![rating()],
            by: id("OFF-2027-000001"),
        }
        .into(),
        ReferralSent {
            application: id("APP-2027-000002"),
            body: id("PTY-2027-000020"),
            question: "any objection?".into(),
            on: day("2027-01-16"),
            due_on: day("2027-01-30"),
            by: id("OFF-2027-000001"),
        }
        .into(),
        AdviceGiven {
            application: id("APP-2027-000002"),
            body: id("PTY-2027-000020"),
            lines: [LineNo(1)].into(),
            about: Some("TR".into()),
            position: AdvicePosition::IssueWithConditions,
            text: "with visits".into(),
            conditions: vec![condition()],
            criteria: ids(&["ihl"]),
            by: id("OFF-2027-000020"),
            on: day("2027-01-29"),
        }
        .into(),
        ApplicationWithdrawn {
            application: id("APP-2027-000002"),
            on: day("2027-02-20"),
        }
        .into(),
    ]
}

fn judgement() -> Vec<Event> {
    vec![
        RiskDetermined {
            application: id("APP-2027-000002"),
            determination: determination(),
        }
        .into(),
        ExceptionalCircumstancesDetermined {
            application: id("APP-2027-000002"),
            policies: ["M-2020-04-16".to_owned()].into(),
            reasons: "a programme of the alliance".into(),
            by: id("OFF-2027-000002"),
            on: day("2027-02-02"),
        }
        .into(),
        CaseAssessed {
            application: id("APP-2027-000002"),
            reasons: "each criterion was weighed".into(),
            by: id("OFF-2027-000001"),
            on: day("2027-02-03"),
        }
        .into(),
        RecommendationMade {
            application: id("APP-2027-000002"),
            outcome: Outcome::Issue,
            reasons: "on balance".into(),
            conditions: vec![condition()],
            by: id("OFF-2027-000001"),
            on: day("2027-02-04"),
        }
        .into(),
        ApplicationRefused {
            application: id("APP-2027-000002"),
            grounds: ids(&["diversion-risk"]),
            law: [law("EIPA:7(1)")].into(),
            reasons: "the risk of diversion is not mitigated".into(),
            determined_by: words(&["M-2020-04-16"]),
            recommended_by: id("OFF-2027-000001"),
            decided_by: id("OFF-2027-000002"),
            on: day("2027-02-10"),
        }
        .into(),
    ]
}

fn assurances() -> Vec<Event> {
    let assurance = Assurance {
        id: id("ASR-2027-000001"),
        form: AssuranceForm::Certificate,
        giver: id("PTY-2027-000004"),
        receiver: Some(id("PTY-2027-000030")),
        issuing_authority: Some(id("PTY-2027-000031")),
        signatory: Some("head of procurement".into()),
        validity: Period {
            from: day("2027-01-01"),
            until: Some(day("2029-01-01")),
        },
        undertakings: undertakings(),
        says: "not to be passed on".into(),
        paper: Some(digest("c3")),
        applications: ids(&["APP-2027-000002"]),
        permits: ids(&["PMT-2027-000001"]),
        recorded_by: id("OFF-2027-000001"),
        basis: Some(Basis::Synthetic),
    };
    vec![
        AssuranceReceived { assurance }.into(),
        AuthenticityAsked {
            assurance: id("ASR-2027-000001"),
            of: id("PTY-2027-000031"),
            on: day("2027-01-12"),
            due_on: day("2027-02-12"),
            by: id("OFF-2027-000001"),
        }
        .into(),
        AuthenticityAnswered {
            assurance: id("ASR-2027-000001"),
            answer: AuthenticityAnswer::Confirmed,
            on: day("2027-02-01"),
            by: id("OFF-2027-000001"),
        }
        .into(),
        DeliveryVerified {
            assurance: id("ASR-2027-000001"),
            permit: Some(id("PMT-2027-000001")),
            is_complete: false,
            seen: [("SN-1024".to_owned(), "in the hangar".to_owned())].into(),
            text: "one of seven was seen".into(),
            on: day("2027-12-01"),
            by: id("OFF-2027-000003"),
        }
        .into(),
    ]
}

/// One of each.
fn undertakings() -> Vec<Undertaking> {
    vec![
        Undertaking::StatedEndUse {
            end_use: "border surveillance".into(),
        },
        Undertaking::PermittedEndUsers {
            end_users: ids(&["PTY-2027-000004"]),
        },
        Undertaking::PermittedTerritory {
            countries: ids(&["TR"]),
            places: words(&["the coast"]),
        },
        Undertaking::NoRetransferWithoutConsent,
        Undertaking::ResaleOnlyTo {
            countries: ids(&["DE"]),
        },
        Undertaking::RightOfVerification,
        Undertaking::DeliveryVerification {
            by: day("2027-12-31"),
        },
        Undertaking::OnwardTransferStatement {
            will_transfer: true,
            to: Some("the integrator".into()),
        },
    ]
}
