//! Permits, shipments and what exporters do in a case.

use super::super::cast::numbers;
use super::super::licensing::Decided;
use super::super::stage::{Made, Stage, mistaken};
use super::super::words::{both, same};
use crate::answer::DeskError;
use crate::gate::{GateAnswer, ReleaseRequest};
use domain::country::Country;
use domain::facts::{Declared, Lodged};
use domain::id::{DocumentKind, OfficeId, PartyId, PermitId};
use domain::item::{Line, LineNo};
use domain::language::Bilingual;
use domain::money::{Currency, Money};
use domain::permit::{PermitKind, Terms};
use domain::quantity::{AmountMistake, Quantity};
use domain::shipment::confirm_exit::ConfirmExit;
use intake::scenario::{DeclaredLineSpec, DeclaredSpec, EventSpec};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

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
        let decided = Decided {
            exception: because,
            last_day: event.last_day.map(|when| when.day),
            conditions: match &event.conditions {
                Some(spec) => self.conditions(spec)?,
                None => Vec::new(),
            },
            may_be_refused: super::expects_refusal(event),
        };
        for number in event.ids.iter().flat_map(|id| numbers(id)) {
            let case = self.scenario;
            let mut applied = case.applications.iter();
            let applied = applied.find(|held| held.permit.as_deref() == Some(&number));
            let mut permits = case.permits.iter();
            let index = permits.position(|p| numbers(&p.id).contains(&number));
            let needed = match (applied, index) {
                (Some(spec), _) => self.issue_on(spec, &number, &decided)?,
                (None, Some(index)) => self.issue_permit(index, &number, &decided)?,
                (None, None) => {
                    let says = format!("there is no permit {number} in the file");
                    return Err(mistaken(&case.scenario, &event.n.0, says));
                }
            };
            made.needed_reason = needed.or(made.needed_reason);
            made.members.insert(number);
        }
        Ok(())
    }

    /// A declaration of some of a permit, as its terms have it unless the event says otherwise: of
    /// one line, or of the lines that the event lists. None where the permit or a line is not there.
    pub(in crate::scenario) fn declaration(
        &self,
        permit: &PermitId,
        spec: &DeclaredSpec,
    ) -> Result<Option<ReleaseRequest>, DeskError> {
        let Some(held) = self.desk.permit(permit, self.desk.now()?)? else {
            return Ok(None);
        };
        let today = self.desk.clock().today();
        let terms = held.terms_on(today);
        let mut lines = Vec::new();
        for one in each_line(spec) {
            let Some(declared) = self.declared(permit, terms, &one)? else {
                return Ok(None);
            };
            lines.push(declared);
        }
        let office = match &spec.office {
            Some(office) => self.id(OfficeId::new(office))?,
            None => self.customs_office.clone(),
        };
        Ok(Some(ReleaseRequest {
            permit: permit.clone(),
            lodged: Lodged {
                office,
                declaration: format!("SYN-{permit}-{today}"),
            },
            lines,
        }))
    }

    /// One line of a declaration; none where the permit has no such line.
    fn declared(
        &self,
        permit: &PermitId,
        terms: &Terms,
        spec: &DeclaredSpec,
    ) -> Result<Option<Declared>, DeskError> {
        let quantity = spec.qty.unwrap_or(1);
        let no = LineNo(spec.line.unwrap_or(1));
        let Some(line) = terms.lines.iter().find(|line| line.no == no) else {
            return Ok(None);
        };
        let value = worth(line, spec, quantity)
            .map_err(|mistake| DeskError::mistaken(permit.as_str(), mistake))?;
        let (destination, final_destination) = places(terms, spec);
        let named = |text: Option<&String>| {
            let id = text.map(|id| PartyId::new(id)).transpose();
            id.map_err(|m| DeskError::mistaken(permit.as_str(), m))
        };
        let consignee = named(spec.consignee.as_ref())?;
        let exporter = named(spec.exporter.as_ref())?;
        let intermediates = match &spec.intermediate {
            Some(many) => self.parties_of(Some(many))?,
            None => terms.intermediates.clone(),
        };
        let documents = spec
            .documents
            .iter()
            .map(|kind| self.id(DocumentKind::new(kind)));
        let registered = self.registered(permit, terms)?;
        Ok(Some(Declared {
            line: no,
            quantity: Quantity::each(quantity),
            value,
            destination,
            final_destination,
            consignee: consignee.or_else(|| terms.consignees.first().cloned()),
            intermediates,
            route: spec.route.iter().copied().collect(),
            serials: spec.serials.clone(),
            documents: documents.collect::<Result<_, _>>()?,
            exporter: exporter.or_else(|| terms.exporter.clone()).or(registered),
            // A case that does not say under which entry declares the one of the permit's line.
            entry: spec.entry.clone().or_else(|| {
                let rated = line.primary().map(|rating| rating.entry.clone());
                rated.filter(|_| terms.kind == PermitKind::General)
            }),
            end_user: named(spec.end_user.as_ref())?,
            model: spec.model.clone(),
        }))
    }

    /// A permit as a row names it, with the line where the file says one.
    pub(in crate::scenario) fn numbered(&self, number: &str, line: Option<u32>) -> Bilingual {
        let word = self.permit_word();
        let (en, fr) = match line {
            Some(line) => (format!(", line {line}"), format!(", ligne {line}")),
            None => Default::default(),
        };
        both(
            format!("{} {number}{en}", word.en),
            format!("{} {number}{fr}", word.fr),
        )
    }

    /// Who is registered for the use of a general permit: it has no holder who declares.
    fn registered(&self, permit: &PermitId, terms: &Terms) -> Result<Option<PartyId>, DeskError> {
        if terms.exporter.is_some() {
            return Ok(None);
        }
        let log = self.desk.reading()?;
        let held =
            crate::reading::find::<domain::view::Registrations>(log.as_ref(), permit.as_str())?;
        let today = self.desk.clock().today();
        Ok(held.and_then(|held| held.on(today).into_iter().next()))
    }

    pub(in crate::scenario) fn shipment(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
        leaves: bool,
    ) -> Result<(), DeskError> {
        let number = event.permit.clone().unwrap_or_default();
        let permit = self.ident(event, PermitId::new(&number))?;
        let request = self.declaration(&permit, &event.declared)?.ok_or_else(|| {
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
                        serials: serials_of(&event.declared),
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
                let goods = self.declared_as_told(&number, &event.declared);
                let what = both(format!("{} {en}", goods.en), format!("{} {fr}", goods.fr));
                self.row(&event.n.0, what, same(shipment.as_str()));
                made.shipment = Some(shipment);
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

    /// How many of what is declared, as a row tells it.
    fn declared_as_told(&self, number: &str, spec: &DeclaredSpec) -> Bilingual {
        if spec.lines.is_empty() {
            let (permit, quantity) = (self.numbered(number, spec.line), spec.qty.unwrap_or(1));
            return both(
                format!("{quantity} of {}", permit.en),
                format!("{quantity} sur {}", permit.fr),
            );
        }
        let (permit, lines) = (self.numbered(number, None), of_lines(&spec.lines));
        both(
            format!("{}, {},", permit.en, lines.en),
            format!("{}, {},", permit.fr, lines.fr),
        )
    }

    pub(in crate::scenario) fn register_use(&mut self, event: &EventSpec) -> Result<(), DeskError> {
        let permit = self.ident(
            event,
            PermitId::new(event.permit.as_deref().unwrap_or_default()),
        )?;
        let exporter = self.ident(
            event,
            PartyId::new(event.declared.exporter.as_deref().unwrap_or_default()),
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

/// The lines of a declaration, each with what the event says of all of them.
fn each_line(spec: &DeclaredSpec) -> Vec<DeclaredSpec> {
    if spec.lines.is_empty() {
        return vec![spec.clone()];
    }
    let one = |line: &DeclaredLineSpec| {
        let all = spec.clone();
        DeclaredSpec {
            line: line.line,
            qty: line.qty,
            value: line.value,
            consignee: line.consignee.clone().or(all.consignee),
            end_user: line.end_user.clone().or(all.end_user),
            destination: line.destination.or(all.destination),
            final_destination: line.final_destination.or(all.final_destination),
            serials: line.serials.clone(),
            model: line.model.clone(),
            entry: line.entry.clone(),
            lines: Vec::new(),
            ..all
        }
    };
    spec.lines.iter().map(one).collect()
}

/// Every serial number that an event declares.
fn serials_of(spec: &DeclaredSpec) -> Vec<String> {
    let of_lines = spec.lines.iter().flat_map(|line| line.serials.iter());
    spec.serials.iter().chain(of_lines).cloned().collect()
}

/// How many of which lines, as a row tells it.
pub(super) fn of_lines(lines: &[DeclaredLineSpec]) -> Bilingual {
    let each = |of: &str| {
        let lines = lines.iter().map(|line| {
            let (qty, no) = (line.qty.unwrap_or(1), line.line.unwrap_or(1));
            format!("{qty} {of} {no}")
        });
        lines.collect::<Vec<_>>().join(", ")
    };
    both(each("of line"), each("de la ligne"))
}

/// What declared goods are worth: as said, or as many times the unit of the permit.
fn worth(line: &Line, spec: &DeclaredSpec, quantity: u32) -> Result<Money, AmountMistake> {
    let per_unit = line
        .value
        .zip(line.quantity)
        .and_then(|(value, whole)| value.amount.checked_div(whole.amount))
        .unwrap_or(Decimal::ONE_HUNDRED);
    let as_many = per_unit.saturating_mul(quantity.into());
    let amount = spec.value.map_or(as_many, Decimal::from);
    let currency = line.value.map_or("CAD", |value| value.currency.code());
    let decimals = Currency::new(currency)?.decimals();
    Money::parse(&amount.round_dp(decimals).normalize().to_string(), currency)
}

/// Where declared goods go: first, and finally.
fn places(terms: &Terms, spec: &DeclaredSpec) -> (Country, Country) {
    let first = spec
        .destination
        .or_else(|| terms.destinations.first().copied());
    let first = first.unwrap_or(Country::UNDISCLOSED);
    let last = spec.final_destination.or(spec.destination);
    let last = last.or_else(|| terms.final_destinations.first().copied());
    (first, last.unwrap_or(first))
}
