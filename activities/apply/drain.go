package apply

import (
	"context"
	"errors"
	"slices"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/operations"
)

// codeDisabled is the code of a run that was ended because the connection was disabled.
const codeDisabled = "DISABLED"

// Drain brings what is under way in a connection to its end. What was planned is dropped. Of what was sent, it looks at the
// sides, and only looks, whether it took effect. Its counts are those of this call; unless it is done, the rest can be
// drained from SettleAt on.
//
// Where a side refuses every look (its credential was revoked, say) the outcomes stay unknown, in the store too. They are
// counted, and do not prevent disabling. With GiveUp, so does everything that cannot be settled now. It is idempotent.
func Drain(ctx context.Context, try *attempt.Attempt, in steps.DrainInput) (steps.DrainResult, error) {
	var out steps.DrainResult
	if err := dropPlanned(ctx, try, in, &out); err != nil || try.Over(ctx, 0) {
		return out, err
	}
	parts, err := try.Store.Operations.SentParts(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	closed := map[record.Side]bool{} // sides that refuse every look
	for _, sent := range parts {
		if try.Over(ctx, 0) {
			return out, nil
		}
		if closed[sent.To] {
			continue
		}
		err := drainPart(ctx, try, in, sent, &out)
		switch {
		case err == nil, attempt.Halted(ctx, err), errors.Is(err, attempt.ErrOver):
		case in.GiveUp, refusesLooks(err):
			closed[sent.To] = true
			try.Log.Warn("outcomes of writes stay unknown", "connection", in.Connection, "side", sent.To, "kind", record.KindOf(err))
		default:
			return out, err
		}
	}
	if parts, err = try.Store.Operations.SentParts(ctx, in.Connection); err != nil {
		return out, err
	}
	out.Done = !try.Over(ctx, 0)
	for _, sent := range parts {
		if closed[sent.To] || in.GiveUp && out.Done {
			out.Unknown += sent.Sent
			continue
		}
		out.Done = false
		if at := sent.Deadline.Add(try.Timing.Margin + time.Millisecond); at.After(out.SettleAt) {
			out.SettleAt = at
		}
	}
	if !out.Done {
		return out, nil
	}
	return out, try.Store.Runs.EndAll(ctx, in.Connection, codeDisabled, disabledBy(in), try.Now())
}

// refusesLooks reports whether looking again would not help: a person has to do something first.
func refusesLooks(err error) bool {
	kind := record.KindOf(err)
	return kind != record.Unavailable && kind != record.RateLimited
}

func disabledBy(in steps.DrainInput) string {
	out := "the connection was disabled"
	if in.Who != "" {
		out += " by " + in.Who
	}
	if in.Why != "" {
		out += ": " + in.Why
	}
	return out
}

func dropPlanned(ctx context.Context, try *attempt.Attempt, in steps.DrainInput, out *steps.DrainResult) error {
	for more := true; more && !try.Over(ctx, 0); {
		n, err := try.Store.Operations.DropPlanned(ctx, in.Connection, attempt.MaxRecords)
		if err != nil {
			return err
		}
		out.Dropped += n
		more = n == attempt.MaxRecords
	}
	return nil
}

// drainPart learns what became of the operations of one run, entity and direction whose time has come.
func drainPart(ctx context.Context, try *attempt.Attempt, in steps.DrainInput, sent operations.SentPart, out *steps.DrainResult) error {
	entity := steps.EntityInput{Connection: in.Connection, RunID: sent.Run, Entity: string(sent.Entity)}
	if sent.To == record.CRM {
		entity.Direction = steps.DirectionCRM
	}
	a, err := newApplying(ctx, try, entity)
	if err != nil {
		return err
	}
	unsettled, err := try.Store.Operations.Unsettled(ctx, sent.Run, sent.Entity, attempt.MaxRecords, a.direction())
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(unsettled))
	for _, op := range unsettled {
		ids = append(ids, op.ID)
	}
	mine, err := try.Store.Operations.TakeOver(ctx, try.Token, ids, try.Now().Add(-try.Timing.Margin))
	if err != nil {
		return err
	}
	return a.settleByLook(ctx, mine, out)
}

// settleByLook looks which of the operations took effect. Those are finished. The others did not take effect, and
// never will: they are dropped.
func (a *applying) settleByLook(ctx context.Context, ops []record.Operation, out *steps.DrainResult) (err error) {
	if a.links, err = a.linksOf(ctx, ops); err != nil {
		return err
	}
	if err := a.rowsOf(ctx, ops); err != nil {
		return err
	}
	var creations, changes []record.Operation
	for _, op := range ops {
		if reconcile.Creates(op) {
			creations = append(creations, op)
		} else {
			changes = append(changes, op)
		}
	}
	look, atOnce := a.look, attempt.MaxRecords // one list shows all of them
	switch {
	case a.toCRM():
		look = a.lookInCRM
	case a.entity == record.EntityContactPersons:
		atOnce = attempt.CallBatch // each may take a list call
	}
	if err := a.dropUnfound(ctx, creations, atOnce, look, out); err != nil {
		return err
	}
	return a.dropUnfound(ctx, changes, attempt.CallBatch, a.lookAtTargets, out)
}

// dropUnfound looks for operations, some at a time, and drops those that it does not find.
func (a *applying) dropUnfound(ctx context.Context, ops []record.Operation, atOnce int,
	look func(context.Context, []record.Operation) ([]record.Operation, error), out *steps.DrainResult,
) error {
	for some := range slices.Chunk(ops, atOnce) {
		if a.try.Over(ctx, 0) {
			return attempt.ErrOver
		}
		not, err := look(ctx, some)
		if err != nil {
			return err
		}
		ids := make([]string, 0, len(not))
		for _, op := range not {
			ids = append(ids, op.ID)
		}
		if err := a.try.Store.Operations.DropSent(ctx, a.try.Token, ids); err != nil {
			return err
		}
		out.Dropped += len(ids)
		out.Settled += len(some) - len(ids)
	}
	return nil
}
