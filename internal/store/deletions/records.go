package deletions

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// The states of a deletion's record. A sent one has an outcome that nobody has stored; one that failed is tried
// again when its part is asked for afresh.
const (
	RowOpen   = "open"
	RowSent   = "sent"
	RowDone   = "done"
	RowFailed = "failed"
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
	// Duplicate says that it was there on both sides before it was linked.
	Duplicate bool        `db:"duplicate"`
	GoneSide  record.Side `db:"gone_side"`
	Marker    string      `db:"marker"`
	// Transactions says that it was used in some when the plan was made; Held why it is not deleted all the same.
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

// The choice of a deletion under which what has no transactions goes.
const ChoiceSome = "convert_with_transactions"

// The contact persons that go with their customers have no outcome of their own before those do.
const (
	nextToClaim = `
SELECT id, module FROM deletion_records WHERE deletion = ? AND part = ? AND state <> 'done' AND (id, module) > (?, ?)
AND (part <> 'contact_persons' OR plan_some <> 'deleted' OR ? = 'convert_all') ORDER BY id, module LIMIT ? {lock}`
	claimRows = `
UPDATE deletion_records SET claim = ? WHERE deletion = ? AND part = ? AND id {in} AND state <> 'done' AND (id, module) > (?, ?) AND (id, module) <= (?, ?)
RETURNING ` + recordColumns
)

// Claim gives token the next records of a part that are not done, and takes them from whatever token had
// them. It gives the place after them as well, nil where there are none after it. Idempotent.
func (s *Deletions) Claim(ctx context.Context, d Deletion, part, token string, after RowPlace, limit int) (rows []Record, last *RowPlace, err error) {
	err = s.db.Write(ctx, func(tx db.Session) error {
		rows, last = nil, nil
		var keys []rowKey
		if err := tx.All(ctx, &keys, nextToClaim, d.ID, part, after.ID, after.Module, d.Choice, limit); err != nil || len(keys) == 0 {
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

// MarkSent stores that calls about these records of one module may be made until the deadline, and gives those
// for which token may make them: not done, and its own.
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

// Release gives back records that token holds and about which no call was made. Idempotent.
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

// What became of a customer became of the contact persons that were to go with it, also of those that went with it, as it
// seemed, until it was found to live.
const finishPersons = `
UPDATE deletion_records SET state = 'done', done_at = ?, verified = '', code = '', reason = '', outcome = (
    SELECT CASE WHEN c.outcome <> 'converted' THEN c.outcome WHEN deletion_records.born = 'crm' THEN 'converted' ELSE 'kept' END
    FROM deletion_records c WHERE c.deletion = deletion_records.deletion AND c.part = 'customers' AND c.id = deletion_records.parent_id AND c.module = 'customers')
WHERE deletion = ? AND part = 'contact_persons' AND parent_id <> '' AND parent_id {in} AND (state <> 'done' OR outcome = 'deleted' AND EXISTS (
    SELECT 1 FROM deletion_records c WHERE c.deletion = deletion_records.deletion AND c.part = 'customers' AND c.id = deletion_records.parent_id
    AND c.module = 'customers' AND c.outcome <> 'deleted')) RETURNING outcome`

// Finish stores what became of records that token holds, and gives the ids of those written: what was taken
// over, or is done, is not. It gives the outcomes of the contact persons that went with customers as well. Idempotent.
func (s *Deletions) Finish(ctx context.Context, id, token string, at time.Time, rows []Record) (written, persons []string, err error) {
	values := make([][]any, 0, len(rows))
	customers := map[string]bool{}
	for _, r := range rows {
		values = append(values, []any{r.Part, string(r.Module), r.ID, r.State, r.Outcome, db.Clean(r.Code), db.Clean(r.Reason)})
		if r.Part == string(record.EntityCustomers) && r.State == RowDone {
			customers[r.ID] = true
		}
	}
	err = s.db.Write(ctx, func(tx db.Session) (err error) {
		persons = nil
		if written, err = tx.BulkIDs(ctx, finishRows, values, db.Micros(at), id, token); err != nil {
			return err
		}
		var parents []string
		for _, w := range written {
			if customers[w] {
				parents = append(parents, w)
			}
		}
		if len(parents) == 0 {
			return nil
		}
		return tx.All(ctx, &persons, finishPersons, db.Micros(at), id, tx.List(parents))
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
AND (part <> 'contact_persons' OR plan_some <> 'deleted' OR ? = 'convert_all')`
	firstFailed = `
SELECT ` + recordColumns + ` FROM deletion_records WHERE deletion = ? AND part = ? AND state = 'failed' ORDER BY id, module LIMIT 1`
)

// CountOpen counts the records of a part that are not done, but for contact persons that go with their customers.
func (s *Deletions) CountOpen(ctx context.Context, d Deletion, part string) (OpenRows, error) {
	var out OpenRows
	if _, err := s.db.Reader().Get(ctx, &out, openRows, d.ID, part, d.Choice); err != nil {
		return out, fmt.Errorf("count what is open of deletion %s: %w", d.ID, err)
	}
	return out, nil
}

// FirstFailed is the first record of a part that failed, nil where there is none.
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
	if choice == ChoiceSome {
		return r.PlanSome
	}
	return r.PlanAll
}
