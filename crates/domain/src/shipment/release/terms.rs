//! The declaration against the terms of the permit: a mismatch is a reason, never a silent pass.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::super::{ReleaseReason, Term};
use super::Gate;
use crate::facts::Declared;
use crate::item::Line;
use crate::permit::{PermitKind, Terms};

/// Checks what one line declares against the terms that hold today.
pub(super) fn check_terms(
    terms: &Terms,
    declared: &Declared,
    gate: &Gate<'_>,
    reasons: &mut Vec<ReleaseReason>,
) {
    let line = declared.line;
    for what in terms.undisclosed(line) {
        reasons.push(ReleaseReason::Undisclosed { line, what });
    }
    let mut mismatches = Vec::new();
    check_places(terms, declared, &mut mismatches);
    check_parties(terms, declared, &mut mismatches);
    if let Some(held) = terms.line(line) {
        check_item(held, terms.kind, declared, gate, &mut mismatches);
    }
    reasons.extend(mismatches.into_iter().map(|found| ReleaseReason::Mismatch {
        line,
        term: found.term,
        declared: found.declared,
        permitted: found.permitted,
    }));
    if terms.kind == PermitKind::General {
        let is_registered = declared
            .exporter
            .as_ref()
            .is_some_and(|exporter| gate.registered.contains(exporter));
        if !is_registered {
            reasons.push(ReleaseReason::NotRegistered {
                exporter: declared.exporter.clone(),
            });
        }
    }
}

/// What is declared of one term, and what the permit has of it.
struct Mismatch {
    term: Term,
    declared: String,
    permitted: Vec<String>,
}

fn mismatch<T: Display>(
    term: Term,
    declared: &impl Display,
    permitted: impl IntoIterator<Item = T>,
) -> Mismatch {
    Mismatch {
        term,
        declared: declared.to_string(),
        permitted: permitted.into_iter().map(|one| one.to_string()).collect(),
    }
}

fn check_places(terms: &Terms, declared: &Declared, found: &mut Vec<Mismatch>) {
    let firsts = &terms.destinations;
    if !firsts.is_empty() && !firsts.contains(&declared.destination) {
        found.push(mismatch(Term::Destination, &declared.destination, firsts));
    }
    let finals = if terms.final_destinations.is_empty() {
        &terms.destinations
    } else {
        &terms.final_destinations
    };
    if !finals.is_empty() && !finals.contains(&declared.final_destination) {
        let at = &declared.final_destination;
        found.push(mismatch(Term::FinalDestination, at, finals));
    }
}

fn check_parties(terms: &Terms, declared: &Declared, found: &mut Vec<Mismatch>) {
    let is_general = terms.kind == PermitKind::General;
    match &declared.consignee {
        Some(named) if terms.consignees.is_empty() || terms.consignees.contains(named) => {}
        Some(other) => found.push(mismatch(Term::Consignee, other, &terms.consignees)),
        None if is_general => {}
        None => found.push(mismatch(Term::Consignee, &"—", &terms.consignees)),
    }
    for middle in &declared.intermediates {
        if !is_general && !terms.intermediates.contains(middle) {
            found.push(mismatch(Term::Intermediate, middle, &terms.intermediates));
        }
    }
    // Who is not declared is the one whom the permit names; who is declared must be that one. A
    // permit that names no end user leaves the consignee to use the goods.
    if let (Some(exporter), Some(holder)) = (&declared.exporter, &terms.exporter)
        && exporter != holder
    {
        found.push(mismatch(Term::Exporter, exporter, [holder]));
    }
    if let Some(user) = declared.end_user.as_ref().filter(|_| !is_general) {
        let permitted: BTreeSet<_> = match &terms.end_user {
            Some(named) => [named].into(),
            None => terms.consignees.iter().collect(),
        };
        if !permitted.contains(user) {
            found.push(mismatch(Term::EndUser, user, permitted));
        }
    }
}

fn check_item(
    held: &Line,
    kind: PermitKind,
    declared: &Declared,
    gate: &Gate<'_>,
    found: &mut Vec<Mismatch>,
) {
    let rated = || held.ratings.iter().map(|rating| &rating.entry);
    match &declared.entry {
        Some(entry) if rated().any(|rated| gate.tree.lies_within(entry, rated)) => {}
        Some(other) => found.push(mismatch(Term::Entry, other, rated())),
        // A general permit is for a branch of a list and names no article: what is under it is
        // only what is declared to be.
        None if kind == PermitKind::General => found.push(mismatch(Term::Entry, &"—", rated())),
        None => {}
    }
    if let (Some(model), Some(named)) = (&declared.model, &held.item.model)
        && model != named
        && !held.item.marks.contains(model)
    {
        let known = held.item.marks.iter().chain([named]);
        found.push(mismatch(Term::Model, model, known));
    }
    // Serial numbers on the permit say which articles it is for.
    let serials = &held.item.serials;
    for serial in &declared.serials {
        if !serials.is_empty() && !serials.contains(serial) {
            found.push(mismatch(Term::Serial, serial, serials));
        }
    }
}
