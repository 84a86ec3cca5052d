//! Views and what stands beside the log: each damaged row is named.

use register::store::StoredAnswer;

use super::{kept, toy};

/// What an intruder does, and what is then found first.
const VIEWS: &str = "
    UPDATE view SET body = '{}' WHERE id = 'P-008'
        => view permit/P-008 differs
    UPDATE view SET position = 9 WHERE id = 'P-008'
        => view permit/P-008 differs
    DELETE FROM view WHERE id = 'P-008'
        => view permit/P-008 is missing
    INSERT INTO view (kind, id, position, body, entries) VALUES ('permit', 'X', 1, '', '')
        => view permit/X is given by no event
    DELETE FROM view_index WHERE id = 'P-008' AND value = 'PTY-1'
        => row permit holder PTY-1 P-008 of table view_index is missing
    INSERT INTO view_index SELECT number, 'PTY-9', 'P-008' FROM view_lookup WHERE name = 'holder'
        => row permit holder PTY-9 P-008 of table view_index is given by no event
    INSERT INTO view_index VALUES (99, 'a', 'b')
        => row 99 a b of table view_index belongs
    INSERT INTO view_lookup VALUES (99, 'a', 'b')
        => row a b of table view_lookup is given
    DELETE FROM view_lookup WHERE name = 'left'
        => row permit left of table view_lookup
";

/// What an intruder does, and what is then found first. The digest is that of evidence 303, on
/// which event 304 relies.
const BESIDE: &str = "
    UPDATE node SET hash = zeroblob(32) WHERE level = 8 AND number = 1
        => node 1 of level 8
    DELETE FROM node WHERE level = 9
        => node 0 of level 9 is missing
    INSERT INTO node VALUES (8, 2, zeroblob(32))
        => row 8 2 of table node belongs to nothing
    UPDATE salt SET seed = zeroblob(32) WHERE position = 9
        => event 9 leaf hash
    DELETE FROM salt WHERE position = 9
        => event 9 has no salts
    INSERT INTO field_salt VALUES (9, '/permit', zeroblob(16))
        => row 9 /permit of table
    INSERT INTO redaction VALUES (9, '/permit', zeroblob(32))
        => event 9 leaf hash does not match
    UPDATE answer SET answer = '{}' WHERE number = 3
        => row 3 of table answer
    UPDATE answer SET last = 9000 WHERE number = 3
        => row 3 of table answer
    DELETE FROM answer WHERE number = 3
        => row 3 to 3 of table answer missing
    UPDATE outgoing SET recipient = 'OFC-2' WHERE number = 3
        => row 3 of table outgoing
    UPDATE outgoing SET body = '{' WHERE number = 3
        => row 3 of table outgoing
    DELETE FROM outgoing WHERE number = 3
        => row 3 to 3 of table outgoing missing
    DELETE FROM answer WHERE number > 18
        => row 19 to 20 of table answer missing
    DELETE FROM answer
        => row 1 to 20 of table answer missing
    DELETE FROM outgoing WHERE number > 13
        => row 14 to 15 of table outgoing missing
    DELETE FROM checkpoint WHERE number > 6
        => row 7 to 7 of table checkpoint missing
    DELETE FROM series WHERE name = 'PMT-2027'
        => row PMT-2027 of table series is missing
    UPDATE series SET last = 599 WHERE name = 'PMT-2027'
        => row PMT-2027 of table series is at 599, and 600 were given
    INSERT INTO series VALUES ('PMT-2028', 3)
        => row PMT-2028 of table series was not counted
    INSERT INTO answer SELECT 21, 'X', request, answer, first, last, seal FROM answer WHERE number = 3
        => row 21
    UPDATE meta SET value = replace(value, ':600', ':601') WHERE name = 'beside'
        => row PMT-2027 of table series is at 600, and 601 were given
    DELETE FROM meta WHERE name = 'beside'
        => table meta cannot be read
    DELETE FROM checkpoint WHERE number = 3
        => row 3 to 3 of table checkpoint missing
    UPDATE checkpoint SET size = 9 WHERE number = 3
        => row 3 of table checkpoint
    UPDATE checkpoint SET text = 'x' WHERE number = 3
        => row 3 of table checkpoint
    UPDATE meta SET value = value WHERE name = 'projection'; DROP INDEX event_kind
        => table event_kind is missing
    CREATE TABLE mine (x)
        => table mine does not belong to a register
    CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM tag; END
        => table t does not
    UPDATE vault SET bytes = x'00' WHERE digest = x'DIGEST'
        => row DIGEST of table vault bytes do not have the digest
    DELETE FROM vault WHERE digest = x'DIGEST'
        => event 304 relies on bytes that are not kept
";

fn check_all(table: &str) {
    let kept = kept();
    let mut lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    while let (Some(sql), Some(place)) = (lines.next(), lines.next()) {
        let place = place.strip_prefix("=> ").unwrap();
        // Other findings may stand at the same place only. A look-up without its name leaves all its
        // entries without one: as number 2 in one table, and missing by name in the other.
        let alike = place.split(" of ").next().unwrap();
        kept.check(sql, place, &[alike, "row permit left", "row 2 0000"]);
    }
}

#[test]
fn damaged_views_are_named_row_by_row() {
    check_all(VIEWS);
}

#[test]
fn deleted_newest_rows_stay_missing_when_the_register_goes_on() {
    let kept = kept();
    let changed = kept.changed(
        "DELETE FROM answer WHERE number = 20; DELETE FROM outgoing WHERE number = 15;
         DELETE FROM series;",
    );
    let store = toy::sqlite(&changed);
    let mut writing = store.write(toy::stamp(2)).unwrap();
    // No number is given a second time, whatever was deleted.
    assert_eq!(writing.next_number("PMT-2027").unwrap(), 601);
    let sent = vec![toy::message("M-after")];
    writing
        .append(vec![toy::drawn("P-001", 1)], None, sent)
        .unwrap();
    let answer = StoredAnswer {
        request: register::hash::Digest::of(b"after"),
        answer: "{}".into(),
        events: None,
    };
    writing.remember_answer("K-after", &answer).unwrap();
    writing.commit().unwrap();
    drop(store);
    let report = kept.verify(&changed);
    let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "row 20 to 20 of table answer missing",
            "row 15 to 15 of table outgoing missing"
        ]
    );
}

#[test]
fn damage_beside_the_log_names_the_row() {
    let digest = register::hash::Digest::of(b"evidence 303").to_string();
    check_all(&BESIDE.replace("DIGEST", &digest));
}
