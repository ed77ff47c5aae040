-- The deletion of a connection: its plan, what became of each record, and what is kept of it afterwards.

-- +goose Up
CREATE TABLE deletions (
    id           TEXT PRIMARY KEY,
    connection   TEXT NOT NULL,
    incarnation  TEXT NOT NULL,
    crm_org      TEXT NOT NULL,
    billing_org  TEXT NOT NULL,
    state        TEXT NOT NULL,
    who          TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    -- Where the plan goes on, while it is made.
    place        TEXT NOT NULL,
    -- The plan as it was shown, as JSON.
    plan         TEXT NOT NULL,
    token_hash   TEXT NOT NULL,
    used_by      TEXT NOT NULL,
    confirmed_by TEXT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    choice       TEXT NOT NULL,
    -- Of the rows as they were planned, and of the rows with their outcomes.
    checksum     TEXT NOT NULL,
    final        TEXT NOT NULL,
    finished_at  BIGINT NOT NULL
);
CREATE INDEX deletions_connection ON deletions (connection, created_at);

-- One row for each linked record of billing, and for each record that carries a marker of the connection's.
CREATE TABLE deletion_records (
    deletion     TEXT NOT NULL,
    part         TEXT NOT NULL,
    module       TEXT NOT NULL,
    id           TEXT NOT NULL,
    side         TEXT NOT NULL,
    parent_id    TEXT NOT NULL,
    crm_module   TEXT NOT NULL,
    crm_id       TEXT NOT NULL,
    name         TEXT NOT NULL,
    born         TEXT NOT NULL,
    duplicate    BOOLEAN NOT NULL,
    gone_side    TEXT NOT NULL,
    -- What is known of its marker: own, none, unknown.
    marker       TEXT NOT NULL,
    transactions BOOLEAN NOT NULL,
    held         TEXT NOT NULL,
    plan_all     TEXT NOT NULL,
    plan_some    TEXT NOT NULL,
    state        TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    code         TEXT NOT NULL,
    reason       TEXT NOT NULL,
    attempts     BIGINT NOT NULL,
    claim        TEXT NOT NULL,
    deadline     BIGINT NOT NULL,
    done_at      BIGINT NOT NULL,
    -- What a look at the live side has found: empty until it was looked at, then ok or what is wrong.
    verified     TEXT NOT NULL,
    PRIMARY KEY (deletion, part, id, module)
);
CREATE INDEX deletion_records_id ON deletion_records (id, deletion);
CREATE INDEX deletion_records_parent ON deletion_records (parent_id, deletion) WHERE parent_id <> '';

-- The other finance applications that were to be disconnected.
CREATE TABLE deletion_apps (
    deletion TEXT NOT NULL,
    app      TEXT NOT NULL,
    name     TEXT NOT NULL,
    outcome  TEXT NOT NULL,
    code     TEXT NOT NULL,
    reason   TEXT NOT NULL,
    done_at  BIGINT NOT NULL,
    PRIMARY KEY (deletion, app)
);

-- +goose Down
DROP TABLE deletion_apps;
DROP TABLE deletion_records;
DROP TABLE deletions;
