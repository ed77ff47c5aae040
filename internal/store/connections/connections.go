package connections

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Connections keeps connections with their credentials, preferences and tokens. Its methods are safe for concurrent use.
type Connections struct{ db *db.DB }

// New is for the store's front.
func New(d *db.DB) *Connections { return &Connections{db: d} }

type connectionRow struct {
	ID             string         `db:"id"`
	Incarnation    string         `db:"incarnation"`
	CRMOrg         string         `db:"crm_org"`
	BillingOrg     string         `db:"billing_org"`
	State          string         `db:"state"`
	DegradedReason sql.NullString `db:"degraded_reason"`
	DegradedSince  int64          `db:"degraded_since"`
	CreatedAt      int64          `db:"created_at"`
}

func (r connectionRow) connection() record.Connection {
	out := record.Connection{
		ID: r.ID, Incarnation: r.Incarnation, CRMOrg: r.CRMOrg, BillingOrg: r.BillingOrg,
		State: record.State(r.State), CreatedAt: db.FromMicros(r.CreatedAt),
	}
	if r.DegradedReason.Valid {
		out.Degraded = &record.Degraded{Reason: r.DegradedReason.String, Since: db.FromMicros(r.DegradedSince)}
	}
	return out
}

func degradedColumns(d *record.Degraded) (sql.NullString, int64) {
	if d == nil {
		return sql.NullString{}, 0
	}
	return sql.NullString{String: db.Clean(d.Reason), Valid: true}, db.Micros(d.Since)
}

const createConnection = `
INSERT INTO connections (id, incarnation, crm_org, billing_org, state, degraded_reason, degraded_since, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`

// Create stores a new connection. Conflict where the id exists, except for the very same
// connection (by its incarnation): that delivery was the first one's repetition.
func (s *Connections) Create(ctx context.Context, c record.Connection) error {
	err := s.db.Write(ctx, func(tx db.Session) error { return insertIn(ctx, tx, c) })
	if err != nil {
		return fmt.Errorf("create connection %s: %w", c.ID, err)
	}
	return nil
}

const connectionOfPair = `SELECT id FROM connections WHERE crm_org = ? AND billing_org = ? AND id <> ? ORDER BY created_at, id LIMIT 1`

func pairIn(ctx context.Context, c db.Session, conn record.Connection) (other string, err error) {
	_, err = c.Get(ctx, &other, connectionOfPair, conn.CRMOrg, conn.BillingOrg, conn.ID)
	return other, err
}

// OfPair returns the id of the oldest other connection of the same two organisations, empty where there is none.
func (s *Connections) OfPair(ctx context.Context, c record.Connection) (string, error) {
	other, err := pairIn(ctx, s.db.Reader(), c)
	if err != nil {
		return "", fmt.Errorf("look who else ties these organisations: %w", err)
	}
	return other, nil
}

func insertIn(ctx context.Context, tx db.Session, c record.Connection) error {
	reason, since := degradedColumns(c.Degraded)
	created, err := tx.Exec(ctx, createConnection, c.ID, c.Incarnation, c.CRMOrg, c.BillingOrg, c.State, reason, since, db.Micros(c.CreatedAt))
	if err != nil || created > 0 {
		return err
	}
	was, err := Get(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	if was.Incarnation == c.Incarnation {
		return nil
	}
	return &record.Error{Kind: record.Conflict, Op: "create connection", Code: "CONNECTION_EXISTS",
		Message: fmt.Sprintf("a connection %q exists", c.ID), Remedy: "choose another id"}
}

const (
	getConnection  = `SELECT * FROM connections WHERE id = ?`
	allConnections = `SELECT * FROM connections ORDER BY id`
)

// Get reads one connection. NotFound names the connections that exist.
func (s *Connections) Get(ctx context.Context, id string) (record.Connection, error) {
	return Get(ctx, s.db.Reader(), id)
}

// Get reads one connection within a session. NotFound names the connections that exist.
func Get(ctx context.Context, c db.Session, id string) (record.Connection, error) {
	var row connectionRow
	found, err := c.Get(ctx, &row, getConnection, id)
	if err != nil {
		return record.Connection{}, fmt.Errorf("read connection %s: %w", id, err)
	}
	if found {
		return row.connection(), nil
	}
	var rows []connectionRow
	if err := c.All(ctx, &rows, allConnections); err != nil {
		return record.Connection{}, fmt.Errorf("list connections: %w", err)
	}
	known := make([]string, len(rows))
	for i, r := range rows {
		known[i] = r.ID
	}
	remedy := "connect one with `starter connect`"
	if len(known) > 0 {
		remedy = "there are: " + strings.Join(known, ", ")
	}
	return record.Connection{}, &record.Error{Kind: record.NotFound, Op: "read connection", Code: "UNKNOWN_CONNECTION",
		Message: fmt.Sprintf("no connection %q", id), Remedy: remedy}
}

// List lists all connections by id.
func (s *Connections) List(ctx context.Context) ([]record.Connection, error) {
	var rows []connectionRow
	if err := s.db.Reader().All(ctx, &rows, allConnections); err != nil {
		return nil, fmt.Errorf("list connections: %w", err)
	}
	out := make([]record.Connection, len(rows))
	for i, r := range rows {
		out[i] = r.connection()
	}
	return out, nil
}

const setState = `UPDATE connections SET state = ?, degraded_reason = ?, degraded_since = ? WHERE id = ?`

// keepState takes a place in a series of states, unless a later one was taken, or this one.
const keepState = `
INSERT INTO kept_states AS k (connection, series, seq) VALUES (?, ?, ?)
ON CONFLICT (connection) DO UPDATE SET series = excluded.series, seq = excluded.seq
WHERE k.series <> excluded.series OR k.seq < excluded.seq`

// KeepState is SetState for a state that has a place in a series: one that comes late, after a later state of the
// series, changes nothing. A series is one workflow of the connection; a workflow that was started again has
// another series.
func (s *Connections) KeepState(ctx context.Context, id, series string, seq int64, state record.State, degraded *record.Degraded) error {
	err := s.db.Write(ctx, func(tx db.Session) error {
		n, err := tx.Exec(ctx, keepState, id, series, seq)
		if err != nil || n == 0 {
			return err
		}
		return setStateIn(ctx, tx, id, state, degraded)
	})
	if err != nil {
		return fmt.Errorf("keep the state of connection %s: %w", id, err)
	}
	return nil
}

// SetState stores where a connection stands, and what is wrong with it. It is idempotent: the state is
// set, not moved, and one that is there already is not written again.
func (s *Connections) SetState(ctx context.Context, id string, state record.State, degraded *record.Degraded) error {
	err := s.db.Write(ctx, func(tx db.Session) error { return setStateIn(ctx, tx, id, state, degraded) })
	if err != nil {
		return fmt.Errorf("set the state of connection %s: %w", id, err)
	}
	return nil
}

func setStateIn(ctx context.Context, tx db.Session, id string, state record.State, degraded *record.Degraded) error {
	reason, since := degradedColumns(degraded)
	was, err := Get(ctx, tx, id)
	if err != nil {
		return err
	}
	wasReason, wasSince := degradedColumns(was.Degraded)
	if was.State == state && wasReason == reason && wasSince == since {
		return nil
	}
	_, err = tx.Exec(ctx, setState, state, reason, since, id)
	return err
}

const connectionsOfCRM = `SELECT id FROM connections WHERE crm_org = ? ORDER BY created_at, id`

// OfCRM lists the ids of the connections of a CRM organisation, the oldest first.
func (s *Connections) OfCRM(ctx context.Context, crmOrg string) ([]string, error) {
	var ids []string
	if err := s.db.Reader().All(ctx, &ids, connectionsOfCRM, crmOrg); err != nil {
		return nil, fmt.Errorf("list connections of CRM organisation %s: %w", crmOrg, err)
	}
	return ids, nil
}
