//! Other permits of those who got the goods. They are no part of what is reached: nothing but a name
//! leads there. An officer looks at them all the same.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::edges::RECEIVING;
use crate::names::Thing;
use crate::step::Step;
use crate::walk::Walked;
use crate::web::Web;

/// Most other permits that are named one by one; the count covers all of them.
pub const BESIDE_MAX: usize = 1_000;

/// One other permit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Other {
    /// The permit.
    pub permit: String,
    /// The party that both name.
    pub party: String,
    /// Its role on this one.
    pub role: Step,
}

/// Other permits of the same consignees, intermediaries, integrators and end users.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Beside {
    /// How many there are.
    pub permits: usize,
    /// The first of them, by number; each by one party.
    pub others: Vec<Other>,
}

impl Web {
    /// The other permits of those who got the goods of what was reached.
    pub(crate) fn beside(&self, walked: &Walked) -> Beside {
        let reached: BTreeSet<u32> = walked
            .hits
            .iter()
            .map(|hit| hit.thing)
            .filter(|thing| self.is(*thing, Thing::Permit))
            .collect();
        let mut parties = BTreeSet::new();
        for permit in &reached {
            for role in RECEIVING {
                parties.extend(self.out.to(*permit, role));
            }
        }
        let mut found: std::collections::BTreeMap<u32, (u32, Step)> =
            std::collections::BTreeMap::new();
        for party in parties {
            for role in RECEIVING {
                for permit in self.back.to(party, role) {
                    if self.is(permit, Thing::Permit) && !reached.contains(&permit) {
                        found.entry(permit).or_insert((party, Step::of_role(role)));
                    }
                }
            }
        }
        let permits = found.len();
        let named = |thing: u32| self.names.name(thing).to_owned();
        let mut others: Vec<Other> = found
            .into_iter()
            .map(|(permit, (party, role))| Other {
                permit: named(permit),
                party: named(party),
                role,
            })
            .collect();
        others.sort();
        others.truncate(BESIDE_MAX);
        Beside { permits, others }
    }
}
