//! Which supporting documents a line needs, by destination and recipient, as dated data.
//!
//! A regulation asks for any one of many papers; which one is asked of whom is practice and changes.
//! Rows that bind become policies; rows to be confirmed, and rows that a measure carries, are shown
//! as advice and enforce nothing from here.

use std::collections::{BTreeMap, BTreeSet};

use domain::control_list::{Certainty, EntryId, EntryTree};
use domain::country::Country;
use domain::facts::LineFacts;
use domain::id::{CountryGroupId, DocumentKind};
use domain::language::Bilingual;
use domain::law::Law;
use domain::policy::Effect;
use domain::scope::{Geography, Judged, Place, Scope};
use domain::time::Day;
use serde::Deserialize;

use crate::place::{TomlMistake, read_toml};
use crate::render::{named, quoted, render};

const SHIPPED: &str = include_str!("../../../policies/documents.toml");

/// When a row is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// When the application is received: part of being complete.
    Completeness,
    /// Before issue.
    Issue,
}

/// Who receives the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Recipient {
    /// Anybody.
    #[default]
    Any,
    /// Consignees that are all governments or armed forces.
    Government,
    /// At least one consignee that is neither, or none known.
    Private,
}

/// Which documents satisfy a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// At least one of these.
    AnyOf(BTreeSet<DocumentKind>),
    /// Each of these.
    AllOf(BTreeSet<DocumentKind>),
}

impl Wanted {
    /// Whether the documents received satisfy it.
    #[must_use]
    pub fn is_met_by(&self, received: &BTreeSet<DocumentKind>) -> bool {
        match self {
            Self::AnyOf(kinds) => kinds.iter().any(|kind| received.contains(kind)),
            Self::AllOf(kinds) => kinds.is_subset(received),
        }
    }

    /// The kinds named.
    #[must_use]
    pub const fn kinds(&self) -> &BTreeSet<DocumentKind> {
        match self {
            Self::AnyOf(kinds) | Self::AllOf(kinds) => kinds,
        }
    }
}

/// One rule about documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRule {
    /// Its id, also of the policy that it becomes.
    pub id: String,
    /// When it is looked at.
    pub stage: Stage,
    /// First day; none where the source read does not say.
    pub from: Option<Day>,
    /// First day on which it no longer holds.
    pub until: Option<Day>,
    /// Which lines, save for the recipient.
    pub scope: Scope,
    /// Which recipients.
    pub recipient: Recipient,
    /// Which documents.
    pub wanted: Wanted,
    /// Where it comes from.
    pub source: Law,
    /// How sure it is.
    pub certainty: Certainty,
    /// The measure whose text it is; it binds when the register holds that measure.
    pub by_measure: Option<Law>,
    /// What it asks, to a person.
    pub says: Bilingual,
}

impl DocumentRule {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.from.is_none_or(|from| day >= from) && self.until.is_none_or(|until| day < until)
    }

    /// Whether nothing is issued without it: not when it is to be confirmed, nor when a measure
    /// carries it, nor when it is part of being complete.
    #[must_use]
    pub fn binds_issue(&self) -> bool {
        self.stage == Stage::Issue
            && self.certainty != Certainty::ToConfirm
            && self.by_measure.is_none()
    }

    /// The rule as a policy.
    #[must_use]
    pub fn policy(&self) -> String {
        let recipient = match self.recipient {
            Recipient::Any => "",
            Recipient::Government => "\nwhen { resource.is_for_government }",
            Recipient::Private => "\nwhen { !resource.is_for_government }",
        };
        let (test, kinds) = match &self.wanted {
            Wanted::AnyOf(kinds) => ("containsAny", kinds),
            Wanted::AllOf(kinds) => ("containsAll", kinds),
        };
        let kinds: Vec<String> = kinds
            .iter()
            .map(|kind| named("Document", kind.as_str()))
            .collect();
        format!(
            "@id({})\n@source({})\n@effect({})\n@en({})\n@fr({})\n\
             forbid (principal, action in [Action::\"issue\", Action::\"amend\"], resource)\n\
             when {{ {} }}{recipient}\nunless {{ resource.documents.{test}([{}]) }};\n",
            quoted(&self.id),
            quoted(self.source.as_str()),
            quoted(Effect::NeedsDocument.key()),
            quoted(&self.says.en),
            quoted(&self.says.fr),
            render(&self.scope),
            kinds.join(", ")
        )
    }
}

/// What a row says about one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentAdvice<'a> {
    /// The rule.
    pub rule: &'a DocumentRule,
    /// Whether the documents received satisfy it.
    pub is_met: bool,
}

/// Why document rules are not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentsMistake {
    /// The file is not what was expected.
    #[error(transparent)]
    Toml(#[from] TomlMistake),
    /// A row asks for documents in two ways, or in none.
    #[error("document row `{row}`: expected either `any_of` or `all_of`, with at least one kind")]
    Wanted {
        /// The row.
        row: String,
    },
    /// A kind of document that has no name.
    #[error("document row `{row}` asks for `{kind}`, which has no name in `kinds`: expected one")]
    Kind {
        /// The row.
        row: String,
        /// The kind.
        kind: DocumentKind,
    },
    /// A text in one language.
    #[error("`{row}` lacks a text in English or in French: expected both")]
    OneLanguage {
        /// The row or kind.
        row: String,
    },
    /// Two rows with one id.
    #[error("document row `{row}` is given twice: expected one row per id")]
    Twice {
        /// The row.
        row: String,
    },
}

/// The document rules of a regime.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentRules {
    names: BTreeMap<DocumentKind, Bilingual>,
    rules: Vec<DocumentRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    kinds: BTreeMap<DocumentKind, (String, String)>,
    #[serde(default)]
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    stage: Stage,
    from: Option<Day>,
    until: Option<Day>,
    country: Option<Country>,
    group: Option<CountryGroupId>,
    #[serde(default)]
    recipient: Recipient,
    #[serde(default)]
    entries: Vec<EntryId>,
    #[serde(default)]
    any_of: BTreeSet<DocumentKind>,
    #[serde(default)]
    all_of: BTreeSet<DocumentKind>,
    source: Law,
    certainty: Certainty,
    by_measure: Option<Law>,
    en: String,
    fr: String,
}

impl DocumentRules {
    /// The rules that ship.
    ///
    /// # Errors
    /// Refuses a file that is not what was expected; a test holds the shipped file to it.
    pub fn shipped() -> Result<Self, DocumentsMistake> {
        Self::default().with("policies/documents.toml", SHIPPED)
    }

    /// These rules and those of a text.
    ///
    /// # Errors
    /// Refuses a malformed text, a row that asks for nothing, an unnamed kind, and a text in one
    /// language.
    pub fn with(mut self, file: &str, text: &str) -> Result<Self, DocumentsMistake> {
        let file: File = read_toml(file, text)?;
        for (kind, (en, fr)) in file.kinds {
            let name = Bilingual { en, fr };
            if !name.is_complete() {
                return Err(DocumentsMistake::OneLanguage {
                    row: kind.to_string(),
                });
            }
            self.names.insert(kind, name);
        }
        for row in file.row {
            let rule = self.rule(row)?;
            if self.rules.iter().any(|known| known.id == rule.id) {
                return Err(DocumentsMistake::Twice { row: rule.id });
            }
            self.rules.push(rule);
        }
        Ok(self)
    }

    fn rule(&self, row: Row) -> Result<DocumentRule, DocumentsMistake> {
        let wanted = match (row.any_of.is_empty(), row.all_of.is_empty()) {
            (false, true) => Wanted::AnyOf(row.any_of),
            (true, false) => Wanted::AllOf(row.all_of),
            _ => return Err(DocumentsMistake::Wanted { row: row.id }),
        };
        if let Some(kind) = wanted
            .kinds()
            .iter()
            .find(|kind| !self.names.contains_key(*kind))
        {
            return Err(DocumentsMistake::Kind {
                kind: kind.clone(),
                row: row.id,
            });
        }
        let says = Bilingual::new(row.en, row.fr);
        if !says.is_complete() {
            return Err(DocumentsMistake::OneLanguage { row: row.id });
        }
        let at = Place::Anywhere;
        let mut parts = Vec::new();
        parts.extend(row.country.map(|is| Scope::Country { at, is }));
        parts.extend(row.group.map(|group| Scope::CountryGroup { at, group }));
        if !row.entries.is_empty() {
            parts.push(Scope::Any(
                row.entries.into_iter().map(Scope::Entry).collect(),
            ));
        }
        let scope = if parts.is_empty() {
            Scope::Everything
        } else {
            Scope::All(parts)
        };
        Ok(DocumentRule {
            id: row.id,
            stage: row.stage,
            from: row.from,
            until: row.until,
            scope,
            recipient: row.recipient,
            wanted,
            source: row.source,
            certainty: row.certainty,
            by_measure: row.by_measure,
            says,
        })
    }

    /// The name of a kind of document.
    #[must_use]
    pub fn name(&self, kind: &DocumentKind) -> Option<&Bilingual> {
        self.names.get(kind)
    }

    /// Every kind of document that has a name.
    pub fn kinds(&self) -> impl Iterator<Item = (&DocumentKind, &Bilingual)> {
        self.names.iter()
    }

    /// All rules, in the order of the file.
    #[must_use]
    pub fn rules(&self) -> &[DocumentRule] {
        &self.rules
    }

    /// The rules that hold on a day and bind before issue.
    pub fn binding_on(&self, day: Day) -> impl Iterator<Item = &DocumentRule> {
        self.rules
            .iter()
            .filter(move |rule| rule.binds_issue() && rule.holds_on(day))
    }

    /// What the rules of a day say about a line: those that bind and those that only advise.
    #[must_use]
    pub fn advice(
        &self,
        day: Day,
        facts: &LineFacts,
        tree: &dyn EntryTree,
        world: &dyn Geography,
    ) -> Vec<DocumentAdvice<'_>> {
        let judged = Judged {
            line: None,
            facts,
            declared: None,
        };
        self.rules
            .iter()
            .filter(|rule| rule.holds_on(day))
            .filter(|rule| rule.scope.contains(judged, tree, world))
            .filter(|rule| match rule.recipient {
                Recipient::Any => true,
                Recipient::Government => is_for_government(facts),
                Recipient::Private => !is_for_government(facts),
            })
            .map(|rule| DocumentAdvice {
                rule,
                is_met: rule.wanted.is_met_by(&facts.documents),
            })
            .collect()
    }
}

fn is_for_government(facts: &LineFacts) -> bool {
    let is_government = |party| {
        facts
            .parties
            .get(party)
            .is_some_and(|known| known.is_government)
    };
    !facts.consignees.is_empty() && facts.consignees.iter().all(is_government)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entities::tests::facts;
    use crate::groups::CountryGroups;
    use crate::own_lists::tests::shipped;

    fn advised(facts: &LineFacts, day: &str) -> Vec<(String, bool)> {
        let day = Day::parse(day).unwrap();
        let groups = CountryGroups::shipped().unwrap();
        DocumentRules::shipped()
            .unwrap()
            .advice(day, facts, &shipped(), &groups.on(day))
            .into_iter()
            .map(|advice| (advice.rule.id.clone(), advice.is_met))
            .collect()
    }

    #[test]
    fn nothing_that_ships_binds_by_itself() {
        let rules = DocumentRules::shipped().unwrap();
        let day = Day::parse("2026-01-01").unwrap();
        assert_eq!(rules.binding_on(day).count(), 0);
        for rule in rules.rules() {
            let practice = rule.certainty == Certainty::ToConfirm;
            let excused =
                practice || rule.by_measure.is_some() || rule.stage == Stage::Completeness;
            assert!(excused, "{}", rule.id);
        }
    }

    #[test]
    fn advice_follows_recipient_destination_and_day() {
        let row = |id: &str, is_met| (id.to_owned(), is_met);
        let mut line = facts();
        line.documents = [DocumentKind::new("end-use-statement").unwrap()].into();
        assert_eq!(
            advised(&line, "2020-05-01"),
            [
                row("CA-DOC-ONE-OF-TWELVE", true),
                row("CA-DOC-PRIVATE", true)
            ]
        );
        for party in line.parties.values_mut() {
            party.is_government = true;
        }
        assert_eq!(
            advised(&line, "2024-01-29"),
            [
                row("CA-DOC-ONE-OF-TWELVE", true),
                row("CA-DOC-GOVERNMENT", false),
                row("CA-DOC-NTE-1108", false)
            ]
        );
    }

    #[test]
    fn a_row_that_asks_for_nothing_or_for_the_unnamed_is_refused() {
        let row = |ask: &str| {
            format!(
                "[kinds]\na = [\"a\", \"b\"]\n[[row]]\nid = \"R\"\nstage = \"issue\"\n{ask}\n\
                 source = \"HB:1\"\ncertainty = \"read\"\nen = \"e\"\nfr = \"f\"\n"
            )
        };
        let read = |ask: &str| DocumentRules::default().with("case", &row(ask));
        assert!(read("any_of = [\"a\"]").is_ok());
        assert!(matches!(read(""), Err(DocumentsMistake::Wanted { .. })));
        let both = "any_of = [\"a\"]\nall_of = [\"a\"]";
        assert!(matches!(read(both), Err(DocumentsMistake::Wanted { .. })));
        assert!(matches!(
            read("all_of = [\"z\"]"),
            Err(DocumentsMistake::Kind { .. })
        ));
        let twice = read("any_of = [\"a\"]")
            .unwrap()
            .with("again", &row("any_of = [\"a\"]"));
        assert!(matches!(twice, Err(DocumentsMistake::Twice { .. })));
    }
}
