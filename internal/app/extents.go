package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"causeway/internal/crm"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store"
)

// Flags of `starter connect` that remedies name.
const (
	flagCustomers = "--customers-extent"
	flagItems     = "--items-extent"
)

// chooseExtents sets the extent of each entity: as asked, or both ways for the first connection of the CRM
// organisation and to billing only for any further one. It refuses two ways on a further connection: two billing
// organisations that both wrote to one CRM would overwrite each other's values.
func chooseExtents(ctx context.Context, st *store.Store, req *ConnectRequest, crmOrg string) error {
	if err := checkChoices(*req); err != nil {
		return err
	}
	first, err := firstOf(ctx, st, crmOrg, req.ID)
	if err != nil {
		return err
	}
	usual := record.Both
	if first != "" {
		usual = record.Fetch
	}
	for _, extent := range []*record.Extent{&req.CustomersExtent, &req.ItemsExtent} {
		if *extent == "" {
			*extent = usual
		}
	}
	return refuseFurther(crmOrg, first, preferencesOf(*req))
}

// checkChoices refuses values that preferences do not know.
func checkChoices(req ConnectRequest) error {
	return errors.Join(
		checkChoice(flagCustomers, req.CustomersExtent, record.Extents()),
		checkChoice(flagItems, req.ItemsExtent, record.Extents()),
		checkChoice("--conflicts", req.Conflicts, record.ConflictRules()),
	)
}

// checkChoice refuses a value that is neither empty nor known.
func checkChoice[S ~string](flag string, value S, known []S) error {
	if value == "" || slices.Contains(known, value) {
		return nil
	}
	return &record.Error{Kind: record.Invalid, Op: "connect", Code: "SETTING",
		Message: fmt.Sprintf("%s=%s is not a known value", flag, value), Remedy: fmt.Sprintf("use one of %q", known)}
}

// firstOf returns the oldest other connection of the CRM organisation, or an empty id.
func firstOf(ctx context.Context, st *store.Store, crmOrg, connection string) (string, error) {
	ids, err := st.Connections.OfCRM(ctx, crmOrg)
	for _, id := range ids {
		if id != connection {
			return id, nil
		}
	}
	return "", err
}

// refuseFurther refuses two ways on a connection that is not its CRM organisation's first.
func refuseFurther(crmOrg, first string, p record.Preferences) error {
	return withFlags(record.RefuseFurther(crmOrg, first, p))
}

// withFlags puts the flags of `starter connect` into the remedy for a further connection.
func withFlags(err error) error {
	var refused *record.Error
	if !errors.As(err, &refused) || refused.Code != record.CodeNotFirst {
		return err
	}
	out := *refused
	out.Remedy = fmt.Sprintf("use %s=%s and %s=%s", flagCustomers, record.Fetch, flagItems, record.Fetch)
	return &out
}

// bothWays returns the CRM modules that the request wants to write.
func (r ConnectRequest) bothWays() []record.Module {
	return slices.DeleteFunc(slices.Clone(reconcile.CRMModules(r.Mode)), func(m record.Module) bool {
		if m == record.Products {
			return r.ItemsExtent != record.Both
		}
		return r.CustomersExtent != record.Both
	})
}

// checkWrites checks that the credential may change the CRM, if anything goes both ways.
func checkWrites(ctx context.Context, port crm.Port, req ConnectRequest) error {
	modules := req.bothWays()
	if len(modules) == 0 {
		return nil
	}
	err := port.CheckScopes(ctx, modules, crm.Uses{Write: true})
	var refused *record.Error
	if errors.As(err, &refused) && refused.Kind == record.Unauthorized {
		out := *refused
		out.Remedy = orFetch(out.Remedy)
		return &out
	}
	return err
}

// orFetch adds the remedy that needs nothing of the CRM. The user may not have asked for both ways.
func orFetch(remedy string) string {
	other := fmt.Sprintf("connect with %s=%s and %s=%s, which write nothing to the CRM", flagCustomers, record.Fetch, flagItems, record.Fetch)
	if remedy == "" {
		return other
	}
	return remedy + "; or " + other
}

// checkMarker checks that records created in the CRM can carry our marker in the field crm.MarkerField. Without it a
// record could be created twice.
func checkMarker(req ConnectRequest, fields map[record.Module][]record.Field) error {
	for _, m := range req.bothWays() {
		i := slices.IndexFunc(fields[m], func(f record.Field) bool { return f.Name == crm.MarkerField })
		what := ""
		switch {
		case i < 0:
			what = "has no field " + crm.MarkerField
		case !fields[m][i].Unique:
			what = "has a field " + crm.MarkerField + " that allows duplicate values"
		default:
			continue
		}
		return &record.Error{Kind: record.Invalid, Side: record.CRM, Op: "check the marker field of " + string(m), Code: "MARKER_FIELD",
			Message: fmt.Sprintf("the CRM's module %s %s; Causeway needs a unique one there to create records", m, what),
			Remedy: orFetch(fmt.Sprintf("in the CRM's setup, add a single-line text field with the API name %s to %s, and choose "+
				"\"Do not allow duplicate values\"", crm.MarkerField, m))}
	}
	return nil
}
