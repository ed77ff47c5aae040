package activities

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"causeway/internal/record"
	"causeway/workflows/contract"
)

// The codes of what cannot be chosen.
const (
	codeNothingFailed = "NOTHING_FAILED"
	codeNoConflict    = "NO_CONFLICT"
	codeNotSeen       = "CONFLICT_MOVED"
	codeNotInConflict = "FIELD_NOT_IN_CONFLICT"
	codeFetchOnly     = "FETCH_ONLY"
)

// SetScope keeps with a run the records that it is about, and what was decided on them, before it starts. It is
// idempotent: each record is kept once, and a decision takes the place of itself. Where a retry or a decision
// finds nothing to do it fails as NotFound, so that no run is started for nothing.
func (s *Setup) SetScope(ctx context.Context, in contract.ScopeInput) (contract.ScopeResult, error) {
	out, err := s.setScope(ctx, in)
	return out, fail("choose records", err)
}

func (s *Setup) setScope(ctx context.Context, in contract.ScopeInput) (contract.ScopeResult, error) {
	var refs []record.Ref
	var err error
	switch {
	case in.Retry != nil:
		refs, err = s.failed(ctx, in.Connection, *in.Retry)
		if err != nil || !in.Retry.Selects() {
			return contract.ScopeResult{Records: len(refs)}, err // the plan finds all of a run's by itself
		}
	case in.Resolve != nil:
		refs, err = s.decide(ctx, in.Connection, *in.Resolve)
	case in.Ref != nil:
		refs, err = s.one(ctx, in.Connection, record.Ref{
			Side: record.Side(in.Ref.Side), Module: record.Module(in.Ref.Module), ID: in.Ref.ID,
		})
	}
	if err != nil {
		return contract.ScopeResult{}, err
	}
	return contract.ScopeResult{Records: len(refs)}, s.Store.Runs.SetRecords(ctx, in.RunID, refs)
}

// failed chooses among the parked records of a run.
func (s *Setup) failed(ctx context.Context, connection string, req contract.RetryRequest) ([]record.Ref, error) {
	run, err := s.Store.Runs.Get(ctx, req.Run)
	if err != nil {
		return nil, err
	}
	if run.Connection != connection {
		return nil, &record.Error{Kind: record.NotFound, Op: "retry", Code: "RUN_OF_ANOTHER_CONNECTION",
			Message: fmt.Sprintf("run %s is of the connection %q", run.ID, run.Connection), Remedy: "retry it there"}
	}
	refs, err := s.Store.History.Failed(ctx, req.Run, req.Code)
	if err != nil {
		return nil, err
	}
	if len(req.Records) > 0 {
		refs = slices.DeleteFunc(refs, func(r record.Ref) bool { return !slices.Contains(req.Records, r.ID) })
	}
	if req.Selects() { // figures are no record: every sync that is not about chosen ones writes them again
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

// one is the record that was named, and with it its other half, where the sync goes both ways: what changed on
// either is carried across.
func (s *Setup) one(ctx context.Context, connection string, ref record.Ref) ([]record.Ref, error) {
	prefs, err := s.Store.Connections.Preferences(ctx, connection, 0)
	if err != nil {
		return nil, err
	}
	link, err := s.linkOf(ctx, connection, ref)
	if err != nil {
		return nil, err
	}
	both := prefs.Extent(entityOf(ref.Module)) == record.Both
	switch {
	case link == nil && ref.Side == record.Billing && !both:
		return nil, &record.Error{Kind: record.Invalid, Op: "choose records", Code: codeFetchOnly, RecordID: ref.ID,
			Message: fmt.Sprintf("the record of billing is linked to none of the CRM, and %s go from the CRM to billing only", ref.Module),
			Remedy:  "set their extent to both first"}
	case link == nil:
		return []record.Ref{ref}, nil
	case both:
		return halves(*link), nil
	default:
		return halves(*link)[:1], nil
	}
}

// halves are the two records of a link, the CRM's first.
func halves(l record.Link) []record.Ref {
	return []record.Ref{
		{Side: record.CRM, Module: l.CRMModule, ID: l.CRMID}, {Side: record.Billing, Module: l.BillingModule, ID: l.BillingID},
	}
}

// entityOf is the entity whose preferences speak of the module.
func entityOf(m record.Module) record.Entity {
	if m == record.Products || m == record.Items {
		return record.EntityItems
	}
	return record.EntityCustomers
}

func (s *Setup) linkOf(ctx context.Context, connection string, ref record.Ref) (*record.Link, error) {
	if ref.Side == record.Billing {
		return s.Store.Links.ByTarget(ctx, connection, ref.Module, ref.ID)
	}
	links, err := s.Store.Links.OfModule(ctx, connection, ref.Module, []string{ref.ID})
	if err != nil {
		return nil, err
	}
	if l, ok := links[ref.ID]; ok {
		return &l, nil
	}
	return nil, nil
}

// decide keeps who wins the fields of a conflict, with the values that were in conflict: only while both sides
// have these does it hold.
func (s *Setup) decide(ctx context.Context, connection string, req contract.ResolveConflictRequest) ([]record.Ref, error) {
	op, err := s.conflict(ctx, connection, req)
	if err != nil {
		return nil, err
	}
	if req.Conflict != "" && req.Conflict != op.ID {
		return nil, &record.Error{Kind: record.Conflict, Op: "resolve", Code: codeNotSeen, RecordID: req.ID,
			Message: "the record is in another conflict since", Remedy: "look at it again with `starter conflicts list`, and decide again"}
	}
	decided, err := decisions(op, req)
	if err != nil {
		return nil, err
	}
	link := record.Link{CRMModule: op.SourceModule, CRMID: op.SourceID, BillingModule: op.TargetModule, BillingID: op.TargetID}
	if record.SideOf(op.SourceModule) == record.Billing {
		link = record.Link{CRMModule: op.TargetModule, CRMID: op.TargetID, BillingModule: op.SourceModule, BillingID: op.SourceID}
	}
	return halves(link), s.Store.Operations.Decide(ctx, connection, op.Entity, link.CRMModule, link.CRMID, decided)
}

// conflict is the open conflict of the record, named from either side.
func (s *Setup) conflict(ctx context.Context, connection string, req contract.ResolveConflictRequest) (record.Operation, error) {
	open, err := s.Store.History.OpenConflicts(ctx, connection)
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
		Message: fmt.Sprintf("no conflict of %s %s is open", req.Module, req.ID), Remedy: "see those that are with `starter conflicts list`"}
}

// decisions joins who wins with what is in conflict.
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
