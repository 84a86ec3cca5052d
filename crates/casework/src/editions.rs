//! What a new edition of a control list changes for the ratings in use.

use std::collections::{BTreeMap, BTreeSet};

use domain::application::Application;
use domain::control_list::EntryId;
use domain::id::{ApplicationId, PermitId};
use domain::language::Bilingual;
use domain::permit::Permit;
use domain::permit::standing::Standing;
use regime::impact::Change;
use serde::Serialize;

use crate::answer::DeskError;
use crate::desk::Desk;
use crate::reading;

/// A rating in use that the newer edition changes, and what carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedRating {
    /// The rating as it stands on permits and applications.
    pub rating: EntryId,
    /// What changes, in words.
    pub changes: Vec<Bilingual>,
    /// Permits whose goods may still leave.
    pub permits: BTreeSet<PermitId>,
    /// Applications that are pending.
    pub applications: BTreeSet<ApplicationId>,
}

/// What carries one rating.
#[derive(Default)]
struct Carriers {
    permits: BTreeSet<PermitId>,
    applications: BTreeSet<ApplicationId>,
}

impl Desk {
    /// Runs an edition against the register: which ratings on live permits and pending
    /// applications does it change, compared with an earlier edition of the same list.
    ///
    /// # Errors
    /// A mistake when an edition is not held or they are of two lists, or a fault.
    pub fn edition_impact(
        &self,
        before: &str,
        after: &str,
    ) -> Result<Vec<ChangedRating>, DeskError> {
        let (old, new) = (self.list(before)?, self.list(after)?);
        if old.list != new.list {
            return Err(DeskError::mistaken_as(
                "editions",
                format!("{before} and {after} are editions of two lists: expected one list"),
                format!("{before} et {after} sont de deux listes : attendu une seule liste"),
            ));
        }
        let mut carried = self.carried(&old.list)?;
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        let found = book.parts().lists.impact(
            &old.list,
            &old.edition,
            &new.edition,
            carried.keys().cloned().collect::<Vec<_>>().iter(),
        );
        let changed = found.into_iter().map(|impact| {
            let held = carried.remove(&impact.rating).unwrap_or_default();
            ChangedRating {
                changes: impact.changes.iter().map(in_words).collect(),
                rating: impact.rating,
                permits: held.permits,
                applications: held.applications,
            }
        });
        Ok(changed.collect())
    }

    /// Every rating of a list in use, with what carries it.
    fn carried(&self, list: &str) -> Result<BTreeMap<EntryId, Carriers>, DeskError> {
        let log = self.reading()?;
        let today = self.today()?;
        let mut carried: BTreeMap<EntryId, Carriers> = BTreeMap::new();
        reading::each::<Permit>(log.as_ref(), None, &mut |_, permit| {
            if !is_live(permit.standing(today)) {
                return Ok(());
            }
            let lines = &permit.terms_on(today).lines;
            for rating in lines.iter().flat_map(|line| &line.ratings) {
                if rating.entry.list() == list {
                    let held = carried.entry(rating.entry.clone()).or_default();
                    held.permits.insert(permit.issued.permit.clone());
                }
            }
            Ok(())
        })?;
        let pending = Some(("stage", "pending"));
        reading::each::<Application>(log.as_ref(), pending, &mut |_, held| {
            for rating in held.terms.lines.iter().flat_map(|line| &line.ratings) {
                if rating.entry.list() == list {
                    let carriers = carried.entry(rating.entry.clone()).or_default();
                    carriers.applications.insert(held.id.clone());
                }
            }
            Ok(())
        })?;
        Ok(carried)
    }
}

/// Whether goods may still leave on a permit that stands so, now or after a reinstatement.
const fn is_live(standing: Standing) -> bool {
    matches!(
        standing,
        Standing::NotYetValid | Standing::InForce | Standing::PartlyInForce | Standing::Suspended
    )
}

fn in_words(change: &Change) -> Bilingual {
    let listed = |ids: &BTreeSet<EntryId>| {
        let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
        texts.join(", ")
    };
    match change {
        Change::Gone => Bilingual::new(
            "its number is not in the new edition",
            "son numéro n’est plus dans la nouvelle édition",
        ),
        Change::Repealed => Bilingual::new("it is repealed", "il est abrogé"),
        Change::Moved { to } => {
            let to = listed(to);
            Bilingual::new(format!("it is now {to}"), format!("il devient {to}"))
        }
        Change::NewChildren { codes } => {
            let codes = codes.iter().cloned().collect::<Vec<_>>().join(", ");
            Bilingual::new(
                format!("new entries lie below it: {codes}"),
                format!("de nouveaux articles en relèvent : {codes}"),
            )
        }
        Change::TextChanged { .. } => {
            Bilingual::new("its text reads differently", "son texte est modifié")
        }
        Change::DestinationsChanged { .. } => Bilingual::new(
            "it is controlled to other destinations",
            "il est contrôlé vers d’autres destinations",
        ),
    }
}
