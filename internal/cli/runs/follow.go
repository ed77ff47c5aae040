package runs

import (
	"context"
	"errors"
	"time"

	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/internal/store/operations"
	"causeway/workflows/contract"
)

// Start asks for a run, and waits for it if that is wanted.
func Start(ctx context.Context, p *session.Session, st *store.Store, wait bool, ask func(context.Context, session.Temporal) (contract.SyncAccepted, error)) error {
	t, closeTemporal, err := p.Dial(ctx)
	if err != nil {
		return err
	}
	defer closeTemporal()
	accepted, err := session.Answer(ctx, p, func(ctx context.Context) (contract.SyncAccepted, error) { return ask(ctx, t) })
	if err != nil {
		return err
	}
	SayAccepted(p, accepted)
	if wait {
		return Follow(ctx, p, st, t, accepted.RunRef)
	}
	if p.JSON {
		return p.PrintJSON(report.NewStarted(accepted))
	}
	p.Printf("run %s (workflow %s)\n", accepted.RunID, accepted.WorkflowID)
	return nil
}

// SayAccepted says where a run is not a new one that begins now.
func SayAccepted(p *session.Session, accepted contract.SyncAccepted) {
	switch {
	case accepted.Joined && accepted.Queued:
		p.Note("Joined run %s (%s), which starts when the running one has ended.", accepted.RunID, accepted.Trigger)
	case accepted.Joined:
		p.Note("Joined run %s (%s), which is already running.", accepted.RunID, accepted.Trigger)
	case accepted.Queued:
		p.Note("Run %s starts when the running one has ended.", accepted.RunID)
	}
}

// Follow waits for a run with progress, and prints it.
func Follow(ctx context.Context, p *session.Session, st *store.Store, t session.Temporal, ref contract.RunRef) error {
	run, err := Await(ctx, p, st, t, ref)
	var bad session.BadAnswer
	if err != nil && !errors.As(err, &bad) {
		return err
	}
	return errors.Join(PrintRun(p, run), printChosen(ctx, p, st, run.RunID), err)
}

// printChosen says what became of each record of a run that was about chosen ones: also why one was left as it is.
func printChosen(ctx context.Context, p *session.Session, st *store.Store, id string) error {
	if p.JSON {
		return nil
	}
	run, err := st.Runs.Get(ctx, id)
	if record.IsKind(err, record.NotFound) {
		return nil // it failed before it could write anything of itself
	}
	if err != nil || !run.Scoped {
		return err
	}
	out, err := report.ReadOperations(ctx, st, id, operations.Filter{Limit: session.ScreenFull})
	if err != nil {
		return err
	}
	printOperations(p, out)
	return nil
}

// Await waits for a run with progress. A run that ended badly is a badAnswer.
func Await(ctx context.Context, p *session.Session, st *store.Store, t session.Temporal, ref contract.RunRef) (report.Run, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- untilEnded(ctx, p, st, t, ref) }()
	line := p.NewLine()
	defer line.End()
	tick := time.NewTicker(p.Poll)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return outcome(ctx, p, st, ref, err)
		case <-tick.C:
			line.Show(progressOf(ctx, st, ref.RunID))
		}
	}
}

// untilEnded waits for the run's workflow, which may not have been started yet.
func untilEnded(ctx context.Context, p *session.Session, st *store.Store, t session.Temporal, ref contract.RunRef) error {
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
		case <-time.After(p.Poll):
		}
	}
}

// outcome is the run as the store has it, once its workflow has ended.
func outcome(ctx context.Context, p *session.Session, st *store.Store, ref contract.RunRef, err error) (report.Run, error) {
	var failed *contract.RunError
	if err != nil && !errors.As(err, &failed) {
		return report.Run{}, err
	}
	run, readErr := report.ReadRun(ctx, st, ref.RunID, p.Now())
	if readErr != nil && (failed == nil || !record.IsKind(readErr, record.NotFound)) {
		return run, readErr
	}
	if failed == nil {
		return run, Judge(run)
	}
	if readErr != nil {
		// It failed before it could write anything of itself.
		run = report.NewRun(record.Run{ID: ref.RunID, WorkflowID: ref.WorkflowID, Trigger: record.Trigger(ref.Trigger),
			Calls: map[record.Side]record.Calls{}}, nil, nil, time.Time{})
	}
	if run.Failure == nil && run.Status != contract.RunCanceled {
		run.Status, run.Failure = contract.RunFailed, &failed.Failure
	}
	return run, Judge(run)
}

// Judge returns an error if the run did not end well.
func Judge(run report.Run) error {
	switch {
	case run.Failure != nil:
		return session.Bad("run %s failed: %s", run.RunID, run.Failure)
	case run.Status == contract.RunFailed, run.Status == contract.RunCanceled:
		return session.Bad("run %s is %s", run.RunID, run.Status)
	case run.Status == contract.RunPaused:
		return session.Bad("run %s is paused: resume it with `starter resume %s`", run.RunID, run.Connection)
	}
	return nil
}
