package activities

import (
	"context"
	"slices"
	"strings"

	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/worklist"
	"causeway/workflows/contract"
)

// learnDrift looks whether the CRM's fields are still what the maps were saved for. A map whose field is not
// rests in this run; the others go on. Billing has no call that tells its custom fields: there a field that
// is gone shows itself by the refusal of a write, which names it, or by what the plan finds. What it found stays
// where a run goes on that was paused.
func (p *part) learnDrift(ctx context.Context, run string, prefs record.Preferences, port crm.Port) error {
	fields := map[record.Module][]record.Field{}
	for _, m := range reconcile.CRMModules(prefs.Customers.Mode) {
		found, err := port.Fields(ctx, m)
		if err != nil {
			return err
		}
		fields[m] = found
	}
	begun, err := p.Store.Runs.Get(ctx, run)
	if err != nil {
		return err
	}
	seen := slices.DeleteFunc(begun.Drift, func(d record.Drift) bool { return d.Side != record.Billing })
	return p.Store.Runs.SetDrift(ctx, run, append(mapping.Drifts(prefs, fields, nil), seen...))
}

// customField begins the name of each of billing's custom fields.
const customField = "cf_"

// learnGone looks, before items are planned, for mapped custom fields that no item of billing's list shows any more,
// which is read whole. Where the sync goes both ways their absence would be taken for an edit of each item, and
// blank the CRM's.
func (p *part) learnGone(ctx context.Context, in contract.EntityInput) error {
	if in.From != nil || record.Entity(in.Entity) != record.EntityItems {
		return nil
	}
	prefs, err := p.preferences(ctx, in.Connection, in.RunID)
	if err != nil || prefs.Items.Extent != record.Both {
		return err
	}
	var gone []record.Drift
	for _, m := range prefs.Items.Map {
		if !returnsCustom(m) {
			continue
		}
		is, err := p.Store.Worklist.FieldGone(ctx, in.Connection, record.EntityItems, m.Target)
		if err != nil {
			return err
		}
		if is {
			gone = append(gone, mapping.GoneFromBilling(record.EntityItems, record.Products, m))
		}
	}
	return p.addDrift(ctx, in.RunID, gone)
}

// returnsCustom says that the map fills a field of the CRM from a custom one of billing.
func returnsCustom(m record.FieldMap) bool {
	return strings.HasPrefix(m.Target, customField) && (m.Direction == record.ToCRM || m.Direction == record.BothWays)
}

func (p *part) addDrift(ctx context.Context, run string, drift []record.Drift) error {
	if len(drift) == 0 {
		return nil
	}
	begun, err := p.Store.Runs.Get(ctx, run)
	if err != nil {
		return err
	}
	return p.Store.Runs.SetDrift(ctx, run, append(begun.Drift, drift...))
}

// half is a customer of billing, read whole, with its link.
type half struct {
	link   *record.Link
	record *record.Record
}

// watchCustom looks whether a custom field that customers have lost since both sides agreed is gone from billing
// altogether, before their absence is taken for edits. Their lists show no custom fields, so that one or two others
// are read that are known to have had it. Where it is gone its map rests from here on: the page is planned anew.
func (pl *planning) watchCustom(ctx context.Context, halves []half) error {
	if !pl.both || pl.entity != record.EntityCustomers {
		return nil
	}
	var gone []record.Drift
	for _, module := range []record.Module{record.Accounts, record.Contacts} {
		for _, m := range pl.maps.For(pl.entity, module) {
			if !returnsCustom(m) || !lost(halves, module, m.Target) {
				continue
			}
			is, err := pl.isGone(ctx, m.Target)
			if err != nil {
				return err
			}
			if is {
				gone = append(gone, mapping.GoneFromBilling(pl.entity, module, m))
			}
		}
	}
	if len(gone) == 0 {
		return nil
	}
	if err := pl.addDrift(ctx, pl.in.RunID, gone); err != nil {
		return err
	}
	return errOver
}

// halvesOf are the customers of a page, whichever side it is of.
func halvesOf(due []worklist.Due) []half {
	out := make([]half, len(due))
	for i, d := range due {
		out[i] = half{link: d.Link, record: &due[i].Record}
		if d.Record.Side == record.CRM {
			out[i].record = d.Target
		}
	}
	return out
}

// lost says that one of the customers shows a field no more that both sides agreed on.
func lost(halves []half, module record.Module, field string) bool {
	return slices.ContainsFunc(halves, func(h half) bool {
		if h.link == nil || h.record == nil || !h.record.Whole || h.link.CRMModule != module {
			return false
		}
		_, shown := h.record.Values[field]
		return !shown && !record.EqualValues(h.link.Base[field], nil)
	})
}

// mostWitnesses is how many other customers are read to learn whether a field is still there.
const mostWitnesses = 2

// isGone says whether none of the customers shows the field that did when they were last read.
func (pl *planning) isGone(ctx context.Context, field string) (bool, error) {
	witnesses, err := pl.Store.Mirror.Showing(ctx, pl.in.Connection, pl.entity, field, mostWitnesses)
	if err != nil {
		return false, err
	}
	if len(witnesses) == 0 {
		return pl.Store.Worklist.FieldGone(ctx, pl.in.Connection, pl.entity, field)
	}
	read, err := pl.readWhole(ctx, witnesses)
	if err != nil {
		return false, err
	}
	lacking := 0
	for _, r := range read {
		if _, shown := r.Values[field]; shown {
			return false, nil
		}
		if r.Whole { // one that could not be read says nothing
			lacking++
		}
	}
	return lacking > 0, nil
}
