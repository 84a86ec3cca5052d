//! Policy measures as policies: what an officer writes, through the builder or as text.

use std::collections::BTreeSet;

use domain::id::MeasureId;
use domain::language::Bilingual;
use domain::law::{Law, SourceKind};
use domain::measure::{Clearance, Exception, MeasureInForce, PolicyMeasure, Rule, Text};
use domain::policy::Effect;
use domain::scope::ScopeMistake;

use crate::exceptions;
use crate::policies::{self, Annotated, Knowledge, PolicyMistake};
use crate::render::{named, quoted, render};
use crate::sources::UnknownSource;

/// Why a policy measure is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeasureMistake {
    /// The instrument cites an unknown source.
    #[error(transparent)]
    Source(#[from] UnknownSource),
    /// The instrument says that its source is what it is not: a notice is policy, not law.
    #[error("`{law}` is {is:?}, not {given:?}: expected the kind that the file of sources gives")]
    SourceKind {
        /// The citation.
        law: Law,
        /// What the file says.
        is: SourceKind,
        /// What the instrument says.
        given: SourceKind,
    },
    /// No rule at all.
    #[error("the measure has no rule: expected at least one")]
    NoRule,
    /// A scope that nobody could follow.
    #[error("rule {rule}: {mistake}")]
    Scope {
        /// The rule, from 1.
        rule: usize,
        /// What is wrong.
        mistake: ScopeMistake,
    },
    /// A scope that asks what an application cannot say: it would never hold, and so silently leave
    /// every application alone.
    #[error(
        "rule {rule} asks for the route, which is declared only at the border: expected what an application says"
    )]
    NotOfApplications {
        /// The rule, from 1.
        rule: usize,
    },
    /// A text in one language.
    #[error("rule {rule} lacks a text in English or in French: expected both")]
    OneLanguage {
        /// The rule, from 1.
        rule: usize,
    },
    /// A clearance that does not belong to the effect.
    #[error("rule {rule}: `{effect}` is not cleared that way: expected {expected}")]
    Clearance {
        /// The rule, from 1.
        rule: usize,
        /// The effect.
        effect: &'static str,
        /// What clears it.
        expected: &'static str,
    },
    /// The policies that it makes are not accepted.
    #[error(transparent)]
    Policy(#[from] PolicyMistake),
    /// An id that a standing policy has already.
    #[error("policy `{0}` has the id of a standing policy: expected another @id")]
    StandingId(String),
}

/// The texts of the policies that a measure makes.
///
/// Through the builder, each rule is one policy, numbered after the measure, and each exception that
/// falls to a weaker effect one more. A text is given as it was written, followed by what its
/// exceptions fall to.
///
/// # Errors
/// Refuses a rule that no policy can say, and a text that is not one.
pub fn measure_policies(measure: &MeasureInForce) -> Result<Vec<String>, MeasureMistake> {
    texts(&measure.measure)
}

fn texts(measure: &PolicyMeasure) -> Result<Vec<String>, MeasureMistake> {
    match &measure.text {
        Text::Rules { rules } => rules_texts(measure, rules),
        Text::Policy { text } => {
            let mut all = vec![text.clone()];
            for policy in policies::split(text)? {
                all.extend(text_companion(&policy)?.and_then(|companion| companion.to_cedar()));
            }
            Ok(all)
        }
    }
}

fn text_companion(
    policy: &cedar_policy::Policy,
) -> Result<Option<cedar_policy::Policy>, PolicyMistake> {
    let id = policy.annotation("id").unwrap_or("without @id").to_owned();
    let falls_to = policy.annotation("else").and_then(Effect::from_key);
    falls_to
        .map(|effect| exceptions::companion(policy, &id, effect))
        .transpose()
}

/// Loads the policies of a measure, checked.
pub(crate) fn compile(
    measure: &PolicyMeasure,
    known: &Knowledge<'_>,
) -> Result<Vec<Annotated>, MeasureMistake> {
    let mut loaded = Vec::new();
    match &measure.text {
        Text::Rules { rules } => {
            for text in rules_texts(measure, rules)? {
                loaded.extend(policies::load(&text, known)?);
            }
        }
        Text::Policy { text } => {
            for written in policies::load(text, known)? {
                loaded.extend(written_with_companion(written, known)?);
            }
        }
    }
    if loaded.is_empty() {
        return Err(PolicyMistake::Empty.into());
    }
    let mut ids = BTreeSet::new();
    for policy in &loaded {
        if !ids.insert(policy.id.as_str()) {
            return Err(PolicyMistake::Twice(policy.id.clone()).into());
        }
        if !policies::acts_on_applications(&policy.policy) {
            return Err(PolicyMistake::Plane(policy.id.clone()).into());
        }
    }
    Ok(loaded)
}

/// A policy as written and, where it has an `@else`, its companion.
fn written_with_companion(
    written: Annotated,
    known: &Knowledge<'_>,
) -> Result<Vec<Annotated>, PolicyMistake> {
    check_clearable(&written)?;
    let Some(falls_to) = written.falls_to else {
        return Ok(vec![written]);
    };
    exceptions::check_fall(&written.id, written.effect, falls_to)?;
    let companion = exceptions::companion(&written.policy, &written.id, falls_to)?;
    // The companion is read from its own text, so that every check is made on it as well.
    let text = companion.to_cedar().unwrap_or_default();
    let mut all = policies::load(&text, known).map_err(|mistake| PolicyMistake::Exception {
        policy: written.id.clone(),
        problem: format!(
            "its exception cannot stand alone ({mistake}): expected alternatives that each hold their own guards"
        ),
    })?;
    all.push(written);
    Ok(all)
}

/// Checks that what clears an effect by the design is asked for in the text.
fn check_clearable(written: &Annotated) -> Result<(), PolicyMistake> {
    let (attribute, expected) = match written.effect {
        Effect::PresumeDenial => (
            "exceptional_circumstances",
            "resource has exceptional_circumstances",
        ),
        Effect::CaseByCase => ("case_assessment", "resource has case_assessment"),
        Effect::NeedsConsultation => ("advised_by", "resource.advised_by.contains(Party::\"…\")"),
        Effect::NeedsDocument => ("documents", "resource.documents.contains(Document::\"…\")"),
        Effect::Bar | Effect::Hold => return Ok(()),
    };
    let clearances = exceptions::unless_of(&written.policy, &written.id)?.clearances;
    if exceptions::asks_for(&clearances, attribute) {
        return Ok(());
    }
    Err(PolicyMistake::NotClearable {
        policy: written.id.clone(),
        effect: written.effect.key(),
        expected,
    })
}

/// Checks a measure before it is proposed: known law, known names, text that holds together.
pub(crate) fn check(
    measure: &PolicyMeasure,
    known: &Knowledge<'_>,
    standing: &[Annotated],
) -> Result<(), MeasureMistake> {
    let instrument = &measure.instrument;
    let is = known.sources.kind_of(&instrument.law)?;
    if is != instrument.source_kind {
        return Err(MeasureMistake::SourceKind {
            law: instrument.law.clone(),
            is,
            given: instrument.source_kind,
        });
    }
    for policy in compile(measure, known)? {
        if standing.iter().any(|known| known.id == policy.id) {
            return Err(MeasureMistake::StandingId(policy.id));
        }
    }
    Ok(())
}

fn rules_texts(measure: &PolicyMeasure, rules: &[Rule]) -> Result<Vec<String>, MeasureMistake> {
    if rules.is_empty() {
        return Err(MeasureMistake::NoRule);
    }
    let mut texts = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let number = index.saturating_add(1);
        check_rule(rule, number)?;
        let law = &measure.instrument.law;
        texts.extend(
            RuleText {
                measure: &measure.id,
                law,
                number,
                rule,
            }
            .texts()?,
        );
    }
    Ok(texts)
}

fn check_rule(rule: &Rule, number: usize) -> Result<(), MeasureMistake> {
    let scopes = std::iter::once(&rule.scope).chain(rule.exceptions.iter().map(|e| &e.scope));
    for scope in scopes {
        scope.check().map_err(|mistake| MeasureMistake::Scope {
            rule: number,
            mistake,
        })?;
        if scope.needs_declaration() {
            return Err(MeasureMistake::NotOfApplications { rule: number });
        }
    }
    let is_said = rule.says.is_complete() && rule.exceptions.iter().all(|e| e.says.is_complete());
    if !is_said {
        return Err(MeasureMistake::OneLanguage { rule: number });
    }
    check_clearance(rule, number)
}

fn check_clearance(rule: &Rule, number: usize) -> Result<(), MeasureMistake> {
    let (fits, expected) = match rule.effect {
        Effect::Bar => (rule.cleared_by == Clearance::LiftingOnly, "lifting only"),
        Effect::Hold => (
            matches!(
                rule.cleared_by,
                Clearance::LiftingOnly | Clearance::Dialogue { .. }
            ),
            "lifting, or the conclusion of a dialogue",
        ),
        Effect::PresumeDenial => (
            rule.cleared_by == Clearance::ExceptionalCircumstances,
            "a determination of exceptional circumstances",
        ),
        Effect::NeedsDocument => (
            matches!(&rule.cleared_by, Clearance::Documents { documents } if !documents.is_empty()),
            "at least one kind of document",
        ),
        Effect::NeedsConsultation => (
            matches!(&rule.cleared_by, Clearance::Advice { bodies } if !bodies.is_empty()),
            "the advice of at least one body",
        ),
        Effect::CaseByCase => (
            rule.cleared_by == Clearance::Assessment,
            "the recorded assessment",
        ),
    };
    if fits {
        return Ok(());
    }
    Err(MeasureMistake::Clearance {
        rule: number,
        effect: rule.effect.key(),
        expected,
    })
}

/// One rule on its way to text.
struct RuleText<'a> {
    measure: &'a MeasureId,
    law: &'a Law,
    number: usize,
    rule: &'a Rule,
}

impl RuleText<'_> {
    fn id(&self) -> String {
        format!("{}/{}", self.measure, self.number)
    }

    /// The rule, then each exception that falls, first match first.
    fn texts(&self) -> Result<Vec<String>, MeasureMistake> {
        let rule = self.rule;
        let mut unless: Vec<String> = rule
            .exceptions
            .iter()
            .map(|exception| render(&exception.scope))
            .collect();
        unless.extend(clearance(&rule.cleared_by));
        let head = Head {
            id: self.id(),
            effect: rule.effect,
            says: &rule.says,
            cleared_by: cleared_by(rule.effect, &rule.cleared_by),
        };
        let mut texts = vec![self.text(&head, &[render(&rule.scope)], &unless)];
        for (index, exception) in rule.exceptions.iter().enumerate() {
            texts.extend(self.exception(index, exception)?);
        }
        Ok(texts)
    }

    fn exception(
        &self,
        index: usize,
        exception: &Exception,
    ) -> Result<Option<String>, MeasureMistake> {
        let Some(effect) = exception.falls_to else {
            return Ok(None);
        };
        let id = format!("{}/except-{}", self.id(), index.saturating_add(1));
        exceptions::check_fall(&id, self.rule.effect, effect)?;
        let earlier = self.rule.exceptions.iter().take(index);
        let mut unless: Vec<String> = earlier.map(|earlier| render(&earlier.scope)).collect();
        let clears = exceptions::clearing_attribute(effect);
        unless.extend(clears.map(|attribute| format!("resource has {attribute}")));
        let cleared_by = policies::cleared_by(effect);
        let head = Head {
            id,
            effect,
            says: &exception.says,
            cleared_by,
        };
        let when = [render(&self.rule.scope), render(&exception.scope)];
        Ok(Some(self.text(&head, &when, &unless)))
    }

    fn text(&self, head: &Head<'_>, when: &[String], unless: &[String]) -> String {
        let mut lines = vec![
            annotation("id", &head.id),
            annotation("source", self.law.as_str()),
            annotation("effect", head.effect.key()),
            annotation("en", &head.says.en),
            annotation("fr", &head.says.fr),
            annotation("cleared_en", &head.cleared_by.en),
            annotation("cleared_fr", &head.cleared_by.fr),
            "forbid (principal, action in [Action::\"issue\", Action::\"amend\"], resource)".into(),
        ];
        lines.extend(
            when.iter()
                .map(|condition| format!("when {{ {condition} }}")),
        );
        lines.extend(
            unless
                .iter()
                .map(|condition| format!("unless {{ {condition} }}")),
        );
        lines.join("\n") + ";\n"
    }
}

struct Head<'a> {
    id: String,
    effect: Effect,
    says: &'a Bilingual,
    cleared_by: Bilingual,
}

fn annotation(name: &str, text: &str) -> String {
    format!("@{name}({})", quoted(text))
}

/// The recorded fact that clears a rule, as a condition.
fn clearance(clearance: &Clearance) -> Option<String> {
    let set = |kind, ids: Vec<&str>| {
        let all: Vec<String> = ids.into_iter().map(|id| named(kind, id)).collect();
        all.join(", ")
    };
    match clearance {
        Clearance::LiftingOnly => None,
        Clearance::ExceptionalCircumstances => {
            Some("resource has exceptional_circumstances".into())
        }
        Clearance::Assessment => Some("resource has case_assessment".into()),
        Clearance::Documents { documents } => {
            let all = set("Document", documents.iter().map(|id| id.as_str()).collect());
            Some(format!("resource.documents.containsAll([{all}])"))
        }
        Clearance::Advice { bodies } => {
            let all = set("Party", bodies.iter().map(|id| id.as_str()).collect());
            Some(format!("resource.advised_by.containsAll([{all}])"))
        }
        Clearance::Dialogue { dialogue } => Some(format!(
            "resource.dialogues_concluded.contains({})",
            named("Dialogue", dialogue.as_str())
        )),
    }
}

/// What clears a rule, to a person.
fn cleared_by(effect: Effect, clearance: &Clearance) -> Bilingual {
    let listed = |ids: Vec<&str>| ids.join(", ");
    match clearance {
        Clearance::Documents { documents } => {
            let all = listed(documents.iter().map(|id| id.as_str()).collect());
            Bilingual::new(
                format!("Each of these documents: {all}"),
                format!("Chacun de ces documents : {all}"),
            )
        }
        Clearance::Advice { bodies } => {
            let all = listed(bodies.iter().map(|id| id.as_str()).collect());
            Bilingual::new(
                format!("The advice of: {all}"),
                format!("L’avis de : {all}"),
            )
        }
        Clearance::Dialogue { dialogue } => Bilingual::new(
            format!("The conclusion of the dialogue {dialogue}, or the lifting of the measure"),
            format!("La conclusion du dialogue {dialogue}, ou la levée de la mesure"),
        ),
        Clearance::LiftingOnly if effect == Effect::Hold => {
            Bilingual::new("The lifting of the measure", "La levée de la mesure")
        }
        _ => policies::cleared_by(effect),
    }
}
