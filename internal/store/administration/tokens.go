package administration

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Tokens keeps the tokens of applications that call the gateway. Its methods are safe for concurrent use.
type Tokens struct{ db *db.DB }

// NewTokens is for the store's front.
func NewTokens(d *db.DB) *Tokens { return &Tokens{db: d} }

// APIToken lets an application call the gateway. The token itself is known to the application alone: the store has its
// hash.
type APIToken struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Connection is the one that it is for; empty is any.
	Connection string `json:"connection,omitempty"`
	// Users are the CRM users, by id, on whose behalf it may ask; none is any.
	Users     []string  `json:"users,omitempty"`
	Who       string    `json:"who"` // who made it
	CreatedAt time.Time `json:"created_at"`
	UsedAt    time.Time `json:"used_at,omitzero"` // to the minute
	RevokedAt time.Time `json:"revoked_at,omitzero"`
}

type apiTokenRow struct {
	ID         string `db:"id"`
	Name       string `db:"name"`
	Hash       string `db:"hash"`
	Connection string `db:"connection"`
	Users      string `db:"users"`
	Who        string `db:"who"`
	CreatedAt  int64  `db:"created_at"`
	UsedAt     int64  `db:"used_at"`
	RevokedAt  int64  `db:"revoked_at"`
}

func (r apiTokenRow) token() (APIToken, error) {
	out := APIToken{ID: r.ID, Name: r.Name, Connection: r.Connection, Who: r.Who, CreatedAt: db.FromMicros(r.CreatedAt), UsedAt: db.FromMicros(r.UsedAt),
		RevokedAt: db.FromMicros(r.RevokedAt)}
	if err := json.Unmarshal([]byte(r.Users), &out.Users); err != nil {
		return out, fmt.Errorf("read token %s: %w", r.ID, err)
	}
	return out, nil
}

const (
	putAPIToken = `
INSERT INTO api_tokens (id, name, hash, connection, users, who, created_at, used_at, revoked_at)
VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0) ON CONFLICT (id) DO NOTHING`
	getAPIToken    = `SELECT * FROM api_tokens WHERE hash = ? AND revoked_at = 0`
	listAPITokens  = `SELECT * FROM api_tokens ORDER BY created_at, id`
	revokeAPIToken = `UPDATE api_tokens SET revoked_at = ? WHERE (id = ? OR name = ?) AND revoked_at = 0`
	useAPIToken    = `UPDATE api_tokens SET used_at = ? WHERE id = ? AND used_at < ?`
)

// Put keeps a token by its hash. Idempotent by its id.
func (s *Tokens) Put(ctx context.Context, t APIToken, hash string) error {
	users, err := json.Marshal(append([]string{}, t.Users...))
	if err == nil {
		err = s.db.Write(ctx, func(tx db.Session) error {
			_, err := tx.Exec(ctx, putAPIToken, t.ID, t.Name, hash, t.Connection, string(users), t.Who, db.Micros(t.CreatedAt))
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("store token %q: %w", t.Name, err)
	}
	return nil
}

// APITokenOf finds the token with that hash, and stores that it was used. NotFound where there is none, or where it
// was revoked.
func (s *Tokens) APITokenOf(ctx context.Context, hash string, now time.Time) (APIToken, error) {
	var row apiTokenRow
	found, err := s.db.Reader().Get(ctx, &row, getAPIToken, hash)
	if err != nil {
		return APIToken{}, fmt.Errorf("find token: %w", err)
	}
	if !found {
		return APIToken{}, &record.Error{Kind: record.NotFound, Op: "find token", Code: "TOKEN", Message: "the token is unknown or was revoked",
			Remedy: "`starter tokens create` makes one"}
	}
	minute := now.Truncate(time.Minute)
	if row.UsedAt < db.Micros(minute) {
		err := s.db.Write(ctx, func(tx db.Session) error {
			_, err := tx.Exec(ctx, useAPIToken, db.Micros(minute), row.ID, db.Micros(minute))
			return err
		})
		if err != nil {
			return APIToken{}, fmt.Errorf("note the use of token %s: %w", row.ID, err)
		}
	}
	return row.token()
}

// List lists all tokens, the revoked ones too, the oldest first.
func (s *Tokens) List(ctx context.Context) ([]APIToken, error) {
	var rows []apiTokenRow
	if err := s.db.Reader().All(ctx, &rows, listAPITokens); err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	out := make([]APIToken, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.token(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Revoke ends the tokens of that id or name, and returns how many it ended.
func (s *Tokens) Revoke(ctx context.Context, token string, at time.Time) (int, error) {
	n, err := s.db.Exec(ctx, "revoke token", revokeAPIToken, db.Micros(at), token, token)
	return n, err
}
