package activitytest

import (
	"strconv"
	"testing"
	"time"

	"causeway/activities"
	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/sandbox/sample"
	"causeway/internal/steps"
	"causeway/internal/store/connections"
	"causeway/internal/verify"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Many are n accounts with a contact each, and a tenth as many products.
func Many(n int64) []sample.Row {
	var rows []sample.Row
	for i := range n {
		name := strconv.FormatInt(i, 10)
		rows = append(rows, Account(10_000+i, "Company "+name), Contact(20_000+i, "Person", name, 10_000+i, "Email", "p"+name+"@many.example"))
		if i%10 == 0 {
			rows = append(rows, Product(30_000+i, "Thing "+name, "T-"+name, "1.25"))
		}
	}
	return rows
}

// The scopes that a credential of a side needs.
var (
	CRMScopes     = []string{"ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL", "ZohoCRM.org.READ", "ZohoCRM.users.READ", "ZohoCRM.coql.READ"}
	BillingScopes = []string{"ZohoSubscriptions.fullaccess.all"}
)

// Prefer edits the preferences, as an admin would.
func (w *World) Prefer(edit func(*record.Preferences)) {
	w.T.Helper()
	prefs, err := w.Store.Connections.Preferences(w.T.Context(), Demo, 0)
	require.NoError(w.T, err)
	was := prefs.Version
	edit(&prefs)
	_, err = w.Store.Connections.SavePreferences(w.T.Context(), Demo, prefs, was)
	require.NoError(w.T, err)
}

// Both lets all entities go both ways.
func Both(p *record.Preferences) {
	p.Customers.Extent, p.Items.Extent = record.Both, record.Both
}

// TwoWay is a world whose connection goes both ways from the first sync on.
func TwoWay(t *testing.T, o Options, rows ...sample.Row) *World {
	t.Helper()
	w := NewWorld(t, o, rows...)
	w.Prefer(Both)
	return w
}

// AtRest requires that a further sync writes nothing.
func (w *World) AtRest() {
	w.T.Helper()
	require.Zero(w.T, w.Writes(func() { w.Sync() }), "a sync after which nobody edited anything writes nothing")
}

// Verified requires that a verification of the live sides finds nothing to complain of.
func (w *World) Verified() verify.Report {
	w.T.Helper()
	crmPort, err := w.Sides.CRM(w.T.Context(), Demo)
	require.NoError(w.T, err)
	billingPort, err := w.Sides.Billing(w.T.Context(), Demo)
	require.NoError(w.T, err)
	kept := verify.Store{Connections: w.Store.Connections, Links: w.Store.Links, Operations: w.Store.Operations}
	report, err := verify.Run(w.T.Context(), kept, crmPort, billingPort, Demo, verify.Options{})
	require.NoError(w.T, err)
	require.Empty(w.T, report.Differences)
	require.Empty(w.T, report.Missing)
	require.Empty(w.T, report.Extra)
	return report
}

// AdoptFor adopts an edit, for every record where asked.
func AdoptFor(w *World, every bool, edit func(*record.Preferences)) {
	w.T.Helper()
	out, err := w.Setup().AdoptDraft(w.T.Context(), steps.AdoptInput{Connection: Demo, Draft: w.Draft(edit), EveryRecord: every})
	require.NoError(w.T, err)
	require.Empty(w.T, out.Problems)
}

// Setup returns the activities behind an admin's messages.
func (w *World) Setup() *activities.Setup {
	return &activities.Setup{Env: w.Environment(time.Now)}
}

// Draft keeps an edit of the newest preferences, as somebody who sees them now.
func (w *World) Draft(edit func(*record.Preferences)) string {
	w.T.Helper()
	prefs, err := w.Store.Connections.Preferences(w.T.Context(), Demo, 0)
	require.NoError(w.T, err)
	d := connections.Draft{ID: uuid.NewString(), Connection: Demo, Base: prefs.Version, Preferences: prefs, At: time.Now()}
	edit(&d.Preferences)
	require.NoError(w.T, w.Store.Connections.PutDraft(w.T.Context(), d))
	return d.ID
}

// Adopt edits the preferences as `starter configure` does, and returns the verdict.
func (w *World) Adopt(edit func(*record.Preferences)) steps.AdoptResult {
	w.T.Helper()
	out, err := w.Setup().AdoptDraft(w.T.Context(), steps.AdoptInput{Connection: Demo, Draft: w.Draft(edit)})
	require.NoError(w.T, err)
	return out
}

// OneCompany is an account, a contact of it, and a product.
func OneCompany() []sample.Row {
	return []sample.Row{
		Account(101, "Alpha Works", "Phone", "+1 555 0101"), Contact(201, "Ana", "Alves", 101, "Email", "ana@alpha.example"),
		Product(301, "Anvil", "A-1", "12.75"),
	}
}

// Meanwhile runs f once, after the plan and before the first write.
func Meanwhile(w *World, f func()) {
	w.OnActivity = func(name string) {
		if name == "ApplyPage" {
			w.OnActivity = nil
			f()
		}
	}
}

// Scoped carries out a run about some records alone.
func (w *World) Scoped(refs ...record.Ref) report.Run {
	w.T.Helper()
	w.scope = refs
	defer func() { w.scope = nil }()
	run, err := w.Run(string(record.TriggerResync), "")
	require.NoError(w.T, err)
	require.Equal(w.T, contract.RunCompleted, run.Status)
	got, err := report.ReadRun(w.T.Context(), w.Store, run.RunID, time.Now())
	require.NoError(w.T, err)
	return got
}

// TwoCompanies are two accounts, three contacts of which one belongs to none, and two products.
func TwoCompanies() []sample.Row {
	return []sample.Row{
		Account(101, "Alpha Works", "Phone", "+1 555 0101", "Billing_City", "Lisbon"), Account(102, "Béta & Fils"),
		Contact(201, "Ana", "Alves", 101, "Email", "ana@alpha.example"), Contact(202, "Bo", "Berg", 101),
		Contact(203, "Cy", "Solo", 0, "Email", "cy@solo.example"),
		Product(301, "Anvil", "A-1", "12.75"), Product(302, "Bellows", "B-1", "7", "Product_Active", false),
	}
}

// Mode connects in a mode, with or without contacts that have no account.
func Mode(m record.Mode, unattached bool) func(*app.ConnectRequest) {
	return func(r *app.ConnectRequest) { r.Mode, r.Unattached = m, unattached }
}
