package verify

import (
	"context"
	"fmt"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// Run verifies a connection by its newest preferences. An error means that the verification could not be done.
// Findings are in the report.
func Run(ctx context.Context, st Store, crmPort crm.Port, billingPort billing.Port, connection string, o Options) (Report, error) {
	conn, err := st.Connections.Get(ctx, connection)
	if err != nil {
		return Report{}, err
	}
	prefs, err := st.Connections.Preferences(ctx, connection, 0)
	if err != nil {
		return Report{}, err
	}
	if o.InFlight <= 0 {
		o.InFlight = defaultInFlight
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	v := &verification{
		store: st, crm: crmPort, billing: billingPort, connection: conn, prefs: prefs, maps: mapping.Of(prefs), o: o,
		lists: map[record.Entity]rows{}, persons: newPersons(), members: map[record.Module]map[string]bool{},
		report: Report{Differences: []Difference{}, Missing: []Missing{}, Extra: []Extra{}, Explained: []Explained{}},
	}
	if err := v.run(ctx); err != nil {
		return Report{}, fmt.Errorf("verify connection %s: %w", connection, err)
	}
	return v.report, nil
}

func (v *verification) run(ctx context.Context) error {
	// Billing is listed first. A record that a sync creates meanwhile is then found by its link.
	for _, entity := range []record.Entity{record.EntityCustomers, record.EntityItems} {
		if err := v.list(ctx, entity); err != nil {
			return err
		}
	}
	if err := v.makeSample(ctx); err != nil {
		return err
	}
	for _, module := range reconcile.CRMModules(v.prefs.Customers.Mode) {
		if err := v.listMembers(ctx, module); err != nil {
			return err
		}
		if err := v.compareModule(ctx, module); err != nil {
			return err
		}
	}
	if err := v.findExtra(ctx); err != nil {
		return err
	}
	return v.findNotInCRM(ctx)
}
