package deletions

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/connections"
	"causeway/internal/store/db"
)

// Deletions keeps the plans of deletions, and what became of each record. Its methods are safe for concurrent use.
type Deletions struct{ db *db.DB }

// New is for the store's front.
func New(d *db.DB) *Deletions { return &Deletions{db: d} }

// State is how far the deletion of a connection has come.
type State string

// The states of a deletion. Up to a planned one nothing was changed anywhere.
const (
	Planning  State = "planning"
	Planned   State = "planned"
	Confirmed State = "confirmed"
	Done      State = "deleted"
)

// Deletion is the deletion of one connection, from its plan on. It stays when the connection is gone.
type Deletion struct {
	ID          string
	Connection  string
	Incarnation string
	CRMOrg      string
	BillingOrg  string
	State       State
	Who         string // who asked for the plan
	CreatedAt   time.Time
	// Place is where the making of the plan continues.
	Place Place
	// Plan is the plan as it was shown, as JSON; empty while it is made.
	Plan        string
	Choice      string
	ConfirmedBy string
	ConfirmedAt time.Time
	// Checksum is that of the rows as they were planned, kept before anything went; Final that of the rows with
	// their outcomes, once the deletion is done.
	Checksum   string
	Final      string
	FinishedAt time.Time
	// GivenUp are the sides that are gone for good. They are not asked.
	GivenUp []record.Side

	tokenHash string
	usedBy    string
}

type deletionRow struct {
	ID          string `db:"id"`
	Connection  string `db:"connection"`
	Incarnation string `db:"incarnation"`
	CRMOrg      string `db:"crm_org"`
	BillingOrg  string `db:"billing_org"`
	State       string `db:"state"`
	Who         string `db:"who"`
	CreatedAt   int64  `db:"created_at"`
	Place       string `db:"place"`
	Plan        string `db:"plan"`
	TokenHash   string `db:"token_hash"`
	UsedBy      string `db:"used_by"`
	ConfirmedBy string `db:"confirmed_by"`
	ConfirmedAt int64  `db:"confirmed_at"`
	Choice      string `db:"choice"`
	Checksum    string `db:"checksum"`
	Final       string `db:"final"`
	FinishedAt  int64  `db:"finished_at"`
	GivenUp     string `db:"given_up"`
}

func (r deletionRow) deletion() (Deletion, error) {
	out := Deletion{
		ID: r.ID, Connection: r.Connection, Incarnation: r.Incarnation, CRMOrg: r.CRMOrg, BillingOrg: r.BillingOrg,
		State: State(r.State), Who: r.Who, CreatedAt: db.FromMicros(r.CreatedAt), Plan: r.Plan, Choice: r.Choice,
		ConfirmedBy: r.ConfirmedBy, ConfirmedAt: db.FromMicros(r.ConfirmedAt), Checksum: r.Checksum, Final: r.Final,
		FinishedAt: db.FromMicros(r.FinishedAt), GivenUp: splitSides(r.GivenUp), tokenHash: r.TokenHash, usedBy: r.UsedBy,
	}
	if err := json.Unmarshal([]byte(r.Place), &out.Place); err != nil {
		return out, fmt.Errorf("deletion %s: its place: %w", r.ID, err)
	}
	return out, nil
}

const (
	beginDeletion = `
INSERT INTO deletions (id, connection, incarnation, crm_org, billing_org, state, who, created_at, place, plan, token_hash,
    used_by, confirmed_by, confirmed_at, choice, checksum, final, finished_at)
VALUES (?, ?, ?, ?, ?, 'planning', ?, ?, '{}', '', '', '', '', 0, '', '', '', 0) ON CONFLICT (id) DO NOTHING`
	getDeletion   = `SELECT * FROM deletions WHERE id = ? AND connection = ?`
	lockDeletion  = `SELECT * FROM deletions WHERE id = ? AND connection = ? {lock}`
	deletionsOf   = `SELECT * FROM deletions WHERE connection = ? ORDER BY created_at DESC, id DESC`
	deletionPlace = `UPDATE deletions SET place = ? WHERE id = ?`
	dropOlderRows = `
DELETE FROM deletion_records WHERE deletion IN (
    SELECT id FROM deletions WHERE connection = ? AND incarnation = ? AND (created_at, id) < (?, ?) AND state IN ('planning', 'planned'))`
	finishPlan = `UPDATE deletions SET state = 'planned', plan = ?, token_hash = ? WHERE id = ? AND state = 'planning'`
)

// Begin begins the plan of a connection's deletion, and returns it as it is stored. Idempotent by its id.
func (s *Deletions) Begin(ctx context.Context, id, connection, who string, at time.Time) (Deletion, error) {
	var out Deletion
	err := s.db.Write(ctx, func(tx db.Session) error {
		c, err := connections.Get(ctx, tx, connection)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, beginDeletion, id, connection, c.Incarnation, c.CRMOrg, c.BillingOrg, db.Clean(who), db.Micros(at)); err != nil {
			return err
		}
		out, err = deletionIn(ctx, tx, getDeletion, id, connection)
		return err
	})
	if err != nil {
		return Deletion{}, fmt.Errorf("begin the plan of a deletion: %w", err)
	}
	return out, nil
}

// Get reads one deletion of a connection, which may be deleted itself. Conflict, code PLAN_UNKNOWN, where there is
// none.
func (s *Deletions) Get(ctx context.Context, connection, id string) (Deletion, error) {
	return deletionIn(ctx, s.db.Reader(), getDeletion, id, connection)
}

func deletionIn(ctx context.Context, c db.Session, query, id, connection string) (Deletion, error) {
	var row deletionRow
	found, err := c.Get(ctx, &row, query, id, connection)
	if err != nil {
		return Deletion{}, fmt.Errorf("read deletion %s: %w", id, err)
	}
	if !found {
		return Deletion{}, refuseDeletion(deletion.CodePlanUnknown, fmt.Sprintf("connection %q has no plan %q", connection, id), "make a plan, and confirm it")
	}
	return row.deletion()
}

// List lists the deletions of all connections that had this id, the newest first: plans too.
func (s *Deletions) List(ctx context.Context, connection string) ([]Deletion, error) {
	var rows []deletionRow
	if err := s.db.Reader().All(ctx, &rows, deletionsOf, connection); err != nil {
		return nil, fmt.Errorf("list the deletions of %s: %w", connection, err)
	}
	out := make([]Deletion, len(rows))
	for i, r := range rows {
		d, err := r.deletion()
		if err != nil {
			return nil, err
		}
		out[i] = d
	}
	return out, nil
}

func refuseDeletion(code, message, remedy string) error {
	return &record.Error{Kind: record.Conflict, Op: "delete", Code: code, Message: message, Remedy: remedy}
}

// planning runs fn in a transaction that locks the plan, if it is still being made and is at the given place: of
// two attempts that make the same part, one does. It stores the place that fn returns.
func (s *Deletions) planning(ctx context.Context, d Deletion, fn func(tx db.Session) (Place, error)) (Place, error) {
	next := d.Place
	err := s.db.Write(ctx, func(tx db.Session) error {
		now, err := deletionIn(ctx, tx, lockDeletion, d.ID, d.Connection)
		if err != nil {
			return err
		}
		if next = now.Place; now.State != Planning || now.Place != d.Place {
			return nil
		}
		if next, err = fn(tx); err != nil {
			return err
		}
		place, err := json.Marshal(next)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, deletionPlace, string(place), d.ID)
		return err
	})
	if err != nil {
		return d.Place, fmt.Errorf("plan the deletion of %s: %w", d.Connection, err)
	}
	return next, nil
}

// FinishPlan stores the plan as it is shown, and the hash of its token. It drops the records of earlier plans,
// which can no longer be confirmed. A finished plan stays as it is.
func (s *Deletions) FinishPlan(ctx context.Context, d Deletion, plan, token string) error {
	err := s.db.Write(ctx, func(tx db.Session) error {
		if _, err := tx.Exec(ctx, dropOlderRows, d.Connection, d.Incarnation, db.Micros(d.CreatedAt), d.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, finishPlan, plan, tokenHash(token), d.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("finish the plan %s: %w", d.ID, err)
	}
	return nil
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func joinSides(sides []record.Side) string {
	out := make([]string, len(sides))
	for i, s := range sides {
		out[i] = string(s)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ",")
}

func splitSides(text string) []record.Side {
	var out []record.Side
	for s := range strings.SplitSeq(text, ",") {
		if s != "" {
			out = append(out, record.Side(s))
		}
	}
	return out
}
