package deletions

import (
	"context"
	"fmt"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/db"
)

// insertRows is how rows come into a plan: what is there stays as it is.
const insertRows = `
INSERT INTO deletion_records (deletion, part, module, id, side, parent_id, crm_module, crm_id, name, born, duplicate, gone_side, marker,
    transactions, held, plan_all, plan_some, state, outcome, code, reason, attempts, claim, deadline, done_at, verified)`

const nextLinks = `
SELECT l.crm_id, l.crm_module, l.billing_id, l.billing_module, l.billing_parent_id, l.born, l.gone, COALESCE(m.name, c.name, '') AS name,
    COALESCE(m.marker, '') AS marker, COALESCE(m.whole, FALSE) AS whole
FROM (SELECT * FROM links WHERE connection = ? AND entity = ? AND (gone = 'billing') = ? AND (crm_id, crm_module) > (?, ?)
    ORDER BY crm_id, crm_module LIMIT ?) l
LEFT JOIN mirror m ON m.connection = l.connection AND m.side = 'billing' AND m.module = l.billing_module AND m.id = l.billing_id
LEFT JOIN mirror c ON c.connection = l.connection AND c.side = 'crm' AND c.module = l.crm_module AND c.id = l.crm_id
ORDER BY l.crm_id, l.crm_module`

type linkedRow struct {
	CRMID         string      `db:"crm_id"`
	CRMModule     string      `db:"crm_module"`
	BillingID     string      `db:"billing_id"`
	BillingModule string      `db:"billing_module"`
	ParentID      string      `db:"billing_parent_id"`
	Born          record.Side `db:"born"`
	Gone          record.Side `db:"gone"`
	Name          string      `db:"name"`
	Marker        string      `db:"marker"`
	Whole         bool        `db:"whole"`
}

var planLinks = db.Bulk{
	Columns: db.Columns("row_module text, row_id text, parent text, crm_mod text, crm text, label text, born_on text, gone_on text, mark text"),
	Query: `
WITH {rows}` + insertRows + `
SELECT ?, ?, v.row_module, v.row_id, 'billing', v.parent, v.crm_mod, v.crm, v.label, v.born_on, FALSE, v.gone_on, v.mark,
    FALSE, '', '', '', 'open', '', '', '', 0, '', 0, 0, '' FROM v WHERE true
ON CONFLICT (deletion, part, id, module) DO NOTHING`,
}

const planMarkers = insertRows + `
SELECT d.id, 'crm_markers', m.module, m.id, m.side, '', '', '', m.name, '', FALSE, '', 'own',
    FALSE, '', '', '', 'open', '', '', '', 0, '', 0, 0, ''
FROM deletions d JOIN mirror m ON m.connection = d.connection
WHERE d.id = ? AND m.side = ? AND m.module = ? AND m.id > ? AND m.id <= ? AND substr(m.marker, 1, ?) = ?
AND NOT EXISTS (SELECT 1 FROM deletion_records r WHERE r.deletion = d.id AND r.id = m.id AND r.module = m.module AND r.part <> 'crm_markers')
ON CONFLICT (deletion, part, id, module) DO NOTHING`

const nextMirror = `SELECT id, module FROM mirror WHERE connection = ? AND side = ? AND module = ? AND id > ? ORDER BY id LIMIT ?`

// linkLists are the lists of the first stage, in order.
var linkLists = []struct {
	entity record.Entity
	gone   bool
}{
	{record.EntityCustomers, false},
	{record.EntityContactPersons, false},
	{record.EntityItems, false},
	{record.EntityCustomers, true},
	{record.EntityContactPersons, true},
	{record.EntityItems, true},
}

var markerLists = []struct {
	side   record.Side
	module record.Module
}{
	{record.Billing, record.Customers},
	{record.Billing, record.Items},
}

// PlanPart makes the next part of a plan: at most limit rows. It returns the place of the plan after them, and how
// many rows it looked at. At a place that AsksBilling it does nothing: MarkTransactions does that part. Idempotent:
// rows that are there stay.
func (s *Deletions) PlanPart(ctx context.Context, d Deletion, limit int) (next Place, n int, err error) {
	next, err = s.planning(ctx, d, func(tx db.Session) (Place, error) {
		switch d.Place.Stage {
		case stageLinks:
			var err error
			next, n, err = planLinksPart(ctx, tx, d, limit)
			return next, err
		case stageMarkers:
			var err error
			next, n, err = planMarkersPart(ctx, tx, d, limit)
			return next, err
		case stageDecide:
			var err error
			next, n, err = decidePart(ctx, tx, d, limit)
			return next, err
		}
		return d.Place, nil
	})
	return next, n, err
}

func planLinksPart(ctx context.Context, tx db.Session, d Deletion, limit int) (Place, int, error) {
	list := linkLists[d.Place.Step]
	var linked []linkedRow
	if err := tx.All(ctx, &linked, nextLinks, d.Connection, list.entity, list.gone, d.Place.ID, d.Place.Module, limit); err != nil {
		return d.Place, 0, err
	}
	keys, rows := make([]rowKey, len(linked)), make([][]any, 0, len(linked))
	for i, l := range linked {
		keys[i] = rowKey{ID: l.CRMID, Module: l.CRMModule}
		rows = append(rows, []any{
			l.BillingModule, l.BillingID, l.ParentID, l.CRMModule, l.CRMID, l.Name, string(l.Born), string(l.Gone),
			deletion.KnownMarker(d.Incarnation, l.Marker, l.Whole),
		})
	}
	if _, err := tx.Bulk(ctx, planLinks, rows, d.ID, list.entity); err != nil {
		return d.Place, 0, err
	}
	return onward(d.Place, keys, limit, len(linkLists)), len(keys), nil
}

func planMarkersPart(ctx context.Context, tx db.Session, d Deletion, limit int) (Place, int, error) {
	list := markerLists[d.Place.Step]
	var keys []rowKey
	if err := tx.All(ctx, &keys, nextMirror, d.Connection, list.side, list.module, d.Place.ID, limit); err != nil {
		return d.Place, 0, err
	}
	if len(keys) > 0 {
		last, own := keys[len(keys)-1], record.MarkerPrefix(d.Incarnation)
		_, err := tx.Exec(ctx, planMarkers, d.ID, list.side, list.module, d.Place.ID, last.ID, len(own), own)
		if err != nil {
			return d.Place, 0, err
		}
	}
	return onward(d.Place, keys, limit, len(markerLists)), len(keys), nil
}

var planCRM = db.Bulk{
	Columns: db.Columns("row_module text, row_id text, row_name text"),
	Query: `
WITH {rows}` + insertRows + `
SELECT ?, 'crm_markers', v.row_module, v.row_id, 'crm', '', '', '', v.row_name, '', FALSE, '', 'own',
    FALSE, '', '', '', 'open', '', '', '', 0, '', 0, 0, '' FROM v WHERE true
ON CONFLICT (deletion, part, id, module) DO NOTHING`,
}

// MarkCRM stores which CRM records of one page carry a marker of the connection. It returns the place of the plan
// after them: at the cursor, or in the next module where more is false. Idempotent.
func (s *Deletions) MarkCRM(ctx context.Context, d Deletion, page []record.Record, next record.Cursor, more bool) (Place, error) {
	var rows [][]any
	for _, r := range page {
		if record.OwnMarker(d.Incarnation, r.Marker) {
			rows = append(rows, []any{string(r.Module), r.ID, db.Clean(r.Name)})
		}
	}
	return s.planning(ctx, d, func(tx db.Session) (Place, error) {
		if _, err := tx.Bulk(ctx, planCRM, rows, d.ID); err != nil {
			return d.Place, fmt.Errorf("mark the CRM's records: %w", err)
		}
		if more {
			return Place{Stage: d.Place.Stage, Step: d.Place.Step, Cursor: next}, nil
		}
		return onward(d.Place, nil, 1, len(crmLists)), nil
	})
}

const markTransactions = `UPDATE deletion_records SET transactions = TRUE WHERE deletion = ? AND id {in} AND part = ? AND NOT transactions`

// Transactions are the records that one page of billing's transactions uses.
type Transactions struct {
	Customers []string
	Items     []string
	More      bool
}

// MarkTransactions stores which linked records the transactions of one page use, and returns the place of the plan
// after it. Idempotent.
func (s *Deletions) MarkTransactions(ctx context.Context, d Deletion, page int, used Transactions) (Place, error) {
	return s.planning(ctx, d, func(tx db.Session) (Place, error) {
		for part, ids := range map[record.Entity][]string{record.EntityCustomers: used.Customers, record.EntityItems: used.Items} {
			if len(ids) == 0 {
				continue
			}
			if _, err := tx.Exec(ctx, markTransactions, d.ID, tx.List(ids), part); err != nil {
				return d.Place, fmt.Errorf("mark %s with transactions: %w", part, err)
			}
		}
		if used.More {
			return Place{Stage: d.Place.Stage, Page: page}, nil
		}
		return Place{Stage: d.Place.Stage + 1}, nil
	})
}
