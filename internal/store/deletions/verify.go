package deletions

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/db"
)

const (
	rowsAfter = `SELECT ` + recordColumns + ` FROM deletion_records WHERE deletion = ? AND part = ? AND (id, module) > (?, ?) ORDER BY id, module LIMIT ?`
	putApp    = `
INSERT INTO deletion_apps (deletion, app, name, outcome, code, reason, done_at) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (deletion, app) DO UPDATE SET name = excluded.name, outcome = excluded.outcome, code = excluded.code, reason = excluded.reason, done_at = excluded.done_at
WHERE deletion_apps.done_at = 0`
	appsOf       = `SELECT app, name, outcome, code, reason, done_at FROM deletion_apps WHERE deletion = ? ORDER BY app`
	keepChecksum = `UPDATE deletions SET checksum = ? WHERE id = ? AND checksum = ''`
)

// Page reads the next records of a part, in a steady order.
func (s *Deletions) Page(ctx context.Context, id, part string, after RowPlace, limit int) ([]Record, error) {
	var rows []Record
	if err := s.db.Reader().All(ctx, &rows, rowsAfter, id, part, after.ID, after.Module, limit); err != nil {
		return nil, fmt.Errorf("read %s of deletion %s: %w", part, id, err)
	}
	return rows, nil
}

// Only a confirmed deletion's rows are verified.
const rowsLookedAt = `
SELECT part, id, module, state, outcome, code, reason, attempts FROM deletion_records WHERE deletion = ? AND id {in} AND state = 'done'
AND EXISTS (SELECT 1 FROM deletions d WHERE d.id = deletion_records.deletion AND d.state = 'confirmed') ORDER BY part, id, module {lock}`

var verifyRows = db.Bulk{
	Columns: db.Columns("row_part text, row_module text, row_id text, seen text, st text, new_code text, why text, tries bigint"),
	Query: `
WITH {rows}
UPDATE deletion_records SET verified = v.seen, state = v.st, code = v.new_code, reason = v.why, attempts = v.tries
FROM v WHERE deletion_records.deletion = ? AND deletion_records.part = v.row_part AND deletion_records.id = v.row_id
AND deletion_records.module = v.row_module`,
}

// Seen is what a look at the live side has found of a record.
type Seen struct {
	Part   string
	Module record.Module
	ID     string
	// Found is VerifiedOK, VerifiedGivenUp, or what is wrong.
	Found string
}

// KeepSeen stores what looks at the sides have found. Idempotent: a record that was not as planned is open then, and
// a second delivery leaves it alone.
func (s *Deletions) KeepSeen(ctx context.Context, id string, seen []Seen) error {
	found := make(map[lookedAt]string, len(seen))
	ids := make([]string, len(seen))
	for i, v := range seen {
		ids[i] = v.ID
		found[lookedAt{v.Part, string(v.Module), v.ID}] = db.Clean(v.Found)
	}
	err := s.db.Write(ctx, func(tx db.Session) error { return keepSeen(ctx, tx, id, ids, found) })
	if err != nil {
		return fmt.Errorf("keep what %d looks have found for deletion %s: %w", len(seen), id, err)
	}
	return nil
}

// lookedAt names a record of a deletion.
type lookedAt struct{ part, module, id string }

func keepSeen(ctx context.Context, tx db.Session, id string, ids []string, found map[lookedAt]string) error {
	var rows []struct {
		Part string `db:"part"`
		rowKey
		State    string `db:"state"`
		Outcome  string `db:"outcome"`
		Code     string `db:"code"`
		Reason   string `db:"reason"`
		Attempts int    `db:"attempts"`
	}
	if err := tx.All(ctx, &rows, rowsLookedAt, id, tx.List(ids)); err != nil {
		return err
	}
	var values [][]any
	for _, r := range rows {
		seen, ok := found[lookedAt{r.Part, r.Module, r.ID}]
		if !ok {
			continue
		}
		p := deletion.Progress{State: r.State, Outcome: r.Outcome, Code: r.Code, Reason: r.Reason, Attempts: r.Attempts}.Looked(seen)
		values = append(values, []any{r.Part, r.Module, r.ID, seen, p.State, p.Code, p.Reason, int64(p.Attempts)})
	}
	_, err := tx.Bulk(ctx, verifyRows, values, id)
	return err
}

const (
	unverified = `SELECT COUNT(*) FROM deletion_records WHERE deletion = ? AND (state <> 'done' OR verified NOT IN ('ok', 'given up'))`
	firstWrong = `SELECT ` + recordColumns + ` FROM deletion_records WHERE deletion = ? AND (state <> 'done' OR verified NOT IN ('ok', 'given up')) ORDER BY part, id, module LIMIT 1`
)

// Unverified counts the records of a deletion that are not done, or not as planned. It also returns the first of
// them, nil where there is none.
func (s *Deletions) Unverified(ctx context.Context, id string) (int, *Record, error) {
	var n int
	if _, err := s.db.Reader().Get(ctx, &n, unverified, id); err != nil {
		return 0, nil, fmt.Errorf("count what is not verified of deletion %s: %w", id, err)
	}
	if n == 0 {
		return 0, nil, nil
	}
	var row Record
	found, err := s.db.Reader().Get(ctx, &row, firstWrong, id)
	if err != nil || !found {
		return n, nil, err
	}
	return n, &row, nil
}

// App is what became of another finance application.
type App struct {
	App     string `db:"app"`
	Name    string `db:"name"`
	Outcome string `db:"outcome"` // disconnected, gone, or failed
	Code    string `db:"code"`
	Reason  string `db:"reason"`
	DoneAt  int64  `db:"done_at"` // microseconds since 1970; 0 until it is disconnected
}

// Done reports whether the application need not be told again.
func (a App) Done() bool { return a.DoneAt != 0 }

// KeepApp stores what became of an application. One that is done stays so. Idempotent.
func (s *Deletions) KeepApp(ctx context.Context, deletion string, a App) error {
	_, err := s.db.Exec(ctx, "keep what became of an application", putApp, deletion, a.App, db.Clean(a.Name), a.Outcome, a.Code, db.Clean(a.Reason), a.DoneAt)
	return err
}

// Apps lists the applications that a deletion has tried to disconnect.
func (s *Deletions) Apps(ctx context.Context, deletion string) ([]App, error) {
	var out []App
	if err := s.db.Reader().All(ctx, &out, appsOf, deletion); err != nil {
		return nil, fmt.Errorf("read the applications of deletion %s: %w", deletion, err)
	}
	return out, nil
}

// KeepChecksum keeps the checksum of a deletion's rows as they were planned; the first one stays.
func (s *Deletions) KeepChecksum(ctx context.Context, deletion, sum string) error {
	_, err := s.db.Exec(ctx, "keep the checksum of a deletion", keepChecksum, sum, deletion)
	return err
}

// At is when it was done.
func (r Record) At() time.Time { return db.FromMicros(r.DoneAt) }
