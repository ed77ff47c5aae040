package zohocrm_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/zohocrm"
)

// addOfEveryType adds a custom field of every type to Accounts.
func addOfEveryType(t testing.TB, c *crm) {
	t.Helper()
	for name, f := range map[string]zohocrm.CustomField{
		"F_Text": {}, "F_Area": {Type: "textarea"}, "F_Email": {Type: "email"}, "F_Phone": {Type: "phone"}, "F_Site": {Type: "website"},
		"F_Pick": {Type: "picklist", Picks: []string{"Goods", "Service"}}, "F_Many": {Type: "multiselectpicklist", Picks: []string{"A", "B", "C"}},
		"F_Int": {Type: "integer"}, "F_Big": {Type: "bigint"}, "F_Double": {Type: "double"}, "F_Money": {Type: "currency"}, "F_Percent": {Type: "percent"},
		"F_Bool": {Type: "boolean"}, "F_Date": {Type: "date"}, "F_Time": {Type: "datetime"}, "F_Lookup": {Type: "lookup", Lookup: "Products"},
		"F_Owner": {Type: "ownerlookup"}, "F_Auto": {Type: "autonumber"}, "F_Formula": {Type: "formula", Formula: "Account_Name"},
	} {
		f.Module, f.API = "Accounts", name
		require.NoError(t, c.org.AddField(t.Context(), f), name)
	}
}

func TestFieldsOfEveryTypeTakeTheirValuesAndRefuseOthers(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	addOfEveryType(t, c)
	product := c.create("Products", m{"Product_Name": "P"})[0]
	const user = "5820000000090002"
	good := m{"Account_Name": "A", "F_Text": "x", "F_Area": "a\nb", "F_Email": "a@b.example", "F_Phone": "1", "F_Site": "b.example", "F_Pick": "Service",
		"F_Many": []any{"A", "C"}, "F_Int": 7, "F_Big": "123456789012", "F_Double": 1.5, "F_Money": 9.99, "F_Percent": 50, "F_Bool": true,
		"F_Date": "2024-02-29", "F_Time": "2026-03-01T10:00:00+05:30", "F_Lookup": m{"id": product}, "F_Owner": m{"id": user},
		"F_Auto": "77", "F_Formula": "none"}
	id := c.create("Accounts", good)[0]
	record := c.get("Accounts/" + id).data()[0]
	want := m{"F_Text": "x", "F_Area": "a\nb", "F_Email": "a@b.example", "F_Phone": "1", "F_Site": "b.example", "F_Pick": "Service",
		"F_Many": []any{"A", "C"}, "F_Int": 7.0, "F_Big": "123456789012", "F_Double": 1.5, "F_Money": 9.99, "F_Percent": 50.0, "F_Bool": true,
		"F_Date": "2024-02-29", "F_Time": "2026-03-01T10:00:00+05:30", "F_Lookup": m{"id": product, "name": "P"},
		"F_Owner": m{"id": user, "name": "Jürgen Öztürk", "email": "juergen.oeztuerk@example.com"}, "F_Auto": "1", "F_Formula": "A"}
	for name, value := range want {
		require.EqualValues(t, value, record[name], name)
	}
	for name, wrong := range map[string]string{
		"F_Email": `"none"`, "F_Pick": `"Other"`, "F_Many": `["A","D"]`, "F_Int": `"7"`, "F_Big": `"x"`, "F_Double": `"1"`, "F_Money": `true`,
		"F_Percent": `{}`, "F_Bool": `"true"`, "F_Date": `"2023-02-29"`, "F_Time": `"2026-03-01"`, "F_Lookup": `{"id":"77"}`, "F_Owner": `{"id":"77"}`,
		"F_Text": `7`,
	} {
		re := c.call(http.MethodPut, "Accounts/"+id, `{"data":[{"`+name+`":`+wrong+`}]}`)
		require.Equal(t, http.StatusBadRequest, re.status, name)
		require.Equal(t, "INVALID_DATA", re.code(), name)
		require.Equal(t, name, re.data()[0]["details"].(map[string]any)["api_name"])
	}
	require.Equal(t, "2", c.get("Accounts/" + c.create("Accounts", m{"Account_Name": "B"})[0]).data()[0]["F_Auto"])
}

func TestAMultiSelectIsReplacedOrAddedTo(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	addOfEveryType(t, c)
	id := c.create("Accounts", m{"Account_Name": "A", "F_Many": []any{"A"}})[0]
	c.call(http.MethodPut, "Accounts/"+id, `{"data":[{"F_Many":["B","A"],"$append_values":{"F_Many":true}}]}`)
	require.Equal(t, []any{"A", "B"}, c.get("Accounts/" + id).data()[0]["F_Many"])
	c.call(http.MethodPut, "Accounts/"+id, `{"data":[{"F_Many":["C"]}]}`)
	require.Equal(t, []any{"C"}, c.get("Accounts/" + id).data()[0]["F_Many"])
	require.Equal(t, []string{id}, c.coql("select id from Accounts where F_Many = 'c'").ids())
}

func TestStrictPicklistsSaysWhichListsRefuseUnknownValues(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	addOfEveryType(t, c)
	write := func(field string) any {
		return c.call(http.MethodPost, "Accounts", `{"data":[{"Account_Name":"A","`+field+`":"Unheard of"}]}`).code()
	}
	for setting, want := range map[string][]any{"custom": {"SUCCESS", "INVALID_DATA"}, "off": {"SUCCESS", "SUCCESS"}, "all": {"INVALID_DATA", "INVALID_DATA"}} {
		require.NoError(t, c.settings.Set("strictPicklists", setting))
		require.Equal(t, want, []any{write("Industry"), write("F_Pick")}, setting)
	}
}

// fieldNamed returns what settings/fields shows of a field of Accounts, and nil if it does not list it.
func (c *crm) fieldNamed(name string) map[string]any {
	c.t.Helper()
	list := c.get("settings/fields?module=Accounts").body["fields"].([]any)
	i := slices.IndexFunc(list, func(f any) bool { return f.(map[string]any)["api_name"] == name })
	if i < 0 {
		return nil
	}
	return list[i].(map[string]any)
}

func TestAFieldThatIsChangedOrDroppedTakesItsValuesAlong(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	for _, body := range []string{`{"module":"Accounts","api_name":"Size","type":"picklist","picks":["S","L"]}`,
		`{"module":"Accounts","api_name":"Key","type":"text","unique":true}`} {
		re := c.admin(http.MethodPost, "fields", body)
		require.Equal(t, http.StatusOK, re.status, re.raw)
	}
	id := c.create("Accounts", m{"Account_Name": "A", "Size": "S", "Key": "k"})[0]
	before := c.get("Accounts/" + id).data()[0]
	require.Equal(t, http.StatusOK, c.admin(http.MethodPost, "fields", `{"module":"Accounts","api_name":"Size","type":"picklist","picks":["S","L","XL"]}`).status)
	require.Len(t, c.fieldNamed("Size")["pick_list_values"], 3)
	require.Equal(t, "S", c.get("Accounts/" + id).data()[0]["Size"])
	require.Equal(t, http.StatusOK, c.admin(http.MethodPost, "fields", `{"module":"Accounts","api_name":"Size","type":"integer"}`).status)
	require.Equal(t, "integer", c.fieldNamed("Size")["data_type"])
	require.Nil(t, c.get("Accounts/" + id).data()[0]["Size"], "a value that the new type refuses is gone")

	require.Equal(t, http.StatusOK, c.admin(http.MethodDelete, "fields/Accounts/Key", "").status)
	require.Nil(t, c.fieldNamed("Key"))
	require.NotContains(t, c.get("Accounts/" + id).data()[0], "Key")
	require.Equal(t, before["Modified_Time"], c.get("Accounts/" + id).data()[0]["Modified_Time"], "no record was edited")
	require.NoError(t, c.org.AddField(t.Context(), zohocrm.CustomField{Module: "Accounts", API: "Key", Unique: true}))
	require.Len(t, c.create("Accounts", m{"Account_Name": "B", "Key": "k"}), 1, "its values are free again")
	require.Equal(t, http.StatusNotFound, c.admin(http.MethodDelete, "fields/Accounts/Gone", "").status)
}

func TestFieldsThatCannotBeAreRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	for body, want := range map[string]string{
		`{"module":"Accounts","api_name":"Phone"}`:                         "has a field of that name",
		`{"module":"Accounts","api_name":"A B"}`:                           "letters, digits",
		`{"module":"Accounts","api_name":"X","type":"subform"}`:            "multiselectpicklist",
		`{"module":"Accounts","api_name":"X","type":"lookup"}`:             "Accounts, Contacts, Products",
		`{"module":"Accounts","api_name":"X","type":"formula"}`:            "another field",
		`{"module":"Deals","api_name":"X"}`:                                "Accounts, Contacts, Products",
		`{"module":"Accounts","api_name":"X","type":"date","unique":true}`: "cannot be unique",
	} {
		re := c.admin(http.MethodPost, "fields", body)
		require.Equal(t, http.StatusBadRequest, re.status, body)
		require.Contains(t, re.raw, want)
	}
}

func TestAViewThatIsDeletedIsNoView(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	id := c.create("Accounts", m{"Account_Name": "A", "Employees": 200})[0]
	re := c.admin(http.MethodPost, "views", `{"module":"Accounts","name":"Big","criteria":{"field":"Employees","comparator":"greater_than","value":100}}`)
	require.Equal(t, http.StatusOK, re.status, re.raw)
	views := c.get("settings/custom_views?module=Accounts").body["custom_views"].([]any)
	view := views[len(views)-1].(map[string]any)["id"].(string)
	require.Contains(t, re.raw, view)
	require.Equal(t, []string{id}, c.get("Accounts?fields=id&cvid="+view).ids())
	for _, v := range []string{view, "5820000000061003"} {
		require.Equal(t, http.StatusOK, c.admin(http.MethodDelete, "views/"+v, "").status)
		c.restart()
		gone := c.get("Accounts?fields=id&cvid=" + v)
		require.Equal(t, "INVALID_DATA", gone.code())
		require.Equal(t, m{"param_name": "cvid"}, gone.body["details"])
		require.Equal(t, http.StatusNoContent, c.get("settings/custom_views/"+v+"?module=Accounts").status)
		require.Equal(t, http.StatusNotFound, c.admin(http.MethodDelete, "views/"+v, "").status)
	}
	require.Contains(t, c.admin(http.MethodDelete, "views/5820000000061001", "").raw, "system's own")
	require.Equal(t, http.StatusBadRequest, c.admin(http.MethodPost, "views", `{"module":"Accounts","name":"X","criteria":{"field":"Odd","comparator":"equal","value":1}}`).status)
}

func TestARecordListsThoseThatPointAtIt(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	a := c.create("Accounts", m{"Account_Name": "A"}, m{"Account_Name": "B"})
	k := c.create("Contacts", m{"Last_Name": "1", "Account_Name": m{"id": a[0]}}, m{"Last_Name": "2", "Account_Name": m{"id": a[0]}},
		m{"Last_Name": "3", "Account_Name": m{"id": a[1]}})
	list := "Accounts/" + a[0] + "/Contacts?fields=Last_Name"
	require.Equal(t, []string{k[1], k[0]}, c.get(list).ids())
	first := c.get(list + "&per_page=1")
	token := first.info()["next_page_token"].(string)
	require.Equal(t, []string{k[0]}, c.get(list+"&per_page=1&page_token="+token).ids())
	require.Equal(t, "TOKEN_BOUND_DATA_MISMATCH", c.get("Accounts/"+a[1]+"/Contacts?fields=Last_Name&per_page=1&page_token="+token).code())
	require.Equal(t, http.StatusNotModified, c.get(list, "If-Modified-Since", "2026-03-02T00:00:00+00:00").status)
	require.Equal(t, "REQUIRED_PARAM_MISSING", c.get("Accounts/"+a[0]+"/Contacts").code())
	require.Equal(t, "INVALID_DATA", c.get("Accounts/77/Contacts?fields=id").code())
	require.Equal(t, "INVALID_DATA", c.get("Accounts/"+a[0]+"/Deals?fields=id").code())
	require.Equal(t, http.StatusNoContent, c.get("Contacts/"+k[0]+"/Reporting_Contacts?fields=id").status)
	require.Len(t, c.get("settings/related_lists?module=Accounts").body["related_lists"], 2)
	require.Equal(t, http.StatusNoContent, c.get("settings/related_lists?module=Products").status)
}
