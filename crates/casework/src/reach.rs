//! Which lines a scope reaches: the same answer for a preview, a signature and the list that
//! follows.

use std::collections::{BTreeMap, BTreeSet};

use domain::facts::PartyFacts;
use domain::id::{PartyId, PermitId};
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::ledger::LineLedger;
use domain::measure::{Members, Order, OrderKind, PreviewSeal, Selection};
use domain::permit::Permit;
use domain::scope::{Judged, Place, Scope};
use domain::time::{Day, Position};
use domain::view::Noun;
use register::{Digest, Reading};

use crate::answer::DeskError;
use crate::law_book::LawBook;
use crate::reading::{self, Lens};

/// Permits that may satisfy a scope: all of them, or those found under certain names and values.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Candidates {
    Everything,
    Found(BTreeSet<String>),
}

/// Narrows a scope to the permits that can satisfy it, by what permits are indexed under.
///
/// # Invariant
/// Never leaves out a permit that satisfies the scope: where no index can tell, it says everything.
fn candidates(log: &dyn Reading, scope: &Scope) -> Result<Candidates, DeskError> {
    let under = |pairs: &[(&str, String)]| -> Result<Candidates, DeskError> {
        let mut found = BTreeSet::new();
        for (name, value) in pairs {
            found.extend(reading::ids(log, Noun::Permit, name, value)?);
        }
        Ok(Candidates::Found(found))
    };
    match scope {
        Scope::All(parts) => narrowest(log, parts),
        Scope::Any(parts) => sum(log, parts),
        Scope::Country {
            at: Place::Destination,
            is,
        } => under(&[("destination", is.to_string())]),
        Scope::Country {
            at: Place::FinalDestination,
            is,
        } => under(&[("final-destination", is.to_string())]),
        Scope::Country {
            at: at @ (Place::Anywhere | Place::EndUser),
            is,
        } => {
            let country = is.to_string();
            let mut pairs = vec![("end-user-country", country.clone())];
            if *at == Place::Anywhere {
                pairs.push(("destination", country.clone()));
                pairs.push(("final-destination", country.clone()));
            }
            // The end user's country may be known only from the end user.
            for party in reading::ids(log, Noun::Party, "country", &country)? {
                pairs.push(("party", party));
            }
            under(&pairs)
        }
        Scope::Party { is, .. } => under(&[("party", is.to_string())]),
        Scope::Activity { is, .. } => {
            let parties = reading::ids(log, Noun::Party, "activity", is)?;
            under(
                &parties
                    .into_iter()
                    .map(|party| ("party", party))
                    .collect::<Vec<_>>(),
            )
        }
        Scope::Platform(is) => under(&[("platform", is.to_string())]),
        Scope::Programme(is) => under(&[("programme", is.to_string())]),
        Scope::PermitKind(is) => under(&[("kind", is.key().to_owned())]),
        Scope::Permits(permits) => Ok(Candidates::Found(
            permits.iter().map(ToString::to_string).collect(),
        )),
        Scope::Line(line) => Ok(Candidates::Found(BTreeSet::from([line.permit.to_string()]))),
        _ => Ok(Candidates::Everything),
    }
}

/// The narrowest part that an index can tell bounds the whole.
fn narrowest(log: &dyn Reading, parts: &[Scope]) -> Result<Candidates, DeskError> {
    let mut best = Candidates::Everything;
    for part in parts {
        let found = candidates(log, part)?;
        best = match (best, found) {
            (Candidates::Found(a), Candidates::Found(b)) => {
                Candidates::Found(if a.len() <= b.len() { a } else { b })
            }
            (Candidates::Everything, narrower) => narrower,
            (narrower, Candidates::Everything) => narrower,
        };
    }
    Ok(best)
}

/// Everything that any part can reach.
fn sum(log: &dyn Reading, parts: &[Scope]) -> Result<Candidates, DeskError> {
    let mut sum = BTreeSet::new();
    for part in parts {
        match candidates(log, part)? {
            Candidates::Everything => return Ok(Candidates::Everything),
            Candidates::Found(found) => sum.extend(found),
        }
    }
    Ok(Candidates::Found(sum))
}

/// Goes through every permit that may satisfy a scope, as known at a position.
pub(crate) fn each_candidate(
    log: &dyn Reading,
    scope: &Scope,
    known_at: Position,
    visit: &mut dyn FnMut(Permit) -> Result<(), DeskError>,
) -> Result<(), DeskError> {
    match candidates(log, scope)? {
        Candidates::Everything => reading::each::<Permit>(log, None, &mut |_, permit| {
            permit.known_at(known_at).map_or(Ok(()), &mut *visit)
        }),
        Candidates::Found(found) => {
            for id in found {
                let permit = reading::find::<Permit>(log, &id)?;
                if let Some(known) = permit.and_then(|permit| permit.known_at(known_at)) {
                    visit(known)?;
                }
            }
            Ok(())
        }
    }
}

/// Parties' facts, remembered over a walk through many permits.
pub(crate) struct PartyMemory<'a> {
    log: &'a dyn Reading,
    lens: Lens,
    known: BTreeMap<PartyId, Option<PartyFacts>>,
}

impl<'a> PartyMemory<'a> {
    pub(crate) const fn new(log: &'a dyn Reading, lens: Lens) -> Self {
        Self {
            log,
            lens,
            known: BTreeMap::new(),
        }
    }

    /// What is known of the parties of a permit.
    pub(crate) fn of<'p>(
        &mut self,
        parties: impl Iterator<Item = &'p PartyId>,
    ) -> Result<BTreeMap<PartyId, PartyFacts>, DeskError> {
        let mut facts = BTreeMap::new();
        for id in parties {
            if !self.known.contains_key(id) {
                let one = reading::party_facts(self.log, std::iter::once(id), self.lens)?;
                self.known.insert(id.clone(), one.into_values().next());
            }
            if let Some(Some(known)) = self.known.get(id) {
                facts.insert(id.clone(), known.clone());
            }
        }
        Ok(facts)
    }
}

/// The lines of one permit that satisfy a scope.
pub(crate) fn lines_within(
    book: &LawBook,
    scope: &Scope,
    permit: &Permit,
    lens: Lens,
    parties: &BTreeMap<PartyId, PartyFacts>,
) -> BTreeSet<LineNo> {
    let id = &permit.issued.permit;
    let tree = book.tree();
    let world = book.geography(lens.as_of);
    permit
        .terms_on(lens.as_of)
        .lines
        .iter()
        .map(|line| line.no)
        .filter(|no| {
            let facts = permit.facts_on(*no, lens.as_of, parties);
            let judged = Judged {
                line: Some((id, *no)),
                facts: &facts,
                declared: None,
            };
            scope.contains(judged, tree, &world)
        })
        .collect()
}

/// Every line that satisfies a scope, as of a day and known at a position.
pub(crate) fn members(
    log: &dyn Reading,
    book: &LawBook,
    scope: &Scope,
    lens: Lens,
) -> Result<Members, DeskError> {
    let mut memory = PartyMemory::new(log, lens);
    let mut members = Members::new();
    each_candidate(log, scope, lens.known_at, &mut |permit| {
        let parties = memory.of(permit.terms_on(lens.as_of).parties())?;
        let lines = lines_within(book, scope, &permit, lens, &parties);
        if !lines.is_empty() {
            members.insert(permit.issued.permit.clone(), lines);
        }
        Ok(())
    })?;
    Ok(members)
}

/// What an order reaches, as of its first binding day and known at a position, with the first
/// permit that it names and cannot act on.
pub(crate) fn order_members(
    log: &dyn Reading,
    book: &LawBook,
    order: &Order,
    lens: Lens,
) -> Result<(Members, Option<(PermitId, Bilingual)>), DeskError> {
    let (permits, lines) = match &order.selection {
        Selection::Scope { scope } => return Ok((members(log, book, scope, lens)?, None)),
        Selection::Named { permits, lines } => (permits, lines),
    };
    let mut found = Members::new();
    let named: BTreeSet<&PermitId> = permits
        .iter()
        .chain(lines.iter().map(|l| &l.permit))
        .collect();
    for id in named {
        let Some(permit) = reading::permit_known(log, id, lens)? else {
            let because =
                Bilingual::new("there is no such permit", "il n’y a pas de telle licence");
            return Ok((found, Some((id.clone(), because))));
        };
        let all: BTreeSet<LineNo> = permit
            .terms_on(lens.as_of)
            .lines
            .iter()
            .map(|line| line.no)
            .collect();
        let wanted: BTreeSet<LineNo> = if permits.contains(id) {
            all
        } else {
            let named = lines
                .iter()
                .filter(|line| line.permit == *id)
                .map(|line| line.line);
            named.filter(|no| all.contains(no)).collect()
        };
        let mut because = cannot_act(order, &permit, &wanted, lens.as_of);
        if because.is_none() && order.kind == OrderKind::Amend {
            because = cuts_below_use(log, order, &permit)?;
        }
        if let Some(because) = because {
            return Ok((found, Some((id.clone(), because))));
        }
        found.insert(id.clone(), wanted);
    }
    Ok((found, None))
}

/// Why an order cannot act on a permit that it names, if it cannot.
fn cannot_act(
    order: &Order,
    permit: &Permit,
    lines: &BTreeSet<LineNo>,
    day: Day,
) -> Option<Bilingual> {
    use domain::permit::standing::Standing;
    if lines.is_empty() {
        return Some(Bilingual::new(
            "it has no such line",
            "elle n’a pas de telle ligne",
        ));
    }
    let standing = |no: &LineNo| permit.line_standing(*no, day).standing;
    let ended = |s: Standing| matches!(s, Standing::Cancelled | Standing::Annulled);
    match order.kind {
        OrderKind::Suspend | OrderKind::Cancel | OrderKind::Amend => {
            let first = lines.iter().find(|no| ended(standing(no)))?;
            let (en, fr) = match standing(first) {
                Standing::Annulled => ("annulled", "invalidée"),
                _ => ("cancelled", "annulée"),
            };
            Some(Bilingual::new(
                format!("line {first} is {en} already"),
                format!("la ligne {first} est déjà {fr}"),
            ))
        }
        OrderKind::Annul => {
            let first = lines.iter().find(|no| standing(no) == Standing::Annulled)?;
            Some(Bilingual::new(
                format!("line {first} is annulled already"),
                format!("la ligne {first} est déjà invalidée"),
            ))
        }
        OrderKind::Reinstate => {
            let holds = |no: &&LineNo| {
                permit.coverings.iter().any(|covering| {
                    order.ends.contains(&covering.order)
                        && covering.lines.contains(no)
                        && !covering.ended.contains_key(no)
                })
            };
            let first = lines.iter().find(|no| !holds(no))?;
            Some(Bilingual::new(
                format!("line {first} is not under any of the orders to be ended"),
                format!("la ligne {first} n’est sous aucun des ordres auxquels mettre fin"),
            ))
        }
    }
}

/// Why new terms would take away what is reserved, held or gone already, if they would.
///
/// # Invariant
/// No draw beyond grant: what is used of a line fits every grant that is known.
fn cuts_below_use(
    log: &dyn Reading,
    order: &Order,
    permit: &Permit,
) -> Result<Option<Bilingual>, DeskError> {
    let id = &permit.issued.permit;
    let Some(terms) = order.new_terms.get(id) else {
        return Ok(None);
    };
    let versions = permit.versions.iter();
    let lines: BTreeSet<LineNo> = versions
        .flat_map(|version| version.terms.lines.iter().map(|line| line.no))
        .collect();
    for no in lines {
        let ledger: Option<LineLedger> = reading::find(log, &format!("{id}#{no}"))?;
        if ledger.is_some_and(|ledger| !ledger.fits_grant_of(terms.line(no))) {
            return Ok(Some(Bilingual::new(
                format!(
                    "more of line {no} is reserved, held or gone than its new terms would grant"
                ),
                format!(
                    "de la ligne {no}, plus est réservé, retenu ou sorti que n’accorderaient ses \
                     nouvelles modalités"
                ),
            )));
        }
    }
    Ok(None)
}

/// Seals a set: how many, and a digest over the references in order.
#[must_use]
pub(crate) fn seal(members: &Members, lens: Lens) -> PreviewSeal {
    let mut text = String::new();
    let mut lines = 0_u64;
    for (permit, numbers) in members {
        for no in numbers {
            text.push_str(permit.as_str());
            text.push('#');
            text.push_str(&no.to_string());
            text.push('\n');
            lines = lines.saturating_add(1);
        }
    }
    PreviewSeal {
        at: lens.known_at,
        as_of: Some(lens.as_of),
        lines,
        permits: u64::try_from(members.len()).unwrap_or(u64::MAX),
        digest: Digest::of(text.as_bytes()).to_string(),
    }
}
