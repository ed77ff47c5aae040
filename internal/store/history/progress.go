package history

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
	"causeway/internal/store/mirror"
	"causeway/internal/store/worklist"
)

const (
	countStates = `SELECT state, COUNT(*) AS n FROM operations WHERE run = ? GROUP BY state`
	countRecent = `SELECT COUNT(*) FROM operations WHERE run = ? AND state = 'done' AND done_at >= ?`
)

// Progress counts the operations of a run.
type Progress struct {
	Done   int
	Open   int // planned or sent
	Recent int // of those done: since the given instant
}

// Progress counts a run's operations by how far they have come.
func (s *History) Progress(ctx context.Context, run string, since time.Time) (Progress, error) {
	var out Progress
	var rows []struct {
		State string `db:"state"`
		N     int    `db:"n"`
	}
	err := s.db.Reader().All(ctx, &rows, countStates, run)
	if err == nil {
		_, err = s.db.Reader().Get(ctx, &out.Recent, countRecent, run, db.Micros(since))
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
func (s *History) CountDue(ctx context.Context, q worklist.Query) (n int, err error) {
	q.After, q.Limit = "", math.MaxInt32
	query, args := q.Statement()
	query = `SELECT COUNT(*) FROM (` + strings.Replace(query, mirror.RowColumns, `m.id`, 1) + `) d`
	if _, err := s.db.Reader().Get(ctx, &n, query, args...); err != nil {
		return 0, fmt.Errorf("count due %s: %w", q.Module, err)
	}
	return n, nil
}

// CountStanding counts the records of one list, whatever page is asked for.
func (s *History) CountStanding(ctx context.Context, connection string, q StandingQuery) (n int, err error) {
	q.After, q.Limit = "", math.MaxInt32
	query := `SELECT COUNT(*) FROM (` + standingQueries[q.List] + `) s`
	if _, err := s.db.Reader().Get(ctx, &n, query, s.standingArgs(connection, q)...); err != nil {
		return 0, fmt.Errorf("count what is %s: %w", q.List, err)
	}
	return n, nil
}

// CountOutOfView counts the records of CRM modules that OutOfView lists.
func (s *History) CountOutOfView(ctx context.Context, connection string, modules []record.Module) (n int, err error) {
	query := `SELECT COUNT(*) FROM (` + outOfViews + `) s`
	if _, err := s.db.Reader().Get(ctx, &n, query, connection, "", s.db.List(moduleNames(modules)), math.MaxInt32); err != nil {
		return 0, fmt.Errorf("count what the views leave out: %w", err)
	}
	return n, nil
}
