//! Policies of a day, compiled and ready to be asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use cedar_policy::{
    AuthorizationError, Authorizer, Context, Entities, EntityUid, PolicyId, PolicySet, Request,
    RestrictedExpression, Schema,
};
use domain::control_list::{EntryId, EntryTree};
use domain::id::{MeasureId, PermitId};
use domain::policy::PolicyFinding;
use domain::time::Day;

use crate::confined::{self, Reach};
use crate::groups::CountryGroups;
use crate::lists::ControlLists;
use crate::place::one_line;
use crate::policies::Annotated;

/// Policies ready to be asked, with what each says when it stands.
pub(crate) struct Compiled {
    set: PolicySet,
    meanings: BTreeMap<PolicyId, (Annotated, Option<MeasureId>)>,
    /// What could not be compiled: reported with every answer, for it may have stood.
    broken: Vec<PolicyFinding>,
    mentioned: BTreeSet<EntryId>,
    /// The permits on which a release may be spoken of; none where it may be on any.
    releases: Option<BTreeSet<String>>,
    branches: Mutex<BTreeMap<EntryId, BTreeSet<EntryId>>>,
    authorizer: Authorizer,
}

/// Most ratings whose branches are kept: more than the entries of the largest list known.
const BRANCHES_MAX: usize = 8192;

impl Compiled {
    pub(crate) fn new() -> Self {
        Self {
            set: PolicySet::new(),
            meanings: BTreeMap::new(),
            broken: Vec::new(),
            mentioned: BTreeSet::new(),
            releases: Some(BTreeSet::new()),
            branches: Mutex::new(BTreeMap::new()),
            authorizer: Authorizer::new(),
        }
    }

    /// Adds a policy. `owner` keeps equal ids of two measures apart.
    pub(crate) fn add(&mut self, owner: &str, annotated: Annotated, measure: Option<&MeasureId>) {
        let id = PolicyId::new(format!("{owner}|{}", annotated.id));
        let literals = annotated.policy.entity_literals();
        let entries = literals
            .iter()
            .filter(|named| named.type_name().to_string() == "ControlEntry");
        self.mentioned
            .extend(entries.filter_map(|named| EntryId::new(named.id().unescaped()).ok()));
        match (confined::of(&annotated.policy), &mut self.releases) {
            (Reach::Permits(more), Some(permits)) => permits.extend(more),
            (Reach::Any, releases) => *releases = None,
            _ => {}
        }
        match self.set.add(annotated.policy.new_id(id.clone())) {
            Ok(()) => {
                self.meanings.insert(id, (annotated, measure.cloned()));
            }
            Err(error) => self.add_broken(Some(annotated.id), &error.to_string()),
        }
    }

    /// Takes note of a policy that cannot be asked.
    pub(crate) fn add_broken(&mut self, policy: Option<String>, because: &str) {
        self.releases = None;
        self.broken.push(PolicyFinding::Undetermined {
            policy,
            because: one_line(because),
        });
    }

    /// Whether no policy here can stand, or fail, on a release on this permit.
    pub(crate) fn is_silent_on(&self, permit: &PermitId) -> bool {
        let spoken_of = |permits: &BTreeSet<String>| permits.contains(permit.as_str());
        self.releases
            .as_ref()
            .is_some_and(|permits| !spoken_of(permits))
    }

    /// Every branch in which a rating lies: its ancestors, and the branches that these policies
    /// name and that it lies within across editions.
    pub(crate) fn branches(&self, rating: &EntryId, lists: &ControlLists) -> BTreeSet<EntryId> {
        let mut kept = self.branches.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.get(rating) {
            return found.clone();
        }
        let mut found: BTreeSet<EntryId> = lists.ancestors(rating).into_iter().collect();
        found.insert(rating.clone());
        let named = self
            .mentioned
            .iter()
            .filter(|branch| lists.lies_within(rating, branch));
        found.extend(named.cloned());
        if kept.len() >= BRANCHES_MAX {
            kept.clear();
        }
        kept.insert(rating.clone(), found.clone());
        found
    }

    /// Asks every policy and reports each that stands and each that could not be evaluated.
    ///
    /// INVARIANT (an error is never a permission): Cedar skips a policy that fails, so each error
    /// becomes a finding of its own.
    pub(crate) fn ask(
        &self,
        request: &Request,
        entities: &Entities,
        groups: &CountryGroups,
    ) -> Vec<PolicyFinding> {
        let response = self.authorizer.is_authorized(request, &self.set, entities);
        let mut findings = self.broken.clone();
        for id in response.diagnostics().reason() {
            findings.push(self.stands(id, groups));
        }
        for error in response.diagnostics().errors() {
            let AuthorizationError::PolicyEvaluationError(failed) = error;
            let policy = self
                .meanings
                .get(failed.policy_id())
                .map(|(known, _)| known.id.clone());
            findings.push(PolicyFinding::Undetermined {
                policy,
                because: one_line(&failed.inner().to_string()),
            });
        }
        findings
    }

    fn stands(&self, id: &PolicyId, groups: &CountryGroups) -> PolicyFinding {
        let Some((known, measure)) = self.meanings.get(id) else {
            return PolicyFinding::Undetermined {
                policy: Some(id.to_string()),
                because: "a policy stands that was never loaded".into(),
            };
        };
        let missing = known
            .needs_group
            .as_ref()
            .filter(|group| groups.get(group).is_none());
        if let Some(group) = missing {
            return PolicyFinding::Undetermined {
                policy: Some(known.id.clone()),
                because: format!("the country group {group} is not loaded"),
            };
        }
        PolicyFinding::Stands {
            policy: known.id.clone(),
            effect: known.effect,
            source: known.source.clone(),
            says: known.says.clone(),
            cleared_by: known.cleared_by.clone(),
            measure: measure.clone(),
        }
    }
}

/// A request about a line on a day.
pub(crate) fn request(
    action: &str,
    resource: EntityUid,
    day: Day,
    schema: &Schema,
) -> Result<Request, String> {
    let of = |kind, id| crate::entities::uid(kind, id).map_err(|error| error.to_string());
    let asked = RestrictedExpression::new_datetime(day.to_string());
    let context = Context::from_pairs([("day".to_owned(), asked)])
        .map_err(|error| one_line(&error.to_string()))?;
    // No export policy asks who the officer is: who may act is for access policies.
    let principal = of("Officer", "any")?;
    Request::new(
        principal,
        of("Action", action)?,
        resource,
        context,
        Some(schema),
    )
    .map_err(|error| one_line(&error.to_string()))
}
