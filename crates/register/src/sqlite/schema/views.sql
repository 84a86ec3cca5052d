CREATE TABLE view (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    body TEXT NOT NULL,
    entries TEXT NOT NULL,
    UNIQUE (kind, id)
) STRICT;

-- Names of look-ups, by number: so that the index is small and quick to compare.
CREATE TABLE view_lookup (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (kind, name)
) STRICT;

CREATE TABLE view_index (
    lookup INTEGER NOT NULL,
    value TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (lookup, value, id)
) STRICT, WITHOUT ROWID;
