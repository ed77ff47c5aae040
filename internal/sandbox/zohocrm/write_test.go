package zohocrm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStatusOfAWriteSaysWhetherAllSomeOrNoneWasWritten(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	id := c.accounts(1)[0]
	for _, tc := range []struct {
		name, method, path, body string
		status                   int
		codes                    []string
	}{
		{"create all", "POST", "Accounts", `{"data":[{"Account_Name":"A"},{"Account_Name":"B"}]}`, 201, []string{"SUCCESS", "SUCCESS"}},
		{"create some", "POST", "Accounts", `{"data":[{"Account_Name":"A"},{"Phone":"1"}]}`, 207, []string{"SUCCESS", "MANDATORY_NOT_FOUND"}},
		{"create none", "POST", "Accounts", `{"data":[{},{"Account_Name":null}]}`, 400, []string{"MANDATORY_NOT_FOUND", "MANDATORY_NOT_FOUND"}},
		{"create no object", "POST", "Accounts", `{"data":["x"]}`, 400, []string{"INVALID_DATA"}},
		{"create two faults", "POST", "Accounts", `{"data":[{"Employees":"many"}]}`, 400, []string{"MULTIPLE_OR_MULTI_ERRORS"}},
		{"update all", "PUT", "Accounts", `{"data":[{"id":"` + id + `","Phone":"2"}]}`, 200, []string{"SUCCESS"}},
		{"update some", "PUT", "Accounts", `{"data":[{"id":"` + id + `"},{"Phone":"1"}]}`, 207, []string{"SUCCESS", "MANDATORY_NOT_FOUND"}},
		{"update unknown", "PUT", "Accounts", `{"data":[{"id":"77","Phone":"1"}]}`, 400, []string{"INVALID_DATA"}},
		{"update to no name", "PUT", "Accounts", `{"data":[{"id":"` + id + `","Account_Name":""}]}`, 400, []string{"MANDATORY_NOT_FOUND"}},
		{"update one", "PUT", "Accounts/" + id, `{"data":[{"Phone":"3"}]}`, 200, []string{"SUCCESS"}},
		{"upsert update", "POST", "Accounts/upsert", `{"data":[{"Account_Name":"account 0000"}]}`, 200, []string{"SUCCESS"}},
		{"upsert some", "POST", "Accounts/upsert", `{"data":[{"Account_Name":"account 0000"},{}]}`, 207, []string{"SUCCESS", "MANDATORY_NOT_FOUND"}},
		{"delete some", "DELETE", "Accounts?ids=" + id + ",77", "", 207, []string{"SUCCESS", "INVALID_DATA"}},
		{"delete none", "DELETE", "Accounts?ids=77,x", "", 400, []string{"INVALID_DATA", "INVALID_DATA"}},
	} {
		re := c.call(tc.method, tc.path, tc.body)
		require.Equal(t, tc.status, re.status, "%s: %s", tc.name, re.raw)
		var codes []string
		for _, item := range re.data() {
			codes = append(codes, item["code"].(string))
		}
		require.Equal(t, tc.codes, codes, tc.name)
	}
}

func TestACallThatIsNoneIsRefusedWhole(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	tooMany := `{"data":[` + strings.Repeat(`{"Account_Name":"A"},`, 100) + `{"Account_Name":"A"}]}`
	for _, tc := range []struct{ name, method, path, body, code string }{
		{"no JSON", "POST", "Accounts", `{"data":[`, "INVALID_DATA"},
		{"no data", "POST", "Accounts", `{}`, "MANDATORY_NOT_FOUND"},
		{"data no list", "POST", "Accounts", `{"data":{}}`, "INVALID_DATA"},
		{"101 records", "POST", "Accounts", tooMany, "INVALID_DATA"},
		{"101 ids", "DELETE", "Accounts?ids=1" + strings.Repeat(",1", 100), "", "LIMIT_EXCEEDED"},
		{"no ids", "DELETE", "Accounts", "", "REQUIRED_PARAM_MISSING"},
		{"unknown id", "GET", "Accounts/77", "", "INVALID_DATA"},
		{"unknown id to update", "PUT", "Accounts/77", `{"data":[{"Phone":"1"}]}`, "INVALID_DATA"},
		{"unknown id to delete", "DELETE", "Accounts/77", "", "INVALID_DATA"},
		{"check by a field that is not unique", "POST", "Accounts/upsert", `{"data":[{"Account_Name":"A"}],"duplicate_check_fields":["Phone"]}`, "INVALID_DATA"},
		{"unknown module", "POST", "Nonsense", `{"data":[{}]}`, "INVALID_MODULE"},
	} {
		re := c.call(tc.method, tc.path, tc.body)
		require.Equal(t, http.StatusBadRequest, re.status, "%s: %s", tc.name, re.raw)
		require.Equal(t, tc.code, re.body["code"], tc.name)
	}
	empty, err := c.org.Empty(context.Background())
	require.NoError(t, err)
	require.True(t, empty)
}

func TestValuesAreCheckedByTheirField(t *testing.T) {
	t.Parallel()
	c := newCRM(t, "crmMultiCurrency", "on")
	account := c.accounts(1)[0]
	for value, details := range map[string]m{
		`"Email":"none"`: {"expected_data_type": "email", "api_name": "Email", "json_path": "$.data[0].Email"},
		`"Title":5`:      {"expected_data_type": "text", "api_name": "Title", "json_path": "$.data[0].Title"},
		`"Title":"` + strings.Repeat("x", 101) + `"`: {"maximum_length": 100.0, "api_name": "Title", "json_path": "$.data[0].Title"},
		`"Email_Opt_Out":"yes"`:                      {"expected_data_type": "boolean", "api_name": "Email_Opt_Out", "json_path": "$.data[0].Email_Opt_Out"},
		`"Date_of_Birth":"1.2.2000"`:                 {"expected_data_type": "date", "api_name": "Date_of_Birth", "json_path": "$.data[0].Date_of_Birth"},
		`"Account_Name":{"id":"77"}`:                 {"api_name": "Account_Name", "json_path": "$.data[0].Account_Name.id"},
		`"Account_Name":"Somebody"`:                  {"expected_data_type": "bigint", "api_name": "Account_Name", "json_path": "$.data[0].Account_Name"},
	} {
		re := c.call(http.MethodPost, "Contacts", `{"data":[{"Last_Name":"A",`+value+`}]}`)
		require.Equal(t, http.StatusBadRequest, re.status, re.raw)
		require.Equal(t, "INVALID_DATA", re.code())
		require.Equal(t, details, re.data()[0]["details"].(map[string]any), value)
	}
	re := c.call(http.MethodPost, "Accounts", `{"data":[{"Account_Name":"A","Currency":"XYZ"}]}`)
	require.Contains(t, re.raw, "supported_values", "a currency that is not enabled")
	re = c.call(http.MethodPost, "Contacts", `{"data":[{"Last_Name":"Łęcki","First_Name":"Zoë","Account_Name":{"id":"`+account+`"},"Full_Name":"x","Nonsense":1}]}`)
	require.Equal(t, http.StatusCreated, re.status, re.raw)
	whole := c.get("Contacts/" + re.data()[0]["details"].(map[string]any)["id"].(string)).data()[0]
	require.Equal(t, "Zoë Łęcki", whole["Full_Name"])
	require.Equal(t, m{"id": account, "name": "Account 0000"}, whole["Account_Name"].(map[string]any))
	require.NotContains(t, whole, "Nonsense")
}

func TestUpsertByMarkerCreatesOnceHoweverOftenItIsSent(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	const body = `{"data":[{"Account_Name":"Same name","Causeway_ID":"m-1"}],"duplicate_check_fields":["Causeway_ID"]}`
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() { c.call(http.MethodPost, "Accounts/upsert", body) })
	}
	wg.Wait()
	n, err := c.org.Count(context.Background(), "Accounts")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	re := c.call(http.MethodPost, "Accounts/upsert", strings.ReplaceAll(body, "m-1", "M-1"))
	require.Equal(t, "update", re.data()[0]["action"], "duplicate checks do not look at case")
	require.Equal(t, "Causeway_ID", re.data()[0]["duplicate_field"])
	re = c.call(http.MethodPost, "Accounts/upsert", strings.ReplaceAll(body, "m-1", "m-2"))
	require.Equal(t, "insert", re.data()[0]["action"], "the system's field is skipped when other fields are named")
	require.Equal(t, http.StatusOK, re.status)
	require.NoError(t, c.settings.Set("upsertInsertStatus", "201"))
	require.Equal(t, http.StatusCreated, c.call(http.MethodPost, "Accounts/upsert", strings.ReplaceAll(body, "m-1", "m-3")).status)
}

func TestAMarkerThatWasTakenBackIsFree(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	ids := c.create("Accounts", m{"Account_Name": "A", "Causeway_ID": "x"}, m{"Account_Name": "B", "Causeway_ID": "y"})
	require.Equal(t, 200, c.call(http.MethodPut, "Accounts/"+ids[0], `{"data":[{"Causeway_ID":null}]}`).status)
	require.Equal(t, 200, c.call(http.MethodDelete, "Accounts/"+ids[1], "").status)
	for _, marker := range []string{"x", "y"} {
		re := c.call(http.MethodPost, "Accounts/upsert", `{"data":[{"Account_Name":"C","Causeway_ID":"`+marker+`"}],"duplicate_check_fields":["Causeway_ID"]}`)
		require.Equal(t, "insert", re.data()[0]["action"])
	}
}

func TestMarkerFieldIsUniquePlainOrAbsentAsSet(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	ids := c.create("Products", m{"Product_Name": "A", "Causeway_ID": "x"}, m{"Product_Name": "B"})
	const taken = `{"data":[{"Product_Name":"C","Causeway_ID":"X"}]}`
	re := c.call(http.MethodPost, "Products", taken)
	require.Equal(t, "DUPLICATE_DATA", re.code())
	details := re.data()[0]["details"].(map[string]any)
	require.Equal(t, ids[0], details["id"])
	require.Equal(t, "Causeway_ID", details["api_name"])
	require.Equal(t, ids[0], details["duplicate_record"].(map[string]any)["id"])
	re = c.call(http.MethodPut, "Products/"+ids[1], `{"data":[{"Causeway_ID":"x"}]}`)
	require.Equal(t, "DUPLICATE_DATA", re.code())
	require.Equal(t, http.StatusOK, c.call(http.MethodPut, "Products/"+ids[0], `{"data":[{"Causeway_ID":"x"}]}`).status, "its own value is no duplicate")

	require.NoError(t, c.settings.Set("crmMarker", "plain"))
	require.Equal(t, http.StatusCreated, c.call(http.MethodPost, "Products", taken).status)
	require.Contains(t, c.get("settings/fields?module=Products").raw, `"Causeway_ID"`)
	re = c.call(http.MethodPost, "Products/upsert", `{"data":[{"Product_Name":"D"}],"duplicate_check_fields":["Causeway_ID"]}`)
	require.Equal(t, http.StatusBadRequest, re.status)

	require.NoError(t, c.settings.Set("crmMarker", "absent"))
	require.NotContains(t, c.get("settings/fields?module=Products").raw, `"Causeway_ID"`)
	require.NotContains(t, c.get("Products/" + ids[0]).data()[0], "Causeway_ID")
}

func TestUpdateIsRefusedWhenTheRecordChangedSince(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	id := c.accounts(1)[0]
	before, after := c.clock().Add(-time.Hour).Format(time.RFC3339), c.clock().Add(time.Hour).Format(time.RFC3339)
	re := c.call(http.MethodPut, "Accounts/"+id, `{"data":[{"Phone":"1"}]}`, "If-Unmodified-Since", before)
	require.Equal(t, http.StatusPreconditionFailed, re.status)
	require.Equal(t, "ALREADY_MODIFIED", re.code())
	require.Equal(t, http.StatusOK, c.call(http.MethodPut, "Accounts/"+id, `{"data":[{"Phone":"1"}]}`, "If-Unmodified-Since", after).status)
}

func TestNullClearsAFieldAndAnUpdateLeavesTheOthers(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	id := c.create("Accounts", m{"Account_Name": "A", "Phone": "1", "Website": "w"})[0]
	c.pass(time.Minute)
	require.Equal(t, 200, c.call(http.MethodPut, "Accounts/"+id, `{"data":[{"Phone":null}]}`).status)
	require.Equal(t, m{"id": id, "Account_Name": "A", "Phone": nil, "Website": "w", "Created_Time": "2026-03-01T12:00:00+00:00", "Modified_Time": "2026-03-01T12:01:00+00:00"},
		c.get("Accounts/" + id + "?fields=Account_Name,Phone,Website,Created_Time,Modified_Time").data()[0])
}

func TestDeletedRecordsAreListedAndLookupsCleared(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	ids := c.create("Accounts", m{"Account_Name": "Loser"}, m{"Account_Name": "Survivor"}, m{"Account_Name": "Gone"})
	contact := c.create("Contacts", m{"Last_Name": "A", "Account_Name": m{"id": ids[0]}}, m{"Last_Name": "B", "Account_Name": m{"id": ids[2]}})
	require.Equal(t, http.StatusNoContent, c.get("Accounts/deleted?type=all").status)
	c.pass(time.Hour)
	require.NoError(t, c.org.Merge(context.Background(), "Accounts", must(ids[0]), must(ids[1])))
	require.Equal(t, 200, c.call(http.MethodDelete, "Accounts/"+ids[2], "").status)
	re := c.get("Accounts/deleted?type=recycle")
	require.Equal(t, []string{ids[2], ids[0]}, re.ids())
	require.Equal(t, "Gone", re.data()[0]["display_name"])
	require.Equal(t, "recycle", re.data()[0]["type"])
	require.Equal(t, http.StatusNoContent, c.get("Accounts/deleted", "If-Modified-Since", c.clock().Format(time.RFC3339)).status)
	require.Equal(t, http.StatusBadRequest, c.get("Accounts/deleted?type=some").status)

	re = c.get("Contacts?fields=Account_Name,Modified_Time&sort_order=asc")
	require.Equal(t, m{"id": ids[1], "name": "Survivor"}, re.data()[0]["Account_Name"].(map[string]any))
	require.Nil(t, re.data()[1]["Account_Name"])
	require.Equal(t, "2026-03-01T13:00:00+00:00", re.data()[1]["Modified_Time"], "it counts as a change of the contact")
	require.Equal(t, contact, re.ids())

	require.Equal(t, []string{ids[1]}, c.get("Accounts/"+ids[0]).ids(), "a merged record answers with the survivor")
	require.NoError(t, c.settings.Set("mergeTrace", "off"))
	require.Equal(t, http.StatusBadRequest, c.get("Accounts/"+ids[0]).status)

	c.pass(61 * 24 * time.Hour)
	require.Equal(t, http.StatusNoContent, c.get("Accounts/deleted?type=recycle").status)
	require.Len(t, c.get("Accounts/deleted?type=permanent").ids(), 2)
	c.pass(61 * 24 * time.Hour)
	require.Equal(t, http.StatusNoContent, c.get("Accounts/deleted").status, "forgotten after 120 days")
}

func must(id string) int64 {
	n, err := json.Number(id).Int64()
	if err != nil {
		panic(err)
	}
	return n
}

func TestWhatWasAnsweredIsThereAfterARestart(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	ctx := context.Background()
	ids := c.accounts(3)
	require.NoError(t, c.org.Delete(ctx, "Accounts", must(ids[0])))
	view, err := c.org.AddView(ctx, "Accounts", view("Phone", "equal", "1"))
	require.NoError(t, err)
	_, err = c.org.Put(ctx, "Accounts", must(ids[1]), m{"Phone": "1"})
	require.NoError(t, err)
	before := c.get("Accounts/" + ids[1]).raw
	c.restart()
	require.Equal(t, before, c.get("Accounts/"+ids[1]).raw)
	require.Equal(t, []string{ids[1]}, c.get("Accounts?fields=id&cvid="+view).ids())
	require.Equal(t, []string{ids[0]}, c.get("Accounts/deleted").ids())
	next := c.accounts(1)[0]
	require.Greater(t, next, ids[2], fmt.Sprintf("ids go on growing: %v", ids))
}
