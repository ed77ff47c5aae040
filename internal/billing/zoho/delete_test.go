package zoho

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/sandbox/platform"
	"causeway/internal/zohoapi"
)

// raw makes a call that the port does not have, as another client of billing does.
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

func TestARefusedDeletionKeepsBillingsCodeAndWords(t *testing.T) {
	t.Parallel()
	c := newClient(t, credential(startSandbox(t, nil)))
	customers, items := stock(t, c, 1)
	invoice(t, c, customers[0], items[0])
	for module, want := range map[record.Module][2]string{record.Customers: {customers[0], "3073"}, record.Items: {items[0], "2049"}} {
		err := c.Delete(t.Context(), module, want[0])
		var e *record.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, record.Conflict, e.Kind)
		require.Equal(t, billing.CodeHasTransactions, e.Code)
		require.Contains(t, e.Message, "["+want[1]+"]")
		require.Contains(t, e.Message, "transactions")
		require.Equal(t, want[0], e.RecordID)
	}
}

// After a call with an unknown outcome, a second call settles it.
func TestADeletionIsSentOnceUnderEachFault(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"serverError", "reset", "resetAfterWrite", "timeoutAfterWrite", "lateWrite", "truncate", "notJSON"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t, map[string]string{"lateWriteDelay": "10ms"})
			c := newClient(t, credential(s))
			customers, _ := stock(t, c, 1)
			writes := s.Gate().Calls.Snapshot()[platform.Billing].Write
			require.NoError(t, s.Gate().Faults.Set("billing."+fault, "1"))
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			err := c.Delete(ctx, record.Customers, customers[0])
			require.True(t, record.IsKind(err, record.Unavailable), "%v", err)
			require.True(t, record.IsAmbiguous(err), "%v", err)
			require.Equal(t, writes+1, s.Gate().Calls.Snapshot()[platform.Billing].Write)
			require.NoError(t, s.Gate().Faults.Set("billing."+fault, "0"))
			require.Eventually(t, func() bool {
				err := c.Delete(t.Context(), record.Customers, customers[0])
				return err == nil || record.IsKind(err, record.NotFound)
			}, 5*time.Second, 10*time.Millisecond)
			require.True(t, record.IsKind(c.Delete(t.Context(), record.Customers, customers[0]), record.NotFound))
		})
	}
}

func TestAScopeThatADeletionLacksIsNamed(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	cred := credential(s)
	var err error
	cred.RefreshToken, err = s.Gate().Accounts.Mint(t.Context(), []string{"ZohoSubscriptions.settings.READ", "ZohoSubscriptions.invoices.READ",
		"ZohoSubscriptions.customers.READ", "ZohoSubscriptions.customers.CREATE", "ZohoSubscriptions.customers.UPDATE",
		"ZohoSubscriptions.items.READ", "ZohoSubscriptions.items.CREATE", "ZohoSubscriptions.items.UPDATE"})
	require.NoError(t, err)
	c := newClient(t, cred)
	require.NoError(t, c.CheckScopes(t.Context(), []record.Module{record.Customers, record.Items}), "a sync needs no more")
	err = c.CheckDeletion(t.Context())
	require.True(t, record.IsKind(err, record.Unauthorized), "%v", err)
	require.ErrorContains(t, err, "ZohoSubscriptions.customers.DELETE, ZohoSubscriptions.items.DELETE, ZohoSubscriptions.quotes.READ")
	customers, _ := stock(t, c, 1)
	err = c.Delete(t.Context(), record.Customers, customers[0])
	require.True(t, record.IsKind(err, record.Unauthorized), "%v", err)
	require.ErrorContains(t, err, "ZohoSubscriptions.customers.DELETE")
	require.False(t, record.IsAmbiguous(err))
}

func TestWhatADeletionNeedsOnTheWire(t *testing.T) {
	t.Parallel()
	c := golden(t, "deletion.json")
	cleared, err := c.Update(t.Context(), record.Customers, "46001", billing.Write{ClearMarker: true})
	require.NoError(t, err)
	require.Empty(t, cleared.Marker)
	require.NoError(t, c.Delete(t.Context(), record.Customers, "46001"))
	for _, want := range []struct {
		module record.Module
		id     string
		kind   record.Kind
		code   string
	}{{record.Customers, "46001", record.NotFound, "1002"}, {record.Customers, "46002", record.Conflict, billing.CodeHasTransactions},
		{record.Items, "46101", record.Conflict, billing.CodeHasTransactions}, {record.Items, "46102", record.NotFound, "2006"},
		{record.Items, "46103", record.Invalid, "2"}} {
		var e *record.Error
		require.ErrorAs(t, c.Delete(t.Context(), want.module, want.id), &e)
		require.Equal(t, want.kind, e.Kind)
		require.Equal(t, want.code, e.Code)
		require.Equal(t, want.id, e.RecordID)
	}

	page, err := c.Transactions(t.Context(), billing.TransactionsQuery{Page: 1, Limit: 2})
	require.NoError(t, err)
	require.Equal(t, billing.TransactionsPage{CustomerIDs: []string{"46002", "46004", "46005", "46006"}, ItemIDs: []string{"46201", "46203", "46202"}, More: true}, page,
		"an empty or zero value is not a balance, and any other is")
	page, err = c.Transactions(t.Context(), billing.TransactionsQuery{Page: 2, Limit: 2})
	require.NoError(t, err, "an invoice that is gone since it was listed uses no item")
	require.Equal(t, []string{"46007"}, page.CustomerIDs)
	require.Empty(t, page.ItemIDs)
	require.False(t, page.More)
}
