package runs

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

const (
	addCRMCalls = `
UPDATE runs SET crm_read = crm_read + ?, crm_write = crm_write + ?, crm_other = crm_other + ?, crm_spent = crm_spent + ?, crm_listed = crm_listed + ?
WHERE id = ?`
	addBillingCalls = `
UPDATE runs SET billing_read = billing_read + ?, billing_write = billing_write + ?, billing_other = billing_other + ?, billing_spent = billing_spent + ?,
    billing_listed = billing_listed + ?
WHERE id = ?`
	addEvents = `UPDATE runs SET temporal_events = temporal_events + ? WHERE id = ?`
	addSpent  = `
INSERT INTO spent_hours (connection, side, hour, run, calls) SELECT connection, ?, ?, id, ? FROM runs WHERE id = ?
ON CONFLICT (connection, side, hour, run) DO UPDATE SET calls = spent_hours.calls + excluded.calls`
	spentSince = `
SELECT hour, CAST(SUM(calls) AS BIGINT) AS calls FROM spent_hours WHERE connection = ? AND side = ? AND hour > ? GROUP BY hour ORDER BY hour`
	pruneSpent = `DELETE FROM spent_hours WHERE connection = ? AND hour < ?`
)

// Taken is what calls came to.
type Taken struct {
	Calls record.Calls
	// Spent is what they took of the side's daily allowance, At when.
	Spent int
	At    time.Time
	// Listing reports whether they read lists.
	Listing bool
}

// AddCalls adds to a run's API calls, and to what the connection took of the side's daily allowance. It counts
// what was delivered: the caller hands each count over once (it takes it off its meter), and loses it rather
// than count it twice.
func (s *Runs) AddCalls(ctx context.Context, run string, side record.Side, t Taken) error {
	query := addCRMCalls
	if side == record.Billing {
		query = addBillingCalls
	}
	listed := 0
	if t.Listing {
		listed = t.Spent
	}
	return s.add(ctx, run, func(tx db.Session) (int, error) {
		n, err := tx.Exec(ctx, query, t.Calls.Read, t.Calls.Write, t.Calls.Other, t.Spent, listed, run)
		if err != nil || n == 0 || t.Spent == 0 {
			return n, err
		}
		return tx.Exec(ctx, addSpent, side, db.Micros(t.At.UTC().Truncate(time.Hour)), t.Spent, run)
	})
}

// AddEvents adds to a run's Temporal events; like AddCalls it counts what was delivered.
func (s *Runs) AddEvents(ctx context.Context, run string, events int) error {
	return s.add(ctx, run, func(tx db.Session) (int, error) { return tx.Exec(ctx, addEvents, events, run) })
}

func (s *Runs) add(ctx context.Context, run string, change func(db.Session) (int, error)) error {
	n := 0
	err := s.db.Write(ctx, func(tx db.Session) (err error) {
		n, err = change(tx)
		return err
	})
	if err == nil && n == 0 {
		_, err = s.Get(ctx, run)
	}
	if err != nil {
		return fmt.Errorf("add to the counts of run %s: %w", run, err)
	}
	return nil
}

// Spent lists what a connection's runs took of a side's daily allowance, by the hour, the oldest first: of the
// hours that had not ended at the given instant, and of those since.
func (s *Runs) Spent(ctx context.Context, connection string, side record.Side, since time.Time) ([]record.Spent, error) {
	var rows []struct {
		Hour  int64 `db:"hour"`
		Calls int   `db:"calls"`
	}
	if err := s.db.Reader().All(ctx, &rows, spentSince, connection, side, db.Micros(since.Add(-time.Hour))); err != nil {
		return nil, fmt.Errorf("read what %s spent of the allowance of %s: %w", connection, side.Name(), err)
	}
	out := make([]record.Spent, len(rows))
	for i, r := range rows {
		out[i] = record.Spent{Hour: db.FromMicros(r.Hour), Calls: r.Calls}
	}
	return out, nil
}

// ForgetSpent forgets what a connection took of allowances in hours before the given time.
func ForgetSpent(ctx context.Context, d *db.DB, connection string, before time.Time) error {
	_, err := d.Exec(ctx, "forget what "+connection+" spent long ago", pruneSpent, connection, db.Micros(before))
	return err
}
