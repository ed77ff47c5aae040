package store

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"causeway/internal/record"
)

const (
	countStates = `SELECT state, COUNT(*) AS n FROM operations WHERE run = ? GROUP BY state`
	countRecent = `SELECT COUNT(*) FROM operations WHERE run = ? AND state = 'done' AND done_at >= ?`
)

// RunOperations counts the operations of a run.
type RunOperations struct {
	Done   int
	Open   int // planned or sent
	Recent int // of those done: since the given instant
}

// CountOperations counts a run's operations by how far they have come.
func (s *Store) CountOperations(ctx context.Context, run string, since time.Time) (RunOperations, error) {
	var out RunOperations
	var rows []struct {
		State string `db:"state"`
		N     int    `db:"n"`
	}
	err := s.db.reader().all(ctx, &rows, countStates, run)
	if err == nil {
		_, err = s.db.reader().get(ctx, &out.Recent, countRecent, run, micros(since))
	}
	if err != nil {
		return out, fmt.Errorf("count operations of run %s: %w", run, err)
	}
	for _, r := range rows {
		if record.OperationState(r.State) == record.OpDone {
			out.Done += r.N
		} else {
			out.Open += r.N
		}
	}
	return out, nil
}

// CountDue counts the records that DuePage would give, page after page.
func (s *Store) CountDue(ctx context.Context, q DueQuery) (n int, err error) {
	q.After, q.Limit = "", math.MaxInt32
	query, args := q.statement()
	query = `SELECT COUNT(*) FROM (` + strings.Replace(query, mirrorColumns, `m.id`, 1) + `) d`
	if _, err := s.db.reader().get(ctx, &n, query, args...); err != nil {
		return 0, fmt.Errorf("count due %s: %w", q.Module, err)
	}
	return n, nil
}

// CountStanding counts the records of one list, whatever page is asked for.
func (s *Store) CountStanding(ctx context.Context, connection string, q StandingQuery) (n int, err error) {
	q.After, q.Limit = "", math.MaxInt32
	query := `SELECT COUNT(*) FROM (` + standingQueries[q.List] + `) s`
	if _, err := s.db.reader().get(ctx, &n, query, s.standingArgs(connection, q)...); err != nil {
		return 0, fmt.Errorf("count what is %s: %w", q.List, err)
	}
	return n, nil
}

// CountOutOfView counts the records of CRM modules that OutOfView lists.
func (s *Store) CountOutOfView(ctx context.Context, connection string, modules []record.Module) (n int, err error) {
	query := `SELECT COUNT(*) FROM (` + outOfViews + `) s`
	if _, err := s.db.reader().get(ctx, &n, query, connection, "", s.db.list(moduleNames(modules)), math.MaxInt32); err != nil {
		return 0, fmt.Errorf("count what the views leave out: %w", err)
	}
	return n, nil
}
