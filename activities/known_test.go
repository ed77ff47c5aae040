package activities_test

import (
	"fmt"
	"net/http"
	"testing"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

// lists counts the list calls that billing got while f ran.
func (w *world) lists(f func()) map[string]int {
	w.box.Gate().Calls.Reset()
	f()
	routes := w.box.Gate().Calls.Snapshot()["billing"].Routes
	return map[string]int{"customers": routes["GET /billing/v1/customers"], "items": routes["GET /billing/v1/items"]}
}

func TestASyncThatFetchesReadsTheEndOfBillingsListsAndTheRestWhereItMatters(t *testing.T) {
	t.Parallel()
	for _, sorted := range []string{"on", "off"} {
		t.Run("sortByModified="+sorted, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings("sortByModified", sorted))
			for i := range int64(250) { // two pages
				w.load(product(3000+i, fmt.Sprint("Nut ", i), fmt.Sprint("N-", i), "1.00"))
			}
			w.load(account(1001, "Acme"))
			require.Empty(t, w.sync().Failures)
			w.sync() // reads what the first one wrote
			w.change("Products", "3007", object{"Description": "new"})
			require.Equal(t, 1, w.lists(func() { w.sync() })["items"], "a change of what is linked")
			w.load(product(4001, "Bolt", "B-1", "1.00"))
			require.Equal(t, 2, w.lists(func() { w.sync() })["items"], "what is new may be there already, and is created")
			require.Equal(t, 1, w.lists(func() { w.sync() })["items"])
			w.addItem(object{"name": "By hand", "rate": 1, "product_type": "service"})
			require.Equal(t, 3, w.lists(func() { w.sync() })["items"], "the list grew")
			w.billing.call(http.MethodDelete, "/items/"+w.item("Nut 3").text("item_id"), nil)
			require.Equal(t, 1, w.sync().Entities["items"].Deleted)
			require.Equal(t, record.Billing, w.linkOf(record.EntityItems, record.Products, "3003").Gone)
		})
	}
}
