package connections

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Draft is an edit of preferences that was not adopted yet.
type Draft struct {
	ID         string
	Connection string
	// Base is the version that the editor saw.
	Base        int
	Who         string
	Preferences record.Preferences
	At          time.Time
}

// draftLife is how long a draft is kept.
const draftLife = 24 * time.Hour

const (
	putDraft   = `INSERT INTO drafts (id, connection, base, who, body, made_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	oldDrafts  = `DELETE FROM drafts WHERE made_at < ?`
	getDraft   = `SELECT * FROM drafts WHERE id = ?`
	draftsGone = "the draft is kept for a day: repeat the edit"
)

// PutDraft keeps an edit, and forgets those of more than a day ago. Idempotent by the draft's id.
func (s *Connections) PutDraft(ctx context.Context, d Draft) error {
	body, err := json.Marshal(d.Preferences)
	if err == nil {
		err = s.db.Write(ctx, func(tx db.Session) error {
			if _, err := tx.Exec(ctx, oldDrafts, db.Micros(d.At.Add(-draftLife))); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, putDraft, d.ID, d.Connection, d.Base, db.Clean(d.Who), string(body), db.Micros(d.At))
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("keep a draft of the preferences of %s: %w", d.Connection, err)
	}
	return nil
}

// Draft reads an edit. NotFound where there is none.
func (s *Connections) Draft(ctx context.Context, id string) (Draft, error) {
	var row struct {
		ID         string `db:"id"`
		Connection string `db:"connection"`
		Base       int    `db:"base"`
		Who        string `db:"who"`
		Body       string `db:"body"`
		MadeAt     int64  `db:"made_at"`
	}
	found, err := s.db.Reader().Get(ctx, &row, getDraft, id)
	if err == nil && !found {
		err = &record.Error{Kind: record.NotFound, Op: "read a draft", Code: "UNKNOWN_DRAFT",
			Message: fmt.Sprintf("no draft %q of preferences", id), Remedy: draftsGone}
	}
	out := Draft{ID: row.ID, Connection: row.Connection, Base: row.Base, Who: row.Who, At: db.FromMicros(row.MadeAt)}
	if err == nil {
		err = json.Unmarshal([]byte(row.Body), &out.Preferences)
	}
	if err != nil {
		return Draft{}, fmt.Errorf("read a draft of preferences: %w", err)
	}
	return out, nil
}
