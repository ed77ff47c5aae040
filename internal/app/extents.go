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

// The flags of `starter connect` that remedies name.
const (
	flagCustomers = "--customers-extent"
	flagItems     = "--items-extent"
)

// direct settles which way each entity goes: as asked, else both ways for the first connection of the CRM
// organisation, and to billing only for any further one. Two billing organisations that both write to one
// CRM would undo each other's work, so asking for that is refused.
func direct(ctx context.Context, st *store.Store, req *ConnectRequest, crmOrg string) error {
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

// checkChoices refuses words that no preferences know.
func checkChoices(req ConnectRequest) error {
	known := func(flag, value string, words ...string) error {
		if slices.Contains(words, value) {
			return nil
		}
		return &record.Error{Kind: record.Invalid, Op: "connect", Code: "SETTING",
			Message: fmt.Sprintf("%s %q is not known", flag, value), Remedy: fmt.Sprintf("use one of %q", words[1:])}
	}
	return errors.Join(
		known(flagCustomers, string(req.CustomersExtent), "", string(record.Fetch), string(record.Both)),
		known(flagItems, string(req.ItemsExtent), "", string(record.Fetch), string(record.Both)),
		known("--conflicts", string(req.Conflicts), "", string(record.CRMWins), string(record.BillingWins), string(record.NewestWins), string(record.AskWins)),
	)
}

// firstOf is the oldest other connection of the CRM organisation, empty where there is none.
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

// withFlags has the remedy of a further connection name the flags of `starter connect`.
func withFlags(err error) error {
	var refused *record.Error
	if !errors.As(err, &refused) || refused.Code != record.CodeNotFirst {
		return err
	}
	told := *refused
	told.Remedy = fmt.Sprintf("use %s=%s and %s=%s", flagCustomers, record.Fetch, flagItems, record.Fetch)
	return &told
}

// bothWays are the CRM's modules that the request has written to.
func (r ConnectRequest) bothWays() []record.Module {
	return slices.DeleteFunc(slices.Clone(reconcile.CRMModules(r.Mode)), func(m record.Module) bool {
		if m == record.Products {
			return r.ItemsExtent != record.Both
		}
		return r.CustomersExtent != record.Both
	})
}

// checkWrites makes sure that the credential may change the CRM, where something goes both ways.
func checkWrites(ctx context.Context, port crm.Port, req ConnectRequest) error {
	modules := req.bothWays()
	if len(modules) == 0 {
		return nil
	}
	err := port.CheckScopes(ctx, modules, crm.Uses{Write: true})
	var refused *record.Error
	if errors.As(err, &refused) && refused.Kind == record.Unauthorized {
		told := *refused
		told.Remedy = orFetch(told.Remedy)
		return &told
	}
	return err
}

// orFetch adds the way out that needs nothing of the CRM: both may not have been asked for.
func orFetch(remedy string) string {
	other := fmt.Sprintf("connect with %s=%s and %s=%s, which write nothing to the CRM", flagCustomers, record.Fetch, flagItems, record.Fetch)
	if remedy == "" {
		return other
	}
	return remedy + "; or " + other
}

// crmMarker is the CRM's unique custom field that holds our marker (CONTRACT, "Decided").
const crmMarker = "Causeway_ID"

// checkMarker makes sure that what is made in the CRM can carry our marker: without it, a record could be
// made twice.
func checkMarker(req ConnectRequest, fields map[record.Module][]record.Field) error {
	for _, m := range req.bothWays() {
		i := slices.IndexFunc(fields[m], func(f record.Field) bool { return f.Name == crmMarker })
		what := ""
		switch {
		case i < 0:
			what = "has no field " + crmMarker
		case !fields[m][i].Unique:
			what = "has a field " + crmMarker + " that may hold one value twice"
		default:
			continue
		}
		return &record.Error{Kind: record.Invalid, Side: record.CRM, Op: "check the marker field of " + string(m), Code: "MARKER_FIELD",
			Message: fmt.Sprintf("the CRM's module %s %s, and what is made there needs a unique one", m, what),
			Remedy: orFetch(fmt.Sprintf("in the CRM's setup, add a single-line text field of the API name %s to %s, and choose "+
				"\"Do not allow duplicate values\"", crmMarker, m))}
	}
	return nil
}
