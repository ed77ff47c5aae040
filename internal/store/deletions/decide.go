package deletions

import (
	"context"
	"fmt"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/db"
)

// The parts in the order in which they are decided upon: a contact person goes with its customer.
var decideOrder = []string{string(record.EntityCustomers), string(record.EntityItems), string(record.EntityContactPersons), deletion.PartMarkers}

// factColumns and rowsOfPart enclose what is known of rows beside their own columns.
const (
	factColumns = `SELECT r.id, r.module, r.side, r.born, r.gone_side, r.marker, r.transactions,
    CASE WHEN r.born = 'billing' AND EXISTS (SELECT 1 FROM deletion_records k WHERE k.deletion = r.deletion AND k.part = 'crm_markers'
        AND k.id = r.crm_id AND k.module = r.crm_module` + db.OneLook + `) THEN 1 ELSE 0 END AS crm_marked`
	rowsOfPart = `
FROM deletion_records r WHERE r.deletion = ? AND r.part = ? AND (r.id, r.module) > (?, ?) ORDER BY r.id, r.module LIMIT ?`
	linkedByOthers = `,
    CASE WHEN EXISTS (SELECT 1 FROM links l JOIN connections c ON c.id = l.connection WHERE l.billing_id = r.id AND l.billing_module = r.module
        AND l.connection <> ? AND l.gone = '' AND c.billing_org = ?` + db.OneLook + `) THEN 1 ELSE 0 END AS linked_elsewhere`
	billingPersons = `,
    CASE WHEN EXISTS (SELECT 1 FROM deletion_records p WHERE p.deletion = r.deletion AND p.parent_id = r.id AND p.parent_id <> ''
        AND p.part = 'contact_persons' AND p.born = 'billing' AND p.gone_side <> 'billing'` + db.OneLook + `) THEN 1 ELSE 0 END AS billing_persons`
	planOfCustomer = `,
    COALESCE((SELECT c.plan_some FROM deletion_records c WHERE c.deletion = r.deletion AND c.id = r.parent_id AND c.part = 'customers'` +
		db.OneLook + `), '') AS customer`
)

type factRow struct {
	rowKey
	Side            record.Side `db:"side"`
	Born            record.Side `db:"born"`
	GoneSide        record.Side `db:"gone_side"`
	Marker          string      `db:"marker"`
	Transactions    bool        `db:"transactions"`
	CRMMarked       int         `db:"crm_marked"`
	LinkedElsewhere int         `db:"linked_elsewhere"`
	BillingPersons  int         `db:"billing_persons"`
	Customer        string      `db:"customer"`
}

func (r factRow) facts(part string) deletion.Facts {
	return deletion.Facts{
		Part: part, Side: r.Side, Born: r.Born, GoneSide: r.GoneSide, Marker: r.Marker, Transactions: r.Transactions, CRMMarked: r.CRMMarked == 1,
		LinkedElsewhere: r.LinkedElsewhere == 1, BillingPersons: r.BillingPersons == 1, Customer: r.Customer,
	}
}

// factsOf reads the next rows of a part with what decides on them.
func factsOf(ctx context.Context, tx db.Session, d Deletion, part string, limit int) ([]factRow, error) {
	query, args := factColumns, []any{}
	switch part {
	case deletion.PartMarkers:
	case string(record.EntityContactPersons):
		query += planOfCustomer
	default:
		query += linkedByOthers
		args = append(args, d.Connection, d.BillingOrg)
		if part == string(record.EntityCustomers) {
			query += billingPersons
		}
	}
	var rows []factRow
	args = append(args, d.ID, part, d.Place.ID, d.Place.Module, limit)
	err := tx.All(ctx, &rows, query+rowsOfPart, args...)
	return rows, err
}

var planRows = db.Bulk{
	Columns: db.Columns("row_module text, row_id text, dup boolean, hold text, whole_plan text, some_plan text, st text, res text"),
	Query: `
WITH {rows}
UPDATE deletion_records SET duplicate = v.dup, held = v.hold, plan_all = v.whole_plan, plan_some = v.some_plan, state = v.st, outcome = v.res
FROM v WHERE deletion_records.deletion = ? AND deletion_records.part = ? AND deletion_records.id BETWEEN ? AND ?
AND deletion_records.id = v.row_id AND deletion_records.module = v.row_module`,
}

// decidePart decides on the next rows of a part, and stores the plans.
func decidePart(ctx context.Context, tx db.Session, d Deletion, limit int) (Place, int, error) {
	part := decideOrder[d.Place.Step]
	rows, err := factsOf(ctx, tx, d, part, limit)
	if err != nil {
		return d.Place, 0, fmt.Errorf("read what is known of %s: %w", part, err)
	}
	keys, plans := make([]rowKey, len(rows)), make([][]any, len(rows))
	for i, r := range rows {
		p := deletion.Decide(r.facts(part), d.GivenUp)
		keys[i] = r.rowKey
		plans[i] = []any{r.Module, r.ID, p.Duplicate, p.Held, p.All, p.Some, p.State, p.Outcome}
	}
	if len(rows) > 0 { // the bounds spare PostgreSQL, before it has statistics, a look at all rows of the part
		first, last := keys[0], keys[len(keys)-1]
		if _, err := tx.Bulk(ctx, planRows, plans, d.ID, part, first.ID, last.ID); err != nil {
			return d.Place, 0, fmt.Errorf("plan %s: %w", part, err)
		}
	}
	return onward(d.Place, keys, limit, len(decideOrder)), len(keys), nil
}

// PlanCounts are the rows of one part of a plan.
type PlanCounts struct {
	Linked, BornCRM, BornBilling, Duplicates, Transactions int
	// All and Some are the planned outcomes of either choice.
	All, Some map[string]int
	// CRM counts the rows of the CRM, GivenUp those of each side that was given up.
	CRM     int
	GivenUp map[string]int
}

const countPlan = `
SELECT part, side, born, duplicate, transactions, plan_all, plan_some, COUNT(*) AS n FROM deletion_records
WHERE deletion = ? GROUP BY part, side, born, duplicate, transactions, plan_all, plan_some`

// CountPlan counts the rows of a plan by part, without those that billing no longer has.
func (s *Deletions) CountPlan(ctx context.Context, id string) (map[string]PlanCounts, error) {
	var rows []struct {
		Part         string `db:"part"`
		Side         string `db:"side"`
		Born         string `db:"born"`
		Duplicate    bool   `db:"duplicate"`
		Transactions bool   `db:"transactions"`
		All          string `db:"plan_all"`
		Some         string `db:"plan_some"`
		N            int    `db:"n"`
	}
	if err := s.db.Reader().All(ctx, &rows, countPlan, id); err != nil {
		return nil, fmt.Errorf("count the plan %s: %w", id, err)
	}
	out := map[string]PlanCounts{}
	for _, part := range decideOrder {
		out[part] = PlanCounts{All: map[string]int{}, Some: map[string]int{}}
	}
	for _, r := range rows {
		c := out[r.Part]
		if r.All == deletion.Gone {
			continue
		}
		c.Linked += r.N
		c.All[r.All] += r.N
		c.Some[r.Some] += r.N
		switch {
		case r.Duplicate:
			c.Duplicates += r.N
		case r.Born == string(record.CRM):
			c.BornCRM += r.N
		case r.Born == string(record.Billing):
			c.BornBilling += r.N
		}
		if r.Transactions {
			c.Transactions += r.N
		}
		switch {
		case r.All == deletion.Unknown && c.GivenUp == nil:
			c.GivenUp = map[string]int{r.Side: r.N}
		case r.All == deletion.Unknown:
			c.GivenUp[r.Side] += r.N
		case r.Side == string(record.CRM):
			c.CRM += r.N
		}
		out[r.Part] = c
	}
	return out, nil
}
