-- Transactions: what was asked, in its sequence, what billing has of it, and who may do what.

-- +goose Up
-- The number of the newest request of a connection.
CREATE TABLE push_sequences (
    connection TEXT PRIMARY KEY,
    seq        BIGINT NOT NULL
);

-- One row for each request. The answer may hold personal data, and is encrypted.
CREATE TABLE pushes (
    connection       TEXT NOT NULL,
    seq              BIGINT NOT NULL,
    type             TEXT NOT NULL,
    transaction_id   TEXT NOT NULL,
    request_key      TEXT NOT NULL,
    request_hash     TEXT NOT NULL,
    action           TEXT NOT NULL,
    crm_user         TEXT NOT NULL,
    workflow_id      TEXT NOT NULL,
    state            TEXT NOT NULL, -- queued, open, done, failed, refused
    claim            TEXT NOT NULL,
    step             TEXT NOT NULL,
    deadline         BIGINT NOT NULL,
    attempts         BIGINT NOT NULL,
    -- Released or refused by the connection, and its workflow not heard of since.
    untold           BOOLEAN NOT NULL,
    answer_key       TEXT NOT NULL,
    answer           TEXT NOT NULL,
    asked_at         BIGINT NOT NULL,
    finished_at      BIGINT NOT NULL,
    PRIMARY KEY (connection, seq)
);
CREATE UNIQUE INDEX pushes_key ON pushes (connection, request_key);
CREATE INDEX pushes_pending ON pushes (connection, state, seq) WHERE state IN ('queued', 'open') OR untold;

CREATE TABLE transactions (
    connection     TEXT NOT NULL,
    type           TEXT NOT NULL,
    billing_id     TEXT NOT NULL,
    transaction_id TEXT NOT NULL, -- ours; empty where it was made in billing
    marker         TEXT NOT NULL,
    number         TEXT NOT NULL,
    status         TEXT NOT NULL,
    customer_id    TEXT NOT NULL,
    crm_module     TEXT NOT NULL,
    crm_id         TEXT NOT NULL,
    currency       TEXT NOT NULL,
    date           TEXT NOT NULL,
    due            TEXT NOT NULL,
    sub_total      TEXT NOT NULL, -- amounts are exact decimals
    tax            TEXT NOT NULL,
    total          TEXT NOT NULL,
    balance        TEXT NOT NULL,
    made_by        TEXT NOT NULL,
    deleted        BOOLEAN NOT NULL,
    modified       BIGINT NOT NULL,
    seen           BIGINT NOT NULL,
    body           TEXT NOT NULL,
    PRIMARY KEY (connection, type, billing_id)
);
CREATE UNIQUE INDEX transactions_ours ON transactions (connection, type, transaction_id) WHERE transaction_id <> '';
CREATE INDEX transactions_customer ON transactions (customer_id, connection);

CREATE TABLE profiles (
    connection TEXT NOT NULL,
    id         TEXT NOT NULL,
    name       TEXT NOT NULL,
    gone       BOOLEAN NOT NULL,
    permission TEXT NOT NULL, -- JSON; empty until somebody sets it
    PRIMARY KEY (connection, id)
);
CREATE TABLE members (
    connection TEXT NOT NULL,
    id         TEXT NOT NULL,
    name       TEXT NOT NULL,
    profile    TEXT NOT NULL,
    active     BOOLEAN NOT NULL,
    PRIMARY KEY (connection, id)
);

-- +goose Down
DROP TABLE members;
DROP TABLE profiles;
DROP TABLE transactions;
DROP TABLE pushes;
DROP TABLE push_sequences;
