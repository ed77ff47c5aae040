-- What a run's reading of lists took of each side's daily allowance: it is behind a run that is at its records, and
-- says nothing of what these will take.

-- +goose Up
ALTER TABLE runs ADD COLUMN crm_listed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN billing_listed INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE runs DROP COLUMN crm_listed;
ALTER TABLE runs DROP COLUMN billing_listed;
