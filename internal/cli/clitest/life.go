package clitest

import (
	"context"

	"causeway/workflows/contract"
)

// DeletionPlan is the plan that the fake Temporal answers with.
func DeletionPlan() *contract.DeletionPlan {
	return &contract.DeletionPlan{
		ID: "p1", At: At, CRMMarkers: 6, Apps: 2,
		Entities: map[string]contract.DeletionCounts{
			"customers": {Linked: 40, BornCRM: 30, BornBilling: 7, Duplicates: 3, WithTransactions: 11}, "contact_persons": {}, "items": {Linked: 5, BornCRM: 5},
		},
		Choices: map[string]map[string]contract.DeletionOutcome{
			contract.ChoiceConvertAll:              {"customers": {Converted: 30, Kept: 10}, "contact_persons": {}, "items": {Converted: 5}},
			contract.ChoiceConvertWithTransactions: {"customers": {Converted: 11, Deleted: 19, Kept: 10}, "contact_persons": {}, "items": {Deleted: 5}},
		},
	}
}

// FakeLife answers what pauses, resumes, disables, enables and deletes a connection, as the test says.
type FakeLife struct {
	Signals   []string
	SignalErr error
	statuses  []contract.Status // what Status says in turn, before anything else; the last one stays

	Disabled  []contract.DisableRequest
	Workspace map[string]int // what disabling asks to confirm; nil asks nothing
	Enabled   []contract.EnableRequest
	Told      []contract.ReauthorizeRequest
	Plans     int
	Deletes   []contract.DeleteRequest
	Resumes   int
	GivenUp   []string
	OnTold    func() // when the connection is told of a credential
	Refuses   error  // what every update is answered with
}

func (f *FakeLife) next() (contract.Status, bool) {
	if len(f.statuses) == 0 {
		return contract.Status{}, false
	}
	s := f.statuses[0]
	if len(f.statuses) > 1 {
		f.statuses = f.statuses[1:]
	}
	return s, true
}

// Pause keeps the signal.
func (f *FakeLife) Pause(_ context.Context, connection string, req contract.ControlRequest) error {
	f.Signals = append(f.Signals, "pause "+connection+" "+req.Who+" "+req.Why)
	return f.SignalErr
}

// Resume keeps the signal.
func (f *FakeLife) Resume(_ context.Context, connection string, req contract.ControlRequest) error {
	f.Signals = append(f.Signals, "resume "+connection+" "+req.Who+" "+req.Why)
	return f.SignalErr
}

// Disable asks for a confirmation where there is something to remove.
func (f *FakeLife) Disable(_ context.Context, _ string, req contract.DisableRequest) (contract.DisableAnswer, error) {
	f.Disabled = append(f.Disabled, req)
	if f.Workspace != nil && !req.Confirm && f.Refuses == nil {
		return contract.DisableAnswer{State: contract.StateActive, NeedsConfirmation: true, Workspace: f.Workspace}, nil
	}
	return contract.DisableAnswer{State: contract.StateDisabling, Workspace: f.Workspace}, f.Refuses
}

// Enable keeps the request.
func (f *FakeLife) Enable(_ context.Context, _ string, req contract.EnableRequest) (contract.EnableAnswer, error) {
	f.Enabled = append(f.Enabled, req)
	return contract.EnableAnswer{State: contract.StateActive, RunRef: contract.RunRef{RunID: "r1", WorkflowID: "periodic-sync/demo/1"}}, f.Refuses
}

// Reauthorize keeps the request.
func (f *FakeLife) Reauthorize(_ context.Context, _ string, req contract.ReauthorizeRequest) (contract.ReauthorizeAnswer, error) {
	f.Told = append(f.Told, req)
	if f.OnTold != nil {
		f.OnTold()
	}
	return contract.ReauthorizeAnswer{State: contract.StateActive, Resumed: true}, f.Refuses
}

// PlanDelete answers with DeletionPlan.
func (f *FakeLife) PlanDelete(_ context.Context, _ string, req contract.PlanDeleteRequest) (contract.PlanDeletionResult, error) {
	f.Plans++
	f.GivenUp = req.GiveUp
	return contract.PlanDeletionResult{Done: true, Plan: DeletionPlan(), Token: "t0k3n"}, f.Refuses
}

// Delete keeps the request.
func (f *FakeLife) Delete(_ context.Context, connection string, req contract.DeleteRequest) (contract.DeleteAnswer, error) {
	f.Deletes = append(f.Deletes, req)
	return contract.DeleteAnswer{State: contract.StateDeleting, Plan: req.Plan, WorkflowID: contract.DeleteID(connection)}, f.Refuses
}

// ResumeDelete counts the requests.
func (f *FakeLife) ResumeDelete(_ context.Context, connection string, req contract.ResumeDeleteRequest) (contract.DeleteAnswer, error) {
	f.Resumes++
	f.GivenUp = req.GiveUp
	return contract.DeleteAnswer{State: contract.StateDeleting, Plan: "p1", WorkflowID: contract.DeleteID(connection)}, f.Refuses
}

// RefusedBy is an answer of the connection itself, as Temporal hands it over.
func RefusedBy(code, reason string) error {
	return contract.Failure{Type: contract.ErrorConflict, Code: code, Reason: reason}.Error()
}

// ByAnn is a pause by ann.
var ByAnn = &contract.Paused{Who: "ann", Why: "month end", Since: At}
