package apply

import (
	"context"
	"errors"
	"fmt"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/steps"
)

// RuleFigures is the rule of an operation that wrote figures to a field of the CRM.
const RuleFigures = "figures"

// figuresPage is how many customers are looked at before their changed figures are written.
const figuresPage = 100

// Figures writes the figures of the next customers to the fields of the CRM that hold them, where they have changed since
// they were last written. A record that refuses them is one failed operation, and the next sync tries it again. An attempt
// that was cut off writes the same values again.
func Figures(ctx context.Context, try *attempt.Attempt, in steps.FiguresInput) (steps.FiguresResult, error) {
	out := steps.FiguresResult{Next: &record.Cursor{}}
	if in.After != nil {
		*out.Next = *in.After
	}
	f, err := figureFields(ctx, try, in)
	if err != nil {
		return out, err
	}
	for !out.Done && !try.Over(ctx, out.Written) {
		ids, err := try.Store.Transactions.InvoicedCustomers(ctx, in.Connection, out.Next.ID, figuresPage)
		if err != nil {
			return out, err
		}
		changed, err := f.changed(ctx, ids)
		if err == nil {
			err = f.write(ctx, changed, &out)
		}
		if attempt.Halted(ctx, err) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out.Done = len(ids) < figuresPage
		if len(ids) > 0 {
			out.Next.ID = ids[len(ids)-1]
		}
	}
	return out, nil
}

// keepingFigures is one attempt's work on the figures of a connection.
type keepingFigures struct {
	try    *attempt.Attempt
	in     steps.FiguresInput
	crm    crm.Port
	port   billing.Transactions
	fields map[record.Module][]record.FigureField
}

// figureFields finds the fields that hold figures, without those that the CRM no longer has: the connection shows
// these as drift.
func figureFields(ctx context.Context, try *attempt.Attempt, in steps.FiguresInput) (*keepingFigures, error) {
	run, err := try.Store.Runs.Get(ctx, in.RunID)
	if err != nil {
		return nil, err
	}
	prefs, err := try.Store.Connections.Preferences(ctx, in.Connection, run.Preferences)
	if err != nil {
		return nil, err
	}
	gone := map[record.Ref]bool{}
	for _, d := range run.Drift {
		if d.Side == record.CRM {
			gone[record.Ref{Module: d.Module, ID: d.Field}] = true
		}
	}
	out := &keepingFigures{try: try, in: in, fields: map[record.Module][]record.FigureField{}}
	for _, f := range prefs.Figures {
		if !gone[record.Ref{Module: f.Module, ID: f.Field}] {
			out.fields[f.Module] = append(out.fields[f.Module], f)
		}
	}
	if out.port, err = try.Sides.Transactions(ctx, in.Connection); err != nil {
		return nil, err
	}
	out.crm, err = try.Sides.CRM(ctx, in.Connection)
	return out, err
}

// figuresChange is what a record of the CRM is to hold.
type figuresChange struct {
	link        record.Link
	before, now record.Values
}

// changed returns the customers whose figures differ from those that were written last.
func (f *keepingFigures) changed(ctx context.Context, customers []string) (map[record.Module][]figuresChange, error) {
	links, err := f.try.Store.Links.OfTargets(ctx, f.in.Connection, record.Customers, customers)
	if err != nil {
		return nil, err
	}
	kept, err := f.try.Store.Transactions.KeptFigures(ctx, f.in.Connection, customers)
	if err != nil {
		return nil, err
	}
	out := map[record.Module][]figuresChange{}
	for _, id := range customers {
		link, ok := links[id]
		if !ok || len(f.fields[link.CRMModule]) == 0 || link.Gone != "" {
			continue
		}
		now, err := f.figuresOf(ctx, id, f.fields[link.CRMModule])
		if err != nil {
			return nil, fmt.Errorf("customer %s: %w", id, err)
		}
		if diff := record.Diff(kept[id], now); len(diff) > 0 {
			out[link.CRMModule] = append(out[link.CRMModule], figuresChange{link: link, before: kept[id], now: now})
		}
	}
	return out, nil
}

// write writes the figures to the CRM, as many records a call as it takes.
func (f *keepingFigures) write(ctx context.Context, changed map[record.Module][]figuresChange, out *steps.FiguresResult) error {
	for module, all := range changed {
		for len(all) > 0 {
			n := min(len(all), f.crm.Capabilities().MaxWrites)
			if err := f.writePage(ctx, module, all[:n], out); err != nil {
				return err
			}
			all = all[n:]
		}
	}
	return nil
}

func (f *keepingFigures) writePage(ctx context.Context, module record.Module, page []figuresChange, out *steps.FiguresResult) error {
	writes := make([]crm.Write, len(page))
	for i, c := range page {
		writes[i] = crm.Write{ID: c.link.CRMID, Values: record.Diff(c.before, c.now)}
	}
	call, cancel := f.try.Calling(ctx)
	defer cancel()
	written, err := f.crm.Update(call, module, writes)
	if err != nil {
		return err
	}
	ops := make([]record.Operation, len(page))
	for i, c := range page {
		ops[i] = f.operation(c, writes[i].Values)
		if i >= len(written) || written[i].Err != nil {
			ops[i].Action, ops[i].Outcome, ops[i].Code, ops[i].Reason = record.ActionFail, record.Failed, "FIGURES_NOT_WRITTEN", "the CRM did not answer for this record"
			var refused *record.Error
			if i < len(written) && errors.As(written[i].Err, &refused) {
				ops[i].Code, ops[i].Reason = refused.Code, "its figures were not written: "+refused.Reason()
			}
			if refused != nil && refused.Kind == record.NotFound { // the next look for deletions finds it
				ops[i].Action, ops[i].Outcome = record.ActionSkip, record.Skipped
			}
			continue
		}
		out.Written++
		if err := f.try.Store.Transactions.KeepFigures(ctx, f.in.Connection, c.link.BillingID, c.now); err != nil {
			return err
		}
	}
	_, err = f.try.Store.Operations.Insert(ctx, ops)
	return err
}

// operation records that figures were written. Their source is the customer's invoices.
func (f *keepingFigures) operation(c figuresChange, after record.Values) record.Operation {
	before := record.Values{}
	for field := range after {
		before[field] = c.before[field]
	}
	return record.Operation{
		ID: f.in.RunID + "-figures-" + c.link.BillingID, Connection: f.in.Connection, Run: f.in.RunID, Entity: record.EntityCustomers,
		SourceModule: record.Invoices, SourceID: c.link.BillingID, TargetModule: c.link.CRMModule, TargetID: c.link.CRMID,
		Action: record.ActionUpdate, State: record.OpDone, Outcome: record.Updated, Changed: true, Rule: RuleFigures,
		Before: before, After: after, PlannedAt: f.try.Now(), DoneAt: f.try.Now(),
	}
}
