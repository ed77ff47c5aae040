package activities_test

import (
	"fmt"
	"net/http"
	"testing"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

// TestWhatBillingHasIsMadeInTheCRMOnceWhateverItAnswers: a creation is the CRM's own upsert by our marker, so a
// call that was cut off is simply made again.
func TestWhatBillingHasIsMadeInTheCRMOnceWhateverItAnswers(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{})
	const n = 250 // three calls
	for i := range n {
		w.addCustomer(object{"display_name": fmt.Sprintf("Customer %03d", i), "customer_sub_type": "business", "phone": "1"})
	}
	faults := []string{"crm.serverError", "crm.reset", "crm.resetAfterWrite", "crm.truncate", "crm.notJSON"}
	for _, fault := range faults {
		w.fault(fault, "0.1")
	}
	w.sync()
	for _, fault := range faults {
		w.fault(fault, "0")
	}
	w.sync()
	require.Equal(t, float64(n), w.count("Accounts"))
	links, err := w.store.Links.Count(t.Context(), demo)
	require.NoError(t, err)
	require.Equal(t, n, links[record.EntityCustomers])
	w.atRest()
}

// count is the number of the CRM's records.
func (w *world) count(module string) float64 {
	w.t.Helper()
	n := w.crm.call(http.MethodGet, "/"+module+"/actions/count", nil).text("count")
	var out float64
	_, err := fmt.Sscan(n, &out)
	require.NoError(w.t, err)
	return out
}

func TestARecordThatTheCRMRefusesIsParkedAndTheOthersOfItsCallGoOn(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{})
	w.addCustomer(object{"display_name": "Good", "customer_sub_type": "business"})
	w.addCustomer(object{"display_name": "Bad", "customer_sub_type": "business", "phone": "0123456789 0123456789 0123456789 01234"})
	run := w.sync()
	require.Equal(t, 1, run.Entities["customers"].Added)
	require.Len(t, run.Failures, 1)
	f := run.Failures[0]
	require.Equal(t, "billing", f.Side)
	require.Equal(t, "Bad", f.Name)
	require.Contains(t, f.Reason, "Phone")
	require.Equal(t, float64(1), w.count("Accounts"))
	again := w.sync()
	require.Len(t, again.Failures, 1, "it is tried again, and told again")
}

func TestBothSidesHaveTheRecordsOfOneNameLinked(t *testing.T) {
	t.Parallel()
	for rule, want := range map[record.Duplicates]string{record.Skip: "skipped", record.Overwrite: "linked", record.Clone: "added"} {
		t.Run(string(rule), func(t *testing.T) {
			t.Parallel()
			w := twoWay(t, options{}, account(1001, "Acme"), product(3001, "Nut", "N-1", "1.00"))
			w.prefer(func(p *record.Preferences) { p.Customers.Duplicates, p.Items.Duplicates = rule, rule })
			w.addCustomer(object{"display_name": "ACME ", "customer_sub_type": "business"})
			w.addItem(object{"name": "Nut", "rate": 1, "sku": "N-1"})
			run := w.sync()
			got := map[string]int{"skipped": run.Entities["customers"].Skipped, "linked": run.Entities["customers"].Linked, "added": run.Entities["customers"].Added}
			require.Positive(t, got[want], "%+v", run.Entities)
			require.Empty(t, run.Failures)
			w.atRest()
		})
	}
}
