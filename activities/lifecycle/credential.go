package lifecycle

import (
	"context"
	"fmt"
	"slices"

	"causeway/activities/attempt"
	"causeway/activities/setup"
	"causeway/internal/crm"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/steps"
)

// codeOtherOrg is the code of a credential or request for another organisation than the connection's.
const codeOtherOrg = "OTHER_ORG"

// CheckCredential checks that the stored credential of a side is good for its connection: the side answers, and the
// organisation that answers is the connection's. It changes nothing.
func CheckCredential(ctx context.Context, env *attempt.Environment, in steps.ReauthorizeInput) error {
	side := record.Side(in.Side)
	if side != record.CRM && side != record.Billing {
		return &record.Error{Kind: record.Invalid, Op: "choose side", Code: "SETTING",
			Message: fmt.Sprintf("side %q is not known", in.Side), Remedy: fmt.Sprintf("use %s or %s", record.CRM, record.Billing)}
	}
	conn, err := env.Store.Connections.Get(ctx, in.Connection)
	if err != nil {
		return err
	}
	prefs, err := env.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return err
	}
	return checkCredential(ctx, env, conn, prefs, side)
}

// checkCredential checks that the credential may do what a sync asks, in the connection's own organisation.
func checkCredential(ctx context.Context, env *attempt.Environment, conn record.Connection, prefs record.Preferences, side record.Side) error {
	cred, err := env.Store.Connections.Credential(ctx, conn.ID, side)
	if err != nil {
		return err
	}
	if side == record.CRM {
		port, err := env.Sides.CRM(ctx, conn.ID)
		if err != nil {
			return err
		}
		modules := reconcile.CRMModules(prefs.Customers.Mode)
		writes := prefs.Customers.Extent == record.Both || prefs.Items.Extent == record.Both
		if err := port.CheckScopes(ctx, modules, crm.Uses{Write: writes, Views: hasView(prefs, modules)}); err != nil {
			return err
		}
		return ownOrganization(ctx, side, port.Organizations, conn.CRMOrg, cred.Organization)
	}
	port, err := env.Sides.Billing(ctx, conn.ID)
	if err != nil {
		return err
	}
	if err := port.CheckScopes(ctx, setup.BillingModules); err != nil {
		return err
	}
	return ownOrganization(ctx, side, port.Organizations, conn.BillingOrg, cred.Organization)
}

// ownOrganization refuses a credential that cannot see the connection's organisation, or that is for another
// organisation.
func ownOrganization(ctx context.Context, side record.Side, list func(context.Context) ([]record.Organization, error), own, chosen string) error {
	all, err := list(ctx)
	if err != nil {
		return err
	}
	sees := ""
	for _, o := range all {
		if o.ID == own && (chosen == own || chosen == "") {
			return nil
		}
		if sees += ", " + o.ID; o.ID == chosen {
			sees = ", " + chosen
			break
		}
	}
	message := fmt.Sprintf("the credential sees no organisation of %s", side.Name())
	if sees != "" {
		message = "the credential is for " + sees[2:]
	}
	return &record.Error{Kind: record.Conflict, Side: side, Op: "check the organisation", Code: codeOtherOrg,
		Message: fmt.Sprintf("%s, and the connection's links are of the organisation %s", message, own),
		Remedy:  fmt.Sprintf("give a credential of a user of the organisation %s", own)}
}

// hasView reports whether a view limits what is fetched from one of the modules.
func hasView(p record.Preferences, modules []record.Module) bool {
	return slices.ContainsFunc(modules, func(m record.Module) bool { return p.View(m) != nil })
}
