//! Rows gathered into permits: which rows are lines of one, and which numbers come again.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::{ID_BYTES_MAX, PermitId};
use domain::item::LineNo;
use domain::time::Day;

use crate::at::At;
use crate::bounds::LINES_MAX;
use crate::mapping::{PermitMap, RowsAre};
use crate::outcome::{Assumption, Outcome, Reason, ReasonKind, RowReport};

use super::row::RowDraft;
use super::{LineSource, PermitDraft};

/// What makes rows one permit: the number, the day of issue, and everything but the line.
type SamePermit = (String, Day, String);

/// A permit being gathered, with the places of its rows.
struct Gathering {
    draft: RowDraft,
    lines: Vec<(usize, RowDraft)>,
}

/// Rows on their way to being permits.
pub(super) struct Gathered<'m> {
    name: &'m str,
    map: &'m PermitMap,
    rows: Vec<RowReport>,
    permits: Vec<Gathering>,
    places: BTreeMap<SamePermit, usize>,
}

impl<'m> Gathered<'m> {
    pub(super) fn new(name: &'m str, map: &'m PermitMap) -> Self {
        Self {
            name,
            map,
            rows: Vec::new(),
            permits: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    /// Takes the next row as read.
    pub(super) fn take(&mut self, line: u64, read: Result<RowDraft, Reason>) {
        let outcome = match read {
            Ok(draft) => self.place(draft),
            Err(reason) => Outcome::SetAside { reason },
        };
        self.rows.push(RowReport {
            at: At::line(self.name, line),
            permit: None,
            outcome,
        });
    }

    fn place(&mut self, draft: RowDraft) -> Outcome {
        let place = self.rows.len();
        let outcome = Outcome::read_with(draft.assumptions.clone());
        let known = match self.map.rows {
            RowsAre::Permits => None,
            RowsAre::Lines => {
                let key = same_permit(&draft);
                let next = self.permits.len();
                Some(*self.places.entry(key).or_insert(next))
            }
        };
        let known = known.and_then(|at| self.permits.get_mut(at));
        match known {
            Some(permit) if permit.lines.len() >= LINES_MAX => Outcome::SetAside {
                reason: Reason::cell(ReasonKind::TooManyLines, &self.map.number, &draft.number),
            },
            Some(permit) => {
                permit.lines.push((place, draft));
                outcome
            }
            None => {
                self.permits.push(Gathering {
                    draft: draft.clone(),
                    lines: vec![(place, draft)],
                });
                outcome
            }
        }
    }

    /// Gives every permit its id and every row its last word.
    pub(super) fn finish(mut self) -> (Vec<PermitDraft>, Vec<RowReport>) {
        let ids = ids(&self.permits, self.map);
        let mut drafts = Vec::with_capacity(self.permits.len());
        for (gathering, id) in self.permits.into_iter().zip(ids) {
            match id {
                Ok((permit, assumed)) => {
                    let draft = settle(self.name, gathering, permit, &assumed, &mut self.rows);
                    drafts.push(draft);
                }
                Err(kind) => {
                    for (place, row) in gathering.lines {
                        let reason = Reason::cell(kind, &self.map.number, &row.number);
                        if let Some(report) = self.rows.get_mut(place) {
                            report.outcome = Outcome::SetAside { reason };
                        }
                    }
                }
            }
        }
        (drafts, self.rows)
    }
}

/// Everything of a row but its line, as one text that can be compared.
fn same_permit(draft: &RowDraft) -> SamePermit {
    let mut terms = draft.terms.clone();
    terms.lines.clear();
    // `Debug` of sets and plain data is the data: equal texts are equal terms.
    let facts = format!(
        "{:?}",
        (
            draft.valid_from,
            draft.last_day,
            &terms,
            &draft.parties,
            draft
                .places_as_written
                .iter()
                .filter(|place| place.role != super::PlaceRole::Origin)
                .collect::<Vec<_>>(),
        )
    );
    (draft.number.clone(), draft.issued_on, facts)
}

type Id = Result<(PermitId, BTreeSet<Assumption>), ReasonKind>;

/// The ids, in the order of the permits. The first act under a number has the number itself; a
/// later one has its day after it, and a count where the day is the same too.
fn ids(permits: &[Gathering], map: &PermitMap) -> Vec<Id> {
    let mut by_number: BTreeMap<String, Vec<(Day, usize)>> = BTreeMap::new();
    for (place, gathering) in permits.iter().enumerate() {
        let plain = plain_number(&gathering.draft.number);
        let acts = by_number
            .entry(format!("{}{plain}", map.id_prefix))
            .or_default();
        acts.push((gathering.draft.issued_on, place));
    }
    let mut ids: BTreeMap<usize, Id> = BTreeMap::new();
    let mut taken: BTreeSet<PermitId> = BTreeSet::new();
    for (number, mut acts) in by_number {
        acts.sort_unstable();
        let first_day = acts.first().map(|(day, _)| *day);
        let mut count_on: BTreeMap<Day, usize> = BTreeMap::new();
        for (day, place) in acts {
            let count = count_on.entry(day).or_default();
            *count += 1;
            let is_again = Some(day) != first_day;
            let written = permits.get(place).map_or("", |known| &known.draft.number);
            let id = if is_again && !map.allows_again() {
                Err(ReasonKind::NumberRepeated)
            } else {
                act_id(&number, is_again.then_some(day), *count)
                    .filter(|permit| taken.insert(permit.clone()))
                    .ok_or(ReasonKind::NumberUnusable)
                    .map(|permit| (permit, about(written, is_again, *count)))
            };
            ids.insert(place, id);
        }
    }
    ids.into_values().collect()
}

fn act_id(number: &str, again_on: Option<Day>, count: usize) -> Option<PermitId> {
    let mut id = number.to_owned();
    if let Some(day) = again_on {
        id = format!("{id}@{day}");
    }
    if count > 1 {
        id = format!("{id}({count})");
    }
    (id.len() <= ID_BYTES_MAX).then(|| PermitId::new(&id).ok())?
}

fn about(written: &str, is_again: bool, count: usize) -> BTreeSet<Assumption> {
    let mut assumed = BTreeSet::new();
    if is_again {
        assumed.insert(Assumption::NumberIssuedAgain);
    }
    if count > 1 {
        assumed.insert(Assumption::NumberWithOtherTerms);
    }
    if plain_number(written) != written {
        assumed.insert(Assumption::NumberMadePlain);
    }
    assumed
}

/// The number in the characters of identifiers.
fn plain_number(number: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@()".contains(c);
    number
        .chars()
        .map(|c| if plain(c) { c } else { '-' })
        .collect()
}

fn settle(
    name: &str,
    gathering: Gathering,
    permit: PermitId,
    assumed: &BTreeSet<Assumption>,
    rows: &mut [RowReport],
) -> PermitDraft {
    let first = gathering.draft;
    let mut draft = PermitDraft {
        permit,
        number_as_written: first.number,
        issued_on: first.issued_on,
        valid_from: first.valid_from,
        last_day: first.last_day,
        terms: first.terms,
        parties: first.parties,
        places_as_written: BTreeSet::new(),
        sources: Vec::with_capacity(gathering.lines.len()),
        assumptions: assumed.clone(),
    };
    draft.terms.lines.clear();
    for (no, (place, row)) in (1..).zip(gathering.lines) {
        let no = LineNo(no);
        draft
            .terms
            .lines
            .extend(row.terms.lines.into_iter().map(|mut line| {
                line.no = no;
                line
            }));
        let at = rows
            .get(place)
            .map_or_else(|| At::line(name, 0), |report| report.at.clone());
        draft.sources.push(LineSource {
            no,
            at,
            kept: row.kept,
        });
        draft.places_as_written.extend(row.places_as_written);
        draft.assumptions.extend(row.assumptions.iter().copied());
        if let Some(report) = rows.get_mut(place) {
            let all = row.assumptions.union(assumed).copied().collect();
            report.permit = Some(draft.permit.clone());
            report.outcome = Outcome::read_with(all);
        }
    }
    draft
}
