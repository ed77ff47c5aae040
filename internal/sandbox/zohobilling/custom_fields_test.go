package zohobilling_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/zohobilling"
)

// values returns a record's custom fields by API name.
func values(record map[string]any) map[string]any {
	out := map[string]any{}
	for _, f := range record["custom_fields"].([]any) {
		out[f.(map[string]any)["api_name"].(string)] = f.(map[string]any)["value"]
	}
	return out
}

func withCustom(pairs ...string) string {
	var fields []string
	for i := 0; i+1 < len(pairs); i += 2 {
		fields = append(fields, fmt.Sprintf(`{"api_name":%q,"value":%s}`, pairs[i], pairs[i+1]))
	}
	return `{"display_name":"A","custom_fields":[` + strings.Join(fields, ",") + `]}`
}

func addTypedFields(t *testing.T, b *bench) {
	t.Helper()
	for name, dataType := range map[string]string{"cf_notes": "multiline", "cf_tel": "phone", "cf_mail": "email", "cf_site": "url",
		"cf_score": "decimal", "cf_share": "percent", "cf_called": "date_time"} {
		require.NoError(t, b.org.SetField(t.Context(), zohobilling.CustomField{Module: "customers", APIName: name, DataType: dataType}))
	}
}

func TestCustomFieldsTakeTheValuesOfTheirTypesAndKeepThemAsText(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	addTypedFields(t, b)
	for name, rule := range map[string]struct{ good, kept, bad string }{
		"cf_employees":    {`42`, "42", `"many"`},
		"cf_credit_limit": {`12.50`, "12.5", `true`},
		"cf_score":        {`"0.1234567890123456"`, "0.1234567890123456", `"1,5"`},
		"cf_share":        {`7.5`, "7.5", `[]`},
		"cf_key_account":  {`true`, "true", `"yes"`},
		"cf_since":        {`"2024-02-29"`, "2024-02-29", `"2023-02-29"`},
		"cf_called":       {`"2026-03-01T12:00:00+00:00"`, "2026-03-01T05:00:00-0700", `"yesterday"`},
		"cf_tier":         {`"Gold"`, "Gold", `"gold"`},
		"cf_interests":    {`["Software","Hardware","Software"]`, "Software,Hardware", `["Software","Opera"]`},
		"cf_mail":         {`"a@b.example"`, "a@b.example", `"a@b"`},
		"cf_site":         {`"https://a.example"`, "https://a.example", `"a b"`},
		"cf_tel":          {`"+1 5"`, "+1 5", `"` + strings.Repeat("1", 51) + `"`},
		"cf_notes":        {`"a\nb"`, "a\nb", `7`},
	} {
		c := b.good("POST", "/customers", withCustom(name, rule.good), "customer")
		require.Equal(t, rule.kept, values(c)[name], name)
		id := c["customer_id"].(string)
		require.Equal(t, "Invalid value passed for "+name, b.refused(400, "2", "PUT", "/customers/"+id, withCustom(name, rule.bad)), name)
		require.Equal(t, rule.kept, values(b.good("GET", "/customers/"+id, "", "customer"))[name], "a refused write leaves it")
		require.NotContains(t, values(b.good("PUT", "/customers/"+id, withCustom(name, `null`), "customer")), name, "null clears")
		b.good("DELETE", "/customers/"+id, "", "")
	}
}

func TestCustomValuesAreShownInTheirOwnTypesWhereTheSettingSaysSo(t *testing.T) {
	t.Parallel()
	b := newBench(t, "customFieldValues=native")
	c := b.good("POST", "/customers", withCustom("cf_credit_limit", "12.5", "cf_key_account", "true", "cf_interests", `"Software,Hardware"`, "cf_region", `"EU"`), "customer")
	want := map[string]any{"cf_credit_limit": json.Number("12.5"), "cf_key_account": true, "cf_interests": []any{"Software", "Hardware"}, "cf_region": "EU"}
	require.Equal(t, want, values(c))
	id := c["customer_id"].(string)
	require.Equal(t, want, values(b.good("GET", "/customers/"+id, "", "customer")))
	require.NoError(t, b.settings.Set("customFieldValues", "text"))
	require.Equal(t, "Software,Hardware", values(b.good("GET", "/customers/"+id, "", "customer"))["cf_interests"])
}

func TestACustomFieldThatIsDroppedOrChangedTakesItsValuesAlong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := openBench(t, dir)
	c := b.good("POST", "/customers", withCustom("cf_region", `"7"`, "cf_tier", `"Gold"`), "customer")
	other := b.good("POST", "/customers", `{"display_name":"B","custom_fields":[{"api_name":"cf_region","value":"EU"}]}`, "customer")
	path := "/customers/" + c["customer_id"].(string)
	require.NoError(t, b.org.SetField(t.Context(), zohobilling.CustomField{Module: "customers", APIName: "cf_region", DataType: "number"}))
	changed := b.good("GET", path, "", "customer")
	require.Equal(t, "7", values(changed)["cf_region"])
	require.Contains(t, string(b.call("GET", path, "").Raw), `"data_type":"number"`)
	require.Empty(t, values(b.good("GET", "/customers/"+other["customer_id"].(string), "", "customer")), "what the new type refuses is gone")
	require.Equal(t, c["updated_time"], changed["updated_time"], "no record was edited")

	require.NoError(t, b.org.DropField(t.Context(), "customers", "cf_tier"))
	require.NotContains(t, values(b.good("GET", path, "", "customer")), "cf_tier")
	require.ErrorIs(t, b.org.DropField(t.Context(), "customers", "cf_tier"), zohobilling.ErrNoField)
	b.stop()
	b = openBench(t, dir)
	t.Cleanup(b.stop)
	b.refused(400, "2", "PUT", path, withCustom("cf_tier", `"Gold"`))
	require.Equal(t, "7", values(b.good("GET", path, "", "customer"))["cf_region"], "definitions outlast a restart")
}

func TestCustomFieldsAreMadeThroughTheSandboxsOwnPath(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ask := func(method, path, body string) (int, string) {
		w := httptest.NewRecorder()
		b.org.Control().ServeHTTP(w, httptest.NewRequest(method, "/sandbox/v1/billing/fields"+path, strings.NewReader(body)))
		return w.Code, w.Body.String()
	}
	status, body := ask("POST", "", `{"module":"items","api_name":"cf_colour","data_type":"dropdown","options":["Red"]}`)
	require.Equal(t, 200, status, body)
	it := b.good("POST", "/items", `{"name":"A","rate":1,"custom_fields":[{"api_name":"cf_colour","value":"Red"}]}`, "item")
	require.Equal(t, "Red", values(it)["cf_colour"])
	_, body = ask("GET", "/items", "")
	require.Contains(t, body, "cf_colour")
	for request, want := range map[string]string{
		`{"module":"plans","api_name":"cf_a"}`:                              "customers, items",
		`{"module":"items","api_name":"a"}`:                                 "begins with cf_",
		`{"module":"items","api_name":"cf_causeway_id"}`:                    "not the marker",
		`{"module":"items","api_name":"cf_a","data_type":"rainbow"}`:        "check_box",
		`{"module":"items","api_name":"cf_a","data_type":"dropdown"}`:       "options",
		`{"module":"items","api_name":"cf_a","type":"number"}`:              "unknown field",
		`{"module":"items","api_name":"cf_a","data_type":"dropdown`:         "read request",
		`{"module":"items","api_name":"cf_b","data_type":"text","label":7}`: "label",
	} {
		status, body = ask("POST", "", request)
		require.Equal(t, 400, status)
		require.Contains(t, body, want)
	}
	status, _ = ask("DELETE", "/items/cf_colour", "")
	require.Equal(t, 200, status)
	status, _ = ask("DELETE", "/items/cf_colour", "")
	require.Equal(t, 404, status)
}
