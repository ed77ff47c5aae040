package bulk

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"causeway/internal/sandbox/zohocrm/metadata"
)

// Schema is the table of jobs. It can be applied again.
const Schema = `
CREATE TABLE IF NOT EXISTS bulk_jobs (
	id INTEGER PRIMARY KEY,
	user TEXT NOT NULL,
	created INTEGER NOT NULL,
	query TEXT NOT NULL,
	result TEXT NOT NULL DEFAULT '',
	file BLOB
);
`

// job is a job as it is stored.
type job struct {
	id      int64
	user    string
	created int64
	query   jobQuery
	result  string // JSON of the reply's result; empty until the job has run
}

func (j *Jobs) keep(ctx context.Context, job *job) error {
	query, err := json.Marshal(job.query)
	if err != nil {
		return err
	}
	err = j.db.Write(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "INSERT INTO bulk_jobs (user, created, query) VALUES (?, ?, ?) RETURNING id",
			job.user, job.created, string(query)).Scan(&job.id)
	})
	job.id += idJobs
	return err
}

// find returns a job, and nil if there is none.
func (j *Jobs) find(ctx context.Context, id string) (*job, error) {
	n, _ := metadata.ParseID(id)
	job := &job{id: n}
	var query string
	err := j.db.Read().QueryRowContext(ctx, "SELECT user, created, query, result FROM bulk_jobs WHERE id = ?", n-idJobs).
		Scan(&job.user, &job.created, &query, &job.result)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read bulk job %s: %w", id, err)
	}
	return job, json.Unmarshal([]byte(query), &job.query)
}
