package runs

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

var putRunRecords = db.Bulk{
	Columns: db.Columns("run text, side text, module text, id text"),
	Query: `
WITH {rows}
INSERT INTO run_records (run, side, module, id) SELECT run, side, module, id FROM v WHERE true ON CONFLICT DO NOTHING`,
}

const readRunRecords = `SELECT side, module, id FROM run_records WHERE run = ? ORDER BY side, module, id`

// SetRecords keeps with a run the records that it is about. Idempotent: each is kept once.
func (s *Runs) SetRecords(ctx context.Context, run string, refs []record.Ref) error {
	rows := make([][]any, len(refs))
	for i, r := range refs {
		rows[i] = []any{run, string(r.Side), string(r.Module), r.ID}
	}
	err := s.db.Write(ctx, func(tx db.Session) error {
		_, err := tx.Bulk(ctx, putRunRecords, rows)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the records of run %s: %w", run, err)
	}
	return nil
}

// Records lists the records that a scoped run is about.
func (s *Runs) Records(ctx context.Context, run string) ([]record.Ref, error) {
	var rows []struct {
		Side   string `db:"side"`
		Module string `db:"module"`
		ID     string `db:"id"`
	}
	if err := s.db.Reader().All(ctx, &rows, readRunRecords, run); err != nil {
		return nil, fmt.Errorf("read the records of run %s: %w", run, err)
	}
	out := make([]record.Ref, len(rows))
	for i, r := range rows {
		out[i] = record.Ref{Side: record.Side(r.Side), Module: record.Module(r.Module), ID: r.ID}
	}
	return out, nil
}
