package activities

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/mapping/check"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// edit is an edit of preferences while it is checked against both sides.
type edit struct {
	conn         record.Connection
	was, now     record.Preferences
	crm          crm.Port
	billing      billing.Port
	crmModules   []record.Module
	crmFields    map[record.Module][]record.Field
	otherFields  map[record.Module][]record.Field
	customerBoth bool
	itemsBoth    bool
}

// checkSides checks an edit by what both sides allow and hold.
func (s *Setup) checkSides(ctx context.Context, conn record.Connection, was, now record.Preferences) ([]contract.Problem, error) {
	e := &edit{
		conn: conn, was: was, now: now, crmModules: reconcile.CRMModules(now.Customers.Mode),
		crmFields: map[record.Module][]record.Field{}, otherFields: map[record.Module][]record.Field{},
		customerBoth: now.Customers.Extent == record.Both, itemsBoth: now.Items.Extent == record.Both,
	}
	var err error
	if e.crm, err = s.Sides.CRM(ctx, conn.ID); err != nil {
		return nil, err
	}
	if e.billing, err = s.Sides.Billing(ctx, conn.ID); err != nil {
		return nil, err
	}
	// Without its scopes a side tells nothing of the rest.
	found, err := e.checkScopes(ctx)
	if err != nil || len(found) > 0 {
		return found, err
	}
	for _, look := range []func(context.Context) ([]contract.Problem, error){
		e.checkViews, e.checkFields, e.checkCurrencies, e.checkFigures,
		func(ctx context.Context) ([]contract.Problem, error) { return s.checkTransactions(ctx, e) },
	} {
		more, err := look(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// checkScopes checks that the credentials may do what a sync would ask of them.
func (e *edit) checkScopes(ctx context.Context) ([]contract.Problem, error) {
	var out []contract.Problem
	for _, look := range []struct {
		side  record.Side
		check func() error
	}{
		{record.CRM, func() error {
			return e.crm.CheckScopes(ctx, e.crmModules, crm.Uses{Write: e.customerBoth || e.itemsBoth || keepsFigures(e.now), Views: e.choosesView()})
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

// choosesView says that the edit chooses a view.
func (e *edit) choosesView() bool {
	return slices.ContainsFunc(e.crmModules, func(m record.Module) bool { return e.chosen(m) != nil })
}

// chosen is the module's view where the edit chooses it. One that was chosen before and has been deleted since, or
// may no longer be read, is no fault of this edit: the run says so.
func (e *edit) chosen(m record.Module) *record.View {
	now, before := e.now.View(m), e.was.View(m)
	if now != nil && before != nil && before.ID == now.ID {
		return nil
	}
	return now
}

// hasView says that a view bounds what is fetched from one of the modules.
func hasView(p record.Preferences, modules []record.Module) bool {
	return slices.ContainsFunc(modules, func(m record.Module) bool { return p.View(m) != nil })
}

// checkViews looks for the views that the edit chooses.
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
			out = append(out, contract.Problem{Setting: record.SettingView(m), Code: codeView,
				Reason: fmt.Sprintf("the CRM has no view %s of %s, or its user may not see it; choose another view, or all records", chosen.ID, m)})
		}
	}
	return out, nil
}

// checkFields checks the field maps, and the marker field where records will be made in the CRM.
func (e *edit) checkFields(ctx context.Context) ([]contract.Problem, error) {
	if err := e.readFields(ctx); err != nil {
		return nil, err
	}
	// What was wrong before the edit and is not touched by it drifted since: the connection shows it, and it
	// must not stand in the way of the edit.
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

// readFields reads the fields of both sides. Of the modules that both versions sync: the maps are compared.
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

// markerField is the CRM's unique custom field that holds our marker (CONTRACT, "Decided").
const markerField = "Causeway_ID"

// checkMarkers makes sure that what is made in the CRM can carry our marker: without it, a record could be made
// twice.
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
		i := slices.IndexFunc(e.crmFields[m], func(f record.Field) bool { return f.Name == markerField })
		what := ""
		switch {
		case i < 0:
			what = "is missing"
		case !e.crmFields[m][i].Unique:
			what = "may hold one value twice"
		default:
			continue
		}
		out = append(out, contract.Problem{Setting: setting, Field: markerField, Code: codeMarker,
			Reason: fmt.Sprintf("%s in the CRM's module %s, and what is made there needs it; add a single-line text field of that API name there "+
				"and have it allow no duplicate values, or use %s", what, m, record.Fetch)})
	}
	return out
}

// checkCurrencies compares the base currencies before changed maps are saved, where the CRM has multi-currency
// on: amounts are in these.
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
		Reason: fmt.Sprintf("the CRM organisation has multi-currency on with the base currency %s, the billing organisation has %s; "+
			"change one of them: both must have the same", theirs.BaseCurrency, ours.BaseCurrency)}}, nil
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
		Message: "the credential no longer sees the organisation " + id, Remedy: "give it access again, or connect with another credential"}
}
