package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/transaction"
	"causeway/workflows/contract"
)

// RuleFigures is the rule of an operation that wrote figures to a field of the CRM.
const RuleFigures = "figures"

// keepsFigures says that figures are kept in the CRM: they are made of invoices.
func keepsFigures(p record.Preferences) bool { return len(p.Figures) > 0 && p.Pushes(record.Invoice) }

// figuresPage is how many customers are looked at before what changed of them is written.
const figuresPage = 100

// KeepFigures writes the figures of the next customers to the fields of the CRM that hold them, of those whose figures
// have changed since they were written last. What a record refuses is one operation that failed, and is tried again
// by the next sync. An attempt that was cut off writes the same values again.
func (s *Sync) KeepFigures(ctx context.Context, in contract.FiguresInput) (contract.FiguresResult, error) {
	ctx, p := s.begin(ctx, in.RunID)
	defer p.close()
	out, err := p.keepFigures(ctx, in)
	return out, ended(ctx, "write figures to the CRM", err)
}

func (p *part) keepFigures(ctx context.Context, in contract.FiguresInput) (contract.FiguresResult, error) {
	out := contract.FiguresResult{Next: &record.Cursor{}}
	if in.After != nil {
		*out.Next = *in.After
	}
	f, err := p.figureFields(ctx, in)
	if err != nil {
		return out, err
	}
	for !out.Done && !p.over(ctx, out.Written) {
		ids, err := p.Store.Transactions.InvoicedCustomers(ctx, in.Connection, out.Next.ID, figuresPage)
		if err != nil {
			return out, err
		}
		changed, err := f.changed(ctx, ids)
		if err == nil {
			err = f.write(ctx, changed, &out)
		}
		if halted(ctx, err) {
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
	*part
	in     contract.FiguresInput
	crm    crm.Port
	port   billing.Transactions
	fields map[record.Module][]record.FigureField
}

// figureFields are the fields that hold figures, but for those that the CRM has no more: the connection shows these as
// drift.
func (p *part) figureFields(ctx context.Context, in contract.FiguresInput) (*keepingFigures, error) {
	run, err := p.Store.Runs.Get(ctx, in.RunID)
	if err != nil {
		return nil, err
	}
	prefs, err := p.Store.Connections.Preferences(ctx, in.Connection, run.Preferences)
	if err != nil {
		return nil, err
	}
	gone := map[record.Ref]bool{}
	for _, d := range run.Drift {
		if d.Side == record.CRM {
			gone[record.Ref{Module: d.Module, ID: d.Field}] = true
		}
	}
	out := &keepingFigures{part: p, in: in, fields: map[record.Module][]record.FigureField{}}
	for _, f := range prefs.Figures {
		if !gone[record.Ref{Module: f.Module, ID: f.Field}] {
			out.fields[f.Module] = append(out.fields[f.Module], f)
		}
	}
	sides, ok := p.Sides.(PushSides)
	if !ok {
		return nil, &record.Error{Kind: record.Invalid, Op: "write figures", Code: billing.CodeNotOffered, Message: "this worker was built without transactions"}
	}
	if out.port, err = sides.Transactions(ctx, in.Connection); err != nil {
		return nil, err
	}
	out.crm, err = p.Sides.CRM(ctx, in.Connection)
	return out, err
}

// figuresChange is what a record of the CRM is to hold.
type figuresChange struct {
	link        record.Link
	before, now record.Values
}

// changed are those of the customers whose figures are not those that were written last.
func (f *keepingFigures) changed(ctx context.Context, customers []string) (map[record.Module][]figuresChange, error) {
	links, err := f.Store.Links.OfTargets(ctx, f.in.Connection, record.Customers, customers)
	if err != nil {
		return nil, err
	}
	kept, err := f.Store.Transactions.KeptFigures(ctx, f.in.Connection, customers)
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

// figuresOf are a customer's figures, by the CRM's fields: those of its own currency, where it has invoices in several.
func (f *keepingFigures) figuresOf(ctx context.Context, customer string, fields []record.FigureField) (record.Values, error) {
	sums, today := transaction.Sums{}, f.Now().Format(time.DateOnly)
	err := f.Store.Transactions.EachReceivable(ctx, f.in.Connection, customer, func(r record.Receivable) error { return sums.Add(r, today) })
	if err != nil {
		return nil, err
	}
	own := ""
	if len(sums) != 1 || asksCredits(fields) {
		live, err := f.port.CustomerFigures(ctx, customer)
		if err != nil {
			return nil, err
		}
		sums.Credit(live.Currency, live.UnusedCredits)
		own = live.Currency
	}
	out := record.Values{}
	for _, figures := range sums.Figures() {
		if own != "" && figures.Currency != own {
			continue
		}
		for _, field := range fields {
			out[field.Field] = figureValue(field.Figure, figures)
		}
	}
	return out, nil
}

func asksCredits(fields []record.FigureField) bool {
	for _, f := range fields {
		if f.Figure == transaction.UnusedCredits {
			return true
		}
	}
	return false
}

// figureValue is a figure as a field holds it: an amount is a number, and what there is none of is nothing.
func figureValue(figure string, of transaction.Figures) any {
	text := of.Named(figure)
	switch {
	case text == "":
		return nil
	case transaction.IsAmount(figure):
		return json.Number(text)
	}
	return text
}

// write has the CRM hold the figures, as many records a call as it takes.
func (f *keepingFigures) write(ctx context.Context, changed map[record.Module][]figuresChange, out *contract.FiguresResult) error {
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

func (f *keepingFigures) writePage(ctx context.Context, module record.Module, page []figuresChange, out *contract.FiguresResult) error {
	writes := make([]crm.Write, len(page))
	for i, c := range page {
		writes[i] = crm.Write{ID: c.link.CRMID, Values: record.Diff(c.before, c.now)}
	}
	call, cancel := context.WithTimeout(ctx, f.Timing.Call)
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
			if refused != nil && refused.Kind == record.NotFound { // the next look at what was deleted finds that
				ops[i].Action, ops[i].Outcome = record.ActionSkip, record.Skipped
			}
			continue
		}
		out.Written++
		if err := f.Store.Transactions.KeepFigures(ctx, f.in.Connection, c.link.BillingID, c.now); err != nil {
			return err
		}
	}
	_, err = f.Store.Operations.Insert(ctx, ops)
	return err
}

// operation tells of figures that were written. Their source is the customer's invoices.
func (f *keepingFigures) operation(c figuresChange, after record.Values) record.Operation {
	before := record.Values{}
	for field := range after {
		before[field] = c.before[field]
	}
	return record.Operation{
		ID: f.in.RunID + "-figures-" + c.link.BillingID, Connection: f.in.Connection, Run: f.in.RunID, Entity: record.EntityCustomers,
		SourceModule: record.Invoices, SourceID: c.link.BillingID, TargetModule: c.link.CRMModule, TargetID: c.link.CRMID,
		Action: record.ActionUpdate, State: record.OpDone, Outcome: record.Updated, Changed: true, Rule: RuleFigures,
		Before: before, After: after, PlannedAt: f.Now(), DoneAt: f.Now(),
	}
}
