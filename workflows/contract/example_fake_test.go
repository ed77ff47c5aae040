package contract_test

import (
	"context"
	"encoding/json"

	"causeway/workflows/contract"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
)

// dial gives a Temporal client that answers as Causeway's workers would, so that the examples run anywhere.
func dial() client.Client { return answering{} }

type answering struct{ client.Client }

// UpdateWorkflow implements client.Client.
func (answering) UpdateWorkflow(_ context.Context, o client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	run := func(n int, trigger string) contract.RunRef {
		return contract.RunRef{RunID: "run", Number: n, Trigger: trigger, WorkflowID: contract.PeriodicSyncID("demo", n)}
	}
	switch o.UpdateName {
	case contract.ImportRecordUpdate:
		return answered{value: contract.SyncAccepted{RunRef: run(2, contract.TriggerImport)}}, nil
	case contract.SyncNowUpdate:
		return answered{value: contract.SyncAccepted{RunRef: run(3, contract.TriggerManual), Joined: true}}, nil
	case contract.ConfigureUpdate:
		return answered{value: contract.ConfigureResult{Problems: []contract.Problem{{
			Setting: "map of accounts", Field: "Description", Target: "credit_limit", Code: "FIELD_MAP",
			Reason: "is mapped as decimal from a text into a number of billing; choose another field",
		}}}}, nil
	case contract.DisableUpdate:
		return answered{value: contract.DisableAnswer{State: contract.StateDisabling}}, nil
	case contract.PlanDeleteUpdate:
		return answered{value: contract.PlanDeletionResult{Done: true, Token: "once", Plan: &contract.DeletionPlan{
			ID: "plan", Choices: map[string]map[string]contract.DeletionOutcome{
				contract.ChoiceConvertWithTransactions: {"customers": {Converted: 37, Deleted: 180}},
			},
		}}}, nil
	case contract.DeleteUpdate:
		return answered{err: contract.Failure{Type: contract.ErrorConflict, Code: contract.CodeTokenOtherPlan,
			Reason: "the token does not belong to plan plan"}.Error()}, nil
	default:
		return answered{err: contract.Failure{Type: contract.ErrorNotFound, Code: "NOTHING_FAILED",
			Reason: "run 9a1c has no failed record with the code DUPLICATE_DATA"}.Error()}, nil
	}
}

// SignalWorkflow implements client.Client.
func (answering) SignalWorkflow(context.Context, string, string, string, any) error { return nil }

// QueryWorkflow implements client.Client.
func (answering) QueryWorkflow(context.Context, string, string, string, ...any) (converter.EncodedValue, error) {
	return answered{value: contract.Status{
		Connection: "demo", State: contract.StatePaused, Paused: &contract.Paused{Who: "billing-backend", Why: "month end"},
	}}.encoded(), nil
}

// GetWorkflow implements client.Client.
func (answering) GetWorkflow(context.Context, string, string) client.WorkflowRun {
	return ended{answered: answered{value: contract.SyncResult{RunID: "run", Status: contract.RunCompleted}}}
}

// answered is an update that has been answered.
type answered struct {
	client.WorkflowUpdateHandle
	value any
	err   error
}

// encoded is the answer to a query.
func (a answered) encoded() converter.EncodedValue {
	payloads, err := converter.GetDefaultDataConverter().ToPayloads(a.value)
	if err != nil {
		panic(err)
	}
	return client.NewValue(payloads)
}

// Get implements client.WorkflowUpdateHandle.
func (a answered) Get(_ context.Context, out any) error {
	if a.err != nil {
		return a.err
	}
	data, err := json.Marshal(a.value)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, out)
}

// ended is a workflow that has ended.
type ended struct {
	client.WorkflowRun
	answered answered
}

// Get implements client.WorkflowRun.
func (e ended) Get(ctx context.Context, out any) error { return e.answered.Get(ctx, out) }
