package operations

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Filter chooses operations of a run; what is empty chooses all.
type Filter struct {
	Entity   record.Entity
	Outcome  record.Outcome
	AfterSeq int64
	Limit    int // 0: all
}

const runOperations = `
SELECT ` + RowColumns + ` FROM operations
WHERE run = ? AND seq > ? AND (? = '' OR entity = ?) AND (? = '' OR outcome = ?) ORDER BY seq LIMIT ?`

// List lists a run's operations in its order.
func (s *Operations) List(ctx context.Context, run string, f Filter) ([]record.Operation, error) {
	const all = 1 << 40
	limit := f.Limit
	if limit <= 0 {
		limit = all
	}
	entity, outcome := string(f.Entity), string(f.Outcome)
	var rows []Row
	err := s.db.Reader().All(ctx, &rows, runOperations, run, f.AfterSeq, entity, entity, outcome, outcome, limit)
	if err != nil {
		return nil, fmt.Errorf("read operations of run %s: %w", run, err)
	}
	return operationsOf(rows)
}

const lastOperations = `
SELECT ` + RowColumns + ` FROM (
    SELECT o.*, ROW_NUMBER() OVER (PARTITION BY source_id ORDER BY done_at DESC, id DESC) AS newest
    FROM operations o WHERE connection = ? AND entity = ? AND source_module = ? AND source_id {in} AND state = 'done') n
WHERE newest = 1`

// Last returns the newest done operation of each source record, by source id. It explains a skip or a failure.
func (s *Operations) Last(ctx context.Context, connection string, entity record.Entity, module record.Module, ids []string) (map[string]record.Operation, error) {
	return Last(ctx, s.db.Reader(), connection, entity, module, ids)
}

// Last reads the newest operation that is done for each of the source records, by source id, within a session.
func Last(ctx context.Context, c db.Session, connection string, entity record.Entity, module record.Module, ids []string) (map[string]record.Operation, error) {
	var rows []Row
	if err := c.All(ctx, &rows, lastOperations, connection, entity, module, c.List(ids)); err != nil {
		return nil, fmt.Errorf("read last operations of %s %s: %w", connection, module, err)
	}
	ops, err := operationsOf(rows)
	if err != nil {
		return nil, err
	}
	out := make(map[string]record.Operation, len(ops))
	for _, op := range ops {
		out[op.SourceID] = op
	}
	return out, nil
}

const inConflict = `SELECT source_id FROM operations WHERE run = ? AND source_module = ? AND code = ? AND source_id {in}`

// WithCode reports which of the source records have an operation of that code in the run.
func (s *Operations) WithCode(ctx context.Context, run string, module record.Module, code string, ids []string) (map[string]bool, error) {
	var found []string
	if err := s.db.Reader().All(ctx, &found, inConflict, run, module, code, s.db.List(ids)); err != nil {
		return nil, fmt.Errorf("read operations of run %s: %w", run, err)
	}
	out := make(map[string]bool, len(found))
	for _, id := range found {
		out[id] = true
	}
	return out, nil
}
