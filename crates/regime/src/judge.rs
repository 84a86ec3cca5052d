//! Judging a line: every policy of a day, the standing ones and the measures in force.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use cedar_policy::Schema;
use domain::control_list::EntryId;
use domain::country::Country;
use domain::facts::{Declared, LineFacts, LineRef};
use domain::measure::{MeasureInForce, PolicyMeasure};
use domain::policy::{PolicyAnswer, PolicyFinding};
use domain::scope::Judged;
use domain::time::Day;

use crate::compiled::{Compiled, request};
use crate::control::Controlled;
use crate::documents::DocumentAdvice;
use crate::entities::see;
use crate::groups::GroupsOn;
use crate::measures::{self, MeasureMistake};
use crate::parts::{Parts, RegimeMistake};
use crate::policies::{self, Annotated, Knowledge};

/// Most sets of compiled policies kept. A day's work asks about one or two sets; a replay or a
/// report walks through a few dozen.
const SETS_MAX: usize = 64;

/// The law of one jurisdiction, ready to be asked.
///
/// It answers what policies say and never decides. A set of policies is compiled once per set of
/// measures and document rules in force, and kept.
pub struct Regime {
    parts: Parts,
    schema: Schema,
    standing: Vec<Annotated>,
    sets: Mutex<BTreeMap<String, Arc<Compiled>>>,
}

impl std::fmt::Debug for Regime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Regime")
            .field("jurisdiction", &self.parts.jurisdiction)
            .field("standing", &self.standing.len())
            .finish_non_exhaustive()
    }
}

impl Regime {
    /// Puts a regime together and checks every part of it.
    ///
    /// # Errors
    /// Refuses an unknown source, and a standing policy that is not annotated in both languages,
    /// not strictly valid, or that names what is not known.
    pub fn new(parts: Parts) -> Result<Self, RegimeMistake> {
        parts.check_sources()?;
        let of_schema = |mistake| RegimeMistake::Policy {
            file: "policies/schema.cedarschema".into(),
            mistake,
        };
        let schema = policies::schema().map_err(of_schema)?;
        let mut standing: BTreeMap<String, Annotated> = BTreeMap::new();
        let rules = parts
            .documents
            .rules()
            .iter()
            .filter(|rule| rule.binds_issue());
        let texts = parts
            .standing
            .iter()
            .map(|file| (file.name.clone(), file.text.clone()))
            .chain(rules.map(|rule| (rule.id.clone(), rule.policy())));
        for (file, text) in texts {
            let wrong = |mistake| RegimeMistake::Policy {
                file: file.clone(),
                mistake,
            };
            let known = knowledge(&parts, &schema);
            for policy in policies::load(&text, &known).map_err(wrong)? {
                let id = policy.id.clone();
                if standing.insert(id.clone(), policy).is_some() {
                    return Err(wrong(policies::PolicyMistake::Twice(id)));
                }
            }
        }
        let standing = standing.into_values().collect();
        Ok(Self {
            parts,
            schema,
            standing,
            sets: Mutex::new(BTreeMap::new()),
        })
    }

    /// The regime that ships for a jurisdiction; see [`Parts::shipped`].
    ///
    /// # Errors
    /// Refuses shipped data that is not what was expected; a test holds it to that.
    pub fn shipped(jurisdiction: &str) -> Result<Self, RegimeMistake> {
        Self::new(Parts::shipped(jurisdiction)?)
    }

    /// What the regime is put together from.
    #[must_use]
    pub const fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The country groups on a day.
    #[must_use]
    pub fn world(&self, day: Day) -> GroupsOn<'_> {
        self.parts.groups.on(day)
    }

    /// What stands between a line of an application and its permit on a day.
    ///
    /// Measures that are not in force on the day are passed over. Rating, screening, the risk
    /// determination and four eyes are for the act of issuing to demand; they are not policies.
    #[must_use]
    pub fn judge_issue(
        &self,
        day: Day,
        facts: &LineFacts,
        measures: &[&MeasureInForce],
    ) -> PolicyAnswer {
        let judged = Judged {
            line: None,
            facts,
            declared: None,
        };
        self.judge("issue", day, judged, measures)
    }

    /// What stands between a permit line and an amendment of it on a day.
    #[must_use]
    pub fn judge_amend(
        &self,
        day: Day,
        line: &LineRef,
        facts: &LineFacts,
        measures: &[&MeasureInForce],
    ) -> PolicyAnswer {
        let judged = Judged {
            line: Some((&line.permit, line.line)),
            facts,
            declared: None,
        };
        self.judge("amend", day, judged, measures)
    }

    /// What standing policies say about a declared line on a day. Policy measures act on
    /// applications and say nothing here; orders are the register's to look up.
    #[must_use]
    pub fn judge_release(
        &self,
        day: Day,
        line: &LineRef,
        facts: &LineFacts,
        declared: &Declared,
    ) -> PolicyAnswer {
        if self.set_on(day, &[]).is_silent_on(&line.permit) {
            return PolicyAnswer::of(Vec::new());
        }
        let line = Some((&line.permit, line.line));
        self.judge(
            "release",
            day,
            Judged {
                line,
                facts,
                declared: Some(declared),
            },
            &[],
        )
    }

    /// Whether a line needs a permit to a destination on a day: the most cautious answer over its
    /// ratings. A line that nobody rated is unknown, which is not a "no".
    #[must_use]
    pub fn controlled(&self, facts: &LineFacts, destination: Country, day: Day) -> Controlled {
        let lists = &self.parts.lists;
        facts
            .ratings
            .iter()
            .map(|rating| lists.controlled(rating, destination, day))
            .max()
            .unwrap_or(Controlled::Unknown)
    }

    /// Whether a risk determination must be recorded before this line is issued for.
    ///
    /// # Law
    /// `EIPA:7.3` in Canada; the criteria of another jurisdiction are its own.
    #[must_use]
    pub fn needs_risk_determination(&self, facts: &LineFacts) -> bool {
        self.parts.criteria.bind(facts, &self.parts.lists)
    }

    /// What the document rules of a day say about a line, binding or not.
    #[must_use]
    pub fn documents(&self, day: Day, facts: &LineFacts) -> Vec<DocumentAdvice<'_>> {
        self.parts
            .documents
            .advice(day, facts, &self.parts.lists, &self.world(day))
    }

    /// Checks a policy measure before it is proposed or signed.
    ///
    /// # Errors
    /// Says which source, name, rule or place in the text is not accepted, and what is expected.
    pub fn check_measure(&self, measure: &PolicyMeasure) -> Result<(), MeasureMistake> {
        measures::check(measure, &self.knowledge(), &self.standing)
    }

    /// The ids of the standing policies, with where each comes from.
    pub fn standing(&self) -> impl Iterator<Item = (&str, &domain::law::Law)> {
        self.standing
            .iter()
            .map(|policy| (policy.id.as_str(), &policy.source))
    }

    fn knowledge(&self) -> Knowledge<'_> {
        knowledge(&self.parts, &self.schema)
    }

    fn judge(
        &self,
        action: &str,
        day: Day,
        judged: Judged<'_>,
        measures: &[&MeasureInForce],
    ) -> PolicyAnswer {
        let set = self.set_on(day, measures);
        let found = self.put(action, day, judged, &set);
        PolicyAnswer::of(found.unwrap_or_else(|because| {
            vec![PolicyFinding::Undetermined {
                policy: None,
                because,
            }]
        }))
    }

    /// Puts a line to a set of policies. Facts that cannot be put are no permission.
    fn put(
        &self,
        action: &str,
        day: Day,
        judged: Judged<'_>,
        set: &Compiled,
    ) -> Result<Vec<PolicyFinding>, String> {
        let branches =
            |rating: &EntryId| -> BTreeSet<EntryId> { set.branches(rating, &self.parts.lists) };
        let seen = see(judged, self.world(day), branches, &self.schema)
            .map_err(|mistake| mistake.to_string())?;
        let request = request(action, seen.resource, day, &self.schema)?;
        Ok(set.ask(&request, &seen.entities, &self.parts.groups))
    }

    /// The set for the measures and document rules in force on a day, compiled once.
    fn set_on(&self, day: Day, measures: &[&MeasureInForce]) -> Arc<Compiled> {
        let in_force: BTreeMap<&str, &MeasureInForce> = measures
            .iter()
            .filter(|measure| measure.is_in_force(day))
            .map(|measure| (measure.measure.id.as_str(), *measure))
            .collect();
        let key = self.key(day, &in_force);
        let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(set) = sets.get(&key) {
            return Arc::clone(set);
        }
        let set = Arc::new(self.compile(day, &in_force));
        if sets.len() >= SETS_MAX {
            sets.clear();
        }
        sets.insert(key, Arc::clone(&set));
        set
    }

    /// What tells two sets apart: the document rules and the whole text of each measure.
    fn key(&self, day: Day, measures: &BTreeMap<&str, &MeasureInForce>) -> String {
        let mut key = String::new();
        for rule in self.parts.documents.binding_on(day) {
            key.push_str(&rule.id);
            key.push('\n');
        }
        for (id, measure) in measures {
            let what = (&measure.measure.text, &measure.measure.instrument.law);
            // A text that does not serialise has no key of its own; its decision's position has.
            let text = serde_json::to_string(&what)
                .unwrap_or_else(|_| format!("position {}", measure.position));
            key.push_str(&format!("{id}\n{text}\n"));
        }
        key
    }

    fn compile(&self, day: Day, measures: &BTreeMap<&str, &MeasureInForce>) -> Compiled {
        let mut set = Compiled::new();
        let resting: BTreeSet<&str> = self
            .parts
            .documents
            .rules()
            .iter()
            .filter(|rule| !rule.holds_on(day))
            .map(|rule| rule.id.as_str())
            .collect();
        for policy in &self.standing {
            if !resting.contains(policy.id.as_str()) {
                set.add("", policy.clone(), None);
            }
        }
        for (id, measure) in measures {
            match measures::compile(&measure.measure, &self.knowledge()) {
                Ok(policies) => {
                    for policy in policies {
                        set.add(id, policy, Some(&measure.measure.id));
                    }
                }
                Err(mistake) => set.add_broken(Some((*id).to_owned()), &mistake.to_string()),
            }
        }
        set
    }
}

fn knowledge<'a>(parts: &'a Parts, schema: &'a Schema) -> Knowledge<'a> {
    Knowledge {
        sources: &parts.sources,
        countries: &parts.countries,
        groups: &parts.groups,
        lists: &parts.lists,
        schema,
    }
}
