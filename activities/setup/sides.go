package setup

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"causeway/activities/attempt"
	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/mapping/check"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// checkSides checks an edit against what both sides allow and hold.
func checkSides(ctx context.Context, env *attempt.Environment, conn record.Connection, was, now record.Preferences) ([]contract.Problem, error) {
	e := &edit{
		conn: conn, was: was, now: now, crmModules: reconcile.CRMModules(now.Customers.Mode),
		crmFields: map[record.Module][]record.Field{}, otherFields: map[record.Module][]record.Field{},
		customerBoth: now.Customers.Extent == record.Both, itemsBoth: now.Items.Extent == record.Both,
	}
	var err error
	if e.crm, err = env.Sides.CRM(ctx, conn.ID); err != nil {
		return nil, err
	}
	if e.billing, err = env.Sides.Billing(ctx, conn.ID); err != nil {
		return nil, err
	}
	// Without its scopes a side answers none of the other checks.
	found, err := e.checkScopes(ctx)
	if err != nil || len(found) > 0 {
		return found, err
	}
	for _, look := range []func(context.Context) ([]contract.Problem, error){
		e.checkViews, e.checkFields, e.checkCurrencies, e.checkFigures,
		func(ctx context.Context) ([]contract.Problem, error) { return checkTransactions(ctx, env, e) },
	} {
		more, err := look(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// checkScopes checks that the credentials may do what a sync asks of them.
func (e *edit) checkScopes(ctx context.Context) ([]contract.Problem, error) {
	var out []contract.Problem
	for _, look := range []struct {
		side  record.Side
		check func() error
	}{
		{record.CRM, func() error {
			return e.crm.CheckScopes(ctx, e.crmModules, crm.Uses{Write: e.customerBoth || e.itemsBoth || KeepsFigures(e.now), Views: e.choosesView()})
		}},
		{record.Billing, func() error { return e.billing.CheckScopes(ctx, []record.Module{record.Customers, record.Items}) }},
	} {
		err := look.check()
		var refused *record.Error
		if errors.As(err, &refused) && refused.Kind == record.Unauthorized {
			out = append(out, contract.Problem{Setting: "credential of " + look.side.Name(), Code: codeCredential, Reason: refused.Reason()})
		} else if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// checkViews checks that the views that the edit chooses exist.
func (e *edit) checkViews(ctx context.Context) ([]contract.Problem, error) {
	var out []contract.Problem
	for _, m := range e.crmModules {
		chosen := e.chosen(m)
		if chosen == nil {
			continue
		}
		views, err := e.crm.Views(ctx, m)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(views, func(v record.View) bool { return v.ID == chosen.ID }) {
			out = append(out, contract.Problem{Setting: "view of " + string(m), Code: codeView,
				Reason: fmt.Sprintf("the CRM has no view %s of %s, or its user may not see it; choose another view, or `all`", chosen.ID, m)})
		}
	}
	return out, nil
}

// checkFields checks the field maps, and the marker field where records will be made in the CRM.
func (e *edit) checkFields(ctx context.Context) ([]contract.Problem, error) {
	if err := e.readFields(ctx); err != nil {
		return nil, err
	}
	// A map that was already wrong, and that the edit does not touch, has drifted since it was saved. The connection
	// shows that; it must not prevent the edit.
	before := map[mapping.Problem]bool{}
	for _, p := range check.Check(e.was, e.crmFields, e.otherFields) {
		before[p] = true
	}
	var out []contract.Problem
	for _, p := range check.Check(e.now, e.crmFields, e.otherFields) {
		if !before[p] {
			out = append(out, contract.Problem{Setting: mapName(p), Field: p.Field, Target: p.Target, Code: codeMap, Reason: p.Reason})
		}
	}
	return append(out, e.checkMarkers()...), nil
}

// readFields reads the fields of both sides, for the modules that both versions sync: their maps are compared.
func (e *edit) readFields(ctx context.Context) (err error) {
	for _, m := range e.crmModules {
		if e.crmFields[m], err = e.crm.Fields(ctx, m); err != nil {
			return err
		}
	}
	for _, entity := range reconcile.Entities(e.now.Customers.Mode) {
		if e.otherFields[entity.Module()], err = e.billing.Fields(ctx, entity.Module()); err != nil {
			return err
		}
	}
	return nil
}

// mapName is what a user calls the map.
func mapName(p mapping.Problem) string {
	switch {
	case p.Entity == record.EntityContactPersons:
		return "map of contact persons"
	case p.Module == record.Accounts:
		return "map of accounts"
	case p.Module == record.Contacts:
		return "map of contacts"
	default:
		return "map of items"
	}
}

// checkMarkers checks that records made in the CRM can carry our marker: without it a record could be made twice.
func (e *edit) checkMarkers() []contract.Problem {
	var out []contract.Problem
	for _, m := range e.crmModules {
		setting, both := settingCustomer, e.customerBoth
		if m == record.Products {
			setting, both = settingItems, e.itemsBoth
		}
		if !both {
			continue
		}
		i := slices.IndexFunc(e.crmFields[m], func(f record.Field) bool { return f.Name == crm.MarkerField })
		what := ""
		switch {
		case i < 0:
			what = "is missing"
		case !e.crmFields[m][i].Unique:
			what = "may hold one value twice"
		default:
			continue
		}
		out = append(out, contract.Problem{Setting: setting, Field: crm.MarkerField, Code: codeMarker,
			Reason: fmt.Sprintf("%s in the CRM's module %s, and records that are made there need it; add a single-line text field of that API name "+
				"that allows no duplicate values, or use %s", what, m, record.Fetch)})
	}
	return out
}

// checkCurrencies compares the base currencies before changed maps are saved, if the CRM has multi-currency on:
// amounts are in these currencies.
func (e *edit) checkCurrencies(ctx context.Context) ([]contract.Problem, error) {
	if reflect.DeepEqual(mapping.Of(e.was), mapping.Of(e.now)) {
		return nil, nil
	}
	theirs, err := organization(ctx, e.crm.Organizations, e.conn.CRMOrg)
	if err != nil || !theirs.MultiCurrency {
		return nil, err
	}
	ours, err := organization(ctx, e.billing.Organizations, e.conn.BillingOrg)
	if err != nil || theirs.BaseCurrency == ours.BaseCurrency {
		return nil, err
	}
	return []contract.Problem{{Setting: "field maps", Code: codeCurrency,
		Reason: fmt.Sprintf("the CRM organisation has multi-currency on with the base currency %s, and the billing organisation has %s; "+
			"change one of them, so that both are the same", theirs.BaseCurrency, ours.BaseCurrency)}}, nil
}

func organization(ctx context.Context, list func(context.Context) ([]record.Organization, error), id string) (record.Organization, error) {
	all, err := list(ctx)
	if err != nil {
		return record.Organization{}, err
	}
	if i := slices.IndexFunc(all, func(o record.Organization) bool { return o.ID == id }); i >= 0 {
		return all[i], nil
	}
	return record.Organization{}, &record.Error{Kind: record.NotFound, Op: "look for the organisation", Code: "ORGANIZATION_UNKNOWN",
		Message: "the credential can no longer see the organisation " + id, Remedy: "give it access again, or connect with another credential"}
}

// CheckInside checks what a sync needs inside both organisations, as connecting does: the marker fields, and equal
// base currencies.
func CheckInside(ctx context.Context, env *attempt.Environment, conn record.Connection, prefs record.Preferences) error {
	billingPort, err := env.Sides.Billing(ctx, conn.ID)
	if err != nil {
		return err
	}
	if _, err := billingPort.Probe(ctx, BillingModules); err != nil {
		return err
	}
	crmPort, err := env.Sides.CRM(ctx, conn.ID)
	if err != nil {
		return err
	}
	e := &edit{
		conn: conn, now: prefs, crm: crmPort, billing: billingPort, crmModules: reconcile.CRMModules(prefs.Customers.Mode),
		crmFields: map[record.Module][]record.Field{}, otherFields: map[record.Module][]record.Field{},
		customerBoth: prefs.Customers.Extent == record.Both, itemsBoth: prefs.Items.Extent == record.Both,
	}
	for _, m := range e.crmModules {
		if e.crmFields[m], err = crmPort.Fields(ctx, m); err != nil {
			return err
		}
	}
	found := e.checkMarkers()
	currencies, err := e.checkCurrencies(ctx)
	if err != nil {
		return err
	}
	if found = append(found, currencies...); len(found) == 0 {
		return nil
	}
	return &record.Error{Kind: record.Invalid, Op: "check both sides", Code: found[0].Code, Message: found[0].String()}
}
