package workflows

import (
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
