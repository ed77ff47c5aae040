package activities

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/worklist"
	"causeway/workflows/contract"
)

// mirrorPersons brings the contact persons of customers that changed into the mirror. Billing lists them
// customer by customer only; where a change of a person does not touch its customer, one is seen with the customer's
// next change. The connection's capabilities tell whoever looks at it; this scan does not ask: to list the persons of
// all customers instead would be a call for each customer in every sync, and the answer is no until somebody has
// edited a person, so that every new connection would pay that.
func (p *part) mirrorPersons(ctx context.Context, in contract.MirrorInput) (contract.MirrorResult, error) {
	var out contract.MirrorResult
	port, err := p.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	var after record.Cursor
	if in.After != nil {
		after = *in.After
	}
	for !out.Done && !p.over(ctx, out.Read) {
		due, err := p.Store.Worklist.Due(ctx, worklist.Query{
			Connection: in.Connection, Run: in.RunID, Side: record.Billing, Module: record.Customers, After: after.ID, Limit: planCalls,
		})
		if err != nil {
			return out, err
		}
		persons, n, err := listAll(ctx, p.InFlight, due, func(ctx context.Context, d worklist.Due) ([]record.Record, error) {
			found, err := listPersons(ctx, p, port, d.Record.ID)
			if record.IsKind(err, record.NotFound) {
				return nil, nil // deleted since: the next complete list finds that out
			}
			return found, err
		})
		if err != nil && !halted(ctx, err) {
			return out, fmt.Errorf("list contact persons: %w", err)
		}
		more := err != nil || len(due) == planCalls
		if due = due[:n]; n > 0 {
			after = record.Cursor{ID: due[n-1].Record.ID}
		}
		kept, err := p.keepPersons(ctx, in, due, persons)
		if err != nil {
			return out, err
		}
		out.Read, out.Changed, out.Done = out.Read+kept, out.Changed+kept, !more
	}
	out.Next = &after
	return out, nil
}

// keepPersons stores the persons of these customers. A customer's list is whole: a linked person that it
// does not have is gone.
func (p *part) keepPersons(ctx context.Context, in contract.MirrorInput, customers []worklist.Due, persons []record.Record) (int, error) {
	ids := make([]string, 0, len(customers))
	for _, c := range customers {
		ids = append(ids, c.Record.ID)
	}
	if err := p.Store.Mirror.PutDetails(ctx, in.Connection, persons, true); err != nil {
		return 0, err
	}
	linked, err := p.Store.Links.PersonsOf(ctx, in.Connection, ids)
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
	_, err = p.Store.Operations.MarkGone(ctx, in.RunID, record.Billing, record.ContactPersons, gone)
	return len(persons), err
}
