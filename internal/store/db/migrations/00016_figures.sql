-- What figures were last written to fields of the CRM, so that only what changed is written.

-- +goose Up
CREATE TABLE kept_figures (
    connection TEXT NOT NULL,
    customer   TEXT NOT NULL, -- billing's id
    fields     TEXT NOT NULL, -- JSON, by the CRM's fields
    PRIMARY KEY (connection, customer)
);

-- +goose Down
DROP TABLE kept_figures;
