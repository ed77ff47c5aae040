package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/mapping/discover"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"github.com/google/uuid"
)

// ConnectRequest asks for a connection. Each credential names its organisation. It may leave this out if it can see
// only one.
type ConnectRequest struct {
	ID         string
	CRM        record.Credential
	Billing    record.Credential
	Mode       record.Mode
	Unattached bool
	// CustomerDuplicates and ItemDuplicates are the rules for duplicates.
	CustomerDuplicates record.Duplicates
	ItemDuplicates     record.Duplicates
	// CustomersExtent and ItemsExtent may be empty. Check then sets both for the first connection of a CRM
	// organisation, and fetch for any further one, which may have no other.
	CustomersExtent record.Extent
	ItemsExtent     record.Extent
	// Conflicts may be empty, which means crm.
	Conflicts record.ConflictRule
	Cadence   time.Duration
	// CallsPerDay are the daily allowances of the sides that have one.
	CallsPerDay map[record.Side]int
}

// Prerequisites are the findings of Check. The user sees them before anything is synced.
type Prerequisites struct {
	CRM          record.Organization
	Billing      record.Organization
	BillingUsers []record.User
	// Preferences are what the first sync will use. The user sees their extents before it.
	Preferences record.Preferences
	Upsert      bool
}

// Check checks that two organisations can be connected: both answer, the tokens have the scopes, the marker fields
// exist, and the base currencies are equal where the CRM has multi-currency on. A sync that goes both ways needs
// more of the CRM. Check writes nothing. Each error tells the side, what was found and what is needed.
func (s *Sides) Check(ctx context.Context, req *ConnectRequest) (Prerequisites, error) {
	var out Prerequisites
	crmPort := s.newCRM(req.ID, req.CRM)
	modules := reconcile.CRMModules(req.Mode)
	if err := crmPort.CheckScopes(ctx, modules, crm.Uses{}); err != nil {
		return out, err
	}
	org, err := choose(ctx, record.CRM, crmPort.Organizations, req.CRM.Organization)
	if err != nil {
		return out, err
	}
	out.CRM, req.CRM.Organization = org, org.ID
	if err := chooseExtents(ctx, s.store, req, org.ID); err != nil {
		return out, err
	}
	if err := checkWrites(ctx, crmPort, *req); err != nil {
		return out, err
	}
	billingPort := s.newBilling(req.ID, req.Billing)
	billingModules := []record.Module{record.Customers, record.Items}
	if err := billingPort.CheckScopes(ctx, billingModules); err != nil {
		return out, err
	}
	if org, err = choose(ctx, record.Billing, billingPort.Organizations, req.Billing.Organization); err != nil {
		return out, err
	}
	out.Billing, req.Billing.Organization = org, org.ID
	billingPort = s.newBilling(req.ID, req.Billing)
	err = s.checkInside(ctx, req, crmPort, billingPort, &out)
	return out, err
}

// checkInside checks the chosen organisations themselves.
func (s *Sides) checkInside(ctx context.Context, req *ConnectRequest, crmPort crm.Port, billingPort billing.Port, out *Prerequisites) error {
	caps, err := billingPort.Probe(ctx, []record.Module{record.Customers, record.Items})
	if err != nil {
		return err
	}
	out.Upsert = caps.UpsertByMarker
	if err := checkCurrencies(out.CRM, out.Billing); err != nil {
		return err
	}
	if out.BillingUsers, err = billingPort.Users(ctx); err != nil {
		return err
	}
	fields := map[record.Module][]record.Field{}
	for _, m := range reconcile.CRMModules(req.Mode) {
		if fields[m], err = crmPort.Fields(ctx, m); err != nil {
			return err
		}
	}
	if err := checkMarker(*req, fields); err != nil {
		return err
	}
	for _, entity := range reconcile.Entities(req.Mode) {
		if fields[entity.Module()], err = billingPort.Fields(ctx, entity.Module()); err != nil {
			return err
		}
	}
	out.Preferences = discover.Defaults(fields).Into(preferencesOf(*req))
	return nil
}

func preferencesOf(req ConnectRequest) record.Preferences {
	return record.Preferences{
		Customers: record.CustomerOptions{
			Mode: req.Mode, Extent: req.CustomersExtent, Duplicates: req.CustomerDuplicates, Unattached: req.Unattached,
		},
		Items:     record.ItemOptions{Extent: req.ItemsExtent, Duplicates: req.ItemDuplicates},
		Conflicts: cmp.Or(req.Conflicts, record.CRMWins),
		Cadence:   req.Cadence, CallsPerDay: req.CallsPerDay,
	}
}

// choose returns the organisation that was asked for, or the only one.
func choose(ctx context.Context, side record.Side, list func(context.Context) ([]record.Organization, error), want string) (record.Organization, error) {
	orgs, err := list(ctx)
	if err != nil {
		return record.Organization{}, err
	}
	known := make([]string, 0, len(orgs))
	for _, o := range orgs {
		known = append(known, fmt.Sprintf("%s (%s)", o.ID, o.Name))
	}
	slices.Sort(known)
	refuse := func(code, message, remedy string) error {
		return &record.Error{Kind: record.NotFound, Side: side, Op: "choose organisation", Code: code, Message: message, Remedy: remedy}
	}
	flag := "--" + string(side) + "-org"
	switch i := slices.IndexFunc(orgs, func(o record.Organization) bool { return o.ID == want }); {
	case want != "" && i >= 0:
		return orgs[i], nil
	case want != "":
		return record.Organization{}, refuse("ORGANIZATION_UNKNOWN",
			fmt.Sprintf("the credential does not see organisation %s; it sees %s", want, strings.Join(known, ", ")),
			"choose one of these with "+flag)
	case len(orgs) == 1:
		return orgs[0], nil
	case len(orgs) == 0:
		return record.Organization{}, refuse("NO_ORGANIZATION", "the credential does not see any organisation", "use a credential of a user of the organisation")
	default:
		return record.Organization{}, refuse("ORGANIZATION_NEEDED",
			"the credential sees several organisations: "+strings.Join(known, ", "), "choose one with "+flag)
	}
}

func checkCurrencies(c, b record.Organization) error {
	if !c.MultiCurrency || c.BaseCurrency == b.BaseCurrency {
		return nil
	}
	return &record.Error{Kind: record.Invalid, Op: "compare base currencies", Code: "BASE_CURRENCIES_DIFFER",
		Message: fmt.Sprintf("CRM organisation %s has multi-currency on with the base currency %s, but billing organisation %s has %s",
			c.ID, c.BaseCurrency, b.ID, b.BaseCurrency),
		Remedy: "both need the same base currency: change one of them, or choose another billing organisation with --billing-org"}
}

// Connect stores a checked connection. The caller starts its workflow.
func Connect(ctx context.Context, st *store.Store, req ConnectRequest, found Prerequisites, now time.Time) (record.Connection, error) {
	if err := contract.CheckConnectionID(req.ID); err != nil {
		return record.Connection{}, &record.Error{Kind: record.Invalid, Op: "connect", Code: "CONNECTION_ID", Message: err.Error()}
	}
	conn := record.Connection{
		ID: req.ID, Incarnation: incarnation(), CRMOrg: found.CRM.ID, BillingOrg: found.Billing.ID,
		State: record.StateConnected, CreatedAt: now,
	}
	credentials := map[record.Side]record.Credential{record.CRM: req.CRM, record.Billing: req.Billing}
	if err := st.Connections.Establish(ctx, conn, credentials, found.Preferences); err != nil {
		return record.Connection{}, withFlags(err)
	}
	return conn, nil
}

// incarnation returns a new id. It is short, since it stands in every marker.
func incarnation() string {
	return strings.ReplaceAll(uuid.NewString(), "-", "")[:12]
}
