package activitytest

import (
	"encoding/json"
	"net/http"
	"strconv"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

// Change edits one CRM record, as a user would.
func (w *World) Change(module, id string, values Object) {
	w.T.Helper()
	out := w.CRM.Call(http.MethodPut, "/"+module+"/"+id, Object{"data": []any{values}})
	require.Contains(w.T, string(must(json.Marshal(out))), `"SUCCESS"`)
}

// List reads a whole list of billing.
func (w *World) List(path, key string) []Object {
	w.T.Helper()
	var out []Object
	for page := 1; ; page++ {
		got := w.Billing.Call(http.MethodGet, path+"?filter_by=Status.All&page="+strconv.Itoa(page), nil)
		for _, row := range got[key].([]any) {
			out = append(out, row.(map[string]any))
		}
		if more, _ := got.Object("page_context")["has_more_page"].(bool); !more {
			return out
		}
	}
}

// Customers are all of billing's, whole, the oldest first.
func (w *World) Customers() []Object {
	w.T.Helper()
	var out []Object
	for _, short := range w.List("/customers", "customers") {
		out = append(out, w.Billing.Call(http.MethodGet, "/customers/"+short.Text("customer_id"), nil).Object("customer"))
	}
	return out
}

// Customer is the one of that name.
func (w *World) Customer(name string) Object {
	w.T.Helper()
	return Only(w.T, w.Customers(), "display_name", name)
}

// Item is the one of that name.
func (w *World) Item(name string) Object {
	w.T.Helper()
	return Only(w.T, w.Items(), "name", name)
}

// Items are all items of billing.
func (w *World) Items() []Object {
	w.T.Helper()
	return w.List("/items", "items")
}

// Persons are a customer's contact persons.
func (w *World) Persons(customer Object) []Object {
	w.T.Helper()
	var out []Object
	for _, row := range w.Billing.Call(http.MethodGet, "/customers/"+customer.Text("customer_id")+"/contactpersons", nil)["contact_persons"].([]any) {
		out = append(out, row.(map[string]any))
	}
	return out
}

// AddCustomer makes a customer in billing that is not Causeway's.
func (w *World) AddCustomer(values Object) Object {
	w.T.Helper()
	return w.Billing.Call(http.MethodPost, "/customers", values).Object("customer")
}

// AddItem makes an item in billing that is not Causeway's.
func (w *World) AddItem(values Object) Object {
	w.T.Helper()
	return w.Billing.Call(http.MethodPost, "/items", values).Object("item")
}

// Get reads one CRM record.
func (w *World) Get(module, id string) Object {
	w.T.Helper()
	rows := w.CRM.Call(http.MethodGet, "/"+module+"/"+id, nil)["data"].([]any)
	return rows[0].(map[string]any)
}

// CustomerWhole reads one customer.
func (w *World) CustomerWhole(id string) Object {
	w.T.Helper()
	return w.Billing.Call(http.MethodGet, "/customers/"+id, nil).Object("customer")
}

// EditCustomer edits one as a user of billing would.
func (w *World) EditCustomer(id string, values Object) {
	w.T.Helper()
	w.Billing.Call(http.MethodPut, "/customers/"+id, values)
}

// LinkOf is the link of a CRM record.
func (w *World) LinkOf(entity record.Entity, module record.Module, id string) record.Link {
	w.T.Helper()
	l, err := w.Store.Links.BySource(w.T.Context(), Demo, entity, module, id)
	require.NoError(w.T, err)
	require.NotNil(w.T, l, "%s %s has no link", module, id)
	return *l
}

// Invoice bills a customer for an item.
func (w *World) Invoice(customer, item string) {
	w.T.Helper()
	w.Billing.Call(http.MethodPost, "/invoices", Object{"customer_id": w.Customer(customer).Text("customer_id"), "date": "2026-03-01",
		"invoice_items": []any{Object{"product_id": w.Item(item).Text("item_id"), "quantity": 1}}})
}
