package activities_test

import (
	"fmt"
	"net/http"
	"testing"

	"causeway/activities/activitytest"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

// TestWhatBillingHasIsMadeInTheCRMOnceWhateverItAnswers: a creation is the CRM's own upsert by our marker, so a
// call that was cut off is simply made again.
func TestWhatBillingHasIsMadeInTheCRMOnceWhateverItAnswers(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{})
	const n = 250 // three calls
	for i := range n {
		w.AddCustomer(activitytest.Object{"display_name": fmt.Sprintf("Customer %03d", i), "customer_sub_type": "business", "phone": "1"})
	}
	faults := []string{"crm.serverError", "crm.reset", "crm.resetAfterWrite", "crm.truncate", "crm.notJSON"}
	for _, fault := range faults {
		w.Fault(fault, "0.1")
	}
	w.Sync()
	for _, fault := range faults {
		w.Fault(fault, "0")
	}
	w.Sync()
	require.Equal(t, float64(n), count(w, "Accounts"))
	links, err := w.Store.Links.Count(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	require.Equal(t, n, links[record.EntityCustomers])
	w.AtRest()
}

// count is the number of the CRM's records.
func count(w *activitytest.World, module string) float64 {
	w.T.Helper()
	n := w.CRM.Call(http.MethodGet, "/"+module+"/actions/count", nil).Text("count")
	var out float64
	_, err := fmt.Sscan(n, &out)
	require.NoError(w.T, err)
	return out
}

func TestARecordThatTheCRMRefusesIsParkedAndTheOthersOfItsCallGoOn(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{})
	w.AddCustomer(activitytest.Object{"display_name": "Good", "customer_sub_type": "business"})
	w.AddCustomer(activitytest.Object{"display_name": "Bad", "customer_sub_type": "business", "phone": "0123456789 0123456789 0123456789 01234"})
	run := w.Sync()
	require.Equal(t, 1, run.Entities["customers"].Added)
	require.Len(t, run.Failures, 1)
	f := run.Failures[0]
	require.Equal(t, "billing", f.Side)
	require.Equal(t, "Bad", f.Name)
	require.Contains(t, f.Reason, "Phone")
	require.Equal(t, float64(1), count(w, "Accounts"))
	again := w.Sync()
	require.Len(t, again.Failures, 1, "it is tried again, and told again")
}

func TestBothSidesHaveTheRecordsOfOneNameLinked(t *testing.T) {
	t.Parallel()
	for rule, want := range map[record.Duplicates]string{record.Skip: "skipped", record.Overwrite: "linked", record.Clone: "added"} {
		t.Run(string(rule), func(t *testing.T) {
			t.Parallel()
			w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Account(1001, "Acme"), activitytest.Product(3001, "Nut", "N-1", "1.00"))
			w.Prefer(func(p *record.Preferences) { p.Customers.Duplicates, p.Items.Duplicates = rule, rule })
			w.AddCustomer(activitytest.Object{"display_name": "ACME ", "customer_sub_type": "business"})
			w.AddItem(activitytest.Object{"name": "Nut", "rate": 1, "sku": "N-1"})
			run := w.Sync()
			got := map[string]int{"skipped": run.Entities["customers"].Skipped, "linked": run.Entities["customers"].Linked, "added": run.Entities["customers"].Added}
			require.Positive(t, got[want], "%+v", run.Entities)
			require.Empty(t, run.Failures)
			w.AtRest()
		})
	}
}
