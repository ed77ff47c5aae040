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

// TransactionPush carries one transaction across: what is asked of it, one after the other, in the order in which it
// was accepted. It ends by itself once nothing is left to do.
func TransactionPush(ctx workflow.Context, in contract.PushInput) (steps.PushSummary, error) {
	w := &push{in: in, released: map[int64]bool{}, refused: map[int64]string{}}
	if err := w.setup(ctx); err != nil {
		return steps.PushSummary{}, err
	}
	return w.run(ctx)
}

type push struct {
	in contract.PushInput
	// accepted counts the requests that passed the validator, admitting is held by the one that is being admitted.
	accepted  int
	admitting workflow.Mutex
	// waiting are the requests that were admitted and are not done, in sequence.
	waiting []*pushItem
	// released and refused are what Integration has said of queued requests.
	released map[int64]bool
	refused  map[int64]string
	summary  steps.PushSummary
	failure  string
}

// pushItem is one admitted request.
type pushItem struct {
	seq int64
	req contract.PushRequest
	// answer is there once it is done, or queued: then the request waits to be released.
	answer *contract.PushResult
}

func (i *pushItem) queued() bool { return i.answer != nil && i.answer.Status == contract.PushQueued }

// graceful is how long an execution lives in which no request was accepted: its validator has refused the one that
// started it, or its update is still on its way.
const graceful = 10 * time.Second

func (w *push) setup(ctx workflow.Context) error {
	w.admitting = workflow.NewMutex(ctx)
	workflow.Go(ctx, func(ctx workflow.Context) { w.listen(ctx, steps.ReleaseSignal, w.release) })
	workflow.Go(ctx, func(ctx workflow.Context) { w.listen(ctx, steps.RefuseSignal, w.refuse) })
	return setHandlers(ctx, []handler{{contract.PushUpdate, w.handle, w.accepts}})
}

func (w *push) accepts(req contract.PushRequest) error {
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
		if err := w.next(ctx, w.waiting[0]); err != nil {
			return w.summary, err
		}
		w.waiting = w.waiting[1:]
	}
}

// awaitFirst waits until a request was accepted, or none came. Its timer never reaches the history where the request
// came with the start.
func (w *push) awaitFirst(ctx workflow.Context) error {
	timerCtx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimerWithOptions(timerCtx, graceful, workflow.TimerOptions{Summary: "until a request is accepted"})
	return workflow.Await(ctx, func() bool { return w.accepted > 0 || timer.IsReady() })
}

// handle answers one request: with what became of it, or at once where it waits in the queue.
func (w *push) handle(ctx workflow.Context, req contract.PushRequest) (contract.PushResult, error) {
	w.accepted++
	item, answer, err := w.admit(ctx, req)
	if err != nil || item == nil {
		return answer, err
	}
	if err := workflow.Await(ctx, func() bool { return item.answer != nil }); err != nil {
		return contract.PushResult{}, err
	}
	return *item.answer, nil
}

// admit gives a request its place. One at a time: the sequence is the order in which requests were accepted.
func (w *push) admit(ctx workflow.Context, req contract.PushRequest) (*pushItem, contract.PushResult, error) {
	if err := w.admitting.Lock(ctx); err != nil {
		return nil, contract.PushResult{}, err
	}
	defer w.admitting.Unlock()
	in := steps.AdmitInput{PushInput: w.in, WorkflowID: workflow.GetInfo(ctx).WorkflowExecution.ID, Request: req}
	var out steps.Admitted
	p := patience{failures: maxPushFailures, percent: w.in.Tuning.BackOffPercent, onFailure: func(f contract.Failure) { w.backsOff(ctx, f) }}
	if err := attempt(ctx, pushOptions(w.in.Connection, "admit "+req.Doing()), p, pushes.AdmitPush, in, &out); err != nil {
		return nil, contract.PushResult{}, contract.FailureOf(err).Error()
	}
	for _, item := range w.waiting {
		if item.seq == out.Sequence { // a repetition of one that is at work
			return item, contract.PushResult{}, nil
		}
	}
	if out.Answer != nil && out.Answer.Status != contract.PushQueued {
		w.count(*out.Answer)
		return nil, *out.Answer, nil
	}
	item := &pushItem{seq: out.Sequence, req: req, answer: out.Answer}
	w.waiting = append(w.waiting, item)
	return item, contract.PushResult{}, nil
}

// next brings the oldest request to its end.
func (w *push) next(ctx workflow.Context, item *pushItem) error {
	for {
		if item.queued() {
			if err := w.awaitRelease(ctx, item); err != nil {
				return err
			}
			if !item.queued() {
				return nil
			}
			item.answer = nil // who asks again from now on waits for the end
		}
		answer, err := w.carry(ctx, item)
		if err != nil {
			return err
		}
		if item.answer = &answer; !item.queued() {
			w.count(answer)
			return nil
		}
	}
}

// awaitRelease waits until a queued request may go on, or is refused.
func (w *push) awaitRelease(ctx workflow.Context, item *pushItem) error {
	w.show(ctx, "queued")
	err := workflow.Await(ctx, func() bool {
		_, refused := w.refused[item.seq]
		return refused || w.released[item.seq]
	})
	if err != nil {
		return err
	}
	if state, refused := w.refused[item.seq]; refused {
		item.answer = &contract.PushResult{Status: contract.PushRefused, Sequence: item.seq, State: state}
		w.count(*item.answer)
	}
	delete(w.released, item.seq)
	return nil
}

// carry has a request carried out, for as long as it takes: the customer imported first, writes of unknown outcome
// settled. Its answer is queued where the connection was paused meanwhile.
func (w *push) carry(ctx workflow.Context, item *pushItem) (contract.PushResult, error) {
	what := item.req.Doing()
	w.show(ctx, what)
	in := steps.CarryInput{
		AdmitInput: steps.AdmitInput{PushInput: w.in, WorkflowID: workflow.GetInfo(ctx).WorkflowExecution.ID, Request: item.req},
		Sequence:   item.seq,
	}
	for failures := 0; ; {
		var out steps.Carried
		err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, pushOptions(w.in.Connection, what)), pushes.CarryOut, in).Get(ctx, &out)
		mustRead(err)
		switch {
		case temporal.IsCanceledError(err):
			return contract.PushResult{}, err
		case err != nil:
			failures++
			in.LastTry = failures >= maxPushFailures || !contract.FailureOf(err).Retryable()
			if err := w.wait(ctx, contract.FailureOf(err), failures); err != nil {
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

// importFor brings records to billing. What keeps them from coming is what CarryOut then says.
func (w *push) importFor(ctx workflow.Context, item *pushItem, refs []contract.Ref, failures *int) error {
	in := steps.PushImportInput{
		Connection: w.in.Connection, Sequence: item.seq, WorkflowID: workflow.GetInfo(ctx).WorkflowExecution.ID, Records: refs, Who: item.req.User,
	}
	summary := fmt.Sprintf("import %d records: %s %s", len(refs), refs[0].Module, refs[0].ID)
	for {
		var out steps.PushImported
		err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, pushOptions(w.in.Connection, summary)), pushes.ImportForPush, in).Get(ctx, &out)
		mustRead(err)
		switch {
		case temporal.IsCanceledError(err):
			return err
		case err != nil:
			*failures++
			return w.wait(ctx, contract.FailureOf(err), *failures)
		case out.Done:
			return nil
		}
		if err := w.settle(ctx, out.SettleAt); err != nil {
			return err
		}
	}
}

// wait backs off after a failure, as long as the side asks.
func (w *push) wait(ctx workflow.Context, f contract.Failure, failures int) error {
	w.backsOff(ctx, f)
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

// listen takes what Integration says of queued requests. It ends with the workflow.
func (w *push) listen(ctx workflow.Context, signal string, hear func(steps.QueueSignal)) {
	channel := workflow.GetSignalChannel(ctx, signal)
	for {
		var s steps.QueueSignal
		if !channel.Receive(ctx, &s) || ctx.Err() != nil {
			return
		}
		hear(s)
	}
}

func (w *push) release(s steps.QueueSignal) { w.released[s.Sequence] = true }

func (w *push) refuse(s steps.QueueSignal) { w.refused[s.Sequence] = s.State }

func (w *push) count(answer contract.PushResult) {
	w.summary.Requests++
	w.failure = ""
	switch answer.Status {
	case contract.PushDone:
		w.summary.Done++
	case contract.PushRefused:
		w.summary.Refused++
	default:
		w.summary.Failed++
	}
}

func (w *push) backsOff(ctx workflow.Context, f contract.Failure) {
	w.failure = f.Type + " " + f.Code
	w.show(ctx, "backing off")
}

// show sets the Current Details. No personal data: what a transaction is about stands in encrypted payloads alone.
func (w *push) show(ctx workflow.Context, phase string) {
	rows := []string{
		"**" + phase + "**",
		w.in.Type + ": " + w.in.Transaction + " of " + w.in.Connection,
		fmt.Sprintf("requests: %d done, %d refused, %d failed, %d waiting", w.summary.Done, w.summary.Refused, w.summary.Failed, len(w.waiting)),
	}
	if w.failure != "" {
		rows = append(rows, "last failure: "+w.failure)
	}
	workflow.SetCurrentDetails(ctx, list(rows))
}
