-- Looks that find few rows among many, whether there are statistics or not.

-- +goose Up
-- What is due is asked for by all columns of the primary key: as few of them here, and it would not be used.
DROP INDEX mirror_due;
CREATE INDEX mirror_due ON mirror (connection, side, module, id) WHERE due;
-- The contacts of an account that a run is about.
CREATE INDEX mirror_parent ON mirror (parent_id, module) WHERE parent_id <> '';
CREATE INDEX mirror_left ON mirror (connection, module, id) WHERE NOT in_view;
-- The parked records of a run.
CREATE INDEX operations_parked ON operations (run, seq) WHERE outcome IN ('failed', 'conflicts');
-- What was merged into a record.
CREATE INDEX operations_merged ON operations (target_id, target_module) WHERE action = 'merge';

-- +goose Down
DROP INDEX operations_merged;
DROP INDEX operations_parked;
DROP INDEX mirror_left;
DROP INDEX mirror_parent;
DROP INDEX mirror_due;
CREATE INDEX mirror_due ON mirror (connection, module, id) WHERE due;
