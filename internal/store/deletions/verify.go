package deletions

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// VerifiedOK says that a look at the live side has found a record as it should be.
const VerifiedOK = "ok"

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

// What is not as it should be is open again: it is done anew when its part is asked for.
var verifyRows = db.Bulk{
	Columns: db.Columns("row_part text, row_module text, row_id text, seen text"),
	Query: `
WITH {rows}
UPDATE deletion_records SET verified = v.seen,
    state = CASE WHEN v.seen IN ('ok', 'given up') THEN state ELSE 'open' END,
    code = CASE v.seen WHEN 'ok' THEN code WHEN 'given up' THEN 'GIVEN_UP' ELSE 'NOT_AS_PLANNED' END,
    reason = CASE WHEN v.seen = 'ok' THEN reason WHEN v.seen <> 'given up' THEN v.seen
        WHEN outcome = 'unknown' THEN '` + ReasonGivenUp + `' ELSE '` + reasonNotSeen + `' END,
    attempts = CASE WHEN v.seen IN ('ok', 'given up') THEN attempts ELSE 0 END
FROM v WHERE deletion_records.deletion = ? AND deletion_records.part = v.row_part AND deletion_records.id = v.row_id
AND deletion_records.module = v.row_module AND deletion_records.state = 'done'
AND EXISTS (SELECT 1 FROM deletions d WHERE d.id = deletion_records.deletion AND d.state = 'confirmed')`,
}

// Seen is what a look at the live side has found of a record.
type Seen struct {
	Part   string
	Module record.Module
	ID     string
	// Found is VerifiedOK, VerifiedGivenUp, or what is wrong.
	Found string
}

// KeepSeen stores what looks at the live sides have found. Idempotent.
func (s *Deletions) KeepSeen(ctx context.Context, id string, seen []Seen) error {
	values := make([][]any, len(seen))
	for i, v := range seen {
		values[i] = []any{v.Part, string(v.Module), v.ID, db.Clean(v.Found)}
	}
	err := s.db.Write(ctx, func(tx db.Session) error {
		_, err := tx.Bulk(ctx, verifyRows, values, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep what %d looks have found for deletion %s: %w", len(seen), id, err)
	}
	return nil
}

const (
	unverified = `SELECT COUNT(*) FROM deletion_records WHERE deletion = ? AND (state <> 'done' OR verified NOT IN ('ok', 'given up'))`
	firstWrong = `SELECT ` + recordColumns + ` FROM deletion_records WHERE deletion = ? AND (state <> 'done' OR verified NOT IN ('ok', 'given up')) ORDER BY part, id, module LIMIT 1`
)

// Unverified counts the records of a deletion that are not done or were not found as they should be, and gives the
// first of them, nil where there is none.
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

// Done says that the application need not be told again.
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
