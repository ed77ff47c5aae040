package zoho

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/zohoapi/contracttest"
)

var definitions = []contracttest.Definition{{File: "crm/coql.json"}, {File: "crm/org.json"}, {File: "crm/currencies.json"},
	{File: "crm/users.json"}, {File: "crm/fields.json"}, {File: "crm/record.json"}, {File: "crm/record_count.json"},
	{File: "crm/custom_views.json"}, {File: "crm/bulk_read.json"},
	{File: "crm/profiles.json"}, {File: "crm/related_records.json"}}

// deviations are the places where our requests differ from the definitions, with the reasons.
var deviations = withFieldsOfRecords(map[string]string{
	"POST /crm/bulk/v8/read: body.query without criteria":  "declared as required, and refused beside a cvid",
	"POST /crm/bulk/v8/read: body.query without page":      "declared as required, and refused beside a page_token; 1 where neither is given",
	"POST /crm/bulk/v8/read: body.query without file_type": "declared in two places; the documentation has it beside the query",
	"POST /crm/bulk/v8/read: body.query.module without id": "declared as required; the documentation names a module by its api_name",
})

// withFieldsOfRecords: the definitions declare what the CRM itself adds to a record, but none of its fields.
func withFieldsOfRecords(out map[string]string) map[string]string {
	for _, call := range []string{"POST /crm/v8/{module_api_name}/upsert", "PUT /crm/v8/{module_api_name}"} {
		for _, field := range []string{markerField, "Account_Name", "First_Name", "Last_Name", "Product_Name", "Phone", "Website"} {
			out[call+": body.data with "+field] = "a record's fields are those of the organisation"
		}
	}
	return out
}

func recordRequests(t *testing.T, next http.RoundTripper) http.RoundTripper {
	t.Helper()
	return contracttest.New(t, definitions, deviations).Wrap(t, next)
}

func TestTheContractCheckFindsWhatIsNotDeclared(t *testing.T) {
	t.Parallel()
	c := contracttest.New(t, definitions, nil)
	if c == nil {
		t.Skip("the API definitions under ../shared are not here")
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://x/crm/v8/users?type=AllUsers&color=red", nil)
	require.NoError(t, err)
	require.Equal(t, []string{"GET /crm/v8/users: query color"}, c.Problems(req, nil))
	req.URL.Path = "/crm/v8/no/such/thing/at/all"
	require.Equal(t, []string{"GET /crm/v8/no/such/thing/at/all: call"}, c.Problems(req, nil))
}
