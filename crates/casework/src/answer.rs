//! What the desk answers: done, refused, mistaken, or at fault.

use domain::language::Bilingual;
use domain::law::Law;
use domain::refusal::Says;
use domain::time::{Instant, Position};
use register::RegisterFault;
use serde::Serialize;

/// An act that was done, with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Done<T> {
    /// The first and the last event that it brought, if it brought any.
    pub events: Option<(Position, Position)>,
    /// When the register learned it.
    pub recorded_at: Instant,
    /// Whether this repeats the first answer under the same key.
    pub is_repeat: bool,
    /// What was done.
    pub what: T,
}

/// Nobody can mend it: the law or the facts say no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// A short key, as in `measure.sign.same-officer`.
    pub code: String,
    /// The ground, to a person.
    pub says: Bilingual,
    /// Its law, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub law: Option<Law>,
    /// What would have to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_have_to_change: Option<Bilingual>,
    /// Every reason apart, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Bilingual>,
}

/// The sender can mend it: malformed or impossible input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{field}: {}", .expected.en)]
pub struct Mistake {
    /// Where: a field, a file and line, an id.
    pub field: String,
    /// What is wrong and what was expected.
    pub expected: Bilingual,
}

impl Mistake {
    /// A mistake in words that are the same in both languages, or that a parser of somebody
    /// else's chose.
    #[must_use]
    pub fn of(field: impl Into<String>, expected: impl std::fmt::Display) -> Self {
        let expected = expected.to_string();
        Self {
            field: field.into(),
            expected: Bilingual::new(expected.clone(), expected),
        }
    }

    /// A mistake in the words of both languages.
    #[must_use]
    pub fn told(field: impl Into<String>, expected: &dyn Says) -> Self {
        Self {
            field: field.into(),
            expected: expected.says(),
        }
    }
}

impl Says for Mistake {
    fn says(&self) -> Bilingual {
        Bilingual::new(
            self.to_string(),
            format!("{} : {}", self.field, self.expected.fr),
        )
    }
}

/// The operator has to mend it.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The register failed.
    #[error("{doing}")]
    Register {
        /// What was being done.
        doing: String,
        /// What the register said.
        #[source]
        source: RegisterFault,
    },
    /// An invariant does not hold.
    #[error("{0}")]
    Invariant(String),
    /// The write that would have answered failed. Whether it became durable may be unknown: the
    /// same request under the same key gives the answer.
    #[error("{0}: ask again under the same key")]
    Undone(String),
    /// Too many wait already.
    #[error("too many requests wait: ask again under the same key")]
    Busy,
}

impl Fault {
    /// Whether the register may answer later what it cannot answer now: it is not reached, or what
    /// became of a write is not known. Nothing was granted; the same key finds what was done.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Undone(_) | Self::Busy => true,
            Self::Invariant(_) => false,
            Self::Register { source, .. } => matches!(
                source,
                RegisterFault::Storage { .. }
                    | RegisterFault::Busy { .. }
                    | RegisterFault::UnknownOutcome { .. }
                    | RegisterFault::NotDurable { .. }
                    | RegisterFault::Shut { .. }
                    | RegisterFault::Full { .. }
                    | RegisterFault::Standby { .. }
            ),
        }
    }
}

/// The first answer under a key, asked for again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Repeated {
    /// The first and the last event that it brought, if it brought any.
    pub events: Option<(Position, Position)>,
    /// What was done.
    pub what: serde_json::Value,
}

/// Why an act was not done. Nothing was written, save where a refusal is itself an event.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The law or the facts say no.
    #[error("{}", .0.says.en)]
    Refused(Box<Refusal>),
    /// Nobody holds the token that was shown.
    #[error("nobody holds this token")]
    UnknownCaller,
    /// The input cannot be used.
    #[error(transparent)]
    Mistaken(#[from] Mistake),
    /// The operator has to mend something.
    #[error(transparent)]
    Faulty(#[from] Fault),
    /// It was done before, under the same key.
    #[error("this was done before, under the same key")]
    Repeated(Box<Repeated>),
}

impl DeskError {
    /// A refusal that a decision gave: its code and its words.
    pub(crate) fn refused(code: &str, because: &dyn Says) -> Self {
        Self::Refused(Box::new(Refusal::of(code, because)))
    }

    /// A mistake in one field.
    pub(crate) fn mistaken(field: impl Into<String>, expected: impl std::fmt::Display) -> Self {
        Self::Mistaken(Mistake::of(field, expected))
    }

    /// A mistake in one field, in the words of both languages.
    pub(crate) fn mistaken_in_both(field: impl Into<String>, expected: &dyn Says) -> Self {
        Self::Mistaken(Mistake::told(field, expected))
    }

    /// A mistake in one field, in English and in French.
    pub(crate) fn mistaken_as(
        field: impl Into<String>,
        en: impl Into<String>,
        fr: impl Into<String>,
    ) -> Self {
        Self::mistaken_in_both(field, &Bilingual::new(en, fr))
    }

    /// A number that stands for something already: nothing is written over.
    pub(crate) fn taken(field: &str, id: impl std::fmt::Display) -> Self {
        Self::mistaken_as(
            field,
            format!("{id} exists already: expected a new number"),
            format!("{id} existe déjà : attendu un nouveau numéro"),
        )
    }

    /// A broken invariant.
    pub(crate) fn invariant(says: impl Into<String>) -> Self {
        Self::Faulty(Fault::Invariant(says.into()))
    }
}

impl Refusal {
    /// A refusal in the words of the decision, under a title in both languages by its code.
    fn of(code: &str, because: &dyn Says) -> Self {
        let because = because.says();
        let (en, fr) = title(code);
        Self {
            code: code.to_owned(),
            says: Bilingual::new(
                format!("{en}: {}", because.en),
                format!("{fr} : {}", because.fr),
            ),
            law: None,
            would_have_to_change: None,
            reasons: Vec::new(),
        }
    }
}

impl Refusal {
    /// The refusal with what the authority calls a permit in place of the register's own word.
    ///
    /// In French only a feminine noun takes the place of `licence`: the words around it agree
    /// with that, and a sentence that does not agree is worse than a general word.
    pub(crate) fn in_words_of(&mut self, permit: &Bilingual) {
        let texts = std::iter::once(&mut self.says);
        let texts = texts.chain(&mut self.would_have_to_change);
        for said in texts.chain(&mut self.reasons) {
            said.en = reworded(&said.en, "permit", &permit.en);
            if !is_masculine(&permit.fr) {
                said.fr = reworded(&elided(&said.fr, &permit.fr), "licence", &permit.fr);
            }
        }
    }
}

/// Whether a French noun for a permit is masculine.
pub(crate) fn is_masculine(noun: &str) -> bool {
    const MASCULINE: [&str; 6] = [
        "agrément",
        "certificat",
        "document",
        "permis",
        "titre",
        "visa",
    ];
    let first = noun.split(' ').next().unwrap_or_default();
    MASCULINE.contains(&first.to_lowercase().as_str())
}

/// The articles of `licence` elided where the noun that takes its place begins with a vowel.
fn elided(text: &str, noun: &str) -> String {
    let opens = noun.to_lowercase();
    if !opens.starts_with(['a', 'e', 'i', 'o', 'u', 'é', 'h']) {
        return text.to_owned();
    }
    [("la licence", "l’licence"), ("de licence", "d’licence")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// A text with one word in place of another, in one number and in several; what belongs to an
/// identifier or stands in backticks is left alone.
fn reworded(text: &str, from: &str, to: &str) -> String {
    if from == to {
        return text.to_owned();
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '`' | '/' | '.');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, found) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let after = found.get(from.len()..).unwrap_or_default();
        let (plural, beyond) = match after.strip_prefix('s') {
            Some(beyond) if !beyond.starts_with(char::is_alphanumeric) => ("s", beyond),
            _ => ("", after),
        };
        out.push_str(before);
        let is_whole = !before.ends_with(is_part)
            && !beyond.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '`'));
        if is_whole {
            out.push_str(to);
            out.push_str(if to.ends_with('s') { "" } else { plural });
        } else {
            out.push_str(from);
            out.push_str(plural);
        }
        rest = beyond;
    }
    out.push_str(rest);
    out
}

/// What is refused, by the noun and verb of the code.
fn title(code: &str) -> (&'static str, &'static str) {
    match code.split_once('.').map_or(code, |(noun, _)| noun) {
        "application" => (
            "the application is not taken further",
            "la demande n’avance pas",
        ),
        "permit" => ("the permit is not changed", "la licence n’est pas modifiée"),
        "measure" => ("the measure is not made", "la mesure n’est pas prise"),
        "assurance" => (
            "the assurance is not recorded",
            "l’assurance n’est pas consignée",
        ),
        "evidence" => (
            "the evidence is not recorded so",
            "la preuve n’est pas consignée ainsi",
        ),
        "catalogue" => (
            "the catalogue does not take it so",
            "le catalogue ne le reçoit pas ainsi",
        ),
        "review" => ("the review is not taken further", "l’examen n’avance pas"),
        "dialogue" => (
            "the dialogue takes no such step",
            "le dialogue ne franchit pas ce pas",
        ),
        "webhook" => (
            "the subscription takes no such step",
            "l’abonnement ne franchit pas ce pas",
        ),
        "gate" => ("it may not leave", "cela ne peut pas sortir"),
        "access" => ("you may not do this", "vous ne pouvez pas faire cela"),
        _ => ("it is refused", "c’est refusé"),
    }
}

impl From<RegisterFault> for DeskError {
    fn from(source: RegisterFault) -> Self {
        Self::Faulty(Fault::Register {
            doing: "using the register".into(),
            source,
        })
    }
}

impl From<domain::view::FoldFault> for DeskError {
    fn from(fault: domain::view::FoldFault) -> Self {
        Self::invariant(fault.to_string())
    }
}

impl From<domain::ledger::LedgerFault> for DeskError {
    fn from(fault: domain::ledger::LedgerFault) -> Self {
        Self::invariant(fault.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(en: &str, fr: &str) -> Refusal {
        Refusal {
            code: "permit.amend".into(),
            says: Bilingual::new(en, fr),
            law: None,
            would_have_to_change: None,
            reasons: vec![Bilingual::new("permit P-1", "licence P-1")],
        }
    }

    #[test]
    fn a_refusal_speaks_of_permits_as_the_authority_does() {
        for (word, en, fr) in [
            (
                ("licence", "autorisation"),
                "the licence permit-7 and `permit` of 2 licences",
                "l’autorisation licence-7 et `licence` de 2 autorisations",
            ),
            (
                ("licence", "licence"),
                "the licence permit-7 and `permit` of 2 licences",
                "la licence licence-7 et `licence` de 2 licences",
            ),
            (
                ("permit", "permis"),
                "the permit permit-7 and `permit` of 2 permits",
                "la licence licence-7 et `licence` de 2 licences",
            ),
        ] {
            let mut said = refusal(
                "the permit permit-7 and `permit` of 2 permits",
                "la licence licence-7 et `licence` de 2 licences",
            );
            said.in_words_of(&Bilingual::new(word.0, word.1));
            assert_eq!((said.says.en.as_str(), said.says.fr.as_str()), (en, fr));
            assert_eq!(said.reasons[0].en, format!("{} P-1", word.0));
        }
    }

    #[test]
    fn a_mistake_names_its_field_in_both_languages() {
        let mistake = Mistake::told("name", &Bilingual::new("expected one", "un est attendu"));
        assert_eq!(mistake.to_string(), "name: expected one");
        assert_eq!(mistake.says().fr, "name : un est attendu");
    }
}
