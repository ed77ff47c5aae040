package zoho

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
	"causeway/internal/zohoapi/contracttest"
)

func TestWritesOnTheWire(t *testing.T) {
	t.Parallel()
	c := New(Config{Connection: "golden", Credential: record.Credential{AccountsURL: contracttest.Serve(t, "upsert.json"), Organization: "600000001"}})
	customer, err := c.Create(t.Context(), record.Customers, billing.Write{Marker: "cw-x-accounts-1",
		Values: record.Values{"display_name": "Alfreds", "status": "active", "billing_address": map[string]any{"city": "Berlin"}}}, true)
	require.NoError(t, err)
	require.Equal(t, record.Record{Side: record.Billing, Module: record.Customers, ID: "46001", Name: "Alfreds", Marker: "cw-x-accounts-1", Whole: true,
		Created: customer.Created, Modified: customer.Modified,
		Values: record.Values{"customer_id": "46001", "display_name": "Alfreds", "email": "", "status": "active",
			"billing_address": map[string]any{"city": "Berlin"}}}, customer)
	require.True(t, time.Date(2016, 6, 5, 9, 30, 8, 0, time.UTC).Equal(customer.Modified))

	item, err := c.Create(t.Context(), record.Items, billing.Write{Marker: "cw-x-products-1",
		Values: record.Values{"name": "Chai", "rate": json.Number("18.10")}}, false)
	require.NoError(t, err)
	require.Equal(t, json.Number("18.10"), item.Values["rate"], "money stays exact")
	require.Equal(t, "P1", item.SKU)
	require.Equal(t, "cw-x-products-1", item.Marker)

	person, err := c.Create(t.Context(), record.ContactPersons, billing.Write{Marker: "none", ParentID: "46001",
		Values: record.Values{"first_name": "Maria", "last_name": "Anders"}}, true)
	require.NoError(t, err)
	require.Equal(t, "46001", person.ParentID)
	persons, err := c.ContactPersons(t.Context(), "46001")
	require.NoError(t, err)
	require.Equal(t, "Maria Anders", persons[0].Name)
	require.NoError(t, c.SetActive(t.Context(), record.Customers, "46001", false))
	require.NoError(t, c.SetActive(t.Context(), record.Items, "46002", true))
}

func TestWhatBillingsCodesMean(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status  int
		code    string
		message string
		want    record.Kind
	}{
		{400, "2", "Invalid value passed for rate", record.Invalid},
		{200, "2", "Invalid value passed for rate", record.Invalid}, // whatever the status
		{404, "5", "Invalid URL Passed", record.NotFound},
		{401, "14", "You are not authorized to perform this operation", record.Unauthorized},
		{401, "57", "You are not authorized to perform this operation", record.Unauthorized},
		{404, "1002", "Customer does not exist.", record.NotFound},
		{400, "2006", "Item does not exist.", record.NotFound},
		{400, "3062", `The customer "X" already exists. Please specify a different name.`, record.Conflict},
		{400, "1001", "An item with the SKU already exists.", record.Conflict},
		{400, "1000", "The item name already exist", record.Conflict},
		{500, "1000", "Internal error", record.Unavailable},
		{400, "1000", "Internal error", record.Unavailable},
		{400, "120012", "Duplicate value for the field Causeway ID", record.Conflict},
		{429, "44", "blocked", record.RateLimited},
		{429, "45", "over for today", record.RateLimited},
		{429, "1070", "in process", record.RateLimited},
		{400, "6041", "This user is not associated with the CompanyID", record.NotFound},
		{403, "99", "forbidden", record.Unauthorized},
	} {
		got := judge(zohoapi.Reply{Status: c.status, Body: map[string]any{"code": json.Number(c.code), "message": c.message}})
		require.NotNil(t, got, c.code)
		require.Equal(t, c.want, got.Failure.Kind, "%d %s %s", c.status, c.code, c.message)
		require.Equal(t, c.code, got.Failure.Code)
		require.Equal(t, c.message, got.Failure.Message)
	}
	require.Nil(t, judge(zohoapi.Reply{Status: 201, Body: map[string]any{"code": json.Number("0")}}))
}
