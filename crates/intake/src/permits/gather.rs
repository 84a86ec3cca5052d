//! Rows gathered into permits: which rows are lines of one, and which numbers come again.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use domain::id::{ID_BYTES_MAX, PermitId};
use domain::item::{Line, LineNo};
use domain::time::Day;

use crate::at::At;
use crate::bounds::LINES_MAX;
use crate::mapping::{PermitMap, RowsAre};
use crate::outcome::{Assumption, Outcome, Reason, ReasonKind, RowReport};

use super::row::RowDraft;
use super::{LineSource, PermitDraft};

mod parts;

/// A permit being gathered: its rows, with their places in the file.
struct Gathering {
    lines: Vec<(usize, RowDraft)>,
}

/// The permits under one number and day.
struct SameDay {
    first: usize,
    /// All of them by their terms; made when a second row comes, which is rare in many registers.
    by_terms: Option<BTreeMap<String, usize>>,
}

/// Rows on their way to being permits.
pub(super) struct Gathered<'m> {
    name: &'m str,
    map: &'m PermitMap,
    rows: Vec<RowReport>,
    permits: Vec<Gathering>,
    places: BTreeMap<(String, Day), SameDay>,
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
    pub(super) fn take(&mut self, line: u64, column: Option<u64>, read: Result<RowDraft, Reason>) {
        let outcome = match read {
            Ok(draft) => self.place(draft),
            Err(reason) => Outcome::SetAside { reason },
        };
        self.rows.push(RowReport {
            at: match column {
                Some(column) => At::column(self.name, line, column),
                None => At::line(self.name, line),
            },
            permit: None,
            outcome,
        });
    }

    /// Puts a row where it belongs. Its last word is said at the end.
    fn place(&mut self, draft: RowDraft) -> Outcome {
        let place = self.rows.len();
        let known = match self.map.rows {
            RowsAre::Permits => None,
            RowsAre::Lines | RowsAre::Parts => self.same_permit(&draft),
        };
        match known.and_then(|at| self.permits.get_mut(at)) {
            Some(permit) if permit.lines.len() >= LINES_MAX => Outcome::SetAside {
                reason: Reason::cell(
                    ReasonKind::TooManyLines,
                    self.map.number_column(),
                    &draft.number,
                ),
            },
            Some(permit) => {
                permit.lines.push((place, draft));
                Outcome::Imported
            }
            None => {
                self.permits.push(Gathering {
                    lines: vec![(place, draft)],
                });
                Outcome::Imported
            }
        }
    }

    /// The permit that a row is a line of; none when it begins one.
    fn same_permit(&mut self, draft: &RowDraft) -> Option<usize> {
        let next = self.permits.len();
        let key = (draft.number.clone(), draft.issued_on);
        let same_day = match self.places.entry(key) {
            Entry::Vacant(place) => {
                place.insert(SameDay {
                    first: next,
                    by_terms: None,
                });
                return None;
            }
            Entry::Occupied(place) => place.into_mut(),
        };
        let first = same_day.first;
        let permits = &self.permits;
        let map = self.map;
        let by_terms = same_day.by_terms.get_or_insert_with(|| {
            let lines = permits.get(first).and_then(|permit| permit.lines.first());
            lines
                .map(|(_, row)| (parts::terms_as_text(row, map), first))
                .into_iter()
                .collect()
        });
        match by_terms.entry(parts::terms_as_text(draft, map)) {
            Entry::Vacant(place) => {
                place.insert(next);
                None
            }
            Entry::Occupied(place) => Some(*place.get()),
        }
    }

    /// Gives every permit its id and every row its last word.
    pub(super) fn finish(mut self) -> (Vec<PermitDraft>, Vec<RowReport>) {
        let ids = ids(&self.permits, self.map);
        let mut drafts = Vec::with_capacity(self.permits.len());
        for (gathering, id) in self.permits.into_iter().zip(ids) {
            match id {
                Ok((permit, assumed)) => {
                    let assumed = parts::together(
                        gathering.lines.iter().map(|(_, row)| row),
                        self.map,
                        assumed,
                    );
                    let draft = settle(gathering, permit, &assumed, &mut self.rows);
                    drafts.extend(draft.map(|draft| parts::named_together(draft, self.map)));
                }
                Err(kind) => {
                    for (place, row) in gathering.lines {
                        let reason = Reason::cell(kind, self.map.number_column(), &row.number);
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

type Id = Result<(PermitId, BTreeSet<Assumption>), ReasonKind>;

/// The ids, in the order of the permits. The first act under a number has the number itself; a
/// later one has its day after it, and a count where the day is the same too.
fn ids(permits: &[Gathering], map: &PermitMap) -> Vec<Id> {
    let mut by_number: BTreeMap<String, Vec<(Day, usize)>> = BTreeMap::new();
    for (place, gathering) in permits.iter().enumerate() {
        if let Some((_, first)) = gathering.lines.first() {
            let number = format!("{}{}", map.id_prefix, plain_number(&first.number));
            let acts = by_number.entry(number).or_default();
            acts.push((first.issued_on, place));
        }
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
            let first = permits.get(place).and_then(|known| known.lines.first());
            let written = first.map_or("", |(_, row)| &row.number);
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

/// Makes the draft of a permit, and gives each of its rows its last word.
fn settle(
    gathering: Gathering,
    permit: PermitId,
    assumed: &BTreeSet<Assumption>,
    rows: &mut [RowReport],
) -> Option<PermitDraft> {
    let mut draft: Option<PermitDraft> = None;
    for (no, (place, mut row)) in (1..).zip(gathering.lines) {
        let no = LineNo(no);
        let report = rows.get_mut(place)?;
        report.permit = Some(permit.clone());
        report.outcome = Outcome::read_with(row.assumptions.union(assumed).copied().collect());
        let lines = std::mem::take(&mut row.terms.lines);
        if let Some(draft) = &mut draft {
            parts::join(draft, &row);
        }
        let draft = draft.get_or_insert_with(|| PermitDraft {
            permit: permit.clone(),
            number_as_written: row.number,
            issued_on: row.issued_on,
            valid_from: row.valid_from,
            last_day: row.last_day,
            terms: row.terms,
            parties: row.parties,
            places_as_written: BTreeSet::new(),
            sources: Vec::new(),
            assumptions: assumed.clone(),
        });
        let numbered = lines.into_iter().map(|line| Line { no, ..line });
        draft.terms.lines.extend(numbered);
        draft.sources.push(LineSource {
            no,
            at: report.at.clone(),
            kept: row.kept,
        });
        draft.places_as_written.extend(row.places_as_written);
        draft.assumptions.extend(row.assumptions);
    }
    draft
}
