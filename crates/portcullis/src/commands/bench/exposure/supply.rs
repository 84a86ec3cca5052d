//! A synthetic supply web of any size from a seed. Every draw is a function of the seed and of what
//! is drawn, so that it can be read in any order and never stands in memory.

use std::collections::{BTreeMap, BTreeSet};

use domain::catalogue::{Assembly, Composition, ItemFacts};
use domain::country::Country;
use domain::event::{
    CompositionRecorded, Event, ItemCatalogued, PartyRecorded, PermitIssued, Recorded,
    ShipmentReserved,
};
use domain::facts::{Declared, Lodged};
use domain::id::{ItemId, OfficeId, OfficerId, PartyId, PermitId, ShipmentId};
use domain::item::{Item, Line, LineNo};
use domain::money::Money;
use domain::party::{Basis, Party, PartyVersion};
use domain::permit::{Issued, Movement, Origin, PermitKind, Terms};
use domain::quantity::Quantity;
use domain::time::{Day, Instant, Period, Position};
use exposure::Question;

use super::trouble;
use crate::cli::BenchExposure;
use crate::commands::Stop;

/// Levels of composition: whole things, and six levels of parts.
const LEVELS: u32 = 7;
const YEAR: i16 = 2027;
/// A prime that spreads popular items over all levels.
const SPREAD: u64 = 999_983;

/// What is drawn.
#[derive(Clone, Copy)]
enum Draw {
    Parts = 1,
    Assembly,
    Line,
    Shipment,
    Exporter,
    Consignee,
    Serial,
    Tried,
    Day,
}

/// The web, by how large it is.
pub(super) struct Supply {
    pub(super) items: u32,
    pub(super) parties: u32,
    pub(super) permits: u32,
    pub(super) shipments: u32,
    seed: u64,
}

impl Supply {
    pub(super) const fn new(words: &BenchExposure) -> Self {
        Self {
            items: words.items,
            parties: words.parties,
            permits: words.permits,
            shipments: words.shipments,
            seed: words.seed,
        }
    }

    fn draw(&self, what: Draw, n: u32) -> u64 {
        let mut mixed = self
            .seed
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .wrapping_add((what as u64) << 40)
            .wrapping_add(u64::from(n));
        for _ in 0..2 {
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^= mixed >> 31;
        }
        mixed
    }

    fn below(&self, what: Draw, n: u32, bound: u32) -> u32 {
        let wide = u128::from(self.draw(what, n)).wrapping_mul(u128::from(bound)) >> 64;
        u32::try_from(wide).unwrap_or(0)
    }

    /// An item to ask about.
    pub(super) fn tried(&self, n: u32) -> u32 {
        self.below(Draw::Tried, n, self.items)
    }

    pub(super) fn question(&self, item: u32) -> Result<Question, Stop> {
        Ok(super::question(ItemId::numbered(YEAR, u64::from(item))))
    }

    /// What is built of what: an assembly and its part, one level below. Three items of five are
    /// parts, of one or two assemblies.
    pub(super) fn parts(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let per_level = self.items / LEVELS;
        (0..self.items).flat_map(move |item| {
            let level = item % LEVELS;
            let drawn = self.draw(Draw::Parts, item);
            let is_part = level > 0 && drawn % 10 < 6;
            let assemblies = if is_part { 1 + (drawn >> 20) % 2 } else { 0 };
            let mut found = BTreeSet::new();
            for k in 0..u32::try_from(assemblies).unwrap_or(0) {
                let n = item.wrapping_mul(2).wrapping_add(k);
                let above = self.below(Draw::Assembly, n, per_level);
                found.insert(above * LEVELS + level - 1);
            }
            found.into_iter().map(move |assembly| (assembly, item))
        })
    }

    /// The item of a line. A few are on very many lines.
    fn item_of(&self, line: u32) -> u32 {
        let drawn = u128::from(self.draw(Draw::Line, line) >> 32);
        let cubed = drawn * drawn * drawn;
        let rank = (cubed * u128::from(self.items)) >> 96;
        let spread = u64::try_from(rank).unwrap_or(0).wrapping_mul(SPREAD);
        u32::try_from(spread % u64::from(self.items)).unwrap_or(0)
    }

    /// Lines: each with its permit, which has the same number, and its item.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        (0..self.permits).map(|line| (line, line, self.item_of(line)))
    }

    /// Shipments: each with its line.
    pub(super) fn shipments(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        (0..self.shipments).map(|n| (n, self.below(Draw::Shipment, n, self.permits)))
    }

    /// Everything as events of a log, in their order.
    pub(super) fn each_event(
        &self,
        take: &mut dyn FnMut(&Recorded) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let fixed = Fixed::new()?;
        let mut position = 0_u64;
        let mut record = |event: Event| {
            position += 1;
            take(&Recorded {
                position: Position(position),
                recorded_at: fixed.now,
                actor: fixed.officer.clone(),
                event,
            })
        };
        for party in 0..self.parties {
            record(fixed.party(party).into())?;
        }
        for item in 0..self.items {
            record(fixed.item(item).into())?;
        }
        for (assembly, component) in self.parts() {
            record(fixed.composition(assembly, component).into())?;
        }
        for (permit, _, item) in self.lines() {
            record(self.permit(&fixed, permit, item).into())?;
        }
        for (shipment, line) in self.shipments() {
            record(self.shipment(&fixed, shipment, line).into())?;
        }
        Ok(())
    }

    /// One more shipment on a line, after everything else.
    pub(super) fn late_shipment(&self, line: u32, position: Position) -> Result<Recorded, Stop> {
        let fixed = Fixed::new()?;
        Ok(Recorded {
            position,
            recorded_at: fixed.now,
            actor: fixed.officer.clone(),
            event: self.shipment(&fixed, self.shipments, line).into(),
        })
    }

    fn consignee_of(&self, permit: u32) -> PartyId {
        party_id(self.below(Draw::Consignee, permit, self.parties))
    }

    fn permit(&self, fixed: &Fixed, permit: u32, item: u32) -> PermitIssued {
        let from = fixed
            .today
            .plus_days(-i32::try_from(self.draw(Draw::Day, permit) % 3_000).unwrap_or(0));
        let exporter = party_id(self.below(Draw::Exporter, permit, self.parties));
        let terms = Terms {
            kind: PermitKind::Individual,
            movement: Movement::Permanent,
            exporter: Some(exporter),
            consignees: BTreeSet::from([self.consignee_of(permit)]),
            intermediates: BTreeSet::new(),
            brokers: BTreeSet::new(),
            end_user: None,
            end_user_country: None,
            integrator: None,
            platform: None,
            platform_classes: BTreeSet::new(),
            destinations: BTreeSet::from([fixed.country]),
            final_destinations: BTreeSet::from([fixed.country]),
            programmes: BTreeSet::new(),
            end_use: None,
            lines: vec![Line {
                no: LineNo(1),
                item: Item {
                    description: "synthetic goods".into(),
                    model: Some(format!("M-{item}")),
                    ..Item::default()
                },
                ratings: Vec::new(),
                quantity: Some(fixed.quantity),
                value: Some(fixed.value),
            }],
            conditions: Vec::new(),
        };
        PermitIssued {
            issued: Issued {
                permit: PermitId::numbered(YEAR, u64::from(permit)),
                terms,
                issued_on: from,
                valid_from: from,
                last_day: Some(from.plus_days(730)),
                origin: Origin::Import {
                    source: "synthetic".into(),
                    assumptions: Vec::new(),
                },
                reasons: Vec::new(),
                determined_by: Vec::new(),
                basis: Some(Basis::Synthetic),
            },
        }
    }

    fn shipment(&self, fixed: &Fixed, shipment: u32, line: u32) -> ShipmentReserved {
        let drawn = self.draw(Draw::Serial, shipment);
        let serial = drawn
            .is_multiple_of(10)
            .then(|| format!("SN{}", drawn >> 24));
        ShipmentReserved {
            shipment: ShipmentId::numbered(YEAR, u64::from(shipment)),
            permit: PermitId::numbered(YEAR, u64::from(line)),
            lodged: fixed.lodged.clone(),
            lines: vec![Declared {
                line: LineNo(1),
                quantity: fixed.quantity,
                value: fixed.value,
                destination: fixed.country,
                final_destination: fixed.country,
                consignee: Some(self.consignee_of(line)),
                intermediates: BTreeSet::new(),
                route: BTreeSet::new(),
                serials: serial.into_iter().collect(),
                documents: BTreeSet::new(),
                exporter: None,
                entry: None,
                end_user: None,
                model: None,
            }],
            amounts: BTreeMap::new(),
            lapses_at: fixed.now,
        }
    }
}

fn party_id(n: u32) -> PartyId {
    PartyId::numbered(YEAR, u64::from(n))
}

/// What is the same in every event.
struct Fixed {
    now: Instant,
    today: Day,
    officer: OfficerId,
    country: Country,
    quantity: Quantity,
    value: Money,
    lodged: Lodged,
}

impl Fixed {
    fn new() -> Result<Self, Stop> {
        let today = Day::new(YEAR, 3, 1).map_err(trouble)?;
        Ok(Self {
            now: Instant::at_start_of(today),
            today,
            officer: OfficerId::new("OFF-SYNTHETIC").map_err(trouble)?,
            country: Country::new("FR").map_err(trouble)?,
            quantity: Quantity::parse("1", "C62").map_err(trouble)?,
            value: Money::parse("1.00", "CAD").map_err(trouble)?,
            lodged: Lodged {
                office: OfficeId::new("OFC-1").map_err(trouble)?,
                declaration: "SYN-1".into(),
            },
        })
    }

    fn party(&self, n: u32) -> PartyRecorded {
        PartyRecorded {
            version: PartyVersion {
                effective_from: self.today,
                facts: Party {
                    id: party_id(n),
                    name: format!("Synthetic party {n}"),
                    aliases: BTreeSet::new(),
                    country: Some(self.country),
                    address: None,
                    identifiers: BTreeSet::new(),
                    activities: BTreeSet::new(),
                    is_government: false,
                    branch_of: None,
                    owners: BTreeSet::new(),
                    basis: Some(Basis::Synthetic),
                },
            },
        }
    }

    fn item(&self, n: u32) -> ItemCatalogued {
        ItemCatalogued {
            item: ItemFacts {
                id: ItemId::numbered(YEAR, u64::from(n)),
                name: format!("synthetic item {n}"),
                model: Some(format!("M-{n}")),
                maker: None,
                marks: BTreeSet::new(),
                ratings: BTreeSet::new(),
                source: "synthetic".into(),
                basis: Some(Basis::Synthetic),
            },
            effective_from: self.today,
        }
    }

    fn composition(&self, assembly: u32, component: u32) -> CompositionRecorded {
        CompositionRecorded {
            composition: Composition {
                assembly: Assembly::Item {
                    item: ItemId::numbered(YEAR, u64::from(assembly)),
                },
                component: ItemId::numbered(YEAR, u64::from(component)),
                quantity_per: 1,
                validity: Period {
                    from: self.today,
                    until: None,
                },
                source: "synthetic".into(),
                basis: Some(Basis::Synthetic),
                by: self.officer.clone(),
                on: self.today,
            },
        }
    }
}
