package store

import (
	"context"
	"fmt"
	"time"
)

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

// PutWorkspaceObject keeps an object, in place of one of that kind and id. Idempotent.
func (s *Store) PutWorkspaceObject(ctx context.Context, o WorkspaceObject) error {
	_, err := s.db.exec(ctx, "keep a "+o.Kind, putWorkspace, o.Connection, o.Kind, o.ID, micros(o.CreatedAt), clean(o.Body))
	return err
}

// WorkspaceCounts counts what the finance workspace of a connection keeps, by kind.
func (s *Store) WorkspaceCounts(ctx context.Context, connection string) (map[string]int, error) {
	var rows []struct {
		Kind string `db:"kind"`
		N    int    `db:"n"`
	}
	if err := s.db.reader().all(ctx, &rows, countWorkspace, connection); err != nil {
		return nil, fmt.Errorf("count the finance workspace of %s: %w", connection, err)
	}
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[r.Kind] = r.N
	}
	return out, nil
}

// RemoveWorkspace removes as many as limit of what the finance workspace of a connection keeps, and counts it by
// kind. What is gone is not removed again.
func (s *Store) RemoveWorkspace(ctx context.Context, connection string, limit int) (map[string]int, error) {
	var kinds []string
	err := s.db.write(ctx, func(tx session) error {
		kinds = nil
		return tx.all(ctx, &kinds, dropWorkspace, connection, connection, limit)
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
