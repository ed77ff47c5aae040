package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/operations"
	"causeway/workflows/contract"
)

type syncCmd struct {
	selection
	Wait bool `help:"Wait until the run has ended, and print it."`
}

// asked is what a sync that nobody waits for prints.
type asked struct {
	RunID      string `json:"run_id"`
	WorkflowID string `json:"workflow_id"`
	Joined     bool   `json:"joined"`
	Queued     bool   `json:"queued"`
}

// Run starts a sync, or joins the one that runs.
func (c *syncCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := c.find(ctx, st)
	if err != nil {
		return err
	}
	return p.start(ctx, st, c.Wait, func(ctx context.Context, t temporal) (contract.SyncAccepted, error) {
		return t.SyncNow(ctx, conn.ID, contract.SyncNowRequest{Who: p.who})
	})
}

// findRun reads a run by its id, or the newest of a connection.
func findRun(ctx context.Context, st *store.Store, id, connection string) (record.Run, error) {
	if id != "last" {
		return st.Runs.Get(ctx, id)
	}
	conn, err := namedAs(connection).find(ctx, st)
	if err != nil {
		return record.Run{}, err
	}
	run, err := st.Runs.Last(ctx, conn.ID)
	if err == nil && run == nil {
		err = fmt.Errorf("connection %s has no run yet: start one with `starter sync %s`", conn.ID, conn.ID)
	}
	if err != nil {
		return record.Run{}, err
	}
	return *run, nil
}

// start asks for a run, and waits for it if that is wanted.
func (p *program) start(ctx context.Context, st *store.Store, wait bool, ask func(context.Context, temporal) (contract.SyncAccepted, error)) error {
	t, closeTemporal, err := p.dial(ctx, p.log())
	if err != nil {
		return err
	}
	defer closeTemporal()
	accepted, err := answer(ctx, p, func(ctx context.Context) (contract.SyncAccepted, error) { return ask(ctx, t) })
	if err != nil {
		return err
	}
	p.sayAccepted(accepted)
	if wait {
		return p.follow(ctx, st, t, accepted.RunRef)
	}
	if p.json {
		return p.printJSON(newAsked(accepted))
	}
	p.printf("run %s (workflow %s)\n", accepted.RunID, accepted.WorkflowID)
	return nil
}

// sayAccepted says where a run is not a new one that begins now.
func (p *program) sayAccepted(accepted contract.SyncAccepted) {
	switch {
	case accepted.Joined && accepted.Queued:
		p.note("joined run %s (%s), which waits for the running one to end", accepted.RunID, accepted.Trigger)
	case accepted.Joined:
		p.note("joined run %s (%s), which is running already", accepted.RunID, accepted.Trigger)
	case accepted.Queued:
		p.note("run %s begins when the running one has ended", accepted.RunID)
	}
}

func newAsked(a contract.SyncAccepted) asked {
	return asked{RunID: a.RunID, WorkflowID: a.WorkflowID, Joined: a.Joined, Queued: a.Queued}
}

// follow waits for a run with progress, and prints it.
func (p *program) follow(ctx context.Context, st *store.Store, t temporal, ref contract.RunRef) error {
	run, err := p.await(ctx, st, t, ref)
	var bad badAnswer
	if err != nil && !errors.As(err, &bad) {
		return err
	}
	return errors.Join(p.printRun(run), p.printChosen(ctx, st, run.RunID), err)
}

// printChosen says what became of each record of a run that was about chosen ones: also why one was left as it is.
func (p *program) printChosen(ctx context.Context, st *store.Store, id string) error {
	if p.json {
		return nil
	}
	run, err := st.Runs.Get(ctx, id)
	if record.IsKind(err, record.NotFound) {
		return nil // it failed before it could write anything of itself
	}
	if err != nil || !run.Scoped {
		return err
	}
	ops, err := st.Operations.List(ctx, id, operations.Filter{Limit: textOperations})
	if err != nil {
		return err
	}
	out := make([]contract.Operation, len(ops))
	for i, op := range ops {
		out[i] = contract.NewOperation(op)
	}
	p.printOperations(out)
	return nil
}

// await waits for a run with progress. A run that ended badly is a badAnswer.
func (p *program) await(ctx context.Context, st *store.Store, t temporal, ref contract.RunRef) (contract.Run, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- p.untilEnded(ctx, st, t, ref) }()
	line := p.newLine()
	defer line.end()
	tick := time.NewTicker(p.poll)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return p.outcome(ctx, st, ref, err)
		case <-tick.C:
			line.show(progressOf(ctx, st, ref.RunID))
		}
	}
}

// untilEnded waits for the run's workflow, which may not have been started yet.
func (p *program) untilEnded(ctx context.Context, st *store.Store, t temporal, ref contract.RunRef) error {
	for {
		_, err := t.Wait(ctx, ref)
		if !contract.IsNotFound(err) {
			return err
		}
		if run, err := st.Runs.Get(ctx, ref.RunID); err == nil && !run.EndedAt.IsZero() {
			return nil // it ended so long ago that Temporal has forgotten it
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(p.poll):
		}
	}
}

// outcome is the run as the store has it, once its workflow has ended.
func (p *program) outcome(ctx context.Context, st *store.Store, ref contract.RunRef, err error) (contract.Run, error) {
	var failed *contract.RunError
	if err != nil && !errors.As(err, &failed) {
		return contract.Run{}, err
	}
	run, readErr := app.Report(ctx, st, ref.RunID, p.now())
	if readErr != nil && (failed == nil || !record.IsKind(readErr, record.NotFound)) {
		return run, readErr
	}
	if failed == nil {
		return run, judge(run)
	}
	if readErr != nil {
		// It failed before it could write anything of itself.
		run = contract.NewRun(record.Run{ID: ref.RunID, WorkflowID: ref.WorkflowID, Trigger: record.Trigger(ref.Trigger),
			Calls: map[record.Side]record.Calls{}}, nil, nil, time.Time{})
	}
	if run.Failure == nil && run.Status != contract.RunCanceled {
		run.Status, run.Failure = contract.RunFailed, &failed.Failure
	}
	return run, judge(run)
}

// judge says whether the run ended well.
func judge(run contract.Run) error {
	switch {
	case run.Failure != nil:
		return badAnswer{fmt.Sprintf("run %s failed: %s", run.RunID, run.Failure)}
	case run.Status == contract.RunFailed, run.Status == contract.RunCanceled:
		return badAnswer{fmt.Sprintf("run %s is %s", run.RunID, run.Status)}
	case run.Status == contract.RunPaused:
		return badAnswer{fmt.Sprintf("run %s is paused: it goes on with `starter resume %s`", run.RunID, run.Connection)}
	}
	return nil
}
