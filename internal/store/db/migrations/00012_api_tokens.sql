-- Tokens of applications that call the gateway. A token itself is kept nowhere.

-- +goose Up
CREATE TABLE api_tokens (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    hash       TEXT NOT NULL,
    connection TEXT NOT NULL, -- empty is any
    users      TEXT NOT NULL, -- ids of CRM users that it may name, as JSON; [] is any
    who        TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX api_tokens_hash ON api_tokens (hash);

-- +goose Down
DROP TABLE api_tokens;
