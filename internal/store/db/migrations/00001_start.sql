-- One schema for both databases: their common types and the partial indexes that both have.
-- Times are microseconds since 1970 in UTC, 0 where there is none. Values are canonical JSON as text.

-- +goose Up
CREATE TABLE connections (
    id              TEXT PRIMARY KEY,
    incarnation     TEXT NOT NULL,
    crm_org         TEXT NOT NULL,
    billing_org     TEXT NOT NULL,
    state           TEXT NOT NULL,
    degraded_reason TEXT,
    degraded_since  BIGINT NOT NULL,
    created_at      BIGINT NOT NULL
);

CREATE TABLE credentials (
    connection TEXT NOT NULL,
    side       TEXT NOT NULL,
    key_id     TEXT NOT NULL,
    ciphertext TEXT NOT NULL,
    PRIMARY KEY (connection, side)
);

CREATE TABLE preferences (
    connection TEXT NOT NULL,
    version    BIGINT NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (connection, version)
);

CREATE TABLE runs (
    id              TEXT PRIMARY KEY,
    connection      TEXT NOT NULL,
    number          BIGINT NOT NULL,
    cause           TEXT NOT NULL,
    retry_of        TEXT NOT NULL,
    workflow_id     TEXT NOT NULL,
    preferences     BIGINT NOT NULL,
    status          TEXT NOT NULL,
    code            TEXT NOT NULL,
    reason          TEXT NOT NULL,
    started_at      BIGINT NOT NULL,
    ended_at        BIGINT NOT NULL,
    temporal_events BIGINT NOT NULL,
    crm_read        BIGINT NOT NULL DEFAULT 0,
    crm_write       BIGINT NOT NULL DEFAULT 0,
    crm_other       BIGINT NOT NULL DEFAULT 0,
    billing_read    BIGINT NOT NULL DEFAULT 0,
    billing_write   BIGINT NOT NULL DEFAULT 0,
    billing_other   BIGINT NOT NULL DEFAULT 0,
    last_seq        BIGINT NOT NULL DEFAULT 0,
    UNIQUE (connection, number)
);

CREATE TABLE run_unchanged (
    run     TEXT NOT NULL,
    entity  TEXT NOT NULL,
    records BIGINT NOT NULL,
    PRIMARY KEY (run, entity)
);

CREATE TABLE mirror (
    connection  TEXT NOT NULL,
    side        TEXT NOT NULL,
    module      TEXT NOT NULL,
    id          TEXT NOT NULL,
    parent_id   TEXT NOT NULL,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    sku         TEXT NOT NULL,
    sku_key     TEXT NOT NULL,
    email       TEXT NOT NULL,
    marker      TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    whole       BOOLEAN NOT NULL,
    hash        TEXT NOT NULL,
    due         BOOLEAN NOT NULL,
    fields      TEXT NOT NULL,
    PRIMARY KEY (connection, side, module, id)
);
-- What a plan has to look at; a handful of rows once everything is in step.
CREATE INDEX mirror_due ON mirror (connection, module, id) WHERE due;
-- Duplicates are looked for on the billing side alone.
CREATE INDEX mirror_name ON mirror (connection, module, name_key) WHERE side = 'billing';
CREATE INDEX mirror_sku ON mirror (connection, module, sku_key) WHERE side = 'billing' AND sku_key <> '';

CREATE TABLE mirror_state (
    connection TEXT NOT NULL,
    side       TEXT NOT NULL,
    module     TEXT NOT NULL,
    position   TEXT NOT NULL,
    mark       BIGINT NOT NULL,
    since      BIGINT NOT NULL,
    completed  BOOLEAN NOT NULL,
    pass       BIGINT NOT NULL,
    PRIMARY KEY (connection, side, module)
);

CREATE TABLE links (
    connection        TEXT NOT NULL,
    entity            TEXT NOT NULL,
    crm_module        TEXT NOT NULL,
    crm_id            TEXT NOT NULL,
    billing_module    TEXT NOT NULL,
    billing_id        TEXT NOT NULL,
    billing_parent_id TEXT NOT NULL,
    born              TEXT NOT NULL,
    base              TEXT NOT NULL,
    PRIMARY KEY (connection, entity, crm_id, crm_module)
);
-- The most selective column stands first here and below: PostgreSQL, before it has statistics, takes all
-- columns for equally selective, and would scan a whole connection by the first one.
CREATE INDEX links_target ON links (billing_id, billing_module, connection);

CREATE TABLE operations (
    id               TEXT PRIMARY KEY,
    connection       TEXT NOT NULL,
    run              TEXT NOT NULL,
    seq              BIGINT NOT NULL,
    entity           TEXT NOT NULL,
    action           TEXT NOT NULL,
    source_module    TEXT NOT NULL,
    source_id        TEXT NOT NULL,
    source_name      TEXT NOT NULL,
    source_hash      TEXT NOT NULL,
    target_module    TEXT NOT NULL,
    target_id        TEXT NOT NULL,
    target_parent_id TEXT NOT NULL,
    name_key         TEXT NOT NULL,
    marker           TEXT NOT NULL,
    before_values    TEXT NOT NULL,
    after_values     TEXT NOT NULL,
    state            TEXT NOT NULL,
    outcome          TEXT NOT NULL,
    changed          BOOLEAN NOT NULL,
    code             TEXT NOT NULL,
    reason           TEXT NOT NULL,
    attempts         BIGINT NOT NULL,
    deadline         BIGINT NOT NULL,
    planned_at       BIGINT NOT NULL,
    done_at          BIGINT NOT NULL,
    claim            TEXT NOT NULL DEFAULT ''
);
-- One operation for a record in a run, however often its plan is stored; and all operations of a record.
CREATE UNIQUE INDEX operations_once ON operations (source_id, source_module, run, entity);
CREATE INDEX operations_history ON operations (run, seq);
CREATE INDEX operations_open ON operations (run, entity, seq) WHERE state <> 'done';
CREATE INDEX operations_target ON operations (target_id, target_module, connection) WHERE state <> 'done' AND target_id <> '';
CREATE INDEX operations_name ON operations (connection, entity, name_key) WHERE action IN ('create', 'clone');

-- +goose Down
DROP TABLE operations;
DROP TABLE links;
DROP TABLE mirror_state;
DROP TABLE mirror;
DROP TABLE run_unchanged;
DROP TABLE runs;
DROP TABLE preferences;
DROP TABLE credentials;
DROP TABLE connections;
