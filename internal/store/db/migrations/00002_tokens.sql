-- Access tokens, so that all processes of an installation share one: accounts servers give few.

-- +goose Up
CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    key_id     TEXT NOT NULL,
    ciphertext TEXT NOT NULL
);
