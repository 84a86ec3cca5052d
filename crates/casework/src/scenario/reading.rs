//! Reading a case against the law that ships: what it cites must be there, and the law that it
//! brings must be law.

use domain::language::Bilingual;
use intake::scenario::{
    EventSpec, ExceptionSpec, KnownLaw, Place, Scenario, ScenarioMistake, ScenarioMistakes,
    ScopeSpec, read_scenario_under,
};
use regime::groups::GroupsMistake;
use regime::parts::PolicyFile;
use regime::place::Place as Spot;
use regime::sources::SourcesMistake;
use regime::{Parts, PolicyMistake, Regime, RegimeMistake};

/// Reads a scenario file.
///
/// # Errors
/// Every mistake of the file with its line and column, what was found and expected, and what to
/// do. Nothing is played.
pub fn read(bytes: &[u8], name: &str) -> Result<Scenario, ScenarioMistakes> {
    let told = |mistakes| ScenarioMistakes {
        file: name.to_owned(),
        mistakes,
    };
    // What ships for no jurisdiction ships for each: sources, groups, lists.
    let parts = Parts::shipped("").map_err(|cause| {
        told(vec![mistake(
            Place { line: 1, column: 1 },
            &cause.to_string(),
            None,
        )])
    })?;
    let scenario = read_scenario_under(&known(&parts), bytes, name)?;
    let mut mistakes = brought(&scenario, parts);
    for event in &scenario.events {
        texts(event, &mut mistakes);
    }
    if mistakes.is_empty() {
        Ok(scenario)
    } else {
        mistakes.sort_by_key(|mistake| mistake.at);
        Err(told(mistakes))
    }
}

/// The names of the law that ships.
fn known(parts: &Parts) -> KnownLaw {
    let lists = parts.lists.editions().map(|list| {
        let codes = list.entries.iter().map(|entry| entry.code.clone());
        ((list.list.clone(), list.edition.clone()), codes.collect())
    });
    KnownLaw {
        sources: parts
            .sources
            .iter()
            .map(|source| source.key.clone())
            .collect(),
        groups: parts
            .groups
            .iter()
            .map(|group| group.id.to_string())
            .collect(),
        lists: lists.collect(),
    }
}

/// What is wrong with the law that a case brings. A text that is wrong is left out for the others.
fn brought(scenario: &Scenario, mut parts: Parts) -> Vec<ScenarioMistake> {
    let mut mistakes = Vec::new();
    let mut wrong = |key: &str, cause: RegimeMistake| {
        let at = within(scenario, key, spot(&cause));
        mistakes.push(mistake(at, &words(&cause), Some(key)));
    };
    if let Some(text) = &scenario.sources {
        match parts.sources.clone().with("sources", text) {
            Ok(sources) => parts.sources = sources,
            Err(cause) => wrong("sources", cause.into()),
        }
    }
    if let Some(text) = &scenario.country_groups {
        match parts.groups.clone().with("country_groups", text) {
            Ok(groups) => parts.groups = groups,
            Err(cause) => wrong("country_groups", cause.into()),
        }
    }
    for spec in &scenario.lists {
        if let Err(cause) = parts.lists.add(super::cast::list_of(spec)) {
            let at = spec.at.here;
            mistakes.push(mistake(at, &cause.to_string(), None));
        }
    }
    if !mistakes.is_empty() {
        return mistakes;
    }
    parts
        .standing
        .extend(scenario.policies.clone().map(|text| PolicyFile {
            name: "policies".to_owned(),
            text,
        }));
    if let Err(cause) = Regime::new(parts) {
        // What is not said of the policies is said of a citation in one of the other texts.
        let key = match &cause {
            RegimeMistake::Policy { .. } => "policies",
            RegimeMistake::Source { part, .. } if part.starts_with("country group") => {
                "country_groups"
            }
            _ => "lists",
        };
        let at = within(scenario, key, spot(&cause));
        mistakes.push(mistake(at, &words(&cause), Some(key)));
    }
    mistakes
}

/// Where in its text a mistake stands, when it says so.
const fn spot(cause: &RegimeMistake) -> Option<Spot> {
    match cause {
        RegimeMistake::Toml(cause)
        | RegimeMistake::Sources(SourcesMistake::Toml(cause))
        | RegimeMistake::Groups(GroupsMistake::Toml(cause)) => Some(cause.place),
        RegimeMistake::Policy {
            mistake: PolicyMistake::Text { place, .. } | PolicyMistake::Schema { place, .. },
            ..
        } => Some(*place),
        _ => None,
    }
}

/// What is wrong with scopes that are written as policy text.
fn texts(event: &EventSpec, mistakes: &mut Vec<ScenarioMistake>) {
    let scopes = [&event.scope, &event.use_scope, &event.holds];
    for scope in scopes.into_iter().flatten() {
        text_of(scope, mistakes);
    }
}

fn text_of(scope: &ScopeSpec, mistakes: &mut Vec<ScenarioMistake>) {
    if let Some(text) = &scope.text
        && let Err(wrong) = regime::parse_scope(text)
    {
        mistakes.push(mistake(scope.at.of("text"), &wrong.to_string(), None));
    }
    let excepted = scope
        .exception
        .iter()
        .filter_map(|exception| match exception {
            ExceptionSpec::Scoped { scope, .. } => Some(scope.as_ref()),
            ExceptionSpec::Word(_) => None,
        });
    let nested = scope.any.iter().chain(&scope.all).chain(&scope.unless);
    for scope in nested.chain(excepted) {
        text_of(scope, mistakes);
    }
}

/// A place in a block of text.
fn within(scenario: &Scenario, key: &str, spot: Option<Spot>) -> Place {
    let block = scenario.at.of(key);
    spot.map_or(block, |spot| block.within(spot.line, spot.column))
}

/// What is wrong, without the place in the text, which is told as a place in the file.
fn words(cause: &RegimeMistake) -> String {
    match cause {
        RegimeMistake::Toml(cause)
        | RegimeMistake::Sources(SourcesMistake::Toml(cause))
        | RegimeMistake::Groups(GroupsMistake::Toml(cause)) => cause.problem.clone(),
        RegimeMistake::Policy { mistake, .. } => match mistake {
            PolicyMistake::Text { problem, .. } => problem.clone(),
            PolicyMistake::Schema {
                policy, problem, ..
            } => format!("policy {policy}: {problem}"),
            other => other.to_string(),
        },
        other => other.to_string(),
    }
}

/// A mistake in the words of the reader that found it, which speaks English.
fn mistake(at: Place, says: &str, key: Option<&str>) -> ScenarioMistake {
    let (en, fr) = key.map_or_else(Default::default, |key| {
        (format!("`{key}`: "), format!("`{key}` : "))
    });
    ScenarioMistake {
        at,
        says: Bilingual::new(
            format!("{en}{says}"),
            format!("{fr}{says} (mots du lecteur)"),
        ),
        help: Bilingual::new("mend this text", "corriger ce texte"),
    }
}
