//! Learning from events: what each of them adds to the web. Nothing is ever taken out: what some
//! version of a permit named, it still leads to.

use std::collections::BTreeSet;

use domain::assurance::Assurance;
use domain::catalogue::{
    Assembly, Composition, Fitting, ItemFacts, PlatformFacts, Serial, UnitFacts,
};
use domain::country::Country;
use domain::event::{ApplicationSubmitted, Event, PartyRecorded, Recorded, ShipmentReserved};
use domain::facts::Declared;
use domain::id::{PartyId, PermitId};
use domain::item::Line;
use domain::permit::{Issued, Origin, Terms};
use domain::time::{Calendar, Day};

use crate::edges::Relation;
use crate::names::Thing;
use crate::web::{FOREVER, TooLarge, Web, days};

/// The kinds of events from which there is something to learn; the others may be left out.
pub const LEARNS_FROM: [&str; 14] = [
    "PartyRecorded",
    "ApplicationSubmitted",
    "AssuranceReceived",
    "PermitIssued",
    "PermitRecorded",
    "PermitAmended",
    "GeneralPermitRegistered",
    "ShipmentReserved",
    "ExitConfirmed",
    "ItemCatalogued",
    "PlatformCatalogued",
    "CompositionRecorded",
    "UnitRecorded",
    "UnitFitted",
];

/// Longest description that is also taken as the name of a model, in characters: longer ones are
/// sentences.
const NAME_CHARACTERS_MAX: usize = 48;

/// A model or mark folded for comparison: small letters, one space where there were several.
pub(crate) fn fold_mark(text: &str) -> Option<String> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let folded = words.join(" ");
    (!folded.is_empty()).then_some(folded)
}

/// The name of a line.
pub(crate) fn line_name(paper: &str, no: impl std::fmt::Display) -> String {
    format!("{paper}#{no}")
}

/// What is written down while an event is taken in; none when the web is full.
type Learned = Option<()>;

impl Web {
    /// Takes in one event. It counts at once.
    ///
    /// # Errors
    /// When the web has no room for another thing; what was taken in before stays.
    pub fn take(&mut self, recorded: &Recorded) -> Result<(), TooLarge> {
        let learned = self.learn(recorded);
        self.has_seen(recorded.position);
        self.pack_when_due();
        learned.ok_or(TooLarge {
            at: recorded.position,
        })
    }

    fn learn(&mut self, recorded: &Recorded) -> Learned {
        match &recorded.event {
            Event::PartyRecorded(e) => self.learn_party(e),
            Event::ApplicationSubmitted(e) => self.learn_application(e),
            Event::AssuranceReceived(e) => self.learn_assurance(&e.assurance),
            Event::PermitIssued(e) => self.learn_permit(&e.issued),
            Event::PermitRecorded(e) => self.learn_permit(&e.issued),
            Event::PermitAmended(e) => {
                let permit = self.put(Thing::Permit, e.permit.as_str())?;
                let last = e.last_day.map_or(FOREVER, Day::days_since_1970);
                self.widen(permit, e.effective_from.days_since_1970(), last);
                self.learn_terms(permit, e.permit.as_str(), &e.terms, Thing::PermitLine)
            }
            Event::GeneralPermitRegistered(e) => {
                let permit = self.put(Thing::Permit, e.permit.as_str())?;
                self.link_party(permit, Relation::Exporter, &e.exporter)
            }
            Event::ShipmentReserved(e) => {
                let day = Calendar::utc().day_in_range(recorded.recorded_at);
                self.learn_shipment(e, day)
            }
            Event::ExitConfirmed(e) => {
                let shipment = self.put(Thing::Shipment, e.shipment.as_str())?;
                let day = e.on.days_since_1970();
                self.widen(shipment, day, day);
                self.bear(shipment, &e.serials)
            }
            Event::ItemCatalogued(e) => self.learn_item(&e.item),
            Event::PlatformCatalogued(e) => self.learn_platform(&e.platform),
            Event::CompositionRecorded(e) => self.learn_composition(&e.composition),
            Event::UnitRecorded(e) => self.learn_unit(&e.unit),
            Event::UnitFitted(e) => self.learn_fitting(&e.fitting),
            _ => Some(()),
        }
    }

    fn link_party(&mut self, from: u32, role: Relation, party: &PartyId) -> Learned {
        let party = self.put(Thing::Party, party.as_str())?;
        self.add(from, role, party);
        Some(())
    }

    fn link_country(&mut self, from: u32, place: Relation, country: Country) -> Learned {
        if country != Country::UNDISCLOSED {
            let country = self.put(Thing::Country, country.as_str())?;
            self.add(from, place, country);
        }
        Some(())
    }

    fn link_mark(&mut self, from: u32, relation: Relation, text: &str) -> Learned {
        if let Some(folded) = fold_mark(text) {
            let mark = self.put(Thing::Mark, &folded)?;
            self.add(from, relation, mark);
        }
        Some(())
    }

    fn bear(&mut self, thing: u32, serials: &[String]) -> Learned {
        for serial in serials.iter().filter_map(|text| Serial::fold(text)) {
            let serial = self.put(Thing::Serial, serial.as_str())?;
            self.add(thing, Relation::Bears, serial);
        }
        Some(())
    }

    fn learn_party(&mut self, e: &PartyRecorded) -> Learned {
        let facts = &e.version.facts;
        let party = self.put(Thing::Party, facts.id.as_str())?;
        match facts.country {
            Some(country) => self.link_country(party, Relation::Resides, country),
            None => Some(()),
        }
    }

    fn learn_application(&mut self, e: &ApplicationSubmitted) -> Learned {
        let id = e.application.as_str();
        let application = self.put(Thing::Application, id)?;
        self.widen(application, e.received_on.days_since_1970(), FOREVER);
        self.link_party(application, Relation::Exporter, &e.applicant)?;
        self.learn_terms(application, id, &e.terms, Thing::ApplicationLine)
    }

    fn learn_assurance(&mut self, held: &Assurance) -> Learned {
        let assurance = self.put(Thing::Assurance, held.id.as_str())?;
        let (from, until) = days(held.validity);
        self.widen(assurance, from, until.saturating_sub(1));
        self.link_party(assurance, Relation::GivenBy, &held.giver)?;
        for permit in &held.permits {
            let permit = self.put(Thing::Permit, permit.as_str())?;
            self.add(assurance, Relation::Supports, permit);
        }
        for application in &held.applications {
            let application = self.put(Thing::Application, application.as_str())?;
            self.add(assurance, Relation::Supports, application);
        }
        Some(())
    }

    fn learn_permit(&mut self, issued: &Issued) -> Learned {
        let id = issued.permit.as_str();
        let permit = self.put(Thing::Permit, id)?;
        let last = issued.last_day.map_or(FOREVER, Day::days_since_1970);
        self.widen(permit, issued.valid_from.days_since_1970(), last);
        if let Origin::Application { application, .. } = &issued.origin {
            let application = self.put(Thing::Application, application.as_str())?;
            self.add(permit, Relation::IssuedOn, application);
        }
        self.learn_terms(permit, id, &issued.terms, Thing::PermitLine)
    }

    fn learn_terms(&mut self, paper: u32, id: &str, terms: &Terms, kind: Thing) -> Learned {
        let many = [
            (Relation::Consignee, &terms.consignees),
            (Relation::Intermediate, &terms.intermediates),
            (Relation::Broker, &terms.brokers),
        ];
        let one = [
            (Relation::Exporter, &terms.exporter),
            (Relation::EndUser, &terms.end_user),
            (Relation::Integrator, &terms.integrator),
        ];
        let many = many
            .into_iter()
            .flat_map(|(role, all)| all.iter().map(move |party| (role, party)));
        let one = one
            .into_iter()
            .flat_map(|(role, party)| party.iter().map(move |party| (role, party)));
        for (role, party) in one.chain(many) {
            self.link_party(paper, role, party)?;
        }
        for (place, countries) in [
            (Relation::Destination, &terms.destinations),
            (Relation::FinalDestination, &terms.final_destinations),
        ] {
            for country in countries {
                self.link_country(paper, place, *country)?;
            }
        }
        if let Some(country) = terms.end_user_country {
            self.link_country(paper, Relation::EndUserCountry, country)?;
        }
        if let Some(platform) = &terms.platform {
            let platform = self.put(Thing::Platform, platform.as_str())?;
            self.add(paper, Relation::GoesInto, platform);
        }
        for line in &terms.lines {
            self.learn_line(paper, &line_name(id, line.no), line, kind)?;
        }
        Some(())
    }

    fn learn_line(&mut self, paper: u32, name: &str, held: &Line, kind: Thing) -> Learned {
        let line = self.put(kind, name)?;
        self.add(line, Relation::Of, paper);
        let item = &held.item;
        for mark in item.model.iter().chain(&item.marks) {
            self.link_mark(line, Relation::Says, mark)?;
        }
        // Without a model, a short description is the only name that the goods have.
        let is_name = item.description.chars().count() <= NAME_CHARACTERS_MAX;
        if item.model.is_none() && is_name {
            self.link_mark(line, Relation::Says, &item.description)?;
        }
        self.bear(line, &item.serials)
    }

    fn learn_shipment(&mut self, e: &ShipmentReserved, day: Day) -> Learned {
        let shipment = self.put(Thing::Shipment, e.shipment.as_str())?;
        let day = day.days_since_1970();
        self.widen(shipment, day, day);
        for declared in &e.lines {
            let name = line_name(e.permit.as_str(), declared.line);
            let line = self.put(Thing::PermitLine, &name)?;
            self.add(shipment, Relation::Draws, line);
            self.bear(shipment, &declared.serials)?;
            self.learn_declared(shipment, &e.permit, declared)?;
        }
        Some(())
    }

    /// Whom and where a declaration names beyond what the permit leaves no choice about: where it
    /// has one consignee or one destination only, the permit says it already.
    fn learn_declared(&mut self, shipment: u32, permit: &PermitId, declared: &Declared) -> Learned {
        let permit = self.put(Thing::Permit, permit.as_str())?;
        let parties = [
            (Relation::Consignee, &declared.consignee),
            (Relation::EndUser, &declared.end_user),
            (Relation::Exporter, &declared.exporter),
        ];
        for (role, party) in parties {
            if let Some(party) = party {
                let party = self.put(Thing::Party, party.as_str())?;
                self.unless_only(shipment, permit, role, party);
            }
        }
        for party in &declared.intermediates {
            self.link_party(shipment, Relation::Intermediate, party)?;
        }
        for (place, country) in [
            (Relation::Destination, declared.destination),
            (Relation::FinalDestination, declared.final_destination),
        ] {
            if country != Country::UNDISCLOSED {
                let country = self.put(Thing::Country, country.as_str())?;
                self.unless_only(shipment, permit, place, country);
            }
        }
        Some(())
    }

    fn unless_only(&mut self, shipment: u32, permit: u32, relation: Relation, to: u32) {
        let known: BTreeSet<u32> = self.out.to(permit, relation).take(3).collect();
        if known.len() != 1 || !known.contains(&to) {
            self.add(shipment, relation, to);
        }
    }

    fn learn_item(&mut self, facts: &ItemFacts) -> Learned {
        let item = self.put(Thing::Item, facts.id.as_str())?;
        for mark in facts.model.iter().chain(&facts.marks) {
            self.link_mark(item, Relation::Called, mark)?;
        }
        match &facts.maker {
            Some(maker) => self.link_party(item, Relation::MadeBy, maker),
            None => Some(()),
        }
    }

    fn learn_platform(&mut self, facts: &PlatformFacts) -> Learned {
        let platform = self.put(Thing::Platform, facts.id.as_str())?;
        self.link_mark(platform, Relation::Called, &facts.name)?;
        for mark in &facts.marks {
            self.link_mark(platform, Relation::Called, mark)?;
        }
        match &facts.integrator {
            Some(integrator) => self.link_party(platform, Relation::MadeBy, integrator),
            None => Some(()),
        }
    }

    fn learn_composition(&mut self, held: &Composition) -> Learned {
        let assembly = match &held.assembly {
            Assembly::Item { item } => self.put(Thing::Item, item.as_str())?,
            Assembly::Platform { platform } => self.put(Thing::Platform, platform.as_str())?,
        };
        let component = self.put(Thing::Item, held.component.as_str())?;
        self.add(assembly, Relation::Contains, component);
        let said = self.parts.entry((assembly, component)).or_default();
        said.push(days(held.validity));
        Some(())
    }

    fn learn_unit(&mut self, facts: &UnitFacts) -> Learned {
        let unit = self.put(Thing::Unit, facts.id.as_str())?;
        self.bear(unit, std::slice::from_ref(&facts.serial))?;
        if let Some(item) = &facts.item {
            let item = self.put(Thing::Item, item.as_str())?;
            self.add(unit, Relation::UnitOf, item);
        }
        if let Some(maker) = &facts.maker {
            self.link_party(unit, Relation::MadeBy, maker)?;
        }
        if let Some(made) = facts.made {
            let (first, last) = (made.first_day(), made.last_day());
            self.widen(unit, first.days_since_1970(), last.days_since_1970());
        }
        let Some(left) = &facts.left_under else {
            return Some(());
        };
        if let Some(shipment) = &left.shipment {
            let shipment = self.put(Thing::Shipment, shipment.as_str())?;
            self.add(unit, Relation::LeftUnder, shipment);
        }
        let under = match left.line {
            Some(no) => self.put(Thing::PermitLine, &line_name(left.permit.as_str(), no))?,
            None => self.put(Thing::Permit, left.permit.as_str())?,
        };
        self.add(unit, Relation::LeftUnder, under);
        Some(())
    }

    fn learn_fitting(&mut self, held: &Fitting) -> Learned {
        let unit = self.put(Thing::Unit, held.unit.as_str())?;
        let parent = self.put(Thing::Unit, held.parent.as_str())?;
        self.add(unit, Relation::FittedIn, parent);
        let (from, until) = days(held.period);
        let said = self.fittings.entry((unit, parent)).or_default();
        said.retain(|(first, _)| *first != from);
        said.push((from, until));
        Some(())
    }
}
