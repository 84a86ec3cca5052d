//! Whether an officer may act, by role.
//!
//! Whether the act is right is for the statute book; whether two acts need two persons is four eyes,
//! and is demanded by the acts themselves.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicyId, PolicySet, Request,
    RestrictedExpression, Schema, ValidationMode, Validator,
};
use domain::id::{CompartmentId, OfficerId};
use domain::language::Bilingual;

use crate::entities::uid;
use crate::place::{Place, one_line};
use crate::policies::{PolicyMistake, place_of, read_schema, split};

const SCHEMA: &str = include_str!("../../../policies/access/access.cedarschema");
const SHIPPED: &str = include_str!("../../../policies/access/access.cedar");

/// The roles that an officer, or a person of another body, may have.
pub const ROLES: [&str; 11] = [
    "administrator",
    "auditor",
    "consulted",
    "customs",
    "deciding",
    "exporter",
    "licensing",
    "minister",
    "monitor",
    "public",
    "recipient",
];

/// Whether an act is open to an officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is, by these policies.
    Allowed {
        /// Their ids, in order.
        policies: Vec<String>,
    },
    /// It is not.
    Denied {
        /// The policies that forbid it; none where no role gives it, or nobody knows the act.
        policies: Vec<String>,
    },
}

impl Answer {
    /// Whether the act is open.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }
}

/// Who may act.
pub struct Access {
    schema: Schema,
    policies: PolicySet,
    ids: BTreeMap<PolicyId, String>,
    says: BTreeMap<String, Bilingual>,
    actions: BTreeSet<String>,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access")
            .field("policies", &self.says)
            .finish_non_exhaustive()
    }
}

impl Access {
    /// The access policies that ship.
    ///
    /// # Errors
    /// Refuses policies that are not what was expected; a test holds the shipped ones to it.
    pub fn shipped() -> Result<Self, PolicyMistake> {
        Self::new(SHIPPED)
    }

    /// Access by another text of policies, over the same acts and roles.
    ///
    /// # Errors
    /// Refuses a policy without @id, @en and @fr, and one that is not strictly valid or that names
    /// an unknown role.
    pub fn new(text: &str) -> Result<Self, PolicyMistake> {
        let schema = read_schema(SCHEMA)?;
        let mut access = Self {
            actions: schema
                .actions()
                .map(|action| action.id().unescaped().to_owned())
                .collect(),
            schema,
            policies: PolicySet::new(),
            ids: BTreeMap::new(),
            says: BTreeMap::new(),
        };
        for policy in split(text)? {
            access.add(policy)?;
        }
        access.validate(text)?;
        Ok(access)
    }

    fn add(&mut self, policy: cedar_policy::Policy) -> Result<(), PolicyMistake> {
        let name = policy.annotation("id").unwrap_or("without @id").to_owned();
        let demanded = |annotation: &'static str| {
            let text = policy
                .annotation(annotation)
                .map(str::trim)
                .filter(|text| !text.is_empty());
            text.map(str::to_owned)
                .ok_or_else(|| PolicyMistake::Annotation {
                    policy: name.clone(),
                    annotation,
                })
        };
        let id = demanded("id")?;
        let says = Bilingual::new(demanded("en")?, demanded("fr")?);
        let roles = policy.entity_literals();
        let strange = roles.iter().find(|named| {
            named.type_name().to_string() == "Role" && !ROLES.contains(&named.id().unescaped())
        });
        if let Some(role) = strange {
            return Err(PolicyMistake::Unknown {
                policy: id,
                kind: "the role",
                name: role.id().unescaped().to_owned(),
                expected: "expected a role of the register",
            });
        }
        let policy_id = PolicyId::new(&id);
        let added = self.policies.add(policy.new_id(policy_id.clone()));
        if added.is_err() || self.says.insert(id.clone(), says).is_some() {
            return Err(PolicyMistake::Twice(id));
        }
        self.ids.insert(policy_id, id);
        Ok(())
    }

    fn validate(&self, text: &str) -> Result<(), PolicyMistake> {
        let validator = Validator::new(self.schema.clone());
        let result = validator.validate(&self.policies, ValidationMode::Strict);
        match result.validation_errors().next() {
            None => Ok(()),
            Some(error) => Err(PolicyMistake::Schema {
                policy: self.ids.get(error.policy_id()).cloned().unwrap_or_default(),
                place: if text.is_empty() {
                    Place { line: 1, column: 1 }
                } else {
                    place_of(text, error)
                },
                problem: one_line(&error.to_string()),
            }),
        }
    }

    /// The acts that are known.
    #[must_use]
    pub const fn actions(&self) -> &BTreeSet<String> {
        &self.actions
    }

    /// What a policy says, to a person.
    #[must_use]
    pub fn says(&self, policy: &str) -> Option<&Bilingual> {
        self.says.get(policy)
    }

    /// Whether an officer with these roles may act. An unknown act, an unknown role and an error in
    /// any policy deny.
    #[must_use]
    pub fn may(&self, officer: &OfficerId, roles: &BTreeSet<String>, action: &str) -> Answer {
        let is_known = self.actions.contains(action)
            && roles.iter().all(|role| ROLES.contains(&role.as_str()));
        let asked = is_known
            .then(|| self.asked(officer, roles, action))
            .flatten();
        let Some((request, entities)) = asked else {
            return Answer::Denied { policies: vec![] };
        };
        let response = Authorizer::new().is_authorized(&request, &self.policies, &entities);
        let reasons = response
            .diagnostics()
            .reason()
            .filter_map(|id| self.ids.get(id));
        let mut policies: Vec<String> = reasons.cloned().collect();
        policies.sort();
        let failed = response.diagnostics().errors().next().is_some();
        if response.decision() == Decision::Allow && !failed {
            Answer::Allowed { policies }
        } else if failed {
            Answer::Denied { policies: vec![] }
        } else {
            Answer::Denied { policies }
        }
    }

    /// Whether an officer may open sealed material. What is in no compartment is not asked here.
    /// An unknown role and an error in any policy deny.
    #[must_use]
    pub fn may_open(
        &self,
        officer: &OfficerId,
        roles: &BTreeSet<String>,
        own: &BTreeSet<CompartmentId>,
        sealed_in: &BTreeSet<CompartmentId>,
    ) -> bool {
        let is_known = roles.iter().all(|role| ROLES.contains(&role.as_str()));
        let asked = is_known
            .then(|| self.asked_to_open(officer, roles, own, sealed_in))
            .flatten();
        let Some((request, entities)) = asked else {
            return false;
        };
        let response = Authorizer::new().is_authorized(&request, &self.policies, &entities);
        let failed = response.diagnostics().errors().next().is_some();
        response.decision() == Decision::Allow && !failed
    }

    fn asked_to_open(
        &self,
        officer: &OfficerId,
        roles: &BTreeSet<String>,
        own: &BTreeSet<CompartmentId>,
        sealed_in: &BTreeSet<CompartmentId>,
    ) -> Option<(Request, Entities)> {
        let set = |of: &BTreeSet<CompartmentId>| {
            let names = of
                .iter()
                .map(|id| RestrictedExpression::new_string(id.to_string()));
            let set = RestrictedExpression::new_set(names);
            HashMap::from([("compartments".to_owned(), set)])
        };
        let principal = uid("Officer", officer.as_str()).ok()?;
        let material = uid("Material", "sealed").ok()?;
        let roles: Result<HashSet<EntityUid>, _> =
            roles.iter().map(|role| uid("Role", role)).collect();
        let who = Entity::new(principal.clone(), set(own), roles.ok()?).ok()?;
        let what = Entity::new(material.clone(), set(sealed_in), HashSet::new()).ok()?;
        let request = Request::new(
            principal,
            uid("Action", "evidence.open").ok()?,
            material,
            Context::empty(),
            Some(&self.schema),
        );
        let entities = Entities::from_entities([who, what], Some(&self.schema));
        Some((request.ok()?, entities.ok()?))
    }

    fn asked(
        &self,
        officer: &OfficerId,
        roles: &BTreeSet<String>,
        action: &str,
    ) -> Option<(Request, Entities)> {
        let principal = uid("Officer", officer.as_str()).ok()?;
        let roles: Result<HashSet<EntityUid>, _> =
            roles.iter().map(|role| uid("Role", role)).collect();
        let entity = Entity::new_no_attrs(principal.clone(), roles.ok()?);
        let request = Request::new(
            principal,
            uid("Action", action).ok()?,
            uid("Desk", "register").ok()?,
            Context::empty(),
            Some(&self.schema),
        );
        let entities = Entities::from_entities([entity], Some(&self.schema));
        Some((request.ok()?, entities.ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every act, with the roles that have it, in short: Exporter, Licensing, Deciding, Minister,
    /// consulteD is `B` (body), Customs, mOnitor is `O`, Recipient, Auditor, adMinistrator is `S`,
    /// Public.
    const TABLE: &[(&str, &str)] = &[
        ("application.advise", "B"),
        ("application.answer", "E L"),
        ("application.ask", "L"),
        ("application.assess", "L D M"),
        ("application.decide", "D M"),
        ("application.except", "D M"),
        ("application.rate", "L"),
        ("application.read", "E L D M B A"),
        ("application.recommend", "L"),
        ("application.refer", "L"),
        ("application.submit", "E"),
        ("application.withdraw", "E"),
        ("assurance.answer", "L R"),
        ("assurance.ask", "L"),
        ("assurance.read", "L D M B O R A"),
        ("assurance.receive", "L"),
        ("assurance.verify-delivery", "L O"),
        ("authority.establish", "S"),
        ("catalogue.record", "L O"),
        ("dialogue.conclude", "D M"),
        ("dialogue.open", "D M"),
        ("dialogue.step", "L D M R"),
        ("evidence.add", "L D M C O"),
        ("evidence.allege", "L D M O"),
        ("evidence.find", "O"),
        ("evidence.grade", "O"),
        ("evidence.investigate", "D M O"),
        ("evidence.keep", "L O"),
        ("evidence.link", "L O"),
        // Asked of material and never of the desk.
        ("evidence.open", ""),
        ("evidence.read", "L D M O A"),
        ("evidence.seal", "O"),
        ("exposure.read", "L D M O A"),
        ("gate.acknowledge", "C"),
        ("gate.check", "E L D M C"),
        ("gate.confirm", "C"),
        ("gate.reserve", "C"),
        ("gate.restore", "C"),
        ("import.permits", "S"),
        ("key.register", "E L D M B C O S"),
        ("list.adopt", "L D M"),
        ("list.import", "S"),
        ("measure.emergency", "D M"),
        ("measure.preview", "L D M O"),
        ("measure.propose", "L D M"),
        ("measure.settle", "L D M C O S"),
        ("measure.sign", "D M"),
        ("notice.acknowledge", "E B C R"),
        ("notice.deliver", "L S"),
        ("officer.appoint", "S"),
        ("party.record", "L O"),
        ("party.screen", "L O"),
        ("permit.amend", "D M"),
        ("permit.read", "E L D M B C O A"),
        ("permit.record", "L D M"),
        ("permit.register-use", "E L"),
        ("permit.surrender", "E"),
        ("regime.adopt", "S"),
        ("register.read", "L D M O A"),
        ("register.redact", "S"),
        ("register.verify", "A S"),
        ("report.read", "E L D M B C O R A S P"),
        ("request.answer", "E L B O R"),
        ("request.read", "E L D M B O R A"),
        ("request.send", "L O"),
        ("retransfer.decide", "D M"),
        ("retransfer.request", "R"),
        ("review.advise", "B"),
        ("review.conclude", "D M"),
        ("review.find", "L D M"),
        ("review.open", "D M"),
        ("service.configure", "S"),
        ("visit.plan", "L O"),
        ("visit.read", "L D M O A"),
        ("visit.record", "O"),
        ("webhook.subscribe", "E L D M B C O S"),
    ];

    const LETTERS: [(&str, &str); 11] = [
        ("E", "exporter"),
        ("L", "licensing"),
        ("D", "deciding"),
        ("M", "minister"),
        ("B", "consulted"),
        ("C", "customs"),
        ("O", "monitor"),
        ("R", "recipient"),
        ("A", "auditor"),
        ("S", "administrator"),
        ("P", "public"),
    ];

    fn ask(roles: &[&str], action: &str) -> Answer {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        Access::shipped()
            .unwrap()
            .may(&OfficerId::new("officer-1").unwrap(), &roles, action)
    }

    #[test]
    fn every_cell_of_the_table_holds() {
        let access = Access::shipped().unwrap();
        let officer = OfficerId::new("officer-1").unwrap();
        let named: BTreeSet<String> = TABLE
            .iter()
            .map(|(action, _)| (*action).to_owned())
            .collect();
        assert_eq!(
            &named,
            access.actions(),
            "every act has a row, and every row an act"
        );
        for (action, given) in TABLE {
            for (letter, role) in LETTERS {
                let expected = given.split(' ').any(|one| one == letter);
                let found = access.may(&officer, &[role.to_owned()].into(), action);
                assert_eq!(found.is_allowed(), expected, "{role} {action}: {found:?}");
            }
        }
    }

    #[test]
    fn sealed_material_opens_to_who_has_every_compartment_and_reads_evidence() {
        let access = Access::shipped().unwrap();
        let named = |names: &[&str]| -> BTreeSet<CompartmentId> {
            names
                .iter()
                .map(|name| CompartmentId::new(name).unwrap())
                .collect()
        };
        let opens = |role: &str, own: &[&str], sealed_in: &[&str]| {
            let officer = OfficerId::new("officer-1").unwrap();
            let roles = [role.to_owned()].into();
            access.may_open(&officer, &roles, &named(own), &named(sealed_in))
        };
        for (role, own, sealed_in, expected) in [
            ("monitor", &["A"] as &[&str], &["A"] as &[&str], true),
            ("auditor", &["A", "B"], &["A"], true),
            ("minister", &["A", "B"], &["A", "B"], true),
            ("monitor", &["A"], &["A", "B"], false),
            ("monitor", &["B"], &["A"], false),
            ("minister", &[], &["A"], false),
            ("auditor", &[], &["A"], false),
            ("exporter", &["A"], &["A"], false),
            ("customs", &["A"], &["A"], false),
            ("administrator", &["A"], &["A"], false),
            ("public", &["A"], &["A"], false),
            ("emperor", &["A"], &["A"], false),
        ] {
            assert_eq!(
                opens(role, own, sealed_in),
                expected,
                "{role} {own:?} {sealed_in:?}"
            );
        }
    }

    #[test]
    fn the_roles_are_those_of_the_table() {
        let named: BTreeSet<&str> = LETTERS.iter().map(|(_, role)| *role).collect();
        assert_eq!(named, ROLES.into_iter().collect());
    }

    #[test]
    fn who_has_no_role_may_do_nothing() {
        for action in Access::shipped().unwrap().actions() {
            assert_eq!(
                ask(&[], action),
                Answer::Denied { policies: vec![] },
                "{action}"
            );
        }
    }

    #[test]
    fn an_unknown_act_or_role_is_denied() {
        assert!(!ask(&["deciding"], "permit.forge").is_allowed());
        assert!(!ask(&["emperor"], "report.read").is_allowed());
        assert!(!ask(&["deciding", "emperor"], "measure.sign").is_allowed());
    }

    #[test]
    fn separations_hold_whatever_other_roles_give() {
        assert_eq!(
            ask(&["administrator", "deciding"], "measure.sign"),
            Answer::Denied {
                policies: vec!["ACCESS-ADMINISTRATOR-NEVER-DECIDES".into()]
            }
        );
        assert_eq!(
            ask(&["auditor", "licensing"], "application.recommend"),
            Answer::Denied {
                policies: vec!["ACCESS-AUDITOR-NEVER-ACTS".into()]
            }
        );
        assert!(ask(&["administrator", "licensing"], "application.rate").is_allowed());
        assert!(ask(&["administrator", "deciding"], "measure.settle").is_allowed());
        assert!(!ask(&["auditor", "customs"], "measure.settle").is_allowed());
        assert!(ask(&["auditor", "licensing"], "measure.preview").is_allowed());
    }

    #[test]
    fn an_answer_names_its_policies_in_words_of_both_languages() {
        let access = Access::shipped().unwrap();
        let Answer::Allowed { policies } = ask(&["customs"], "gate.reserve") else {
            panic!("customs reserves")
        };
        assert_eq!(policies, ["ACCESS-CUSTOMS"]);
        assert!(access.says("ACCESS-CUSTOMS").unwrap().is_complete());
    }

    #[test]
    fn a_text_with_an_unknown_role_or_without_french_is_refused() {
        let text = |role: &str, fr: &str| {
            format!(
                "@id(\"A\") @en(\"a\") @fr(\"{fr}\")\n\
                 permit (principal in Role::\"{role}\", action == Action::\"report.read\", resource);"
            )
        };
        assert!(Access::new(&text("public", "b")).is_ok());
        assert!(matches!(
            Access::new(&text("emperor", "b")),
            Err(PolicyMistake::Unknown {
                kind: "the role",
                ..
            })
        ));
        assert!(matches!(
            Access::new(&text("public", "")),
            Err(PolicyMistake::Annotation {
                annotation: "fr",
                ..
            })
        ));
        let broken = text("public", "b").replace("report.read", "report.burn");
        assert!(matches!(
            Access::new(&broken),
            Err(PolicyMistake::Schema { .. })
        ));
    }
}
