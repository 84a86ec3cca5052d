//! What happens at the border, and to notices and duties.

use std::collections::BTreeMap;

use domain::duty::DutyKind;
use domain::event::*;
use domain::facts::{Declared, Lodged};
use domain::id::{PermitId, ShipmentId};
use domain::item::LineNo;
use domain::ledger::Both;
use domain::money::Money;
use domain::notice::NoticeKind;
use domain::permit::Undisclosed;
use domain::permit::standing::Standing;
use domain::policy::{Effect, PolicyFinding};
use domain::quantity::Quantity;
use domain::shipment::{ReleaseReason, RestoreCause, Term};
use domain::time::Instant;

use super::case::*;

fn shipment() -> ShipmentId {
    id("SHP-2027-000001")
}

fn permit() -> PermitId {
    id("PMT-2027-000001")
}

fn amounts() -> BTreeMap<LineNo, Both> {
    [(LineNo(1), both("1.5", "150.25"))].into()
}

fn lodged() -> Lodged {
    Lodged {
        office: id("OFC-0453"),
        declaration: "DECL-1".into(),
    }
}

fn instant() -> Instant {
    Instant::at_start_of(day("2027-07-01")).plus_minutes(90)
}

pub fn examples() -> Vec<Event> {
    let mut all = border();
    all.extend(after());
    all.extend(stops());
    all.extend(papers());
    all
}

fn declared() -> Declared {
    Declared {
        line: LineNo(1),
        quantity: Quantity::parse("1.5", "KGM").unwrap(),
        value: Money::parse("150.25", "CAD").unwrap(),
        destination: id("TR"),
        final_destination: id("TR"),
        consignee: Some(id("PTY-2027-000002")),
        intermediates: ids(&["PTY-2027-000003"]),
        route: ids(&["DE"]),
        serials: words(&["SN-1024"]),
        documents: ids(&["END-USE-CERTIFICATE"]),
        exporter: Some(id("PTY-2027-000001")),
        entry: Some(id("GUIDE@2020:2-15.d")),
        end_user: Some(id("PTY-2027-000004")),
        model: Some("TURRET-1".into()),
    }
}

fn whence() -> domain::shipment::reason::Whence {
    domain::shipment::reason::Whence {
        order: Some(id("ORD-2027-000003")),
        law: Some(law("EIPA:10(1)")),
    }
}

fn border() -> Vec<Event> {
    vec![
        ShipmentReserved {
            shipment: shipment(),
            permit: permit(),
            lodged: lodged(),
            lines: vec![declared()],
            amounts: amounts(),
            lapses_at: instant(),
        }
        .into(),
        ReleaseRefused {
            permit: permit(),
            lodged: lodged(),
            reasons: reasons(),
        }
        .into(),
        ExitConfirmed {
            shipment: shipment(),
            permit: permit(),
            from_reserved: amounts(),
            drawn: amounts(),
            excess: amounts(),
            on: day("2027-07-02"),
            under_stop: ids(&["ORD-2027-000001"]),
            is_partial: true,
            serials: words(&["SN-1024"]),
        }
        .into(),
    ]
}

/// One of each.
fn reasons() -> Vec<ReleaseReason> {
    let line = LineNo(1);
    let mut all = vec![
        ReleaseReason::NoSuchPermit { permit: permit() },
        ReleaseReason::NoSuchLine { line },
        ReleaseReason::NothingDeclared,
        ReleaseReason::NotInForce {
            line,
            standing: Standing::Expired,
            last_day: Some(day("2027-06-30")),
        },
        ReleaseReason::Stopped {
            line,
            order: id("ORD-2027-000001"),
            verb: says("suspend", "suspendre"),
            law: law("EIPA:10(1)"),
            is_use_only: true,
        },
        ReleaseReason::Mismatch {
            line,
            term: Term::Consignee,
            declared: "PTY-2027-000099".into(),
            permitted: words(&["PTY-2027-000002"]),
        },
        ReleaseReason::OtherUnit {
            line,
            declared: "C62".into(),
            permitted: "KGM".into(),
        },
        ReleaseReason::OtherCurrency {
            line,
            declared: "USD".into(),
            permitted: "CAD".into(),
        },
        ReleaseReason::MoreThanLeft {
            line,
            asked_quantity: both("9.5", "0").quantity,
            left_quantity: both("7.5", "0").quantity,
            asked_value: both("0", "900.25").value,
            left_value: both("0", "700.25").value,
        },
        ReleaseReason::ZeroQuantity { line },
        ReleaseReason::Undisclosed {
            line,
            what: Undisclosed::Destination,
        },
        ReleaseReason::NotRegistered {
            exporter: Some(id("PTY-2027-000001")),
        },
    ];
    all.extend(reasons_of_conditions(line));
    all
}

fn reasons_of_conditions(line: LineNo) -> Vec<ReleaseReason> {
    vec![
        ReleaseReason::RouteForbidden {
            line,
            country: id("AZ"),
            whence: whence(),
        },
        ReleaseReason::OfficeNotNamed {
            office: id("OFC-0453"),
            named: vec![id("OFC-0001")],
            whence: whence(),
        },
        ReleaseReason::DocumentNotShown {
            line,
            document: id("END-USE-CERTIFICATE"),
            whence: whence(),
        },
        ReleaseReason::SerialsMissing {
            line,
            expected: both("2", "0").quantity,
            declared: 1,
            whence: whence(),
        },
        ReleaseReason::DestinationNotNamed {
            line: LineNo(1),
            country: id("AZ"),
            named: vec![id("TR")],
            whence: whence(),
        },
        ReleaseReason::ConsigneeNotNamed {
            line: LineNo(1),
            consignee: Some(id("PTY-2027-000009")),
            named: vec![id("PTY-2027-000002")],
            whence: whence(),
        },
        ReleaseReason::MoreThanCondition {
            line: LineNo(1),
            asked: 3.into(),
            used: 4.into(),
            at_most: 5.into(),
            whence: whence(),
        },
        ReleaseReason::AfterLastDay {
            line: LineNo(1),
            last_day: day("2027-12-31"),
            whence: whence(),
        },
        ReleaseReason::NothingPassesTheBorder,
        ReleaseReason::Policy {
            line,
            finding: PolicyFinding::Stands {
                policy: "R-1".into(),
                effect: Effect::Bar,
                source: law("EIPA:7(1)"),
                says: says("barred", "interdit"),
                cleared_by: says("nothing", "rien"),
                measure: Some(id("MSR-2027-000001")),
            },
        },
        ReleaseReason::Policy {
            line,
            finding: PolicyFinding::Undetermined {
                policy: Some("R-2".into()),
                because: "an attribute is missing".into(),
            },
        },
    ]
}

fn after() -> Vec<Event> {
    vec![
        ShipmentRestored {
            shipment: shipment(),
            permit: permit(),
            amounts: amounts(),
            because: RestoreCause::GivenUp,
            on: day("2027-07-03"),
        }
        .into(),
        ShipmentHeld {
            shipment: shipment(),
            permit: permit(),
            amounts: amounts(),
            reasons: "as evidence".into(),
            on: day("2027-07-03"),
        }
        .into(),
        GoodsReturned {
            shipment: shipment(),
            permit: permit(),
            amounts: amounts(),
            excess: amounts(),
            is_correction: true,
            reasons: "miscounted".into(),
            on: day("2027-07-04"),
        }
        .into(),
    ]
}

fn stops() -> Vec<Event> {
    vec![
        StopNoticeIssued {
            shipment: shipment(),
            permit: permit(),
            order: id("ORD-2027-000001"),
            office: id("OFC-0453"),
            due_at: instant(),
        }
        .into(),
        StopNoticeAcknowledged {
            shipment: shipment(),
            order: id("ORD-2027-000001"),
            office: id("OFC-0453"),
            by: id("OFF-2027-000001"),
            goods_were_there: true,
        }
        .into(),
    ]
}

fn papers() -> Vec<Event> {
    vec![
        NoticeIssued {
            notice: id("NTC-2027-000001"),
            notice_kind: NoticeKind::Suspension,
            about: "ORD-2027-000001".into(),
            permits: ids(&["PMT-2027-000001"]),
            to: ids(&["PTY-2027-000001"]),
            text: says("the permit is suspended", "la licence est suspendue"),
            contest: says("write to the authority", "écrire à l’autorité"),
            on: day("2027-10-05"),
        }
        .into(),
        NoticeDelivered {
            notice: id("NTC-2027-000001"),
            to: id("PTY-2027-000001"),
            proof: "receipt 17".into(),
            on: day("2027-10-06"),
        }
        .into(),
        NoticeAcknowledged {
            notice: id("NTC-2027-000001"),
            by: id("PTY-2027-000001"),
            on: day("2027-10-07"),
        }
        .into(),
        DutyOpened {
            duty: id("DTY-2027-000001"),
            duty_kind: DutyKind::ExitUnderStop,
            desk: "enforcement".into(),
            about: "SHP-2027-000001".into(),
            says: says("look into the exit", "examiner la sortie"),
            due_on: day("2027-10-20"),
        }
        .into(),
        DutyDischarged {
            duty: id("DTY-2027-000001"),
            how: "the exporter was heard".into(),
            by: id("OFF-2027-000001"),
            on: day("2027-10-19"),
        }
        .into(),
    ]
}
