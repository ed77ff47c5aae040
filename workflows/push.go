package workflows

import (
	"fmt"
	"time"

	"causeway/internal/lifecycle"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// TransactionPush runs the requests for one transaction, one after the other, in the order in which they were
// accepted. It ends by itself when nothing is left to do.
func TransactionPush(ctx workflow.Context, in contract.PushInput) (steps.PushSummary, error) {
	w := &push{in: in, released: map[int64]bool{}, refused: map[int64]string{}}
	if err := w.setup(ctx); err != nil {
		return steps.PushSummary{}, err
	}
	return w.run(ctx)
}

func (w *push) setup(ctx workflow.Context) error {
	w.admitting = workflow.NewMutex(ctx)
	workflow.Go(ctx, func(ctx workflow.Context) { w.listen(ctx, steps.ReleaseSignal, w.release) })
	workflow.Go(ctx, func(ctx workflow.Context) { w.listen(ctx, steps.RefuseSignal, w.refuse) })
	return setHandlers(ctx, []handler{{contract.PushUpdate, w.handle, w.validate}})
}

func (w *push) validate(req contract.PushRequest) error {
	err := w.in.Check()
	if err == nil {
		err = req.Check(w.in.Type)
	}
	if err != nil {
		return contract.Failure{Type: contract.ErrorInvalid, Code: contract.CodeRequest, Reason: err.Error()}.Error()
	}
	return nil
}

func (w *push) run(ctx workflow.Context) (steps.PushSummary, error) {
	w.show(ctx, "starting")
	if err := w.awaitFirst(ctx); err != nil {
		return w.summary, err
	}
	for {
		err := workflow.Await(ctx, func() bool {
			return len(w.waiting) > 0 || workflow.AllHandlersFinished(ctx)
		})
		if err != nil {
			return w.summary, err
		}
		if len(w.waiting) == 0 {
			w.show(ctx, "done")
			return w.summary, indexStatus(ctx, contract.RunCompleted)
		}
		if err := w.finishNext(ctx, w.waiting[0]); err != nil {
			return w.summary, err
		}
		w.waiting = w.waiting[1:]
	}
}

// finishNext brings the oldest request to its end.
func (w *push) finishNext(ctx workflow.Context, item *pushItem) error {
	for {
		if item.queued() {
			if err := w.awaitRelease(ctx, item); err != nil {
				return err
			}
			if !item.queued() {
				return nil
			}
			item.answer = nil // a repeated request now waits for the end
		}
		answer, err := w.runRequest(ctx, item)
		if err != nil {
			return err
		}
		if item.answer = &answer; !item.queued() {
			w.count(answer)
			return nil
		}
	}
}

// runRequest runs a request as long as needed: it imports the customer first and settles writes of unknown outcome.
// The answer is queued if the connection was paused meanwhile.
func (w *push) runRequest(ctx workflow.Context, item *pushItem) (contract.PushResult, error) {
	what := item.req.Doing()
	w.show(ctx, what)
	in := steps.CarryInput{
		AdmitInput: steps.AdmitInput{PushInput: w.in, WorkflowID: workflow.GetInfo(ctx).WorkflowExecution.ID, Request: item.req},
		Sequence:   item.seq,
	}
	for failures := 0; ; {
		var out steps.Carried
		err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, pushOptions(w.in.Connection, what)), pushes.CarryOut, in).Get(ctx, &out)
		panicIfUnreadable(err)
		switch {
		case temporal.IsCanceledError(err):
			return contract.PushResult{}, err
		case err != nil:
			failures++
			in.LastTry = failures >= maxPushFailures || !contract.FailureOf(err).Retryable()
			if err := w.backOff(ctx, contract.FailureOf(err), failures); err != nil {
				return contract.PushResult{}, err
			}
		case out.Answer != nil:
			return *out.Answer, nil
		case len(out.Import) > 0:
			if err := w.importFor(ctx, item, out.Import, &failures); err != nil {
				return contract.PushResult{}, err
			}
		default:
			if err := w.settle(ctx, out.SettleAt); err != nil {
				return contract.PushResult{}, err
			}
		}
	}
}

// importFor imports records into billing. If they cannot be imported, CarryOut then returns why.
func (w *push) importFor(ctx workflow.Context, item *pushItem, refs []contract.Ref, failures *int) error {
	in := steps.PushImportInput{
		Connection: w.in.Connection, Sequence: item.seq, WorkflowID: workflow.GetInfo(ctx).WorkflowExecution.ID, Records: refs, Who: item.req.User,
	}
	summary := fmt.Sprintf("import %d records: %s %s", len(refs), refs[0].Module, refs[0].ID)
	for {
		var out steps.PushImported
		err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, pushOptions(w.in.Connection, summary)), pushes.ImportForPush, in).Get(ctx, &out)
		panicIfUnreadable(err)
		switch {
		case temporal.IsCanceledError(err):
			return err
		case err != nil:
			*failures++
			return w.backOff(ctx, contract.FailureOf(err), *failures)
		case out.Done:
			return nil
		}
		if err := w.settle(ctx, out.SettleAt); err != nil {
			return err
		}
	}
}

// backOff waits after a failure, at least as long as the side asks.
func (w *push) backOff(ctx workflow.Context, f contract.Failure, failures int) error {
	w.showBackOff(ctx, f)
	backOff := lifecycle.Scale(min(firstBackOff<<min(failures-1, 10), maxPushBackOff), w.in.Tuning.BackOffPercent)
	if !f.Retryable() {
		backOff = 0
	}
	wait := max(backOff, time.Duration(f.RetryAfterMS)*time.Millisecond)
	return workflow.NewTimerWithOptions(ctx, wait, workflow.TimerOptions{Summary: "back-off: " + f.Type + " " + f.Code}).Get(ctx, nil)
}

// settle waits until no write of unknown outcome can take effect any more.
func (w *push) settle(ctx workflow.Context, at time.Time) error {
	w.show(ctx, "waiting to settle a write of unknown outcome")
	timer := workflow.NewTimerWithOptions(ctx, max(at.Sub(workflow.Now(ctx)), time.Millisecond), workflow.TimerOptions{Summary: "until late writes have landed"})
	return timer.Get(ctx, nil)
}
