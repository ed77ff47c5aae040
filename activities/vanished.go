package activities

import (
	"context"
	"slices"

	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store"
)

// vanished forgets the contact persons that written moves deleted: the mirror would show them still, and the next
// look at every record would take one for a person that the CRM never had, and tie the contact to it.
func (a *applying) vanished(ctx context.Context, outcomes []store.Outcome, written []string) error {
	ids := map[record.Module][]string{}
	for _, o := range outcomes {
		op := o.Operation
		switch {
		case !slices.Contains(written, op.ID): // another attempt has it
		case op.Action == record.ActionMove && op.Outcome == record.Updated:
			if person := op.Before.Text(reconcile.MovedPerson); person != "" && person != op.TargetID {
				ids[op.TargetModule] = append(ids[op.TargetModule], person)
			}
		}
	}
	for module, gone := range ids {
		if _, err := a.Store.MarkGone(ctx, a.in.RunID, a.side(), module, gone); err != nil {
			return err
		}
	}
	return nil
}
