package setup

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/workflows/contract"
)

// The codes of records that cannot be chosen.
const (
	codeNothingFailed = "NOTHING_FAILED"
	codeNoConflict    = "NO_CONFLICT"
	codeNotSeen       = "CONFLICT_MOVED"
	codeNotInConflict = "FIELD_NOT_IN_CONFLICT"
	codeFetchOnly     = "FETCH_ONLY"
)

// SetScope stores with a run the records that it is about, and what was decided on them, before the run starts. It is
// idempotent: each record is stored once, and a decision replaces itself. A retry or a decision that finds nothing to do
// fails as NotFound, so that no run starts for nothing.
func SetScope(ctx context.Context, env *attempt.Environment, in steps.ScopeInput) (steps.ScopeResult, error) {
	var refs []record.Ref
	var err error
	switch {
	case in.Retry != nil:
		refs, err = chooseFailed(ctx, env, in.Connection, *in.Retry)
		if err != nil || !in.Retry.Selects() {
			return steps.ScopeResult{Records: len(refs)}, err // the plan itself finds all failed records of a run
		}
	case in.Resolve != nil:
		refs, err = storeDecision(ctx, env, in.Connection, *in.Resolve)
	case in.Ref != nil:
		refs, err = chooseOne(ctx, env, in.Connection, record.Ref{
			Side: record.Side(in.Ref.Side), Module: record.Module(in.Ref.Module), ID: in.Ref.ID,
		})
	}
	if err != nil {
		return steps.ScopeResult{}, err
	}
	return steps.ScopeResult{Records: len(refs)}, env.Store.Runs.SetRecords(ctx, in.RunID, refs)
}

// chooseFailed chooses among the parked records of a run.
func chooseFailed(ctx context.Context, env *attempt.Environment, connection string, req contract.RetryRequest) ([]record.Ref, error) {
	run, err := env.Store.Runs.Get(ctx, req.Run)
	if err != nil {
		return nil, err
	}
	if run.Connection != connection {
		return nil, &record.Error{Kind: record.NotFound, Op: "retry", Code: "RUN_OF_ANOTHER_CONNECTION",
			Message: fmt.Sprintf("run %s belongs to the connection %q", run.ID, run.Connection), Remedy: "retry it there"}
	}
	refs, err := env.Store.History.Failed(ctx, req.Run, req.Code)
	if err != nil {
		return nil, err
	}
	if len(req.Records) > 0 {
		refs = slices.DeleteFunc(refs, func(r record.Ref) bool { return !slices.Contains(req.Records, r.ID) })
	}
	if req.Selects() { // figures are no records: every sync of all records writes them again
		refs = slices.DeleteFunc(refs, func(r record.Ref) bool { return r.Module == record.Invoices })
	}
	if len(refs) > 0 {
		return refs, nil
	}
	what := "run " + req.Run + " has no failed record"
	if req.Code != "" {
		what += " with the code " + req.Code
	}
	if len(req.Records) > 0 {
		what += " of those named"
	}
	return nil, &record.Error{Kind: record.NotFound, Op: "retry", Code: codeNothingFailed, Message: what + ": nothing was started",
		Remedy: "see what failed with `starter history`"}
}

// chooseOne returns the named record. Where the sync goes both ways it adds the record's other half: what changed on
// either side is carried across.
func chooseOne(ctx context.Context, env *attempt.Environment, connection string, ref record.Ref) ([]record.Ref, error) {
	prefs, err := env.Store.Connections.Preferences(ctx, connection, 0)
	if err != nil {
		return nil, err
	}
	link, err := linkOf(ctx, env, connection, ref)
	if err != nil {
		return nil, err
	}
	both := prefs.Extent(entityOf(ref.Module)) == record.Both
	switch {
	case link == nil && ref.Side == record.Billing && !both:
		return nil, &record.Error{Kind: record.Invalid, Op: "choose records", Code: codeFetchOnly, RecordID: ref.ID,
			Message: fmt.Sprintf("the billing record is not linked to a CRM record, and %s go from the CRM to billing only", ref.Module),
			Remedy:  "set their extent to `both` first"}
	case link == nil:
		return []record.Ref{ref}, nil
	case both:
		return halves(*link), nil
	default:
		return halves(*link)[:1], nil
	}
}

// halves returns the two records of a link, the CRM's first.
func halves(l record.Link) []record.Ref {
	return []record.Ref{
		{Side: record.CRM, Module: l.CRMModule, ID: l.CRMID}, {Side: record.Billing, Module: l.BillingModule, ID: l.BillingID},
	}
}

// entityOf returns the entity whose preferences are about the module.
func entityOf(m record.Module) record.Entity {
	if m == record.Products || m == record.Items {
		return record.EntityItems
	}
	return record.EntityCustomers
}

func linkOf(ctx context.Context, env *attempt.Environment, connection string, ref record.Ref) (*record.Link, error) {
	if ref.Side == record.Billing {
		return env.Store.Links.ByTarget(ctx, connection, ref.Module, ref.ID)
	}
	links, err := env.Store.Links.OfModule(ctx, connection, ref.Module, []string{ref.ID})
	if err != nil {
		return nil, err
	}
	if l, ok := links[ref.ID]; ok {
		return &l, nil
	}
	return nil, nil
}

// storeDecision stores who wins the fields of a conflict, with the values that were in conflict: it holds only while
// both sides have these values.
func storeDecision(ctx context.Context, env *attempt.Environment, connection string, req contract.ResolveConflictRequest) ([]record.Ref, error) {
	op, err := conflict(ctx, env, connection, req)
	if err != nil {
		return nil, err
	}
	if req.Conflict != "" && req.Conflict != op.ID {
		return nil, &record.Error{Kind: record.Conflict, Op: "resolve", Code: codeNotSeen, RecordID: req.ID,
			Message: "the record is in another conflict now", Remedy: "look at it with `starter conflicts list`, and decide again"}
	}
	decided, err := decisions(op, req)
	if err != nil {
		return nil, err
	}
	link := record.Link{CRMModule: op.SourceModule, CRMID: op.SourceID, BillingModule: op.TargetModule, BillingID: op.TargetID}
	if record.SideOf(op.SourceModule) == record.Billing {
		link = record.Link{CRMModule: op.TargetModule, CRMID: op.TargetID, BillingModule: op.SourceModule, BillingID: op.SourceID}
	}
	return halves(link), env.Store.Operations.Decide(ctx, connection, op.Entity, link.CRMModule, link.CRMID, decided)
}

// conflict returns the open conflict of the record, which may be named from either side.
func conflict(ctx context.Context, env *attempt.Environment, connection string, req contract.ResolveConflictRequest) (record.Operation, error) {
	open, err := env.Store.History.OpenConflicts(ctx, connection)
	if err != nil {
		return record.Operation{}, err
	}
	module := record.Module(req.Module)
	// The newest comes last: it is the one that lists show.
	for _, op := range slices.Backward(open) {
		if op.SourceModule == module && op.SourceID == req.ID || op.TargetModule == module && op.TargetID == req.ID {
			return op, nil
		}
	}
	return record.Operation{}, &record.Error{Kind: record.NotFound, Op: "resolve", Code: codeNoConflict, RecordID: req.ID,
		Message: fmt.Sprintf("%s %s has no open conflict", req.Module, req.ID), Remedy: "see the open ones with `starter conflicts list`"}
}

// decisions joins who wins with the values in conflict.
func decisions(op record.Operation, req contract.ResolveConflictRequest) ([]record.Decision, error) {
	var fields []string
	for field := range op.After {
		fields = append(fields, field)
	}
	for field := range op.Before {
		if _, ok := op.After[field]; !ok {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	for _, f := range req.Fields {
		if !slices.Contains(fields, f.Field) {
			return nil, &record.Error{Kind: record.Invalid, Op: "resolve", Code: codeNotInConflict, RecordID: req.ID,
				Message: fmt.Sprintf("%q is not in conflict", f.Field), Remedy: "decide on " + strings.Join(fields, ", ")}
		}
	}
	var out []record.Decision
	for _, field := range fields {
		if winner := req.WinnerOf(field); winner != "" {
			out = append(out, record.Decision{Field: field, Winner: record.Side(winner), CRM: op.After[field], Billing: op.Before[field]})
		}
	}
	return out, nil
}
