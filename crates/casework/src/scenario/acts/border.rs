//! Permits, shipments and what exporters do in a case.

use super::super::cast::numbers;
use super::super::stage::{Made, Stage, mistaken};
use super::super::words::{both, same};
use crate::answer::DeskError;
use crate::gate::{GateAnswer, ReleaseRequest};
use domain::facts::{Declared, Lodged};
use domain::id::{PartyId, PermitId};
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::money::Money;
use domain::quantity::Quantity;
use domain::shipment::confirm_exit::ConfirmExit;
use intake::scenario::EventSpec;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

impl Stage<'_> {
    pub(in crate::scenario) fn permit_issued(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
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
    pub(in crate::scenario) fn declaration(
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
        // A general permit has no holder: an exporter who is registered for its use declares.
        let registered = match &terms.exporter {
            Some(_) => None,
            None => crate::reading::find::<domain::view::Registrations>(
                self.desk.reading()?.as_ref(),
                permit.as_str(),
            )?
            .and_then(|held| held.on(today).into_iter().next()),
        };
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
                exporter: exporter.or_else(|| terms.exporter.clone()).or(registered),
                entry: None,
                end_user: None,
                model: None,
            }],
        }))
    }

    pub(in crate::scenario) fn shipment(
        &mut self,
        event: &EventSpec,
        leaves: bool,
    ) -> Result<(), DeskError> {
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
                let (en, fr) = if leaves {
                    ("leaves", "sort")
                } else {
                    (
                        "is declared and has not left",
                        "est déclaré et n’est pas sorti",
                    )
                };
                let what = both(
                    format!("{quantity} of permit {number} {en}"),
                    format!("{quantity} de la licence {number} {fr}"),
                );
                self.row(&event.n.0, what, same(shipment.as_str()));
            }
            GateAnswer::Refused { reasons } => {
                let (en, fr): (Vec<&str>, Vec<&str>) = reasons
                    .iter()
                    .map(|r| (r.says.en.as_str(), r.says.fr.as_str()))
                    .unzip();
                let what = both(
                    format!("a shipment on {number} is refused: {}", en.join("; ")),
                    format!("un envoi sur {number} est refusé : {}", fr.join(" ; ")),
                );
                self.row(&event.n.0, what, Bilingual::default());
            }
        }
        Ok(())
    }

    pub(in crate::scenario) fn register_use(&mut self, event: &EventSpec) -> Result<(), DeskError> {
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
        let what = both(
            format!("{exporter} registers for the use of {permit}"),
            format!("{exporter} s’inscrit pour l’usage de {permit}"),
        );
        self.row(&event.n.0, what, Bilingual::default());
        Ok(())
    }

    pub(in crate::scenario) fn surrender(&mut self, event: &EventSpec) -> Result<(), DeskError> {
        let permit = self.ident(
            event,
            PermitId::new(event.permit.as_deref().unwrap_or_default()),
        )?;
        let by = self.ident(event, PartyId::new(event.by.as_deref().unwrap_or_default()))?;
        self.desk.surrender(&self.officers.exporter, &permit, &by)?;
        let what = both(
            format!("{by} surrenders {permit}"),
            format!("{by} remet {permit}"),
        );
        self.row(&event.n.0, what, Bilingual::default());
        Ok(())
    }

    pub(in crate::scenario) fn withdraw(&mut self, event: &EventSpec) -> Result<(), DeskError> {
        let id = event.application.as_deref().unwrap_or_default();
        let id = self.ident(event, domain::id::ApplicationId::new(id))?;
        self.desk.withdraw(&self.officers.exporter, &id)?;
        let what = both(
            format!("application {id} is withdrawn"),
            format!("la demande {id} est retirée"),
        );
        self.row(&event.n.0, what, Bilingual::default());
        Ok(())
    }
}
