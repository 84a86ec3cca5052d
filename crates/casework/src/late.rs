//! What is owed and late: somebody above is told, once, and told again that it is done.

use domain::duty::{DutyKind, DutyRecord};
use domain::event::{DutyOpened, Event};
use domain::id::DutyId;
use domain::language::Bilingual;
use domain::time::Day;

use crate::act::Act;
use crate::answer::DeskError;
use crate::desk::Desk;
use crate::lookback;
use crate::reading::{self, Lens};

/// A duty to be opened.
pub(crate) struct Owed<'a> {
    /// The part of its number that tells it from others about the same thing.
    pub(crate) what: &'a str,
    pub(crate) duty_kind: DutyKind,
    pub(crate) desk: &'a str,
    /// What it is about, by its number.
    pub(crate) about: &'a str,
    pub(crate) says: Bilingual,
    pub(crate) due_on: Day,
}

impl Owed<'_> {
    /// The event that opens it; none where it was opened before.
    pub(crate) fn event(self, act: &Act<'_>) -> Result<Option<Event>, DeskError> {
        let duty = number(self.what, self.about)?;
        if act.find::<DutyRecord>(&duty)?.is_some() {
            return Ok(None);
        }
        Ok(Some(Event::from(DutyOpened {
            duty,
            duty_kind: self.duty_kind,
            desk: self.desk.to_owned(),
            about: self.about.to_owned(),
            says: self.says,
            due_on: self.due_on,
        })))
    }

    /// Opens it, unless it was opened before.
    pub(crate) fn open(self, act: &mut Act<'_>) -> Result<(), DeskError> {
        match self.event(act)? {
            Some(event) => act.append(event).map(drop),
            None => Ok(()),
        }
    }
}

/// The number of a duty: the same thing owed is one duty.
fn number(what: &str, about: &str) -> Result<DutyId, DeskError> {
    let digest = register::Digest::of(format!("{what}/{about}").as_bytes()).to_string();
    let short: String = digest.chars().take(16).collect();
    DutyId::new(&format!("DTY-{what}-{short}"))
        .map_err(|mistake| DeskError::invariant(mistake.to_string()))
}

/// Discharges every open duty of some kinds about a thing, and what was opened because they were
/// late.
pub(crate) fn discharge(
    act: &mut Act<'_>,
    about: &str,
    kinds: &[DutyKind],
    how: &str,
) -> Result<(), DeskError> {
    for held in reading::all::<DutyRecord>(act.log(), Some(("about", about)))? {
        if held.discharged.is_some() || !kinds.contains(&held.duty_kind) {
            continue;
        }
        crate::measures::discharge(act, &held.id, how)?;
        crate::measures::discharge(act, &number("LATE", held.id.as_str())?, how)?;
    }
    Ok(())
}

/// Duties whose being late is told above.
const ESCALATE: [DutyKind; 5] = [
    DutyKind::VerifyDelivery,
    DutyKind::AnswerRequest,
    DutyKind::MakeVisit,
    DutyKind::FollowUpVisit,
    DutyKind::AdviseReview,
];

/// Opens a duty above for each that is late.
pub(crate) fn escalate(act: &mut Act<'_>) -> Result<u64, DeskError> {
    let mut late: Vec<DutyRecord> = Vec::new();
    let today = act.today;
    reading::each::<DutyRecord>(act.log(), Some(("state", "open")), &mut |_, held| {
        if ESCALATE.contains(&held.duty_kind) && held.is_overdue(today) {
            late.push(held);
        }
        Ok(())
    })?;
    let mut opened = 0_u64;
    for held in late {
        let due_on = held.due_on;
        let owed = Owed {
            what: "LATE",
            duty_kind: DutyKind::Late,
            desk: "deciding",
            about: held.id.as_str(),
            says: Bilingual::new(
                format!("overdue since {due_on}: {}", held.says.en),
                format!("en retard depuis le {due_on} : {}", held.says.fr),
            ),
            due_on: today,
        };
        if let Some(event) = owed.event(act)? {
            act.append(event)?;
            opened = opened.saturating_add(1);
        }
    }
    Ok(opened)
}

impl Desk {
    /// What is owed and late, as of a day and known at a position, first what was due first.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn overdue(&self, lens: Lens) -> Result<Vec<DutyRecord>, DeskError> {
        let log = self.reading()?;
        let log = log.as_ref();
        let book = self.book(log)?;
        let is_now = lookback::is_now(log, &book, lens)?;
        let under = is_now.then_some(("state", "open"));
        let mut found: Vec<DutyRecord> = Vec::new();
        reading::each::<DutyRecord>(log, under, &mut |id, held| {
            if held.due_on < lens.as_of {
                let known = if is_now {
                    Some(held)
                } else {
                    lookback::duty_owed(log, &book, id, lens)?
                };
                found.extend(known);
            }
            Ok(())
        })?;
        found.sort_by(|a, b| (a.due_on, &a.id).cmp(&(b.due_on, &b.id)));
        Ok(found)
    }
}
