package push

import (
	"context"
	"time"

	"causeway/activities/apply"
	"causeway/activities/attempt"
	"causeway/activities/mirror"
	"causeway/activities/plan"
	"causeway/activities/run"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/workflows/contract"
)

// Import brings records of the CRM to billing, in a run of its own that history shows, beside any sync: a user who waits
// for a transaction need not wait for a sync to end. It reads the records, decides on them and writes, as a run of single
// records does. Nothing is made twice, since creation is by the marker, in every run. It is idempotent: called again,
// it continues.
func Import(ctx context.Context, try *attempt.Attempt, in steps.PushImportInput) (steps.PushImported, error) {
	var out steps.PushImported
	id := ImportRun(in.Connection, in.Sequence)
	prefs, err := try.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return out, err
	}
	conn, err := try.Store.Connections.Get(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	if !works(conn.State) {
		out.Done = true // CarryOut decides what comes next
		return out, nil
	}
	// The numbers of syncs are Integration's, and follow each other. A push has the number of its own sequence.
	begun, err := try.Store.Runs.Start(ctx, record.Run{
		ID: id, Connection: in.Connection, Push: int(in.Sequence), Trigger: record.TriggerPush, WorkflowID: in.WorkflowID,
		Preferences: prefs.Version, Scoped: true, Who: in.Who, Status: record.RunRunning, StartedAt: try.Now(),
	})
	if err != nil {
		return out, err
	}
	if begun.Status != record.RunRunning {
		out.Done = true
		return out, nil
	}
	return importRecords(ctx, try, in, id)
}

func importRecords(ctx context.Context, try *attempt.Attempt, in steps.PushImportInput, id string) (steps.PushImported, error) {
	var out steps.PushImported
	refs := make([]record.Ref, len(in.Records))
	for i, r := range in.Records {
		refs[i] = record.Ref{Side: record.Side(r.Side), Module: record.Module(r.Module), ID: r.ID}
	}
	if err := try.Store.Runs.SetRecords(ctx, id, refs); err != nil {
		return out, err
	}
	for page, done := 0, false; !done; {
		got, err := mirror.Scope(ctx, try, steps.MirrorInput{Connection: in.Connection, RunID: id, Page: page})
		if err != nil {
			return out, err
		}
		page, done = got.Page, got.Done
		if err := unfinished(ctx, try); err != nil {
			return out, err
		}
	}
	prefs, err := try.Preferences(ctx, in.Connection, id)
	if err != nil {
		return out, err
	}
	for n := 1; n > 0; { // repeated as long as there is something: a sync that begins meanwhile drops what is only planned
		beside, err := try.Store.Operations.TakeBeside(ctx, in.Connection, id, record.CRM, try.Now().Add(-plan.JustPlanned))
		if err != nil {
			return out, err
		}
		if beside.Held > 0 {
			out.SettleAt = try.Now().Add(besidePoll)
			return out, nil
		}
		if n, out.SettleAt, err = writeSteps(ctx, try, in, id, prefs); err != nil || !out.SettleAt.IsZero() {
			// The run that sent the moved operations is probably about to store their outcome.
			if soon := try.Now().Add(besidePoll); err == nil && beside.Moved > 0 && out.SettleAt.After(soon) {
				out.SettleAt = soon
			}
			return out, err
		}
		n += beside.Dropped
	}
	_, err = run.Finish(ctx, try, steps.FinishInput{RunID: id})
	out.Done = err == nil
	return out, err
}

// besidePoll is how long an import waits before it looks again at what other runs have open.
const besidePoll = time.Second

// writeSteps brings to billing what the run has of each entity. It returns how many records were decided upon, and
// when the rest can be settled.
func writeSteps(ctx context.Context, try *attempt.Attempt, in steps.PushImportInput, id string, prefs record.Preferences) (decided int, settleAt time.Time, err error) {
	for _, step := range reconcile.Steps(prefs) {
		if step.Direction == record.ToCRM {
			continue
		}
		entity := steps.EntityInput{Connection: in.Connection, RunID: id, Entity: string(step.Entity), Scoped: true}
		n, settleAt, err := writeEntity(ctx, try, entity)
		decided += n
		if err != nil || !settleAt.IsZero() {
			return decided, settleAt, err
		}
	}
	return decided, time.Time{}, nil
}

// writeEntity plans and applies what the run has of one entity, and settles what an earlier attempt has left open. It
// returns how many records were decided upon, and when the rest can be settled.
func writeEntity(ctx context.Context, try *attempt.Attempt, in steps.EntityInput) (decided int, settleAt time.Time, err error) {
	if _, err := apply.Settle(ctx, try, in); err != nil {
		return 0, time.Time{}, err
	}
	for done := false; !done; {
		planned, err := plan.Page(ctx, try, in)
		if err != nil {
			return decided, time.Time{}, err
		}
		done, in.From = planned.Done, planned.Next
		decided += planned.Planned
		if err := unfinished(ctx, try); err != nil {
			return decided, time.Time{}, err
		}
	}
	for {
		applied, err := apply.Page(ctx, try, in)
		switch {
		case err != nil:
			return decided, time.Time{}, err
		case applied.Sent > 0:
			return decided, applied.SettleAt, nil
		case applied.Planned == 0:
			return decided, time.Time{}, nil
		case applied.RetryAfterMS > 0:
			return decided, try.Now().Add(time.Duration(applied.RetryAfterMS) * time.Millisecond), nil
		}
		if err := unfinished(ctx, try); err != nil {
			return decided, time.Time{}, err
		}
	}
}

// unfinished returns an error if the attempt's time is over.
func unfinished(ctx context.Context, try *attempt.Attempt) error {
	if !try.Over(ctx, 0) {
		return nil
	}
	return &record.Error{Kind: record.Unavailable, Op: "import", Code: contract.CodeUnfinished, Message: "the attempt's time is over; it goes on"}
}
