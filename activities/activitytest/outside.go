package activitytest

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

// Object is a JSON object of a side.
type Object map[string]any

// Text is a field as text.
func (o Object) Text(name string) string {
	switch v := o[name].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	default:
		return ""
	}
}

// Object is a field that holds an object.
func (o Object) Object(name string) Object {
	v, _ := o[name].(map[string]any)
	return v
}

// Marker is the value of our custom field.
func (o Object) Marker() string {
	fields, _ := o["custom_fields"].([]any)
	for _, f := range fields {
		if field := Object(f.(map[string]any)); field.Text("api_name") == "cf_causeway_id" {
			return field.Text("value")
		}
	}
	return ""
}

// API is a side as somebody sees it who knows nothing of Causeway.
type API struct {
	t                testing.TB
	base, token, org string
}

// outsiders reach the two sides with a token of their own.
func outsiders(t testing.TB, box *sandbox.Sandbox) (crm, billing *API) {
	t.Helper()
	return OutsidersWith(t, box, box.Info().RefreshToken)
}

// OutsidersWith reach the two sides with a refresh token.
func OutsidersWith(t testing.TB, box *sandbox.Sandbox, refreshToken string) (crm, billing *API) {
	t.Helper()
	info := box.Info()
	form := url.Values{"grant_type": {"refresh_token"},
		"client_id": {info.ClientID}, "client_secret": {info.ClientSecret}, "refresh_token": {refreshToken}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, info.AccountsURL+"/oauth/v2/token", strings.NewReader(form.Encode()))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	var token struct {
		Access string `json:"access_token"`
	}
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&token))
	return &API{t: t, base: info.CRMURL + "/crm/v8", token: token.Access},
		&API{t: t, base: info.BillingURL + "/billing/v1", token: token.Access, org: info.BillingOrgID}
}

// Call makes one call that must succeed.
func (a *API) Call(method, path string, body any) Object {
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
	out := Object{}
	if len(data) > 0 {
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		require.NoError(a.t, dec.Decode(&out))
	}
	return out
}

func must(data []byte, _ error) []byte { return data }

// Only is the one object whose field has that value.
func Only(t testing.TB, objects []Object, field, value string) Object {
	t.Helper()
	var found []Object
	for _, o := range objects {
		if o.Text(field) == value {
			found = append(found, o)
		}
	}
	require.Len(t, found, 1, "objects with %s = %s among %v", field, value, Texts(objects, field))
	return found[0]
}

// Texts are one field of all objects.
func Texts(objects []Object, field string) []string {
	out := make([]string, 0, len(objects))
	for _, o := range objects {
		out = append(out, o.Text(field))
	}
	return out
}

// Account is an account of the CRM, with further fields in pairs.
func Account(id int64, name string, pairs ...any) sample.Row {
	return row("Accounts", id, append(pairs, "Account_Name", name))
}

// Contact is a contact of the CRM, with further fields in pairs. With account 0 it belongs to none.
func Contact(id int64, first, last string, account int64, pairs ...any) sample.Row {
	if account != 0 {
		pairs = append(pairs, "Account_Name", strconv.FormatInt(account, 10))
	}
	return row("Contacts", id, append(pairs, "First_Name", first, "Last_Name", last))
}

// Product is a product of the CRM, with further fields in pairs.
func Product(id int64, name, code, price string, pairs ...any) sample.Row {
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

// Fields is a record's values in the order of the names, for comparing at a glance.
func Fields(o Object, names ...string) string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, o.Text(n))
	}
	return strings.Join(out, " | ")
}
