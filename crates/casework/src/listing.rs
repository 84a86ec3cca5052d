//! Listings, a page at a time: everything of one kind that a person may see, and nothing else.
//!
//! What is not somebody's own is left out before pages are cut, so that neither a count nor the
//! end of a listing tells of it.

use std::collections::BTreeSet;

use domain::id::PermitId;
use domain::view::Noun;
use register::{Lookup, Page};
use serde::Serialize;

use crate::answer::DeskError;
use crate::desk::Desk;
use crate::reading::{self, Lens};
use crate::sealed::{self, Eye};
use crate::sight::{Sight, own_permits};
use crate::standing::{self, PermitStanding};

pub use crate::sight::Seen;

/// One page of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rows<T> {
    /// The rows, by id.
    pub rows: Vec<T>,
    /// The id after which the next page begins; none on the last one.
    pub next: Option<String>,
}

/// Which page of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// A name and value under which the rows are found, as in `stage` and `pending`; all of them
    /// when absent.
    pub under: Option<(&'a str, &'a str)>,
    /// The last id of the page before.
    pub after: Option<&'a str>,
    /// Most rows.
    pub limit: usize,
}

impl Desk {
    /// A page of everything of one kind that a person may see, as it stands now.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn listed<T: Seen>(&self, sight: &Sight, part: Part<'_>) -> Result<Rows<T>, DeskError> {
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        let eye = Eye {
            log: log.as_ref(),
            book: &book,
            sight,
        };
        let mut found: Vec<(String, T)> = Vec::new();
        let own = match sight {
            Sight::Own(party) => T::found_for(log.as_ref(), party)?,
            Sight::Whole | Sight::Cleared(_) => None,
        };
        if let Some(mut own) = own {
            if let Some((name, value)) = part.under {
                let narrowed = reading::ids(log.as_ref(), T::NOUN, name, value)?;
                own.retain(|id| narrowed.contains(id));
            }
            for id in following(own, part.after) {
                if found.len() > part.limit {
                    break;
                }
                let held: Option<T> = reading::find(log.as_ref(), &id)?;
                let Some(held) = held else { continue };
                found.extend(seen(&eye, held)?.map(|held| (id, held)));
            }
        } else {
            scan(&eye, part, &mut found)?;
        }
        Ok(cut(found, part.limit))
    }

    /// One thing that a person may see, as known at a position; none where there is no such thing
    /// or it is not theirs to see.
    ///
    /// # Errors
    /// A refusal when it is sealed material that is not open to the person, or a fault.
    pub fn seen<T: Seen>(
        &self,
        sight: &Sight,
        id: &str,
        lens: Lens,
    ) -> Result<Option<T>, DeskError> {
        let log = self.reading()?;
        let held: Option<T> = if lens.known_at >= log.head()?.position {
            reading::find(log.as_ref(), id)?
        } else {
            reading::known_at(log.as_ref(), id, lens.known_at)?
        };
        let Some(held) = held else {
            return Ok(None);
        };
        let book = self.book(log.as_ref())?;
        let eye = Eye {
            log: log.as_ref(),
            book: &book,
            sight,
        };
        let shown = seen(&eye, held)?;
        match shown.as_ref().and_then(T::sealed_id) {
            Some(id) => Err(sealed::refused(id)),
            None => Ok(shown),
        }
    }

    /// A page of the permits that a person may see, with where each stands. A permit that was not
    /// known or not issued then is left out of its page, which may so be shorter than asked and
    /// still have a next one.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn permits(
        &self,
        sight: &Sight,
        after: Option<&str>,
        limit: usize,
        lens: Lens,
    ) -> Result<Rows<PermitStanding>, DeskError> {
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        let stood = |id: &str| {
            let id = PermitId::new(id).map_err(|m| DeskError::invariant(m.to_string()))?;
            standing::standing(log.as_ref(), &book, &id, lens)
        };
        let Sight::Own(party) = sight else {
            let most = limit.saturating_add(1);
            let page = Page { after, limit: most };
            let ids = log.page(Noun::Permit.key(), page)?;
            let named = ids.iter().map(|row| row.id.clone()).map(|id| (id, ()));
            let page = cut(named.collect(), limit);
            let mut rows = Vec::new();
            for row in ids.iter().take(limit) {
                rows.extend(stood(&row.id)?);
            }
            return Ok(Rows {
                rows,
                next: page.next,
            });
        };
        let mut found = Vec::new();
        for id in following(own_permits(log.as_ref(), party)?, after) {
            if found.len() > limit {
                break;
            }
            if self.may_see_permit(sight, &id, lens)? {
                found.extend(stood(&id)?.map(|held| (id, held)));
            }
        }
        Ok(cut(found, limit))
    }
}

/// The ids after one, in order.
fn following(ids: BTreeSet<String>, after: Option<&str>) -> impl Iterator<Item = String> {
    let after = after.map(str::to_owned);
    ids.into_iter()
        .filter(move |id| after.as_ref().is_none_or(|after| id > after))
}

fn seen<T: Seen>(eye: &Eye<'_>, held: T) -> Result<Option<T>, DeskError> {
    match eye.sight {
        Sight::Whole | Sight::Cleared(_) => held.sealed_from(eye).map(Some),
        Sight::Own(party) => held.seen_by(eye.log, party),
    }
}

/// Goes through everything of one kind until a page and one more row are found.
///
/// A listing narrowed by what material leads to leaves sealed material out: that it is found there
/// would tell what it is about.
fn scan<T: Seen>(
    eye: &Eye<'_>,
    part: Part<'_>,
    found: &mut Vec<(String, T)>,
) -> Result<(), DeskError> {
    let mut after = part.after.map(str::to_owned);
    while found.len() <= part.limit {
        let missing = part.limit.saturating_add(1).saturating_sub(found.len());
        let limit = if eye.sight.is_whole() {
            missing
        } else {
            reading::PAGE
        };
        let page = Page {
            after: after.as_deref(),
            limit,
        };
        let rows = match part.under {
            None => eye.log.page(T::NOUN.key(), page)?,
            Some((name, value)) => eye.log.find(
                Lookup {
                    kind: T::NOUN.key(),
                    name,
                    value,
                },
                page,
            )?,
        };
        let is_last = rows.len() < limit;
        for row in &rows {
            let held: T = reading::read(&row.id, &row.body)?;
            let shown =
                seen(eye, held)?.filter(|held| part.under.is_none() || held.sealed_id().is_none());
            found.extend(shown.map(|held| (row.id.clone(), held)));
        }
        after = rows.last().map(|row| row.id.clone()).or(after);
        if is_last {
            return Ok(());
        }
    }
    Ok(())
}

/// A page of what was found, which has at least one row more where there is a next page.
fn cut<T>(mut found: Vec<(String, T)>, limit: usize) -> Rows<T> {
    let has_next = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_next).map(|(id, _)| id.clone());
    Rows {
        rows: found.into_iter().map(|(_, held)| held).collect(),
        next,
    }
}
