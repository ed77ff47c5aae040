package run

import (
	"context"

	"causeway/activities/attempt"
	"causeway/activities/setup"
	"causeway/internal/crm"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/workflows/contract"
)

// Start stores the run, checks that both sides answer and may be used, and returns what there is to do. It is idempotent
// by the connection and the run's number.
func Start(ctx context.Context, try *attempt.Attempt, in steps.SyncInput) (steps.StartRunResult, error) {
	var out steps.StartRunResult
	prefs, err := try.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return out, err
	}
	number, err := runNumber(ctx, try, in)
	if err != nil {
		return out, err
	}
	if err := setup.TakeEffect(ctx, try, in, prefs); err != nil {
		return out, err
	}
	run, err := try.Store.Runs.Start(ctx, record.Run{
		ID: in.RunID, Connection: in.Connection, Number: number,
		Trigger: record.Trigger(in.Trigger), RetryOf: in.RetryOf, WorkflowID: workflowID(in), Scoped: in.Scoped, Who: in.Who,
		Preferences: prefs.Version, Status: record.RunRunning, StartedAt: try.Now(),
	})
	if err != nil {
		return out, err
	}
	// A run keeps the preferences that it began with. An edit applies to the next run.
	if prefs, err = try.Store.Connections.Preferences(ctx, in.Connection, run.Preferences); err != nil {
		return out, err
	}
	if in.RetryOf != "" {
		if _, err := try.Store.Runs.Get(ctx, in.RetryOf); err != nil {
			return out, err
		}
	}
	if !in.Ahead { // with Ahead, what other runs have open is not what was cut off
		if _, err := try.Store.Operations.TakeElsewhere(ctx, in.Connection, in.RunID); err != nil {
			return out, err
		}
	}
	for _, m := range reconcile.CRMModules(prefs.Customers.Mode) {
		if prefs.View(m) != nil {
			continue
		}
		if _, err := try.Store.Mirror.ClearView(ctx, in.Connection, m); err != nil {
			return out, err
		}
	}
	out.CadenceMS = prefs.Cadence.Milliseconds()
	err = checkSides(ctx, try, in, prefs, &out)
	return out, err
}

// runNumber returns the run's number in the store. If a connection's workflow had to be started again (it was
// terminated, or Temporal's data were lost) it counts from 1, while the store remembers the earlier runs.
func runNumber(ctx context.Context, try *attempt.Attempt, in steps.SyncInput) (int, error) {
	had, err := try.Store.Runs.Get(ctx, in.RunID)
	if err == nil || !record.IsKind(err, record.NotFound) {
		return had.Number, err
	}
	last, err := try.Store.Runs.Last(ctx, in.Connection)
	if err != nil || last == nil {
		return in.Number, err
	}
	return max(in.Number, last.Number+1), nil
}

func checkSides(ctx context.Context, try *attempt.Attempt, in steps.SyncInput, prefs record.Preferences, out *steps.StartRunResult) error {
	crmPort, err := try.Sides.CRM(ctx, in.Connection)
	if err != nil {
		return err
	}
	crmModules := reconcile.CRMModules(prefs.Customers.Mode)
	writes := prefs.Customers.Extent == record.Both || prefs.Items.Extent == record.Both || setup.KeepsFigures(prefs)
	// Reading a view needs more scopes than reading records only if the view is large. That is checked when a view is
	// chosen.
	if err := crmPort.CheckScopes(ctx, crmModules, crm.Uses{Write: writes}); err != nil {
		return err
	}
	if err := learnDrift(ctx, try, in.RunID, prefs, crmPort); err != nil {
		return err
	}
	billingPort, err := try.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return err
	}
	if err := billingPort.CheckScopes(ctx, setup.BillingModules); err != nil {
		return err
	}
	// No marker is checked here: that takes a write call, and a sync of nothing must make none.
	caps, err := billingPort.Probe(ctx, nil)
	if err != nil {
		return err
	}
	out.SortByModified = caps.SortByModified
	out.Scans = scans(in, prefs, crmModules)
	out.Figures = !in.Scoped && setup.KeepsFigures(prefs)
	for _, step := range reconcile.Steps(prefs) {
		direction := ""
		if step.Direction == record.ToCRM {
			direction = steps.DirectionCRM
		}
		out.Steps = append(out.Steps, steps.Step{Entity: string(step.Entity), Direction: direction})
	}
	return nil
}

func workflowID(in steps.SyncInput) string {
	if in.Trigger == contract.TriggerInitial {
		return contract.InitialSyncID(in.Connection, in.Number)
	}
	return contract.PeriodicSyncID(in.Connection, in.Number)
}
