-- The sides that somebody has given up for a deletion: they are gone for good, and nobody looks at them.

-- +goose Up
ALTER TABLE deletions ADD COLUMN given_up TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE deletions DROP COLUMN given_up;
