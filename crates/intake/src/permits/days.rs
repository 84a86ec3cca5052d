//! Days in the shapes that a map allows.

use std::borrow::Cow;
use std::collections::BTreeSet;

use domain::time::Day;

use crate::mapping::{Columns, DayMap, DayShape, Misfit, StatedBy};
use crate::outcome::{Assumption, Reason, ReasonKind};
use crate::table::{Cell, Row};

/// Which day of a month or year is meant where a cell names no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    First,
    Last,
}

/// The column of a day, for reports.
pub(super) fn column(map: &DayMap) -> &str {
    map.column.as_ref().map(Columns::first).unwrap_or_default()
}

/// What stands in the columns of a day, joined by hyphens; none where all of them are blank.
fn text<'r>(row: &'r Row<'_>, map: &DayMap) -> Result<Option<Cow<'r, str>>, Reason> {
    let Some(columns) = &map.column else {
        return Ok(None);
    };
    if columns.count() == 1 {
        return row.text(columns.first());
    }
    let mut parts = Vec::new();
    for column in columns.all() {
        parts.push(row.text(column)?.unwrap_or_default());
    }
    let is_blank = parts.iter().all(|part| part.is_empty());
    Ok((!is_blank).then(|| Cow::Owned(parts.join("-"))))
}

/// Reads a day; none where the cell is blank or says that there is none.
pub(super) fn read(
    row: &Row<'_>,
    map: &DayMap,
    edge: Edge,
    assumed: &mut BTreeSet<Assumption>,
) -> Result<Option<Day>, Reason> {
    if let Some(day) = map.is {
        assumed.extend((map.stated_by == StatedBy::Map).then_some(Assumption::StatedByMap));
        return Ok(Some(day));
    }
    let column = column(map);
    if let Cell::Day(day) = row.cell(column) {
        return Ok(Some(*day));
    }
    let Some(text) = text(row, map)? else {
        return Ok(None);
    };
    if map.none.iter().any(|word| word.eq_ignore_ascii_case(&text)) {
        return Ok(None);
    }
    let reason = |kind| Reason::cell(kind, column, &text);
    let usual = shapes(&map.shapes, &text);
    let (found, is_usual) = match usual {
        Found::None { .. } => (shapes(&map.other_shapes, &text), false),
        found => (found, true),
    };
    match found {
        Found::Day { day, shape } => {
            if !is_usual {
                assumed.insert(Assumption::DayInOtherShape);
            }
            if shape.has_short_year() {
                assumed.insert(Assumption::TwoDigitYear);
            }
            let Some(months) = shape.months_open() else {
                return Ok(Some(day));
            };
            assumed.insert(Assumption::DayOfPeriod);
            Ok(Some(match edge {
                Edge::First => day,
                Edge::Last => day.plus_months(months).plus_days(-1),
            }))
        }
        Found::Several => Err(reason(ReasonKind::AmbiguousDay)),
        Found::None { is_impossible } => {
            let was_impossible = matches!(
                usual,
                Found::None {
                    is_impossible: true
                }
            );
            Err(reason(if is_impossible || was_impossible {
                ReasonKind::ImpossibleDay
            } else {
                ReasonKind::NotADay
            }))
        }
    }
}

#[derive(Clone, Copy)]
enum Found<'s> {
    Day { day: Day, shape: &'s DayShape },
    Several,
    None { is_impossible: bool },
}

/// Tries every shape: two that give different days give none.
fn shapes<'s>(shapes: &'s [DayShape], text: &str) -> Found<'s> {
    let mut found = Found::None {
        is_impossible: false,
    };
    for shape in shapes {
        match (shape.read(text), found) {
            (Ok(day), Found::Day { day: before, .. }) if day != before => return Found::Several,
            (Ok(day), Found::None { .. }) => {
                found = Found::Day { day, shape };
            }
            (Err(Misfit::Calendar), Found::None { .. }) => {
                found = Found::None {
                    is_impossible: true,
                };
            }
            _ => {}
        }
    }
    found
}
