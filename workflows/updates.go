package workflows

import (
	"fmt"
	"time"

	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"
)

// setUpdates registers the requests to a connection, each with a validator that reads only the state.
func (w *integration) setUpdates(ctx workflow.Context) error {
	return setHandlers(ctx, []handler{
		handlerFor(w, contract.SyncNowUpdate, w.syncNow),
		handlerFor(w, contract.RetryUpdate, w.retry),
		handlerFor(w, contract.ConfigureUpdate, w.configure),
		handlerFor(w, contract.ResyncRecordUpdate, w.resyncRecord),
		handlerFor(w, contract.ImportRecordUpdate, w.importRecord),
		handlerFor(w, contract.ResolveConflictUpdate, w.resolveConflict),
	})
}

// handler answers an update. accepts is its validator.
type handler struct {
	update           string
	handles, accepts any
}

func setHandlers(ctx workflow.Context, handlers []handler) error {
	for _, h := range handlers {
		err := workflow.SetUpdateHandlerWithOptions(ctx, h.update, h.handles, workflow.UpdateHandlerOptions{Validator: h.accepts})
		if err != nil {
			return err
		}
	}
	return nil
}

// handlerFor returns the handler of an update. Its validator refuses what can be judged without the store. The
// request is received raw: if it cannot be read, it is refused with our type and code, which the SDK's own refusal
// lacks.
func handlerFor[R interface{ Check() error }, A any](w *integration, update string, handle func(workflow.Context, R) (A, error)) handler {
	return handler{
		update: update,
		handles: func(ctx workflow.Context, raw converter.RawValue) (A, error) {
			req, err := readRequest[R](update, raw)
			if err != nil {
				var none A
				return none, err
			}
			return handle(ctx, req)
		},
		accepts: func(raw converter.RawValue) error {
			req, err := readRequest[R](update, raw)
			if err != nil {
				return err
			}
			if err := req.Check(); err != nil {
				return contract.Failure{Type: contract.ErrorInvalid, Code: contract.CodeRequest, Reason: err.Error()}.Error()
			}
			if why := w.state.Refuses(w.in.Connection, update); why != "" {
				return contract.Failure{Type: contract.ErrorRefused, Code: contract.CodeState, Reason: why}.Error()
			}
			return nil
		},
	}
}

// readRequest decodes the request of an update. Without a payload it is the empty request.
func readRequest[R any](update string, raw converter.RawValue) (R, error) {
	var req R
	if raw.Payload() == nil {
		return req, nil
	}
	if err := converter.GetDefaultDataConverter().FromPayload(raw.Payload(), &req); err != nil {
		reason := fmt.Sprintf("%s: the request cannot be read: %v; send it as a JSON object with the contract's fields", update, err)
		return req, contract.Failure{Type: contract.ErrorInvalid, Code: contract.CodeRequest, Reason: reason}.Error()
	}
	return req, nil
}

// syncNow joins the sync that is running or waiting, or asks for a new one. It answers once the sync has started.
func (w *integration) syncNow(ctx workflow.Context, req contract.SyncNowRequest) (contract.SyncAccepted, error) {
	return w.wholeSync(ctx, req.Who, false)
}

// wholeSync asks for a sync of everything, unless one that serves the request already exists.
func (w *integration) wholeSync(ctx workflow.Context, who string, edited bool) (contract.SyncAccepted, error) {
	if ref, ok := w.state.Join(edited); ok {
		if w.state.Running != nil && w.state.Running.Number == ref.Number {
			return contract.SyncAccepted{RunRef: ref, Joined: true}, nil
		}
		return w.awaitStart(ctx, ref, true)
	}
	return w.awaitStart(ctx, w.state.AskFor(w.in.Connection, contract.RunRef{Trigger: contract.TriggerManual, Who: who}), false)
}

// configure checks and saves an edit. Problems in the edit are the answer, not an error.
func (w *integration) configure(ctx workflow.Context, req contract.ConfigureRequest) (contract.ConfigureResult, error) {
	var adopted steps.AdoptResult
	in := steps.AdoptInput{Connection: w.in.Connection, Draft: req.Draft, EveryRecord: req.EveryRecord}
	if err := w.runForAnswer(ctx, "check and save the preferences", setup.AdoptDraft, in, &adopted); err != nil {
		return contract.ConfigureResult{}, err
	}
	out := contract.ConfigureResult{Version: adopted.Version, Problems: adopted.Problems}
	if len(adopted.Problems) > 0 {
		return out, nil
	}
	w.state.Configure(adopted.Version, time.Duration(adopted.CadenceMS)*time.Millisecond, workflow.Now(ctx))
	w.show(ctx)
	if !req.Sync {
		return out, nil
	}
	run, err := w.wholeSync(ctx, req.Who, true)
	out.Run, out.Queued = &run.RunRef, run.Queued
	return out, err
}

// retry retries failed records of a run. If there are none, nothing is started.
func (w *integration) retry(ctx workflow.Context, req contract.RetryRequest) (contract.SyncAccepted, error) {
	ref := contract.RunRef{Trigger: contract.TriggerRetry, RetryOf: req.Run, Who: req.Who}
	if !selectsRetries(ctx) {
		return w.awaitStart(ctx, w.state.AskFor(w.in.Connection, ref), false)
	}
	ref.Scoped = req.Selects()
	return w.scopedRun(ctx, ref, steps.ScopeInput{Retry: &req})
}

func (w *integration) resyncRecord(ctx workflow.Context, req contract.ResyncRecordRequest) (contract.SyncAccepted, error) {
	record := req.Ref()
	return w.scopedRun(ctx, contract.RunRef{Trigger: contract.TriggerResync, Who: req.Who, Scoped: true}, steps.ScopeInput{Ref: &record})
}

func (w *integration) importRecord(ctx workflow.Context, req contract.ImportRecordRequest) (contract.SyncAccepted, error) {
	record := req.Ref()
	return w.scopedRun(ctx, contract.RunRef{Trigger: contract.TriggerImport, Who: req.Who, Scoped: true}, steps.ScopeInput{Ref: &record})
}

func (w *integration) resolveConflict(ctx workflow.Context, req contract.ResolveConflictRequest) (contract.SyncAccepted, error) {
	return w.scopedRun(ctx, contract.RunRef{Trigger: contract.TriggerResolve, Who: req.Who, Scoped: true}, steps.ScopeInput{Resolve: &req})
}

// scopedRun stores the records of a run and only then asks for the run. A run without them would have nothing to
// do.
func (w *integration) scopedRun(ctx workflow.Context, ref contract.RunRef, in steps.ScopeInput) (contract.SyncAccepted, error) {
	ref.RunID = w.state.NewScope()
	in.Connection, in.RunID, in.Trigger = w.in.Connection, ref.RunID, ref.Trigger
	if err := w.runForAnswer(ctx, "choose the records of a "+ref.Trigger, setup.SetScope, in, nil); err != nil {
		return contract.SyncAccepted{}, err
	}
	ref.Ahead = ref.Scoped && w.state.UnderWay() && comesAhead(ctx)
	ref = w.state.AskFor(w.in.Connection, ref)
	w.stopSync()
	return w.awaitStart(ctx, ref, false)
}

// awaitStart waits until the run has started. It does not wait if another run comes first, or if the connection is
// stopped.
func (w *integration) awaitStart(ctx workflow.Context, ref contract.RunRef, joined bool) (contract.SyncAccepted, error) {
	out := contract.SyncAccepted{RunRef: ref, Joined: joined, Queued: (w.state.Running != nil && !ref.Ahead) || !w.state.Working()}
	if out.Queued {
		return out, nil
	}
	err := workflow.Await(ctx, func() bool { return w.started >= ref.Number || !w.state.Working() })
	out.Queued = w.started < ref.Number
	return out, err
}
