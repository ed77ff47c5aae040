-- What each run took of the daily allowance of a side, by the hour, in rows of its own: a run rewrites no other's.

-- +goose Up
CREATE TABLE spent_hours_by_run (
    connection TEXT NOT NULL,
    side       TEXT NOT NULL,
    hour       BIGINT NOT NULL, -- when it began
    run        TEXT NOT NULL,   -- empty of what was counted before runs were told apart
    calls      INTEGER NOT NULL,
    PRIMARY KEY (connection, side, hour, run)
);
INSERT INTO spent_hours_by_run (connection, side, hour, run, calls) SELECT connection, side, hour, '', calls FROM spent_hours;
DROP TABLE spent_hours;
ALTER TABLE spent_hours_by_run RENAME TO spent_hours;

-- +goose Down
CREATE TABLE spent_hours_of_all (
    connection TEXT NOT NULL,
    side       TEXT NOT NULL,
    hour       BIGINT NOT NULL,
    calls      INTEGER NOT NULL,
    PRIMARY KEY (connection, side, hour)
);
INSERT INTO spent_hours_of_all (connection, side, hour, calls)
SELECT connection, side, hour, SUM(calls) FROM spent_hours GROUP BY connection, side, hour;
DROP TABLE spent_hours;
ALTER TABLE spent_hours_of_all RENAME TO spent_hours;
