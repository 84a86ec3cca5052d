//! What is decided on applications and permits in a case, besides issue: refusals, information,
//! advice, amendments, registrations that end.

use super::super::cast::numbers;
use super::super::stage::{Made, Stage, mistaken};
use super::super::words::{both, same};
use crate::answer::DeskError;
use domain::advice::AdvicePosition;
use domain::application::Outcome;
use domain::application::refuse::RefuseApplication;
use domain::event::AdviceGiven;
use domain::id::{ApplicationId, DocumentKind, Ground, OrderId, PartyId, PermitId};
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::law::Law;
use domain::measure::{Order, OrderKind, Selection};
use domain::permit::Terms;
use domain::permit::amend::AmendPermit;
use domain::quantity::Quantity;
use intake::scenario::{EventSpec, Many, Words};
use std::collections::{BTreeMap, BTreeSet};

impl Stage<'_> {
    fn application_of(&self, event: &EventSpec) -> Result<ApplicationId, DeskError> {
        self.ident(
            event,
            ApplicationId::new(event.application.as_deref().unwrap_or_default()),
        )
    }

    fn permit_of(&self, event: &EventSpec) -> Result<PermitId, DeskError> {
        self.ident(
            event,
            PermitId::new(event.permit.as_deref().unwrap_or_default()),
        )
    }

    /// An application is refused, on a recommendation to refuse.
    pub(in crate::scenario) fn refuse(&mut self, event: &EventSpec) -> Result<(), DeskError> {
        let id = self.application_of(event)?;
        let reasons = event
            .reasons
            .as_ref()
            .or(event.because.as_ref())
            .map(Words::both);
        let reasons = reasons.map_or_else(|| "as the case has it".to_owned(), |words| words.en);
        let mut grounds: BTreeSet<Ground> = BTreeSet::new();
        for ground in event.grounds.iter().chain(&event.ground) {
            grounds.insert(self.ident(event, Ground::new(ground))?);
        }
        if grounds.is_empty() {
            grounds.insert(self.ident(event, Ground::new("policy"))?);
        }
        let law: BTreeSet<Law> = event.law.iter().cloned().collect();
        let officer = &self.officers.licensing;
        self.desk
            .recommend(officer, &id, Outcome::Refuse, &reasons, &[])?;
        let request = RefuseApplication {
            grounds,
            law,
            reasons,
            determined_by: Vec::new(),
        };
        self.desk.refuse(&self.officers.minister, &id, &request)?;
        let what = both(
            format!("application {id} is refused"),
            format!("la demande {id} est refusée"),
        );
        self.row(&event.n.0, what, Bilingual::default());
        Ok(())
    }

    /// Documents that were lacking come in.
    pub(in crate::scenario) fn documents(&mut self, event: &EventSpec) -> Result<(), DeskError> {
        let id = self.application_of(event)?;
        let mut documents: BTreeSet<DocumentKind> = BTreeSet::new();
        for kind in &event.declared.documents {
            documents.insert(self.ident(event, DocumentKind::new(kind))?);
        }
        let questions = ["the documents that are lacking".to_owned()];
        let today = self.desk.clock().today();
        let (licensing, exporter) = (&self.officers.licensing, &self.officers.exporter);
        self.desk
            .request_information(licensing, &id, &questions, today.plus_months(1))?;
        let answers = ["as the case has it".to_owned()];
        self.desk
            .receive_information(exporter, &id, &answers, &documents)?;
        let listed = event.declared.documents.join(", ");
        let what = both(
            format!("application {id}: documents come in"),
            format!("demande {id} : des documents arrivent"),
        );
        self.row(&event.n.0, what, same(listed));
        Ok(())
    }

    /// A consulted body advises on an application.
    pub(in crate::scenario) fn advice(&mut self, event: &EventSpec) -> Result<(), DeskError> {
        let id = self.application_of(event)?;
        let body = event.by.as_deref().unwrap_or_default();
        let body = self.ident(event, PartyId::new(body))?;
        let position = match event.position.as_deref() {
            Some("refuse") => AdvicePosition::Refuse,
            Some("issue_with_conditions") => AdvicePosition::IssueWithConditions,
            Some("no_view") => AdvicePosition::NoView,
            _ => AdvicePosition::NoObjection,
        };
        let advice = AdviceGiven {
            application: id.clone(),
            body: body.clone(),
            lines: BTreeSet::new(),
            about: None,
            position,
            text: "as the case has it".to_owned(),
            conditions: Vec::new(),
            criteria: BTreeSet::new(),
            by: self.officers.consulted.officer.clone(),
            on: self.desk.clock().today(),
        };
        self.desk.advise(&self.officers.consulted, &id, advice)?;
        let what = both(
            format!("{body} advises on application {id}"),
            format!("{body} donne son avis sur la demande {id}"),
        );
        self.row(&event.n.0, what, Bilingual::default());
        Ok(())
    }

    /// An exporter's registration for a general permit ends.
    pub(in crate::scenario) fn end_use(&mut self, event: &EventSpec) -> Result<(), DeskError> {
        let permit = self.permit_of(event)?;
        let exporter = event.declared.exporter.as_deref().unwrap_or_default();
        let exporter = self.ident(event, PartyId::new(exporter))?;
        let because = event.because.as_ref().map(Words::both);
        let because = because.map_or_else(|| "as the case has it".to_owned(), |words| words.en);
        self.desk
            .end_use(&self.officers.deciding, &permit, &exporter, &because)?;
        let what = both(
            format!("the registration of {exporter} for {permit} ends"),
            format!("l’inscription de {exporter} pour {permit} prend fin"),
        );
        self.row(&event.n.0, what, Bilingual::default());
        Ok(())
    }

    /// A permit's terms as an event changes them.
    fn changed(&self, event: &EventSpec, permit: &PermitId) -> Result<Terms, DeskError> {
        let today = self.desk.clock().today();
        let held = self.desk.permit(permit, self.desk.now()?)?.ok_or_else(|| {
            let says = format!("there is no permit {permit} yet");
            mistaken(&self.scenario.scenario, &event.n.0, says)
        })?;
        let mut terms = held.terms_on(today).clone();
        let no = LineNo(event.declared.line.unwrap_or(1));
        if let Some(quantity) = event.declared.qty
            && let Some(line) = terms.lines.iter_mut().find(|line| line.no == no)
        {
            let quantity = Quantity::each(quantity);
            // The value follows the quantity, so that a unit stays worth what it was.
            if let (Some(value), Some(whole)) = (line.value.as_mut(), line.quantity)
                && let Some(per_unit) = value.amount.checked_div(whole.amount)
            {
                value.amount = per_unit.saturating_mul(quantity.amount).round_dp(2);
            }
            line.quantity = Some(quantity);
        }
        if let Some(places) = &event.destinations {
            terms.destinations = places.list().into_iter().collect();
        }
        if let Some(places) = &event.final_destinations {
            terms.final_destinations = places.list().into_iter().collect();
        }
        if let Some(parties) = &event.consignees {
            let parties = Many::list(parties);
            let ids: Result<BTreeSet<PartyId>, DeskError> = parties
                .iter()
                .map(|id| self.ident(event, PartyId::new(id)))
                .collect();
            terms.consignees = ids?;
        }
        if let Some(spec) = &event.conditions {
            terms.conditions = self.conditions(spec)?;
        }
        Ok(terms)
    }

    /// The holder asks for other terms, and the permit is amended.
    pub(in crate::scenario) fn amendment(&mut self, event: &EventSpec) -> Result<(), DeskError> {
        let permit = self.permit_of(event)?;
        let terms = self.changed(event, &permit)?;
        let held = self.desk.permit(&permit, self.desk.now()?)?;
        let today = self.desk.clock().today();
        let last_day = held.and_then(|held| held.version_on(today).and_then(|v| v.last_day));
        let reason = event.because.as_ref().map(Words::both);
        let request = AmendPermit {
            permit: permit.clone(),
            terms,
            last_day: event.last_day.map(|when| when.day).or(last_day),
            reason: reason.map_or_else(|| "as the case has it".to_owned(), |words| words.en),
            effective_from: event.from.map_or(today, |when| when.day),
        };
        self.desk.amend(&self.officers.minister, &request)?;
        let word = self.permit_word();
        let what = both(
            format!("{} {permit} is amended at its holder’s request", word.en),
            format!(
                "{} {permit} : modification à la demande du titulaire",
                word.fr
            ),
        );
        self.row(&event.n.0, what, Bilingual::default());
        Ok(())
    }

    /// The authority amends permits of its own motion, or ends the conditions of a reinstatement.
    pub(in crate::scenario) fn amend_order(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let day = self.desk.clock().today();
        let mut permits: BTreeSet<PermitId> = BTreeSet::new();
        for number in event.ids.iter().flat_map(|id| numbers(id)) {
            permits.insert(self.ident(event, PermitId::new(&number))?);
        }
        let mut new_terms = BTreeMap::new();
        for permit in &permits {
            new_terms.insert(permit.clone(), self.changed(event, permit)?);
        }
        let mut ends: BTreeSet<OrderId> = BTreeSet::new();
        for number in &event.lifts {
            let earlier = self.made.get(number);
            ends.extend(earlier.map(|made| made.orders.clone()).unwrap_or_default());
        }
        let verb = self.verb(OrderKind::Amend);
        let title = self.order_title(&verb);
        let order = Order {
            id: self.ident(event, OrderId::new(&format!("ORD-{}", event.n.0)))?,
            kind: OrderKind::Amend,
            verb,
            selection: Selection::Named {
                permits,
                lines: BTreeSet::new(),
            },
            use_scope: None,
            instrument: self.instrument(event, "amend", title.clone(), day)?,
            ends,
            new_terms,
            from_review: None,
            stops_expiry: false,
            conditions: Vec::new(),
        };
        let mut draft = self.empty_draft(event, day)?;
        draft.lifts.clear();
        draft.orders.push(order);
        self.decide(event, draft, title, made)
    }
}
