package operations

import (
	"context"
	"fmt"
	"sort"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Operations keeps what runs planned to do to records, and what became of it. Its methods are safe for concurrent use.
type Operations struct{ db *db.DB }

// New is for the store's front.
func New(d *db.DB) *Operations { return &Operations{db: d} }

// Row is an operation as a statement over RowColumns reads it.
type Row struct {
	ID             string `db:"id"`
	Connection     string `db:"connection"`
	Run            string `db:"run"`
	Seq            int64  `db:"seq"`
	Entity         string `db:"entity"`
	Action         string `db:"action"`
	SourceModule   string `db:"source_module"`
	SourceID       string `db:"source_id"`
	SourceName     string `db:"source_name"`
	SourceHash     string `db:"source_hash"`
	TargetModule   string `db:"target_module"`
	TargetID       string `db:"target_id"`
	TargetParentID string `db:"target_parent_id"`
	NameKey        string `db:"name_key"`
	Marker         string `db:"marker"`
	Before         string `db:"before_values"`
	After          string `db:"after_values"`
	State          string `db:"state"`
	Outcome        string `db:"outcome"`
	Changed        bool   `db:"changed"`
	Code           string `db:"code"`
	Reason         string `db:"reason"`
	Attempts       int    `db:"attempts"`
	Deadline       int64  `db:"deadline"`
	PlannedAt      int64  `db:"planned_at"`
	DoneAt         int64  `db:"done_at"`
	Base           string `db:"base_values"`
	Rule           string `db:"rule"`
}

// RowColumns are those that operationRow takes.
const RowColumns = `id, connection, run, seq, entity, action, source_module, source_id, source_name, source_hash,
    target_module, target_id, target_parent_id, name_key, marker, before_values, after_values, state, outcome, changed,
    code, reason, attempts, deadline, planned_at, done_at, base_values, rule`

// Operation is the operation of the row.
func (r Row) Operation() (record.Operation, error) {
	out := record.Operation{
		ID: r.ID, Connection: r.Connection, Run: r.Run, Seq: r.Seq, Entity: record.Entity(r.Entity), Action: record.Action(r.Action),
		SourceModule: record.Module(r.SourceModule), SourceID: r.SourceID, SourceName: r.SourceName, SourceHash: r.SourceHash,
		TargetModule: record.Module(r.TargetModule), TargetID: r.TargetID, TargetParentID: r.TargetParentID,
		NameKey: r.NameKey, Marker: r.Marker, State: record.OperationState(r.State), Outcome: record.Outcome(r.Outcome),
		Changed: r.Changed, Code: r.Code, Reason: r.Reason, Attempts: r.Attempts,
		Deadline: db.FromMicros(r.Deadline), PlannedAt: db.FromMicros(r.PlannedAt), DoneAt: db.FromMicros(r.DoneAt),
		Rule: r.Rule,
	}
	var err error
	if out.Before, err = record.DecodeValues([]byte(r.Before)); err == nil {
		out.After, err = record.DecodeValues([]byte(r.After))
	}
	if err == nil && r.Base != "" {
		out.Base, err = record.DecodeValues([]byte(r.Base))
	}
	if err != nil {
		return out, fmt.Errorf("operation %s: %w", r.ID, err)
	}
	return out, nil
}

// operationsOf turns rows into operations, in the order of the run.
func operationsOf(rows []Row) ([]record.Operation, error) {
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].Seq < rows[j].Seq })
	out := make([]record.Operation, len(rows))
	for i, r := range rows {
		op, err := r.Operation()
		if err != nil {
			return nil, err
		}
		out[i] = op
	}
	return out, nil
}

const (
	insertInto = `
WITH {rows}
INSERT INTO operations (` + RowColumns + `, pending)
SELECT ` + RowColumns + `, pending FROM v WHERE `
	// While the run planned, another one that runs beside it may have planned or linked the same record.
	notBeside = `
NOT EXISTS (SELECT 1 FROM operations o WHERE o.source_id = v.source_id AND o.source_module = v.source_module AND o.entity = v.entity
            AND o.connection || '' = v.connection AND o.run <> v.run AND o.pending)
AND NOT (v.action IN ('create', 'clone', 'link') AND EXISTS (
    SELECT 1 FROM links l WHERE l.connection = v.connection AND l.entity = v.entity AND l.crm_module = v.source_module AND l.crm_id = v.source_id AND l.gone = ''))`
	onceInARun = `
ON CONFLICT DO NOTHING
RETURNING id`
	// Syncs run one after the other: of two runs that run at once, one is a push's.
	runsBeside = `
SELECT COUNT(*) FROM runs WHERE connection = ? AND status = 'running' AND id <> ? AND (push > 0 OR (SELECT push FROM runs r WHERE r.id = ?) > 0)`
	// One plan of a connection is stored after the other, so that each sees what the one before it has stored.
	lockPlans = `SELECT pg_advisory_xact_lock(hashtextextended(?, 9))`
)

var insertOperations = db.Bulk{
	Columns: db.Columns(`id text, connection text, run text, seq bigint, entity text, action text, source_module text, source_id text, source_name text, source_hash text, target_module text, target_id text, target_parent_id text, name_key text, marker text, before_values text, after_values text, state text, outcome text, changed boolean, code text, reason text, attempts bigint, deadline bigint, planned_at bigint, done_at bigint, base_values text, rule text, pending boolean`),
	Query:   insertInto + `true` + onceInARun,
}

var insertBeside = db.Bulk{Columns: insertOperations.Columns, Query: insertInto + notBeside + onceInARun}

const takeSeqs = `UPDATE runs SET last_seq = last_seq + ? WHERE id = ? RETURNING last_seq`

// Insert stores a plan in one transaction, and returns how many operations are new. Idempotent: a record has one
// operation in a run, and a second one changes nothing, whatever its id. A record that another run beside this one
// has open gets none. Operations that are done from the start (skip, conflict, none, fail) settle their source as
// Finish does.
func (s *Operations) Insert(ctx context.Context, ops []record.Operation) (inserted int, err error) {
	if len(ops) == 0 {
		return 0, nil
	}
	byRun := map[string][]record.Operation{}
	var runs []string
	for _, op := range ops {
		if _, ok := byRun[op.Run]; !ok {
			runs = append(runs, op.Run)
		}
		byRun[op.Run] = append(byRun[op.Run], op)
	}
	sort.Strings(runs) // one order of locks for everybody
	err = s.db.Write(ctx, func(tx db.Session) error {
		inserted = 0
		for _, run := range runs {
			n, err := insertOfRun(ctx, tx, run, byRun[run])
			if err != nil {
				return err
			}
			inserted += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("insert %d operations: %w", len(ops), err)
	}
	return inserted, nil
}

func insertOfRun(ctx context.Context, tx db.Session, run string, ops []record.Operation) (int, error) {
	// The run's row stays locked until the commit, so that its operations are numbered in the order in
	// which they appear.
	var last int64
	found, err := tx.Get(ctx, &last, takeSeqs, len(ops), run)
	if err != nil {
		return 0, err
	}
	if !found {
		return 0, &record.Error{Kind: record.NotFound, Op: "insert operations", Code: "UNKNOWN_RUN", Message: fmt.Sprintf("no run %q", run)}
	}
	rows := make([][]any, len(ops))
	for i, op := range ops {
		op.Seq = last - int64(len(ops)-1-i)
		if rows[i], err = operationValues(op); err != nil {
			return 0, fmt.Errorf("operation on %s %s: %w", op.SourceModule, op.SourceID, err)
		}
	}
	insert, err := inserting(ctx, tx, ops[0].Connection, run)
	if err != nil {
		return 0, err
	}
	ids, err := tx.BulkIDs(ctx, insert, rows)
	if err != nil {
		return 0, err
	}
	fresh := make(map[string]bool, len(ids))
	for _, id := range ids {
		fresh[id] = true
	}
	var settled [][]any
	for _, op := range ops {
		if fresh[op.ID] && op.State == record.OpDone && settles(op) {
			settled = append(settled, settledRow(op))
		}
	}
	_, err = tx.Bulk(ctx, settleSources, settled)
	return len(ids), err
}

// inserting returns the statement that stores a plan: one that leaves out what another running run has open, where
// there is one.
func inserting(ctx context.Context, c db.Session, connection, run string) (db.Bulk, error) {
	if err := c.Lock(ctx, lockPlans, connection); err != nil {
		return db.Bulk{}, err
	}
	beside := 0
	if _, err := c.Get(ctx, &beside, runsBeside, connection, run, run); err != nil || beside == 0 {
		return insertOperations, err
	}
	return insertBeside, nil
}

func operationValues(op record.Operation) ([]any, error) {
	before, err := db.Encode(op.Before)
	if err != nil {
		return nil, err
	}
	after, err := db.Encode(op.After)
	if err != nil {
		return nil, err
	}
	base := ""
	if op.Base != nil {
		if base, err = db.Encode(op.Base); err != nil {
			return nil, err
		}
	}
	state := op.State
	if state == "" {
		state = record.OpPlanned
	}
	return []any{
		op.ID, op.Connection, op.Run, op.Seq, string(op.Entity), string(op.Action), string(op.SourceModule), op.SourceID,
		db.Clean(op.SourceName), op.SourceHash, string(op.TargetModule), op.TargetID, op.TargetParentID, db.IndexKey(op.NameKey),
		op.Marker, before, after, string(state), string(op.Outcome), op.Changed, db.Clean(op.Code), db.Clean(op.Reason),
		int64(op.Attempts), db.Micros(op.Deadline), db.Micros(op.PlannedAt), db.Micros(op.DoneAt),
		base, op.Rule, state != record.OpDone,
	}, nil
}

// settles reports whether nothing more is to be done for the source. Parked and skipped records stay due, so that
// the next run looks at them. Lasting skips do not: a change of the record, its link or the preferences makes them
// due.
func settles(op record.Operation) bool {
	switch op.Outcome {
	case record.Added, record.Updated, record.Linked, record.Unchanged:
		return true
	case record.Skipped:
		return op.Lasting
	case record.Conflicts, record.Deleted, record.Failed:
	}
	return false
}

// settleSources takes the due flag off sources whose content is still what was planned from: a change that
// came later stays due.
var settleSources = db.Bulk{
	Columns: db.Columns("source_connection text, source_side text, source_module text, source_id text, source_hash text"),
	Query: `
WITH {rows}
UPDATE mirror SET due = FALSE FROM v
WHERE mirror.connection = v.source_connection AND mirror.side = v.source_side AND mirror.module = v.source_module
  AND mirror.id = v.source_id AND mirror.hash = v.source_hash AND mirror.due`,
}

func settledRow(op record.Operation) []any {
	side := record.CRM
	if op.Direction() == record.ToCRM {
		side = record.Billing
	}
	return []any{op.Connection, string(side), string(op.SourceModule), op.SourceID, op.SourceHash}
}
