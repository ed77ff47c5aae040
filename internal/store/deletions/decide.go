package deletions

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Why a record that Causeway created in billing is converted, although it has no transactions.
const (
	// HeldPersons: contact persons that were born in billing would go with it.
	HeldPersons = "CONTACT_PERSONS"
	// HeldElsewhere: another connection of the same billing organisation has it linked.
	HeldElsewhere = "LINKED_ELSEWHERE"
)

// The parts in the order in which they are decided upon: a contact person goes with its customer.
var decideOrder = []string{string(record.EntityCustomers), string(record.EntityItems), string(record.EntityContactPersons), PartMarkers}

const nextRows = `SELECT id, module FROM deletion_records WHERE deletion = ? AND part = ? AND (id, module) > (?, ?) ORDER BY id, module LIMIT ?`

// span are the rows of a part, as the arguments deletion, part, and two keys.
const span = ` WHERE deletion = ? AND part = ? AND (id, module) > (?, ?) AND (id, module) <= (?, ?)`

// A record that was born in billing was pushed where the CRM's carries our marker, and was there else.
const (
	duplicateRows = `
UPDATE deletion_records SET duplicate = NOT EXISTS (SELECT 1 FROM deletion_records k WHERE k.deletion = deletion_records.deletion
    AND k.part = 'crm_markers' AND k.id = deletion_records.crm_id AND k.module = deletion_records.crm_module)` + span + ` AND born = 'billing'`
	holdRows = `
UPDATE deletion_records SET held = CASE
    WHEN part = 'customers' AND EXISTS (SELECT 1 FROM deletion_records p WHERE p.deletion = deletion_records.deletion AND p.parent_id = deletion_records.id
        AND p.parent_id <> '' AND p.part = 'contact_persons' AND p.born = 'billing' AND p.gone_side <> 'billing') THEN 'CONTACT_PERSONS'
    WHEN EXISTS (SELECT 1 FROM links l JOIN connections c ON c.id = l.connection WHERE l.billing_id = deletion_records.id
        AND l.billing_module = deletion_records.module AND l.connection <> ? AND l.gone = '' AND c.billing_org = ?) THEN 'LINKED_ELSEWHERE'
    ELSE '' END` + span
	decideRecords = `
UPDATE deletion_records SET
    plan_all = CASE WHEN gone_side = 'billing' THEN 'gone' WHEN born = 'crm' AND NOT duplicate THEN 'converted' ELSE 'kept' END,
    plan_some = CASE WHEN gone_side = 'billing' THEN 'gone' WHEN born <> 'crm' OR duplicate THEN 'kept'
                     WHEN transactions OR held <> '' THEN 'converted' ELSE 'deleted' END,
    state = CASE WHEN gone_side = 'billing' THEN 'done' ELSE state END,
    outcome = CASE WHEN gone_side = 'billing' THEN 'gone' ELSE outcome END` + span
	decidePersons = `
UPDATE deletion_records SET
    plan_all = CASE WHEN gone_side = 'billing' THEN 'gone' WHEN born = 'crm' THEN 'converted' ELSE 'kept' END,
    plan_some = CASE WHEN gone_side = 'billing' THEN 'gone'
        WHEN EXISTS (SELECT 1 FROM deletion_records c WHERE c.deletion = deletion_records.deletion AND c.id = deletion_records.parent_id
            AND c.part = 'customers' AND c.plan_some = 'deleted') THEN 'deleted'
        WHEN born = 'crm' THEN 'converted' ELSE 'kept' END,
    state = CASE WHEN gone_side = 'billing' THEN 'done' ELSE state END,
    outcome = CASE WHEN gone_side = 'billing' THEN 'gone' ELSE outcome END` + span
	decideMarkers = `UPDATE deletion_records SET plan_all = 'converted', plan_some = 'converted'` + span
)

func decidePart(ctx context.Context, tx db.Session, d Deletion, limit int) (Place, int, error) {
	part := decideOrder[d.Place.Step]
	var keys []rowKey
	if err := tx.All(ctx, &keys, nextRows, d.ID, part, d.Place.ID, d.Place.Module, limit); err != nil {
		return d.Place, 0, err
	}
	if len(keys) == 0 {
		return onward(d.Place, keys, limit, len(decideOrder)), 0, nil
	}
	last := keys[len(keys)-1]
	at := []any{d.ID, part, d.Place.ID, d.Place.Module, last.ID, last.Module}
	if _, err := tx.Exec(ctx, duplicateRows, at...); err != nil {
		return d.Place, 0, fmt.Errorf("look for duplicates among %s: %w", part, err)
	}
	decide := decideRecords
	switch part {
	case PartMarkers:
		decide = decideMarkers
	case string(record.EntityContactPersons):
		decide = decidePersons
	default:
		if _, err := tx.Exec(ctx, holdRows, append([]any{d.Connection, d.BillingOrg}, at...)...); err != nil {
			return d.Place, 0, fmt.Errorf("look what holds %s: %w", part, err)
		}
	}
	if _, err := tx.Exec(ctx, decide, at...); err != nil {
		return d.Place, 0, fmt.Errorf("decide on %s: %w", part, err)
	}
	if err := decideUnseen(ctx, tx, d, at); err != nil {
		return d.Place, 0, err
	}
	return onward(d.Place, keys, limit, len(decideOrder)), len(keys), nil
}

// PlanCounts are the rows of one part of a plan.
type PlanCounts struct {
	Linked, BornCRM, BornBilling, Duplicates, Transactions int
	// All and Some are the planned outcomes of either choice.
	All, Some map[string]int
	// CRM counts the rows of the CRM's, GivenUp those of each side that nobody can look at.
	CRM     int
	GivenUp map[string]int
}

const countPlan = `
SELECT part, side, born, duplicate, transactions, plan_all, plan_some, COUNT(*) AS n FROM deletion_records
WHERE deletion = ? GROUP BY part, side, born, duplicate, transactions, plan_all, plan_some`

// CountPlan counts the rows of a plan by part. What billing does not have any more is not among them.
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
		if r.All == GoneByHand {
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
		case r.All == Unknown && c.GivenUp == nil:
			c.GivenUp = map[string]int{r.Side: r.N}
		case r.All == Unknown:
			c.GivenUp[r.Side] += r.N
		case r.Side == string(record.CRM):
			c.CRM += r.N
		}
		out[r.Part] = c
	}
	return out, nil
}
