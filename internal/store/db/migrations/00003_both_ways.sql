-- What a sync needs that goes both ways, follows deletions and moves, and can be told what to look at.

-- +goose Up
-- The side on which a linked record was deleted.
ALTER TABLE links ADD COLUMN gone TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN gone_at BIGINT NOT NULL DEFAULT 0;
-- The contact persons of a customer.
CREATE INDEX links_parent ON links (billing_parent_id, connection) WHERE billing_parent_id <> '';

-- What the link's base becomes, where before and after do not say it; and the preference that decided.
ALTER TABLE operations ADD COLUMN base_values TEXT NOT NULL DEFAULT '';
ALTER TABLE operations ADD COLUMN rule TEXT NOT NULL DEFAULT '';

-- Whether an operation is done, apart from its state: only what an index holds makes an update of PostgreSQL
-- write to all of them, and a state changes three times.
ALTER TABLE operations ADD COLUMN pending BOOLEAN NOT NULL DEFAULT TRUE;
UPDATE operations SET pending = FALSE WHERE state = 'done';
DROP INDEX operations_open;
DROP INDEX operations_target;
CREATE INDEX operations_open ON operations (run, entity, seq) WHERE pending;
CREATE INDEX operations_target ON operations (target_id, target_module, connection) WHERE pending AND target_id <> '';
-- The lists of what is left out and what fails.
CREATE INDEX operations_bad ON operations (connection, entity, source_id) WHERE outcome IN ('failed', 'conflicts', 'skipped', 'deleted');

ALTER TABLE mirror ADD COLUMN in_view BOOLEAN NOT NULL DEFAULT TRUE;
-- Billing tells changes in whole seconds: what was edited in the second of our own write looks unchanged.
-- This is when such a row was read.
ALTER TABLE mirror ADD COLUMN unsure BIGINT NOT NULL DEFAULT 0;
CREATE INDEX mirror_unsure ON mirror (connection, module) WHERE unsure > 0;
-- Candidates are looked for on both sides now.
DROP INDEX mirror_name;
DROP INDEX mirror_sku;
CREATE INDEX mirror_name ON mirror (connection, module, name_key) WHERE name_key <> '';
CREATE INDEX mirror_sku ON mirror (connection, module, sku_key) WHERE sku_key <> '';

-- A run may look at some records alone, and be asked for by somebody.
ALTER TABLE runs ADD COLUMN scoped BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE runs ADD COLUMN who TEXT NOT NULL DEFAULT '';
-- The mapped fields that the run found changed on a side, as JSON.
ALTER TABLE runs ADD COLUMN drift TEXT NOT NULL DEFAULT '';
CREATE TABLE run_records (
    run    TEXT NOT NULL,
    side   TEXT NOT NULL,
    module TEXT NOT NULL,
    id     TEXT NOT NULL,
    PRIMARY KEY (run, side, module, id)
);

-- The pages of an id listing: a run's own, dropped when it ends.
CREATE TABLE listings (
    run    TEXT NOT NULL,
    list   TEXT NOT NULL,
    page   BIGINT NOT NULL,
    ids    TEXT NOT NULL,
    PRIMARY KEY (run, list, page)
);

-- Edits of preferences before they are adopted.
CREATE TABLE drafts (
    id         TEXT PRIMARY KEY,
    connection TEXT NOT NULL,
    base       BIGINT NOT NULL,
    who        TEXT NOT NULL,
    body       TEXT NOT NULL,
    made_at    BIGINT NOT NULL
);

-- What somebody decided on a record in conflict.
CREATE TABLE decisions (
    connection TEXT NOT NULL,
    entity     TEXT NOT NULL,
    crm_module TEXT NOT NULL,
    crm_id     TEXT NOT NULL,
    decided    TEXT NOT NULL,
    PRIMARY KEY (connection, entity, crm_module, crm_id)
);

-- +goose Down
DROP TABLE decisions;
DROP TABLE drafts;
DROP TABLE listings;
DROP TABLE run_records;
ALTER TABLE runs DROP COLUMN drift;
ALTER TABLE runs DROP COLUMN who;
ALTER TABLE runs DROP COLUMN scoped;
DROP INDEX mirror_sku;
DROP INDEX mirror_name;
CREATE INDEX mirror_name ON mirror (connection, module, name_key) WHERE side = 'billing';
CREATE INDEX mirror_sku ON mirror (connection, module, sku_key) WHERE side = 'billing' AND sku_key <> '';
DROP INDEX mirror_unsure;
ALTER TABLE mirror DROP COLUMN unsure;
ALTER TABLE mirror DROP COLUMN in_view;
DROP INDEX operations_bad;
DROP INDEX operations_target;
DROP INDEX operations_open;
CREATE INDEX operations_open ON operations (run, entity, seq) WHERE state <> 'done';
CREATE INDEX operations_target ON operations (target_id, target_module, connection) WHERE state <> 'done' AND target_id <> '';
ALTER TABLE operations DROP COLUMN pending;
ALTER TABLE operations DROP COLUMN rule;
ALTER TABLE operations DROP COLUMN base_values;
DROP INDEX links_parent;
ALTER TABLE links DROP COLUMN gone_at;
ALTER TABLE links DROP COLUMN gone;
