package pushes

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/store/db"
)

// Workspace keeps what the finance workspace holds beside the records of the CRM. Its methods are safe for concurrent use.
type Workspace struct{ db *db.DB }

// NewWorkspace is for the store's front.
func NewWorkspace(d *db.DB) *Workspace { return &Workspace{db: d} }

// The kinds of what Causeway's finance workspace keeps beside the CRM's own records.
const (
	WorkspaceReport     = "custom_reports"
	WorkspaceComment    = "comments"
	WorkspaceAttachment = "attachments"
)

// WorkspaceObject is one thing that the finance workspace keeps.
type WorkspaceObject struct {
	Connection string
	Kind       string
	ID         string
	CreatedAt  time.Time
	Body       string
}

const (
	putWorkspace = `
INSERT INTO workspace_objects (connection, kind, id, created_at, body) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (connection, kind, id) DO UPDATE SET body = excluded.body`
	countWorkspace = `SELECT kind, COUNT(*) AS n FROM workspace_objects WHERE connection = ? GROUP BY kind`
	dropWorkspace  = `
DELETE FROM workspace_objects WHERE connection = ? AND (kind, id) IN (
    SELECT kind, id FROM workspace_objects WHERE connection = ? LIMIT ?)
RETURNING kind`
)

// Put keeps an object, in place of one of that kind and id. Idempotent.
func (s *Workspace) Put(ctx context.Context, o WorkspaceObject) error {
	_, err := s.db.Exec(ctx, "keep a "+o.Kind, putWorkspace, o.Connection, o.Kind, o.ID, db.Micros(o.CreatedAt), db.Clean(o.Body))
	return err
}

// Counts counts what the finance workspace of a connection keeps, by kind.
func (s *Workspace) Counts(ctx context.Context, connection string) (map[string]int, error) {
	var rows []struct {
		Kind string `db:"kind"`
		N    int    `db:"n"`
	}
	if err := s.db.Reader().All(ctx, &rows, countWorkspace, connection); err != nil {
		return nil, fmt.Errorf("count the finance workspace of %s: %w", connection, err)
	}
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[r.Kind] = r.N
	}
	return out, nil
}

// Remove removes as many as limit of what the finance workspace of a connection keeps, and counts it by
// kind. What is gone is not removed again.
func (s *Workspace) Remove(ctx context.Context, connection string, limit int) (map[string]int, error) {
	var kinds []string
	err := s.db.Write(ctx, func(tx db.Session) error {
		kinds = nil
		return tx.All(ctx, &kinds, dropWorkspace, connection, connection, limit)
	})
	if err != nil {
		return nil, fmt.Errorf("remove the finance workspace of %s: %w", connection, err)
	}
	out := map[string]int{}
	for _, kind := range kinds {
		out[kind]++
	}
	return out, nil
}
