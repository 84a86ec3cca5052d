//! Permits.

use domain::event::*;
use domain::party::Basis;
use domain::permit::{Issued, Origin};

use super::case::*;

fn issued(origin: Origin) -> Issued {
    Issued {
        permit: id("PMT-2027-000001"),
        terms: terms(),
        issued_on: day("2027-03-01"),
        valid_from: day("2027-02-15"),
        last_day: Some(day("2029-02-28")),
        origin,
        reasons: words(&["the goods were held at the border"]),
        determined_by: words(&["M-2020-04-16"]),
        basis: Some(Basis::Synthetic),
    }
}

pub fn examples() -> Vec<Event> {
    vec![
        PermitIssued {
            issued: issued(Origin::Application {
                application: id("APP-2027-000002"),
                recommended_by: id("OFF-2027-000001"),
                decided_by: id("OFF-2027-000002"),
            }),
        }
        .into(),
        PermitRecorded {
            issued: issued(Origin::Import {
                source: "permits.csv:17".into(),
                assumptions: words(&["the quantity is in kilograms"]),
            }),
        }
        .into(),
        PermitAmended {
            permit: id("PMT-2027-000001"),
            terms: terms(),
            last_day: Some(day("2028-02-29")),
            effective_from: day("2027-06-01"),
            reason: "last day: the programme ends sooner".into(),
            order: Some(id("ORD-2027-000001")),
        }
        .into(),
        PermitSurrendered {
            permit: id("PMT-2027-000001"),
            by: id("PTY-2027-000001"),
            effective_from: day("2027-09-01"),
        }
        .into(),
        GeneralPermitRegistered {
            permit: id("GEP-47"),
            exporter: id("PTY-2027-000001"),
            effective_from: day("2027-01-01"),
        }
        .into(),
        GeneralPermitRegistrationEnded {
            permit: id("GEP-47"),
            exporter: id("PTY-2027-000001"),
            effective_from: day("2027-08-01"),
            reason: "records were not kept".into(),
        }
        .into(),
    ]
}
