-- What people are told, where it is delivered, and the other finance applications of a billing organisation.

-- +goose Up
CREATE TABLE notices (
    id           TEXT PRIMARY KEY,
    connection   TEXT NOT NULL,
    -- Names what is told of: told twice, it is one notice.
    notice_key   TEXT NOT NULL,
    kind         TEXT NOT NULL,
    body         TEXT NOT NULL,
    link         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    read_at      BIGINT NOT NULL,
    -- Of the webhook: when it took it, how often it was tried, and why the last try failed.
    delivered_at BIGINT NOT NULL,
    tries        BIGINT NOT NULL,
    problem      TEXT NOT NULL,
    UNIQUE (connection, notice_key)
);
CREATE INDEX notices_created ON notices (created_at, id);
CREATE INDEX notices_unread ON notices (created_at, id) WHERE read_at = 0;

-- The webhook of a connection, or, under the empty name, of all that have none.
CREATE TABLE webhooks (
    connection  TEXT PRIMARY KEY,
    -- A later connection of the same id does not inherit it.
    incarnation TEXT NOT NULL,
    url         TEXT NOT NULL,
    key_id      TEXT NOT NULL,
    ciphertext  TEXT NOT NULL,
    who         TEXT NOT NULL,
    set_at      BIGINT NOT NULL
);

CREATE TABLE finance_apps (
    id          TEXT PRIMARY KEY,
    billing_org TEXT NOT NULL,
    name        TEXT NOT NULL,
    url         TEXT NOT NULL,
    key_id      TEXT NOT NULL,
    ciphertext  TEXT NOT NULL,
    who         TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    -- When it was disconnected; it has no secret any more.
    gone_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX finance_apps_name ON finance_apps (billing_org, name) WHERE gone_at = 0;

-- +goose Down
DROP TABLE finance_apps;
DROP TABLE webhooks;
DROP TABLE notices;
