package workflows

import (
	"fmt"
	"time"

	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/workflow"
)

// awaitFirst waits until a request was accepted or the wait is over. If the request came with the start, the timer
// never reaches the history.
func (w *push) awaitFirst(ctx workflow.Context) error {
	timerCtx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimerWithOptions(timerCtx, firstRequestWait, workflow.TimerOptions{Summary: "until a request is accepted"})
	return workflow.Await(ctx, func() bool { return w.accepted > 0 || timer.IsReady() })
}

// handle answers one request with its result, or at once if it is queued.
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

// admit gives a request its place in the sequence. It admits one at a time, so that the sequence is the order in
// which requests were accepted.
func (w *push) admit(ctx workflow.Context, req contract.PushRequest) (*pushItem, contract.PushResult, error) {
	if err := w.admitting.Lock(ctx); err != nil {
		return nil, contract.PushResult{}, err
	}
	defer w.admitting.Unlock()
	in := steps.AdmitInput{PushInput: w.in, WorkflowID: workflow.GetInfo(ctx).WorkflowExecution.ID, Request: req}
	var out steps.Admitted
	p := patience{failures: maxPushFailures, percent: w.in.Tuning.BackOffPercent, onFailure: func(f contract.Failure) { w.showBackOff(ctx, f) }}
	if err := attempt(ctx, pushOptions(w.in.Connection, "admit "+req.Doing()), p, pushes.AdmitPush, in, &out); err != nil {
		return nil, contract.PushResult{}, contract.FailureOf(err).Error()
	}
	for _, item := range w.waiting {
		if item.seq == out.Sequence { // a repetition of one that is waiting or running
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

// awaitRelease waits until a queued request is released or refused.
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

// listen receives what Integration decided about queued requests. It ends with the workflow.
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

type push struct {
	in contract.PushInput
	// accepted counts the requests that passed the validator. admitting is held while one of them is being admitted.
	accepted  int
	admitting workflow.Mutex
	// waiting are the requests that were admitted but are not done, in sequence.
	waiting []*pushItem
	// released and refused are what Integration decided about queued requests.
	released map[int64]bool
	refused  map[int64]string
	summary  steps.PushSummary
	failure  string
}

// pushItem is one admitted request.
type pushItem struct {
	seq int64
	req contract.PushRequest
	// answer is set once the request is done or queued. A queued request waits to be released.
	answer *contract.PushResult
}

func (i *pushItem) queued() bool { return i.answer != nil && i.answer.Status == contract.PushQueued }

// firstRequestWait is how long an execution waits for its first accepted request. Its validator may have refused
// the one that started it, or the update may still be on its way.
const firstRequestWait = 10 * time.Second

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

// show sets the Current Details, without personal data: only encrypted payloads hold what a transaction is about.
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

func (w *push) showBackOff(ctx workflow.Context, f contract.Failure) {
	w.failure = f.Type + " " + f.Code
	w.show(ctx, "backing off")
}
