//! What a measure would reach, before anyone signs.

use std::collections::{BTreeMap, BTreeSet};

use domain::application::Application;
use domain::country::Country;
use domain::id::{ApplicationId, PartyId, PermitId, ShipmentId};
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::ledger::LineLedger;
use domain::measure::PreviewSeal;
use domain::money::Currency;
use domain::permit::Permit;
use domain::permit::standing::Standing;
use domain::scope::{Judged, Scope};
use domain::shipment::Shipment;
use register::Reading;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::answer::DeskError;
use crate::desk::Desk;
use crate::law_book::LawBook;
use crate::reach;
use crate::reading::{self, Lens};

/// Most lines that a preview explains one by one; the counts cover all of them.
pub const EXPLAINED_MAX: usize = 500;

/// One line that a scope reaches, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReachedLine {
    /// The permit.
    pub permit: PermitId,
    /// The line.
    pub line: LineNo,
    /// The goods, in the words of the permit.
    pub goods: String,
    /// The code as written or the primary rating.
    pub rating: String,
    /// The holder, where disclosed.
    pub holder: Option<PartyId>,
    /// The value, where disclosed.
    pub value: Option<String>,
    /// The way that the goods take: destinations, then final destinations.
    pub path: String,
    /// Where the line stands.
    pub standing: Standing,
    /// Which conditions of the scope it satisfies.
    pub because: Vec<Bilingual>,
}

/// Lines that an exception spared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spared {
    /// The exception, as policy text.
    pub exception: String,
    /// How many lines.
    pub lines: u64,
    /// The first of them.
    pub first: Vec<String>,
}

/// What a scope reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// The scope, as policy text.
    pub scope: String,
    /// As of which day.
    pub as_of: domain::time::Day,
    /// What a signature would be held against.
    pub seal: PreviewSeal,
    /// Lines by where they stand.
    pub by_standing: BTreeMap<String, u64>,
    /// Holders reached; a permit without a disclosed holder counts in `undisclosed_holders`.
    pub holders: BTreeSet<PartyId>,
    /// Permits whose holder is not disclosed.
    pub undisclosed_holders: u64,
    /// Value by currency.
    pub value: BTreeMap<String, String>,
    /// Lines without a disclosed value.
    pub undisclosed_values: u64,
    /// Lines and value by the way that the goods take.
    pub by_path: BTreeMap<String, PathReach>,
    /// Quantity left by unit, over lines that disclose it.
    pub quantity_left: BTreeMap<String, String>,
    /// Shipments declared and not gone.
    pub shipments_under_way: Vec<ShipmentId>,
    /// Applications pending whose lines satisfy the scope.
    pub applications_pending: Vec<ApplicationId>,
    /// What exceptions spared.
    pub spared: Vec<Spared>,
    /// The lines, the first [`EXPLAINED_MAX`] of them.
    pub lines: Vec<ReachedLine>,
    /// How old the permission of a post without network may be: exposure after a stop is bounded
    /// by it. None while no offline lists are issued.
    pub offline_age_limit_hours: Option<u32>,
}

/// Lines and value that go one way.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PathReach {
    /// How many lines.
    pub lines: u64,
    /// Value by currency.
    pub value: BTreeMap<String, String>,
}

#[derive(Default)]
struct Sums {
    value: BTreeMap<Currency, Decimal>,
    by_path: BTreeMap<String, (u64, BTreeMap<Currency, Decimal>)>,
    left: BTreeMap<&'static str, Decimal>,
}

impl Desk {
    /// Shows what a scope reaches as of a day.
    ///
    /// # Errors
    /// A scope that no reader could follow; a fault of the register.
    pub fn preview(&self, scope: &Scope, lens: Lens) -> Result<Preview, DeskError> {
        scope
            .check()
            .map_err(|mistake| DeskError::mistaken("scope", mistake))?;
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        preview(log.as_ref(), &book, scope, lens)
    }
}

/// Shows what a scope reaches.
pub(crate) fn preview(
    log: &dyn Reading,
    book: &LawBook,
    scope: &Scope,
    lens: Lens,
) -> Result<Preview, DeskError> {
    let members = reach::members(log, book, scope, lens)?;
    let mut shown = Preview {
        scope: book.render(scope),
        as_of: lens.as_of,
        seal: reach::seal(&members, lens),
        by_standing: BTreeMap::new(),
        holders: BTreeSet::new(),
        undisclosed_holders: 0,
        value: BTreeMap::new(),
        undisclosed_values: 0,
        by_path: BTreeMap::new(),
        quantity_left: BTreeMap::new(),
        shipments_under_way: Vec::new(),
        applications_pending: applications(log, book, scope, lens)?,
        spared: spared(log, book, scope, lens)?,
        lines: Vec::new(),
        offline_age_limit_hours: None,
    };
    let mut sums = Sums::default();
    for (id, lines) in &members {
        let Some(permit) = reading::permit_known(log, id, lens)? else {
            continue;
        };
        match &permit.terms_on(lens.as_of).exporter {
            Some(holder) => {
                shown.holders.insert(holder.clone());
            }
            None => shown.undisclosed_holders = shown.undisclosed_holders.saturating_add(1),
        }
        for no in lines {
            line(log, book, scope, &permit, *no, lens, &mut shown, &mut sums)?;
        }
        for open in reading::all::<Shipment>(log, Some(("open-on", id.as_str())))? {
            let is_reached = open
                .reserved
                .iter()
                .any(|(no, b)| !b.is_zero() && lines.contains(no));
            if is_reached {
                shown.shipments_under_way.push(open.id);
            }
        }
    }
    shown.value = amounts(&sums.value);
    shown.by_path = sums
        .by_path
        .iter()
        .map(|(path, (lines, value))| {
            (
                path.clone(),
                PathReach {
                    lines: *lines,
                    value: amounts(value),
                },
            )
        })
        .collect();
    shown.quantity_left = sums
        .left
        .iter()
        .map(|(unit, amount)| ((*unit).to_owned(), amount.to_string()))
        .collect();
    Ok(shown)
}

fn amounts(by_currency: &BTreeMap<Currency, Decimal>) -> BTreeMap<String, String> {
    by_currency
        .iter()
        .map(|(currency, amount)| (currency.code().to_owned(), amount.normalize().to_string()))
        .collect()
}

#[expect(
    clippy::too_many_arguments,
    reason = "one step of a walk, with what it adds to"
)]
fn line(
    log: &dyn Reading,
    book: &LawBook,
    scope: &Scope,
    permit: &Permit,
    no: LineNo,
    lens: Lens,
    shown: &mut Preview,
    sums: &mut Sums,
) -> Result<(), DeskError> {
    let terms = permit.terms_on(lens.as_of);
    let Some(held) = terms.line(no) else {
        return Ok(());
    };
    let standing = permit.line_standing(no, lens.as_of).standing;
    let count = shown
        .by_standing
        .entry(standing.key().to_owned())
        .or_default();
    *count = count.saturating_add(1);
    let way = path(&terms.destinations, &terms.final_destinations);
    let on_path = sums.by_path.entry(way.clone()).or_default();
    on_path.0 = on_path.0.saturating_add(1);
    match held.value {
        Some(value) => {
            let overflow = || DeskError::invariant("a sum of values overflows");
            let sum = sums.value.entry(value.currency).or_default();
            *sum = sum.checked_add(value.amount).ok_or_else(overflow)?;
            let sum = on_path.1.entry(value.currency).or_default();
            *sum = sum.checked_add(value.amount).ok_or_else(overflow)?;
        }
        None => shown.undisclosed_values = shown.undisclosed_values.saturating_add(1),
    }
    let ledger = reading::find::<LineLedger>(log, &format!("{}#{no}", permit.issued.permit))?;
    if let Some((left, _)) = ledger.and_then(|ledger| ledger.as_of(lens.as_of).left_measured()) {
        let sum = sums.left.entry(left.unit.code()).or_default();
        *sum = sum.saturating_add(left.amount);
    }
    if shown.lines.len() < EXPLAINED_MAX {
        let parties = reading::party_facts(log, terms.parties(), lens)?;
        let facts = permit.facts_on(no, lens.as_of, &parties);
        let judged = Judged {
            line: Some((&permit.issued.permit, no)),
            facts: &facts,
            declared: None,
        };
        let rating = held
            .item
            .code_as_written
            .clone()
            .or_else(|| held.primary().map(|rating| rating.entry.to_string()));
        shown.lines.push(ReachedLine {
            permit: permit.issued.permit.clone(),
            line: no,
            goods: held.item.description.clone(),
            rating: rating.unwrap_or_default(),
            holder: terms.exporter.clone(),
            value: held.value.map(|value| value.to_string()),
            path: way,
            standing,
            because: book.explain(scope, judged, lens.as_of),
        });
    }
    Ok(())
}

/// The way that goods take, as in `DE → TR`.
fn path(destinations: &BTreeSet<Country>, finals: &BTreeSet<Country>) -> String {
    let join = |set: &BTreeSet<Country>| {
        set.iter()
            .map(Country::as_str)
            .collect::<Vec<_>>()
            .join("+")
    };
    match (destinations.is_empty(), finals.is_empty()) {
        (true, true) => "ZZ".to_owned(),
        (false, true) => join(destinations),
        (true, false) => join(finals),
        (false, false) if destinations == finals => join(finals),
        (false, false) => format!("{} → {}", join(destinations), join(finals)),
    }
}

fn applications(
    log: &dyn Reading,
    book: &LawBook,
    scope: &Scope,
    lens: Lens,
) -> Result<Vec<ApplicationId>, DeskError> {
    let mut found = Vec::new();
    let world = book.geography(lens.as_of);
    reading::each::<Application>(log, Some(("stage", "pending")), &mut |_, held| {
        let parties = reading::party_facts(log, held.terms.parties(), lens)?;
        let is_reached = held.terms.lines.iter().any(|line| {
            let facts = held.facts(line.no, &parties, &BTreeSet::new());
            scope.contains(
                Judged {
                    line: None,
                    facts: &facts,
                    declared: None,
                },
                book.tree(),
                &world,
            )
        });
        if is_reached {
            found.push(held.id);
        }
        Ok(())
    })?;
    Ok(found)
}

/// For each exception at the top of a scope: the lines that everything else reaches and it spares.
fn spared(
    log: &dyn Reading,
    book: &LawBook,
    scope: &Scope,
    lens: Lens,
) -> Result<Vec<Spared>, DeskError> {
    let Scope::All(parts) = scope else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for part in parts {
        let Scope::Not(exception) = part else {
            continue;
        };
        let mut without: Vec<Scope> = parts
            .iter()
            .filter(|other| *other != part)
            .cloned()
            .collect();
        without.push((**exception).clone());
        let members = reach::members(log, book, &Scope::All(without), lens)?;
        let names: Vec<String> = members
            .iter()
            .flat_map(|(permit, lines)| lines.iter().map(move |no| format!("{permit}#{no}")))
            .collect();
        found.push(Spared {
            exception: book.render(exception),
            lines: u64::try_from(names.len()).unwrap_or(u64::MAX),
            first: names.into_iter().take(20).collect(),
        });
    }
    Ok(found)
}
