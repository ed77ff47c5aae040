package plan

import (
	"context"
	"slices"
	"strings"

	"causeway/activities/attempt"
	"causeway/internal/mapping/check"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/worklist"
)

// customField is how the name of each of billing's custom fields begins.
const customField = "cf_"

// learnGone looks, before items are planned, for mapped custom fields that no item of billing's list shows any more.
// That list is read whole. Where the sync goes both ways the missing values would look like edits of all items, and
// would blank the CRM's.
func learnGone(ctx context.Context, try *attempt.Attempt, in steps.EntityInput) error {
	if in.From != nil || record.Entity(in.Entity) != record.EntityItems {
		return nil
	}
	prefs, err := try.Preferences(ctx, in.Connection, in.RunID)
	if err != nil || prefs.Items.Extent != record.Both {
		return err
	}
	var gone []record.Drift
	for _, m := range prefs.Items.Map {
		if !returnsCustom(m) {
			continue
		}
		is, err := try.Store.Worklist.FieldGone(ctx, in.Connection, record.EntityItems, m.Target)
		if err != nil {
			return err
		}
		if is {
			gone = append(gone, check.GoneFromBilling(record.EntityItems, record.Products, m))
		}
	}
	return addDrift(ctx, try, in.RunID, gone)
}

// returnsCustom reports whether the map fills a field of the CRM from a custom field of billing.
func returnsCustom(m record.FieldMap) bool {
	return strings.HasPrefix(m.Target, customField) && (m.Direction == record.ToCRM || m.Direction == record.BothWays)
}

func addDrift(ctx context.Context, try *attempt.Attempt, run string, drift []record.Drift) error {
	if len(drift) == 0 {
		return nil
	}
	begun, err := try.Store.Runs.Get(ctx, run)
	if err != nil {
		return err
	}
	return try.Store.Runs.SetDrift(ctx, run, append(begun.Drift, drift...))
}

// half is a customer of billing, read whole, with its link.
type half struct {
	link   *record.Link
	record *record.Record
}

// watchCustom looks whether a custom field that customers have lost since both sides agreed is gone from billing
// altogether, before the missing values look like edits. Lists of customers show no custom fields, so it reads one or
// two other customers that had the field. If the field is gone its map is not used from here on, and the page is
// planned once more.
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
				gone = append(gone, check.GoneFromBilling(pl.entity, module, m))
			}
		}
	}
	if len(gone) == 0 {
		return nil
	}
	if err := addDrift(ctx, pl.try, pl.in.RunID, gone); err != nil {
		return err
	}
	return attempt.ErrOver
}

// halvesOf returns the customers of a page, whichever side the page is of.
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

// lost reports whether one of the customers no longer shows a field that both sides agreed on.
func lost(halves []half, module record.Module, field string) bool {
	return slices.ContainsFunc(halves, func(h half) bool {
		if h.link == nil || h.record == nil || !h.record.Whole || h.link.CRMModule != module {
			return false
		}
		_, shown := h.record.Values[field]
		return !shown && !record.EqualValues(h.link.Base[field], nil)
	})
}

// mostWitnesses is how many other customers are read to learn whether a field still exists.
const mostWitnesses = 2

// isGone reports whether none of the customers that had the field when they were last read shows it now.
func (pl *planning) isGone(ctx context.Context, field string) (bool, error) {
	witnesses, err := pl.try.Store.Mirror.Showing(ctx, pl.in.Connection, pl.entity, field, mostWitnesses)
	if err != nil {
		return false, err
	}
	if len(witnesses) == 0 {
		return pl.try.Store.Worklist.FieldGone(ctx, pl.in.Connection, pl.entity, field)
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
		if r.Whole { // a customer that could not be read proves nothing
			lacking++
		}
	}
	return lacking > 0, nil
}
