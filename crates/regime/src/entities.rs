//! From the facts of a line to what policies see.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{Entities, Entity, EntityId, EntityTypeName, EntityUid};
use cedar_policy::{RestrictedExpression, Schema};
use domain::control_list::EntryId;
use domain::country::Country;
use domain::facts::PartyFacts;
use domain::id::{CountryGroupId, PartyId};
use domain::money::Money;
use domain::scope::Judged;

use crate::groups::GroupsOn;
use crate::place::one_line;

/// Digits after the point that a policy can compare.
const VALUE_DECIMALS_MAX: u32 = 4;

/// Why facts cannot be put to any policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FactsMistake {
    /// A value too fine or too large to be compared exactly.
    #[error(
        "the value {value} cannot be compared exactly: expected at most {VALUE_DECIMALS_MAX} decimal places and 14 digits before them"
    )]
    Value { value: String },
    /// What was built is not what the schema says.
    #[error("the facts of the line do not fit the schema of policies: {problem}")]
    Schema { problem: String },
}

/// The line as policies see it.
pub(crate) struct Seen {
    pub(crate) resource: EntityUid,
    pub(crate) entities: Entities,
}

/// Names an entity.
pub(crate) fn uid(kind: &str, id: &str) -> Result<EntityUid, FactsMistake> {
    let name = EntityTypeName::from_str(kind).map_err(|error| FactsMistake::Schema {
        problem: one_line(&error.to_string()),
    })?;
    Ok(EntityUid::from_type_name_and_id(name, EntityId::new(id)))
}

/// Builds the line and everything that it names.
///
/// `branches` gives every branch in which a rating lies, across editions.
pub(crate) fn see(
    judged: Judged<'_>,
    world: GroupsOn<'_>,
    branches: impl Fn(&EntryId) -> BTreeSet<EntryId>,
    schema: &Schema,
) -> Result<Seen, FactsMistake> {
    let line = Line::of(judged);
    let kind = if judged.declared.is_some() {
        "DeclaredLine"
    } else {
        "PermitLine"
    };
    let resource = uid(kind, "line")?;
    let mut parents = HashSet::new();
    for rating in &line.ratings {
        for branch in branches(rating) {
            parents.insert(uid("ControlEntry", branch.as_str())?);
        }
    }
    let attributes = line.attributes(judged, world)?;
    let mut entities = vec![built(resource.clone(), attributes, parents)?];
    if let Some(primary) = &judged.facts.primary {
        let above: Result<HashSet<_>, _> = branches(primary)
            .iter()
            .filter(|branch| *branch != primary)
            .map(|branch| uid("ControlEntry", branch.as_str()))
            .collect();
        let primary = uid("ControlEntry", primary.as_str())?;
        entities.push(Entity::new_no_attrs(primary, above?));
    }
    let unknown = PartyFacts::default();
    let mut countries = line.countries(judged);
    for party in line.parties() {
        let facts = judged.facts.parties.get(party).unwrap_or(&unknown);
        countries.extend(facts.country);
        entities.push(built(
            uid("Party", party.as_str())?,
            party_attributes(facts)?,
            HashSet::new(),
        )?);
    }
    for country in countries {
        let groups: Result<HashSet<_>, _> = world
            .of(country)
            .iter()
            .map(|group| uid("CountryGroup", group.as_str()))
            .collect();
        entities.push(Entity::new_no_attrs(
            uid("Country", country.as_str())?,
            groups?,
        ));
    }
    let entities =
        Entities::from_entities(entities, Some(schema)).map_err(|error| FactsMistake::Schema {
            problem: one_line(&error.to_string()),
        })?;
    Ok(Seen { resource, entities })
}

type Attributes = HashMap<String, RestrictedExpression>;

fn built(
    id: EntityUid,
    attributes: Attributes,
    parents: HashSet<EntityUid>,
) -> Result<Entity, FactsMistake> {
    Entity::new(id, attributes, parents).map_err(|error| FactsMistake::Schema {
        problem: one_line(&error.to_string()),
    })
}

fn party_attributes(facts: &PartyFacts) -> Result<Attributes, FactsMistake> {
    let mut attributes = Attributes::from([
        ("activities".to_owned(), texts(&facts.activities)),
        (
            "is_government".to_owned(),
            RestrictedExpression::new_bool(facts.is_government),
        ),
    ]);
    if let Some(country) = facts.country {
        attributes.insert("country".to_owned(), entity("Country", country.as_str())?);
    }
    Ok(attributes)
}

fn entity(kind: &str, id: &str) -> Result<RestrictedExpression, FactsMistake> {
    Ok(RestrictedExpression::new_entity_uid(uid(kind, id)?))
}

fn entity_set<'a>(
    kind: &str,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<RestrictedExpression, FactsMistake> {
    let members: Result<Vec<_>, _> = ids.into_iter().map(|id| entity(kind, id)).collect();
    Ok(RestrictedExpression::new_set(members?))
}

fn text(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

fn texts(texts: &BTreeSet<String>) -> RestrictedExpression {
    RestrictedExpression::new_set(texts.iter().map(|one| text(one)))
}

fn exact(value: &Money) -> Result<RestrictedExpression, FactsMistake> {
    let amount = value.amount.normalize();
    let shown = amount.to_string();
    let digits = shown.split('.').next().map_or(0, str::len);
    if amount.scale() > VALUE_DECIMALS_MAX || digits > 14 {
        return Err(FactsMistake::Value {
            value: value.to_string(),
        });
    }
    let shown = if shown.contains('.') {
        shown
    } else {
        format!("{shown}.0")
    };
    Ok(RestrictedExpression::new_decimal(shown))
}

/// The parts of a line that its declaration replaces.
struct Line<'a> {
    ratings: BTreeSet<&'a EntryId>,
    exporter: Option<&'a PartyId>,
    consignees: BTreeSet<&'a PartyId>,
    intermediates: BTreeSet<&'a PartyId>,
    brokers: BTreeSet<&'a PartyId>,
    end_user: Option<&'a PartyId>,
    integrator: Option<&'a PartyId>,
    destinations: BTreeSet<Country>,
    final_destinations: BTreeSet<Country>,
    route: BTreeSet<Country>,
}

impl<'a> Line<'a> {
    fn of(judged: Judged<'a>) -> Self {
        let facts = judged.facts;
        let mut line = Self {
            ratings: facts.ratings.iter().collect(),
            exporter: facts.exporter.as_ref(),
            consignees: facts.consignees.iter().collect(),
            intermediates: facts.intermediates.iter().collect(),
            brokers: facts.brokers.iter().collect(),
            end_user: facts.end_user.as_ref(),
            integrator: facts.integrator.as_ref(),
            destinations: facts.destinations.clone(),
            final_destinations: facts.final_destinations.clone(),
            route: BTreeSet::new(),
        };
        if let Some(declared) = judged.declared {
            line.ratings.extend(&declared.entry);
            line.exporter = declared.exporter.as_ref().or(line.exporter);
            line.consignees = declared.consignee.iter().collect();
            line.intermediates = declared.intermediates.iter().collect();
            line.destinations = [declared.destination].into();
            line.final_destinations = [declared.final_destination].into();
            line.route.clone_from(&declared.route);
        }
        line
    }

    fn parties(&self) -> BTreeSet<&'a PartyId> {
        let one = [self.exporter, self.end_user, self.integrator];
        let many = self
            .consignees
            .iter()
            .chain(&self.intermediates)
            .chain(&self.brokers);
        one.into_iter().flatten().chain(many.copied()).collect()
    }

    fn countries(&self, judged: Judged<'_>) -> BTreeSet<Country> {
        let places = self
            .destinations
            .iter()
            .chain(&self.final_destinations)
            .chain(&self.route);
        places
            .copied()
            .chain([judged.facts.end_user_country])
            .collect()
    }

    fn attributes(
        &self,
        judged: Judged<'_>,
        world: GroupsOn<'_>,
    ) -> Result<Attributes, FactsMistake> {
        let mut attributes = Attributes::new();
        let mut put = |name: &str, value| attributes.insert(name.to_owned(), value);
        for (name, set) in self.sets(judged)? {
            put(name, set);
        }
        for (name, value) in self.single(judged)? {
            put(name, value);
        }
        put("activities", self.activities(judged)?);
        put("groups", self.groups(judged, world)?);
        put(
            "is_for_government",
            RestrictedExpression::new_bool(self.is_for_government(judged)),
        );
        Ok(attributes)
    }

    fn sets(
        &self,
        judged: Judged<'_>,
    ) -> Result<Vec<(&'static str, RestrictedExpression)>, FactsMistake> {
        let facts = judged.facts;
        let parties =
            |ids: &BTreeSet<&PartyId>| entity_set("Party", ids.iter().map(|id| id.as_str()));
        let countries =
            |ids: &BTreeSet<Country>| entity_set("Country", ids.iter().map(Country::as_str));
        let shown = judged.declared.map(|declared| &declared.documents);
        let documents = facts.documents.iter().chain(shown.into_iter().flatten());
        Ok(vec![
            ("consignees", parties(&self.consignees)?),
            ("intermediates", parties(&self.intermediates)?),
            ("brokers", parties(&self.brokers)?),
            ("parties", parties(&self.parties())?),
            ("destinations", countries(&self.destinations)?),
            ("final_destinations", countries(&self.final_destinations)?),
            ("route", countries(&self.route)?),
            ("platform_classes", texts(&facts.platform_classes)),
            (
                "programmes",
                entity_set("Programme", facts.programmes.iter().map(|id| id.as_str()))?,
            ),
            (
                "documents",
                entity_set("Document", documents.map(|id| id.as_str()))?,
            ),
            (
                "advised_by",
                entity_set("Party", facts.advised_by.iter().map(|id| id.as_str()))?,
            ),
            (
                "dialogues_concluded",
                entity_set(
                    "Dialogue",
                    facts.dialogues_concluded.iter().map(|id| id.as_str()),
                )?,
            ),
        ])
    }

    fn single(
        &self,
        judged: Judged<'_>,
    ) -> Result<Vec<(&'static str, RestrictedExpression)>, FactsMistake> {
        let facts = judged.facts;
        let day = |day: domain::time::Day| RestrictedExpression::new_datetime(day.to_string());
        let flag = RestrictedExpression::new_bool;
        let mut values = vec![
            ("permit_kind", text(facts.permit_kind.key())),
            ("is_brokering", flag(facts.is_brokering)),
            ("is_temporary", flag(facts.is_temporary)),
            (
                "end_user_country",
                entity("Country", facts.end_user_country.as_str())?,
            ),
        ];
        for (name, kind, id) in self.named(judged) {
            if let Some(id) = id {
                values.push((name, entity(kind, id)?));
            }
        }
        if let Some((_, no)) = judged.line {
            values.push(("line", RestrictedExpression::new_long(i64::from(no.0))));
        }
        if let Some(value) = &facts.value {
            values.push(("value", exact(value)?));
            values.push(("currency", text(value.currency.code())));
        }
        values.extend(
            facts
                .end_use
                .as_deref()
                .map(|end_use| ("end_use", text(end_use))),
        );
        values.extend(facts.issued_on.map(|issued| ("issued_on", day(issued))));
        values.extend(facts.last_day.map(|last| ("expires_on", day(last))));
        values.extend(
            facts
                .has_substantial_risk
                .map(|risk| ("has_substantial_risk", flag(risk))),
        );
        Ok(values)
    }

    /// The attributes that name one entity, where there is one.
    fn named<'b>(
        &'b self,
        judged: Judged<'b>,
    ) -> [(&'static str, &'static str, Option<&'b str>); 8] {
        let facts = judged.facts;
        [
            ("exporter", "Party", self.exporter.map(PartyId::as_str)),
            ("end_user", "Party", self.end_user.map(PartyId::as_str)),
            ("integrator", "Party", self.integrator.map(PartyId::as_str)),
            (
                "platform",
                "Platform",
                facts.platform.as_ref().map(|id| id.as_str()),
            ),
            (
                "primary_item",
                "ControlEntry",
                facts.primary.as_ref().map(EntryId::as_str),
            ),
            (
                "exceptional_circumstances",
                "Officer",
                facts
                    .exceptional_circumstances
                    .as_ref()
                    .map(|id| id.as_str()),
            ),
            (
                "case_assessment",
                "Officer",
                facts.case_assessment.as_ref().map(|id| id.as_str()),
            ),
            (
                "permit",
                "Permit",
                judged.line.map(|(permit, _)| permit.as_str()),
            ),
        ]
    }

    fn activities(&self, judged: Judged<'_>) -> Result<RestrictedExpression, FactsMistake> {
        let of = |parties: &BTreeSet<&PartyId>| {
            let known = parties
                .iter()
                .filter_map(|party| judged.facts.parties.get(*party));
            let all: BTreeSet<String> = known
                .flat_map(|facts| facts.activities.iter().cloned())
                .collect();
            texts(&all)
        };
        let one = |party: Option<&'a PartyId>| of(&party.into_iter().collect());
        record([
            ("any", of(&self.parties())),
            ("exporter", one(self.exporter)),
            ("consignees", of(&self.consignees)),
            ("intermediates", of(&self.intermediates)),
            ("end_user", one(self.end_user)),
            ("integrator", one(self.integrator)),
            ("brokers", of(&self.brokers)),
        ])
    }

    fn groups(
        &self,
        judged: Judged<'_>,
        world: GroupsOn<'_>,
    ) -> Result<RestrictedExpression, FactsMistake> {
        let set = |groups: &BTreeSet<CountryGroupId>| {
            entity_set("CountryGroup", groups.iter().map(|group| group.as_str()))
        };
        let any = |places: &BTreeSet<Country>| {
            set(&places.iter().flat_map(|place| world.of(*place)).collect())
        };
        let end_user = judged.facts.end_user_country;
        let known = (end_user != Country::UNDISCLOSED).then_some(end_user);
        let every = self
            .destinations
            .iter()
            .chain(&self.final_destinations)
            .copied()
            .chain(known)
            .map(|place| world.of(place))
            .reduce(|all, next| all.intersection(&next).cloned().collect())
            .unwrap_or_default();
        record([
            ("destinations", any(&self.destinations)?),
            ("final_destinations", any(&self.final_destinations)?),
            ("route", any(&self.route)?),
            ("every_place", set(&every)?),
        ])
    }

    fn is_for_government(&self, judged: Judged<'_>) -> bool {
        let is_government = |party: &&PartyId| {
            judged
                .facts
                .parties
                .get(*party)
                .is_some_and(|facts| facts.is_government)
        };
        !self.consignees.is_empty() && self.consignees.iter().all(is_government)
    }
}

fn record<const N: usize>(
    fields: [(&str, RestrictedExpression); N],
) -> Result<RestrictedExpression, FactsMistake> {
    let fields: BTreeMap<String, RestrictedExpression> = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    RestrictedExpression::new_record(fields).map_err(|error| FactsMistake::Schema {
        problem: one_line(&error.to_string()),
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use domain::facts::LineFacts;
    use domain::permit::PermitKind;

    use super::*;

    /// A plain application line: a Group 2 sensor to Türkiye.
    pub(crate) fn facts() -> LineFacts {
        let party = |id: &str| PartyId::new(id).unwrap();
        let entry = EntryId::new("GUIDE@2020:2-5.b").unwrap();
        let turkiye = Country::new("TR").unwrap();
        let known = |country: &str| PartyFacts {
            country: Country::new(country).ok(),
            ..PartyFacts::default()
        };
        LineFacts {
            permit_kind: PermitKind::Individual,
            is_brokering: false,
            is_temporary: false,
            ratings: [entry.clone()].into(),
            primary: Some(entry),
            exporter: Some(party("exporter-a")),
            consignees: [party("consignee-a")].into(),
            intermediates: BTreeSet::new(),
            brokers: BTreeSet::new(),
            end_user: Some(party("consignee-a")),
            integrator: None,
            platform: None,
            platform_classes: BTreeSet::new(),
            destinations: [turkiye].into(),
            final_destinations: [turkiye].into(),
            end_user_country: turkiye,
            programmes: BTreeSet::new(),
            end_use: Some("surveillance".into()),
            quantity: None,
            value: None,
            issued_on: None,
            last_day: None,
            documents: BTreeSet::new(),
            advised_by: BTreeSet::new(),
            dialogues_concluded: BTreeSet::new(),
            exceptional_circumstances: None,
            case_assessment: None,
            has_substantial_risk: None,
            parties: [
                (party("exporter-a"), known("CA")),
                (party("consignee-a"), known("TR")),
            ]
            .into(),
        }
    }
}
