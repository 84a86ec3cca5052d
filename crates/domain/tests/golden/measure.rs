//! Decisions, policy measures and permit orders.

use domain::event::*;
use domain::law::SourceKind;
use domain::measure::{
    Clearance, Draft, Exception, Instrument, Intent, Order, OrderKind, PolicyMeasure, PreviewSeal,
    Rule, Selection, Text,
};
use domain::money::Money;
use domain::party::PartyRole;
use domain::permit::PermitKind;
use domain::policy::Effect;
use domain::scope::{Place, Scope};
use domain::time::{Period, Position};

use domain::facts::LineRef;
use domain::item::LineNo;

use super::case::*;

fn instrument() -> Instrument {
    Instrument {
        title: says("Suspension toward TR", "Suspension vers TR"),
        law: law("EIPA:10(1)"),
        source_kind: SourceKind::Statute,
        grounds: ids(&["assurance-breached"]),
        reasons: says(
            "the use was not the one assured",
            "l’usage n’est pas celui assuré",
        ),
        reasons_for_file: Some("finding FND-2027-000001, question by question".into()),
        effective: Period {
            from: day("2027-10-05"),
            until: Some(day("2028-10-05")),
        },
        announced_on: Some(day("2027-10-06")),
        published_on: Some(day("2027-10-07")),
        review_by: Some(day("2027-12-31")),
        rests_on: ids(&["FND-2027-000001"]),
    }
}

/// Every form that a scope can take.
pub fn scope() -> Scope {
    let tr = || id("TR");
    Scope::All(vec![
        Scope::Everything,
        Scope::Any(vec![
            Scope::Country {
                at: Place::Anywhere,
                is: tr(),
            },
            Scope::Country {
                at: Place::Destination,
                is: tr(),
            },
            Scope::Country {
                at: Place::FinalDestination,
                is: tr(),
            },
            Scope::Country {
                at: Place::EndUser,
                is: tr(),
            },
            Scope::Country {
                at: Place::Route,
                is: tr(),
            },
            Scope::CountryGroup {
                at: Place::Anywhere,
                group: id("AFCCL"),
            },
        ]),
        Scope::Not(Box::new(Scope::Programme(id("NATO")))),
        Scope::Entry(id("GUIDE@2020:2-15")),
        Scope::Party {
            is: id("PTY-2027-000005"),
            role: Some(PartyRole::Integrator),
        },
        Scope::Activity {
            is: "builds-uav".into(),
            role: Some(PartyRole::EndUser),
        },
        Scope::Platform(id("PLT-2027-000001")),
        Scope::PlatformClass("uav".into()),
        Scope::PermitKind(PermitKind::MultipleDestination),
        Scope::Brokering,
        Scope::IssuedBefore(day("2027-01-01")),
        Scope::ValueAtLeast(Money::parse("1000.50", "CAD").unwrap()),
        Scope::Permits(vec![id("PMT-2027-000001")]),
        Scope::Line(line()),
    ])
}

fn line() -> LineRef {
    LineRef {
        permit: id("PMT-2027-000001"),
        line: LineNo(1),
    }
}

fn order() -> Order {
    Order {
        id: id("ORD-2027-000001"),
        kind: OrderKind::Reinstate,
        verb: says("reinstate", "rétablir"),
        selection: Selection::Named {
            permits: ids(&["PMT-2027-000001"]),
            lines: [line()].into(),
        },
        use_scope: Some(scope()),
        instrument: instrument(),
        ends: ids(&["ORD-2026-000001"]),
        new_terms: [(id("PMT-2027-000001"), terms())].into(),
        from_review: Some(id("REV-2027-000001")),
        stops_expiry: true,
        conditions: vec![condition()],
    }
}

fn by_scope() -> Order {
    Order {
        id: id("ORD-2027-000002"),
        kind: OrderKind::Suspend,
        selection: Selection::Scope { scope: scope() },
        ..order()
    }
}

fn policy() -> PolicyMeasure {
    let clearances = [
        Clearance::LiftingOnly,
        Clearance::ExceptionalCircumstances,
        Clearance::Assessment,
        Clearance::Documents {
            documents: ids(&["END-USE-CERTIFICATE"]),
        },
        Clearance::Advice {
            bodies: ids(&["PTY-2027-000020"]),
        },
        Clearance::Dialogue {
            dialogue: id("DLG-2027-000001"),
        },
    ];
    let rules = Effect::STRONGEST_FIRST.into_iter().zip(clearances);
    let rules = rules.map(|(effect, cleared_by)| Rule {
        effect,
        scope: scope(),
        exceptions: vec![Exception {
            scope: Scope::Programme(id("NATO")),
            falls_to: Some(Effect::CaseByCase),
            says: says("programmes case by case", "programmes au cas par cas"),
        }],
        cleared_by,
        says: says("presumptively denied", "refus présumé"),
    });
    PolicyMeasure {
        id: id("MSR-2027-000001"),
        instrument: instrument(),
        text: Text::Rules {
            rules: rules.collect(),
        },
    }
}

fn written_policy() -> PolicyMeasure {
    PolicyMeasure {
        id: id("MSR-2027-000002"),
        instrument: instrument(),
        text: Text::Policy {
            text: "forbid (principal, action == Action::\"issue\", resource);".into(),
        },
    }
}

fn seal() -> PreviewSeal {
    PreviewSeal {
        at: Position(4711),
        as_of: None,
        lines: 31,
        permits: 29,
        digest: digest("d4"),
    }
}

fn draft() -> Draft {
    Draft {
        id: id("DCN-2027-000001"),
        policies: vec![policy(), written_policy()],
        orders: vec![order(), by_scope()],
        lifts: ids(&["MSR-2026-000001"]),
        concludes: ids(&["DLG-2027-000001"]),
        effective_from: day("2027-10-05"),
        intent: Some(Intent {
            excludes: scope(),
            save: Some(Scope::Programme(id("NATO"))),
        }),
        previews: [(id("ORD-2027-000001"), seal())].into(),
    }
}

pub fn examples() -> Vec<Event> {
    let decision = || id("DCN-2027-000001");
    let officer = || id("OFF-2027-000002");
    vec![
        DecisionProposed {
            draft: draft(),
            by: id("OFF-2027-000001"),
        }
        .into(),
        DecisionReturned {
            decision: decision(),
            reasons: "which lines?".into(),
            by: officer(),
        }
        .into(),
        DecisionSigned {
            decision: decision(),
            by: officer(),
            is_emergency: true,
        }
        .into(),
        DecisionCountersigned {
            decision: decision(),
            by: officer(),
        }
        .into(),
        CountersignatureDeclined {
            decision: decision(),
            reasons: "the serial was misread".into(),
            by: officer(),
        }
        .into(),
        MeasureSigned {
            measure: policy(),
            decision: decision(),
        }
        .into(),
        MeasureLifted {
            measure: id("MSR-2026-000001"),
            decision: decision(),
            effective_from: day("2027-10-05"),
        }
        .into(),
        OrderSigned {
            order: order(),
            decision: decision(),
            seal: Some(seal()),
            binds_from: day("2027-10-05"),
            binds_at_once: true,
            members: members(),
        }
        .into(),
        OrderResolved {
            order: id("ORD-2027-000002"),
            members: members(),
            is_complete: true,
        }
        .into(),
    ]
}
