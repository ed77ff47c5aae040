package run

import (
	"context"
	"slices"

	"causeway/activities/attempt"
	"causeway/internal/crm"
	"causeway/internal/mapping/check"
	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// learnDrift compares the CRM's fields with those that the maps were saved for. A map whose field has changed is not
// used in this run; the other maps are.
//
// Billing has no call that lists its custom fields. There the refusal of a write, which names the field, or the plan
// shows that a field is gone. What was found so stays, when a paused run is resumed.
func learnDrift(ctx context.Context, try *attempt.Attempt, run string, prefs record.Preferences, port crm.Port) error {
	fields := map[record.Module][]record.Field{}
	for _, m := range reconcile.CRMModules(prefs.Customers.Mode) {
		found, err := port.Fields(ctx, m)
		if err != nil {
			return err
		}
		fields[m] = found
	}
	begun, err := try.Store.Runs.Get(ctx, run)
	if err != nil {
		return err
	}
	seen := slices.DeleteFunc(begun.Drift, func(d record.Drift) bool { return d.Side != record.Billing })
	return try.Store.Runs.SetDrift(ctx, run, append(check.Drifts(prefs, fields, nil), seen...))
}
