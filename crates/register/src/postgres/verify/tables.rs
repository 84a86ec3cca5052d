//! Whether the tables, indexes, triggers and functions are those of this release, and enabled.

use std::collections::BTreeMap;

use crate::fault::RegisterFault;
use crate::postgres::doing::{Doing as _, column};
use crate::postgres::line::Line;
use crate::verify::{Place, VerifyReport};

/// What a register of this release has, one object a line, as [`OBJECTS`] gives it.
const EXPECTED: &str = include_str!("../schema/objects.txt");

/// Everything in the schema: columns with their types and orders, indexes, rules and triggers with
/// what they do, functions by the digest of their text.
const OBJECTS: &str = "
    SELECT relname || '.' || attname, format_type(atttypid, atttypmod)
        || coalesce(' ' || nullif(collname, 'default'), '')
        || CASE WHEN attnotnull THEN ' not null' ELSE '' END
    FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    LEFT JOIN pg_collation ON pg_collation.oid = attcollation
    WHERE nspname = 'register' AND relkind <> 'i' AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'register'
    UNION ALL
    SELECT rulename::text, definition FROM pg_rules WHERE schemaname = 'register'
    UNION ALL
    SELECT tgname::text, pg_get_triggerdef(pg_trigger.oid) || ' ' || tgenabled::text
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'register' AND NOT tgisinternal
    UNION ALL
    SELECT conrelid::regclass::text || ' ' || conname, pg_get_constraintdef(pg_constraint.oid)
    FROM pg_constraint JOIN pg_namespace ON pg_namespace.oid = connamespace
    WHERE nspname = 'register' AND contype IN ('c', 'f')
    UNION ALL
    SELECT proname || '()', md5(prosrc) || CASE WHEN prosecdef THEN ' of its owner' ELSE '' END
    FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
    WHERE nspname = 'register'
    ORDER BY 1";

/// The objects of the schema, by name.
fn objects(line: &Line) -> Result<BTreeMap<String, String>, RegisterFault> {
    let rows = line
        .ask(OBJECTS, &[])
        .doing(|| "reading the list of tables".into())?;
    rows.iter()
        .map(|row| Ok((column(row, 0)?, column(row, 1)?)))
        .collect()
}

pub(super) fn check(line: &Line, report: &mut VerifyReport) -> Result<(), RegisterFault> {
    let mut found = objects(line)?;
    for (name, is) in EXPECTED.lines().filter_map(|line| line.split_once(" = ")) {
        match found.remove(name) {
            None => report.note(Place::Table(name.to_owned()), "is missing"),
            Some(other) if other != is => report.note(
                Place::Table(name.to_owned()),
                format!("is not that of this release: `{other}`"),
            ),
            Some(_) => {}
        }
    }
    for name in found.into_keys() {
        report.note(Place::Table(name), "does not belong to a register");
    }
    Ok(())
}
