package activities

import (
	"context"
	"slices"

	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/operations"
)

// vanished forgets what outcomes have shown to be gone: the contact persons that moves deleted, and records that a
// write did not find any more. The mirror would show them still, and the next look at every record would take such
// a person for one that the CRM never had, or such a record for one that is back.
func (a *applying) vanished(ctx context.Context, outcomes []operations.Outcome, written []string) error {
	ids := map[record.Module][]string{}
	for _, o := range outcomes {
		op, id := o.Operation, ""
		switch {
		case op.Action == record.ActionMove && op.Outcome == record.Updated:
			id = op.Before.Text(reconcile.MovedPerson)
		case op.Outcome == record.Deleted:
			id = op.TargetID
		}
		moved := op.Action == record.ActionMove && id == op.TargetID
		if id != "" && !moved && slices.Contains(written, op.ID) { // else another attempt has it
			ids[op.TargetModule] = append(ids[op.TargetModule], id)
		}
	}
	for module, gone := range ids {
		if _, err := a.Store.Operations.MarkGone(ctx, a.in.RunID, a.side(), module, gone); err != nil {
			return err
		}
	}
	return nil
}
