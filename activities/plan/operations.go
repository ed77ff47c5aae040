package plan

import (
	"context"
	"fmt"
	"slices"

	"causeway/internal/reconcile"
	"causeway/internal/record"

	"github.com/google/uuid"
)

// stamp makes a decision an operation of this run.
func (pl *planning) stamp(op record.Operation) (record.Operation, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return op, fmt.Errorf("make an operation's id: %w", err)
	}
	op.ID, op.Connection, op.Run, op.PlannedAt = id.String(), pl.in.Connection, pl.in.RunID, pl.try.Now()
	if op.State == record.OpDone {
		op.DoneAt = op.PlannedAt
	}
	return op, nil
}

// keep stores what was decided. Records that owe the other side a change are marked first: if the attempt ends in
// between, the next one decides once more and marks them again.
func (pl *planning) keep(ctx context.Context, ops []record.Operation) error {
	ids := map[record.Ref][]string{}
	for _, ref := range pl.planner.Owed() {
		of := record.Ref{Side: ref.Side, Module: ref.Module}
		ids[of] = append(ids[of], ref.ID)
	}
	for of, list := range ids {
		if _, err := pl.try.Store.Mirror.MarkDue(ctx, pl.in.Connection, of.Side, of.Module, list); err != nil {
			return err
		}
	}
	ops, err := pl.withoutKnownConflicts(ctx, ops)
	if err != nil {
		return err
	}
	_, err = pl.try.Store.Operations.Insert(ctx, ops)
	return err
}

// withoutKnownConflicts leaves out the conflicts of pairs that the other direction has already parked in this run: one
// pair is one conflict.
func (pl *planning) withoutKnownConflicts(ctx context.Context, ops []record.Operation) ([]record.Operation, error) {
	ids := map[record.Module][]string{}
	for _, op := range ops {
		if op.Code == reconcile.CodeFieldConflict {
			ids[op.TargetModule] = append(ids[op.TargetModule], op.TargetID)
		}
	}
	known := map[record.Ref]bool{}
	for module, list := range ids {
		found, err := pl.try.Store.Operations.WithCode(ctx, pl.in.RunID, module, reconcile.CodeFieldConflict, list)
		if err != nil {
			return nil, err
		}
		for id := range found {
			known[record.Ref{Module: module, ID: id}] = true
		}
	}
	if len(known) == 0 {
		return ops, nil
	}
	return slices.DeleteFunc(ops, func(op record.Operation) bool {
		return op.Code == reconcile.CodeFieldConflict && known[record.Ref{Module: op.TargetModule, ID: op.TargetID}]
	}), nil
}
