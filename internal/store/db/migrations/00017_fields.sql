-- What numbers, ids and module names said in band has columns of its own.

-- +goose Up
-- A run is a sync's, with its number, or a push's, with the sequence of that. Runs of pushes had negative numbers.
CREATE TABLE runs_of_both (
    id              TEXT PRIMARY KEY,
    connection      TEXT NOT NULL,
    number          BIGINT NOT NULL, -- 0 for a push
    push            BIGINT NOT NULL, -- 0 for a sync
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
    scoped          BOOLEAN NOT NULL DEFAULT FALSE,
    who             TEXT NOT NULL DEFAULT '',
    drift           TEXT NOT NULL DEFAULT '',
    crm_spent       INTEGER NOT NULL DEFAULT 0,
    billing_spent   INTEGER NOT NULL DEFAULT 0,
    crm_listed      INTEGER NOT NULL DEFAULT 0,
    billing_listed  INTEGER NOT NULL DEFAULT 0,
    UNIQUE (connection, number, push)
);
INSERT INTO runs_of_both (id, connection, number, push, cause, retry_of, workflow_id, preferences, status, code, reason, started_at, ended_at,
    temporal_events, crm_read, crm_write, crm_other, billing_read, billing_write, billing_other, last_seq, scoped, who, drift, crm_spent,
    billing_spent, crm_listed, billing_listed)
SELECT id, connection, CASE WHEN number < 0 THEN 0 ELSE number END, CASE WHEN number < 0 THEN -number ELSE 0 END, cause, retry_of, workflow_id,
    preferences, status, code, reason, started_at, ended_at, temporal_events, crm_read, crm_write, crm_other, billing_read, billing_write,
    billing_other, last_seq, scoped, who, drift, crm_spent, billing_spent, crm_listed, billing_listed FROM runs;
DROP TABLE runs;
ALTER TABLE runs_of_both RENAME TO runs;

-- Of a module its records are read, its deletions, and, in a sweep, all its ids. The last two stood under modules of their
-- own, such as Accounts/deleted; a pass over the whole of a list had the cursor id "whole".
CREATE TABLE mirror_readings (
    connection TEXT NOT NULL,
    side       TEXT NOT NULL,
    module     TEXT NOT NULL,
    reading    TEXT NOT NULL, -- records, deletions, sweep
    position   TEXT NOT NULL,
    whole      BOOLEAN NOT NULL, -- the unfinished pass is over the whole list, where the changes alone could be read
    mark       BIGINT NOT NULL,
    since      BIGINT NOT NULL,
    completed  BOOLEAN NOT NULL,
    pass       BIGINT NOT NULL,
    PRIMARY KEY (connection, side, module, reading)
);
INSERT INTO mirror_readings (connection, side, module, reading, position, whole, mark, since, completed, pass)
SELECT connection, side,
    CASE WHEN module LIKE '%/deleted' THEN substr(module, 1, length(module) - 8) WHEN module LIKE '%/sweep' THEN substr(module, 1, length(module) - 6) ELSE module END,
    CASE WHEN module LIKE '%/deleted' THEN 'deletions' WHEN module LIKE '%/sweep' THEN 'sweep' ELSE 'records' END,
    CASE WHEN side = 'billing' THEN replace(position, '"id":"whole"', '"id":""') ELSE position END,
    side = 'billing' AND position LIKE '%"id":"whole"%', mark, since, completed, pass FROM mirror_state;
DROP TABLE mirror_state;
ALTER TABLE mirror_readings RENAME TO mirror_state;

-- +goose Down
CREATE TABLE mirror_modules (
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
INSERT INTO mirror_modules (connection, side, module, position, mark, since, completed, pass)
SELECT connection, side, CASE reading WHEN 'deletions' THEN module || '/deleted' WHEN 'sweep' THEN module || '/sweep' ELSE module END,
    CASE WHEN whole THEN replace(replace(position, '"id":"",', ''), '{"page"', '{"id":"whole","page"') ELSE position END, mark, since, completed, pass FROM mirror_state;
DROP TABLE mirror_state;
ALTER TABLE mirror_modules RENAME TO mirror_state;

CREATE TABLE runs_numbered (
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
    scoped          BOOLEAN NOT NULL DEFAULT FALSE,
    who             TEXT NOT NULL DEFAULT '',
    drift           TEXT NOT NULL DEFAULT '',
    crm_spent       INTEGER NOT NULL DEFAULT 0,
    billing_spent   INTEGER NOT NULL DEFAULT 0,
    crm_listed      INTEGER NOT NULL DEFAULT 0,
    billing_listed  INTEGER NOT NULL DEFAULT 0,
    UNIQUE (connection, number)
);
INSERT INTO runs_numbered (id, connection, number, cause, retry_of, workflow_id, preferences, status, code, reason, started_at, ended_at,
    temporal_events, crm_read, crm_write, crm_other, billing_read, billing_write, billing_other, last_seq, scoped, who, drift, crm_spent,
    billing_spent, crm_listed, billing_listed)
SELECT id, connection, CASE WHEN push > 0 THEN -push ELSE number END, cause, retry_of, workflow_id, preferences, status, code, reason, started_at,
    ended_at, temporal_events, crm_read, crm_write, crm_other, billing_read, billing_write, billing_other, last_seq, scoped, who, drift, crm_spent,
    billing_spent, crm_listed, billing_listed FROM runs;
DROP TABLE runs;
ALTER TABLE runs_numbered RENAME TO runs;
