-- Which of a connection's states was stored last, so that a message that comes late changes nothing.

-- +goose Up
CREATE TABLE kept_states (
    connection TEXT PRIMARY KEY,
    series     TEXT NOT NULL, -- the connection's workflow, from its first execution on
    seq        BIGINT NOT NULL
);

-- +goose Down
DROP TABLE kept_states;
