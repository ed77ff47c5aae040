package mirror

import (
	"context"
	"fmt"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/worklist"
)

// readPersons brings the contact persons of customers that changed into the mirror. Billing lists them for one
// customer at a time only.
//
// If a change of a person does not change its customer, it is seen with the customer's next change. The connection's
// capabilities say whether that is so; this scan does not ask. To list the persons of all customers instead would take
// a call for each customer in every sync, and the answer is "no" until somebody has edited a person: every new
// connection would pay for that.
func readPersons(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput) (steps.MirrorResult, error) {
	var out steps.MirrorResult
	port, err := try.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	var after record.Cursor
	if in.After != nil {
		after = *in.After
	}
	for !out.Done && !try.Over(ctx, out.Read) {
		due, err := try.Store.Worklist.Due(ctx, worklist.Query{
			Connection: in.Connection, Run: in.RunID, Side: record.Billing, Module: record.Customers, After: after.ID, Limit: attempt.CallBatch,
		})
		if err != nil {
			return out, err
		}
		persons, n, err := attempt.ListAll(ctx, try.InFlight, due, func(ctx context.Context, d worklist.Due) ([]record.Record, error) {
			found, err := try.ListPersons(ctx, port, d.Record.ID)
			if record.IsKind(err, record.NotFound) {
				return nil, nil // deleted meanwhile: the next complete list finds that
			}
			return found, err
		})
		if err != nil && !attempt.Halted(ctx, err) {
			return out, fmt.Errorf("list contact persons: %w", err)
		}
		more := err != nil || len(due) == attempt.CallBatch
		if due = due[:n]; n > 0 {
			after = record.Cursor{ID: due[n-1].Record.ID}
		}
		kept, err := keepPersons(ctx, try, in, due, persons)
		if err != nil {
			return out, err
		}
		out.Read, out.Changed, out.Done = out.Read+kept, out.Changed+kept, !more
	}
	out.Next = &after
	return out, nil
}

// keepPersons stores the persons of these customers. A customer's list is whole: a linked person that is not in it is
// gone.
func keepPersons(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput, customers []worklist.Due, persons []record.Record) (int, error) {
	ids := make([]string, 0, len(customers))
	for _, c := range customers {
		ids = append(ids, c.Record.ID)
	}
	if err := try.Store.Mirror.PutDetails(ctx, in.Connection, persons, true); err != nil {
		return 0, err
	}
	linked, err := try.Store.Links.PersonsOf(ctx, in.Connection, ids)
	if err != nil {
		return 0, err
	}
	there := map[string]bool{}
	for _, r := range persons {
		there[r.ID] = true
	}
	var gone []string
	for _, id := range linked {
		if !there[id] {
			gone = append(gone, id)
		}
	}
	_, err = try.Store.Operations.MarkGone(ctx, in.RunID, record.Billing, record.ContactPersons, gone)
	return len(persons), err
}
