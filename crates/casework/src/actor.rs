//! Who acts, and in which roles.

use std::collections::BTreeSet;

use domain::id::{CompartmentId, OfficeId, OfficerId, PartyId};

/// A person who acts, as the register knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub officer: OfficerId,
    /// The roles, as access policies name them.
    pub roles: BTreeSet<String>,
    /// The customs office, if any.
    pub office: Option<OfficeId>,
    /// The party for which the person acts, if any.
    pub party: Option<PartyId>,
    /// The compartments of sealed material that are open to the person.
    pub compartments: BTreeSet<CompartmentId>,
}

impl Actor {
    /// The operator at the console of the machine: appoints the first officers.
    ///
    /// # Errors
    /// None in practice: the id is well formed.
    pub fn operator() -> Result<Self, domain::id::IdMistake> {
        Ok(Self {
            officer: OfficerId::new("OFF-OPERATOR")?,
            roles: BTreeSet::from(["administrator".to_owned()]),
            office: None,
            party: None,
            compartments: BTreeSet::new(),
        })
    }
}
