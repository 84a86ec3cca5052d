//! The events of a case, each through the function that a door would call.

use std::collections::{BTreeMap, BTreeSet};

use domain::advice::AdvicePosition;
use domain::assurance::{Assurance, AssuranceForm, Undertaking};
use domain::dialogue::Step;
use domain::evidence::{Evidence, Link, LinkConfidence, LinkTarget, Observed};
use domain::facts::{Declared, Lodged};
use domain::id::{
    AllegationId, AssuranceId, DecisionId, DialogueId, DocumentKind, EvidenceId, Ground,
    InvestigationId, MeasureId, OrderId, PartyId, PermitId, QuestionId, ReviewId,
};
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::law::Law;
use domain::measure::sign::Hand;
use domain::measure::{
    Clearance, Draft, Instrument, Order, OrderKind, PolicyMeasure, Rule, Selection, Text,
};
use domain::money::Money;
use domain::permit::standing::Standing;
use domain::policy::Effect;
use domain::quantity::Quantity;
use domain::review::ReviewOutcome;
use domain::shipment::confirm_exit::ConfirmExit;
use domain::time::{Day, Period};
use intake::scenario::{EventSpec, Words};
use rust_decimal::Decimal;

use super::cast::numbers;
use super::scopes;
use super::stage::{Made, Part, Stage, mistaken};
use crate::answer::DeskError;
use crate::gate::{GateAnswer, ReleaseRequest};
use crate::reviews::OpenReview;

impl Stage<'_> {
    /// Does one event, or one part of an event that lasts.
    pub(super) fn event(&mut self, index: usize, part: Part) -> Result<(), DeskError> {
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
        match event.kind.as_str() {
            "issuance_pause" => self.policy(event, &mut made, Some(Effect::Hold))?,
            "policy_change" => self.policy(event, &mut made, None)?,
            "require_dialogue" => self.require_dialogue(event, &mut made)?,
            "lift" => self.lift(event, &mut made)?,
            "dialogue_stalled" => self.step_dialogue(event, Step::Stall)?,
            "dialogue_resumed" => self.step_dialogue(event, Step::Resume)?,
            "suspend" => self.order(event, &mut made, OrderKind::Suspend)?,
            "cancel" => self.order(event, &mut made, OrderKind::Cancel)?,
            "annul" => self.order(event, &mut made, OrderKind::Annul)?,
            "reinstate" => self.order(event, &mut made, OrderKind::Reinstate)?,
            "assurance_given" => self.assurance(event, &mut made)?,
            "permit_issued" => self.permit_issued(event, &mut made)?,
            "shipment" => self.shipment(event, true)?,
            "reservation" => self.shipment(event, false)?,
            "register_use" => self.register_use(event)?,
            "surrender" => self.surrender(event)?,
            "withdraw" => self.withdraw(event)?,
            "report_received" | "evidence_received" | "unrelated_report" => {
                self.evidence(event, &mut made)?;
            }
            "investigation_opened" => self.investigation(event)?,
            "review" => self.review(event, &mut made, part)?,
            other => {
                let says = format!("`{other}` is not a kind of event: see docs/scenario-format.md");
                return Err(mistaken(&scenario.scenario, &event.n.0, says));
            }
        }
        self.check_invariants(event, &made, &before)?;
        self.made.insert(event.n.clone(), made);
        Ok(())
    }

    fn ident<T>(
        &self,
        event: &EventSpec,
        made: Result<T, domain::id::IdMistake>,
    ) -> Result<T, DeskError> {
        made.map_err(|mistake| mistaken(&self.scenario.scenario, &event.n.0, mistake))
    }

    /// The law of an event: named, or made of its instrument or power, or the authority's own.
    fn law(&self, event: &EventSpec, kind: &str) -> Result<Law, DeskError> {
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

    fn instrument(
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
        let listed = grounds
            .iter()
            .map(Ground::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        let reasons = event.reasons.as_ref().map(Words::both).unwrap_or_else(|| {
            Bilingual::new(format!("grounds: {listed}"), format!("motifs : {listed}"))
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

    fn decide(
        &mut self,
        event: &EventSpec,
        draft: Draft,
        what: &str,
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
        if event.emergency {
            self.desk.countersign(&self.officers.minister, &id)?;
        }
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
        let mut reached = String::new();
        if !signed.orders.is_empty() {
            reached = format!("{permits} permits, {lines} lines");
        }
        if !signed.lifted.is_empty() {
            let lifted = signed
                .lifted
                .iter()
                .map(MeasureId::as_str)
                .collect::<Vec<_>>()
                .join(", ");
            reached = format!("{reached} lifts {lifted}").trim().to_owned();
        }
        self.row(&event.n.0, what, reached);
        self.check_ids(event, made);
        Ok(())
    }

    /// The numbers that the file expects an order to reach.
    fn check_ids(&mut self, event: &EventSpec, made: &Made) {
        if event.ids.is_empty() || made.orders.is_empty() {
            return;
        }
        let expected: BTreeSet<String> = event.ids.iter().flat_map(|id| numbers(id)).collect();
        let show = |set: &BTreeSet<String>| match (set.first(), set.last()) {
            (Some(first), Some(last)) if set.len() > 3 => {
                format!("{} from {first} to {last}", set.len())
            }
            _ => set.iter().cloned().collect::<Vec<_>>().join(", "),
        };
        let (mut want, mut have) = (show(&expected), show(&made.members));
        if expected != made.members && want == have {
            let odd = expected
                .symmetric_difference(&made.members)
                .cloned()
                .collect::<Vec<_>>();
            want.push_str(" exactly");
            have = format!("{have}, differing in {}", odd.join(", "));
        }
        self.expected(&event.n.0, "numbers reached", want, have);
    }

    fn empty_draft(&self, event: &EventSpec, day: Day) -> Result<Draft, DeskError> {
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
    fn lifted_measures(&self, event: &EventSpec) -> Result<BTreeSet<MeasureId>, DeskError> {
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

    fn policy(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
        fixed: Option<Effect>,
    ) -> Result<(), DeskError> {
        let day = self.desk.clock().today();
        let spec = event.scope.clone().unwrap_or_default();
        let scope = self.scope(&spec, day)?;
        let (exceptions, is_exceptional) = self.exceptions(&spec, day)?;
        let word = spec.rule.as_deref().unwrap_or(if fixed.is_some() {
            "hold"
        } else {
            "case_by_case"
        });
        let effect = match (fixed, word) {
            (Some(effect), _) => Some(effect),
            (None, "presumptive_denial") => Some(Effect::PresumeDenial),
            (None, "assessment") => Some(Effect::CaseByCase),
            // No presumption either way: nothing stands but what is required.
            (None, "case_by_case" | "normal_review") => None,
            (None, other) => Some(scopes::effect(other)?),
        };
        let (en, fr) = title_of(effect);
        let mut rules = Vec::new();
        if let Some(effect) = effect {
            rules.push(Rule {
                effect,
                scope: scope.clone(),
                exceptions,
                cleared_by: match effect {
                    Effect::PresumeDenial if is_exceptional || spec.exception.is_empty() => {
                        Clearance::ExceptionalCircumstances
                    }
                    Effect::CaseByCase => Clearance::Assessment,
                    _ => Clearance::LiftingOnly,
                },
                says: Bilingual::new(en, fr),
            });
        }
        if !event.requires.is_empty() {
            let mut documents: BTreeSet<DocumentKind> = BTreeSet::new();
            for kind in &event.requires {
                documents.insert(self.ident(event, DocumentKind::new(kind))?);
            }
            rules.push(Rule {
                effect: Effect::NeedsDocument,
                scope,
                exceptions: Vec::new(),
                cleared_by: Clearance::Documents { documents },
                says: Bilingual::new("documents are required", "des documents sont exigés"),
            });
        }
        let title = Bilingual::new(
            format!(
                "{en} ({})",
                event.instrument.as_deref().unwrap_or(&event.kind)
            ),
            format!(
                "{fr} ({})",
                event.instrument.as_deref().unwrap_or(&event.kind)
            ),
        );
        let mut draft = self.empty_draft(event, day)?;
        if !rules.is_empty() {
            draft.policies.push(PolicyMeasure {
                id: self.ident(event, MeasureId::new(&format!("MSR-{}", event.n.0)))?,
                instrument: self.instrument(event, "policy", title.clone(), day)?,
                text: Text::Rules { rules },
            });
        }
        if let Some(name) = &event.concludes {
            draft.concludes.insert(self.dialogue_of(event, name)?);
        }
        self.decide(event, draft, &title.en, made)
    }

    fn lift(&mut self, event: &EventSpec, made: &mut Made) -> Result<(), DeskError> {
        let day = self.desk.clock().today();
        let draft = self.empty_draft(event, day)?;
        self.decide(event, draft, "measures are lifted", made)
    }

    fn require_dialogue(&mut self, event: &EventSpec, made: &mut Made) -> Result<(), DeskError> {
        let day = self.desk.clock().today();
        let name = event.name.clone().unwrap_or_else(|| "dialogue".to_owned());
        let dialogue = self.ident(event, DialogueId::new(&name))?;
        let words = Bilingual::new(name.replace('_', " "), name.replace('_', " "));
        let agenda = ["consistency with end-use assurances".to_owned()];
        self.desk
            .open_dialogue(&self.officers.minister, &dialogue, &words, None, &agenda)?;
        self.dialogues.insert(name, dialogue.clone());
        made.dialogue = Some(dialogue.clone());
        let spec = event
            .holds
            .clone()
            .or_else(|| event.scope.clone())
            .unwrap_or_default();
        let (mut exceptions, _) = self.exceptions(&spec, day)?;
        if let Some(word) = &event.except {
            exceptions.push(scopes::programme_exception(word)?);
        }
        let title = Bilingual::new(
            "No further permits before a dialogue has concluded",
            "Aucune autre licence avant la conclusion d’un dialogue",
        );
        let mut draft = self.empty_draft(event, day)?;
        draft.policies.push(PolicyMeasure {
            id: self.ident(event, MeasureId::new(&format!("MSR-{}", event.n.0)))?,
            instrument: self.instrument(event, "policy", title.clone(), day)?,
            text: Text::Rules {
                rules: vec![Rule {
                    effect: Effect::Hold,
                    scope: self.scope(&spec, day)?,
                    exceptions,
                    cleared_by: Clearance::Dialogue { dialogue },
                    says: Bilingual::new(
                        "held until the dialogue has concluded",
                        "en attente jusqu’à la conclusion du dialogue",
                    ),
                }],
            },
        });
        self.decide(event, draft, &title.en, made)
    }

    fn dialogue_of(&self, event: &EventSpec, name: &str) -> Result<DialogueId, DeskError> {
        self.dialogues.get(name).cloned().ok_or_else(|| {
            let says =
                format!("there is no dialogue `{name}`: expected an earlier `require_dialogue`");
            mistaken(&self.scenario.scenario, &event.n.0, says)
        })
    }

    fn step_dialogue(&mut self, event: &EventSpec, step: Step) -> Result<(), DeskError> {
        let name = event.name.clone().unwrap_or_else(|| "dialogue".to_owned());
        let dialogue = self.dialogue_of(event, &name)?;
        self.desk.step_dialogue(
            &self.officers.licensing,
            &dialogue,
            step,
            "as the case has it",
        )?;
        self.row(
            &event.n.0,
            format!("dialogue {name}: {step:?}").to_lowercase(),
            "",
        );
        Ok(())
    }

    fn order(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
        kind: OrderKind,
    ) -> Result<(), DeskError> {
        let day = self.desk.clock().today();
        let verb = self.verb(kind);
        let selection = self.selection(event, kind, day)?;
        let mut ends: BTreeSet<OrderId> = BTreeSet::new();
        if kind == OrderKind::Reinstate {
            for number in &event.lifts {
                let earlier = self.made.get(number);
                ends.extend(earlier.map(|made| made.orders.clone()).unwrap_or_default());
            }
        }
        let title = Bilingual::new(
            format!("{} of permits", capital(&verb.en)),
            format!("{} de licences", capital(&verb.fr)),
        );
        let order = Order {
            id: self.ident(event, OrderId::new(&format!("ORD-{}", event.n.0)))?,
            kind,
            verb,
            selection,
            use_scope: event
                .use_scope
                .as_ref()
                .map(|spec| self.scope(spec, day))
                .transpose()?,
            instrument: self.instrument(event, kind.key(), title.clone(), day)?,
            ends,
            new_terms: BTreeMap::new(),
            from_review: self.review_of(event)?,
            stops_expiry: event.stops_expiry,
            conditions: Vec::new(),
        };
        let mut draft = self.empty_draft(event, day)?;
        // What an order ends is named by the order, not lifted as a policy.
        draft.lifts.clear();
        draft.orders.push(order);
        self.decide(event, draft, &title.en, made)
    }

    fn verb(&self, kind: OrderKind) -> Bilingual {
        let own = self
            .scenario
            .authority
            .as_ref()
            .and_then(|held| held.verbs.get(kind.key()));
        own.map(Words::both).unwrap_or_else(|| match kind {
            OrderKind::Amend => Bilingual::new("amendment", "modification"),
            OrderKind::Suspend => Bilingual::new("suspension", "suspension"),
            OrderKind::Cancel => Bilingual::new("cancellation", "annulation"),
            OrderKind::Reinstate => Bilingual::new("reinstatement", "rétablissement"),
            OrderKind::Annul => {
                Bilingual::new("annulment from issue", "annulation dès la délivrance")
            }
        })
    }

    fn review_of(&self, event: &EventSpec) -> Result<Option<ReviewId>, DeskError> {
        if let Some(number) = &event.from_review {
            let review = self.made.get(number).and_then(|made| made.review.clone());
            return review.map(Some).ok_or_else(|| {
                let says = format!("event {} is no review that has ended", number.0);
                mistaken(&self.scenario.scenario, &event.n.0, says)
            });
        }
        // A cancellation without a scope carries out the last review, if there was one.
        if event.kind == "cancel" && event.scope.is_none() && event.ids.is_empty() {
            return Ok(self
                .made
                .values()
                .rev()
                .find_map(|made| made.review.clone()));
        }
        Ok(None)
    }

    /// Which permits: by scope for a suspension; by the review's outcomes or by number otherwise.
    fn selection(
        &self,
        event: &EventSpec,
        kind: OrderKind,
        day: Day,
    ) -> Result<Selection, DeskError> {
        let lines = BTreeSet::new();
        if let Some(review) = self.review_of(event)? {
            let held = self.desk.review(&review)?;
            let outcome = match kind {
                OrderKind::Suspend => ReviewOutcome::Suspend,
                OrderKind::Reinstate => ReviewOutcome::Reinstate,
                _ => ReviewOutcome::Cancel,
            };
            let permits = held
                .map(|held| held.with_outcome(outcome))
                .unwrap_or_default();
            return Ok(Selection::Named { permits, lines });
        }
        if let Some(spec) = &event.scope {
            let scope = self.scope(spec, day)?;
            if kind == OrderKind::Suspend {
                return Ok(Selection::Scope { scope });
            }
            // Every other kind names its permits: the scope is read now and written out.
            let permits = self.desk.permits_within(&scope)?;
            return Ok(Selection::Named { permits, lines });
        }
        let mut permits: BTreeSet<PermitId> = BTreeSet::new();
        for number in event.ids.iter().flat_map(|id| numbers(id)) {
            permits.insert(self.ident(event, PermitId::new(&number))?);
        }
        Ok(Selection::Named { permits, lines })
    }

    fn assurance(&mut self, event: &EventSpec, made: &mut Made) -> Result<(), DeskError> {
        let day = self.desk.clock().today();
        let form = match event.form.as_deref() {
            Some("certificate") => AssuranceForm::Certificate,
            Some("clause") => AssuranceForm::Clause,
            Some("oral") => AssuranceForm::Oral,
            _ => AssuranceForm::Statement,
        };
        let says = event
            .content
            .clone()
            .unwrap_or_else(|| "as the case has it".to_owned());
        let giver = event
            .by
            .clone()
            .unwrap_or_else(|| "synthetic-consignee".to_owned());
        let assurance = Assurance {
            id: self.ident(event, AssuranceId::new(&format!("ASR-{}", event.n.0)))?,
            form,
            giver: self.ident(event, PartyId::new(&giver))?,
            receiver: event
                .to
                .as_deref()
                .map(|party| self.ident(event, PartyId::new(party)))
                .transpose()?,
            issuing_authority: None,
            signatory: None,
            validity: Period {
                from: day,
                until: None,
            },
            undertakings: vec![
                Undertaking::StatedEndUse {
                    end_use: says.clone(),
                },
                Undertaking::NoRetransferWithoutConsent,
            ],
            says,
            paper: None,
            applications: BTreeSet::new(),
            permits: BTreeSet::new(),
            recorded_by: self.officers.licensing.officer.clone(),
            basis: event.basis,
        };
        let paper = event
            .document
            .as_deref()
            .filter(|_| form != AssuranceForm::Oral);
        let bytes = paper.map(str::as_bytes);
        let id = self
            .desk
            .receive_assurance(&self.officers.licensing, &assurance, bytes)?
            .what;
        self.row(
            &event.n.0,
            format!("assurance {id} is recorded ({form:?})").to_lowercase(),
            "",
        );
        made.assurance = Some(id);
        Ok(())
    }

    fn permit_issued(&mut self, event: &EventSpec, made: &mut Made) -> Result<(), DeskError> {
        let because = event
            .because
            .as_ref()
            .map(|words| words.both().en)
            .or_else(|| {
                event
                    .under
                    .as_ref()
                    .map(|under| format!("{under} (reasons not published)"))
            });
        for number in event.ids.iter().flat_map(|id| numbers(id)) {
            let index = self
                .scenario
                .permits
                .iter()
                .position(|p| numbers(&p.id).contains(&number));
            let index = index.ok_or_else(|| {
                let says = format!("there is no permit {number} in the file");
                mistaken(&self.scenario.scenario, &event.n.0, says)
            })?;
            let needed = self.issue_permit(index, &number, because.as_deref())?;
            made.needed_reason = needed.or(made.needed_reason);
            made.members.insert(number);
        }
        Ok(())
    }

    /// A declaration of some of a permit's only line, as its terms have it unless the event says
    /// otherwise.
    pub(super) fn declaration(
        &self,
        permit: &PermitId,
        event: Option<&EventSpec>,
        quantity: u32,
    ) -> Result<Option<ReleaseRequest>, DeskError> {
        let Some(held) = self.desk.permit(permit, self.desk.now()?)? else {
            return Ok(None);
        };
        let today = self.desk.clock().today();
        let terms = held.terms_on(today);
        let Some(line) = terms.lines.first() else {
            return Ok(None);
        };
        let per_unit = line
            .value
            .zip(line.quantity)
            .and_then(|(value, whole)| value.amount.checked_div(whole.amount));
        let amount = per_unit
            .unwrap_or(Decimal::ONE_HUNDRED)
            .saturating_mul(quantity.into());
        let currency = line.value.map_or("CAD", |value| value.currency.code());
        let value = Money::parse(&amount.round_dp(2).normalize().to_string(), currency)
            .map_err(|mistake| DeskError::mistaken(permit.as_str(), mistake))?;
        let declared = event.and_then(|event| event.destination);
        let destination = declared
            .or_else(|| terms.destinations.first().copied())
            .unwrap_or(domain::country::Country::UNDISCLOSED);
        let final_destination = declared
            .or_else(|| terms.final_destinations.first().copied())
            .unwrap_or(destination);
        let named = |text: Option<&String>| text.map(|id| PartyId::new(id)).transpose();
        let wrong = |m: domain::id::IdMistake| DeskError::mistaken(permit.as_str(), m);
        let consignee = named(event.and_then(|e| e.consignee.as_ref())).map_err(wrong)?;
        let exporter = named(event.and_then(|e| e.exporter.as_ref())).map_err(wrong)?;
        Ok(Some(ReleaseRequest {
            permit: permit.clone(),
            lodged: Lodged {
                office: self.customs_office.clone(),
                declaration: format!("SYN-{permit}-{today}"),
            },
            lines: vec![Declared {
                line: LineNo(1),
                quantity: Quantity::each(quantity),
                value,
                destination,
                final_destination,
                consignee: consignee.or_else(|| terms.consignees.first().cloned()),
                intermediates: terms.intermediates.clone(),
                route: BTreeSet::new(),
                serials: Vec::new(),
                documents: BTreeSet::new(),
                exporter: exporter.or_else(|| terms.exporter.clone()),
                entry: None,
            }],
        }))
    }

    fn shipment(&mut self, event: &EventSpec, leaves: bool) -> Result<(), DeskError> {
        let number = event.permit.clone().unwrap_or_default();
        let permit = self.ident(event, PermitId::new(&number))?;
        let quantity = event.qty.unwrap_or(1);
        let request = self
            .declaration(&permit, Some(event), quantity)?
            .ok_or_else(|| {
                mistaken(
                    &self.scenario.scenario,
                    &event.n.0,
                    format!("there is no permit {number} yet"),
                )
            })?;
        let key = format!("{}/{}", self.scenario.scenario, event.n.0);
        let answer = self
            .desk
            .reserve(&self.officers.customs, &request, &key)?
            .what;
        match answer {
            GateAnswer::Released { shipment, .. } => {
                if leaves {
                    let report = ConfirmExit {
                        amounts: BTreeMap::new(),
                        on: self.desk.clock().today(),
                        is_partial: false,
                        serials: Vec::new(),
                    };
                    self.desk
                        .confirm_exit(&self.officers.customs, &shipment, &report)?;
                }
                let did = if leaves {
                    "leaves"
                } else {
                    "is declared and has not left"
                };
                self.row(
                    &event.n.0,
                    format!("{quantity} of permit {number} {did}"),
                    shipment.as_str(),
                );
            }
            GateAnswer::Refused { reasons } => {
                let why = reasons
                    .iter()
                    .map(|r| r.says.en.as_str())
                    .collect::<Vec<_>>()
                    .join("; ");
                self.row(
                    &event.n.0,
                    format!("a shipment on {number} is refused: {why}"),
                    "",
                );
            }
        }
        Ok(())
    }

    fn register_use(&mut self, event: &EventSpec) -> Result<(), DeskError> {
        let permit = self.ident(
            event,
            PermitId::new(event.permit.as_deref().unwrap_or_default()),
        )?;
        let exporter = self.ident(
            event,
            PartyId::new(event.exporter.as_deref().unwrap_or_default()),
        )?;
        self.desk
            .register_use(&self.officers.exporter, &permit, &exporter)?;
        self.row(
            &event.n.0,
            format!("{exporter} registers for the use of {permit}"),
            "",
        );
        Ok(())
    }

    fn surrender(&mut self, event: &EventSpec) -> Result<(), DeskError> {
        let permit = self.ident(
            event,
            PermitId::new(event.permit.as_deref().unwrap_or_default()),
        )?;
        let by = self.ident(event, PartyId::new(event.by.as_deref().unwrap_or_default()))?;
        self.desk.surrender(&self.officers.exporter, &permit, &by)?;
        self.row(&event.n.0, format!("{by} surrenders {permit}"), "");
        Ok(())
    }

    fn withdraw(&mut self, event: &EventSpec) -> Result<(), DeskError> {
        let id = event.application.as_deref().unwrap_or_default();
        let id = self.ident(event, domain::id::ApplicationId::new(id))?;
        self.desk.withdraw(&self.officers.exporter, &id)?;
        self.row(&event.n.0, format!("application {id} is withdrawn"), "");
        Ok(())
    }

    fn evidence(&mut self, event: &EventSpec, made: &mut Made) -> Result<(), DeskError> {
        let is_humanitarian = event.purpose.as_deref() == Some("humanitarian");
        let source = event.source.clone().or_else(|| event.actor.clone());
        let source = source.unwrap_or_else(|| "as the case has it".to_owned());
        let title = match (&event.item, event.places.is_empty()) {
            (Some(item), _) => format!(
                "{item} found in {}",
                event.found_in.as_deref().unwrap_or("—")
            ),
            (None, false) => format!("report of {source} on {}", event.places.join(", ")),
            (None, true) => format!("report of {source}"),
        };
        let observed = event.item.as_ref().map(|item| Observed {
            marks: vec![item.clone()],
            serial: event.serial.clone().filter(|serial| serial != "synthetic"),
            made: event.made.clone(),
            fitted: event.fitted.clone(),
            hours: event.hours,
            found_in: event.found_in.clone(),
            held_by: None,
        });
        let evidence = Evidence {
            id: self.ident(event, EvidenceId::new(&format!("EVD-{}", event.n.0)))?,
            title: title.clone(),
            source,
            repeats: BTreeSet::new(),
            obtained: "as the case has it".to_owned(),
            is_humanitarian,
            digest: None,
            marking: None,
            observed,
            custody: Vec::new(),
            grade: None,
            received_on: self.desk.clock().today(),
            received_by: self.officers.monitor.officer.clone(),
            basis: event.basis,
        };
        let id = self
            .desk
            .receive_evidence(&self.officers.monitor, &evidence, None)?
            .what;
        made.evidence = Some(id.clone());
        let mut reached = String::new();
        if let Some(spec) = &event.link {
            let confidence = match spec.confidence.as_str() {
                "strong" => LinkConfidence::Strong,
                "inferred" => LinkConfidence::Inferred,
                _ => LinkConfidence::Category,
            };
            let link = Link {
                to: LinkTarget::Permit {
                    permit: self.ident(event, PermitId::new(&spec.permit))?,
                },
                confidence,
                reasons: spec
                    .reasons
                    .clone()
                    .unwrap_or_else(|| "as the case has it".to_owned()),
                by: self.officers.monitor.officer.clone(),
                on: self.desk.clock().today(),
            };
            self.desk
                .link_evidence(&self.officers.monitor, &id, &link)?;
            reached = format!("{} ({})", spec.permit, spec.confidence);
        }
        self.row(&event.n.0, title, reached);
        Ok(())
    }

    fn investigation(&mut self, event: &EventSpec) -> Result<(), DeskError> {
        let gathered: BTreeSet<EvidenceId> = self
            .made
            .values()
            .filter_map(|made| made.evidence.clone())
            .collect();
        let allegation = self.ident(event, AllegationId::new(&format!("ALG-{}", event.n.0)))?;
        let says = "items were used by somebody who was not authorised";
        self.desk
            .open_allegation(&self.officers.monitor, &allegation, says, &gathered)?;
        let id = self.ident(event, InvestigationId::new(&format!("INV-{}", event.n.0)))?;
        let mandate = "establish whether it is so, and by whom";
        self.desk
            .open_investigation(&self.officers.monitor, &id, Some(&allegation), mandate)?;
        self.row(
            &event.n.0,
            format!("investigation {id} is opened"),
            "no permit changes",
        );
        Ok(())
    }

    fn review(&mut self, event: &EventSpec, made: &mut Made, part: Part) -> Result<(), DeskError> {
        let day = self.desk.clock().today();
        let id = self.ident(event, ReviewId::new(&format!("REV-{}", event.n.0)))?;
        if part != Part::End {
            let spec = event.scope.clone().unwrap_or_default();
            let standings = spec
                .permits
                .as_ref()
                .map(|many| many.list())
                .unwrap_or_default();
            let standings: BTreeSet<Standing> = standings
                .iter()
                .filter_map(|word| match word.as_str() {
                    "suspended" => Some(Standing::Suspended),
                    "valid" => Some(Standing::InForce),
                    _ => None,
                })
                .collect();
            let mut consults: BTreeSet<PartyId> = BTreeSet::new();
            for body in &event.consulted {
                consults.insert(self.ident(event, PartyId::new(body))?);
            }
            let request = OpenReview {
                review: id.clone(),
                mandate: Bilingual::new(
                    "review every suspended and valid permit in the scope",
                    "examiner toute licence suspendue ou valide dans la portée",
                ),
                scope: self.scope(&spec, day)?,
                standings,
                consults,
            };
            let count = self
                .desk
                .open_review(&self.officers.deciding, &request)?
                .what;
            made.review = Some(id.clone());
            self.row(
                &event.n.0,
                format!("review {id} is opened"),
                format!("{count} permits"),
            );
        }
        if part != Part::Begin {
            self.end_review(event, &id)?;
        }
        Ok(())
    }

    fn end_review(&mut self, event: &EventSpec, id: &ReviewId) -> Result<(), DeskError> {
        let officer = &self.officers.licensing;
        for body in &event.consulted {
            let body = self.ident(event, PartyId::new(body))?;
            let text = "synthetic: consulted, as the case has it";
            let position = AdvicePosition::NoObjection;
            self.desk
                .advise_review(&self.officers.consulted, id, &body, position, text)?;
        }
        for (question, answer) in &event.answers {
            let question = self.ident(event, QuestionId::new(question))?;
            let reasons = "as the published report has it";
            self.desk
                .answer_in_review(officer, id, &question, answer, reasons)?;
        }
        let Some(held) = self.desk.review(id)? else {
            return Ok(());
        };
        let mut outcomes = BTreeMap::new();
        for permit in held.members.keys() {
            let now = self.desk.standing(permit, self.desk.now()?)?;
            let (standing, word) = match now.map(|held| held.standing) {
                Some(Standing::Suspended) => ("suspended", "keep_suspended"),
                _ => ("valid", "keep_in_force"),
            };
            let word = event.outcomes.get(standing).map_or(word, String::as_str);
            let outcome = outcome(word).ok_or_else(|| {
                let says = format!("`{word}` is not an outcome of a review");
                mistaken(&self.scenario.scenario, &event.n.0, says)
            })?;
            outcomes.insert(
                permit.clone(),
                (
                    outcome,
                    format!("{permit}: stood {standing} at the end of the review"),
                ),
            );
        }
        self.desk.record_outcomes(officer, id, &outcomes)?;
        self.desk
            .conclude_review(&self.officers.deciding, id, &self.scenario.unknown)?;
        let cancel = outcomes
            .values()
            .filter(|(held, _)| *held == ReviewOutcome::Cancel)
            .count();
        let kept = outcomes.len().saturating_sub(cancel);
        self.row(
            &event.n.0,
            format!("review {id} is concluded"),
            format!("{cancel} to cancel, {kept} others"),
        );
        Ok(())
    }
}

fn outcome(word: &str) -> Option<ReviewOutcome> {
    Some(match word {
        "keep_in_force" => ReviewOutcome::KeepInForce,
        "keep_suspended" => ReviewOutcome::KeepSuspended,
        "suspend" => ReviewOutcome::Suspend,
        "reinstate" => ReviewOutcome::Reinstate,
        "cancel" => ReviewOutcome::Cancel,
        "cancel_and_reinstate" => ReviewOutcome::CancelAndReinstate,
        _ => return None,
    })
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|c| c.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

const fn title_of(effect: Option<Effect>) -> (&'static str, &'static str) {
    match effect {
        Some(Effect::Bar) => ("No permits are issued", "Aucune licence n’est délivrée"),
        Some(Effect::Hold) => (
            "The issue of permits is paused",
            "La délivrance de licences est suspendue",
        ),
        Some(Effect::PresumeDenial) => (
            "Applications are presumptively denied",
            "Les demandes sont présumées refusées",
        ),
        Some(Effect::NeedsDocument) => ("Documents are required", "Des documents sont exigés"),
        Some(Effect::NeedsConsultation) => {
            ("Consultation is required", "Une consultation est exigée")
        }
        Some(Effect::CaseByCase) => (
            "Applications are assessed case by case",
            "Les demandes sont évaluées au cas par cas",
        ),
        None => ("No presumption either way", "Aucune présomption"),
    }
}
