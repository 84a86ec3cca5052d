//! Conditions and undertakings of the file as those of the domain.

use super::super::stage::Stage;
use super::super::words::both;
use crate::answer::DeskError;
use domain::assurance::Undertaking;
use domain::country::Country;
use domain::id::{DocumentKind, OfficeId, PartyId};
use domain::item::{Condition, ConditionKind};
use domain::quantity::Quantity;
use intake::scenario::{ConditionsSpec, UndertakingsSpec, Words};

impl Stage<'_> {
    /// Conditions, each by its own key.
    pub(in crate::scenario) fn conditions(
        &self,
        spec: &ConditionsSpec,
    ) -> Result<Vec<Condition>, DeskError> {
        let mut held = Vec::new();
        let mut add = |duty, en, fr| held.push(condition(duty, en, fr));
        if !spec.route_must_avoid.is_empty() {
            let (countries, shown) = places(&spec.route_must_avoid);
            let duty = ConditionKind::RouteMustAvoid { countries };
            add(
                duty,
                format!("not by way of {shown}"),
                format!("sans passer par {shown}"),
            );
        }
        if !spec.destination_must_be.is_empty() {
            let (countries, shown) = places(&spec.destination_must_be);
            let duty = ConditionKind::DestinationMustBe { countries };
            add(
                duty,
                format!("to {shown} only"),
                format!("vers {shown} seulement"),
            );
        }
        if !spec.consignee_must_be.is_empty() {
            let consignees = self.parties(&spec.consignee_must_be)?;
            let shown = spec.consignee_must_be.join(", ");
            let duty = ConditionKind::ConsigneeMustBe { consignees };
            add(
                duty,
                format!("to {shown} only"),
                format!("à {shown} seulement"),
            );
        }
        held.extend(self.duties(spec)?);
        held.extend(self.other_conditions(spec)?);
        Ok(held)
    }

    /// Where the goods leave, and what is owed after they have left.
    fn duties(&self, spec: &ConditionsSpec) -> Result<Vec<Condition>, DeskError> {
        let mut held = Vec::new();
        let mut add = |duty, en, fr| held.push(condition(duty, en, fr));
        if !spec.office_must_be.is_empty() {
            let offices = spec.office_must_be.iter();
            let offices = offices.map(|office| self.id(OfficeId::new(office)));
            let shown = spec.office_must_be.join(", ");
            let duty = ConditionKind::OfficeMustBe {
                offices: offices.collect::<Result<_, _>>()?,
            };
            add(
                duty,
                format!("through {shown} only"),
                format!("par {shown} seulement"),
            );
        }
        if let Some(within_days) = spec.verify_delivery_days {
            add(
                ConditionKind::VerifyDelivery { within_days },
                format!("delivery is verified within {within_days} days"),
                format!("la livraison est vérifiée dans les {within_days} jours"),
            );
        }
        if let Some(within_days) = spec.report_use_days {
            add(
                ConditionKind::ReportUse { within_days },
                format!("use is reported within {within_days} days of each half-year"),
                format!("l’usage est déclaré dans les {within_days} jours de chaque semestre"),
            );
        }
        Ok(held)
    }

    /// The conditions on papers, amounts and days.
    fn other_conditions(&self, spec: &ConditionsSpec) -> Result<Vec<Condition>, DeskError> {
        let mut held = Vec::new();
        let mut add = |duty, en, fr| held.push(condition(duty, en, fr));
        if let Some(document) = &spec.show_document {
            let duty = ConditionKind::ShowDocument {
                document: self.id(DocumentKind::new(document))?,
            };
            add(
                duty,
                format!("{document} is shown"),
                format!("{document} est présenté"),
            );
        }
        if spec.declare_serials {
            let (en, fr) = (
                "serial numbers are declared",
                "les numéros de série sont déclarés",
            );
            add(ConditionKind::DeclareSerials, en.to_owned(), fr.to_owned());
        }
        if let Some(most) = spec.quantity_at_most {
            let quantity = Quantity::each(most);
            let duty = ConditionKind::QuantityAtMost { quantity };
            add(
                duty,
                format!("at most {most} in all"),
                format!("au plus {most} en tout"),
            );
        }
        if let Some(when) = spec.leave_by {
            let last_day = when.day;
            let duty = ConditionKind::LeaveBy { last_day };
            add(
                duty,
                format!("declared by {last_day}"),
                format!("déclaré au plus tard le {last_day}"),
            );
        }
        if let Some(words) = spec.other.as_ref().map(Words::both) {
            add(ConditionKind::Other, words.en, words.fr);
        }
        Ok(held)
    }

    fn parties(&self, names: &[String]) -> Result<Vec<PartyId>, DeskError> {
        names
            .iter()
            .map(|name| self.id(PartyId::new(name)))
            .collect()
    }

    /// Undertakings, each by its own key.
    pub(in crate::scenario) fn undertakings(
        &self,
        spec: &UndertakingsSpec,
    ) -> Result<Vec<Undertaking>, DeskError> {
        let mut held = Vec::new();
        if let Some(end_use) = spec.end_use.clone() {
            held.push(Undertaking::StatedEndUse { end_use });
        }
        if !spec.end_users.is_empty() {
            let end_users = self.parties(&spec.end_users)?.into_iter().collect();
            held.push(Undertaking::PermittedEndUsers { end_users });
        }
        if !spec.territory.is_empty() {
            held.push(Undertaking::PermittedTerritory {
                countries: spec.territory.iter().copied().collect(),
                places: Vec::new(),
            });
        }
        if !spec.resale_only_to.is_empty() {
            let countries = spec.resale_only_to.iter().copied().collect();
            held.push(Undertaking::ResaleOnlyTo { countries });
        }
        if spec.no_retransfer {
            held.push(Undertaking::NoRetransferWithoutConsent);
        }
        if spec.right_of_verification {
            held.push(Undertaking::RightOfVerification);
        }
        if let Some(will_transfer) = spec.onward_transfer {
            let to = None;
            held.push(Undertaking::OnwardTransferStatement { will_transfer, to });
        }
        if let Some(when) = spec.delivery_by {
            held.push(Undertaking::DeliveryVerification { by: when.day });
        }
        Ok(held)
    }
}

fn condition(duty: ConditionKind, en: String, fr: String) -> Condition {
    Condition {
        duty,
        text: both(en, fr),
        law: None,
    }
}

/// Countries, and how they are shown.
fn places(countries: &[Country]) -> (Vec<Country>, String) {
    let shown: Vec<&str> = countries.iter().map(Country::as_str).collect();
    (countries.to_vec(), shown.join(", "))
}
