package connections

import (
	"context"
	"encoding/json"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

const (
	newestPreferences = `SELECT version, body FROM preferences WHERE connection = ? ORDER BY version DESC LIMIT 1`
	onePreferences    = `SELECT version, body FROM preferences WHERE connection = ? AND version = ?`
	insertPreferences = `INSERT INTO preferences (connection, version, body) VALUES (?, ?, ?) ON CONFLICT (connection, version) DO NOTHING`
)

type preferencesRow struct {
	Version int    `db:"version"`
	Body    string `db:"body"`
}

func (r preferencesRow) preferences() (record.Preferences, error) {
	var p record.Preferences
	err := json.Unmarshal([]byte(r.Body), &p)
	p.Version = r.Version
	return p, err
}

// SavePreferences stores a new version. expected is the version that the editor saw, 0 for none: where
// another one came in between, it is a Conflict. It is idempotent: the same preferences saved again upon
// the same version give the version that they made.
func (s *Connections) SavePreferences(ctx context.Context, connection string, p record.Preferences, expected int) (record.Preferences, error) {
	p.Version = expected + 1
	err := s.db.Write(ctx, func(tx db.Session) error { return savePreferencesIn(ctx, tx, connection, p) })
	if err != nil {
		return record.Preferences{}, fmt.Errorf("save preferences of %s: %w", connection, err)
	}
	return p, nil
}

// savePreferencesIn stores the version that p names, upon the one before it.
func savePreferencesIn(ctx context.Context, tx db.Session, connection string, p record.Preferences) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if _, err := Get(ctx, tx, connection); err != nil {
		return err
	}
	var newest preferencesRow
	if _, err := tx.Get(ctx, &newest, newestPreferences, connection); err != nil {
		return err
	}
	if newest.Version == p.Version && newest.Body == string(body) {
		return nil
	}
	n := 0
	if newest.Version == p.Version-1 {
		if n, err = tx.Exec(ctx, insertPreferences, connection, p.Version, string(body)); err != nil {
			return err
		}
	}
	if n > 0 {
		return nil
	}
	// Another edit came before or at the same time.
	return &record.Error{Kind: record.Conflict, Op: "save preferences", Code: "PREFERENCES_MOVED",
		Message: fmt.Sprintf("the preferences of %q were edited by somebody else: the edit began at version %d, and version %d or newer is stored",
			connection, p.Version-1, max(newest.Version, p.Version)),
		Remedy: "read them, and repeat the edit"}
}

// Preferences reads a version of a connection's preferences; 0 is the newest.
func (s *Connections) Preferences(ctx context.Context, connection string, version int) (record.Preferences, error) {
	query, args := newestPreferences, []any{connection}
	if version != 0 {
		query, args = onePreferences, append(args, version)
	}
	var row preferencesRow
	found, err := s.db.Reader().Get(ctx, &row, query, args...)
	if err != nil {
		return record.Preferences{}, fmt.Errorf("read preferences of %s: %w", connection, err)
	}
	if !found {
		if _, err := s.Get(ctx, connection); err != nil {
			return record.Preferences{}, err
		}
		return record.Preferences{}, &record.Error{Kind: record.NotFound, Op: "read preferences", Code: "NO_PREFERENCES",
			Message: fmt.Sprintf("connection %q has no preferences of version %d", connection, version)}
	}
	p, err := row.preferences()
	if err != nil {
		return p, fmt.Errorf("read preferences of %s, version %d: %w", connection, row.Version, err)
	}
	return p, nil
}
