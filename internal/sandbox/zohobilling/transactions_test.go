package zohobilling_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/zohobilling"
)

const (
	firstCustomer = "4600000000100001"
	firstItem     = "4600000600100001"
)

// traded is a bench with two customers and two items that nothing uses yet.
func traded(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	for _, name := range []string{"A", "B"} {
		b.good("POST", "/customers", `{"display_name":"`+name+`"}`, "")
		b.good("POST", "/items", `{"name":"`+name+`","rate":1.10}`, "")
	}
	return b
}

func TestEstimatesAndInvoicesComeBackWithExactTotals(t *testing.T) {
	t.Parallel()
	b := traded(t)
	invoice := b.good("POST", "/invoices", `{"customer_id":"`+firstCustomer+`","date":"2026-03-01","invoice_items":[
		{"product_id":"`+firstItem+`","quantity":3},{"product_id":"`+firstItem+`","quantity":"0.001","price":12345678901234.56,"name":"Other"}]}`, "invoice")
	require.Equal(t, json.Number("12345678904.53"), invoice["total"], "no float has been near it")
	require.Equal(t, "2026-03-01", invoice["date"])
	lines := invoice["invoice_items"].([]any)
	require.Equal(t, json.Number("1.10"), lines[0].(map[string]any)["price"], "the item's own where none is given")
	require.Equal(t, "Other", lines[1].(map[string]any)["name"])
	id := invoice["invoice_id"].(string)
	read := b.good("GET", "/invoices/"+id, "", "invoice")
	for _, name := range []string{"invoice_items", "total", "balance", "status", "customer_id", "created_time"} {
		require.Equal(t, invoice[name], read[name], name)
	}
	require.Equal(t, []any{invoice["invoice_number"], invoice["date"], invoice["last_modified_time"]}, []any{read["number"], read["invoice_date"], read["updated_time"]})

	estimate := b.good("POST", "/estimates", `{"customer_id":"`+firstCustomer+`","line_items":[{"item_id":"`+firstItem+`","quantity":2,"rate":0.15}]}`, "estimate")
	require.Equal(t, json.Number("0.30"), estimate["total"])
	require.Equal(t, "A", estimate["customer_name"])
	for _, row := range b.call("GET", "/invoices", "").Body["invoices"].([]any) {
		require.NotContains(t, row, "invoice_items", "lists show no lines")
	}
}

func TestTransactionsRefuseWhatTheyCannotUse(t *testing.T) {
	t.Parallel()
	b := traded(t)
	for path, bodies := range map[string]map[string]string{
		"/invoices": {
			`{"invoice_items":[{"product_id":"` + firstItem + `"}]}`:                                                         "customer_id",
			`{"customer_id":"1","invoice_items":[{"product_id":"` + firstItem + `"}]}`:                                       "customer_id",
			`{"customer_id":"` + firstCustomer + `"}`:                                                                        "invoice_items",
			`{"customer_id":"` + firstCustomer + `","invoice_items":[{"product_id":"1"}]}`:                                   "product_id",
			`{"customer_id":"` + firstCustomer + `","invoice_items":[{"name":"free text","price":1}]}`:                       "product_id",
			`{"customer_id":"` + firstCustomer + `","invoice_items":[{"product_id":"` + firstItem + `","quantity":0}]}`:      "invoice_items",
			`{"customer_id":"` + firstCustomer + `","invoice_items":[{"product_id":"` + firstItem + `","price":-1}]}`:        "invoice_items",
			`{"customer_id":"` + firstCustomer + `","invoice_items":[{"product_id":"` + firstItem + `","quantity":"many"}]}`: "",
		},
		"/estimates": {
			`{"customer_id":"` + firstCustomer + `"}`:                                "line_items",
			`{"customer_id":"` + firstCustomer + `","line_items":[{"item_id":"1"}]}`: "item_id",
		},
	} {
		for body, what := range bodies {
			require.Contains(t, b.refused(400, "2", "POST", path, body), "Invalid value passed for "+what, body)
		}
	}
	require.Equal(t, "Invoice does not exist.", b.refused(404, "1002", "GET", "/invoices/1", ""))
	require.Equal(t, "Estimate does not exist.", b.refused(404, "1002", "DELETE", "/estimates/1", ""))
	b.refused(400, "2", "GET", "/transactions?filter_by=bells", "")
	require.Empty(t, b.call("GET", "/invoices", "").Body["invoices"], "what was refused made nothing")
}

func TestWhatTransactionsUseIsNotDeletedUntilTheyAre(t *testing.T) {
	t.Parallel()
	b := traded(t)
	for _, made := range []struct{ path, key, body string }{
		{"/estimates", "estimate", `{"customer_id":"` + firstCustomer + `","line_items":[{"item_id":"` + firstItem + `"}]}`},
		{"/invoices", "invoice", `{"customer_id":"` + firstCustomer + `","invoice_items":[{"product_id":"` + firstItem + `"},{"product_id":"` + firstItem + `"}]}`},
	} {
		one := b.good("POST", made.path, made.body, made.key)
		require.Contains(t, b.refused(400, "3073", "DELETE", "/customers/"+firstCustomer, ""), "transactions")
		require.Contains(t, b.refused(400, "2049", "DELETE", "/items/"+firstItem, ""), "transactions")
		b.good("GET", "/customers/"+firstCustomer, "", "customer")
		b.good("DELETE", made.path+"/"+one[made.key+"_id"].(string), "", "")
		b.refused(404, "1002", "DELETE", made.path+"/"+one[made.key+"_id"].(string), "")
	}
	b.good("DELETE", "/customers/"+firstCustomer, "", "")
	b.good("DELETE", "/items/"+firstItem, "", "")
	b.refused(404, "1002", "DELETE", "/customers/"+firstCustomer, "")
	b.refused(404, "2006", "DELETE", "/items/"+firstItem, "")
}

func TestTransactionsAreListedByCustomerInPages(t *testing.T) {
	t.Parallel()
	b := traded(t)
	const second = "4600000000100002"
	var mine []string
	for n := range 5 {
		customer := firstCustomer
		if n == 2 {
			customer = second
		}
		made := b.good("POST", "/invoices", `{"customer_id":"`+customer+`","invoice_items":[{"product_id":"`+firstItem+`"}]}`, "invoice")
		if n != 2 {
			mine = append(mine, made["invoice_id"].(string))
		}
	}
	first := b.call("GET", "/transactions?per_page=3&customer_id="+firstCustomer, "")
	require.Equal(t, true, first.Body["page_context"].(map[string]any)["has_more_page"])
	got := append(b.names("/transactions?per_page=3&customer_id="+firstCustomer, "transactions", "transaction_id"),
		b.names("/transactions?per_page=3&page=2&customer_id="+firstCustomer, "transactions", "transaction_id")...)
	require.ElementsMatch(t, mine, got)
	require.ElementsMatch(t, mine, b.names("/invoices?customer_id="+firstCustomer, "invoices", "invoice_id"))
	require.Len(t, b.names("/transactions", "transactions", "type"), 5)
	require.Empty(t, b.names("/transactions?filter_by=TransactionType.PAYMENT", "transactions", "type"))
}

func TestAnEmptyMarkerIsFreeForAnother(t *testing.T) {
	t.Parallel()
	for _, empty := range []string{`""`, `null`} {
		b := newBench(t)
		for module, key := range map[string]string{"customers": "customer", "items": "item"} {
			a := b.good("PUT", "/"+module, `{"display_name":"A","name":"A","rate":1}`, key, byMarker("m", true)...)[key+"_id"].(string)
			b.good("PUT", "/"+module+"/"+a, `{"custom_fields":[{"api_name":"cf_causeway_id","value":`+empty+`}]}`, "")
			b.refused(404, "1002", "PUT", "/"+module, `{"rate":2}`, byMarker("m", false)...)
			other := b.good("PUT", "/"+module, `{"display_name":"B","name":"B","rate":1}`, key, byMarker("m", true)...)[key+"_id"].(string)
			require.NotEqual(t, a, other)
			b.good("PUT", "/"+module+"/"+other, `{"custom_fields":[{"api_name":"cf_causeway_id","value":`+empty+`}]}`, "")
			require.Len(t, b.call("GET", "/"+module, "").Body[module], 2, "two may have none")
		}
	}
}

func TestSampleTransactionsAreTheSameByTheSameSeed(t *testing.T) {
	t.Parallel()
	seeded := func(body string) (int, []string) {
		b := newBench(t)
		for n := range 20 {
			b.good("POST", "/customers", `{"display_name":"C`+string(rune('a'+n))+`"}`, "")
		}
		b.good("POST", "/items", `{"name":"I","rate":1}`, "")
		server := httptest.NewServer(b.org.Control())
		defer server.Close()
		resp, err := http.Post(server.URL+"/sandbox/v1/billing/transactions", "application/json", strings.NewReader(body))
		require.NoError(t, err)
		defer func() { _ = resp.Body.Close() }()
		raw, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		if resp.StatusCode != http.StatusOK {
			return resp.StatusCode, nil
		}
		var out zohobilling.SampledTransactions
		require.NoError(t, json.Unmarshal(raw, &out))
		used := b.names("/invoices", "invoices", "customer_id")
		require.Len(t, used, out.Invoices)
		return resp.StatusCode, used
	}
	_, first := seeded(`{"share":0.5,"seed":1}`)
	_, again := seeded(`{"share":0.5,"seed":1}`)
	_, other := seeded(`{"share":0.5,"seed":2}`)
	require.Equal(t, first, again)
	require.NotEqual(t, first, other)
	require.NotEmpty(t, first)
	_, all := seeded(`{"share":1,"seed":1}`)
	require.Len(t, all, 20)
	_, none := seeded(`{"share":0,"seed":1}`)
	require.Empty(t, none)
	status, _ := seeded(`{"share":1.5}`)
	require.Equal(t, http.StatusBadRequest, status)
}
