package activities

import (
	"context"
	"strconv"

	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

func itoa(n int) string { return strconv.Itoa(n) }

// StartRun stores the run, checks that both sides answer and may be used, and says what there is to do.
// It is idempotent by the connection and the run's number.
func (s *Sync) StartRun(ctx context.Context, in contract.SyncInput) (contract.StartRunResult, error) {
	ctx, p := s.begin(ctx, in.RunID)
	defer p.close()
	out, err := p.startRun(ctx, in)
	return out, ended(ctx, "start run", err)
}

func (p *part) startRun(ctx context.Context, in contract.SyncInput) (contract.StartRunResult, error) {
	var out contract.StartRunResult
	prefs, err := p.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return out, err
	}
	number, err := p.runNumber(ctx, in)
	if err != nil {
		return out, err
	}
	if err := p.takeUp(ctx, in, prefs); err != nil {
		return out, err
	}
	run, err := p.Store.Runs.Start(ctx, record.Run{
		ID: in.RunID, Connection: in.Connection, Number: number,
		Trigger: record.Trigger(in.Trigger), RetryOf: in.RetryOf, WorkflowID: workflowID(in), Scoped: in.Scoped, Who: in.Who,
		Preferences: prefs.Version, Status: record.RunRunning, StartedAt: p.Now(),
	})
	if err != nil {
		return out, err
	}
	// A run keeps the preferences that it began with: an edit applies to the next one.
	if prefs, err = p.Store.Connections.Preferences(ctx, in.Connection, run.Preferences); err != nil {
		return out, err
	}
	if in.RetryOf != "" {
		if _, err := p.Store.Runs.Get(ctx, in.RetryOf); err != nil {
			return out, err
		}
	}
	if !in.Ahead { // else what others have open is not what was cut off
		if _, err := p.Store.Operations.TakeElsewhere(ctx, in.Connection, in.RunID); err != nil {
			return out, err
		}
	}
	for _, m := range reconcile.CRMModules(prefs.Customers.Mode) {
		if prefs.View(m) != nil {
			continue
		}
		if _, err := p.Store.Mirror.ClearView(ctx, in.Connection, m); err != nil {
			return out, err
		}
	}
	out.CadenceMS = prefs.Cadence.Milliseconds()
	err = p.checkSides(ctx, in, prefs, &out)
	return out, err
}

// runNumber is the run's number in the store. A connection's workflow that had to be started anew, since it
// was terminated or Temporal's data are lost, counts from 1 again, while the store remembers the earlier runs.
func (p *part) runNumber(ctx context.Context, in contract.SyncInput) (int, error) {
	had, err := p.Store.Runs.Get(ctx, in.RunID)
	if err == nil || !record.IsKind(err, record.NotFound) {
		return had.Number, err
	}
	last, err := p.Store.Runs.Last(ctx, in.Connection)
	if err != nil || last == nil {
		return in.Number, err
	}
	return max(in.Number, last.Number+1), nil
}

func (p *part) checkSides(ctx context.Context, in contract.SyncInput, prefs record.Preferences, out *contract.StartRunResult) error {
	crmPort, err := p.Sides.CRM(ctx, in.Connection)
	if err != nil {
		return err
	}
	crmModules := reconcile.CRMModules(prefs.Customers.Mode)
	writes := prefs.Customers.Extent == record.Both || prefs.Items.Extent == record.Both || keepsFigures(prefs)
	// Of a view only a large one takes more than reading records does: that is asked when one is chosen.
	if err := crmPort.CheckScopes(ctx, crmModules, crm.Uses{Write: writes}); err != nil {
		return err
	}
	if err := p.learnDrift(ctx, in.RunID, prefs, crmPort); err != nil {
		return err
	}
	billingPort, err := p.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return err
	}
	if err := billingPort.CheckScopes(ctx, billingModules); err != nil {
		return err
	}
	// No marker is checked here: that takes a write call, and a sync of nothing must make none.
	caps, err := billingPort.Probe(ctx, nil)
	if err != nil {
		return err
	}
	out.SortByModified = caps.SortByModified
	out.Scans = scans(in, prefs, crmModules)
	out.Figures = !in.Scoped && keepsFigures(prefs)
	for _, step := range reconcile.Steps(prefs) {
		direction := ""
		if step.Direction == record.ToCRM {
			direction = contract.DirectionCRM
		}
		out.Steps = append(out.Steps, contract.Step{Entity: string(step.Entity), Direction: direction})
	}
	return nil
}

var billingModules = []record.Module{record.Customers, record.Items}

// scans are what a run reads, in order. What was deleted comes before the lists, so that its first look
// begins where the first scan did; contact persons come after their customers.
func scans(in contract.SyncInput, prefs record.Preferences, crmModules []record.Module) []contract.Scan {
	if in.Scoped {
		return []contract.Scan{{Side: string(record.CRM), Kind: contract.ScanScope}}
	}
	var out []contract.Scan
	add := func(side record.Side, module record.Module, kind string) {
		out = append(out, contract.Scan{Side: string(side), Module: string(module), Kind: kind})
	}
	if in.Trigger != contract.TriggerInitial {
		for _, m := range crmModules {
			add(record.CRM, m, contract.ScanDeleted)
		}
	}
	for _, m := range crmModules {
		add(record.CRM, m, "")
	}
	for _, m := range crmModules {
		if prefs.View(m) != nil {
			add(record.CRM, m, contract.ScanView)
		}
	}
	for _, m := range billingModules {
		add(record.Billing, m, "")
	}
	if prefs.Customers.Extent == record.Both && prefs.Customers.Mode == record.ModeAccountsAndContacts {
		add(record.Billing, record.ContactPersons, contract.ScanPersons)
	}
	for _, kind := range []record.TransactionType{record.Quote, record.Invoice} {
		if prefs.Pushes(kind) {
			add(record.Billing, kind.Module(), contract.ScanTransactions)
		}
	}
	return out
}

func workflowID(in contract.SyncInput) string {
	if in.Trigger == contract.TriggerInitial {
		return contract.InitialSyncID(in.Connection, in.Number)
	}
	return contract.PeriodicSyncID(in.Connection, in.Number)
}

// FinishRun stores how the run ended, or that it was paused. It is idempotent: a run that has ended keeps its end.
func (s *Sync) FinishRun(ctx context.Context, in contract.FinishInput) (contract.FinishResult, error) {
	ctx, p := s.begin(ctx, "")
	defer p.close()
	out, err := p.finishRun(ctx, in)
	return out, ended(ctx, "finish run", err)
}

func (p *part) finishRun(ctx context.Context, in contract.FinishInput) (contract.FinishResult, error) {
	begun, err := p.Store.Runs.Get(ctx, in.RunID)
	if err != nil {
		return contract.FinishResult{}, err
	}
	status, code, reason := record.RunCompleted, "", ""
	switch {
	case in.Paused:
		status = record.RunPaused
	case in.Canceled:
		status = record.RunCanceled
	case in.Failure != nil:
		status, code, reason = record.RunFailed, in.Failure.Code, in.Failure.Reason
	}
	// A retry looks at the failed records of a run alone: it can say of no other that it is unchanged.
	if status == record.RunCompleted && begun.RetryOf == "" && !begun.Scoped {
		if err := p.Store.History.SetUnchanged(ctx, in.RunID); err != nil {
			return contract.FinishResult{}, err
		}
	}
	run, err := p.Store.Runs.Finish(ctx, in.RunID, status, code, reason, in.Events, p.Now())
	if err != nil {
		return contract.FinishResult{}, err
	}
	if run.Status != record.RunPaused { // which goes on with the listings that it began
		if err := p.Store.Runs.DropListings(ctx, in.RunID); err != nil {
			return contract.FinishResult{}, err
		}
	}
	counts, err := p.Store.History.Counts(ctx, in.RunID)
	if err != nil {
		return contract.FinishResult{}, err
	}
	out := contract.FinishResult{EndedAt: run.EndedAt}
	for _, c := range counts {
		out.Failed += c.Failed + c.Conflicts
	}
	return out, p.showState(ctx, run)
}

// showState keeps the connection's row as the run left it: what is wrong, and that it is active once a run was
// completed. Every other state is Integration's to store.
func (p *part) showState(ctx context.Context, run record.Run) error {
	switch run.Status {
	case record.RunCompleted:
		return p.Store.Connections.RunCompleted(ctx, run.Connection)
	case record.RunFailed:
		return p.Store.Connections.RunFailed(ctx, run.Connection, record.Degraded{Reason: run.Reason, Since: run.EndedAt})
	case record.RunRunning, record.RunPaused, record.RunCanceled:
	}
	return nil
}

// preferences are those that the run began with, without the maps that drifted: an edit applies to the next one.
func (p *part) preferences(ctx context.Context, connection, run string) (record.Preferences, error) {
	begun, err := p.Store.Runs.Get(ctx, run)
	if err != nil {
		return record.Preferences{}, err
	}
	prefs, err := p.Store.Connections.Preferences(ctx, connection, begun.Preferences)
	if err != nil || len(begun.Drift) == 0 {
		return prefs, err
	}
	return mapping.Of(prefs).Without(begun.Drift).Into(prefs), nil
}

// crmFields are the CRM's fields that the preferences read from a module.
func crmFields(prefs record.Preferences, module record.Module) []string {
	switch module {
	case record.Accounts:
		return mapping.Sources(prefs.Customers.AccountMap)
	case record.Contacts:
		return mapping.Sources(prefs.Customers.ContactMap, prefs.Customers.PersonMap)
	case record.Products:
		return mapping.Sources(prefs.Items.Map)
	default:
		return nil
	}
}
