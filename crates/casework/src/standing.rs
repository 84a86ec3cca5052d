//! Where permits stand as of a day and as known at a position, and why.

use std::collections::BTreeMap;

use domain::id::{OrderId, PermitId};
use domain::item::LineNo;
use domain::ledger::LineLedger;
use domain::measure::{OrderRecord, Selection};
use domain::permit::standing::{LineStanding, Standing};
use domain::permit::{Covering, Permit};
use domain::time::Day;
use register::Reading;
use serde::Serialize;

use crate::answer::DeskError;
use crate::desk::Desk;
use crate::law_book::LawBook;
use crate::lookback;
use crate::reach;
use crate::reading::{self, Lens};

/// An order that holds over a permit, to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Because {
    /// The order.
    pub order: OrderId,
    /// Its short title.
    pub title: domain::language::Bilingual,
    /// The authority's verb.
    pub verb: domain::language::Bilingual,
    /// Its law.
    pub law: domain::law::Law,
    /// First day in law.
    pub effective_from: Day,
    /// The reasons given to the holder.
    pub reasons: domain::language::Bilingual,
}

/// Where a permit stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PermitStanding {
    /// The permit.
    pub permit: PermitId,
    /// As of which day, as known at which position.
    pub lens: Lens,
    /// As a whole.
    pub standing: Standing,
    /// Line by line.
    pub lines: Vec<LineStanding>,
    /// The orders in force over it.
    pub because: Vec<Because>,
    /// The last day printed, if any.
    pub last_day: Option<Day>,
}

impl Desk {
    /// Where a permit stands; none when it was not known then or not issued by that day.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn standing(&self, id: &PermitId, lens: Lens) -> Result<Option<PermitStanding>, DeskError> {
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        standing(log.as_ref(), &book, id, lens)
    }

    /// The permit itself as known at a position.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn permit(&self, id: &PermitId, lens: Lens) -> Result<Option<Permit>, DeskError> {
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        known(log.as_ref(), &book, id, lens)
    }

    /// How many permits there are.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn count_permits(&self) -> Result<u64, DeskError> {
        Ok(self.reading()?.count(domain::view::Noun::Permit.key())?)
    }
}

/// A permit as known at a position, with the orders whose lists are not written yet.
pub(crate) fn known(
    log: &dyn Reading,
    book: &LawBook,
    id: &PermitId,
    lens: Lens,
) -> Result<Option<Permit>, DeskError> {
    let Some(mut permit) = reading::permit_known(log, id, lens)? else {
        return Ok(None);
    };
    for order in reading::all::<OrderRecord>(log, Some(("resolved", "pending")))? {
        let is_listed = permit
            .coverings
            .iter()
            .any(|covering| covering.order == order.order.id);
        if order.position > lens.known_at || order.position < permit.position || is_listed {
            continue;
        }
        let at = Lens {
            as_of: order.binds_from,
            known_at: order.position,
        };
        let lines = match &order.order.selection {
            Selection::Scope { scope } => {
                let Some(then) = permit.known_at(order.position) else {
                    continue;
                };
                let parties = reading::party_facts(log, then.terms_on(at.as_of).parties(), at)?;
                reach::lines_within(book, scope, &then, at, &parties)
            }
            Selection::Named { permits, lines } => permit
                .terms_on(at.as_of)
                .lines
                .iter()
                .map(|line| line.no)
                .filter(|no| {
                    permits.contains(id) || lines.iter().any(|l| l.permit == *id && l.line == *no)
                })
                .collect(),
        };
        if !lines.is_empty() {
            permit.take_order(&order, &lines);
        }
    }
    Ok(Some(permit))
}

/// Where a permit stands.
pub(crate) fn standing(
    log: &dyn Reading,
    book: &LawBook,
    id: &PermitId,
    lens: Lens,
) -> Result<Option<PermitStanding>, DeskError> {
    let Some(permit) = known(log, book, id, lens)? else {
        return Ok(None);
    };
    if permit.issued.issued_on > lens.as_of && permit.issued.valid_from > lens.as_of {
        return Ok(None);
    }
    let mut lines = permit.line_standings(lens.as_of);
    exhaust(log, book, &permit, lens, &mut lines)?;
    let mut because = Vec::new();
    let holding = |covering: &&Covering| {
        covering
            .lines
            .iter()
            .any(|line| covering.holds(*line, lens.as_of))
    };
    for covering in permit.coverings.iter().filter(holding) {
        let record: OrderRecord = reading::load(log, covering.order.as_str())?;
        because.push(Because {
            order: covering.order.clone(),
            title: record.order.instrument.title,
            verb: record.order.verb,
            law: record.order.instrument.law,
            effective_from: covering.effective_from,
            reasons: record.order.instrument.reasons,
        });
    }
    let is_exhausted = !lines.is_empty() && lines.iter().all(|l| l.standing == Standing::Exhausted);
    let whole = if is_exhausted {
        Standing::Exhausted
    } else {
        permit.standing(lens.as_of)
    };
    Ok(Some(PermitStanding {
        permit: id.clone(),
        lens,
        standing: whole,
        last_day: permit
            .version_on(lens.as_of)
            .and_then(|version| version.last_day),
        lines,
        because,
    }))
}

/// Shows lines that are used up, which the ledgers say. A line of which nothing is used now was
/// exhausted on no day that anybody can ask about; only the others are looked back upon.
fn exhaust(
    log: &dyn Reading,
    book: &LawBook,
    permit: &Permit,
    lens: Lens,
    lines: &mut [LineStanding],
) -> Result<(), DeskError> {
    let mut used = false;
    for line in lines.iter() {
        let id = format!("{}#{}", permit.issued.permit, line.line);
        let ledger: Option<LineLedger> = reading::find(log, &id)?;
        used |= ledger.is_some_and(|ledger| {
            let gone = [ledger.reserved, ledger.held, ledger.drawn, ledger.returned];
            gone.iter().any(|both| !both.is_zero())
        });
    }
    if !used {
        return Ok(());
    }
    let ledgers = lookback::ledgers(log, book, permit, lens)?;
    for line in lines
        .iter_mut()
        .filter(|line| line.standing == Standing::InForce)
    {
        let ledger = ledgers.get(&line.line);
        if ledger.is_some_and(LineLedger::is_exhausted) {
            line.standing = Standing::Exhausted;
        }
    }
    Ok(())
}

/// Counts lines by where they stand.
#[must_use]
pub fn count_lines(lines: &[LineStanding]) -> BTreeMap<Standing, Vec<LineNo>> {
    let mut by_standing: BTreeMap<Standing, Vec<LineNo>> = BTreeMap::new();
    for line in lines {
        by_standing
            .entry(line.standing)
            .or_default()
            .push(line.line);
    }
    by_standing
}
