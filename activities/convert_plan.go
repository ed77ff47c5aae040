package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/deletions"
	"causeway/internal/store/operations"
	"causeway/workflows/contract"
)

// planRows is how many records of a plan are looked at in one transaction.
const planRows = 1000

// PlanDeletion makes the next part of a plan, which changes nothing on a side, and gives the plan with its token once
// it is done. It is idempotent: a plan that was made is given as it was, with the same token.
func (c *Conversion) PlanDeletion(ctx context.Context, in contract.PlanDeletionInput) (contract.PlanDeletionResult, error) {
	ctx, p := c.begin(ctx)
	defer p.close()
	out, err := p.plan(ctx, in)
	return out, ended(ctx, "plan the deletion", err)
}

func (c *deleting) plan(ctx context.Context, in contract.PlanDeletionInput) (contract.PlanDeletionResult, error) {
	if err := c.settled(ctx, in); err != nil {
		return contract.PlanDeletionResult{}, err
	}
	var err error
	if c.d, err = c.Store.Deletions.Begin(ctx, in.Plan, in.Connection, in.Who, c.Now()); err != nil {
		return contract.PlanDeletionResult{}, err
	}
	if err := c.begun(ctx, in); err != nil {
		return contract.PlanDeletionResult{}, err
	}
	for handled := 0; !c.d.Place.Planned(); {
		if c.over(ctx, handled) {
			return contract.PlanDeletionResult{}, nil
		}
		n, err := c.planPart(ctx)
		if halted(ctx, err) {
			return contract.PlanDeletionResult{}, nil
		}
		if err != nil {
			return contract.PlanDeletionResult{}, err
		}
		handled += n
	}
	return c.planned(ctx)
}

// begun does what comes before anything of a plan is made: it keeps which sides are given up, and refuses a plan that
// could not be carried out, since the end of a connection needs scopes that its syncs do not.
func (c *deleting) begun(ctx context.Context, in contract.PlanDeletionInput) error {
	if c.d.State != deletions.Planning || c.d.Place != (deletions.Place{}) {
		return nil
	}
	if len(in.GiveUp) > 0 {
		if err := c.Store.Deletions.GiveUp(ctx, in.Connection, in.Plan, sidesOf(in.GiveUp)); err != nil {
			return err
		}
		c.d.GivenUp = sidesOf(in.GiveUp)
	}
	if c.d.GaveUp(record.Billing) {
		return nil
	}
	port, err := c.Sides.Billing(ctx, c.d.Connection)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.Timing.Call)
	defer cancel()
	return port.CheckDeletion(ctx)
}

// settled refuses a plan while nobody knows what some writes have done: they may have made records. It looks first,
// where somebody can; of a side that is given up nobody will ever know.
func (c *deleting) settled(ctx context.Context, in contract.PlanDeletionInput) error {
	left, err := c.unsettled(ctx, in)
	if err != nil || len(left) == 0 {
		return err
	}
	if _, err := c.drain(ctx, contract.DrainInput{Connection: in.Connection, GiveUp: true}); err != nil {
		return err
	}
	if left, err = c.unsettled(ctx, in); err != nil || len(left) == 0 {
		return err
	}
	n, from, sides := 0, time.Time{}, map[string]bool{}
	for _, p := range left {
		n, from, sides[string(p.To)] = n+p.Sent, latest(from, p.Deadline.Add(c.Timing.Margin)), true
	}
	names := strings.Join(slices.Sorted(maps.Keys(sides)), " and ")
	return &record.Error{Kind: record.Conflict, Op: "plan the deletion", Code: contract.CodeUnsettled,
		Message: fmt.Sprintf("the outcomes of %d writes to %s are not known: they may have created records that no plan would have", n, names),
		Remedy: fmt.Sprintf("plan again after %s, once %s answers (with a new credential: reauthorize); where it is gone for good, plan with that side given up (--give-up)",
			from.UTC().Format(time.RFC3339), names)}
}

// unsettled are the writes of unknown outcome to sides that are not given up.
func (c *deleting) unsettled(ctx context.Context, in contract.PlanDeletionInput) ([]operations.SentPart, error) {
	parts, err := c.Store.Operations.SentParts(ctx, in.Connection)
	return slices.DeleteFunc(parts, func(p operations.SentPart) bool { return slices.Contains(in.GiveUp, string(p.To)) }), err
}

func (c *deleting) planPart(ctx context.Context) (n int, err error) {
	switch module, ok := c.d.Place.AsksCRM(); {
	case ok && c.d.GaveUp(record.CRM):
		c.d.Place, n, err = c.Store.Deletions.PassCRM(ctx, c.d, planRows)
		return n, err
	case ok:
		return c.markCRM(ctx, module)
	}
	if !c.d.Place.AsksBilling() {
		c.d.Place, n, err = c.Store.Deletions.PlanPart(ctx, c.d, planRows)
		return n, err
	}
	if c.d.GaveUp(record.Billing) {
		c.d.Place, err = c.Store.Deletions.MarkTransactions(ctx, c.d, 1, deletions.Transactions{})
		return 0, err
	}
	port, err := c.Sides.Billing(ctx, c.d.Connection)
	if err != nil {
		return 0, err
	}
	page := c.d.Place.Page + 1
	used, err := c.transactions(ctx, port, page)
	if err != nil {
		return 0, err
	}
	c.d.Place, err = c.Store.Deletions.MarkTransactions(ctx, c.d, page, deletions.Transactions{Customers: used.CustomerIDs, Items: used.ItemIDs, More: used.More})
	return len(used.CustomerIDs) + len(used.ItemIDs), err
}

// markCRM asks the CRM for the markers of one page of a module's records: what a sync reads does not show them. A
// module that was never read, or has no field for them, has none.
func (c *deleting) markCRM(ctx context.Context, module record.Module) (n int, err error) {
	port, err := c.Sides.CRM(ctx, c.d.Connection)
	if err != nil {
		return 0, err
	}
	var page crm.Page
	has, err := c.hasMarkers(ctx, port, module)
	if err == nil && has {
		page, err = readPage(ctx, c.part, port, module, crm.ReadQuery{Fields: []string{markerField}, After: c.d.Place.Cursor})
	}
	if err != nil {
		return 0, err
	}
	c.d.Place, err = c.Store.Deletions.MarkCRM(ctx, c.d, page.Records, page.Next, page.More)
	return len(page.Records), err
}

func (c *deleting) hasMarkers(ctx context.Context, port crm.Port, module record.Module) (bool, error) {
	if c.d.Place.Cursor != (record.Cursor{}) {
		return true, nil // it has begun
	}
	read, err := c.Store.Mirror.Modules(ctx, c.d.Connection, record.CRM)
	if err != nil || !slices.Contains(read, module) {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, 4*c.Timing.Call)
	defer cancel()
	fields, err := port.Fields(ctx, module)
	return slices.ContainsFunc(fields, func(f record.Field) bool { return f.Name == markerField }), err
}

func (c *deleting) transactions(ctx context.Context, port billing.Port, page int) (billing.TransactionsPage, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*c.Timing.Call)
	defer cancel()
	return port.Transactions(ctx, billing.TransactionsQuery{Page: page})
}

// planned counts a plan, and keeps it as it is shown.
func (c *deleting) planned(ctx context.Context) (contract.PlanDeletionResult, error) {
	out := contract.PlanDeletionResult{Done: true}
	token, err := c.Store.Deletions.Token(ctx, c.d.ID)
	if err != nil {
		return out, err
	}
	if c.d.State == deletions.Planning {
		shown, err := c.shown(ctx)
		if err != nil {
			return out, err
		}
		if err := c.Store.Deletions.FinishPlan(ctx, c.d, shown, token); err != nil {
			return out, err
		}
		if c.d, err = c.Store.Deletions.Get(ctx, c.d.Connection, c.d.ID); err != nil {
			return out, err
		}
	}
	out.Plan, out.Token = &contract.DeletionPlan{}, token
	return out, json.Unmarshal([]byte(c.d.Plan), out.Plan)
}

// shown is the plan as it is shown.
func (c *deleting) shown(ctx context.Context) (string, error) {
	counts, err := c.Store.Deletions.CountPlan(ctx, c.d.ID)
	if err != nil {
		return "", err
	}
	plan := contract.DeletionPlan{
		ID: c.d.ID, At: c.d.CreatedAt, Entities: map[string]contract.DeletionCounts{},
		Choices:    map[string]map[string]contract.DeletionOutcome{contract.ChoiceConvertAll: {}, contract.ChoiceConvertWithTransactions: {}},
		CRMMarkers: counts[deletion.PartMarkers].CRM,
	}
	for _, entity := range record.Entities() {
		n := counts[string(entity)]
		plan.Entities[string(entity)] = contract.DeletionCounts{
			Linked: n.Linked, BornCRM: n.BornCRM, BornBilling: n.BornBilling, Duplicates: n.Duplicates, WithTransactions: n.Transactions,
		}
		plan.Choices[contract.ChoiceConvertAll][string(entity)] = outcomes(n.All)
		plan.Choices[contract.ChoiceConvertWithTransactions][string(entity)] = outcomes(n.Some)
	}
	for _, part := range counts {
		for side, n := range part.GivenUp {
			if plan.GivenUp == nil {
				plan.GivenUp = map[string]int{}
			}
			plan.GivenUp[side] += n
		}
	}
	if plan.UnknownWrites, err = c.unknownWrites(ctx); err != nil {
		return "", err
	}
	if c.apps != nil {
		apps, err := c.apps.Of(ctx, c.d.BillingOrg)
		if err != nil {
			return "", err
		}
		plan.Apps = len(apps)
	}
	out, err := json.Marshal(plan)
	return string(out), err
}

func outcomes(n map[string]int) contract.DeletionOutcome {
	return contract.DeletionOutcome{Converted: n[deletion.Converted], Deleted: n[deletion.Deleted], Kept: n[deletion.Kept], Unknown: n[deletion.Unknown]}
}

// unknownWrites counts the writes to sides that are given up whose outcomes nobody will know.
func (c *deleting) unknownWrites(ctx context.Context) (n int, err error) {
	parts, err := c.Store.Operations.SentParts(ctx, c.d.Connection)
	for _, p := range parts {
		n += p.Sent
	}
	return n, err
}
