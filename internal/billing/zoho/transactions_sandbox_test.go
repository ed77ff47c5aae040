package zoho

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/billing/billingtest"
	"causeway/internal/record"
	"causeway/internal/sandbox"
	"causeway/internal/sandbox/platform"
)

var offersAll = billing.TransactionCapabilities{UpsertByMarker: true, SortByModified: true, InvoiceExtras: true, MaxFile: maxFile}

// offering returns what a sandbox with changed settings offers.
func offering(change func(*billing.TransactionCapabilities)) billing.TransactionCapabilities {
	out := offersAll
	change(&out)
	return out
}

func TestTransactionsConformance(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings map[string]string
		offers   billing.TransactionCapabilities
	}{
		"default":            {nil, offersAll},
		"uniqueUpsert=off":   {map[string]string{"uniqueUpsert": "off"}, offering(func(o *billing.TransactionCapabilities) { o.UpsertByMarker = false })},
		"sortByModified=off": {map[string]string{"sortByModified": "off"}, offering(func(o *billing.TransactionCapabilities) { o.SortByModified = false })},
		"freeTextLines=on":   {map[string]string{"freeTextLines": "on"}, offering(func(o *billing.TransactionCapabilities) { o.FreeTextLines = true })},
		"invoiceExtras=off":  {map[string]string{"invoiceExtras": "off"}, offering(func(o *billing.TransactionCapabilities) { o.InvoiceExtras = false })},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			billingtest.RunTransactions(t, func(t *testing.T) billingtest.TransactionFixture {
				t.Helper()
				s := startSandbox(t, c.settings)
				client := newClient(t, credential(s))
				return billingtest.TransactionFixture{
					Fixture:      billingtest.Fixture{Port: client, Capabilities: billing.Capabilities{UpsertByMarker: c.offers.UpsertByMarker}},
					Transactions: client, Offers: c.offers, TaxID: taxOf20(t, client), Mails: func(t *testing.T) int { t.Helper(); return mails(t, s) }}
			})
		})
	}
}

// taxOf20 finds the organisation's tax of 20 %.
func taxOf20(t *testing.T, c *Client) string {
	t.Helper()
	taxes, err := c.listAll(t.Context(), "/settings/taxes", "taxes", "list taxes", nil)
	require.NoError(t, err)
	for _, tax := range taxes {
		if d, err := amount(tax, "tax_percentage"); err == nil && d.Equal(dec("20")) {
			return text(tax, "tax_id")
		}
	}
	require.Fail(t, "the sandbox has no tax of 20 %")
	return ""
}

func TestAMissingMarkerFieldOfTransactionsIsExplained(t *testing.T) {
	t.Parallel()
	for _, marker := range []string{"absent", "plain"} {
		c := newClient(t, credential(startSandbox(t, map[string]string{"billingMarker": marker})))
		_, err := c.ProbeTransactions(t.Context())
		require.True(t, record.IsKind(err, record.Invalid), "%v", err)
		require.ErrorContains(t, err, markerField+" of quotes")
		require.ErrorContains(t, err, "Settings > Preferences > Quotes > Custom Fields")
	}
}

func TestAMissingScopeForTransactionsIsNamed(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	cred := credential(s)
	var err error
	cred.RefreshToken, err = s.Gate().Accounts.Mint(t.Context(), []string{"ZohoSubscriptions.quotes.READ", "ZohoSubscriptions.invoices.ALL"})
	require.NoError(t, err)
	c := newClient(t, cred)
	err = c.CheckTransactionScopes(t.Context(), record.Quote)
	require.True(t, record.IsKind(err, record.Unauthorized))
	require.ErrorContains(t, err, "ZohoSubscriptions.quotes.CREATE, ZohoSubscriptions.quotes.UPDATE")
	require.ErrorContains(t, c.CheckTransactionScopes(t.Context(), record.Invoice), "ZohoSubscriptions.payments.CREATE")
	err = c.SetTransactionStatus(t.Context(), record.Quote, "1", record.StatusSent)
	require.True(t, record.IsKind(err, record.Unauthorized))
	require.ErrorContains(t, err, "ZohoSubscriptions.quotes.CREATE")
	require.False(t, record.IsAmbiguous(err))
}

// buyer returns a new customer, and an invoice to create for it.
func buyer(t *testing.T, c *Client) record.Transaction {
	t.Helper()
	customers, items := stock(t, c, 1)
	return record.Transaction{Type: record.Invoice, Marker: "cw-1-i-9", CustomerID: customers[0], Date: time.Now().Format(time.DateOnly),
		Lines: []record.Line{{ItemID: items[0], Rate: dec("2.50"), Quantity: dec("2")}}}
}

// Under every fault an invoice is created once. A second creation with its marker, and a search for it, find that invoice.
func TestACreatedInvoiceUnderEachFaultIsSettledToOne(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"serverError", "reset", "resetAfterWrite", "timeoutAfterWrite", "lateWrite", "truncate", "notJSON", "wrongType"} {
		for _, upsert := range []bool{true, false} {
			t.Run(fmt.Sprint(fault, " upsert=", upsert), func(t *testing.T) {
				t.Parallel()
				s := startSandbox(t, map[string]string{"lateWriteDelay": "10ms"})
				c := newClient(t, credential(s))
				tr := buyer(t, c)
				before, since := s.Gate().Calls.Snapshot()[platform.Billing].Write, time.Now().Add(-time.Minute)
				require.NoError(t, s.Gate().Faults.Set("billing."+fault, "1"))
				ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
				defer cancel()
				_, err := c.CreateTransaction(ctx, tr, upsert)
				require.True(t, record.IsKind(err, record.Unavailable), "%v", err)
				require.True(t, record.IsAmbiguous(err), "%v", err)
				require.Equal(t, before+1, s.Gate().Calls.Snapshot()[platform.Billing].Write)
				require.NoError(t, s.Gate().Faults.Set("billing."+fault, "0"))
				if upsert {
					_, err = c.CreateTransaction(t.Context(), tr, true)
					require.NoError(t, err)
				} else if fault == "lateWrite" {
					require.Eventually(t, func() bool { return len(invoicesOf(t, c)) == 1 }, 5*time.Second, 10*time.Millisecond)
				}
				found, err := c.FindTransaction(t.Context(), record.Invoice, tr.CustomerID, tr.Marker, since)
				require.NoError(t, err)
				if found == nil {
					require.False(t, upsert)
					_, err = c.CreateTransaction(t.Context(), tr, false)
					require.NoError(t, err)
				}
				require.Eventually(t, func() bool { return len(invoicesOf(t, c)) == 1 }, 5*time.Second, 10*time.Millisecond)
			})
		}
	}
}

func invoicesOf(t *testing.T, c *Client) []record.Transaction {
	t.Helper()
	page, err := c.ListTransactions(t.Context(), record.Invoice, billing.TransactionQuery{})
	require.NoError(t, err)
	return page.Transactions
}

// mails returns how many e-mails the sandbox sent.
func mails(t *testing.T, s *sandbox.Sandbox) int {
	t.Helper()
	all, err := s.Billing().Mails(t.Context())
	require.NoError(t, err)
	return len(all)
}
