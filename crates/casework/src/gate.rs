//! The gate: reserve, confirm exit, restore, hold, take back, acknowledge a stop. Plain and
//! correct: one decision per commit.

use std::collections::{BTreeMap, BTreeSet};

use domain::duty::DutyKind;
use domain::event::{DutyOpened, Event, ReleaseRefused, ShipmentReserved, StopNoticeAcknowledged};
use domain::facts::{Declared, Lodged, PartyFacts};
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
use domain::shipment::restore;
use domain::shipment::{ReleaseReason, RestoreCause, Shipment};
use domain::view::Registrations;
use register::{Digest, Reading, StoredAnswer};
use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::law_book::LawBook;
use crate::reading::{self, Lens};

/// Minutes until a reservation lapses, unless the declaration says sooner: longest notice that the
/// reporting regulation asks for (48 hours before loading), and a day for what goes wrong.
///
/// # Law
/// `REG:3(1)(b)` for the 48 hours; the day is None: design choice, see decision 0012.
pub const RESERVATION_MINUTES: i64 = 72 * 60;

/// Asks whether goods may leave now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseRequest {
    /// The permit, as presented.
    pub permit: PermitId,
    /// Office and declaration.
    pub lodged: Lodged,
    /// The lines as declared.
    pub lines: Vec<Declared>,
}

/// What is left of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The line.
    pub line: LineNo,
    /// In its unit; none where the line has no limit.
    pub quantity: Option<String>,
    /// In its currency.
    pub value: Option<String>,
}

/// The gate's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum GateAnswer {
    /// It may leave.
    Released {
        /// The number to confirm the exit with.
        shipment: ShipmentId,
        /// What is left of each line.
        left: Vec<Left>,
        /// Stop notices that came since, where this repeats an earlier answer.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        stopped_since: BTreeSet<OrderId>,
    },
    /// It may not.
    Refused {
        /// Why, reason by reason.
        reasons: Vec<RefusedBecause>,
    },
}

/// One reason, with its law and what would have to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedBecause {
    /// As data.
    pub reason: ReleaseReason,
    /// In words.
    pub says: Bilingual,
    /// Its law.
    pub law: domain::law::Law,
    /// What would have to change.
    pub would_have_to_change: Bilingual,
}

impl From<ReleaseReason> for RefusedBecause {
    fn from(reason: ReleaseReason) -> Self {
        Self {
            says: reason.says(),
            law: reason.law(),
            would_have_to_change: reason.would_have_to_change(),
            reason,
        }
    }
}

impl Desk {
    /// Asks the gate and changes nothing: may this leave now?
    ///
    /// # Errors
    /// A mistake in the request, or a fault. A refusal is an answer.
    pub fn check_release(&self, request: &ReleaseRequest) -> Result<GateAnswer, DeskError> {
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        let lens = Lens {
            as_of: self.clock().today(),
            known_at: log.head()?.position,
        };
        let probe =
            ShipmentId::new("SHP-CHECK").map_err(|m| DeskError::invariant(m.to_string()))?;
        let asked = ReserveShipment {
            shipment: probe,
            permit: request.permit.clone(),
            lodged: request.lodged.clone(),
            lines: request.lines.clone(),
            lapses_at: self.clock().now().plus_minutes(RESERVATION_MINUTES),
        };
        Ok(match decide(log.as_ref(), &book, &asked, lens)? {
            Decision::Released(event) => GateAnswer::Released {
                shipment: event.shipment,
                left: left(
                    log.as_ref(),
                    &request.permit,
                    request.lines.iter().map(|l| l.line),
                )?,
                stopped_since: BTreeSet::new(),
            },
            Decision::Refused(reasons) => GateAnswer::Refused {
                reasons: reasons.into_iter().map(RefusedBecause::from).collect(),
            },
        })
    }

    /// Reserves a shipment, or refuses it; either way an event, durable before the answer. The same
    /// key gives the first answer again.
    ///
    /// # Errors
    /// A mistake in the request (also another request under the same key), or a fault. A refusal
    /// is an answer.
    pub fn reserve(
        &self,
        actor: &Actor,
        request: &ReleaseRequest,
        key: &str,
    ) -> Result<Done<GateAnswer>, DeskError> {
        check_key(key)?;
        self.act(actor, "gate.reserve", |act| reserve_in(act, request, key))
    }

    /// Records an exit. A fact: never refused.
    ///
    /// # Errors
    /// A mistake when the report cannot be read, or a fault.
    pub fn confirm_exit(
        &self,
        actor: &Actor,
        shipment: &ShipmentId,
        report: &ConfirmExit,
    ) -> Result<Done<Shipment>, DeskError> {
        self.act(actor, "gate.confirm", |act| {
            confirm_in(act, shipment, report)
        })
    }

    /// Gives back what was reserved, or frees what was held.
    ///
    /// # Errors
    /// A refusal when less is there, or a fault.
    pub fn restore(
        &self,
        actor: &Actor,
        shipment: &ShipmentId,
        amounts: &BTreeMap<LineNo, Both>,
        because: RestoreCause,
    ) -> Result<Done<Shipment>, DeskError> {
        self.act(actor, "gate.restore", |act| {
            let held: Shipment = act.load(shipment)?;
            let event = restore::restore(&held, amounts, because, act.today)
                .map_err(|refusal| DeskError::refused("gate.restore", &refusal))?;
            act.append(event)?;
            act.load(shipment)
        })
    }

    /// Holds stopped goods as evidence.
    ///
    /// # Errors
    /// A refusal when less is reserved, or a fault.
    pub fn hold(
        &self,
        actor: &Actor,
        shipment: &ShipmentId,
        amounts: &BTreeMap<LineNo, Both>,
        reasons: &str,
    ) -> Result<Done<Shipment>, DeskError> {
        self.act(actor, "gate.restore", |act| {
            let held: Shipment = act.load(shipment)?;
            let event = restore::hold(&held, amounts, reasons, act.today)
                .map_err(|refusal| DeskError::refused("gate.hold", &refusal))?;
            act.append(event)?;
            act.load(shipment)
        })
    }

    /// Records goods that came back, or corrects a draw by a contra-entry.
    ///
    /// # Errors
    /// A refusal when less was drawn, or a fault.
    pub fn take_back(
        &self,
        actor: &Actor,
        shipment: &ShipmentId,
        amounts: &BTreeMap<LineNo, Both>,
        is_correction: bool,
        reasons: &str,
    ) -> Result<Done<Shipment>, DeskError> {
        self.act(actor, "gate.confirm", |act| {
            let held: Shipment = act.load(shipment)?;
            let event = restore::take_back(&held, amounts, is_correction, reasons, act.today)
                .map_err(|refusal| DeskError::refused("gate.return", &refusal))?;
            act.append(event)?;
            act.load(shipment)
        })
    }

    /// Acknowledges a stop notice.
    ///
    /// # Errors
    /// A mistake when there is no such notice, or a fault.
    pub fn acknowledge_stop(
        &self,
        actor: &Actor,
        shipment: &ShipmentId,
        order: &OrderId,
        goods_were_there: bool,
    ) -> Result<Done<Shipment>, DeskError> {
        self.act(actor, "gate.acknowledge", |act| {
            let held: Shipment = act.load(shipment)?;
            let Some(notice) = held.stops.get(order) else {
                return Err(DeskError::mistaken(
                    "order",
                    "there is no stop notice of this order",
                ));
            };
            act.append(StopNoticeAcknowledged {
                shipment: shipment.clone(),
                order: order.clone(),
                office: notice.office.clone(),
                by: act.actor.officer.clone(),
                goods_were_there,
            })?;
            let duty = crate::orders::stop_duty(shipment, order)?;
            crate::measures::discharge(act, &duty, "acknowledged")?;
            act.load(shipment)
        })
    }
}

fn check_key(key: &str) -> Result<(), DeskError> {
    if key.is_empty() || key.len() > 200 {
        return Err(DeskError::mistaken(
            "key",
            "expected an idempotency key of 1 to 200 characters",
        ));
    }
    Ok(())
}

fn reserve_in(
    act: &mut Act<'_>,
    request: &ReleaseRequest,
    key: &str,
) -> Result<GateAnswer, DeskError> {
    let bytes = serde_json::to_vec(request)
        .map_err(|cause| DeskError::invariant(format!("writing a request: {cause}")))?;
    let digest = Digest::of(&bytes);
    let stored_key = format!("reserve/{key}");
    if let Some(first) = act.log().answer(&stored_key)? {
        return repeat(act, &first, digest);
    }
    let shipment = act.number(ShipmentId::PREFIX, ShipmentId::numbered)?;
    let asked = ReserveShipment {
        shipment,
        permit: request.permit.clone(),
        lodged: request.lodged.clone(),
        lines: request.lines.clone(),
        lapses_at: act.now().plus_minutes(RESERVATION_MINUTES),
    };
    let lens = act.lens()?;
    let decision = decide(act.log(), &act.book, &asked, lens)?;
    let (position, answer) = match decision {
        Decision::Released(event) => {
            let ShipmentReserved { shipment, .. } = event.clone();
            let position = act.append(event)?;
            let lines = request.lines.iter().map(|declared| declared.line);
            let left = left(act.log(), &request.permit, lines)?;
            let answer = GateAnswer::Released {
                shipment,
                left,
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
            let reasons = reasons.into_iter().map(RefusedBecause::from).collect();
            (position, GateAnswer::Refused { reasons })
        }
    };
    let text = serde_json::to_string(&answer)
        .map_err(|cause| DeskError::invariant(format!("writing an answer: {cause}")))?;
    let stored = StoredAnswer {
        request: digest,
        answer: text,
        events: Some((position, position)),
    };
    act.writing().remember_answer(&stored_key, &stored)?;
    Ok(answer)
}

/// The first answer again, marked, with any stop that came since.
fn repeat(
    act: &mut Act<'_>,
    first: &StoredAnswer,
    request: Digest,
) -> Result<GateAnswer, DeskError> {
    if first.request != request {
        return Err(DeskError::mistaken(
            "key",
            "this key was used for another request: expected the same request, or a new key",
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
        *stopped_since = stops_now(act.log(), &act.book, &held, act.lens()?)?;
    }
    Ok(answer)
}

/// The orders in force over a shipment's lines as declared, listed or not listed yet.
fn stops_now(
    log: &dyn Reading,
    book: &LawBook,
    shipment: &Shipment,
    lens: Lens,
) -> Result<BTreeSet<OrderId>, DeskError> {
    let asked = ReserveShipment {
        shipment: shipment.id.clone(),
        permit: shipment.permit.clone(),
        lodged: shipment.lodged.clone(),
        lines: shipment.lines.clone(),
        lapses_at: shipment.lapses_at,
    };
    let reasons = match decide(log, book, &asked, lens)? {
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

/// Loads what the gate needs and decides.
pub(crate) fn decide(
    log: &dyn Reading,
    book: &LawBook,
    asked: &ReserveShipment,
    lens: Lens,
) -> Result<Decision, DeskError> {
    let permit: Option<Permit> = reading::find(log, asked.permit.as_str())?;
    let mut ledgers = BTreeMap::new();
    let mut registered = BTreeSet::new();
    let mut parties: BTreeMap<PartyId, PartyFacts> = BTreeMap::new();
    let mut policies: BTreeMap<LineNo, PolicyAnswer> = BTreeMap::new();
    let mut orders: Vec<OrderRecord> = Vec::new();
    let mut then: BTreeMap<OrderId, BTreeMap<PartyId, PartyFacts>> = BTreeMap::new();
    if let Some(permit) = &permit {
        let terms = permit.terms_on(lens.as_of);
        ledgers = reading::ledgers(log, permit, lens.as_of)?;
        let held: Option<Registrations> = reading::find(log, asked.permit.as_str())?;
        registered = held.map(|held| held.on(lens.as_of)).unwrap_or_default();
        let declared = asked.lines.iter().flat_map(|line| {
            line.consignee
                .iter()
                .chain(&line.intermediates)
                .chain(&line.exporter)
        });
        parties = reading::party_facts(log, terms.parties().chain(declared), lens)?;
        for declared in &asked.lines {
            let facts = permit.facts_on(declared.line, lens.as_of, &parties);
            let answer = book.judge_release(lens.as_of, permit, &facts, declared);
            policies.insert(declared.line, answer);
        }
        for covering in &permit.coverings {
            orders.push(reading::load(log, covering.order.as_str())?);
        }
        // INVARIANT (the gate): an order binds before its list of numbers is written.
        orders.extend(
            reading::all::<OrderRecord>(log, Some(("resolved", "pending")))?
                .into_iter()
                .filter(|order| !permit.coverings.iter().any(|c| c.order == order.order.id)),
        );
        for order in orders.iter().filter(|order| !order.is_resolved) {
            let at = Lens {
                as_of: order.binds_from,
                known_at: order.position,
            };
            let known = reading::party_facts(log, permit.terms_on(at.as_of).parties(), at)?;
            then.insert(order.order.id.clone(), known);
        }
    }
    let world = book.geography(lens.as_of);
    let parties_at = |order: &OrderRecord| then.get(&order.order.id).cloned().unwrap_or_default();
    let gate = Gate {
        permit: permit.as_ref(),
        ledgers: &ledgers,
        parties: &parties,
        orders: &orders,
        parties_at: &parties_at,
        registered: &registered,
        policies: &policies,
        tree: book.tree(),
        world: &world,
        today: lens.as_of,
    };
    Ok(release::release(asked, &gate)?)
}

/// What is left of lines.
fn left(
    log: &dyn Reading,
    permit: &PermitId,
    lines: impl Iterator<Item = LineNo>,
) -> Result<Vec<Left>, DeskError> {
    let lines: BTreeSet<LineNo> = lines.collect();
    let mut found = Vec::new();
    for line in lines {
        let ledger: Option<LineLedger> = reading::find(log, &format!("{permit}#{line}"))?;
        let measured = ledger.and_then(|ledger| ledger.left_measured());
        found.push(Left {
            line,
            quantity: measured.as_ref().map(|(quantity, _)| quantity.to_string()),
            value: measured.as_ref().map(|(_, value)| value.to_string()),
        });
    }
    Ok(found)
}

fn confirm_in(
    act: &mut Act<'_>,
    id: &ShipmentId,
    report: &ConfirmExit,
) -> Result<Shipment, DeskError> {
    let shipment: Shipment = act.load(id)?;
    let permit: Permit = act.load(&shipment.permit)?;
    let ledgers = reading::ledgers(act.log(), &permit, act.today)?;
    let mut stopped_by = stops_now(act.log(), &act.book, &shipment, act.lens()?)?;
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

impl Desk {
    /// A shipment as it stands now.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn shipment(&self, id: &ShipmentId) -> Result<Option<Shipment>, DeskError> {
        reading::find(self.reading()?.as_ref(), id.as_str())
    }

    /// Every shipment, by number.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn shipments(&self) -> Result<Vec<Shipment>, DeskError> {
        reading::all(self.reading()?.as_ref(), None)
    }

    /// The open shipments on lines that an order covers: those whose office was told to stop them,
    /// and those whose office was not.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn stops_under(
        &self,
        order: &OrderId,
    ) -> Result<(Vec<ShipmentId>, Vec<ShipmentId>), DeskError> {
        let permits = self.order_permits(order)?;
        let log = self.reading()?;
        let (mut sent, mut missing) = (Vec::new(), Vec::new());
        for permit in permits {
            for held in reading::all::<Shipment>(log.as_ref(), Some(("open-on", permit.as_str())))?
            {
                if held.stops.contains_key(order) {
                    sent.push(held.id);
                } else {
                    missing.push(held.id);
                }
            }
        }
        Ok((sent, missing))
    }
}
