//! Scopes of a scenario file as scopes of the domain.

use domain::control_list::EntryId;
use domain::id::{CountryGroupId, PartyId, PermitId, ProgrammeId};
use domain::language::Bilingual;
use domain::measure::Exception;
use domain::permit::PermitKind;
use domain::policy::Effect;
use domain::scope::{Place, Scope};
use domain::time::Day;
use intake::scenario::{ExceptionSpec, Groups, ScopeSpec};

use super::stage::Stage;
use crate::answer::DeskError;

impl Stage<'_> {
    /// A scope of the file, all of whose conditions hold.
    pub(super) fn scope(&self, spec: &ScopeSpec, day: Day) -> Result<Scope, DeskError> {
        let mut parts = self.places_of(spec)?;
        parts.extend(self.goods_of(spec, day)?);
        parts.extend(self.permits_of(spec)?);
        let nested = |specs: &[ScopeSpec]| -> Result<Vec<Scope>, DeskError> {
            specs.iter().map(|spec| self.scope(spec, day)).collect()
        };
        if !spec.any.is_empty() {
            parts.push(any(nested(&spec.any)?));
        }
        parts.extend(nested(&spec.all)?);
        for except in nested(&spec.unless)? {
            parts.push(Scope::Not(Box::new(except)));
        }
        if let Some(text) = &spec.text {
            parts.push(self.desk.read_scope(text)?);
        }
        Ok(all(parts))
    }

    /// The conditions on places.
    fn places_of(&self, spec: &ScopeSpec) -> Result<Vec<Scope>, DeskError> {
        let wrong = |m: &dyn std::fmt::Display| DeskError::mistaken(&self.scenario.scenario, m);
        let mut parts = Vec::new();
        let mut country = |at, is: Option<domain::country::Country>| {
            parts.extend(is.map(|is| Scope::Country { at, is }));
        };
        country(Place::Anywhere, spec.destination);
        country(Place::Destination, spec.first_destination);
        country(Place::FinalDestination, spec.final_destination);
        if let Some(group) = &spec.country_group {
            let group = CountryGroupId::new(group).map_err(|m| wrong(&m))?;
            parts.push(Scope::CountryGroup {
                at: Place::Anywhere,
                group,
            });
        }
        Ok(parts)
    }

    /// The conditions on goods and programmes.
    fn goods_of(&self, spec: &ScopeSpec, day: Day) -> Result<Vec<Scope>, DeskError> {
        let wrong = |m: &dyn std::fmt::Display| DeskError::mistaken(&self.scenario.scenario, m);
        let mut parts = Vec::new();
        match &spec.groups {
            Some(Groups::Of(numbers)) => {
                let entries: Result<Vec<EntryId>, _> = numbers
                    .iter()
                    .map(|number| self.entry(Some(*number), None, day))
                    .collect();
                parts.push(any(entries?.into_iter().map(Scope::Entry).collect()));
            }
            Some(Groups::Word(word)) if word != "all" => {
                return Err(wrong(&format!(
                    "`groups: {word}`: expected `all` or numbers"
                )));
            }
            _ => {}
        }
        if !spec.entries.is_empty() {
            parts.push(any(spec
                .entries
                .iter()
                .cloned()
                .map(Scope::Entry)
                .collect()));
        }
        if !spec.programmes.is_empty() {
            let programmes: Result<Vec<Scope>, DeskError> = spec
                .programmes
                .iter()
                .map(|key| {
                    ProgrammeId::new(key)
                        .map(Scope::Programme)
                        .map_err(|m| wrong(&m))
                })
                .collect();
            parts.push(any(programmes?));
        }
        Ok(parts)
    }

    /// The conditions on parties and permits.
    fn permits_of(&self, spec: &ScopeSpec) -> Result<Vec<Scope>, DeskError> {
        let wrong = |m: &dyn std::fmt::Display| DeskError::mistaken(&self.scenario.scenario, m);
        let mut parts = Vec::new();
        if let Some(party) = &spec.party {
            let is = PartyId::new(party).map_err(|m| wrong(&m))?;
            parts.push(Scope::Party { is, role: None });
        }
        if let Some(is) = &spec.activity {
            parts.push(Scope::Activity {
                is: is.clone(),
                role: None,
            });
        }
        parts.extend(spec.platform_class.clone().map(Scope::PlatformClass));
        if let Some(kind) = &spec.permit_kind {
            let kinds = [
                PermitKind::Individual,
                PermitKind::MultipleDestination,
                PermitKind::General,
            ];
            let is = kinds.into_iter().find(|is| is.key() == kind);
            parts.push(Scope::PermitKind(is.ok_or_else(|| {
                wrong(&format!("`{kind}` is not a kind of permit"))
            })?));
        }
        parts.extend(spec.issued_before.map(|when| Scope::IssuedBefore(when.day)));
        if !spec.permit_numbers.is_empty() {
            let numbers: Result<Vec<PermitId>, _> = spec
                .permit_numbers
                .iter()
                .flat_map(|text| super::cast::numbers(text))
                .map(|number| PermitId::new(&number))
                .collect();
            parts.push(Scope::Permits(numbers.map_err(|m| wrong(&m))?));
        }
        if spec.only_brokering {
            parts.push(Scope::Brokering);
        }
        Ok(parts)
    }

    /// The exceptions of a policy. Exceptional circumstances clear every presumption: the word is
    /// for readers.
    pub(super) fn exceptions(
        &self,
        spec: &ScopeSpec,
        day: Day,
    ) -> Result<Vec<Exception>, DeskError> {
        let mut found = Vec::new();
        for exception in &spec.exception {
            match exception {
                ExceptionSpec::Word(word) if word == "exceptional_circumstances" => {}
                ExceptionSpec::Word(word) => found.push(programme_exception(word)?),
                ExceptionSpec::Scoped { scope, falls_to } => {
                    let falls_to = falls_to.as_deref().map(effect).transpose()?;
                    found.push(Exception {
                        scope: self.scope(scope, day)?,
                        falls_to,
                        says: Bilingual::new(
                            "an exception of the measure",
                            "une exception de la mesure",
                        ),
                    });
                }
            }
        }
        Ok(found)
    }
}

/// `nato_cooperation_programme`, or a programme's key: falls to case by case.
pub(super) fn programme_exception(word: &str) -> Result<Exception, DeskError> {
    let key = if word == "nato_cooperation_programme" {
        "NATO"
    } else {
        word
    };
    let programme = ProgrammeId::new(key).map_err(|m| DeskError::mistaken("exception", m))?;
    Ok(Exception {
        scope: Scope::Programme(programme),
        falls_to: Some(Effect::CaseByCase),
        says: Bilingual::new(
            format!("programme {key}: case by case"),
            format!("programme {key} : au cas par cas"),
        ),
    })
}

/// An effect, with dashes or underscores.
pub(super) fn effect(word: &str) -> Result<Effect, DeskError> {
    let key = word.replace('_', "-");
    Effect::from_key(&key)
        .ok_or_else(|| DeskError::mistaken("falls_to", format!("`{word}` is not an effect")))
}

fn any(parts: Vec<Scope>) -> Scope {
    let mut parts = parts;
    match parts.len() {
        1 => parts.remove(0),
        _ => Scope::Any(parts),
    }
}

fn all(parts: Vec<Scope>) -> Scope {
    let mut parts = parts;
    match parts.len() {
        0 => Scope::Everything,
        1 => parts.remove(0),
        _ => Scope::All(parts),
    }
}
