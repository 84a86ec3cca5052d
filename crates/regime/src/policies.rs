//! Policies as loaded: checked and annotated.

use std::collections::BTreeMap;
use std::str::FromStr;

use cedar_policy::{
    ActionConstraint, EntityUid, Policy, PolicySet, Schema, ValidationMode, Validator,
};
use domain::control_list::EntryId;
use domain::country::Country;
use domain::id::CountryGroupId;
use domain::language::Bilingual;
use domain::law::Law;
use domain::policy::Effect;
use miette::Diagnostic;

use crate::countries::Countries;
use crate::groups::CountryGroups;
use crate::lists::ControlLists;
use crate::nesting;
use crate::place::{Place, one_line};
use crate::sources::{Sources, UnknownSource};

const SCHEMA: &str = include_str!("../../../policies/schema.cedarschema");

/// Longest policy text read: a hundred times the longest measure that shaped the design.
pub const POLICY_BYTES_MAX: usize = 128 * 1024;
/// Most policies in one text; a measure with more could not be read by who signs it.
pub const POLICIES_MAX: usize = 128;

/// Why a policy text is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyMistake {
    /// Longer than anybody would sign.
    #[error(
        "the policy text is longer than {POLICY_BYTES_MAX} bytes or {POLICIES_MAX} policies: expected less"
    )]
    TooLarge,
    /// No policy at all.
    #[error("the text holds no policy: expected at least one `forbid`")]
    Empty,
    /// Not a policy text.
    #[error("{place}: {problem}")]
    Text {
        /// Where.
        place: Place,
        /// What is wrong.
        problem: String,
    },
    /// A policy that does not fit the schema.
    #[error("policy `{policy}`: {place}: {problem}")]
    Schema {
        /// The policy.
        policy: String,
        /// Where.
        place: Place,
        /// What is wrong.
        problem: String,
    },
    /// A permit: what policies do not forbid is for the act of issuing to decide.
    #[error("policy `{0}` is a `permit`: expected `forbid` only")]
    Permits(String),
    /// A template cannot be judged.
    #[error("policy `{0}` has a slot: expected a policy that is complete in itself")]
    Template(String),
    /// An annotation is missing.
    #[error(
        "policy `{policy}` lacks `@{annotation}(\"…\")`: expected @id, @source, @effect, @en and @fr"
    )]
    Annotation {
        /// The policy, by its id or place in the text.
        policy: String,
        /// The annotation.
        annotation: &'static str,
    },
    /// An annotation says what it cannot.
    #[error("policy `{policy}`: `{given}` is no `@{annotation}`: expected {expected}")]
    AnnotationValue {
        /// The policy.
        policy: String,
        /// The annotation.
        annotation: &'static str,
        /// Its value.
        given: String,
        /// What it should be.
        expected: &'static str,
    },
    /// Two policies with one id.
    #[error("policy `{0}` is given twice: expected one policy per @id")]
    Twice(String),
    /// An unknown source.
    #[error("policy `{policy}`: {unknown}")]
    Source {
        /// The policy.
        policy: String,
        /// The source.
        unknown: UnknownSource,
    },
    /// A name that no list, table or register knows.
    #[error("policy `{policy}` names {kind} `{name}`, which is not known: {expected}")]
    Unknown {
        /// The policy.
        policy: String,
        /// What kind of thing.
        kind: &'static str,
        /// Its name.
        name: String,
        /// What is expected instead.
        expected: &'static str,
    },
    /// A policy of the wrong plane.
    #[error(
        "policy `{0}` does not act on `issue` or `amend` alone: a policy measure acts on applications and never on issued permits"
    )]
    Plane(String),
    /// An effect that nothing recorded could clear.
    #[error(
        "policy `{policy}` can never be cleared: an effect `{effect}` expects `{expected}` in its `unless`"
    )]
    NotClearable {
        /// The policy.
        policy: String,
        /// The effect.
        effect: &'static str,
        /// What clears it.
        expected: &'static str,
    },
    /// An exception that does not fall.
    #[error("policy `{policy}`: {problem}")]
    Exception {
        /// The policy.
        policy: String,
        /// What is wrong.
        problem: String,
    },
}

/// What a policy needs to be known to stand beside the facts.
pub(crate) struct Knowledge<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) countries: &'a Countries,
    pub(crate) groups: &'a CountryGroups,
    pub(crate) lists: &'a ControlLists,
    pub(crate) schema: &'a Schema,
}

/// One policy, checked, with what its annotations say.
#[derive(Debug, Clone)]
pub(crate) struct Annotated {
    pub(crate) policy: Policy,
    pub(crate) id: String,
    pub(crate) source: Law,
    pub(crate) effect: Effect,
    pub(crate) says: Bilingual,
    pub(crate) cleared_by: Bilingual,
    pub(crate) falls_to: Option<Effect>,
    /// A group that must be loaded for an answer to be an answer.
    pub(crate) needs_group: Option<CountryGroupId>,
}

/// The schema of export policies.
pub(crate) fn schema() -> Result<Schema, PolicyMistake> {
    read_schema(SCHEMA)
}

pub(crate) fn read_schema(text: &str) -> Result<Schema, PolicyMistake> {
    let (schema, _warnings) =
        Schema::from_cedarschema_str(text).map_err(|error| PolicyMistake::Text {
            place: place_of(text, &error),
            problem: one_line(&error.to_string()),
        })?;
    Ok(schema)
}

/// Where a diagnosed error stands in its text.
pub(crate) fn place_of(text: &str, error: &dyn Diagnostic) -> Place {
    let offset = error
        .labels()
        .and_then(|mut labels| labels.next())
        .map(|label| label.offset());
    Place::at(text, offset.unwrap_or(0))
}

/// Splits a text into its policies without looking into them further.
pub(crate) fn split(text: &str) -> Result<Vec<Policy>, PolicyMistake> {
    if text.len() > POLICY_BYTES_MAX {
        return Err(PolicyMistake::TooLarge);
    }
    if let Some(offset) = nesting::too_deep(text) {
        return Err(PolicyMistake::Text {
            place: Place::at(text, offset),
            problem: nesting::TOO_DEEP.to_owned(),
        });
    }
    nesting::with_room(|| split_within(text))
}

/// Splits a text that goes no deeper than it may.
fn split_within(text: &str) -> Result<Vec<Policy>, PolicyMistake> {
    let set = PolicySet::from_str(text).map_err(|errors| PolicyMistake::Text {
        place: place_of(text, &errors),
        problem: one_line(&errors.to_string()),
    })?;
    if let Some(template) = set.templates().next() {
        let name = template.annotation("id").unwrap_or("without @id");
        return Err(PolicyMistake::Template(name.to_owned()));
    }
    if set.num_of_policies() > POLICIES_MAX {
        return Err(PolicyMistake::TooLarge);
    }
    Ok(set.policies().cloned().collect())
}

/// Loads a text of export policies: every policy annotated, sourced, in both languages, strictly
/// valid, naming only what is known.
pub(crate) fn load(text: &str, known: &Knowledge<'_>) -> Result<Vec<Annotated>, PolicyMistake> {
    nesting::with_room(|| load_within(text, known))
}

fn load_within(text: &str, known: &Knowledge<'_>) -> Result<Vec<Annotated>, PolicyMistake> {
    let mut loaded: BTreeMap<String, Annotated> = BTreeMap::new();
    for policy in split(text)? {
        let annotated = annotate(policy, known.sources)?;
        validate(&annotated, text, known.schema)?;
        check_names(&annotated, known)?;
        let id = annotated.id.clone();
        if loaded.insert(id.clone(), annotated).is_some() {
            return Err(PolicyMistake::Twice(id));
        }
    }
    Ok(loaded.into_values().collect())
}

/// The annotations of one policy, on their way to being checked.
struct Annotations<'a> {
    policy: &'a Policy,
    name: &'a str,
}

impl Annotations<'_> {
    fn demanded(&self, annotation: &'static str) -> Result<String, PolicyMistake> {
        self.policy
            .annotation(annotation)
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .ok_or_else(|| PolicyMistake::Annotation {
                policy: self.name.to_owned(),
                annotation,
            })
    }

    fn wrong(
        &self,
        annotation: &'static str,
        given: &str,
        expected: &'static str,
    ) -> PolicyMistake {
        PolicyMistake::AnnotationValue {
            policy: self.name.to_owned(),
            annotation,
            given: given.chars().take(64).collect(),
            expected,
        }
    }

    fn effect(&self, annotation: &'static str, key: &str) -> Result<Effect, PolicyMistake> {
        let expected = "an effect such as bar, hold, presume-denial or case-by-case";
        Effect::from_key(key).ok_or_else(|| self.wrong(annotation, key, expected))
    }

    fn source(&self, sources: &Sources) -> Result<Law, PolicyMistake> {
        let given = self.demanded("source")?;
        let expected = "a source key and a place, as in EIPA:10(1)";
        let law = Law::new(&given).map_err(|_| self.wrong("source", &given, expected))?;
        let policy = self.name.to_owned();
        match sources.of(&law) {
            Ok(_) => Ok(law),
            Err(unknown) => Err(PolicyMistake::Source { policy, unknown }),
        }
    }

    /// What clears it, in its own words or in those of its effect.
    fn cleared_by(&self, effect: Effect) -> Result<Bilingual, PolicyMistake> {
        let given = |annotation| self.policy.annotation(annotation);
        if given("cleared_en").is_none() && given("cleared_fr").is_none() {
            return Ok(cleared_by(effect));
        }
        Ok(Bilingual::new(
            self.demanded("cleared_en")?,
            self.demanded("cleared_fr")?,
        ))
    }

    fn needs_group(&self) -> Result<Option<CountryGroupId>, PolicyMistake> {
        self.policy
            .annotation("needs_group")
            .map(CountryGroupId::new)
            .transpose()
            .map_err(|mistake| {
                self.wrong("needs_group", &mistake.given, "the id of a country group")
            })
    }
}

/// Reads the annotations of one policy.
fn annotate(policy: Policy, sources: &Sources) -> Result<Annotated, PolicyMistake> {
    let name = policy.annotation("id").unwrap_or("without @id").to_owned();
    if policy.effect() != cedar_policy::Effect::Forbid {
        return Err(PolicyMistake::Permits(name));
    }
    let read = Annotations {
        policy: &policy,
        name: &name,
    };
    let id = read.demanded("id")?;
    if domain::id::check_shape(&id).is_err() {
        return Err(read.wrong("id", &id, "an identifier"));
    }
    let effect = read.effect("effect", &read.demanded("effect")?)?;
    let falls_to = policy.annotation("else");
    Ok(Annotated {
        source: read.source(sources)?,
        says: Bilingual::new(read.demanded("en")?, read.demanded("fr")?),
        cleared_by: read.cleared_by(effect)?,
        falls_to: falls_to.map(|key| read.effect("else", key)).transpose()?,
        needs_group: read.needs_group()?,
        id,
        effect,
        policy,
    })
}

/// What clears an effect, where a policy does not say it itself.
pub(crate) fn cleared_by(effect: Effect) -> Bilingual {
    match effect {
        Effect::Bar => Bilingual::new(
            "Nothing but a change of facts",
            "Rien, sauf un changement des faits",
        ),
        Effect::Hold => Bilingual::new(
            "The lifting of the measure, or the conclusion of the dialogue that it names",
            "La levée de la mesure, ou la conclusion du dialogue qu’elle désigne",
        ),
        Effect::PresumeDenial => Bilingual::new(
            "A determination of exceptional circumstances, with reasons, by a deciding officer",
            "La constatation motivée de circonstances exceptionnelles par un agent décideur",
        ),
        Effect::NeedsDocument => Bilingual::new("The document asked for", "Le document demandé"),
        Effect::NeedsConsultation => Bilingual::new("The advice asked for", "L’avis demandé"),
        Effect::CaseByCase => Bilingual::new(
            "An officer’s recorded assessment against the criteria",
            "L’évaluation consignée d’un agent selon les critères",
        ),
    }
}

fn validate(annotated: &Annotated, text: &str, schema: &Schema) -> Result<(), PolicyMistake> {
    let wrong = |place, problem: String| PolicyMistake::Schema {
        policy: annotated.id.clone(),
        place,
        problem: one_line(&problem),
    };
    let start = Place { line: 1, column: 1 };
    let set = PolicySet::from_policies([annotated.policy.clone()])
        .map_err(|error| wrong(start, error.to_string()))?;
    let result = Validator::new(schema.clone()).validate(&set, ValidationMode::Strict);
    match result.validation_errors().next() {
        None => Ok(()),
        Some(error) => Err(wrong(place_of(text, error), error.to_string())),
    }
}

/// Checks that what a policy names exists.
fn check_names(annotated: &Annotated, known: &Knowledge<'_>) -> Result<(), PolicyMistake> {
    let unknown = |kind, name: &str, expected| PolicyMistake::Unknown {
        policy: annotated.id.clone(),
        kind,
        name: name.to_owned(),
        expected,
    };
    for named in annotated.policy.entity_literals() {
        let name = named.id().unescaped();
        match named.type_name().to_string().as_str() {
            "ControlEntry" => {
                let held = EntryId::new(name).is_ok_and(|entry| known.lists.find(&entry).is_some());
                if !held {
                    let expected = "expected an entry of an edition that is held";
                    return Err(unknown("the list entry", name, expected));
                }
            }
            "CountryGroup" => {
                let id = CountryGroupId::new(name).ok();
                let is_known = id.is_some_and(|group| {
                    known.groups.get(&group).is_some() || annotated.needs_group == Some(group)
                });
                if !is_known {
                    let expected = "expected a group that is held, or named in @needs_group";
                    return Err(unknown("the country group", name, expected));
                }
            }
            "Country" => {
                let is_known = Country::new(name).is_ok_and(|country| {
                    country == Country::UNDISCLOSED || known.countries.is_assigned(country)
                });
                if !is_known {
                    return Err(unknown("the country", name, "expected an ISO 3166-1 code"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a policy acts on applications alone.
pub(crate) fn acts_on_applications(policy: &Policy) -> bool {
    let is_application = |action: &EntityUid| matches!(action.id().unescaped(), "issue" | "amend");
    match policy.action_constraint() {
        ActionConstraint::Any => false,
        ActionConstraint::Eq(action) => is_application(&action),
        ActionConstraint::In(actions) => !actions.is_empty() && actions.iter().all(is_application),
    }
}
