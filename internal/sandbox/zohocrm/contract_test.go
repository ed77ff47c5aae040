package zohocrm_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/sample"
)

// deviation is a place where replies differ from the published API definitions, and the reason. Its path is the last
// name of the place in the reply.
type deviation struct {
	path, schema, reason string
}

// deviations are all the differences that the check below accepts.
var deviations = []deviation{
	{"", "required", "the definitions mark attributes as required that real replies leave out, and that only requests to change metadata carry"},
	{"", "null", "the definitions are not nullable where real replies hold null (next_page_token, duplicate_field, empty lookups)"},
	{"time_zone", "type", "users.time_zone: an object by the definition, a name such as Etc/UTC in every example"},
	{"value", "type", "custom_views.criteria.value: an object by the definition; text, number, boolean or list in every example"},
	{"type", "enum", "org.type: the documentation's example says production, the definition Production"},
	{"email", "pattern", "users.email: the pattern describes one generated example (nine letters @ five letters .com)"},
	{"exchange_rate", "pattern", "currencies.exchange_rate: the pattern asks for two digits before the point; the documentation shows 1.000000000"},
}

func definition(t *testing.T, name string) *openapi3.T {
	t.Helper()
	path := filepath.Join("..", "..", "..", "..", "shared", "contracts", "crm", name)
	if _, err := os.Stat(path); err != nil || os.Getenv("CAUSEWAY_CI") != "" || os.Getenv("CI") != "" {
		t.Skip("the API definitions under ../shared are not here; the golden replies still check the wire")
	}
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true
	doc, err := loader.LoadFromFile(path)
	require.NoError(t, err)
	return doc
}

// schemaOf returns what the definition says of the reply with status 200 to an operation.
func schemaOf(t *testing.T, doc *openapi3.T, method, path string) *openapi3.Schema {
	t.Helper()
	item := doc.Paths.Value(path)
	require.NotNil(t, item, path)
	response := item.GetOperation(method).Responses.Value("200")
	require.NotNil(t, response)
	return response.Value.Content.Get("application/json").Schema.Value
}

// differences lists where a reply breaks its schema. The deviations are left out.
func differences(schema *openapi3.Schema, v any, at string) []string {
	if len(schema.OneOf) > 0 {
		return closest(schema.OneOf, v, at)
	}
	if len(schema.AllOf) > 0 {
		var all []string
		for _, s := range schema.AllOf {
			all = append(all, differences(s.Value, v, at)...)
		}
		return all
	}
	switch x := v.(type) {
	case map[string]any:
		if !schema.Type.Permits("object") && schema.Type != nil {
			return different(at, "type", "object")
		}
		var all []string
		for name, value := range x {
			if p := schema.Properties[name]; p != nil {
				all = append(all, differences(p.Value, value, at+"."+name)...)
			}
		}
		return all
	case []any:
		if schema.Type != nil && !schema.Type.Permits("array") {
			return different(at, "type", "array")
		}
		var all []string
		for _, item := range x {
			if schema.Items != nil {
				all = append(all, differences(schema.Items.Value, item, at)...)
			}
		}
		return all
	}
	return leafDifferences(schema, v, at)
}

func leafDifferences(schema *openapi3.Schema, v any, at string) []string {
	if v == nil {
		return nil // the deviation "null"
	}
	err := schema.VisitJSON(v, openapi3.MultiErrors())
	if err == nil {
		return nil
	}
	var many openapi3.MultiError
	if !errors.As(err, &many) {
		many = openapi3.MultiError{err}
	}
	var all []string
	for _, e := range many {
		field := "other"
		var s *openapi3.SchemaError
		if errors.As(e, &s) {
			field = s.SchemaField
		}
		all = append(all, different(at, field, strings.SplitN(e.Error(), "\n", 2)[0])...)
	}
	return all
}

func different(at, field, what string) []string {
	name := at[strings.LastIndexByte(at, '.')+1:]
	if slices.ContainsFunc(deviations, func(d deviation) bool { return d.schema == field && d.path == name }) {
		return nil
	}
	return []string{at + ": " + field + ": " + what}
}

// closest judges by the alternative that fits best, because the definitions have a reply and its errors as oneOf.
func closest(alternatives openapi3.SchemaRefs, v any, at string) []string {
	var best []string
	object, _ := v.(map[string]any)
	found := false
	for _, s := range alternatives {
		missing := 0
		for name := range object {
			if len(s.Value.Properties) > 0 && s.Value.Properties[name] == nil {
				missing++
			}
		}
		if missing > 0 {
			continue
		}
		if d := differences(s.Value, v, at); !found || len(d) < len(best) {
			best, found = d, true
		}
	}
	if !found {
		return []string{at + ": fits none of the alternatives"}
	}
	return best
}

func TestRepliesKeepToThePublishedDefinitions(t *testing.T) {
	t.Parallel()
	c := newCRM(t, "crmMultiCurrency", "on", "bulkReadDelay", "0")
	addOfEveryType(t, c)
	require.NoError(t, c.org.Load(context.Background(), sample.Generate(1, 30)))
	id := c.get("Contacts?fields=id&per_page=1").ids()[0]
	account := c.create("Accounts", m{"Account_Name": "With a contact"})[0]
	c.attach("Accounts/"+account+"/Attachments", "terms.txt", "thirty days")
	c.create("Contacts", m{"Last_Name": "K", "Account_Name": m{"id": account}})
	bulk := "/crm/bulk/v8/read/" + c.bulkJob(`{"query":{"module":{"api_name":"Accounts"},"fields":["Account_Name"]}}`)
	record, one := "/crm/v8/{module_api_name}", "/crm/v8/{module_api_name}/{id}"
	const get, post, put, remove = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete
	for _, tc := range []struct {
		file, method, template, path, body string
	}{
		{"org.json", get, "/crm/v8/org", "org", ""},
		{"currencies.json", get, "/crm/v8/org/currencies", "org/currencies", ""},
		{"users.json", get, "/crm/v8/users", "users?type=CurrentUser", ""},
		{"users.json", get, "/crm/v8/users", "users", ""},
		{"profiles.json", get, "/crm/v8/settings/profiles", "settings/profiles", ""},
		{"profiles.json", get, "/crm/v8/settings/profiles/{id}", "settings/profiles/5820000000080002", ""},
		{"modules.json", get, "/crm/v8/settings/modules", "settings/modules", ""},
		{"modules.json", get, "/crm/v8/settings/modules/{api_name}", "settings/modules/Accounts", ""},
		{"fields.json", get, "/crm/v8/settings/fields", "settings/fields?module=Accounts", ""},
		{"fields.json", get, "/crm/v8/settings/fields", "settings/fields?module=Contacts", ""},
		{"fields.json", get, "/crm/v8/settings/fields", "settings/fields?module=Products", ""},
		{"custom_views.json", get, "/crm/v8/settings/custom_views", "settings/custom_views?module=Accounts", ""},
		{"custom_views.json", get, "/crm/v8/settings/custom_views/{id}", "settings/custom_views/5820000000061005?module=Accounts", ""},
		{"layouts.json", get, "/crm/v8/settings/layouts", "settings/layouts?module=Contacts", ""},
		{"record.json", get, record, "Contacts?fields=Last_Name,Account_Name,Owner,Email,Modified_Time,Tag&per_page=5", ""},
		{"record.json", get, one, "Contacts/" + id, ""},
		{"record.json", get, record, "Contacts", ""},
		{"record.json", post, record, "Accounts", `{"data":[{"Account_Name":"A"},{}]}`},
		{"record.json", put, record, "Contacts", `{"data":[{"id":"` + id + `","Title":"Boss"},{"id":"1","Title":"x"}]}`},
		{"record.json", put, one, "Contacts/" + id, `{"data":[{"Email":"none"}]}`},
		{"record.json", post, record + "/upsert", "Accounts/upsert", `{"data":[{"Account_Name":"A"},{"Account_Name":"B"}]}`},
		{"record.json", remove, record, "Contacts?ids=" + id + ",1", ""},
		{"record.json", get, record + "/deleted", "Contacts/deleted?type=all", ""},
		{"record.json", get, record + "/search", "Accounts/search?word=an", ""},
		{"related_lists.json", get, "/crm/v8/settings/related_lists", "settings/related_lists?module=Accounts", ""},
		{"related_records.json", get, "/crm/v8/{module_api_name}/{record_id}/{related_list_api_name}",
			"Accounts/" + account + "/Contacts?fields=Last_Name,Account_Name", ""},
		{"notes.json", post, "/crm/v8/Notes", "Notes", `{"data":[{"Note_Title":"Call back","Parent_Id":{"module":{"api_name":"Accounts"},"id":"` + account + `"}}]}`},
		{"attachments.json", get, "/crm/v8/{module}/{record_id}/Attachments", "Accounts/" + account + "/Attachments?fields=id,File_Name,Size,Owner,Created_By,Modified_By,Created_Time,Modified_Time,Parent_Id", ""},
		{"attachments.json", post, "/crm/v8/{module}/{record_id}/Attachments", "Accounts/" + account + "/Attachments?attachmentUrl=https://example.com/a&title=A", ""},
		{"bulk_read.json", get, "/crm/bulk/v8/read/{job_id}", bulk, ""},
		{"coql.json", post, "/crm/v8/coql", "coql", `{"select_query":"select Last_Name, Account_Name, Account_Name.Account_Name from Contacts where id > 0"}`},
	} {
		re := c.call(tc.method, tc.path, tc.body)
		schema := schemaOf(t, definition(t, tc.file), tc.method, tc.template)
		var v any
		require.NoError(t, json.Unmarshal([]byte(re.raw), &v))
		require.Empty(t, differences(schema, v, ""), "%s %s: %s", tc.method, tc.path, re.raw[:min(len(re.raw), 1500)])
	}
}
