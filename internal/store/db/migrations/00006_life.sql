-- The life of a connection.

-- +goose Up
-- What Causeway's finance workspace keeps beside the CRM's own records: it goes when the connection is disabled.
CREATE TABLE workspace_objects (
    connection TEXT NOT NULL,
    kind       TEXT NOT NULL,
    id         TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (connection, kind, id)
);

-- +goose Down
DROP TABLE workspace_objects;
