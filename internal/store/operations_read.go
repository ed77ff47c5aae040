package store

import (
	"context"
	"fmt"

	"causeway/internal/record"
)

// OperationFilter chooses operations of a run; what is empty chooses all.
type OperationFilter struct {
	Entity   record.Entity
	Outcome  record.Outcome
	AfterSeq int64
	Limit    int // 0: all
}

const runOperations = `
SELECT ` + operationColumns + ` FROM operations
WHERE run = ? AND seq > ? AND (? = '' OR entity = ?) AND (? = '' OR outcome = ?) ORDER BY seq LIMIT ?`

// Operations lists a run's operations in its order.
func (s *Store) Operations(ctx context.Context, run string, f OperationFilter) ([]record.Operation, error) {
	const all = 1 << 40
	limit := f.Limit
	if limit <= 0 {
		limit = all
	}
	entity, outcome := string(f.Entity), string(f.Outcome)
	var rows []operationRow
	err := s.db.reader().all(ctx, &rows, runOperations, run, f.AfterSeq, entity, entity, outcome, outcome, limit)
	if err != nil {
		return nil, fmt.Errorf("read operations of run %s: %w", run, err)
	}
	return operationsOf(rows)
}

const lastOperations = `
SELECT ` + operationColumns + ` FROM (
    SELECT o.*, ROW_NUMBER() OVER (PARTITION BY source_id ORDER BY done_at DESC, id DESC) AS newest
    FROM operations o WHERE connection = ? AND entity = ? AND source_module = ? AND source_id {in} AND state = 'done') n
WHERE newest = 1`

// LastOperations gives the newest operation that is done for each of the source records, by source id: what
// explains a skip or a failure.
func (s *Store) LastOperations(ctx context.Context, connection string, entity record.Entity, module record.Module, ids []string) (map[string]record.Operation, error) {
	return lastOperationsIn(ctx, s.db.reader(), connection, entity, module, ids)
}

func lastOperationsIn(ctx context.Context, c session, connection string, entity record.Entity, module record.Module, ids []string) (map[string]record.Operation, error) {
	var rows []operationRow
	if err := c.all(ctx, &rows, lastOperations, connection, entity, module, c.list(ids)); err != nil {
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

// WithCode says which of the source records have an operation of that code in the run.
func (s *Store) WithCode(ctx context.Context, run string, module record.Module, code string, ids []string) (map[string]bool, error) {
	var found []string
	if err := s.db.reader().all(ctx, &found, inConflict, run, module, code, s.db.list(ids)); err != nil {
		return nil, fmt.Errorf("read operations of run %s: %w", run, err)
	}
	out := make(map[string]bool, len(found))
	for _, id := range found {
		out[id] = true
	}
	return out, nil
}
