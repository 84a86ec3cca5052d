//! Who and what a case begins with: law, parties, permits, applications.

use std::collections::BTreeSet;

use domain::control_list::{Certainty, ControlEntry, ControlList, EntryId};
use domain::country::Country;
use domain::event::RegimeFileKind;
use domain::id::{ApplicationId, PartyId, PermitId, PlatformId, ProgrammeId};
use domain::item::{Item, Line, LineNo, Rating};
use domain::language::Bilingual;
use domain::law::Law;
use domain::money::Money;
use domain::party::{Basis, Party};
use domain::permit::{Issued, Movement, Origin, PermitKind, Terms};
use domain::quantity::{AmountMistake, Quantity};
use domain::time::{Day, Period};
use intake::scenario::{LineSpec, ListSpec, Many, PermitSpec, When};

use super::licensing::Decided;
use super::stage::Stage;
use super::words::both;
use crate::answer::DeskError;
use crate::regime_files::AdoptFile;

/// Years that a permit of a case is valid when the file does not say.
pub(super) const YEARS_VALID: i32 = 10;
/// How many goods a line has when the file does not say.
const QUANTITY: u32 = 10;
/// What one of them is worth when the file does not say, in whole units.
const UNIT_VALUE: u32 = 1_000;

/// The kind of a permit of the file.
fn kind_of(spec: &PermitSpec) -> Result<PermitKind, DeskError> {
    Ok(match spec.kind.as_deref() {
        None | Some("individual") => PermitKind::Individual,
        Some("multiple-destination") => PermitKind::MultipleDestination,
        Some("general") => PermitKind::General,
        Some(other) => {
            let says = format!(
                "`{other}` is not a kind: expected individual, multiple-destination or general"
            );
            return Err(DeskError::mistaken(format!("permit {}", spec.id), says));
        }
    })
}

/// The numbers of a range, or the number itself. The reader of the file has refused what is none.
pub(super) fn numbers(text: &str) -> Vec<String> {
    intake::scenario::numbers(text).unwrap_or_else(|_| vec![text.to_owned()])
}

/// The movement of a permit of the file.
fn movement(spec: &PermitSpec) -> Movement {
    match spec.movement.as_deref() {
        Some("temporary") => Movement::Temporary {
            return_by: spec.return_by.map(|when| when.day),
        },
        Some("transfer") => Movement::Transfer,
        Some("transit") => Movement::Transit,
        Some("brokering") => Movement::Brokering {
            from: spec.leaves_from,
        },
        _ => Movement::Permanent,
    }
}

/// The day on which a permit of the file is issued.
pub(super) fn issue_day(permit: &PermitSpec, begins: Day) -> Result<Day, DeskError> {
    match permit.issued.as_deref() {
        None | Some("synthetic") => Ok(begins),
        Some(text) => When::parse(text)
            .map(|when| when.day)
            .map_err(|mistake| DeskError::mistaken(format!("permit {}", permit.id), mistake)),
    }
}

/// An extract of a list, as an edition of it.
pub(super) fn list_of(spec: &ListSpec) -> ControlList {
    ControlList {
        list: spec.list.clone(),
        edition: spec.edition.clone(),
        title: spec.title.both(),
        law: spec.law.clone(),
        validity: Period {
            from: spec.from.day,
            until: spec.until.map(|when| when.day),
        },
        entries: spec
            .entries
            .iter()
            .map(|entry| ControlEntry {
                code: entry.code.clone(),
                written: entry.code.clone(),
                parent: entry.parent.clone(),
                text: entry.text.both(),
                in_force_from: None,
                is_repealed: false,
                destinations: None,
                certainty: Certainty::Read,
                regimes: Vec::new(),
            })
            .collect(),
    }
}

impl Stage<'_> {
    pub(super) fn id<T>(&self, made: Result<T, domain::id::IdMistake>) -> Result<T, DeskError> {
        made.map_err(|mistake| DeskError::mistaken(&self.scenario.scenario, mistake))
    }

    /// Adopts the law that the case brings.
    pub(super) fn bring_law(&mut self, begins: Day) -> Result<(), DeskError> {
        let scenario = self.scenario;
        let texts = [
            (RegimeFileKind::Sources, "sources", &scenario.sources),
            (
                RegimeFileKind::CountryGroups,
                "country-groups",
                &scenario.country_groups,
            ),
        ];
        for (file_kind, name, text) in texts {
            if let Some(text) = text {
                self.adopt(file_kind, name, text, begins)?;
            }
        }
        for spec in &scenario.lists {
            let list = list_of(spec);
            self.desk.adopt_list(&self.officers.operator, &list)?;
        }
        if let Some(text) = &scenario.policies {
            self.adopt(RegimeFileKind::Policies, "policies", text, begins)?;
        }
        Ok(())
    }

    fn adopt(
        &self,
        file_kind: RegimeFileKind,
        name: &str,
        text: &str,
        begins: Day,
    ) -> Result<(), DeskError> {
        let file = AdoptFile {
            file_kind,
            key: format!("{}/{name}", self.scenario.scenario),
            text: text.to_owned(),
            effective_from: begins,
            title: Bilingual::new(
                format!("{name} of scenario {}", self.scenario.scenario),
                format!("{name} du scénario {}", self.scenario.scenario),
            ),
        };
        self.desk.adopt(&self.officers.operator, &file).map(drop)
    }

    /// Registers the parties, and one synthetic exporter and consignee where the file names none.
    pub(super) fn bring_parties(&mut self, begins: Day) -> Result<(), DeskError> {
        for spec in &self.scenario.parties {
            let party = Party {
                id: self.id(PartyId::new(&spec.id))?,
                name: spec.name.clone().unwrap_or_else(|| spec.id.clone()),
                aliases: BTreeSet::new(),
                country: spec.country,
                address: None,
                identifiers: BTreeSet::new(),
                activities: spec.activities.iter().cloned().collect(),
                is_government: spec.government
                    || matches!(spec.role.as_deref(), Some("authority" | "assurer")),
                branch_of: None,
                owners: BTreeSet::new(),
                basis: spec.basis,
            };
            self.desk
                .record_party(&self.officers.licensing, &party, begins)?;
        }
        for (id, name, country) in [
            ("synthetic-exporter", "Synthetic Exporter", None),
            (
                "synthetic-consignee",
                "Synthetic Consignee",
                self.scenario.destination,
            ),
        ] {
            let party = Party {
                id: self.id(PartyId::new(id))?,
                name: name.to_owned(),
                aliases: BTreeSet::new(),
                country,
                address: None,
                identifiers: BTreeSet::new(),
                activities: BTreeSet::new(),
                is_government: false,
                branch_of: None,
                owners: BTreeSet::new(),
                basis: Some(Basis::Synthetic),
            };
            self.desk
                .record_party(&self.officers.licensing, &party, begins)?;
        }
        Ok(())
    }

    /// The entry of a group on a day, or the exact entry that the file names.
    pub(super) fn entry(
        &self,
        group: Option<u32>,
        exact: Option<&EntryId>,
        day: Day,
    ) -> Result<EntryId, DeskError> {
        if let Some(entry) = exact {
            return Ok(entry.clone());
        }
        let group = group.ok_or_else(|| {
            DeskError::mistaken(&self.scenario.scenario, "expected `item_group` or `entry`")
        })?;
        let list = self.scenario.group_list.as_deref().unwrap_or("ECL");
        let lists = self.desk.lists()?;
        let held = lists
            .iter()
            .filter(|held| held.list == list && held.validity.contains(day))
            .max_by_key(|held| held.validity.from)
            .or_else(|| lists.iter().find(|held| held.list == list))
            .ok_or_else(|| DeskError::mistaken("group_list", format!("there is no list {list}")))?;
        EntryId::of(list, &held.edition, &group.to_string())
            .map_err(|mistake| DeskError::mistaken("item_group", mistake))
    }

    fn programmes(&self, nato: bool, named: &[String]) -> Result<BTreeSet<ProgrammeId>, DeskError> {
        let nato = nato.then(|| "NATO".to_owned());
        named
            .iter()
            .chain(&nato)
            .map(|key| self.id(ProgrammeId::new(key)))
            .collect()
    }

    fn countries(&self, many: Option<&Many<Country>>) -> BTreeSet<Country> {
        many.map(Many::list)
            .unwrap_or_default()
            .into_iter()
            .chain(match many {
                None => self.scenario.destination,
                Some(_) => None,
            })
            .collect()
    }

    /// What the authority calls a permit.
    pub(super) fn permit_word(&self) -> Bilingual {
        let own = self.scenario.authority.as_ref();
        own.map_or_else(|| both("permit", "licence"), |held| held.permit_word.both())
    }

    /// Several of them.
    pub(super) fn permit_words(&self) -> Bilingual {
        let one = self.permit_word();
        let several = |word: &str| {
            if word.ends_with('s') {
                word.to_owned()
            } else {
                format!("{word}s")
            }
        };
        both(several(&one.en), several(&one.fr))
    }

    /// The parties that a key names.
    pub(super) fn parties_of(
        &self,
        many: Option<&Many<String>>,
    ) -> Result<BTreeSet<PartyId>, DeskError> {
        let names = many.map(Many::list).unwrap_or_default();
        names.iter().map(|id| self.id(PartyId::new(id))).collect()
    }

    pub(super) fn permit_terms(&self, spec: &PermitSpec, day: Day) -> Result<Terms, DeskError> {
        let kind = kind_of(spec)?;
        let is_general = kind == PermitKind::General;
        let party = |id: &String| self.id(PartyId::new(id));
        let holder = spec
            .holder
            .clone()
            .unwrap_or_else(|| "synthetic-exporter".to_owned());
        let consignees: Vec<String> =
            spec.consignee.as_ref().map(Many::list).unwrap_or_else(|| {
                if is_general {
                    Vec::new()
                } else {
                    vec!["synthetic-consignee".to_owned()]
                }
            });
        let end_user = spec
            .end_user
            .clone()
            .or_else(|| consignees.first().cloned());
        let destinations = self.countries(spec.destination.as_ref());
        let finals = match &spec.final_destination {
            Some(many) => many.list().into_iter().collect(),
            None => destinations.clone(),
        };
        Ok(Terms {
            kind,
            movement: movement(spec),
            exporter: if is_general {
                None
            } else {
                Some(party(&holder)?)
            },
            consignees: consignees.iter().map(party).collect::<Result<_, _>>()?,
            intermediates: self.parties_of(spec.intermediate.as_ref())?,
            brokers: self.parties_of(spec.brokers.as_ref())?,
            end_user: end_user.as_ref().map(party).transpose()?,
            end_user_country: spec.end_user_country,
            integrator: spec.integrator.as_ref().map(party).transpose()?,
            platform: spec
                .platform
                .as_deref()
                .map(PlatformId::new)
                .transpose()
                .or_else(|m| self.id(Err(m)))?,
            platform_classes: spec.platform_classes.iter().cloned().collect(),
            destinations,
            final_destinations: finals,
            programmes: self.programmes(spec.nato_programme, &spec.programmes)?,
            end_use: spec.end_use.clone(),
            lines: self.permit_lines(spec, is_general, day)?,
            conditions: match &spec.conditions {
                Some(conditions) => self.conditions(conditions)?,
                None => Vec::new(),
            },
        })
    }

    /// The lines of a permit of the file: those that it lists, or the only one.
    fn permit_lines(
        &self,
        spec: &PermitSpec,
        is_general: bool,
        day: Day,
    ) -> Result<Vec<Line>, DeskError> {
        let only = LineSpec {
            item_group: spec.item_group,
            entry: spec.entry.clone(),
            item: spec.item.clone(),
            goods: spec.goods.clone(),
            model: spec.model.clone(),
            serials: spec.serials.clone(),
            qty: spec.qty,
            unit_value: spec.unit_value,
            ..LineSpec::default()
        };
        let listed = if spec.lines.is_empty() {
            std::slice::from_ref(&only)
        } else {
            &spec.lines
        };
        let currency = spec.currency.as_deref().unwrap_or("CAD");
        let lines = (1..).zip(listed).map(|(no, line)| {
            let money = self.line_value(line, currency).map_err(|mistake| {
                DeskError::mistaken(format!("permit {} line {no}", spec.id), mistake)
            })?;
            Ok(Line {
                no: LineNo(no),
                item: Item {
                    description: line
                        .goods
                        .clone()
                        .unwrap_or_else(|| "synthetic goods".to_owned()),
                    model: line.model.clone().or_else(|| line.goods.clone()),
                    serials: line.serials.clone(),
                    ..Item::default()
                },
                ratings: vec![Rating {
                    entry: self.entry(line.item_group, line.entry.as_ref(), day)?,
                    is_primary: true,
                    reasons: line
                        .item
                        .as_ref()
                        .map(|item| format!("item of the real permit: {item}")),
                }],
                quantity: (!is_general).then(|| Quantity::each(line.qty.unwrap_or(QUANTITY))),
                value: (!is_general).then_some(money),
            })
        });
        lines.collect()
    }

    /// What a line is worth in all.
    fn line_value(&self, line: &LineSpec, currency: &str) -> Result<Money, AmountMistake> {
        let quantity = u64::from(line.qty.unwrap_or(QUANTITY));
        let value = quantity.saturating_mul(u64::from(line.unit_value.unwrap_or(UNIT_VALUE)));
        Money::parse(&value.to_string(), currency)
    }

    /// Takes one permit of the file from application to issue, or records a general one by order.
    /// Gives whether an exception had to be determined, and whether issue was refused without it.
    pub(super) fn issue_permit(
        &mut self,
        index: usize,
        number: &str,
        decided: &Decided,
    ) -> Result<Option<bool>, DeskError> {
        let today = self.desk.clock().today();
        let Some(spec) = self.scenario.permits.get(index) else {
            return Ok(None);
        };
        let permit = self.id(PermitId::new(number))?;
        let terms = self.permit_terms(spec, today)?;
        let last_day = decided.last_day.or(spec.last_day.map(|when| when.day));
        let last_day = last_day.or_else(|| {
            (terms.kind != PermitKind::General).then(|| today.plus_months(YEARS_VALID * 12))
        });
        if terms.kind == PermitKind::General {
            let law = spec.law.clone().map_or_else(|| self.power("general"), Ok)?;
            let issued = Issued {
                permit,
                terms,
                issued_on: today,
                valid_from: today,
                last_day,
                origin: Origin::Order { law },
                reasons: Vec::new(),
                determined_by: Vec::new(),
                basis: spec.basis,
            };
            self.desk.record_permit(&self.officers.deciding, &issued)?;
            let word = self.permit_word();
            let what = both(
                format!("general {} {number} is issued by order", word.en),
                format!(
                    "{} {number}, de portée générale : délivrance par arrêté",
                    word.fr
                ),
            );
            self.row("", what, Bilingual::default());
            return Ok(None);
        }
        let application = self.id(ApplicationId::new(&format!("SYN-{number}")))?;
        let basis = spec.basis;
        // A second attempt, after one that was refused, is made on the same application.
        if self
            .desk
            .application_known(&application, self.desk.now()?)?
            .is_none()
        {
            self.receive(&application, terms, BTreeSet::new(), basis)?;
        }
        let needed = self.clear_and_issue(&application, &permit, last_day, decided)?;
        let (en, fr) = match needed {
            Some(_) => (" under an exception", " au titre d’une exception"),
            None => ("", ""),
        };
        let word = self.permit_word();
        let what = both(
            format!(
                "{} {number} is issued{en} (application {application} is synthetic)",
                word.en
            ),
            format!(
                "{} {number} : délivrance{fr} (la demande {application} est synthétique)",
                word.fr
            ),
        );
        self.row("", what, Bilingual::default());
        Ok(needed)
    }

    /// The law under which the authority does something, from the case or Canada's.
    pub(super) fn power(&self, kind: &str) -> Result<Law, DeskError> {
        if let Some(law) = self
            .scenario
            .authority
            .as_ref()
            .and_then(|held| held.powers.get(kind))
        {
            return Ok(law.clone());
        }
        let canada = match kind {
            "general" => "EIPA:7(1.1)",
            "policy" => "PRACTICE:2019-10-11",
            _ => "EIPA:10(1)",
        };
        if self.scenario.jurisdiction == "CA" {
            return Law::new(canada).map_err(|m| DeskError::invariant(m.to_string()));
        }
        Err(DeskError::mistaken(
            "authority.powers",
            format!("expected the law for `{kind}`: another authority's powers are not guessed"),
        ))
    }
}
