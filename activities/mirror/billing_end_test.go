package mirror_test

import (
	"fmt"
	"net/http"
	"testing"

	"causeway/activities/activitytest"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

// lists counts the list calls that billing got while f ran.
func lists(w *activitytest.World, f func()) map[string]int {
	w.Box.Gate().Calls.Reset()
	f()
	routes := w.Box.Gate().Calls.Snapshot()["billing"].Routes
	return map[string]int{"customers": routes["GET /billing/v1/customers"], "items": routes["GET /billing/v1/items"]}
}

func TestASyncThatFetchesReadsTheEndOfBillingsListsAndTheRestWhereItMatters(t *testing.T) {
	t.Parallel()
	for _, sorted := range []string{"on", "off"} {
		t.Run("sortByModified="+sorted, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Settings("sortByModified", sorted))
			for i := range int64(250) { // two pages
				w.Load(activitytest.Product(3000+i, fmt.Sprint("Nut ", i), fmt.Sprint("N-", i), "1.00"))
			}
			w.Load(activitytest.Account(1001, "Acme"))
			require.Empty(t, w.Sync().Failures)
			w.Sync() // reads what the first one wrote
			w.Change("Products", "3007", activitytest.Object{"Description": "new"})
			require.Equal(t, 1, lists(w, func() { w.Sync() })["items"], "a change of what is linked")
			w.Load(activitytest.Product(4001, "Bolt", "B-1", "1.00"))
			require.Equal(t, 2, lists(w, func() { w.Sync() })["items"], "what is new may be there already, and is created")
			require.Equal(t, 1, lists(w, func() { w.Sync() })["items"])
			w.AddItem(activitytest.Object{"name": "By hand", "rate": 1, "product_type": "service"})
			require.Equal(t, 3, lists(w, func() { w.Sync() })["items"], "the list grew")
			w.Billing.Call(http.MethodDelete, "/items/"+w.Item("Nut 3").Text("item_id"), nil)
			require.Equal(t, 1, w.Sync().Entities["items"].Deleted)
			require.Equal(t, record.Billing, w.LinkOf(record.EntityItems, record.Products, "3003").Gone)
		})
	}
}
