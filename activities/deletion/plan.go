package deletion

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"causeway/activities/apply"
	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/deletions"
	"causeway/internal/store/operations"
	"causeway/workflows/contract"
)

// planRows is how many records of a plan are looked at in one transaction.
const planRows = 1000

// Plan makes the next part of a plan, which changes nothing on a side, and returns the plan with its token once it is
// done. It is idempotent: a plan that was made is returned as it was, with the same token.
func (s *Step) Plan(ctx context.Context, in steps.PlanDeletionInput) (contract.PlanDeletionResult, error) {
	if err := s.requireSettled(ctx, in); err != nil {
		return contract.PlanDeletionResult{}, err
	}
	var err error
	if s.d, err = s.try.Store.Deletions.Begin(ctx, in.Plan, in.Connection, in.Who, s.try.Now()); err != nil {
		return contract.PlanDeletionResult{}, err
	}
	if err := s.prepare(ctx, in); err != nil {
		return contract.PlanDeletionResult{}, err
	}
	for handled := 0; !s.d.Place.Planned(); {
		if s.try.Over(ctx, handled) {
			return contract.PlanDeletionResult{}, nil
		}
		n, err := s.planPart(ctx)
		if attempt.Halted(ctx, err) {
			return contract.PlanDeletionResult{}, nil
		}
		if err != nil {
			return contract.PlanDeletionResult{}, err
		}
		handled += n
	}
	return s.finishPlan(ctx)
}

// prepare comes before anything of a plan is made. It stores which sides are given up. It refuses a plan that could
// not be carried out: deleting needs scopes that syncs do not need.
func (s *Step) prepare(ctx context.Context, in steps.PlanDeletionInput) error {
	if s.d.State != deletions.Planning || s.d.Place != (deletions.Place{}) {
		return nil
	}
	if len(in.GiveUp) > 0 {
		if err := s.try.Store.Deletions.GiveUp(ctx, in.Connection, in.Plan, sidesOf(in.GiveUp)); err != nil {
			return err
		}
		s.d.GivenUp = sidesOf(in.GiveUp)
	}
	if s.d.GaveUp(record.Billing) {
		return nil
	}
	port, err := s.try.Sides.Billing(ctx, s.d.Connection)
	if err != nil {
		return err
	}
	ctx, cancel := s.try.Calling(ctx)
	defer cancel()
	return port.CheckDeletion(ctx)
}

// requireSettled refuses a plan while nobody knows what some writes have done: they may have made records. It looks
// first, where a look is possible. Of a side that is given up nobody will ever know.
func (s *Step) requireSettled(ctx context.Context, in steps.PlanDeletionInput) error {
	left, err := s.unsettled(ctx, in)
	if err != nil || len(left) == 0 {
		return err
	}
	if _, err := apply.Drain(ctx, s.try, steps.DrainInput{Connection: in.Connection, GiveUp: true}); err != nil {
		return err
	}
	if left, err = s.unsettled(ctx, in); err != nil || len(left) == 0 {
		return err
	}
	n, from, sides := 0, time.Time{}, map[string]bool{}
	for _, p := range left {
		n, sides[string(p.To)] = n+p.Sent, true
		if at := p.Deadline.Add(s.try.Timing.Margin); at.After(from) {
			from = at
		}
	}
	names := strings.Join(slices.Sorted(maps.Keys(sides)), " and ")
	return &record.Error{Kind: record.Conflict, Op: "plan the deletion", Code: contract.CodeUnsettled,
		Message: fmt.Sprintf("the outcomes of %d writes to %s are not known: they may have created records that are missing from the plan", n, names),
		Remedy: fmt.Sprintf("plan again after %s, once %s answers (`starter reauthorize` gives it a new credential); if it is gone for good, plan with `--give-up`",
			from.UTC().Format(time.RFC3339), names)}
}

// unsettled returns the writes of unknown outcome to sides that are not given up.
func (s *Step) unsettled(ctx context.Context, in steps.PlanDeletionInput) ([]operations.SentPart, error) {
	parts, err := s.try.Store.Operations.SentParts(ctx, in.Connection)
	return slices.DeleteFunc(parts, func(p operations.SentPart) bool { return slices.Contains(in.GiveUp, string(p.To)) }), err
}

func (s *Step) planPart(ctx context.Context) (n int, err error) {
	switch module, ok := s.d.Place.AsksCRM(); {
	case ok && s.d.GaveUp(record.CRM):
		s.d.Place, n, err = s.try.Store.Deletions.PassCRM(ctx, s.d, planRows)
		return n, err
	case ok:
		return s.markCRM(ctx, module)
	}
	if !s.d.Place.AsksBilling() {
		s.d.Place, n, err = s.try.Store.Deletions.PlanPart(ctx, s.d, planRows)
		return n, err
	}
	if s.d.GaveUp(record.Billing) {
		s.d.Place, err = s.try.Store.Deletions.MarkTransactions(ctx, s.d, 1, deletions.Transactions{})
		return 0, err
	}
	port, err := s.try.Sides.Billing(ctx, s.d.Connection)
	if err != nil {
		return 0, err
	}
	page := s.d.Place.Page + 1
	used, err := s.transactions(ctx, port, page)
	if err != nil {
		return 0, err
	}
	s.d.Place, err = s.try.Store.Deletions.MarkTransactions(ctx, s.d, page, deletions.Transactions{Customers: used.CustomerIDs, Items: used.ItemIDs, More: used.More})
	return len(used.CustomerIDs) + len(used.ItemIDs), err
}

// markCRM asks the CRM for the markers of one page of a module's records: syncs do not read them. A module that was
// never read, or has no field for markers, has none.
func (s *Step) markCRM(ctx context.Context, module record.Module) (n int, err error) {
	port, err := s.try.Sides.CRM(ctx, s.d.Connection)
	if err != nil {
		return 0, err
	}
	var page crm.Page
	has, err := s.hasMarkers(ctx, port, module)
	if err == nil && has {
		page, err = s.try.ReadPage(ctx, port, module, crm.ReadQuery{Fields: []string{crm.MarkerField}, After: s.d.Place.Cursor})
	}
	if err != nil {
		return 0, err
	}
	s.d.Place, err = s.try.Store.Deletions.MarkCRM(ctx, s.d, page.Records, page.Next, page.More)
	return len(page.Records), err
}

func (s *Step) hasMarkers(ctx context.Context, port crm.Port, module record.Module) (bool, error) {
	if s.d.Place.Cursor != (record.Cursor{}) {
		return true, nil // the module has begun
	}
	read, err := s.try.Store.Mirror.Modules(ctx, s.d.Connection, record.CRM)
	if err != nil || !slices.Contains(read, module) {
		return false, err
	}
	ctx, cancel := s.try.Reading(ctx)
	defer cancel()
	fields, err := port.Fields(ctx, module)
	return slices.ContainsFunc(fields, func(f record.Field) bool { return f.Name == crm.MarkerField }), err
}

func (s *Step) transactions(ctx context.Context, port billing.Port, page int) (billing.TransactionsPage, error) {
	ctx, cancel := s.try.Reading(ctx)
	defer cancel()
	return port.Transactions(ctx, billing.TransactionsQuery{Page: page})
}
