//! The events of a case, each through the function that a door would call.

use super::cast::numbers;
use super::stage::{Made, Part, Stage, mistaken};
use super::words::{both, same, spoken, word};
use crate::answer::DeskError;
use domain::dialogue::Step;
use domain::id::{DecisionId, Ground, MeasureId};
use domain::language::Bilingual;
use domain::law::Law;
use domain::measure::sign::Hand;
use domain::measure::{Draft, Instrument, OrderKind};
use domain::policy::Effect;
use domain::time::{Day, Period};
use intake::scenario::{EventSpec, Words};
use std::collections::{BTreeMap, BTreeSet};

mod border;
mod conditions;
mod decisions;
mod findings;
mod goods;
mod orders;
mod papers;
mod policy;

impl Stage<'_> {
    /// Does one event, or one part of an event that lasts.
    pub(in crate::scenario) fn event(&mut self, index: usize, part: Part) -> Result<(), DeskError> {
        let scenario = self.scenario;
        let Some(event) = scenario.events.get(index) else {
            return Ok(());
        };
        let before = self.snapshot()?;
        let mut made = if part == Part::End {
            self.made.remove(&event.n).unwrap_or_default()
        } else {
            Made {
                kind: event.kind.clone(),
                ..Made::default()
            }
        };
        let done = self.act(event, part, &mut made);
        if let Err(DeskError::Refused(refusal)) = &done
            && expects_refusal(event)
        {
            made.is_refused = true;
            let says = &refusal.says;
            let what = both(
                format!("refused by the register: {}", says.en),
                format!("refusé par le registre : {}", says.fr),
            );
            self.row(&event.n.0, what, Bilingual::default());
        } else {
            done?;
        }
        self.check_invariants(event, &made, &before)?;
        self.made.insert(event.n.clone(), made);
        Ok(())
    }

    /// The act of an event.
    fn act(&mut self, event: &EventSpec, part: Part, made: &mut Made) -> Result<(), DeskError> {
        match event.kind.as_str() {
            "issuance_pause" => self.policy(event, made, Some(Effect::Hold))?,
            "policy_change" => self.policy(event, made, None)?,
            "require_dialogue" => self.require_dialogue(event, made)?,
            "lift" => self.lift(event, made)?,
            "dialogue_stalled" => self.step_dialogue(event, Step::Stall)?,
            "dialogue_resumed" => self.step_dialogue(event, Step::Resume)?,
            "suspend" => self.order(event, made, OrderKind::Suspend)?,
            "cancel" => self.order(event, made, OrderKind::Cancel)?,
            "annul" => self.order(event, made, OrderKind::Annul)?,
            "reinstate" => self.order(event, made, OrderKind::Reinstate)?,
            "assurance_given" => self.assurance(event, made)?,
            "permit_issued" => self.permit_issued(event, made)?,
            "shipment" => self.shipment(event, made, true)?,
            "reservation" => self.shipment(event, made, false)?,
            "register_use" => self.register_use(event)?,
            "surrender" => self.surrender(event)?,
            "withdraw" => self.withdraw(event)?,
            "report_received" | "evidence_received" | "unrelated_report" => {
                self.evidence(event, made)?;
            }
            "unit_recorded" => self.unit(event, made)?,
            "investigation_opened" => self.investigation(event)?,
            "review" => self.review(event, made, part)?,
            "amend" => self.amend_order(event, made)?,
            "amendment_asked" => self.amendment(event)?,
            "application_refused" => self.refuse(event)?,
            "documents_received" => self.documents(event)?,
            "advice_given" => self.advice(event)?,
            "end_registration" => self.end_use(event)?,
            "exit" => self.exit(event, made)?,
            "restore" => self.give_back(event, made)?,
            "hold" => self.hold(event, made)?,
            "take_back" => self.take_back(event, made)?,
            "acknowledge_stop" => self.acknowledge_stop(event, made)?,
            "authenticity_asked" => self.ask_authenticity(event, made)?,
            "authenticity_answered" => self.answer_authenticity(event, made)?,
            "delivery_verified" => self.verify_delivery(event, made)?,
            "finding_made" => self.finding(event, made)?,
            "breach_found" => self.breach(event, made)?,
            "countersign" | "decline_countersign" => self.second_hand(event)?,
            other => {
                let says = format!("`{other}` is not a kind of event: see docs/scenario-format.md");
                return Err(mistaken(&self.scenario.scenario, &event.n.0, says));
            }
        }
        Ok(())
    }

    pub(in crate::scenario) fn ident<T>(
        &self,
        event: &EventSpec,
        made: Result<T, domain::id::IdMistake>,
    ) -> Result<T, DeskError> {
        made.map_err(|mistake| mistaken(&self.scenario.scenario, &event.n.0, mistake))
    }

    /// The law of an event: named, or made of its instrument or power, or the authority's own.
    pub(in crate::scenario) fn law(&self, event: &EventSpec, kind: &str) -> Result<Law, DeskError> {
        let wrong = |m| mistaken(&self.scenario.scenario, &event.n.0, m);
        if let Some(law) = &event.law {
            return Ok(law.clone());
        }
        if let Some(number) = event
            .instrument
            .as_deref()
            .and_then(|i| i.strip_prefix("Notice-"))
        {
            return Law::new(&format!("NTE:{number}")).map_err(wrong);
        }
        if let Some(power) = &event.power {
            return Law::new(&power.replacen('-', ":", 1)).map_err(wrong);
        }
        self.power(kind)
    }

    pub(in crate::scenario) fn instrument(
        &self,
        event: &EventSpec,
        kind: &str,
        title: Bilingual,
        day: Day,
    ) -> Result<Instrument, DeskError> {
        let law = self.law(event, kind)?;
        let source_kind = self.desk.source_kind(&law)?;
        let mut grounds: BTreeSet<Ground> = BTreeSet::new();
        for ground in event.grounds.iter().chain(&event.ground) {
            grounds.insert(self.ident(event, Ground::new(ground))?);
        }
        if grounds.is_empty() {
            grounds.insert(self.ident(event, Ground::new("policy"))?);
        }
        let listed: Vec<Bilingual> = grounds.iter().map(|ground| word(ground.as_str())).collect();
        let list = |of: fn(&Bilingual) -> &str| {
            let texts: Vec<String> = listed.iter().map(|each| spoken(of(each))).collect();
            texts.join(", ")
        };
        let reasons = event.reasons.as_ref().map(Words::both).unwrap_or_else(|| {
            let (en, fr) = (list(|each| &each.en), list(|each| &each.fr));
            Bilingual::new(format!("grounds: {en}"), format!("motifs : {fr}"))
        });
        Ok(Instrument {
            title: event.title.as_ref().map(Words::both).unwrap_or(title),
            law,
            source_kind,
            grounds,
            reasons,
            reasons_for_file: None,
            effective: Period {
                from: day,
                until: event.until.map(|when| when.day),
            },
            announced_on: event.announced.map(|when| when.day),
            published_on: event.published.map(|when| when.day),
            review_by: event
                .review_by
                .map(|when| when.day)
                .or_else(|| Some(day.plus_months(12))),
            rests_on: BTreeSet::new(),
        })
    }

    pub(in crate::scenario) fn decide(
        &mut self,
        event: &EventSpec,
        draft: Draft,
        what: Bilingual,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let id = draft.id.clone();
        if event.emergency {
            self.desk.propose(&self.officers.deciding, draft)?;
        } else {
            self.desk.propose(&self.officers.licensing, draft)?;
        }
        let hand = if event.emergency {
            Hand::Emergency
        } else {
            Hand::Second
        };
        let signer = if event.emergency {
            &self.officers.deciding
        } else {
            &self.officers.minister
        };
        let signed = self.desk.sign(signer, &id, hand)?.what;
        self.desk.settle(signer)?;
        if event.emergency && event.countersigned {
            self.desk.countersign(&self.officers.minister, &id)?;
        }
        made.decision = Some(id);
        let (mut lines, mut permits) = (0_u64, 0_u64);
        for (order, seal) in &signed.orders {
            lines = lines.saturating_add(seal.lines);
            permits = permits.saturating_add(seal.permits);
            made.orders.push(order.clone());
            let members = self.desk.order_permits(order)?;
            made.members
                .extend(members.into_iter().map(|permit| permit.to_string()));
        }
        made.measures.extend(signed.measures.clone());
        made.reached = (!signed.orders.is_empty()).then_some(lines);
        let mut reached = Bilingual::default();
        if !signed.orders.is_empty() {
            let (one, several) = (self.permit_word(), self.permit_words());
            let words = if permits == 1 { one } else { several };
            let (line, ligne) = match lines {
                1 => ("line", "ligne"),
                _ => ("lines", "lignes"),
            };
            reached = both(
                format!("{permits} {}, {lines} {line}", words.en),
                format!("{permits} {}, {lines} {ligne}", words.fr),
            );
        }
        if !signed.lifted.is_empty() {
            let lifted = signed
                .lifted
                .iter()
                .map(MeasureId::as_str)
                .collect::<Vec<_>>()
                .join(", ");
            reached = both(
                format!("{} lifts {lifted}", reached.en).trim(),
                format!("{} lève {lifted}", reached.fr).trim(),
            );
        }
        self.row(&event.n.0, what, reached);
        self.check_ids(event, made);
        Ok(())
    }

    /// The numbers that the file expects an order to reach.
    pub(in crate::scenario) fn check_ids(&mut self, event: &EventSpec, made: &Made) {
        if event.ids.is_empty() || made.orders.is_empty() {
            return;
        }
        let expected: BTreeSet<String> = event.ids.iter().flat_map(|id| numbers(id)).collect();
        let show = |set: &BTreeSet<String>| match (set.first(), set.last()) {
            (Some(first), Some(last)) if set.len() > 3 => both(
                format!("{} from {first} to {last}", set.len()),
                format!("{} de {first} à {last}", set.len()),
            ),
            _ => same(set.iter().cloned().collect::<Vec<_>>().join(", ")),
        };
        let (mut want, mut have) = (show(&expected), show(&made.members));
        if expected != made.members && want == have {
            let odd = expected
                .symmetric_difference(&made.members)
                .cloned()
                .collect::<Vec<_>>();
            let odd = odd.join(", ");
            want = both(
                format!("{} exactly", want.en),
                format!("{} exactement", want.fr),
            );
            have = both(
                format!("{}, differing in {odd}", have.en),
                format!("{}, sauf {odd}", have.fr),
            );
        }
        let what = both("numbers reached", "numéros atteints");
        self.at = event.at.of("ids");
        self.expected(&event.n.0, what, want, have);
    }

    pub(in crate::scenario) fn empty_draft(
        &self,
        event: &EventSpec,
        day: Day,
    ) -> Result<Draft, DeskError> {
        Ok(Draft {
            id: self.ident(event, DecisionId::new(&format!("DCN-{}", event.n.0)))?,
            policies: Vec::new(),
            orders: Vec::new(),
            lifts: self.lifted_measures(event)?,
            concludes: BTreeSet::new(),
            effective_from: day,
            intent: None,
            previews: BTreeMap::new(),
        })
    }

    /// The measures that an event lifts: those of the events it names; a policy change without a
    /// word on it lifts the pauses that stand, because it takes their place.
    pub(in crate::scenario) fn lifted_measures(
        &self,
        event: &EventSpec,
    ) -> Result<BTreeSet<MeasureId>, DeskError> {
        let mut lifts = BTreeSet::new();
        if event.lifts.is_empty() {
            if event.kind == "policy_change" {
                let pauses = self
                    .made
                    .values()
                    .filter(|made| made.kind == "issuance_pause");
                let standing: BTreeSet<MeasureId> = self
                    .desk
                    .measures_in_force(self.desk.now()?)?
                    .into_iter()
                    .map(|held| held.measure.id)
                    .collect();
                lifts.extend(
                    pauses
                        .flat_map(|made| made.measures.clone())
                        .filter(|m| standing.contains(m)),
                );
            }
            return Ok(lifts);
        }
        for number in &event.lifts {
            let made = self.made.get(number).ok_or_else(|| {
                let says = format!(
                    "`lifts` names event {}, which has made nothing yet",
                    number.0
                );
                mistaken(&self.scenario.scenario, &event.n.0, says)
            })?;
            lifts.extend(made.measures.clone());
        }
        Ok(lifts)
    }
}

/// Whether the file expects that the register refuses an event.
fn expects_refusal(event: &EventSpec) -> bool {
    let expected = event.expect.iter().flat_map(|many| many.list());
    expected
        .into_iter()
        .any(|held| held.act.as_deref() == Some("refused"))
}
