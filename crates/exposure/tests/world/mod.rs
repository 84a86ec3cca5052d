//! A small web fed by real events.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::str::FromStr;

use domain::assurance::{Assurance, AssuranceForm, Undertaking};
use domain::catalogue::{
    Assembly, Composition, Fitting, ItemFacts, LeftUnder, Month, PlatformFacts, UnitFacts,
};
use domain::country::Country;
use domain::event::*;
use domain::facts::{Declared, Lodged};
use domain::item::{Item, Line, LineNo};
use domain::money::Money;
use domain::party::{Party, PartyVersion};
use domain::permit::{Issued, Movement, Origin, PermitKind, Terms};
use domain::quantity::Quantity;
use domain::time::{Day, Instant, Period, Position};
use exposure::{Exposure, Question, Reached, Thing, Web};

pub fn id<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A web under construction, with the events that were taken in.
#[derive(Default)]
pub struct World {
    pub web: Web,
    pub log: Vec<Recorded>,
}

/// What a permit or an application names.
#[derive(Clone)]
pub struct Named<'a> {
    pub models: &'a [&'a str],
    pub consignee: &'a str,
    pub destination: &'a str,
    pub platform: Option<&'a str>,
    pub integrator: Option<&'a str>,
    pub from: &'a str,
    pub until: &'a str,
    pub application: Option<&'a str>,
}

impl Default for Named<'_> {
    fn default() -> Self {
        Self {
            models: &["T-1"],
            consignee: "PTY-FAR",
            destination: "FR",
            platform: None,
            integrator: None,
            from: "2020-05-15",
            until: "2022-05-14",
            application: None,
        }
    }
}

fn terms(named: &Named<'_>) -> Terms {
    let lines = named.models.iter().zip(1..).map(|(model, no)| Line {
        no: LineNo(no),
        item: Item {
            description: "goods of the test".into(),
            model: Some((*model).to_owned()),
            ..Item::default()
        },
        ratings: Vec::new(),
        quantity: None,
        value: None,
    });
    Terms {
        kind: PermitKind::Individual,
        movement: Movement::Permanent,
        exporter: Some(id("PTY-MAKER")),
        consignees: [id(named.consignee)].into(),
        intermediates: BTreeSet::new(),
        brokers: BTreeSet::new(),
        end_user: None,
        end_user_country: None,
        integrator: named.integrator.map(id),
        platform: named.platform.map(id),
        platform_classes: BTreeSet::new(),
        destinations: [id(named.destination)].into(),
        final_destinations: [id(named.destination)].into(),
        programmes: BTreeSet::new(),
        end_use: None,
        lines: lines.collect(),
        conditions: Vec::new(),
    }
}

impl World {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn record(&mut self, event: impl Into<Event>) {
        let next = u64::try_from(self.log.len()).unwrap() + 1;
        let recorded = Recorded {
            position: Position(next),
            recorded_at: Instant::at_start_of(day("2020-06-01")),
            actor: id("OFF-CLERK"),
            event: event.into(),
        };
        self.web.take(&recorded).unwrap();
        self.log.push(recorded);
    }

    pub fn party(&mut self, party: &str, country: &str) {
        let facts: Party = serde_json::from_value(serde_json::json!({
            "id": party, "name": party, "country": country,
        }))
        .unwrap();
        let effective_from = day("2019-01-01");
        self.record(PartyRecorded {
            version: PartyVersion {
                effective_from,
                facts,
            },
        });
    }

    pub fn item(&mut self, item: &str, model: &str, marks: &[&str]) {
        self.record(ItemCatalogued {
            item: ItemFacts {
                id: id(item),
                name: "an item".into(),
                model: Some(model.into()),
                maker: Some(id("PTY-MAKER")),
                marks: marks.iter().map(|&mark| mark.to_owned()).collect(),
                ratings: BTreeSet::new(),
                source: "leaflet".into(),
                basis: None,
            },
            effective_from: day("2019-01-01"),
        });
    }

    pub fn platform(&mut self, platform: &str, integrator: &str) {
        self.record(PlatformCatalogued {
            platform: PlatformFacts {
                id: id(platform),
                name: platform.to_lowercase(),
                marks: BTreeSet::new(),
                integrator: Some(id(integrator)),
                classes: BTreeSet::new(),
                source: "leaflet".into(),
                basis: None,
            },
            effective_from: day("2019-01-01"),
        });
    }

    pub fn part(&mut self, assembly: &str, component: &str) {
        self.part_in(assembly, component, "2019-01-01", None);
    }

    pub fn part_in(&mut self, assembly: &str, component: &str, from: &str, until: Option<&str>) {
        let assembly = if assembly.starts_with("ITM") {
            Assembly::Item { item: id(assembly) }
        } else {
            Assembly::Platform {
                platform: id(assembly),
            }
        };
        self.record(CompositionRecorded {
            composition: Composition {
                assembly,
                component: id(component),
                quantity_per: 1,
                validity: Period {
                    from: day(from),
                    until: until.map(day),
                },
                source: "teardown".into(),
                basis: None,
                by: id("OFF-M"),
                on: day("2020-01-01"),
            },
        });
    }

    pub fn permit(&mut self, permit: &str, named: &Named<'_>) {
        let origin = match named.application {
            Some(application) => Origin::Application {
                application: id(application),
                recommended_by: id("OFF-1"),
                decided_by: id("OFF-2"),
            },
            None => Origin::Import {
                source: "test.csv:1".into(),
                assumptions: Vec::new(),
            },
        };
        self.record(PermitIssued {
            issued: Issued {
                permit: id(permit),
                terms: terms(named),
                issued_on: day(named.from),
                valid_from: day(named.from),
                last_day: Some(day(named.until)),
                origin,
                reasons: Vec::new(),
                determined_by: Vec::new(),
                basis: None,
            },
        });
    }

    pub fn application(&mut self, application: &str, named: &Named<'_>) {
        self.record(ApplicationSubmitted {
            application: id(application),
            applicant: id("PTY-MAKER"),
            terms: terms(named),
            received_on: day(named.from),
            documents: BTreeSet::new(),
            copied_from: None,
            supersedes: None,
            basis: None,
        });
    }

    pub fn assurance(&mut self, assurance: &str, giver: &str, permits: &[&str]) {
        self.record(AssuranceReceived {
            assurance: Assurance {
                id: id(assurance),
                form: AssuranceForm::Clause,
                giver: id(giver),
                receiver: None,
                issuing_authority: None,
                signatory: None,
                validity: Period {
                    from: day("2020-01-01"),
                    until: None,
                },
                undertakings: vec![Undertaking::NoRetransferWithoutConsent],
                says: "not passed on".into(),
                paper: None,
                applications: BTreeSet::new(),
                permits: permits.iter().map(|&permit| id(permit)).collect(),
                recorded_by: id("OFF-1"),
                basis: None,
            },
        });
    }

    pub fn shipment(&mut self, shipment: &str, permit: &str, line: u32, serials: &[&str]) {
        self.shipment_to(shipment, permit, line, serials, "PTY-FAR");
    }

    pub fn shipment_to(
        &mut self,
        shipment: &str,
        permit: &str,
        line: u32,
        serials: &[&str],
        consignee: &str,
    ) {
        let declared = Declared {
            line: LineNo(line),
            quantity: Quantity::parse("1", "C62").unwrap(),
            value: Money::parse("1.00", "CAD").unwrap(),
            destination: Country::new("FR").unwrap(),
            final_destination: Country::new("FR").unwrap(),
            consignee: Some(id(consignee)),
            intermediates: BTreeSet::new(),
            route: BTreeSet::new(),
            serials: serials.iter().map(|&serial| serial.to_owned()).collect(),
            documents: BTreeSet::new(),
            exporter: None,
            entry: None,
            end_user: None,
            model: None,
        };
        self.record(ShipmentReserved {
            shipment: id(shipment),
            permit: id(permit),
            lodged: Lodged {
                office: id("OFC-1"),
                declaration: "SYN-1".into(),
            },
            lines: vec![declared],
            amounts: BTreeMap::new(),
            lapses_at: Instant::at_start_of(day("2020-07-01")),
        });
    }

    pub fn unit(&mut self, unit: &str, serial: &str, item: Option<&str>, left: Option<&str>) {
        let left_under = left.map(|text| {
            let (permit, rest) = text.split_once('#').unwrap_or((text, ""));
            let (line, shipment) = rest.split_once('/').unwrap_or((rest, ""));
            LeftUnder {
                permit: id(permit),
                line: line.parse().ok().map(LineNo),
                shipment: (!shipment.is_empty()).then(|| id(shipment)),
            }
        });
        self.record(UnitRecorded {
            unit: UnitFacts {
                id: id(unit),
                serial: serial.into(),
                pieces: 1,
                item: item.map(id),
                maker: None,
                made: Some(Month::parse("2020-06").unwrap()),
                left_under,
                source: "exporter's list".into(),
                basis: None,
                by: id("OFF-M"),
                on: day("2020-09-01"),
            },
        });
    }

    pub fn fitted(&mut self, unit: &str, parent: &str, from: &str, until: Option<&str>) {
        self.record(UnitFitted {
            fitting: Fitting {
                unit: id(unit),
                parent: id(parent),
                period: Period {
                    from: day(from),
                    until: until.map(day),
                },
                source: "visit".into(),
                basis: None,
                by: id("OFF-M"),
                on: day("2020-09-01"),
            },
        });
    }

    pub fn ask(&self, question: &Question) -> Exposure {
        question.check().unwrap();
        self.web.ask(question, 10_000)
    }
}

/// The question about an item.
pub fn about(item: &str) -> Question {
    Question {
        items: [id(item)].into(),
        ..Question::default()
    }
}

/// One thing that was reached.
pub fn one<'a>(exposure: &'a Exposure, kind: Thing, name: &str) -> &'a Reached {
    exposure
        .of(kind)
        .find(|reached| reached.id == name)
        .unwrap_or_else(|| panic!("{kind:?} {name} is not reached: {exposure:#?}"))
}

/// The names of one kind that were reached, in the order of the answer.
pub fn names(exposure: &Exposure, kind: Thing) -> Vec<&str> {
    exposure.of(kind).map(|reached| &*reached.id).collect()
}

/// A path as its kinds and names.
pub fn way(reached: &Reached) -> Vec<String> {
    let steps = reached.path.iter();
    steps
        .map(|step| format!("{}:{}", step.kind.key(), step.id))
        .collect()
}
