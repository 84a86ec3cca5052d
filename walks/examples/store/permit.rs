//! The permits of a generated register.

use std::collections::BTreeSet;

use domain::control_list::EntryId;
use domain::country::Country;
use domain::id::{PermitId, PlatformId, ProgrammeId};
use domain::item::{Condition, ConditionKind, Item, Line, LineNo, Rating};
use domain::language::Bilingual;
use domain::money::Money;
use domain::party::Basis;
use domain::permit::{Issued, Movement, Origin, PermitKind, Terms};
use domain::quantity::Quantity;
use domain::time::Day;

use crate::Trouble;
use crate::draw::Draw;
use crate::party::Town;

/// What goods are rated, by weight.
const ENTRIES: [(&str, u64); 16] = [
    ("2-1", 12),
    ("2-3", 12),
    ("2-2.a", 6),
    ("2-4.a", 5),
    ("2-5.a", 10),
    ("2-6", 14),
    ("2-7", 4),
    ("2-9", 6),
    ("2-10.c", 10),
    ("2-11.a", 16),
    ("2-13", 4),
    ("2-15.d", 12),
    ("2-15.c", 6),
    ("2-17", 4),
    ("1-6.A.2", 6),
    ("1-5.A.2", 5),
];

/// How many lines a permit has, by weight.
const LINES: [(u64, u64); 5] = [(1, 700), (2, 180), (3, 70), (4, 40), (8, 10)];

/// First year of issue, and how many years follow.
const YEARS: (i16, u64) = (2019, 8);

/// The day on which the register is looked at.
pub fn today() -> Result<Day, Trouble> {
    Ok(Day::new(2027, 3, 1)?)
}

/// The number of a permit.
pub fn id(number: u64) -> Result<PermitId, Trouble> {
    let year = YEARS.0 + i16::try_from(number % YEARS.1)?;
    Ok(PermitId::numbered(year, number / YEARS.1 + 1))
}

/// The `number`-th permit.
pub fn issued(town: &Town, number: u64) -> Result<Issued, Trouble> {
    let mut draw = Draw::of(town.seed, "permit", number);
    let year = YEARS.0 + i16::try_from(number % YEARS.1)?;
    let days = i32::try_from(draw.below(365))?;
    let issued_on = Day::new(year, 1, 1)?.plus_days(days);
    let years = i32::try_from(2 + draw.below(4))?;
    Ok(Issued {
        permit: id(number)?,
        terms: terms(town, &mut draw)?,
        issued_on,
        valid_from: issued_on,
        last_day: Some(issued_on.plus_months(12 * years)),
        origin: Origin::Import {
            source: format!("generated:{number}"),
            assumptions: Vec::new(),
        },
        reasons: Vec::new(),
        determined_by: Vec::new(),
        basis: Some(Basis::Synthetic),
    })
}

fn terms(town: &Town, draw: &mut Draw) -> Result<Terms, Trouble> {
    let kind = match draw.per_mille(90) {
        true => PermitKind::MultipleDestination,
        false => PermitKind::Individual,
    };
    let mut consignees = BTreeSet::new();
    let mut destinations = BTreeSet::new();
    let receivers = if kind == PermitKind::Individual { 1 } else { 3 };
    for _ in 0..receivers {
        let (consignee, country) = town.consignee(draw)?;
        consignees.insert(consignee);
        destinations.insert(country);
    }
    let (end_user, used_in) = town.end_user(draw)?;
    // One in seven goes on from where it first arrives.
    let final_destinations = if draw.per_mille(140) {
        BTreeSet::from([used_in])
    } else {
        destinations.clone()
    };
    let is_component = draw.per_mille(120);
    let is_for_nato = draw.per_mille(50);
    let count = draw.weighted(&LINES).unwrap_or(1);
    Ok(Terms {
        kind,
        movement: movement(draw),
        exporter: Some(town.exporter(draw)?),
        consignees,
        intermediates: BTreeSet::new(),
        brokers: BTreeSet::new(),
        end_user: Some(end_user),
        end_user_country: None,
        integrator: None,
        platform: is_component
            .then(|| PlatformId::new(&format!("PLT-{:03}", draw.below(200))))
            .transpose()?,
        platform_classes: match is_component && draw.per_mille(250) {
            true => BTreeSet::from(["uav".to_owned()]),
            false => BTreeSet::new(),
        },
        destinations,
        final_destinations,
        programmes: match is_for_nato {
            true => BTreeSet::from([ProgrammeId::new("NATO")?]),
            false => BTreeSet::new(),
        },
        end_use: Some("training and defence of the recipient state".to_owned()),
        lines: (1..=count)
            .map(|no| line(draw, u32::try_from(no)?))
            .collect::<Result<_, _>>()?,
        conditions: conditions(draw)?,
    })
}

fn movement(draw: &mut Draw) -> Movement {
    match draw.per_mille(60) {
        true => Movement::Temporary { return_by: None },
        false => Movement::Permanent,
    }
}

fn line(draw: &mut Draw, no: u32) -> Result<Line, Trouble> {
    let entry = draw.weighted(&ENTRIES).ok_or("there is no entry")?;
    let model = draw.below(5_000);
    let pieces = 1 + draw.below(500);
    let (amount, unit) = match draw.per_mille(100) {
        true => (format!("{pieces}.5"), "KGM"),
        false => (pieces.to_string(), "C62"),
    };
    let currency = draw.weighted(&[("CAD", 6), ("EUR", 3), ("USD", 3)]);
    let cents = draw.below(100);
    let value = pieces * (100 + draw.below(20_000));
    Ok(Line {
        no: LineNo(no),
        item: Item {
            description: format!("synthetic goods of model {model}"),
            model: Some(format!("SM-{model}")),
            origins: vec![Country::new("CA")?],
            ..Item::default()
        },
        ratings: vec![Rating {
            entry: EntryId::of("GUIDE", "2020", entry)?,
            is_primary: true,
            reasons: None,
        }],
        quantity: Some(Quantity::parse(&amount, unit)?),
        value: Some(Money::parse(
            &format!("{value}.{cents:02}"),
            currency.unwrap_or("CAD"),
        )?),
    })
}

fn conditions(draw: &mut Draw) -> Result<Vec<Condition>, Trouble> {
    if !draw.per_mille(100) {
        return Ok(Vec::new());
    }
    Ok(vec![Condition {
        duty: ConditionKind::VerifyDelivery { within_days: 90 },
        text: Bilingual::new(
            "delivery is verified within 90 days of exit",
            "la livraison est vérifiée dans les 90 jours de la sortie",
        ),
        law: None,
    }])
}
