package zoho

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// raw makes a call that the port does not offer: transactions are pushed by somebody else.
func raw(t *testing.T, c *Client, method, path string, body map[string]any) zohoapi.Reply {
	t.Helper()
	call := c.call(method, path, "raw", budget.Write)
	call.Body = body
	var out zohoapi.Reply
	call.Read = func(r zohoapi.Reply) error {
		out = r
		return nil
	}
	_, err := c.api.Do(t.Context(), call)
	require.NoError(t, err)
	return out
}

// stock makes customers and items.
func stock(t *testing.T, c *Client, n int) (customers, items []string) {
	t.Helper()
	for i := range n {
		made, err := c.Create(t.Context(), record.Customers, billing.Write{Marker: fmt.Sprintf("cw-1-c-%d", i), Values: record.Values{"display_name": fmt.Sprintf("C %d", i)}}, true)
		require.NoError(t, err)
		customers = append(customers, made.ID)
		made, err = c.Create(t.Context(), record.Items, billing.Write{Marker: fmt.Sprintf("cw-1-i-%d", i), Values: record.Values{"name": fmt.Sprintf("I %d", i), "rate": 2}}, true)
		require.NoError(t, err)
		items = append(items, made.ID)
	}
	return customers, items
}

func invoice(t *testing.T, c *Client, customer, item string) {
	t.Helper()
	raw(t, c, http.MethodPost, "/invoices", map[string]any{"customer_id": customer, "date": "2026-03-01",
		"invoice_items": []any{map[string]any{"product_id": item, "quantity": 2, "price": 2}}})
}

func estimate(t *testing.T, c *Client, customer, item string) {
	t.Helper()
	raw(t, c, http.MethodPost, "/estimates", map[string]any{"customer_id": customer, "line_items": []any{map[string]any{"item_id": item, "quantity": 1, "rate": 2}}})
}

func TestWhatTransactionsUseIsListedAndNotDeleted(t *testing.T) {
	t.Parallel()
	c := newClient(t, credential(startSandbox(t, nil)))
	customers, items := stock(t, c, 4)
	for range 5 {
		invoice(t, c, customers[0], items[0])
	}
	estimate(t, c, customers[1], items[1])
	var usedCustomers, usedItems []string
	pages := 0
	for page, more := 1, true; more; page++ {
		got, err := c.Transactions(t.Context(), billing.TransactionsQuery{Page: page, Limit: 2})
		require.NoError(t, err)
		usedCustomers, usedItems, more = append(usedCustomers, got.CustomerIDs...), append(usedItems, got.ItemIDs...), got.More
		pages++
	}
	require.Equal(t, 3, pages)
	slices.Sort(usedCustomers)
	slices.Sort(usedItems)
	require.Equal(t, customers[:2], slices.Compact(usedCustomers))
	require.Equal(t, items[:2], slices.Compact(usedItems))
	for i, want := range []bool{true, true, false} {
		has, err := c.HasTransactions(t.Context(), record.Customers, customers[i])
		require.NoError(t, err)
		require.Equal(t, want, has)
	}
	for i := range 2 {
		for module, id := range map[record.Module]string{record.Customers: customers[i], record.Items: items[i]} {
			err := c.Delete(t.Context(), module, id)
			var e *record.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, record.Conflict, e.Kind)
			require.Equal(t, billing.CodeHasTransactions, e.Code)
			require.Contains(t, e.Message, map[record.Module]string{record.Customers: "3073", record.Items: "2049"}[module], "the provider's code is kept")
		}
	}
	for module, id := range map[record.Module]string{record.Customers: customers[2], record.Items: items[2]} {
		require.NoError(t, c.Delete(t.Context(), module, id))
		require.True(t, record.IsKind(c.Delete(t.Context(), module, id), record.NotFound), "a second call settles the first")
	}
}

func TestAMarkerThatIsClearedIsFree(t *testing.T) {
	t.Parallel()
	c := newClient(t, credential(startSandbox(t, nil)))
	customers, items := stock(t, c, 1)
	for module, id := range map[record.Module]string{record.Customers: customers[0], record.Items: items[0]} {
		was, err := c.Get(t.Context(), module, id)
		require.NoError(t, err)
		require.NotEmpty(t, was.Marker)
		for range 2 {
			cleared, err := c.Update(t.Context(), module, id, billing.Write{ClearMarker: true})
			require.NoError(t, err)
			require.Empty(t, cleared.Marker)
			require.Equal(t, was.Name, cleared.Name)
		}
		values := record.Values{shapes[module].name: "Another"}
		if module == record.Items {
			values["rate"] = 1
		}
		made, err := c.Create(t.Context(), module, billing.Write{Marker: was.Marker, Values: values}, true)
		require.NoError(t, err)
		require.NotEqual(t, id, made.ID, "an upsert by it makes a new one")
	}
}
