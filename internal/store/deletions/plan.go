package deletions

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// PartMarkers is the part of a deletion's rows that are no linked records of billing: what else carries a marker of the
// connection's. The other parts are named as their entity is.
const PartMarkers = "crm_markers"

// The outcomes of a deletion's record, planned or real.
const (
	Converted  = "converted" // it lives, without a marker
	DeletedOut = "deleted"
	Kept       = "kept" // it was in billing before: it lives, without a marker
	GoneByHand = "gone" // somebody has deleted it
)

// What is known of a record's marker.
const (
	MarkerOwn     = "own"
	MarkerNone    = "none"
	MarkerUnknown = "unknown"
)

// The stages of a plan. Each has its lists, which are gone through in parts.
const (
	stageLinks        = iota // live links, then those of what billing does not have any more
	stageMarkers             // records of billing that carry a marker of ours and have no link
	stageCRM                 // records of the CRM that carry one, read by whoever makes the plan
	StageTransactions        // asked of billing, by whoever makes the plan
	stageDecide
	stagePlanned
)

// marker says in SQL what is known of the marker of a mirror row m, which may be missing; its arguments are the length
// of the connection's prefix and the prefix.
const knownMarker = `CASE WHEN substr(COALESCE(m.marker, ''), 1, ?) = ? THEN 'own' WHEN m.whole OR m.marker <> '' THEN 'none' ELSE 'unknown' END`

// What Causeway has created carries its marker: where a link was born does not tell, since a pair that was there on
// both sides was born on either, as it was found. Contact persons carry none in billing. Whether the CRM's record
// carries one is not known before the CRM was asked.
const planLinks = `
INSERT INTO deletion_records (deletion, part, module, id, side, parent_id, crm_module, crm_id, name, born, duplicate, gone_side, marker,
    transactions, held, plan_all, plan_some, state, outcome, code, reason, attempts, claim, deadline, done_at, verified)
SELECT d.id, l.entity, l.billing_module, l.billing_id, 'billing', l.billing_parent_id, l.crm_module, l.crm_id,
    COALESCE(m.name, c.name, ''), l.born,
    l.born = 'crm' AND l.entity <> 'contact_persons' AND substr(COALESCE(m.marker, ''), 1, ?) <> ?,
    l.gone, ` + knownMarker + `, FALSE, '', '', '', 'open', '', '', '', 0, '', 0, 0, ''
FROM deletions d JOIN links l ON l.connection = d.connection
LEFT JOIN mirror m ON m.connection = l.connection AND m.side = 'billing' AND m.module = l.billing_module AND m.id = l.billing_id
LEFT JOIN mirror c ON c.connection = l.connection AND c.side = 'crm' AND c.module = l.crm_module AND c.id = l.crm_id
WHERE d.id = ? AND l.entity = ? AND (l.gone = 'billing') = ? AND (l.crm_id, l.crm_module) > (?, ?) AND (l.crm_id, l.crm_module) <= (?, ?)
ON CONFLICT (deletion, part, id, module) DO NOTHING`

const nextLinks = `
SELECT crm_id AS id, crm_module AS module FROM links WHERE connection = ? AND entity = ? AND (gone = 'billing') = ? AND (crm_id, crm_module) > (?, ?)
ORDER BY crm_id, crm_module LIMIT ?`

const planMarkers = `
INSERT INTO deletion_records (deletion, part, module, id, side, parent_id, crm_module, crm_id, name, born, duplicate, gone_side, marker,
    transactions, held, plan_all, plan_some, state, outcome, code, reason, attempts, claim, deadline, done_at, verified)
SELECT d.id, 'crm_markers', m.module, m.id, m.side, '', '', '', m.name, '', FALSE, '', 'own',
    FALSE, '', '', '', 'open', '', '', '', 0, '', 0, 0, ''
FROM deletions d JOIN mirror m ON m.connection = d.connection
WHERE d.id = ? AND m.side = ? AND m.module = ? AND m.id > ? AND m.id <= ? AND substr(m.marker, 1, ?) = ?
AND NOT EXISTS (SELECT 1 FROM deletion_records r WHERE r.deletion = d.id AND r.id = m.id AND r.module = m.module AND r.part <> 'crm_markers')
ON CONFLICT (deletion, part, id, module) DO NOTHING`

const nextMirror = `SELECT id, module FROM mirror WHERE connection = ? AND side = ? AND module = ? AND id > ? ORDER BY id LIMIT ?`

// rowKey names the row that ends a part.
type rowKey struct {
	ID     string `db:"id"`
	Module string `db:"module"`
}

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

// PlanPart makes the next part of a plan: as many as limit rows. It gives where the plan stands then, and how
// many rows it has looked at. At a place that AsksBilling it does nothing: that stage is MarkTransactions'. Idempotent:
// rows that are there stay as they are.
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

// AsksCRM gives the module of the CRM whose records the plan waits for, with their markers.
func (p Place) AsksCRM() (record.Module, bool) {
	if p.Stage != stageCRM {
		return "", false
	}
	return crmLists[p.Step], true
}

// crmLists are the modules that are asked for, in order.
var crmLists = []record.Module{record.Accounts, record.Contacts, record.Products}

// AsksBilling says that the plan waits for what billing knows of transactions.
func (p Place) AsksBilling() bool { return p.Stage == StageTransactions }

// Planned says that all rows have their planned outcomes.
func (p Place) Planned() bool { return p.Stage == stagePlanned }

// onward is the place after a part that ended with the last of these keys: in the next list, once there are no more.
func onward(p Place, keys []rowKey, limit, lists int) Place {
	if len(keys) == limit {
		last := keys[len(keys)-1]
		return Place{Stage: p.Stage, Step: p.Step, ID: last.ID, Module: last.Module}
	}
	if p.Step+1 < lists {
		return Place{Stage: p.Stage, Step: p.Step + 1}
	}
	return Place{Stage: p.Stage + 1}
}

func planLinksPart(ctx context.Context, tx db.Session, d Deletion, limit int) (Place, int, error) {
	list := linkLists[d.Place.Step]
	var keys []rowKey
	if err := tx.All(ctx, &keys, nextLinks, d.Connection, list.entity, list.gone, d.Place.ID, d.Place.Module, limit); err != nil {
		return d.Place, 0, err
	}
	if len(keys) > 0 {
		last, own := keys[len(keys)-1], record.MarkerPrefix(d.Incarnation)
		_, err := tx.Exec(ctx, planLinks, len(own), own, len(own), own,
			d.ID, list.entity, list.gone, d.Place.ID, d.Place.Module, last.ID, last.Module)
		if err != nil {
			return d.Place, 0, err
		}
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
WITH {rows}
INSERT INTO deletion_records (deletion, part, module, id, side, parent_id, crm_module, crm_id, name, born, duplicate, gone_side, marker,
    transactions, held, plan_all, plan_some, state, outcome, code, reason, attempts, claim, deadline, done_at, verified)
SELECT ?, 'crm_markers', v.row_module, v.row_id, 'crm', '', '', '', v.row_name, '', FALSE, '', 'own',
    FALSE, '', '', '', 'open', '', '', '', 0, '', 0, 0, '' FROM v WHERE true
ON CONFLICT (deletion, part, id, module) DO NOTHING`,
}

// MarkCRM keeps which records of the CRM carry a marker of the connection's, of one page, and gives where the plan
// stands then: at the cursor, or in the next module where there is no more. Idempotent.
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

// MarkTransactions keeps which linked records are used in transactions, of one page, and gives where the plan stands
// then. Idempotent.
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
