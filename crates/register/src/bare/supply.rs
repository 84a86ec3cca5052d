//! The same supply web without a register: tables of parts, lines and shipments in bare SQLite, and
//! two ways to reach with SQL what the room `exposure` reaches from an item: one recursive query over
//! a table of edges, which could ask anything, and one that was written for this question alone. What
//! a comparison is made with, and nothing else.

use std::path::Path;

use rusqlite::{Connection, Statement, params};

use crate::fault::RegisterFault;
use crate::sqlite::doing::Doing as _;

/// Up to assemblies and down to parts, each with the items on its path; then the lines of all of
/// them, their permits and their shipments. The shortest path of each stands beside it. The order of
/// the joins is the one that goes from what is found to what it leads to: left to itself, SQLite
/// goes through all shipments.
const REACH: &str = "
    WITH RECURSIVE
    up (item, depth, path) AS (
        SELECT ?1, 0, CAST(?1 AS TEXT)
        UNION SELECT part.assembly, up.depth + 1, up.path || '>' || part.assembly
        FROM up CROSS JOIN part ON part.component = up.item
    ),
    down (item, depth, path) AS (
        SELECT ?1, 0, CAST(?1 AS TEXT)
        UNION SELECT part.component, down.depth + 1, down.path || '>' || part.component
        FROM down CROSS JOIN part ON part.assembly = down.item
    ),
    seen AS MATERIALIZED (
        SELECT item, min(depth) AS depth, path
        FROM (SELECT * FROM up UNION ALL SELECT * FROM down) GROUP BY item
    ),
    hit AS MATERIALIZED (
        SELECT line.id, line.permit, seen.depth, seen.path || '>' || line.id AS path
        FROM seen CROSS JOIN line ON line.item = seen.item
    )
    SELECT 0, id, depth + 3, path FROM hit
    UNION ALL
    SELECT 1, permit, min(depth) + 4, path || '>' || permit FROM hit GROUP BY permit
    UNION ALL
    SELECT 2, shipment.id, hit.depth + 4, hit.path || '>' || shipment.id
    FROM hit CROSS JOIN shipment ON shipment.line = hit.id";

/// One walk over edges of every kind, by rules that say what may follow what: up, down, lines, permits
/// and shipments. The shortest path to each thing.
const WALK: &str = "
    WITH RECURSIVE walk (node, phase, steps, path) AS (
        SELECT ?1, 0, 1, CAST(?1 AS TEXT)
        UNION
        SELECT edge.target, rule.onward, walk.steps + 1, walk.path || '>' || edge.target
        FROM walk
        CROSS JOIN rule ON rule.phase = walk.phase
        CROSS JOIN edge ON edge.source = walk.node AND edge.kind = rule.kind
    )
    SELECT node % 4, node / 4, min(steps) + 1, path FROM walk WHERE node % 4 > 0 GROUP BY node";

/// The rules: in a phase, edges of a kind lead to another phase. Kinds: 1 up, 2 down, 3 line,
/// 4 permit, 5 shipment.
const RULES: [(u32, u32, u32); 9] = [
    (0, 1, 1),
    (0, 2, 2),
    (0, 3, 3),
    (1, 1, 1),
    (1, 3, 3),
    (2, 2, 2),
    (2, 3, 3),
    (3, 4, 4),
    (3, 5, 4),
];

/// One thing that was reached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BareHit {
    /// 0 for a line, 1 for a permit, 2 for a shipment.
    pub kind: u8,
    /// Its number.
    pub id: u32,
    /// How many things stand on its path, as the room counts them.
    pub steps: u16,
    /// The path, as a text.
    pub path: String,
}

/// Tables of parts, lines and shipments.
pub struct BareSupply {
    connection: Connection,
}

impl BareSupply {
    /// Makes the tables in a new file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn create(path: &Path) -> Result<Self, RegisterFault> {
        let connection = Connection::open(path).doing(doing)?;
        connection
            .execute_batch(
                "PRAGMA journal_mode = OFF;
                 PRAGMA synchronous = OFF;
                 PRAGMA cache_size = -1000000;
                 PRAGMA temp_store = MEMORY;
                 CREATE TABLE part (assembly INTEGER NOT NULL, component INTEGER NOT NULL) STRICT;
                 CREATE TABLE line (
                     id INTEGER PRIMARY KEY, permit INTEGER NOT NULL, item INTEGER NOT NULL
                 ) STRICT;
                 CREATE TABLE shipment (id INTEGER PRIMARY KEY, line INTEGER NOT NULL) STRICT;
                 CREATE TABLE rule (
                     phase INTEGER, kind INTEGER, onward INTEGER, PRIMARY KEY (phase, kind, onward)
                 ) STRICT, WITHOUT ROWID;
                 CREATE TABLE edge (
                     source INTEGER, kind INTEGER, target INTEGER,
                     PRIMARY KEY (source, kind, target)
                 ) STRICT, WITHOUT ROWID;",
            )
            .doing(doing)?;
        Ok(Self { connection })
    }

    /// Puts parts in: an assembly and its component.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn parts(&mut self, parts: impl Iterator<Item = (u32, u32)>) -> Result<(), RegisterFault> {
        self.fill(
            "INSERT INTO part (assembly, component) VALUES (?1, ?2)",
            parts,
            |insert, (assembly, component)| insert.execute(params![assembly, component]),
        )
    }

    /// Puts lines in: each with its permit and item.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn lines(
        &mut self,
        lines: impl Iterator<Item = (u32, u32, u32)>,
    ) -> Result<(), RegisterFault> {
        self.fill(
            "INSERT INTO line (id, permit, item) VALUES (?1, ?2, ?3)",
            lines,
            |insert, (id, permit, item)| insert.execute(params![id, permit, item]),
        )
    }

    /// Puts shipments in: each with its line.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn shipments(
        &mut self,
        shipments: impl Iterator<Item = (u32, u32)>,
    ) -> Result<(), RegisterFault> {
        self.fill(
            "INSERT INTO shipment (id, line) VALUES (?1, ?2)",
            shipments,
            |insert, (id, line)| insert.execute(params![id, line]),
        )
    }

    fn fill<T>(
        &mut self,
        sql: &str,
        rows: impl Iterator<Item = T>,
        put: impl Fn(&mut Statement<'_>, T) -> rusqlite::Result<usize>,
    ) -> Result<(), RegisterFault> {
        let all = self.connection.transaction().doing(doing)?;
        {
            let mut insert = all.prepare(sql).doing(doing)?;
            for row in rows {
                put(&mut insert, row).doing(doing)?;
            }
        }
        all.commit().doing(doing)
    }

    /// Makes the indexes that the query needs, each of them covering, and lets SQLite look at them.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(&mut self) -> Result<(), RegisterFault> {
        self.connection
            .execute_batch(
                "CREATE INDEX part_down ON part (assembly, component);
                 CREATE INDEX part_up ON part (component, assembly);
                 CREATE INDEX line_item ON line (item, permit);
                 CREATE INDEX shipment_line ON shipment (line);
                 INSERT INTO edge SELECT 4 * component, 1, 4 * assembly FROM part;
                 INSERT INTO edge SELECT 4 * assembly, 2, 4 * component FROM part;
                 INSERT INTO edge SELECT 4 * item, 3, 4 * id + 1 FROM line ORDER BY item, id;
                 INSERT INTO edge SELECT 4 * id + 1, 4, 4 * permit + 2 FROM line ORDER BY id;
                 INSERT INTO edge SELECT 4 * line + 1, 5, 4 * id + 3 FROM shipment ORDER BY line, id;
                 ANALYZE;",
            )
            .doing(doing)?;
        self.fill(
            "INSERT INTO rule (phase, kind, onward) VALUES (?1, ?2, ?3)",
            RULES.into_iter(),
            |insert, (phase, kind, onward)| insert.execute(params![phase, kind, onward]),
        )
    }

    /// Everything that an item reaches, by the query that was written for this question.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn reach(&self, item: u32) -> Result<Vec<BareHit>, RegisterFault> {
        self.hits(REACH, item, 0)
    }

    /// The same, by one recursive query over edges.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn walk(&self, item: u32) -> Result<Vec<BareHit>, RegisterFault> {
        self.hits(WALK, item.saturating_mul(4), 1)
    }

    /// `first` is the number of the first kind.
    fn hits(&self, sql: &str, from: u32, first: u8) -> Result<Vec<BareHit>, RegisterFault> {
        let mut query = self.connection.prepare_cached(sql).doing(doing)?;
        let rows = query
            .query_map([from], |row| {
                let kind: u8 = row.get(0)?;
                Ok(BareHit {
                    kind: kind.saturating_sub(first),
                    id: row.get(1)?,
                    steps: row.get(2)?,
                    path: row.get(3)?,
                })
            })
            .doing(doing)?;
        rows.collect::<rusqlite::Result<Vec<_>>>().doing(doing)
    }
}

fn doing() -> String {
    "filling or walking bare tables".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_reaches_up_and_down_and_never_its_neighbours() {
        let folder = tempfile::tempdir().unwrap();
        let mut bare = BareSupply::create(&folder.path().join("bare.sqlite")).unwrap();
        // 1 contains 2 and 3; 2 contains 4.
        bare.parts([(1, 2), (1, 3), (2, 4)].into_iter()).unwrap();
        let lines = [(1, 1), (2, 2), (3, 3), (4, 4)];
        bare.lines(lines.into_iter().map(|(id, item)| (id, id, item)))
            .unwrap();
        bare.shipments([(1, 4), (2, 3)].into_iter()).unwrap();
        bare.finish().unwrap();
        let mut found: Vec<(u8, u32, u16, String)> = bare
            .reach(2)
            .unwrap()
            .into_iter()
            .map(|hit| (hit.kind, hit.id, hit.steps, hit.path))
            .collect();
        found.sort();
        let expected = [
            (0, 1, 4, "2>1>1"),
            (0, 2, 3, "2>2"),
            (0, 4, 4, "2>4>4"),
            (1, 1, 5, "2>1>1>1"),
            (1, 2, 4, "2>2>2"),
            (1, 4, 5, "2>4>4>4"),
            (2, 1, 5, "2>4>4>1"),
        ];
        let expected = expected.map(|(kind, id, steps, path)| (kind, id, steps, path.to_owned()));
        assert_eq!(found, expected);
        let walked = bare.walk(2).unwrap().into_iter();
        let mut walked: Vec<(u8, u32, u16)> =
            walked.map(|hit| (hit.kind, hit.id, hit.steps)).collect();
        walked.sort_unstable();
        let same: Vec<(u8, u32, u16)> = expected.iter().map(|e| (e.0, e.1, e.2)).collect();
        assert_eq!(walked, same);
    }
}
