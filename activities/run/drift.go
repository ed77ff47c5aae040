package run

import (
	"context"
	"slices"

	"causeway/activities/attempt"
	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// learnDrift looks whether the CRM's fields are still what the maps were saved for. A map whose field is not
// rests in this run; the others go on. Billing has no call that tells its custom fields: there a field that
// is gone shows itself by the refusal of a write, which names it, or by what the plan finds. What it found stays
// where a run goes on that was paused.
func learnDrift(ctx context.Context, try *attempt.Attempt, run string, prefs record.Preferences, port crm.Port) error {
	fields := map[record.Module][]record.Field{}
	for _, m := range reconcile.CRMModules(prefs.Customers.Mode) {
		found, err := port.Fields(ctx, m)
		if err != nil {
			return err
		}
		fields[m] = found
	}
	begun, err := try.Store.Run(ctx, run)
	if err != nil {
		return err
	}
	seen := slices.DeleteFunc(begun.Drift, func(d record.Drift) bool { return d.Side != record.Billing })
	return try.Store.SetDrift(ctx, run, append(mapping.Drifts(prefs, fields, nil), seen...))
}
