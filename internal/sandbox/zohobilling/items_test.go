package zohobilling_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestItemRoundTrip(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	made := b.good("POST", "/items", `{"name":"Bolt","rate":0.10,"description":"a\nb","sku":"B-1","unit":"pc",
		"custom_fields":[{"customfield_id":4600000000012102,"value":"Parts"}]}`, "item")
	id := made["item_id"].(string)
	require.Equal(t, json.Number("0.1"), made["rate"])
	require.Equal(t, "goods", made["product_type"])
	require.Equal(t, "Parts", made["custom_fields"].([]any)[0].(map[string]any)["value"])
	require.Equal(t, made, b.good("GET", "/items/"+id, "", "item"))
	list := b.call("GET", "/items", "").Body["items"].([]any)
	require.Equal(t, made, list[0], "items are whole in lists")

	changed := b.good("PUT", "/items/"+id, `{"rate":"12345678901234.5678"}`, "item")
	require.Equal(t, json.Number("12345678901234.5678"), changed["rate"], "decimals stay exact")
	require.Equal(t, "Bolt", changed["name"])
	b.good("POST", "/items/"+id+"/inactive", "", "")
	require.Equal(t, "inactive", b.good("GET", "/items/"+id, "", "item")["status"])
	b.good("POST", "/items/"+id+"/active", "", "")
	b.good("DELETE", "/items/"+id, "", "")
	b.refused(404, "2006", "GET", "/items/"+id, "")
	next := b.good("POST", "/items", `{"name":"Bolt","rate":1}`, "item")
	require.NotEqual(t, id, next["item_id"], "ids are never used twice")
}

func TestUpsertByMarkerMakesOneItem(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.refused(404, "1002", "PUT", "/items", `{"name":"A","rate":1}`, byMarker("m", false)...)
	a := b.call("PUT", "/items", `{"name":"A","rate":1}`, byMarker("m", true)...)
	require.Equal(t, 201, a.Status)
	again := b.call("PUT", "/items", `{"rate":2}`, byMarker("m", true)...)
	require.Equal(t, 200, again.Status)
	require.Equal(t, a.Body["item"].(map[string]any)["item_id"], again.Body["item"].(map[string]any)["item_id"])
	require.Equal(t, json.Number("2"), again.Body["item"].(map[string]any)["rate"])
}

func TestItemsRefuseWhatThePlatformRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.good("POST", "/items", `{"name":"Taken","rate":1,"sku":"S"}`, "item")
	for body, what := range map[string]string{
		`{"name":"` + strings.Repeat("x", 101) + `","rate":1}`: "name",
		`{"rate":1}`:                               "name",
		`{"name":"a\u0000","rate":1}`:              "name",
		`{"name":"a"}`:                             "rate",
		`{"name":"a","rate":-0.01}`:                "rate",
		`{"name":"a","rate":"many"}`:               "rate",
		`{"name":"a","rate":[1]}`:                  "rate",
		`{"name":"a","rate":1,"product_type":"x"}`: "product_type",
		`{"name":"a","rate":1,"description":"` + strings.Repeat("x", 2001) + `"}`:    "description",
		`{"name":"a","rate":1,"custom_fields":[{"api_name":"cf_none","value":"x"}]}`: "custom_fields",
	} {
		require.Equal(t, "Invalid value passed for "+what, b.refused(400, "2", "POST", "/items", body), body)
	}
	require.Equal(t, "The item name already exist", b.refused(400, "1000", "POST", "/items", `{"name":"taken","rate":1}`))
	require.Contains(t, b.refused(400, "1001", "POST", "/items", `{"name":"Other","rate":1,"sku":"S"}`), "SKU")
	require.NoError(t, b.settings.Set("uniqueSKU", "off"))
	b.good("POST", "/items", `{"name":"Other","rate":1,"sku":"S"}`, "item")
	require.NoError(t, b.settings.Set("uniqueNames", "off"))
	b.good("POST", "/items", `{"name":"Other","rate":1}`, "item")
}

func TestItemListSortsAndFilters(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, rate := range map[string]string{"Nine": "9", "Ten": "10", "Half": "0.5"} {
		b.good("POST", "/items", fmt.Sprintf(`{"name":%q,"rate":%s,"description":"costs %s"}`, name, rate, rate), "item")
	}
	list := func(query string) []string { return b.names("/items?"+query, "items", "name") }
	require.Equal(t, []string{"Half", "Nine", "Ten"}, list("sort_column=name"))
	require.Equal(t, []string{"Ten", "Nine", "Half"}, list("sort_column=rate&sort_order=D"))
	require.Equal(t, []string{"Ten"}, list("sort_column=rate&sort_order=D&per_page=1"))
	require.Equal(t, []string{"Nine"}, list("sort_column=rate&sort_order=D&per_page=1&page=2"))
	require.Equal(t, []string{"Half"}, list("sort_column=rate&sort_order=D&per_page=1&page=3"))
	require.Equal(t, []string{"Ten"}, list("rate=10.00"))
	require.Equal(t, []string{"Half", "Nine"}, list("sort_column=rate&rate_less_than=10"))
	require.Equal(t, []string{"Nine", "Ten"}, list("sort_column=rate&rate_greater_equals=9"))
	require.Equal(t, []string{"Nine"}, list("name_startswith=ni"))
	require.Equal(t, []string{"Half"}, list("search_text=0.5"))
	require.Len(t, list("filter_by=Status.Active"), 3)
	require.Empty(t, list("filter_by=Status.Inactive"))
	for _, query := range []string{"sort_column=last_modified_time", "sort_column=created_time", "filter_by=Active", "rate_less_than=x", "sort_order=up"} {
		b.refused(400, "2", "GET", "/items?"+query, "")
	}
}
