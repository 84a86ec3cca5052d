//! Applications of a case: received, and turned into permits.

use std::collections::BTreeSet;

use domain::application::submit::SubmitApplication;
use domain::id::{ApplicationId, DocumentKind, PermitId};
use domain::language::Bilingual;
use domain::party::Basis;
use domain::permit::{Movement, Terms};
use domain::time::Day;
use intake::scenario::{ApplicationSpec, Many, PermitSpec};

use super::cast::YEARS_VALID;
use super::licensing::Decided;
use super::stage::Stage;
use super::words::both;
use crate::answer::DeskError;

impl Stage<'_> {
    /// Submits an application of the file.
    pub(super) fn submit(&mut self, index: usize) -> Result<(), DeskError> {
        let today = self.desk.clock().today();
        let Some(spec) = self.scenario.applications.get(index) else {
            return Ok(());
        };
        let terms = self.application_terms(spec, today)?;
        let mut documents: BTreeSet<DocumentKind> = BTreeSet::new();
        for kind in &spec.documents {
            documents.insert(self.id(DocumentKind::new(kind))?);
        }
        if spec.reexport_statement == Some(true) {
            for kind in ["end_use_assurance", "statement_on_reexport_to_non_nato"] {
                documents.insert(self.id(DocumentKind::new(kind))?);
            }
        }
        let id = self.id(ApplicationId::new(&spec.id))?;
        self.receive(&id, terms, documents, spec.basis)?;
        let what = both(
            format!("application {} is received", spec.id),
            format!("la demande {} est reçue", spec.id),
        );
        self.row("", what, Bilingual::default());
        Ok(())
    }

    fn application_terms(&self, spec: &ApplicationSpec, day: Day) -> Result<Terms, DeskError> {
        let by_role = |role: &str| {
            let found = self
                .scenario
                .parties
                .iter()
                .find(|p| p.role.as_deref() == Some(role));
            found.map(|party| party.id.clone())
        };
        let holder = spec
            .holder
            .clone()
            .or_else(|| by_role("exporter"))
            .unwrap_or_else(|| "synthetic-exporter".to_owned());
        let consignee = spec.consignee.clone().unwrap_or_else(|| {
            let first = by_role("consignee");
            Many::One(first.unwrap_or_else(|| "synthetic-consignee".to_owned()))
        });
        let as_permit = PermitSpec {
            id: spec.id.clone(),
            holder: Some(holder),
            consignee: Some(consignee),
            kind: spec.kind.clone(),
            lines: spec.lines.clone(),
            item_group: spec.item_group,
            entry: spec.entry.clone(),
            goods: spec.goods.clone(),
            destination: spec.destination.clone(),
            final_destination: spec.final_destination.clone(),
            nato_programme: spec.nato_programme,
            programmes: spec.programmes.clone(),
            intermediate: spec.intermediate.clone(),
            end_user: spec.end_user.clone(),
            qty: spec.qty,
            unit_value: spec.unit_value,
            currency: spec.currency.clone(),
            platform: spec.platform.clone(),
            platform_classes: spec.platform_classes.clone(),
            end_use: spec.end_use.clone(),
            brokers: spec.brokers.clone(),
            movement: spec.movement.clone(),
            return_by: spec.return_by,
            leaves_from: spec.leaves_from,
            end_user_country: spec.end_user_country,
            integrator: spec.integrator.clone(),
            model: spec.model.clone(),
            serials: spec.serials.clone(),
            basis: spec.basis,
            ..PermitSpec::default()
        };
        let mut terms = self.permit_terms(&as_permit, day)?;
        if spec.brokering {
            let from = spec.leaves_from;
            terms.movement = Movement::Brokering { from };
        }
        Ok(terms)
    }

    /// Issues the permit of an application of the file. Gives what [`Stage::issue_permit`] gives.
    pub(super) fn issue_on(
        &mut self,
        spec: &ApplicationSpec,
        number: &str,
        decided: &Decided,
    ) -> Result<Option<bool>, DeskError> {
        let permit = self.id(PermitId::new(number))?;
        let id = self.id(ApplicationId::new(&spec.id))?;
        let today = self.desk.clock().today();
        let last_day = decided
            .last_day
            .unwrap_or_else(|| today.plus_months(YEARS_VALID * 12));
        let needed = self.clear_and_issue(&id, &permit, Some(last_day), decided)?;
        let (en, fr) = match needed {
            Some(_) => (" under an exception", " au titre d’une exception"),
            None => ("", ""),
        };
        let word = self.permit_word();
        let what = both(
            format!("{} {number} is issued on application {id}{en}", word.en),
            format!("{} {number} : délivrance sur la demande {id}{fr}", word.fr),
        );
        self.row("", what, Bilingual::default());
        Ok(needed)
    }

    pub(super) fn receive(
        &self,
        id: &ApplicationId,
        terms: Terms,
        documents: BTreeSet<DocumentKind>,
        basis: Option<Basis>,
    ) -> Result<(), DeskError> {
        let applicant = terms
            .exporter
            .clone()
            .ok_or_else(|| DeskError::mistaken(id.as_str(), "expected an exporter"))?;
        let request = SubmitApplication {
            application: id.clone(),
            applicant,
            terms,
            documents,
            copied_from: None,
            basis,
        };
        self.desk
            .submit_application(&self.officers.exporter, &request, None)
            .map(drop)
    }
}
