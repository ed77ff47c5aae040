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
func (c *Step) Plan(ctx context.Context, in steps.PlanDeletionInput) (contract.PlanDeletionResult, error) {
	if err := c.requireSettled(ctx, in); err != nil {
		return contract.PlanDeletionResult{}, err
	}
	var err error
	if c.d, err = c.try.Store.Deletions.Begin(ctx, in.Plan, in.Connection, in.Who, c.try.Now()); err != nil {
		return contract.PlanDeletionResult{}, err
	}
	if err := c.prepare(ctx, in); err != nil {
		return contract.PlanDeletionResult{}, err
	}
	for handled := 0; !c.d.Place.Planned(); {
		if c.try.Over(ctx, handled) {
			return contract.PlanDeletionResult{}, nil
		}
		n, err := c.planPart(ctx)
		if attempt.Halted(ctx, err) {
			return contract.PlanDeletionResult{}, nil
		}
		if err != nil {
			return contract.PlanDeletionResult{}, err
		}
		handled += n
	}
	return c.finishPlan(ctx)
}

// prepare comes before anything of a plan is made. It stores which sides are given up. It refuses a plan that could
// not be carried out: deleting needs scopes that syncs do not need.
func (c *Step) prepare(ctx context.Context, in steps.PlanDeletionInput) error {
	if c.d.State != deletions.Planning || c.d.Place != (deletions.Place{}) {
		return nil
	}
	if len(in.GiveUp) > 0 {
		if err := c.try.Store.Deletions.GiveUp(ctx, in.Connection, in.Plan, sidesOf(in.GiveUp)); err != nil {
			return err
		}
		c.d.GivenUp = sidesOf(in.GiveUp)
	}
	if c.d.GaveUp(record.Billing) {
		return nil
	}
	port, err := c.try.Sides.Billing(ctx, c.d.Connection)
	if err != nil {
		return err
	}
	ctx, cancel := c.try.Calling(ctx)
	defer cancel()
	return port.CheckDeletion(ctx)
}

// requireSettled refuses a plan while nobody knows what some writes have done: they may have made records. It looks
// first, where a look is possible. Of a side that is given up nobody will ever know.
func (c *Step) requireSettled(ctx context.Context, in steps.PlanDeletionInput) error {
	left, err := c.unsettled(ctx, in)
	if err != nil || len(left) == 0 {
		return err
	}
	if _, err := apply.Drain(ctx, c.try, steps.DrainInput{Connection: in.Connection, GiveUp: true}); err != nil {
		return err
	}
	if left, err = c.unsettled(ctx, in); err != nil || len(left) == 0 {
		return err
	}
	n, from, sides := 0, time.Time{}, map[string]bool{}
	for _, p := range left {
		n, sides[string(p.To)] = n+p.Sent, true
		if at := p.Deadline.Add(c.try.Timing.Margin); at.After(from) {
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
func (c *Step) unsettled(ctx context.Context, in steps.PlanDeletionInput) ([]operations.SentPart, error) {
	parts, err := c.try.Store.Operations.SentParts(ctx, in.Connection)
	return slices.DeleteFunc(parts, func(p operations.SentPart) bool { return slices.Contains(in.GiveUp, string(p.To)) }), err
}

func (c *Step) planPart(ctx context.Context) (n int, err error) {
	switch module, ok := c.d.Place.AsksCRM(); {
	case ok && c.d.GaveUp(record.CRM):
		c.d.Place, n, err = c.try.Store.Deletions.PassCRM(ctx, c.d, planRows)
		return n, err
	case ok:
		return c.markCRM(ctx, module)
	}
	if !c.d.Place.AsksBilling() {
		c.d.Place, n, err = c.try.Store.Deletions.PlanPart(ctx, c.d, planRows)
		return n, err
	}
	if c.d.GaveUp(record.Billing) {
		c.d.Place, err = c.try.Store.Deletions.MarkTransactions(ctx, c.d, 1, deletions.Transactions{})
		return 0, err
	}
	port, err := c.try.Sides.Billing(ctx, c.d.Connection)
	if err != nil {
		return 0, err
	}
	page := c.d.Place.Page + 1
	used, err := c.transactions(ctx, port, page)
	if err != nil {
		return 0, err
	}
	c.d.Place, err = c.try.Store.Deletions.MarkTransactions(ctx, c.d, page, deletions.Transactions{Customers: used.CustomerIDs, Items: used.ItemIDs, More: used.More})
	return len(used.CustomerIDs) + len(used.ItemIDs), err
}

// markCRM asks the CRM for the markers of one page of a module's records: syncs do not read them. A module that was
// never read, or has no field for markers, has none.
func (c *Step) markCRM(ctx context.Context, module record.Module) (n int, err error) {
	port, err := c.try.Sides.CRM(ctx, c.d.Connection)
	if err != nil {
		return 0, err
	}
	var page crm.Page
	has, err := c.hasMarkers(ctx, port, module)
	if err == nil && has {
		page, err = c.try.ReadPage(ctx, port, module, crm.ReadQuery{Fields: []string{crm.MarkerField}, After: c.d.Place.Cursor})
	}
	if err != nil {
		return 0, err
	}
	c.d.Place, err = c.try.Store.Deletions.MarkCRM(ctx, c.d, page.Records, page.Next, page.More)
	return len(page.Records), err
}

func (c *Step) hasMarkers(ctx context.Context, port crm.Port, module record.Module) (bool, error) {
	if c.d.Place.Cursor != (record.Cursor{}) {
		return true, nil // the module has begun
	}
	read, err := c.try.Store.Mirror.Modules(ctx, c.d.Connection, record.CRM)
	if err != nil || !slices.Contains(read, module) {
		return false, err
	}
	ctx, cancel := c.try.Reading(ctx)
	defer cancel()
	fields, err := port.Fields(ctx, module)
	return slices.ContainsFunc(fields, func(f record.Field) bool { return f.Name == crm.MarkerField }), err
}

func (c *Step) transactions(ctx context.Context, port billing.Port, page int) (billing.TransactionsPage, error) {
	ctx, cancel := c.try.Reading(ctx)
	defer cancel()
	return port.Transactions(ctx, billing.TransactionsQuery{Page: page})
}
