//! What the gate does within a write: decide, append, answer.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use domain::duty::DutyKind;
use domain::event::{DutyOpened, Event, ReleaseRefused};
use domain::facts::PartyFacts;
use domain::id::{DutyId, OrderId, PartyId, PermitId, ShipmentId};
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::ledger::{Both, LineLedger};
use domain::measure::OrderRecord;
use domain::permit::Permit;
use domain::permit::standing::Standing;
use domain::policy::PolicyAnswer;
use domain::shipment::confirm_exit::{self, ConfirmExit};
use domain::shipment::release::{self, Decision, Gate, ReserveShipment};
use domain::shipment::{ReleaseReason, RestoreCause, Shipment, restore as restoring};
use register::{Digest, Reading, StoredAnswer};

use super::{Asked, GateAnswer, Left, refused};
use crate::act::Act;
use crate::answer::DeskError;
use crate::law_book::LawBook;
use crate::memory::{Folder, Memory};
use crate::reading::{self, Lens};

/// What a decision at the gate stands on.
pub(super) struct Known<'a> {
    pub(super) log: &'a dyn Reading,
    pub(super) memory: &'a Memory,
    pub(super) book: &'a LawBook,
    pub(super) lens: Lens,
}

impl<'a> Known<'a> {
    fn of(act: &'a Act<'_>) -> Result<Self, DeskError> {
        Ok(Self {
            log: act.log(),
            memory: act.memory,
            book: &act.book,
            lens: act.lens()?,
        })
    }

    /// Loads what the gate needs and decides.
    pub(super) fn decide(&self, asked: &ReserveShipment) -> Result<Decision, DeskError> {
        let lens = self.lens;
        let world = self.book.geography(lens.as_of);
        let folder = self.memory.folder(self.log, &asked.permit, lens)?;
        let mut ledgers: BTreeMap<LineNo, LineLedger> = BTreeMap::new();
        let mut policies: BTreeMap<LineNo, PolicyAnswer> = BTreeMap::new();
        let mut parties: Cow<'_, BTreeMap<PartyId, PartyFacts>> = Cow::default();
        if let Some(folder) = &folder {
            parties = self.parties(folder, asked)?;
            for declared in &asked.lines {
                let held = self.memory.ledger(self.log, &asked.permit, declared.line)?;
                ledgers.extend(held.map(|ledger| (declared.line, (*ledger).clone())));
                let answer = folder.policies(declared, || {
                    let permit = &folder.permit;
                    let facts = permit.facts_on(declared.line, lens.as_of, &parties);
                    self.book
                        .judge_release(lens.as_of, permit, &facts, declared)
                });
                policies.insert(declared.line, answer);
            }
        }
        let then = folder.as_ref().map(|folder| &folder.then);
        let parties_at = |order: &OrderRecord| {
            then.and_then(|then| then.get(&order.order.id))
                .cloned()
                .unwrap_or_default()
        };
        let none = BTreeSet::new();
        let gate = Gate {
            permit: folder.as_ref().map(|folder| &folder.permit),
            ledgers: &ledgers,
            parties: &parties,
            orders: folder.as_ref().map_or(&[], |folder| &folder.orders),
            parties_at: &parties_at,
            registered: folder.as_ref().map_or(&none, |folder| &folder.registered),
            policies: &policies,
            tree: self.book.tree(),
            world: &world,
            today: lens.as_of,
        };
        Ok(release::release(asked, &gate)?)
    }

    /// What is known of the parties of a permit and of those declared. Most declarations name no
    /// other than the permit does.
    fn parties<'f>(
        &self,
        folder: &'f Folder,
        asked: &ReserveShipment,
    ) -> Result<Cow<'f, BTreeMap<PartyId, PartyFacts>>, DeskError> {
        let declared = asked.lines.iter().flat_map(|line| {
            line.consignee
                .iter()
                .chain(&line.intermediates)
                .chain(&line.exporter)
                .chain(&line.end_user)
        });
        let mut parties = Cow::Borrowed(&folder.parties);
        for other in declared.filter(|party| !folder.parties.contains_key(*party)) {
            let known = self
                .memory
                .parties(self.log, std::iter::once(other), self.lens)?;
            parties.to_mut().extend(known);
        }
        Ok(parties)
    }

    /// The orders in force over a shipment's lines as declared, listed or not listed yet.
    fn stops(&self, shipment: &Shipment) -> Result<BTreeSet<OrderId>, DeskError> {
        let asked = ReserveShipment {
            shipment: shipment.id.clone(),
            permit: shipment.permit.clone(),
            lodged: shipment.lodged.clone(),
            lines: shipment.lines.clone(),
            lapses_at: shipment.lapses_at,
        };
        let reasons = match self.decide(&asked)? {
            Decision::Released(_) => Vec::new(),
            Decision::Refused(reasons) => reasons,
        };
        Ok(reasons
            .into_iter()
            .filter_map(|reason| match reason {
                ReleaseReason::Stopped { order, .. } => Some(order),
                _ => None,
            })
            .collect())
    }

    /// What is left of lines.
    pub(super) fn left(
        &self,
        permit: &PermitId,
        lines: impl Iterator<Item = LineNo>,
    ) -> Result<Vec<Left>, DeskError> {
        let lines: BTreeSet<LineNo> = lines.collect();
        let mut found = Vec::new();
        for line in lines {
            let ledger = self.memory.ledger(self.log, permit, line)?;
            let measured = ledger.and_then(|ledger| ledger.as_of(self.lens.as_of).left_measured());
            found.push(Left {
                line,
                quantity: measured.as_ref().map(|(quantity, _)| quantity.to_string()),
                value: measured.as_ref().map(|(_, value)| value.to_string()),
            });
        }
        Ok(found)
    }
}

/// What stands for the number of a shipment that has none yet.
pub(super) fn unnumbered() -> Result<ShipmentId, DeskError> {
    ShipmentId::new("SHP-CHECK").map_err(|mistake| DeskError::invariant(mistake.to_string()))
}

/// Decides a release and records the answer.
pub(super) fn reserve(act: &mut Act<'_>, asked: &Asked) -> Result<GateAnswer, DeskError> {
    let request = &asked.request;
    if let Some(first) = act.log().answer(&asked.key)? {
        return repeat(act, &first, asked.digest);
    }
    let wanted = ReserveShipment {
        shipment: unnumbered()?,
        permit: request.permit.clone(),
        lodged: request.lodged.clone(),
        lines: request.lines.clone(),
        lapses_at: act.book.limits().lapses_at(act.now()),
    };
    let decision = Known::of(act)?.decide(&wanted)?;
    let (position, answer) = match decision {
        Decision::Released(mut event) => {
            // A refusal uses up no number.
            event.shipment = act.number(ShipmentId::PREFIX, ShipmentId::numbered)?;
            let shipment = event.shipment.clone();
            let position = act.append(event)?;
            let lines = request.lines.iter().map(|declared| declared.line);
            let answer = GateAnswer::Released {
                shipment,
                left: Known::of(act)?.left(&request.permit, lines)?,
                stopped_since: BTreeSet::new(),
            };
            (position, answer)
        }
        Decision::Refused(reasons) => {
            let position = act.append(ReleaseRefused {
                permit: request.permit.clone(),
                lodged: request.lodged.clone(),
                reasons: reasons.clone(),
            })?;
            let reasons = refused(&act.book, reasons);
            (position, GateAnswer::Refused { reasons })
        }
    };
    let text = serde_json::to_string(&answer)
        .map_err(|cause| DeskError::invariant(format!("writing an answer: {cause}")))?;
    let stored = StoredAnswer {
        request: asked.digest,
        answer: text,
        events: Some((position, position)),
    };
    act.writing().remember_answer(&asked.key, &stored)?;
    Ok(answer)
}

/// The first answer again, marked, with any stop that came since.
fn repeat(
    act: &mut Act<'_>,
    first: &StoredAnswer,
    request: Digest,
) -> Result<GateAnswer, DeskError> {
    if first.request != request {
        return Err(DeskError::mistaken_as(
            "key",
            "this key was used for another request: expected the same request, or a new key",
            "cette clé a servi pour une autre demande : attendu la même demande, ou une clé nouvelle",
        ));
    }
    act.repeats(first.events);
    let mut answer: GateAnswer = serde_json::from_str(&first.answer)
        .map_err(|cause| DeskError::invariant(format!("reading a kept answer: {cause}")))?;
    if let GateAnswer::Released {
        shipment,
        stopped_since,
        ..
    } = &mut answer
        && let Some(held) = act.find::<Shipment>(&*shipment)?
    {
        *stopped_since = Known::of(act)?.stops(&held)?;
    }
    Ok(answer)
}

/// Records an exit.
pub(super) fn confirm(
    act: &mut Act<'_>,
    id: &ShipmentId,
    report: &ConfirmExit,
) -> Result<Shipment, DeskError> {
    let shipment: Shipment = act.load(id)?;
    let permit: Permit = act.load(&shipment.permit)?;
    let ledgers = reading::ledgers(act.log(), &permit, act.today)?;
    let mut stopped_by = Known::of(act)?.stops(&shipment)?;
    // A stop notice that was served and not ended is a stop, whatever else is said since.
    for (line, _) in shipment.reserved.iter().filter(|(_, both)| !both.is_zero()) {
        let held = permit.line_standing(*line, act.today);
        if matches!(
            held.standing,
            Standing::Suspended | Standing::Cancelled | Standing::Annulled
        ) {
            stopped_by.extend(held.because);
        }
    }
    let event = confirm_exit::confirm_exit(&shipment, &ledgers, report, stopped_by)
        .map_err(|mistake| DeskError::mistaken("exit", mistake))?;
    let mut events: Vec<Event> = vec![event.clone().into()];
    if !event.under_stop.is_empty() {
        events.push(exit_duty(id, DutyKind::ExitUnderStop, act)?);
    }
    if !event.excess.is_empty() {
        events.push(exit_duty(id, DutyKind::ExcessExit, act)?);
    }
    events.extend(crate::returns::owed(act, &permit, id)?);
    act.append_all(events, Vec::new())?;
    act.load(id)
}

fn exit_duty(
    shipment: &ShipmentId,
    duty_kind: DutyKind,
    act: &Act<'_>,
) -> Result<Event, DeskError> {
    let (mark, en, fr) = match duty_kind {
        DutyKind::ExitUnderStop => (
            "UNDER-STOP",
            "left under a stop",
            "est sorti malgré un arrêt",
        ),
        _ => (
            "EXCESS",
            "left with more than the permit allows",
            "est sorti au-delà de la licence",
        ),
    };
    let position = act.log().head()?.position;
    Ok(Event::from(DutyOpened {
        duty: DutyId::new(&format!("DTY-{shipment}-{mark}-{position}"))
            .map_err(|mistake| DeskError::invariant(mistake.to_string()))?,
        duty_kind,
        desk: "licensing".into(),
        about: shipment.to_string(),
        says: Bilingual::new(
            format!("look into shipment {shipment}: it {en}"),
            format!("examiner l’envoi {shipment} : il {fr}"),
        ),
        due_on: act.today.plus_days(1),
    }))
}

/// Gives back what was reserved, or frees what was held.
pub(super) fn restore(
    act: &mut Act<'_>,
    shipment: &ShipmentId,
    amounts: &BTreeMap<LineNo, Both>,
    because: RestoreCause,
) -> Result<Shipment, DeskError> {
    let held: Shipment = act.load(shipment)?;
    let event = restoring::restore(&held, amounts, because, act.today)
        .map_err(|refusal| DeskError::refused("gate.restore", &refusal))?;
    act.append(event)?;
    act.load(shipment)
}
