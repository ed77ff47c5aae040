package runs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/connections"
	"causeway/internal/store/db"
)

// Runs keeps the runs of connections. Its methods are safe for concurrent use.
type Runs struct{ db *db.DB }

// New is for the store's front.
func New(d *db.DB) *Runs { return &Runs{db: d} }

type runRow struct {
	ID             string `db:"id"`
	Connection     string `db:"connection"`
	Number         int    `db:"number"`
	Push           int    `db:"push"`
	Cause          string `db:"cause"`
	RetryOf        string `db:"retry_of"`
	WorkflowID     string `db:"workflow_id"`
	Preferences    int    `db:"preferences"`
	Status         string `db:"status"`
	Code           string `db:"code"`
	Reason         string `db:"reason"`
	StartedAt      int64  `db:"started_at"`
	EndedAt        int64  `db:"ended_at"`
	TemporalEvents int    `db:"temporal_events"`
	CRMRead        int    `db:"crm_read"`
	CRMWrite       int    `db:"crm_write"`
	CRMOther       int    `db:"crm_other"`
	BillingRead    int    `db:"billing_read"`
	BillingWrite   int    `db:"billing_write"`
	BillingOther   int    `db:"billing_other"`
	CRMSpent       int    `db:"crm_spent"`
	BillingSpent   int    `db:"billing_spent"`
	CRMListed      int    `db:"crm_listed"`
	BillingListed  int    `db:"billing_listed"`
	LastSeq        int64  `db:"last_seq"`
	Scoped         bool   `db:"scoped"`
	Who            string `db:"who"`
	Drift          string `db:"drift"`
}

func (r runRow) run() record.Run {
	return record.Run{
		ID: r.ID, Connection: r.Connection, Number: r.Number, Push: r.Push, Trigger: record.Trigger(r.Cause), RetryOf: r.RetryOf,
		WorkflowID: r.WorkflowID, Preferences: r.Preferences, Status: record.RunStatus(r.Status), Code: r.Code,
		Reason: r.Reason, StartedAt: db.FromMicros(r.StartedAt), EndedAt: db.FromMicros(r.EndedAt), TemporalEvents: r.TemporalEvents,
		Scoped: r.Scoped, Who: r.Who, Drift: driftOf(r.Drift),
		Calls: map[record.Side]record.Calls{
			record.CRM:     {Read: r.CRMRead, Write: r.CRMWrite, Other: r.CRMOther},
			record.Billing: {Read: r.BillingRead, Write: r.BillingWrite, Other: r.BillingOther},
		},
		Spent:  map[record.Side]int{record.CRM: r.CRMSpent, record.Billing: r.BillingSpent},
		Listed: map[record.Side]int{record.CRM: r.CRMListed, record.Billing: r.BillingListed},
	}
}

const (
	insertRun = `
INSERT INTO runs (id, connection, number, push, cause, retry_of, workflow_id, preferences, status, code, reason, started_at, ended_at, temporal_events, scoped, who)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', ?, 0, ?, ?, ?) ON CONFLICT DO NOTHING`
	resumeRun   = `UPDATE runs SET status = 'running', ended_at = 0 WHERE connection = ? AND number = ? AND push = ? AND status = 'paused'`
	runByNumber = `SELECT * FROM runs WHERE connection = ? AND number = ? AND push = ?`
)

// Start stores a run that begins. It is idempotent by connection, number and push: one that is there is
// returned, and runs again if it was paused.
func (s *Runs) Start(ctx context.Context, r record.Run) (record.Run, error) {
	if r.Status == "" {
		r.Status = record.RunRunning
	}
	var row runRow
	err := s.db.Write(ctx, func(tx db.Session) error {
		if _, err := connections.Get(ctx, tx, r.Connection); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, insertRun, r.ID, r.Connection, r.Number, r.Push, r.Trigger, r.RetryOf, r.WorkflowID,
			r.Preferences, r.Status, db.Micros(r.StartedAt), r.TemporalEvents, r.Scoped, db.Clean(r.Who))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, resumeRun, r.Connection, r.Number, r.Push); err != nil {
			return err
		}
		row = runRow{}
		found, err := tx.Get(ctx, &row, runByNumber, r.Connection, r.Number, r.Push)
		if err == nil && !found {
			return &record.Error{Kind: record.Conflict, Op: "start run", Code: "RUN_EXISTS",
				Message: fmt.Sprintf("run %s exists under another number", r.ID)}
		}
		return err
	})
	if err != nil {
		return record.Run{}, fmt.Errorf("start run %d of %s: %w", r.Number, r.Connection, err)
	}
	return row.run(), nil
}

const setDrift = `UPDATE runs SET drift = ? WHERE id = ? AND drift <> ?`

// SetDrift keeps with a run the mapped fields that it found changed. Idempotent.
func (s *Runs) SetDrift(ctx context.Context, run string, drift []record.Drift) error {
	text := ""
	if len(drift) > 0 {
		data, err := json.Marshal(drift)
		if err != nil {
			return fmt.Errorf("keep the drift of run %s: %w", run, err)
		}
		text = db.Clean(string(data))
	}
	_, err := s.db.Exec(ctx, "keep the drift of run "+run, setDrift, text, run, text)
	return err
}

func driftOf(text string) []record.Drift {
	var out []record.Drift
	if text != "" && json.Unmarshal([]byte(text), &out) != nil {
		return nil // only SetDrift writes it
	}
	return out
}

const finishRun = `
UPDATE runs SET status = ?, code = ?, reason = ?, ended_at = ?, temporal_events = temporal_events + ?
WHERE id = ? AND status <> ? AND status IN ('running', 'paused')`

// Finish stores how a run ended, or that it was paused, which is no end; the events are added to those that
// AddEvents counted. It is idempotent: a run that has ended keeps its end, and a paused one is not paused again.
func (s *Runs) Finish(ctx context.Context, id string, status record.RunStatus, code, reason string, temporalEvents int, endedAt time.Time) (record.Run, error) {
	if status == record.RunPaused {
		endedAt = time.Time{}
	}
	err := s.db.Write(ctx, func(tx db.Session) error {
		_, err := tx.Exec(ctx, finishRun, status, db.Clean(code), db.Clean(reason), db.Micros(endedAt), temporalEvents, id, status)
		return err
	})
	if err != nil {
		return record.Run{}, fmt.Errorf("finish run %s: %w", id, err)
	}
	return s.Get(ctx, id)
}

const (
	getRun   = `SELECT * FROM runs WHERE id = ?`
	lastRuns = `SELECT * FROM runs WHERE connection = ? ORDER BY number DESC, push LIMIT ?`
)

// Get reads a run. The error is NotFound if the run does not exist.
func (s *Runs) Get(ctx context.Context, id string) (record.Run, error) {
	return Get(ctx, s.db.Reader(), id)
}

// Get reads a run within a session. The error is NotFound if the run does not exist.
func Get(ctx context.Context, c db.Session, id string) (record.Run, error) {
	var row runRow
	found, err := c.Get(ctx, &row, getRun, id)
	if err != nil {
		return record.Run{}, fmt.Errorf("read run %s: %w", id, err)
	}
	if !found {
		return record.Run{}, &record.Error{Kind: record.NotFound, Op: "read run", Code: "UNKNOWN_RUN",
			Message: fmt.Sprintf("no run %q", id), Remedy: "the history lists the runs of a connection"}
	}
	return row.run(), nil
}

// List lists a connection's runs: syncs first, the newest of them at the front, then pushes.
func (s *Runs) List(ctx context.Context, connection string, limit int) ([]record.Run, error) {
	var rows []runRow
	if err := s.db.Reader().All(ctx, &rows, lastRuns, connection, limit); err != nil {
		return nil, fmt.Errorf("list runs of %s: %w", connection, err)
	}
	out := make([]record.Run, len(rows))
	for i, r := range rows {
		out[i] = r.run()
	}
	return out, nil
}

// Last returns a connection's newest run, or nil if it has no run.
func (s *Runs) Last(ctx context.Context, connection string) (*record.Run, error) {
	runs, err := s.List(ctx, connection, 1)
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	return &runs[0], nil
}
