package deletions

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Record is what a deletion does to one record.
type Record struct {
	Part      string        `db:"part"`
	Side      record.Side   `db:"side"`
	Module    record.Module `db:"module"`
	ID        string        `db:"id"`
	ParentID  string        `db:"parent_id"`
	CRMModule record.Module `db:"crm_module"`
	CRMID     string        `db:"crm_id"`
	Name      string        `db:"name"`
	Born      record.Side   `db:"born"`
	// Duplicate reports whether it was on both sides before it was linked.
	Duplicate bool        `db:"duplicate"`
	GoneSide  record.Side `db:"gone_side"`
	Marker    string      `db:"marker"`
	// Transactions reports whether a transaction used it when the plan was made. Held is why it is not deleted otherwise.
	Transactions bool   `db:"transactions"`
	Held         string `db:"held"`
	// PlanAll and PlanSome are what either choice would do to it: convert all, or delete what has no transactions.
	PlanAll  string `db:"plan_all"`
	PlanSome string `db:"plan_some"`
	State    string `db:"state"`
	Outcome  string `db:"outcome"`
	Code     string `db:"code"`
	Reason   string `db:"reason"`
	Attempts int    `db:"attempts"`
	DoneAt   int64  `db:"done_at"` // microseconds since 1970
	Verified string `db:"verified"`
}

const recordColumns = `part, side, module, id, parent_id, crm_module, crm_id, name, born, duplicate, gone_side, marker, transactions, held, plan_all, plan_some, state, outcome, code, reason, attempts, done_at, verified`

// RowPlace is a place in a part's rows; the zero value is before the first.
type RowPlace struct {
	ID     string
	Module string
}

// ownOutcomes reports whether all contact persons have outcomes of their own, since no customer is deleted.
func (d Deletion) ownOutcomes() bool { return d.Choice == deletion.ConvertAll }

// The contact persons that go with their customers have no outcome of their own before those do.
const (
	nextToClaim = `
SELECT id, module FROM deletion_records WHERE deletion = ? AND part = ? AND state <> 'done' AND (id, module) > (?, ?)
AND (part <> 'contact_persons' OR plan_some <> 'deleted' OR ?) ORDER BY id, module LIMIT ? {lock}`
	claimRows = `
UPDATE deletion_records SET claim = ? WHERE deletion = ? AND part = ? AND id {in} AND state <> 'done' AND (id, module) > (?, ?) AND (id, module) <= (?, ?)
RETURNING ` + recordColumns
)

// Claim lets token work on the next records of a part that are not done; a token that had them before has them no
// longer. It also returns the place after them, nil where none follow. Idempotent.
func (s *Deletions) Claim(ctx context.Context, d Deletion, part, token string, after RowPlace, limit int) (rows []Record, last *RowPlace, err error) {
	err = s.db.Write(ctx, func(tx db.Session) error {
		rows, last = nil, nil
		var keys []rowKey
		if err := tx.All(ctx, &keys, nextToClaim, d.ID, part, after.ID, after.Module, d.ownOutcomes(), limit); err != nil || len(keys) == 0 {
			return err
		}
		ids := make([]string, len(keys))
		for i, k := range keys {
			ids[i] = k.ID
		}
		end := RowPlace(keys[len(keys)-1])
		last = &end
		return tx.All(ctx, &rows, claimRows, token, d.ID, part, tx.List(ids), after.ID, after.Module, end.ID, end.Module)
	})
	if err != nil {
		return nil, nil, fmt.Errorf("claim %s of deletion %s: %w", part, d.ID, err)
	}
	return rows, last, nil
}

const (
	sendRows = `
UPDATE deletion_records SET state = 'sent', attempts = attempts + 1, deadline = ?
WHERE deletion = ? AND part = ? AND module = ? AND id {in} AND claim = ? AND state <> 'done' RETURNING id`
	releaseRows = `
UPDATE deletion_records SET state = CASE WHEN attempts > 1 THEN 'sent' ELSE 'open' END, attempts = attempts - 1
WHERE deletion = ? AND part = ? AND module = ? AND id {in} AND claim = ? AND state = 'sent'`
)

// MarkSent stores that calls about these records of one module may be made until the deadline. It returns those for
// which token may make them: they are not done, and token has them.
func (s *Deletions) MarkSent(ctx context.Context, id, part string, module record.Module, token string, ids []string, deadline time.Time) ([]string, error) {
	var granted []string
	err := s.db.Write(ctx, func(tx db.Session) error {
		granted = nil
		return tx.All(ctx, &granted, sendRows, db.Micros(deadline), id, part, module, tx.List(ids), token)
	})
	if err != nil {
		return nil, fmt.Errorf("mark %d records of deletion %s as sent: %w", len(ids), id, err)
	}
	return db.InOrder(ids, granted), nil
}

// Release returns records that token has to the queue, because no call was made about them. Idempotent.
func (s *Deletions) Release(ctx context.Context, id, part string, module record.Module, token string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.db.Write(ctx, func(tx db.Session) error {
		_, err := tx.Exec(ctx, releaseRows, id, part, module, tx.List(ids), token)
		return err
	})
	if err != nil {
		return fmt.Errorf("release %d records of deletion %s: %w", len(ids), id, err)
	}
	return nil
}

var finishRows = db.Bulk{
	Columns: db.Columns("row_part text, row_module text, row_id text, st text, res text, res_code text, why text"),
	Query: `
WITH {rows}
UPDATE deletion_records SET state = v.st, outcome = v.res, code = v.res_code, reason = v.why, done_at = ?, verified = ''
FROM v WHERE deletion_records.deletion = ? AND deletion_records.part = v.row_part AND deletion_records.id = v.row_id
AND deletion_records.module = v.row_module AND deletion_records.claim = ? AND deletion_records.state <> 'done'
RETURNING deletion_records.id`,
}

// Finish stores what became of records that token has. It returns the ids of those that it wrote, not of those that
// were taken over or done before, and the outcomes of the contact persons that followed their customers.
// Idempotent.
func (s *Deletions) Finish(ctx context.Context, id, token string, at time.Time, rows []Record) (written, persons []string, err error) {
	values := make([][]any, 0, len(rows))
	customers := map[string]string{} // their outcomes
	for _, r := range rows {
		values = append(values, []any{r.Part, string(r.Module), r.ID, r.State, r.Outcome, db.Clean(r.Code), db.Clean(r.Reason)})
		if r.Part == string(record.EntityCustomers) && r.State == deletion.RowDone {
			customers[r.ID] = r.Outcome
		}
	}
	err = s.db.Write(ctx, func(tx db.Session) (err error) {
		persons = nil
		if written, err = tx.BulkIDs(ctx, finishRows, values, db.Micros(at), id, token); err != nil {
			return err
		}
		ended := make(map[string]string, len(written))
		for _, w := range written {
			if outcome, ok := customers[w]; ok {
				ended[w] = outcome
			}
		}
		persons, err = followCustomers(ctx, tx, id, at, ended)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("finish %d records of deletion %s: %w", len(rows), id, err)
	}
	return written, persons, nil
}

// OpenRows are the records of a part that are not done.
type OpenRows struct {
	Open   int `db:"open"`
	Failed int `db:"failed"`
}

const (
	openRows = `
SELECT COALESCE(SUM(CASE WHEN state IN ('open', 'sent') THEN 1 ELSE 0 END), 0) AS open,
       COALESCE(SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), 0) AS failed
FROM deletion_records WHERE deletion = ? AND part = ? AND state <> 'done'
AND (part <> 'contact_persons' OR plan_some <> 'deleted' OR ?)`
	firstFailed = `
SELECT ` + recordColumns + ` FROM deletion_records WHERE deletion = ? AND part = ? AND state = 'failed' ORDER BY id, module LIMIT 1`
)

// CountOpen counts the records of a part that are not done, but for contact persons that go with their customers.
func (s *Deletions) CountOpen(ctx context.Context, d Deletion, part string) (OpenRows, error) {
	var out OpenRows
	if _, err := s.db.Reader().Get(ctx, &out, openRows, d.ID, part, d.ownOutcomes()); err != nil {
		return out, fmt.Errorf("count what is open of deletion %s: %w", d.ID, err)
	}
	return out, nil
}

// FirstFailed returns the first failed record of a part, nil where there is none.
func (s *Deletions) FirstFailed(ctx context.Context, id, part string) (*Record, error) {
	var out Record
	found, err := s.db.Reader().Get(ctx, &out, firstFailed, id, part)
	if err != nil {
		return nil, fmt.Errorf("look for what failed of deletion %s: %w", id, err)
	}
	if !found {
		return nil, nil
	}
	return &out, nil
}

// Planned is what the deletion's choice has planned for the record.
func (r Record) Planned(choice string) string {
	if choice == deletion.ConvertWithTransactions {
		return r.PlanSome
	}
	return r.PlanAll
}
