//! Requests and visits.

use domain::country::Country;
use domain::event::*;
use domain::finding::{Answer, Held};
use domain::item::LineNo;
use domain::request::{Reply, Request, RequestKind};
use domain::visit::{
    AccessBasis, FollowUp, ItemFound, ItemsDue, METHOD, Person, Sample, VisitKind, VisitOutcome,
    VisitPlan, VisitReport,
};

use super::case::*;

pub fn examples() -> Vec<Event> {
    let mut all = requests();
    all.extend(visits());
    all
}

fn requests() -> Vec<Event> {
    let (request, by) = (|| id("RQS-2027-000001"), || id("OFF-2027-000003"));
    vec![
        RequestSent {
            request: Request {
                id: request(),
                request_kind: RequestKind::Tracing,
                to: id("PTY-2027-000031"),
                asks: "to whom was it delivered?".into(),
                permits: ids(&["PMT-2027-000001"]),
                shipments: ids(&["SHP-2027-000001"]),
                assurances: ids(&["ASR-2027-000001"]),
                evidence: ids(&["EVD-2027-000001"]),
                marks: words(&["T1", "SN-10?4"]),
                asked_on: day("2027-11-01"),
                due_on: day("2027-12-01"),
                by: by(),
            },
        }
        .into(),
        RequestReminded {
            request: request(),
            due_on: day("2028-01-01"),
            on: day("2027-12-02"),
            by: by(),
        }
        .into(),
        RequestAnswered {
            request: request(),
            reply: Reply {
                says: "to the first depot".into(),
                evidence: ids(&["EVD-2027-000009"]),
                is_complete: true,
                on: day("2028-01-05"),
                by: by(),
            },
        }
        .into(),
        RequestUnanswered {
            request: request(),
            asked_on: day("2027-11-01"),
            due_on: day("2028-01-01"),
            on: day("2028-01-02"),
            by: by(),
        }
        .into(),
    ]
}

fn people(name: &str) -> Vec<Person> {
    vec![Person {
        name: name.into(),
        title: "inspector".into(),
    }]
}

fn visits() -> Vec<Event> {
    let (visit, by) = (|| id("VST-2027-000001"), || id("OFF-2027-000003"));
    let serials = || ["SN-1024".to_owned(), "SN-1025".to_owned()].into();
    vec![
        VisitPlanned {
            plan: VisitPlan {
                id: visit(),
                visit_kind: VisitKind::PostShipment,
                basis: AccessBasis::Assurance {
                    assurance: id("ASR-2027-000001"),
                },
                host: id("PTY-2027-000032"),
                place: "the first depot".into(),
                country: Country::new("TR").unwrap(),
                planned_on: day("2028-02-01"),
                visitors: people("visitor"),
                items: vec![ItemsDue {
                    permit: id("PMT-2027-000001"),
                    line: LineNo(1),
                    serials: serials(),
                }],
                questions: ids(&["identity"]),
                by: by(),
                on: day("2028-01-10"),
            },
        }
        .into(),
        VisitSampled {
            visit: visit(),
            sample: Sample {
                seed: "5eed".into(),
                method: METHOD.into(),
                population: 2,
                serials: serials(),
                by: by(),
                on: day("2028-01-11"),
            },
        }
        .into(),
        VisitRecorded {
            visit: visit(),
            report: report(),
        }
        .into(),
        VisitCalledOff {
            visit: visit(),
            reasons: "the road is closed".into(),
            on: day("2028-01-31"),
            by: by(),
        }
        .into(),
        VisitFollowedUp {
            visit: visit(),
            text: "seen at the second depot".into(),
            on: day("2028-03-01"),
            by: by(),
        }
        .into(),
    ]
}

fn report() -> VisitReport {
    let said = |text: &str| Some(text.to_owned());
    let answer = Answer {
        held: Held::Credible,
        reasons: "one of two was read".into(),
        reasons_open: said("read"),
        competing: Vec::new(),
        rests_on: ids(&["EVD-2027-000009"]),
    };
    VisitReport {
        made_on: day("2028-02-01"),
        visitors: people("visitor"),
        hosts: people("host"),
        items: vec![
            ItemFound {
                serial: "SN-1024".into(),
                read: said("SN-10?4"),
                not_seen_because: None,
                condition: said("worn"),
                platform: Some(id("PLT-1")),
                platform_serial: said("A-7"),
                declared_at: said("the first depot"),
                found_at: said("the first depot"),
            },
            ItemFound {
                serial: "SN-1025".into(),
                read: None,
                not_seen_because: said("at the second depot"),
                condition: None,
                platform: None,
                platform_serial: None,
                declared_at: said("the first depot"),
                found_at: None,
            },
        ],
        custody: said("guarded"),
        storage: said("locked"),
        stock_book: said("kept, and agrees"),
        use_declared: said("patrol"),
        use_observed: said("patrol"),
        retransfers: said("none"),
        evidence: ids(&["EVD-2027-000009"]),
        refusals: words(&["the second hall"]),
        limits: words(&["an hour"]),
        findings: [(id("identity"), answer)].into(),
        outcome: VisitOutcome::PartlyConfirmed,
        judgment: "as declared, so far as seen".into(),
        follow_up: Some(FollowUp {
            what: "see the second depot".into(),
            due_on: day("2028-03-15"),
        }),
        by: id("OFF-2027-000003"),
        on: day("2028-02-03"),
    }
}
