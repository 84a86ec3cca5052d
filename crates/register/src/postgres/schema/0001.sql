-- An operator may have made the schema for a role that may make none.
DO $$
BEGIN
    IF to_regnamespace('register') IS NULL THEN
        CREATE SCHEMA register;
    END IF;
END
$$;

CREATE TABLE register.schema_version (
    version bigint PRIMARY KEY
);

CREATE TABLE register.meta (
    name text COLLATE "C" PRIMARY KEY,
    value text COLLATE "C" NOT NULL
);

-- The log. Text is compared by its bytes everywhere, so that every order is that of the other
-- engine, whatever the locale of the database.
CREATE TABLE register.event (
    position bigint PRIMARY KEY CHECK (position > 0),
    kind text COLLATE "C" NOT NULL,
    form bigint NOT NULL,
    recorded_at bigint NOT NULL,
    effective_from text COLLATE "C",
    previous bytea NOT NULL,
    leaf bytea NOT NULL,
    actor text COLLATE "C" NOT NULL,
    ground text COLLATE "C",
    tags text COLLATE "C" NOT NULL,
    payload text COLLATE "C" NOT NULL
);

CREATE INDEX event_kind ON register.event (kind, position);

-- No foreign keys on the way of an append: each would lock and rewrite the row of its event. The
-- one writer keeps the tables together, and `verify` finds rows that belong to nothing.
CREATE TABLE register.tag (
    tag text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    PRIMARY KEY (tag, position)
);

-- The seed of an event's salts; deleted when a field of it is redacted.
CREATE TABLE register.salt (
    position bigint PRIMARY KEY,
    seed bytea NOT NULL
);

-- The salts of the fields that stay when another field of the event is redacted.
CREATE TABLE register.field_salt (
    position bigint NOT NULL,
    pointer text COLLATE "C" NOT NULL,
    salt bytea NOT NULL,
    PRIMARY KEY (position, pointer)
);

-- The commitments of redacted fields.
CREATE TABLE register.redaction (
    position bigint NOT NULL REFERENCES register.event (position),
    pointer text COLLATE "C" NOT NULL,
    commitment bytea NOT NULL,
    PRIMARY KEY (position, pointer)
);

-- Complete subtrees of the Merkle tree, level 8 and above.
CREATE TABLE register.node (
    level bigint NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (level, number)
);

CREATE TABLE register.checkpoint (
    number bigint PRIMARY KEY CHECK (number > 0),
    size bigint NOT NULL,
    text text COLLATE "C" NOT NULL
);

CREATE TABLE register.answer (
    number bigint PRIMARY KEY CHECK (number > 0),
    key text COLLATE "C" NOT NULL UNIQUE,
    request bytea NOT NULL,
    answer text COLLATE "C" NOT NULL,
    first bigint,
    last bigint,
    seal bytea NOT NULL
);

CREATE TABLE register.outgoing (
    number bigint PRIMARY KEY CHECK (number > 0),
    key text COLLATE "C" NOT NULL UNIQUE,
    topic text COLLATE "C" NOT NULL,
    recipient text COLLATE "C" NOT NULL,
    body text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    recorded_at bigint NOT NULL,
    failures bigint NOT NULL DEFAULT 0,
    last_failure text COLLATE "C",
    failed_at bigint,
    delivered_at bigint,
    acknowledged_at bigint,
    seal bytea NOT NULL
);

CREATE INDEX outgoing_pending ON register.outgoing (number) WHERE delivered_at IS NULL;

CREATE INDEX outgoing_unacknowledged ON register.outgoing (number)
WHERE delivered_at IS NOT NULL AND acknowledged_at IS NULL;

CREATE TABLE register.series (
    name text COLLATE "C" PRIMARY KEY,
    last bigint NOT NULL
);

CREATE TABLE register.vault (
    digest bytea PRIMARY KEY,
    bytes bytea NOT NULL
);

-- Views can be dropped and folded again. Pages keep room, so that a row that changes often is
-- rewritten beside itself and its index stays as it is.
CREATE TABLE register.view (
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    body text COLLATE "C" NOT NULL,
    entries text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, id)
) WITH (fillfactor = 70);

CREATE TABLE register.view_index (
    kind text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, name, value, id)
);

CREATE FUNCTION register.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an event is never deleted';
END
$$;

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON register.event
FOR EACH ROW EXECUTE FUNCTION register.refuse();

CREATE TRIGGER log_is_never_truncated BEFORE TRUNCATE ON register.event
FOR EACH STATEMENT EXECUTE FUNCTION register.refuse();

CREATE FUNCTION register.only_redacted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM register.redaction WHERE position = OLD.position)
        OR (NEW.position, NEW.kind, NEW.form, NEW.recorded_at, NEW.previous, NEW.leaf, NEW.tags)
        IS DISTINCT FROM
        (OLD.position, OLD.kind, OLD.form, OLD.recorded_at, OLD.previous, OLD.leaf, OLD.tags)
        OR NEW.effective_from IS DISTINCT FROM OLD.effective_from
    THEN
        RAISE EXCEPTION 'an event is never changed';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON register.event
FOR EACH ROW EXECUTE FUNCTION register.only_redacted();

-- The one way to redact, for a role that may not write the tables. It runs as their owner. What it
-- is given wrongly shows in `verify`: the leaf no longer fits.
CREATE FUNCTION register.redact(
    at bigint,
    new_actor text,
    new_ground text,
    new_payload text,
    kept_pointers text[],
    kept_salts bytea[],
    gone_pointers text[],
    gone_commitments bytea[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF cardinality(gone_pointers) = 0 THEN
        RAISE EXCEPTION 'nothing to redact';
    END IF;
    DELETE FROM register.salt WHERE position = at;
    DELETE FROM register.field_salt WHERE position = at;
    INSERT INTO register.field_salt SELECT at, * FROM unnest(kept_pointers, kept_salts);
    INSERT INTO register.redaction SELECT at, * FROM unnest(gone_pointers, gone_commitments);
    UPDATE register.event SET actor = new_actor, ground = new_ground, payload = new_payload
    WHERE position = at;
END
$$;

REVOKE ALL ON FUNCTION register.redact FROM PUBLIC;
