//! Rows of one permit: by their terms, or as parts of one permit to all their places together.

use std::collections::BTreeSet;

use domain::country::Country;
use domain::party::PartyRole;

use crate::mapping::{PermitMap, RowsAre};
use crate::outcome::Assumption;
use crate::permits::row::RowDraft;
use crate::permits::{NamedParty, PermitDraft, PlaceRole};

/// Everything of a row but its line, as one text that can be compared; of a part, also but its
/// places and the parties that may be several.
pub(super) fn terms_as_text(draft: &RowDraft, map: &PermitMap) -> String {
    let mut terms = draft.terms.clone();
    terms.lines.clear();
    // `Debug` of sets and plain data is the data: equal texts are equal terms.
    if map.rows == RowsAre::Parts {
        terms.destinations.clear();
        terms.final_destinations.clear();
        terms.end_user_country = None;
        let kind = map.kind.column.is_some().then_some(terms.kind);
        let rest = (terms.movement, &terms.programmes, &terms.end_use);
        let is_one =
            |party: &&NamedParty| matches!(party.role, PartyRole::Exporter | PartyRole::Integrator);
        let parties: Vec<_> = draft.parties.iter().filter(is_one).collect();
        return format!(
            "{:?}",
            (draft.valid_from, draft.last_day, kind, rest, parties)
        );
    }
    let places: Vec<_> = draft
        .places_as_written
        .iter()
        .filter(|place| place.role != PlaceRole::Origin)
        .collect();
    format!(
        "{:?}",
        (
            draft.valid_from,
            draft.last_day,
            &terms,
            &draft.parties,
            places
        )
    )
}

/// The assumptions about a permit, with one more where its parts differ.
pub(super) fn together<'r>(
    mut rows: impl Iterator<Item = &'r RowDraft>,
    map: &PermitMap,
    mut assumed: BTreeSet<Assumption>,
) -> BTreeSet<Assumption> {
    let differs = |first: &RowDraft, row: &RowDraft| {
        let places = |row: &RowDraft| {
            let terms = &row.terms;
            let stated = (&terms.destinations, &terms.final_destinations);
            stated == (&first.terms.destinations, &first.terms.final_destinations)
                && terms.end_user_country == first.terms.end_user_country
        };
        !places(row) || row.parties != first.parties
    };
    if map.rows == RowsAre::Parts
        && let Some(first) = rows.next()
        && rows.any(|row| differs(first, row))
    {
        assumed.insert(Assumption::PartsTogether);
    }
    assumed
}

/// Adds the places and parties of a row to the permit that it is a part of.
pub(super) fn join(draft: &mut PermitDraft, row: &RowDraft) {
    let (held, terms) = (&mut draft.terms, &row.terms);
    held.destinations.extend(&terms.destinations);
    held.final_destinations.extend(&terms.final_destinations);
    if held.end_user_country != terms.end_user_country {
        held.end_user_country = Some(Country::UNDISCLOSED);
    }
    draft.parties.extend(row.parties.iter().cloned());
}

/// A permit whose parts were put together: several end users are kept as consignees, and several
/// destinations have the kind that the map gives them.
pub(super) fn named_together(mut draft: PermitDraft, map: &PermitMap) -> PermitDraft {
    let is_user = |party: &&NamedParty| party.role == PartyRole::EndUser;
    if draft.parties.iter().filter(is_user).count() > 1 {
        draft.assumptions.insert(Assumption::SeveralEndUsers);
        let parties = std::mem::take(&mut draft.parties).into_iter();
        draft.parties = parties
            .map(|party| match party.role {
                PartyRole::EndUser => NamedParty {
                    role: PartyRole::Consignee,
                    ..party
                },
                _ => party,
            })
            .collect();
    }
    if map.rows == RowsAre::Parts
        && map.kind.column.is_none()
        && draft.terms.destinations.len() > 1
        && let Some(several) = map.several_destinations
    {
        draft.terms.kind = several;
    }
    draft
}
