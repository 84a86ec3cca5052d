//! What a case knows of things, and what its evidence reaches through that.

use domain::catalogue::{
    Assembly, Composition, Fitting, ItemFacts, LeftUnder, Month, PlatformFacts, UnitFacts,
};
use domain::evidence::LinkConfidence;
use domain::id::{EvidenceId, ItemId, PartyId, PermitId, PlatformId, UnitId};
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::time::{Day, Period};
use intake::scenario::{EventSpec, ExpectSpec, ItemSpec, Number, PartSpec, PlatformSpec};

use super::stage::{Made, Stage, mistaken};
use super::words::{both, word};
use crate::answer::DeskError;
use crate::exposure::{Thing, seen};

/// More permits than any case has: everything that is reached is looked at.
const SHOWN_MAX: usize = 100_000;

impl Stage<'_> {
    /// Describes the items and platforms of the case, and what they are built of.
    pub(super) fn bring_catalogue(&mut self, begins: Day) -> Result<(), DeskError> {
        let scenario = self.scenario;
        let monitor = &self.officers.monitor;
        for spec in &scenario.catalogue.items {
            self.at = spec.at.here;
            let item = self.item_of(spec)?;
            self.desk.describe_item(monitor, &item, begins)?;
        }
        for spec in &scenario.catalogue.platforms {
            self.at = spec.at.here;
            let platform = self.platform_of(spec)?;
            self.desk.describe_platform(monitor, &platform, begins)?;
        }
        for spec in &scenario.catalogue.parts {
            self.at = spec.at.here;
            let composition = self.composition_of(spec, begins)?;
            self.desk.compose(monitor, &composition)?;
        }
        Ok(())
    }

    fn item_of(&self, spec: &ItemSpec) -> Result<ItemFacts, DeskError> {
        Ok(ItemFacts {
            id: self.id(ItemId::new(&spec.id))?,
            name: spec.name.clone(),
            model: spec.model.clone(),
            maker: self.party_of(spec.maker.as_deref())?,
            marks: spec.marks.iter().cloned().collect(),
            ratings: spec.entries.iter().cloned().collect(),
            source: source_of(spec.source.as_deref()),
            basis: spec.basis,
        })
    }

    fn platform_of(&self, spec: &PlatformSpec) -> Result<PlatformFacts, DeskError> {
        Ok(PlatformFacts {
            id: self.id(PlatformId::new(&spec.id))?,
            name: spec.name.clone(),
            marks: spec.marks.iter().cloned().collect(),
            integrator: self.party_of(spec.integrator.as_deref())?,
            classes: spec.classes.iter().cloned().collect(),
            source: source_of(spec.source.as_deref()),
            basis: spec.basis,
        })
    }

    fn composition_of(&self, spec: &PartSpec, begins: Day) -> Result<Composition, DeskError> {
        let assembly = match (&spec.platform, &spec.item) {
            (Some(platform), None) => Assembly::Platform {
                platform: self.id(PlatformId::new(platform))?,
            },
            (None, Some(item)) => Assembly::Item {
                item: self.id(ItemId::new(item))?,
            },
            _ => {
                return Err(DeskError::mistaken_as(
                    format!("catalogue part {}", spec.part),
                    "expected a `platform` or an `item` that it is built into",
                    "attendu une `platform` ou un `item` dans quoi elle est montée",
                ));
            }
        };
        Ok(Composition {
            assembly,
            component: self.id(ItemId::new(&spec.part))?,
            quantity_per: spec.qty.unwrap_or(1),
            validity: Period {
                from: spec.from.map_or(begins, |when| when.day),
                until: spec.until.map(|when| when.day),
            },
            source: source_of(spec.source.as_deref()),
            basis: spec.basis,
            by: self.officers.monitor.officer.clone(),
            on: self.desk.clock().today(),
        })
    }

    fn party_of(&self, party: Option<&str>) -> Result<Option<PartyId>, DeskError> {
        party.map(|id| self.id(PartyId::new(id))).transpose()
    }

    /// A unit is recorded by its serial.
    pub(super) fn unit(&mut self, event: &EventSpec, made: &mut Made) -> Result<(), DeskError> {
        let serial = event.serial.as_deref().unwrap_or_default();
        let item = event.item.as_deref().unwrap_or_default();
        let permit = event.permit.as_deref().map(PermitId::new).transpose();
        let line = event.declared.line.map(LineNo);
        let unit = UnitFacts {
            id: self.unit_id(event, item, serial)?,
            serial: serial.to_owned(),
            pieces: 1,
            item: Some(self.ident(event, ItemId::new(item))?),
            maker: None,
            made: self.made_in(event)?,
            left_under: self.ident(event, permit)?.map(|permit| LeftUnder {
                permit,
                line,
                shipment: None,
            }),
            source: source_of(event.source.as_deref()),
            basis: event.basis,
            by: self.officers.monitor.officer.clone(),
            on: self.desk.clock().today(),
        };
        self.desk.mark_unit(&self.officers.monitor, &unit)?;
        if let Some(parent) = &event.built_into {
            self.fit(event, &unit, parent)?;
        }
        made.unit = Some(unit.id);
        let what = both(
            format!("unit {serial} of {item} is recorded"),
            format!("l’unité {serial} de {item} est consignée"),
        );
        self.row(&event.n.0, what, Bilingual::default());
        Ok(())
    }

    /// A unit is built into that of an earlier event.
    fn fit(&self, event: &EventSpec, unit: &UnitFacts, parent: &Number) -> Result<(), DeskError> {
        let made = self.made.get(parent).and_then(|made| made.unit.clone());
        let parent = made.ok_or_else(|| {
            let says = "that event has recorded no unit";
            mistaken(&self.scenario.scenario, &event.n.0, says)
        })?;
        let today = self.desk.clock().today();
        let fitting = Fitting {
            unit: unit.id.clone(),
            parent,
            period: Period {
                from: today,
                until: None,
            },
            source: unit.source.clone(),
            basis: event.basis,
            by: self.officers.monitor.officer.clone(),
            on: today,
        };
        self.desk.fit_unit(&self.officers.monitor, &fitting)?;
        Ok(())
    }

    fn unit_id(&self, event: &EventSpec, item: &str, serial: &str) -> Result<UnitId, DeskError> {
        self.ident(event, UnitId::new(&format!("UNT-{item}-{serial}")))
    }

    /// The month in which the thing of an event was made.
    fn made_in(&self, event: &EventSpec) -> Result<Option<Month>, DeskError> {
        let read = |text: &String| {
            Month::parse(text)
                .map_err(|mistake| mistaken(&self.scenario.scenario, &event.n.0, mistake))
        };
        event.made.as_ref().map(read).transpose()
    }

    /// Compares which permits the material of an event reaches with what the file expects.
    pub(super) fn expect_reached(
        &mut self,
        event: &EventSpec,
        spec: &ExpectSpec,
    ) -> Result<(), DeskError> {
        if spec.reaches.is_empty() && spec.permits_reached.is_none() {
            return Ok(());
        }
        let made = self.made.get(&event.n);
        let evidence = made.and_then(|made| made.evidence.clone());
        let reached = match evidence {
            Some(evidence) => self.permits_reached(event, &evidence)?,
            None => Vec::new(),
        };
        for (number, expected) in &spec.reaches {
            self.at = spec.at.of(&format!("reaches/{number}"));
            let grade = reached.iter().find(|(permit, _)| permit == number);
            let found = grade.map_or("nothing", |(_, grade)| grade.key());
            let what = both(
                format!("evidence reaches {number}"),
                format!("la preuve atteint {number}"),
            );
            self.expected(&event.n.0, what, word(expected), word(found));
        }
        if let Some(expected) = spec.permits_reached {
            self.at = spec.at.of("permits_reached");
            let what = both(
                "permits reached by the evidence",
                "licences atteintes par la preuve",
            );
            let (expected, found) = (expected.to_string(), reached.len().to_string());
            self.expected(&event.n.0, what, word(&expected), word(&found));
        }
        Ok(())
    }

    /// Compares what the reading of the article of an event proposes with what the file expects of it.
    pub(super) fn expect_read(
        &mut self,
        event: &EventSpec,
        spec: &ExpectSpec,
    ) -> Result<(), DeskError> {
        if spec.reads.is_empty() {
            return Ok(());
        }
        let made = self.made.get(&event.n);
        let evidence = made.and_then(|made| made.evidence.clone());
        let read = match evidence {
            Some(id) => self.desk.read_evidence(&id, self.desk.now()?)?,
            None => None,
        };
        let proposals = read.map(|read| read.found.proposals).unwrap_or_default();
        for (kind, values) in &spec.reads {
            self.at = spec.at.of(&format!("reads/{kind}"));
            for value in values {
                let mut alike = proposals.iter();
                let is_there = alike.any(|one| one.kind.key() == kind && one.value == *value);
                let found = if is_there { "proposed" } else { "not proposed" };
                let what = both(
                    format!("the article, {kind}: {value}"),
                    format!("l’article, {kind} : {value}"),
                );
                self.expected(&event.n.0, what, word("proposed"), word(found));
            }
        }
        Ok(())
    }

    /// The permits that the material of an event reaches: by accepted links, and by the marks and the
    /// serial that were seen.
    fn permits_reached(
        &self,
        event: &EventSpec,
        evidence: &EvidenceId,
    ) -> Result<Vec<(String, LinkConfidence)>, DeskError> {
        let Some(held) = self.desk.evidence(evidence)? else {
            return Ok(Vec::new());
        };
        let mut question = seen(&held);
        if question.named() > 0 {
            question.parties = self
                .party_of(event.declared.consignee.as_deref())?
                .into_iter()
                .collect();
        }
        let exposure = self
            .desk
            .exposure_of(evidence.as_str(), &question, SHOWN_MAX)?;
        Ok(exposure
            .of(Thing::Permit)
            .map(|reached| (reached.id.clone(), reached.grade))
            .collect())
    }
}

/// Where something is known from; that the case has it so where the file does not say.
fn source_of(source: Option<&str>) -> String {
    source.map_or_else(|| word("as the case has it").en, ToOwned::to_owned)
}
