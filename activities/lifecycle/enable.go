package lifecycle

import (
	"context"
	"fmt"

	"causeway/activities/attempt"
	"causeway/activities/setup"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/steps"
)

// CheckEnable checks whether a disabled connection can be enabled: with the CRM organisation that its links belong to, and
// with all that it was connected with still in place. The next run then reads the CRM's modules from the start. Links,
// preferences and history stay as they are. It is idempotent, as long as no run has begun.
func CheckEnable(ctx context.Context, env *attempt.Environment, in steps.EnableInput) (steps.EnableCheck, error) {
	var out steps.EnableCheck
	conn, err := env.Store.Connections.Get(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	if in.CRMOrg != conn.CRMOrg {
		return out, &record.Error{Kind: record.Conflict, Side: record.CRM, Op: "choose organisation", Code: codeOtherOrg,
			Message: fmt.Sprintf("the connection's links belong to the CRM organisation %s, not to %q", conn.CRMOrg, in.CRMOrg),
			Remedy:  fmt.Sprintf("enable it with %s; for another organisation, delete this connection and make a new one", conn.CRMOrg)}
	}
	prefs, err := env.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return out, err
	}
	for _, side := range []record.Side{record.CRM, record.Billing} {
		if err := checkCredential(ctx, env, conn, prefs, side); err != nil {
			return out, err
		}
	}
	if err := setup.CheckInside(ctx, env, conn, prefs); err != nil {
		return out, err
	}
	for _, m := range reconcile.CRMModules(prefs.Customers.Mode) {
		if err := env.Store.Mirror.Rescan(ctx, in.Connection, record.CRM, m); err != nil {
			return out, err
		}
	}
	out.CadenceMS = prefs.Cadence.Milliseconds()
	return out, nil
}
