//! Every reason speaks both languages, names a law that ships, and says what would have to change.

use std::collections::BTreeMap;

use super::*;
use crate::policy::Effect;

const LINE: LineNo = LineNo(1);

fn whence() -> Whence {
    Whence {
        order: Some(OrderId::new("ORD-1").unwrap()),
        law: Some(Law::new("EIPA:10(1)").unwrap()),
    }
}

/// The reason after this one, in the order of the enum: a new variant does not compile here until
/// it has its place, and so cannot go without its words.
fn next(reason: Option<&ReleaseReason>) -> Option<ReleaseReason> {
    use ReleaseReason as R;
    Some(match reason {
        None => R::NoSuchPermit {
            permit: PermitId::new("P-1").unwrap(),
        },
        Some(R::NoSuchPermit { .. }) => R::NoSuchLine { line: LINE },
        Some(R::NoSuchLine { .. }) => R::NothingDeclared,
        Some(R::NothingDeclared) => R::NotInForce {
            line: LINE,
            standing: Standing::Expired,
            last_day: None,
        },
        Some(R::NotInForce { .. }) => R::Stopped {
            line: LINE,
            order: OrderId::new("ORD-1").unwrap(),
            verb: Bilingual::new("freeze", "gel"),
            law: Law::new("EIPA:10(1)").unwrap(),
            is_use_only: false,
        },
        Some(R::Stopped { .. }) => R::Mismatch {
            line: LINE,
            term: Term::Consignee,
            declared: "PTY-2".into(),
            permitted: vec!["PTY-1".into()],
        },
        Some(R::Mismatch { .. }) => R::OtherUnit {
            line: LINE,
            declared: "KGM".into(),
            permitted: "C62".into(),
        },
        Some(R::OtherUnit { .. }) => R::OtherCurrency {
            line: LINE,
            declared: "USD".into(),
            permitted: "CAD".into(),
        },
        Some(R::OtherCurrency { .. }) => R::MoreThanLeft {
            line: LINE,
            asked_quantity: 2.into(),
            left_quantity: 1.into(),
            asked_value: 2.into(),
            left_value: 1.into(),
        },
        Some(R::MoreThanLeft { .. }) => R::ZeroQuantity { line: LINE },
        Some(R::ZeroQuantity { .. }) => R::Undisclosed {
            line: LINE,
            what: Undisclosed::Value,
        },
        Some(R::Undisclosed { .. }) => R::NotRegistered { exporter: None },
        Some(R::NotRegistered { .. }) => R::RouteForbidden {
            line: LINE,
            country: Country::new("AZ").unwrap(),
            whence: Whence::default(),
        },
        Some(R::RouteForbidden { .. }) => R::OfficeNotNamed {
            office: OfficeId::new("OFC-1").unwrap(),
            named: vec![OfficeId::new("OFC-2").unwrap()],
            whence: Whence::default(),
        },
        Some(R::OfficeNotNamed { .. }) => R::DestinationNotNamed {
            line: LINE,
            country: Country::new("AZ").unwrap(),
            named: vec![Country::new("DE").unwrap()],
            whence: whence(),
        },
        Some(R::DestinationNotNamed { .. }) => R::ConsigneeNotNamed {
            line: LINE,
            consignee: None,
            named: vec![PartyId::new("PTY-1").unwrap()],
            whence: whence(),
        },
        Some(R::ConsigneeNotNamed { .. }) => R::MoreThanCondition {
            line: LINE,
            asked: 2.into(),
            used: 4.into(),
            at_most: 3.into(),
            whence: whence(),
        },
        Some(R::MoreThanCondition { .. }) => R::AfterLastDay {
            line: LINE,
            last_day: Day::parse("2021-01-31").unwrap(),
            whence: whence(),
        },
        Some(R::AfterLastDay { .. }) => R::DocumentNotShown {
            line: LINE,
            document: DocumentKind::new("EUC").unwrap(),
            whence: Whence::default(),
        },
        Some(R::DocumentNotShown { .. }) => R::SerialsMissing {
            line: LINE,
            expected: 2.into(),
            declared: 1,
            whence: Whence::default(),
        },
        Some(R::SerialsMissing { .. }) => R::NothingPassesTheBorder,
        Some(R::NothingPassesTheBorder) => R::Policy {
            line: LINE,
            finding: PolicyFinding::Undetermined {
                policy: None,
                because: "the value is too fine".into(),
            },
        },
        Some(R::Policy { .. }) => return None,
    })
}

/// One of each reason, and of each shape in which a reason speaks differently.
fn every() -> Vec<ReleaseReason> {
    let mut every = Vec::new();
    while let Some(reason) = next(every.last()) {
        every.push(reason);
    }
    let standings = [
        Standing::NotYetValid,
        Standing::InForce,
        Standing::Exhausted,
        Standing::PartlyInForce,
        Standing::Suspended,
        Standing::Surrendered,
        Standing::Cancelled,
        Standing::Annulled,
    ];
    every.extend(standings.map(|standing| ReleaseReason::NotInForce {
        line: LINE,
        standing,
        last_day: Some(Day::parse("2021-01-31").unwrap()),
    }));
    every.push(ReleaseReason::Policy {
        line: LINE,
        finding: PolicyFinding::Stands {
            policy: "M-1".into(),
            effect: Effect::Bar,
            source: Law::new("NTE:992").unwrap(),
            says: Bilingual::new("barred", "interdit"),
            cleared_by: Bilingual::new("a change of facts", "un changement des faits"),
            measure: None,
        },
    });
    every.push(ReleaseReason::NotRegistered {
        exporter: Some(PartyId::new("PTY-1").unwrap()),
    });
    every.push(ReleaseReason::Mismatch {
        line: LINE,
        term: Term::Intermediate,
        declared: "PTY-2".into(),
        permitted: Vec::new(),
    });
    every
}

/// The keys of `law/sources.toml`.
fn shipped_keys() -> Vec<&'static str> {
    let sources = include_str!("../../../../../law/sources.toml");
    let keys = sources.lines().filter_map(|line| {
        let key = line.strip_prefix("key = \"")?;
        key.strip_suffix('"')
    });
    keys.collect()
}

#[test]
fn each_reason_speaks_both_languages_and_says_what_would_have_to_change() {
    for reason in every() {
        for said in [reason.says(), reason.would_have_to_change()] {
            assert!(said.is_complete(), "{reason:?}");
            assert_ne!(said.en, said.fr, "{reason:?}");
        }
    }
}

#[test]
fn each_reason_names_a_law_whose_key_ships() {
    let keys = shipped_keys();
    assert!(keys.contains(&"EIPA"), "{keys:?}");
    for reason in every() {
        let law = reason.law();
        let key = law.as_str().split(':').next().unwrap();
        assert!(keys.contains(&key), "{key} of {reason:?}");
    }
}

#[test]
fn a_condition_names_the_order_that_made_it_and_its_law() {
    for reason in every() {
        if let Some(Whence {
            order: Some(order), ..
        }) = reason.whence()
        {
            let said = reason.says();
            assert!(said.en.contains(order.as_str()), "{said:?}");
            assert!(said.fr.contains(order.as_str()), "{said:?}");
            assert_eq!(reason.law().as_str(), "EIPA:10(1)");
        }
    }
}

fn authority(jurisdiction: &str, release: Option<&str>) -> AuthorityEstablished {
    let power = release.map(|law| (RELEASE_POWER.to_owned(), Law::new(law).unwrap()));
    AuthorityEstablished {
        jurisdiction: jurisdiction.into(),
        name: Bilingual::new("ministry", "ministère"),
        verbs: BTreeMap::new(),
        powers: power.into_iter().collect(),
        permit_word: Bilingual::new("licence", "autorisation"),
        calendar: None,
        limits: crate::event::Limits::default(),
    }
}

#[test]
fn the_law_of_one_authority_is_never_cited_before_another() {
    let stopped = next(Some(&next(Some(&ReleaseReason::NothingDeclared)).unwrap())).unwrap();
    let none_left = ReleaseReason::ZeroQuantity { line: LINE };
    let cited = |reason: &ReleaseReason, authority: &AuthorityEstablished| {
        reason.law_before(Some(authority)).to_string()
    };
    let own = authority("NRL", Some("NRACT:5"));
    assert_eq!(cited(&none_left, &own), "NRACT:5");
    assert_eq!(cited(&stopped, &own), "EIPA:10(1)", "the order's own law");
    assert_eq!(
        cited(&none_left, &authority("NRL", None)),
        "PRACTICE:release"
    );
    assert_eq!(cited(&none_left, &authority("CA", None)), "EPR:5-6");
    assert_eq!(none_left.law_before(None).to_string(), "EPR:5-6");
}
