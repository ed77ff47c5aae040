package activities

import (
	"context"
	"fmt"

	"causeway/internal/crm"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// codeOtherOrg is the code of what belongs to another organisation than the connection's.
const codeOtherOrg = "OTHER_ORG"

// CheckEnable checks whether a disabled connection can be taken up again: with the CRM organisation that its links are
// of, and with all that it was connected with still in place. Then the next run reads the CRM's modules again from the
// start; links, preferences and history stay as they are. It is idempotent, as long as no run has begun.
func (l *Life) CheckEnable(ctx context.Context, in contract.EnableInput) (contract.EnableCheck, error) {
	out, err := l.checkEnable(ctx, in)
	return out, fail("enable", err)
}

func (l *Life) checkEnable(ctx context.Context, in contract.EnableInput) (contract.EnableCheck, error) {
	var out contract.EnableCheck
	conn, err := l.Store.Connections.Get(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	if in.CRMOrg != conn.CRMOrg {
		return out, &record.Error{Kind: record.Conflict, Side: record.CRM, Op: "choose organisation", Code: codeOtherOrg,
			Message: fmt.Sprintf("the connection's links are of the CRM organisation %s, not of %q", conn.CRMOrg, in.CRMOrg),
			Remedy:  fmt.Sprintf("enable it with %s; for another organisation, delete this connection and connect anew", conn.CRMOrg)}
	}
	prefs, err := l.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return out, err
	}
	for _, side := range []record.Side{record.CRM, record.Billing} {
		if err := l.checkCredential(ctx, conn, prefs, side); err != nil {
			return out, err
		}
	}
	if err := l.checkInside(ctx, conn, prefs); err != nil {
		return out, err
	}
	for _, m := range reconcile.CRMModules(prefs.Customers.Mode) {
		if err := l.Store.Mirror.Rescan(ctx, in.Connection, record.CRM, m); err != nil {
			return out, err
		}
	}
	out.CadenceMS = prefs.Cadence.Milliseconds()
	return out, nil
}

// checkInside checks what a sync needs inside both organisations, as connecting does: the marker fields, and equal
// base currencies.
func (l *Life) checkInside(ctx context.Context, conn record.Connection, prefs record.Preferences) error {
	billingPort, err := l.Sides.Billing(ctx, conn.ID)
	if err != nil {
		return err
	}
	if _, err := billingPort.Probe(ctx, billingModules); err != nil {
		return err
	}
	crmPort, err := l.Sides.CRM(ctx, conn.ID)
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

// CheckCredential makes sure that the stored credential of a side is good for its connection: the side answers, and
// it is the connection's organisation that does. It changes nothing.
func (l *Life) CheckCredential(ctx context.Context, in contract.ReauthorizeInput) error {
	return fail("reauthorize", l.reauthorize(ctx, in))
}

func (l *Life) reauthorize(ctx context.Context, in contract.ReauthorizeInput) error {
	side := record.Side(in.Side)
	if side != record.CRM && side != record.Billing {
		return &record.Error{Kind: record.Invalid, Op: "choose side", Code: "SETTING",
			Message: fmt.Sprintf("side %q is not known", in.Side), Remedy: fmt.Sprintf("use %s or %s", record.CRM, record.Billing)}
	}
	conn, err := l.Store.Connections.Get(ctx, in.Connection)
	if err != nil {
		return err
	}
	prefs, err := l.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return err
	}
	return l.checkCredential(ctx, conn, prefs, side)
}

// checkCredential checks that the credential may do what a sync asks, of the connection's own organisation.
func (l *Life) checkCredential(ctx context.Context, conn record.Connection, prefs record.Preferences, side record.Side) error {
	cred, err := l.Store.Connections.Credential(ctx, conn.ID, side)
	if err != nil {
		return err
	}
	if side == record.CRM {
		port, err := l.Sides.CRM(ctx, conn.ID)
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
	port, err := l.Sides.Billing(ctx, conn.ID)
	if err != nil {
		return err
	}
	if err := port.CheckScopes(ctx, billingModules); err != nil {
		return err
	}
	return ownOrganization(ctx, side, port.Organizations, conn.BillingOrg, cred.Organization)
}

// ownOrganization refuses a credential that does not see the connection's organisation, or is for another one of
// those that it sees.
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
	message := fmt.Sprintf("the credential is for no organisation that %s knows", side.Name())
	if sees != "" {
		message = "the credential is for " + sees[2:]
	}
	return &record.Error{Kind: record.Conflict, Side: side, Op: "check the organisation", Code: codeOtherOrg,
		Message: fmt.Sprintf("%s, and the connection's links are of the organisation %s", message, own),
		Remedy:  fmt.Sprintf("give a credential of a user of the organisation %s", own)}
}
