package deletions

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/db"
)

const personsOfCustomers = `
SELECT id, module, parent_id, born, state, outcome FROM deletion_records
WHERE deletion = ? AND part = 'contact_persons' AND parent_id <> '' AND parent_id {in} ORDER BY id, module {lock}`

var finishPersons = db.Bulk{
	Columns: db.Columns("row_module text, row_id text, res text"),
	Query: `
WITH {rows}
UPDATE deletion_records SET state = 'done', done_at = ?, verified = '', code = '', reason = '', outcome = v.res
FROM v WHERE deletion_records.deletion = ? AND deletion_records.part = 'contact_persons' AND deletion_records.id = v.row_id
AND deletion_records.module = v.row_module`,
}

// followCustomers stores what became of the contact persons of customers, by the customers' outcomes, and returns the
// outcomes that it has stored.
func followCustomers(ctx context.Context, tx db.Session, id string, at time.Time, customers map[string]string) ([]string, error) {
	if len(customers) == 0 {
		return nil, nil
	}
	var found []struct {
		rowKey
		Parent  string      `db:"parent_id"`
		Born    record.Side `db:"born"`
		State   string      `db:"state"`
		Outcome string      `db:"outcome"`
	}
	if err := tx.All(ctx, &found, personsOfCustomers, id, tx.List(slices.Sorted(maps.Keys(customers)))); err != nil {
		return nil, fmt.Errorf("read contact persons: %w", err)
	}
	var outcomes []string
	var rows [][]any
	for _, f := range found {
		person := deletion.Person{Born: f.Born, State: f.State, Outcome: f.Outcome}
		if outcome, changed := person.Follow(customers[f.Parent]); changed {
			outcomes = append(outcomes, outcome)
			rows = append(rows, []any{f.Module, f.ID, outcome})
		}
	}
	_, err := tx.Bulk(ctx, finishPersons, rows, db.Micros(at), id)
	return outcomes, err
}
