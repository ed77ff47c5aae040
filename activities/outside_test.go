package activities_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"causeway/internal/sandbox"
	"causeway/internal/sandbox/sample"

	"github.com/stretchr/testify/require"
)

// object is a JSON object of a side.
type object map[string]any

func (o object) text(name string) string {
	switch v := o[name].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	default:
		return ""
	}
}

func (o object) object(name string) object {
	v, _ := o[name].(map[string]any)
	return v
}

// marker is the value of our custom field.
func (o object) marker() string {
	fields, _ := o["custom_fields"].([]any)
	for _, f := range fields {
		if field := object(f.(map[string]any)); field.text("api_name") == "cf_causeway_id" {
			return field.text("value")
		}
	}
	return ""
}

// api is a side as somebody sees it who knows nothing of Causeway.
type api struct {
	t                testing.TB
	base, token, org string
}

// outsiders reach the two sides with a token of their own.
func outsiders(t testing.TB, box *sandbox.Sandbox) (crm, billing *api) {
	t.Helper()
	return outsidersWith(t, box, box.Info().RefreshToken)
}

func outsidersWith(t testing.TB, box *sandbox.Sandbox, refreshToken string) (crm, billing *api) {
	t.Helper()
	info := box.Info()
	resp, err := http.PostForm(info.AccountsURL+"/oauth/v2/token", url.Values{"grant_type": {"refresh_token"},
		"client_id": {info.ClientID}, "client_secret": {info.ClientSecret}, "refresh_token": {refreshToken}})
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	var token struct {
		Access string `json:"access_token"`
	}
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&token))
	return &api{t: t, base: info.CRMURL + "/crm/v8", token: token.Access},
		&api{t: t, base: info.BillingURL + "/billing/v1", token: token.Access, org: info.BillingOrgID}
}

// call makes one call that must succeed.
func (a *api) call(method, path string, body any) object {
	a.t.Helper()
	var sent io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		require.NoError(a.t, err)
		sent = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(a.t.Context(), method, a.base+path, sent)
	require.NoError(a.t, err)
	req.Header.Set("Authorization", "Bearer "+a.token)
	req.Header.Set("X-com-zoho-subscriptions-organizationid", a.org)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(a.t, err)
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	require.NoError(a.t, err)
	require.Less(a.t, resp.StatusCode, 300, "%s %s: %s", method, path, data)
	out := object{}
	if len(data) > 0 {
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		require.NoError(a.t, dec.Decode(&out))
	}
	return out
}

// change edits one CRM record, as a user would.
func (w *world) change(module, id string, values object) {
	w.t.Helper()
	out := w.crm.call(http.MethodPut, "/"+module+"/"+id, object{"data": []any{values}})
	require.Contains(w.t, string(must(json.Marshal(out))), `"SUCCESS"`)
}

func must(data []byte, _ error) []byte { return data }

// list reads a whole list of billing.
func (w *world) list(path, key string) []object {
	w.t.Helper()
	var out []object
	for page := 1; ; page++ {
		got := w.billing.call(http.MethodGet, path+"?filter_by=Status.All&page="+strconv.Itoa(page), nil)
		for _, row := range got[key].([]any) {
			out = append(out, row.(map[string]any))
		}
		if more, _ := got.object("page_context")["has_more_page"].(bool); !more {
			return out
		}
	}
}

// customers are all of billing's, whole, the oldest first.
func (w *world) customers() []object {
	w.t.Helper()
	var out []object
	for _, short := range w.list("/customers", "customers") {
		out = append(out, w.billing.call(http.MethodGet, "/customers/"+short.text("customer_id"), nil).object("customer"))
	}
	return out
}

// customer is the one of that name.
func (w *world) customer(name string) object {
	w.t.Helper()
	return only(w.t, w.customers(), "display_name", name)
}

// item is the one of that name.
func (w *world) item(name string) object {
	w.t.Helper()
	return only(w.t, w.items(), "name", name)
}

func (w *world) items() []object {
	w.t.Helper()
	return w.list("/items", "items")
}

// persons are a customer's contact persons.
func (w *world) persons(customer object) []object {
	w.t.Helper()
	var out []object
	for _, row := range w.billing.call(http.MethodGet, "/customers/"+customer.text("customer_id")+"/contactpersons", nil)["contact_persons"].([]any) {
		out = append(out, row.(map[string]any))
	}
	return out
}

// only is the one object whose field has that value.
func only(t testing.TB, objects []object, field, value string) object {
	t.Helper()
	var found []object
	for _, o := range objects {
		if o.text(field) == value {
			found = append(found, o)
		}
	}
	require.Len(t, found, 1, "objects with %s = %s among %v", field, value, texts(objects, field))
	return found[0]
}

// texts are one field of all objects.
func texts(objects []object, field string) []string {
	out := make([]string, 0, len(objects))
	for _, o := range objects {
		out = append(out, o.text(field))
	}
	return out
}

// addCustomer makes a customer in billing that is not Causeway's.
func (w *world) addCustomer(values object) object {
	w.t.Helper()
	return w.billing.call(http.MethodPost, "/customers", values).object("customer")
}

func (w *world) addItem(values object) object {
	w.t.Helper()
	return w.billing.call(http.MethodPost, "/items", values).object("item")
}

// account, contact and product are CRM records with further fields in pairs. A contact with account 0 belongs
// to none.
func account(id int64, name string, pairs ...any) sample.Row {
	return row("Accounts", id, append(pairs, "Account_Name", name))
}

func contact(id int64, first, last string, account int64, pairs ...any) sample.Row {
	if account != 0 {
		pairs = append(pairs, "Account_Name", strconv.FormatInt(account, 10))
	}
	return row("Contacts", id, append(pairs, "First_Name", first, "Last_Name", last))
}

func product(id int64, name, code, price string, pairs ...any) sample.Row {
	return row("Products", id, append([]any{"Product_Name", name, "Product_Code", code, "Unit_Price", json.Number(price),
		"Product_Active", true}, pairs...))
}

func row(module string, id int64, pairs []any) sample.Row {
	values := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		if text, ok := pairs[i+1].(string); ok && text == "" {
			continue
		}
		values[pairs[i].(string)] = pairs[i+1]
	}
	return sample.Row{Module: module, ID: id, Values: values}
}

// fields is a record's values in the order of the names, for comparing at a glance.
func fields(o object, names ...string) string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, o.text(n))
	}
	return strings.Join(out, " | ")
}
