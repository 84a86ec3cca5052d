CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The log. Hashes stand before the payload, so that reading them does not walk through it.
CREATE TABLE event (
    position INTEGER PRIMARY KEY CHECK (position > 0),
    kind TEXT NOT NULL,
    form INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    effective_from TEXT,
    previous BLOB NOT NULL,
    leaf BLOB NOT NULL,
    actor TEXT NOT NULL,
    ground TEXT,
    tags TEXT NOT NULL,
    payload TEXT NOT NULL
) STRICT;

CREATE INDEX event_kind ON event (kind);

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN
    SELECT RAISE (ABORT, 'an event is never deleted');
END;

CREATE TABLE tag (
    tag TEXT NOT NULL,
    position INTEGER NOT NULL REFERENCES event (position),
    kind TEXT NOT NULL,
    PRIMARY KEY (tag, position)
) STRICT, WITHOUT ROWID;

-- The seed of an event's salts; deleted when a field of it is redacted.
CREATE TABLE salt (
    position INTEGER PRIMARY KEY REFERENCES event (position),
    seed BLOB NOT NULL
) STRICT;

-- The salts of the fields that stay when another field of the event is redacted.
CREATE TABLE field_salt (
    position INTEGER NOT NULL REFERENCES event (position),
    pointer TEXT NOT NULL,
    salt BLOB NOT NULL,
    PRIMARY KEY (position, pointer)
) STRICT, WITHOUT ROWID;

-- The commitments of redacted fields.
CREATE TABLE redaction (
    position INTEGER NOT NULL REFERENCES event (position),
    pointer TEXT NOT NULL,
    commitment BLOB NOT NULL,
    PRIMARY KEY (position, pointer)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
WHEN NOT EXISTS (SELECT 1 FROM redaction WHERE redaction.position = OLD.position)
BEGIN
    SELECT RAISE (ABORT, 'an event is never changed');
END;

-- Complete subtrees of the Merkle tree, level 8 and above.
CREATE TABLE node (
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    size INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE answer (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    key TEXT NOT NULL UNIQUE,
    request BLOB NOT NULL,
    answer TEXT NOT NULL,
    first INTEGER,
    last INTEGER,
    seal BLOB NOT NULL
) STRICT;

CREATE TABLE outgoing (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    key TEXT NOT NULL UNIQUE,
    topic TEXT NOT NULL,
    recipient TEXT NOT NULL,
    body TEXT NOT NULL,
    position INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    last_failure TEXT,
    failed_at INTEGER,
    delivered_at INTEGER,
    acknowledged_at INTEGER,
    seal BLOB NOT NULL
) STRICT;

CREATE INDEX outgoing_pending ON outgoing (number) WHERE delivered_at IS NULL;

CREATE INDEX outgoing_unacknowledged ON outgoing (number)
WHERE delivered_at IS NOT NULL AND acknowledged_at IS NULL;

CREATE TABLE series (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE vault (
    digest BLOB PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;
