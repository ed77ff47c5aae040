package workflows

import (
	"fmt"

	"causeway/internal/lifecycle"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

type integration struct {
	in      lifecycle.Input
	state   lifecycle.State
	control *control
	// started is the number of the newest run that was started. Update handlers wait for it.
	started int
	// stop cancels the running sync; it is nil if none runs. stopped is set once it was called.
	stop    func()
	stopped bool
}

type searchUpdate = temporal.SearchAttributeUpdate

func newIntegration(ctx workflow.Context, in lifecycle.Input) *integration {
	w := &integration{in: in}
	if in.State != nil {
		w.state = *in.State
	} else {
		w.state = lifecycle.NewState(in.Connection, workflow.GetInfo(ctx).FirstRunID)
		w.state.BackOffPercent = in.Tuning.BackOffPercent
		w.state.Restore(in.Restored, workflow.Now(ctx))
	}
	return w
}

// continueAsNew passes the state on once no handler is active and every signal was read. It must be called only
// while no child is open, since a child ends when its parent continues as new. If a handler asks for a run
// meanwhile, that handler waits for the run's start, and so would we. Then the run comes first, and continueAsNew
// returns nil.
func (w *integration) continueAsNew(ctx workflow.Context) error {
	err := workflow.Await(ctx, func() bool {
		return w.state.NextWork() != lifecycle.WorkNone || (workflow.AllHandlersFinished(ctx) && len(w.control.waiting) == 0)
	})
	if err != nil || w.state.NextWork() != lifecycle.WorkNone {
		return err
	}
	state := w.state
	return workflow.NewContinueAsNewError(ctx, contract.IntegrationWorkflow,
		lifecycle.Input{IntegrationInput: contract.IntegrationInput{Connection: w.in.Connection}, State: &state})
}

// runUntilDone runs an activity until it succeeds, for results that must be stored. Only a cancellation ends it.
func (w *integration) runUntilDone(ctx workflow.Context, summary string, activity, in, out any) error {
	healthy := w.state.Degraded == nil
	for failures := 1; ; failures++ {
		opts := answerOptions(w.in.Connection, summary)
		err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, opts), activity, in).Get(ctx, out)
		panicIfUnreadable(err)
		if err == nil && healthy {
			w.state.Degraded = nil // this loop set it
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		f := contract.FailureOf(err)
		w.state.Degrade(f, workflow.Now(ctx))
		w.show(ctx)
		wait := lifecycle.Scale(min(firstBackOff<<min(failures-1, 10), maxStepBackOff), w.state.BackOffPercent)
		if err := workflow.NewTimerWithOptions(ctx, wait, workflow.TimerOptions{Summary: "back-off: " + f.Type + " " + f.Code}).Get(ctx, nil); err != nil {
			return err
		}
	}
}

// runForAnswer runs an activity that a person waits for. It retries a few times if the side is unavailable. Its
// failure is returned without Temporal's text around it.
func (w *integration) runForAnswer(ctx workflow.Context, summary string, activity, in, out any) error {
	opts := answerOptions(w.in.Connection, summary)
	for failures := 1; ; failures++ {
		err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, opts), activity, in).Get(ctx, out)
		panicIfUnreadable(err)
		if err == nil || temporal.IsCanceledError(err) {
			return err
		}
		f := contract.FailureOf(err)
		if !f.Retryable() || failures >= maxAnswerFailures || f.RetryAfterMS > 0 {
			return f.Error()
		}
		timer := workflow.NewTimerWithOptions(ctx, answerBackOff<<(failures-1), workflow.TimerOptions{Summary: "back-off: " + f.Type + " " + f.Code})
		if err := timer.Get(ctx, nil); err != nil {
			return err
		}
	}
}

// backOff shows a failure and waits before the next try.
func (w *integration) backOff(ctx workflow.Context, f contract.Failure) error {
	w.state.Degrade(f, workflow.Now(ctx))
	w.show(ctx)
	wait := lifecycle.Scale(maxStepBackOff, w.state.BackOffPercent)
	return workflow.NewTimerWithOptions(ctx, wait, workflow.TimerOptions{Summary: "back-off: " + f.Type + " " + f.Code}).Get(ctx, nil)
}

// stopSync stops the running sync where it is, if the connection is no longer to work or a run of some records
// comes first.
func (w *integration) stopSync() {
	if w.stop == nil || w.stopped || (w.state.Working() && !w.state.Yields()) {
		return
	}
	w.stopped = true
	w.stop()
}

// show sets the Current Details of a connection.
func (w *integration) show(ctx workflow.Context) {
	s := &w.state
	// Continuing as new drops the static summary, so the connection is listed here too.
	rows := []string{"**" + s.State + "**", "connection: " + w.in.Connection}
	if s.Degraded != nil {
		rows = append(rows, "degraded since "+stamp(s.Degraded.Since)+": "+s.Degraded.Reason)
	}
	rows = append(rows, lifeRows(s)...)
	if s.Running != nil {
		rows = append(rows, "running: "+s.Running.WorkflowID+" ("+s.Running.Trigger+")")
	}
	if s.Last != nil {
		rows = append(rows, fmt.Sprintf("last run: %s, records failed: %d", s.Last.WorkflowID, s.RecordsFailed))
	}
	if !s.LastSync.IsZero() {
		rows = append(rows, "last completed sync: "+stamp(s.LastSync))
	}
	if len(s.Queue) > 0 {
		rows = append(rows, fmt.Sprintf("waiting runs: %d", len(s.Queue)))
	}
	if s.Preferences > 0 {
		rows = append(rows, fmt.Sprintf("preferences: version %d, used from the next sync on", s.Preferences))
	}
	if s.Running == nil && s.Working() && !s.NextSync.IsZero() {
		rows = append(rows, "next sync: "+stamp(s.NextSync))
	}
	workflow.SetCurrentDetails(ctx, list(rows))
}

// indexState sets the search attributes from the state.
func (w *integration) indexState(ctx workflow.Context) error {
	s := &w.state
	updates := []searchUpdate{
		contract.AttributeConnection.ValueSet(w.in.Connection),
		contract.AttributeStatus.ValueSet(s.State),
		contract.AttributeDegraded.ValueSet(s.Degraded != nil),
		contract.AttributeRecordsFailed.ValueSet(int64(s.RecordsFailed)),
	}
	if !s.LastSync.IsZero() {
		updates = append(updates, contract.AttributeLastSync.ValueSet(s.LastSync))
	}
	return workflow.UpsertTypedSearchAttributes(ctx, updates...)
}
