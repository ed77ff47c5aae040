-- What a connection took of the daily allowance of a side, by the hour, and what each run took of it.

-- +goose Up
CREATE TABLE spent_hours (
    connection TEXT NOT NULL,
    side       TEXT NOT NULL,
    hour       BIGINT NOT NULL, -- when it began
    calls      INTEGER NOT NULL,
    PRIMARY KEY (connection, side, hour)
);
ALTER TABLE runs ADD COLUMN crm_spent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN billing_spent INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE runs DROP COLUMN billing_spent;
ALTER TABLE runs DROP COLUMN crm_spent;
DROP TABLE spent_hours;
