package workflows

import (
	"strings"
	"time"

	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/workflow"
)

// lifeUpdates answers the updates that stop, enable and delete a connection.
type lifeUpdates struct{ *integration }

// register registers the updates that stop, enable and delete a connection.
func (w lifeUpdates) register(ctx workflow.Context) error {
	return setHandlers(ctx, []handler{
		handlerFor(w.integration, contract.ReauthorizeUpdate, w.reauthorize),
		handlerFor(w.integration, contract.DisableUpdate, w.disable),
		handlerFor(w.integration, contract.EnableUpdate, w.enable),
		handlerFor(w.integration, contract.PlanDeleteUpdate, w.planDelete),
		handlerFor(w.integration, contract.DeleteUpdate, w.delete),
		handlerFor(w.integration, contract.ResumeDeleteUpdate, w.resumeDelete),
	})
}

// serialize marks a lifecycle update as being handled, until the returned function is called. Validators refuse all
// others meanwhile: only one is handled at a time.
func (w lifeUpdates) serialize(update string) func() {
	w.state.Answering = update
	return func() { w.state.Answering = "" }
}

// recheck refuses an update that the state no longer allows. The state may have changed while the handler waited
// for an activity.
func (w lifeUpdates) recheck(update string) error {
	answering := w.state.Answering
	w.state.Answering = ""
	why := w.state.Refuses(w.in.Connection, update)
	w.state.Answering = answering
	if why == "" {
		return nil
	}
	return contract.Failure{Type: contract.ErrorRefused, Code: contract.CodeState, Reason: why}.Error()
}

// reauthorize checks a side's new credential and, if it is good, retries at once.
func (w lifeUpdates) reauthorize(ctx workflow.Context, req contract.ReauthorizeRequest) (contract.ReauthorizeAnswer, error) {
	defer w.serialize(contract.ReauthorizeUpdate)()
	in := steps.ReauthorizeInput{Connection: w.in.Connection, Side: req.Side, Who: req.Who}
	if err := w.runForAnswer(ctx, "check the new credential", life.CheckCredential, in, nil); err != nil {
		return contract.ReauthorizeAnswer{}, err
	}
	resumed := w.state.Reauthorize(workflow.Now(ctx))
	w.show(ctx)
	return contract.ReauthorizeAnswer{State: w.state.State, Resumed: resumed}, nil
}

// disable returns what would be removed, or begins disabling. The state is stored before it is reported, so no push
// is admitted after that.
func (w lifeUpdates) disable(ctx workflow.Context, req contract.DisableRequest) (contract.DisableAnswer, error) {
	defer w.serialize(contract.DisableUpdate)()
	var look steps.DisableLook
	in := steps.ConnectionInput{Connection: w.in.Connection}
	if err := w.runForAnswer(ctx, "read what disabling removes", life.LookAtDisable, in, &look); err != nil {
		return contract.DisableAnswer{}, err
	}
	if look.TransactionsOn && !req.Confirm {
		return contract.DisableAnswer{State: w.state.State, NeedsConfirmation: true, Workspace: look.Workspace}, nil
	}
	if err := w.storeState(ctx, contract.StateDisabling); err != nil {
		return contract.DisableAnswer{}, err
	}
	if err := w.recheck(contract.DisableUpdate); err != nil {
		return contract.DisableAnswer{}, err // the next step stores the state that it has now
	}
	w.state.Disable(req, workflow.Now(ctx))
	w.stopSync()
	w.show(ctx)
	return contract.DisableAnswer{State: w.state.State, Workspace: look.Workspace}, nil
}

// enable puts a disabled connection to work again after checking both sides.
func (w lifeUpdates) enable(ctx workflow.Context, req contract.EnableRequest) (contract.EnableAnswer, error) {
	defer w.serialize(contract.EnableUpdate)()
	w.state.Enabling()
	w.show(ctx)
	var check steps.EnableCheck
	in := steps.EnableInput{Connection: w.in.Connection, CRMOrg: req.CRMOrg, Who: req.Who}
	if err := w.runForAnswer(ctx, "check both sides", life.CheckEnable, in, &check); err != nil {
		w.state.NotEnabled()
		w.show(ctx)
		return contract.EnableAnswer{}, err
	}
	w.state.Enable(time.Duration(check.CadenceMS) * time.Millisecond)
	ref := w.state.AskFor(w.in.Connection, contract.RunRef{Trigger: contract.TriggerEnable, Who: req.Who})
	w.show(ctx)
	accepted, err := w.awaitStart(ctx, ref, false)
	return contract.EnableAnswer{State: w.state.State, RunRef: accepted.RunRef}, err
}

// planDelete reads everything that is linked and returns what each choice would do to it.
func (w lifeUpdates) planDelete(ctx workflow.Context, req contract.PlanDeleteRequest) (contract.PlanDeletionResult, error) {
	defer w.serialize(contract.PlanDeleteUpdate)()
	in := steps.PlanDeletionInput{Connection: w.in.Connection, Plan: w.state.NewPlan(), Who: req.Who, GiveUp: req.GiveUp}
	opts := pageOptions(w.in.Connection, contract.TriggerManual, "plan the deletion")
	for {
		var out contract.PlanDeletionResult
		err := attempt(ctx, opts, patience{failures: maxAnswerFailures, percent: w.state.BackOffPercent}, conversion.PlanDeletion, in, &out)
		if err != nil {
			return contract.PlanDeletionResult{}, contract.FailureOf(err).Error()
		}
		if out.Done {
			w.state.Plan = in.Plan
			w.show(ctx)
			return out, nil
		}
	}
}

// delete begins the deletion once the token was found to belong to the plan. It cannot be undone.
func (w lifeUpdates) delete(ctx workflow.Context, req contract.DeleteRequest) (contract.DeleteAnswer, error) {
	defer w.serialize(contract.DeleteUpdate)()
	in := steps.ConfirmDeletionInput{
		Connection: w.in.Connection, Plan: req.Plan, Choice: req.Choice, Token: req.Token,
		Request: workflow.GetCurrentUpdateInfo(ctx).ID, Who: req.Who,
	}
	if err := w.runForAnswer(ctx, "check the confirmation", conversion.ConfirmDeletion, in, nil); err != nil {
		return contract.DeleteAnswer{}, err
	}
	w.state.Delete(req, workflow.Now(ctx))
	w.show(ctx)
	return w.deletion(), nil
}

// resumeDelete continues the deletion where it stopped. Sides that are given up are stored first, since the steps
// read them.
func (w lifeUpdates) resumeDelete(ctx workflow.Context, req contract.ResumeDeleteRequest) (contract.DeleteAnswer, error) {
	if len(req.GiveUp) > 0 {
		in := steps.GiveUpInput{Connection: w.in.Connection, Plan: w.state.Deletion.Plan, Sides: req.GiveUp}
		if err := w.runForAnswer(ctx, "give up "+strings.Join(req.GiveUp, " and "), conversion.GiveUpSides, in, nil); err != nil {
			return contract.DeleteAnswer{}, err
		}
		if err := w.recheck(contract.ResumeDeleteUpdate); err != nil {
			return contract.DeleteAnswer{}, err
		}
	}
	w.state.ResumeDeletion()
	w.show(ctx)
	return w.deletion(), nil
}

func (w lifeUpdates) deletion() contract.DeleteAnswer {
	return contract.DeleteAnswer{State: w.state.State, Plan: w.state.Deletion.Plan, WorkflowID: contract.DeleteID(w.in.Connection)}
}
