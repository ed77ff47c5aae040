package zohobilling_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCustomerRoundTrip(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	made := b.good("POST", "/customers", `{"display_name":"Café Zoë 東京","company_name":"Zoë","website":"https://zoe.example","phone":"+1 5",
		"billing_address":{"street":"1 Quay\nHouse","city":"Łódź","zip":"90-001","country":"Poland"},"notes":"a\nb","payment_terms":15,
		"custom_fields":[{"label":"Region","value":"EU"},{"api_name":"cf_causeway_id","value":"m1"}],"zcrm_account_id":"77"}`, "customer")
	id := made["customer_id"].(string)
	require.Equal(t, "Café Zoë 東京", made["display_name"])
	require.Equal(t, "USD", made["currency_code"])
	require.Equal(t, "active", made["status"])
	require.Equal(t, "", made["zcrm_account_id"], "a response field only, by default")
	require.Equal(t, "", made["primary_contactperson_id"], "no person was named")
	require.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0700$`, made["created_time"])
	require.Equal(t, "Łódź", made["billing_address"].(map[string]any)["city"])
	require.Len(t, made["custom_fields"], 2)
	require.Equal(t, made, b.good("GET", "/customers/"+id, "", "customer"))

	changed := b.good("PUT", "/customers/"+id, `{"phone":"","billing_address":{"city":"Gdańsk"},"custom_fields":[{"label":"Region","value":""}]}`, "customer")
	require.Equal(t, "", changed["phone"])
	require.Equal(t, "Gdańsk", changed["billing_address"].(map[string]any)["city"])
	require.Equal(t, "90-001", changed["billing_address"].(map[string]any)["zip"], "what is not named stays")
	require.Len(t, changed["custom_fields"], 1)

	list := b.call("GET", "/customers", "").Body["customers"].([]any)
	require.Len(t, list, 1)
	require.NotContains(t, list[0], "billing_address")
	require.NotContains(t, list[0], "custom_fields")
	require.NotContains(t, list[0], "zcrm_account_id")

	b.good("POST", "/customers/"+id+"/markasinactive", "", "")
	require.Equal(t, "inactive", b.good("GET", "/customers/"+id, "", "customer")["status"])
	require.Empty(t, b.names("/customers?filter_by=Status.Active", "customers", "display_name"))
	require.Len(t, b.names("/customers?filter_by=CustomerStatus.Inactive", "customers", "display_name"), 1)
	b.good("POST", "/customers/"+id+"/markasactive", "", "")
	b.good("DELETE", "/customers/"+id, "", "")
	b.refused(404, "1002", "GET", "/customers/"+id, "")
	b.refused(404, "1002", "DELETE", "/customers/"+id, "")
	b.refused(404, "1002", "PUT", "/customers/"+id, `{"phone":"1"}`)
}

func TestUpsertByMarkerMakesOneCustomer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	require.Contains(t, b.refused(404, "1002", "PUT", "/customers", `{"display_name":"A"}`, byMarker("m", false)...), "cf_causeway_id")
	a := b.call("PUT", "/customers", `{"display_name":"A"}`, byMarker("m", true)...)
	require.Equal(t, 201, a.Status)
	id := a.Body["customer"].(map[string]any)["customer_id"]
	a = b.call("PUT", "/customers", `{"display_name":"A2","custom_fields":[{"api_name":"cf_causeway_id","value":"other"}]}`, byMarker("m", true)...)
	require.Equal(t, 200, a.Status)
	again := a.Body["customer"].(map[string]any)
	require.Equal(t, id, again["customer_id"])
	require.Equal(t, "A2", again["display_name"])
	require.Equal(t, "m", again["custom_fields"].([]any)[0].(map[string]any)["value"], "the header wins over the body")
	b.refused(400, "3062", "PUT", "/customers", `{"display_name":" a2 "}`, byMarker("n", true)...)
	b.refused(400, "1001", "POST", "/customers", `{"display_name":"C","custom_fields":[{"api_name":"cf_causeway_id","value":"m"}]}`)
}

func TestConcurrentUpsertsOfOneMarkerMakeOneCustomer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var group sync.WaitGroup
	ids := make([]string, 24)
	for i := range ids {
		group.Go(func() {
			c := b.good("PUT", "/customers", fmt.Sprintf(`{"display_name":"N%d"}`, i%3), "customer", byMarker(fmt.Sprint("m", i%3), true)...)
			ids[i] = c["customer_id"].(string)
		})
	}
	group.Wait()
	for i := range ids {
		require.Equal(t, ids[i%3], ids[i])
	}
	counts, err := b.org.Counts(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, counts.Customers)
}

func TestMarkerFieldFollowsItsSetting(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.good("PUT", "/customers", `{"display_name":"A"}`, "customer", byMarker("m", true)...)
	for _, module := range []string{"customers", "items", "estimates", "invoices"} {
		require.NoError(t, b.settings.Set("billingMarker", "unique"))
		b.refused(404, "1002", "PUT", "/"+module, `{}`, byMarker("probe", false)...)
		require.NoError(t, b.settings.Set("billingMarker", "plain"))
		require.Contains(t, b.refused(400, "2", "PUT", "/"+module, `{}`, byMarker("probe", false)...), "accepts duplicate values")
		require.NoError(t, b.settings.Set("billingMarker", "absent"))
		require.Contains(t, b.refused(400, "2", "PUT", "/"+module, `{}`, byMarker("probe", false)...), `there is no custom field "cf_causeway_id"`)
		require.NoError(t, b.settings.Set("uniqueUpsert", "off"))
		b.refused(405, "37", "PUT", "/"+module, `{}`, byMarker("probe", false)...)
		require.NoError(t, b.settings.Set("uniqueUpsert", "on"))
	}
	require.NotContains(t, string(b.call("GET", "/customers/"+b.names("/customers", "customers", "customer_id")[0], "").Raw), "cf_causeway_id")
	require.NoError(t, b.settings.Set("billingMarker", "plain"))
	b.good("POST", "/customers", `{"display_name":"B","custom_fields":[{"label":"Causeway ID","value":"m"}]}`, "customer")
}

func TestZCRMReferenceFollowsItsSetting(t *testing.T) {
	t.Parallel()
	b := newBench(t, "zcrmOnWrite=accept")
	c := b.good("POST", "/customers", `{"display_name":"A","zcrm_account_id":"91"}`, "customer")
	require.Equal(t, true, c["is_linked_with_zohocrm"])
	found := b.good("GET", "/customers/reference/91?reference_id_type=zcrm_account_id", "", "customer")
	require.Equal(t, c["customer_id"], found["customer_id"])
	b.refused(404, "1002", "GET", "/customers/reference/91?reference_id_type=zcrm_contact_id", "")
	b.refused(400, "2", "GET", "/customers/reference/91?reference_id_type=x", "")
	require.Len(t, b.names("/customers?filter_by=Status.Crm", "customers", "display_name"), 1)
}

func TestPrimaryContactPersonIsMadeWhereAPersonIsNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	named := b.good("POST", "/customers", `{"display_name":"A","first_name":"Ann","email":"ann@a.example"}`, "customer")
	id := named["customer_id"].(string)
	require.Equal(t, []string{"Ann"}, b.names("/customers/"+id+"/contactpersons", "contact_persons", "first_name"))
	b.good("PUT", "/customers/"+id, `{"first_name":"Anna"}`, "customer")
	require.Equal(t, []string{"Anna"}, b.names("/customers/"+id+"/contactpersons", "contact_persons", "first_name"))
	b.good("DELETE", "/customers/"+id+"/contactpersons/"+named["primary_contactperson_id"].(string), "", "")
	require.Equal(t, "", b.good("GET", "/customers/"+id, "", "customer")["primary_contactperson_id"])
}

func TestContactPersonRoundTrip(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.good("POST", "/customers", `{"display_name":"A"}`, "customer")["customer_id"].(string)
	path := "/customers/" + id + "/contactpersons"
	p := b.good("POST", path, `{"first_name":"Bo","last_name":"Lind","email":"bo@a.example"}`, "contact_person")
	require.Equal(t, id, p["customer_id"])
	b.good("POST", path, `{"first_name":"Bo","last_name":"Lind","email":"bo@a.example"}`, "contact_person")
	require.Len(t, b.names(path, "contact_persons", "email"), 2, "billing takes twins")
	one := path + "/" + p["contactperson_id"].(string)
	require.Equal(t, "1", b.good("PUT", one, `{"phone":"1"}`, "contact_person")["phone"])
	require.Equal(t, "Bo", b.good("GET", one, "", "contact_person")["first_name"])
	b.good("DELETE", one, "", "")
	b.refused(404, "1002", "GET", one, "")
	b.refused(404, "1002", "GET", "/customers/1/contactpersons", "")
	b.refused(404, "1002", "POST", "/customers/1/contactpersons", `{"email":"a@b.example"}`)
	b.refused(400, "2", "POST", path, `{}`)
	require.NoError(t, b.settings.Set("requireEmail", "on"))
	require.Contains(t, b.refused(400, "2", "POST", path, `{"first_name":"X"}`), "required")
	require.Contains(t, b.refused(400, "2", "POST", "/customers", `{"display_name":"X"}`), "required")
}

func TestCustomersRefuseWhatThePlatformRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.good("POST", "/customers", `{"display_name":"Taken"}`, "customer")
	long := strings.Repeat("é", 201)
	for body, what := range map[string]string{
		`{"display_name":"` + long + `"}`:                                 "display_name",
		`{"company_name":"A"}`:                                            "display_name",
		`{"display_name":"  "}`:                                           "display_name",
		`{"display_name":"a\u0007b"}`:                                     "display_name",
		`{"display_name":7}`:                                              "display_name",
		`{"display_name":"A","email":"no e-mail"}`:                        "email",
		`{"display_name":"A","email":"a@b"}`:                              "email",
		`{"display_name":"A","currency_code":"XTS"}`:                      "currency_code",
		`{"display_name":"A","customer_sub_type":"robot"}`:                "customer_sub_type",
		`{"display_name":"A","billing_address":{"city":1}}`:               "billing_address.city",
		`{"display_name":"A","billing_address":"x"}`:                      "billing_address",
		`{"display_name":"A","custom_fields":[{"label":"No","value":1}]}`: "custom_fields",
		`{"display_name":`:                                                "JSONString",
		``:                                                                "JSONString",
	} {
		require.Equal(t, "Invalid value passed for "+what, b.refused(400, "2", "POST", "/customers", body), body)
	}
	require.Equal(t, `The customer "taken" already exists. Please specify a different name.`,
		b.refused(400, "3062", "POST", "/customers", `{"display_name":"taken"}`))
	require.NoError(t, b.settings.Set("uniqueNames", "off"))
	b.good("POST", "/customers", `{"display_name":"taken"}`, "customer")
	b.good("POST", "/customers", `{"display_name":"`+long[:400]+`"}`, "customer")
}

func TestCustomerListPagesSortsAndFilters(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i, name := range []string{"Beta", "alpha", "Gamma_1", "delta"} {
		b.good("POST", "/customers", fmt.Sprintf(`{"display_name":%q,"email":"p%d@x.example"}`, name, i), "customer")
	}
	list := func(query string) []string { return b.names("/customers?"+query, "customers", "display_name") }
	require.Equal(t, []string{"Beta", "alpha", "Gamma_1", "delta"}, list(""))
	require.Equal(t, []string{"delta", "Gamma_1", "alpha", "Beta"}, list("sort_order=D"))
	require.Equal(t, []string{"alpha", "Beta", "delta", "Gamma_1"}, list("sort_column=display_name&"))
	require.Equal(t, []string{"Beta", "alpha", "Gamma_1"}, list("per_page=3"))
	require.Equal(t, []string{"delta"}, list("per_page=3&page=2"))
	require.Empty(t, list("per_page=3&page=3"))
	require.Equal(t, []string{"alpha"}, list("display_name=ALPHA"))
	require.Equal(t, []string{"Gamma_1"}, list("display_name_contains=a_1"))
	require.Equal(t, []string{"Beta"}, list("display_name_startswith=be"))
	require.Equal(t, []string{"delta"}, list("email=P3@x.example"))
	context := b.call("GET", "/customers?per_page=2&page=1&sort_order=D", "").Body["page_context"].(map[string]any)
	require.Equal(t, true, context["has_more_page"])
	require.Equal(t, json.Number("2"), context["per_page"])
	require.Equal(t, "D", context["sort_order"])
	require.Equal(t, false, b.call("GET", "/customers?per_page=2&page=2", "").Body["page_context"].(map[string]any)["has_more_page"])

	id := b.names("/customers?display_name=beta", "customers", "customer_id")[0]
	b.good("PUT", "/customers/"+id, `{"phone":"1"}`, "customer")
	require.Equal(t, []string{"Beta", "delta", "Gamma_1", "alpha"}, list("sort_column=last_modified_time&sort_order=D"))
	require.NoError(t, b.settings.Set("sortByModified", "off"))
	require.Equal(t, "Invalid value passed for sort_column", b.refused(400, "2", "GET", "/customers?sort_column=last_modified_time", ""))
	b.refused(400, "2", "GET", "/customers?page=0", "")
	b.refused(400, "2", "GET", "/customers?filter_by=Status.Odd", "")
}

// A page begins where the page before ended. Records that came, went or moved in between must not mislead it.
func TestPagesStayRightWhileRecordsChange(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range 7 {
		b.good("POST", "/customers", fmt.Sprintf(`{"display_name":"c%d"}`, i), "customer")
	}
	page := func(n int) []string {
		return b.names(fmt.Sprintf("/customers?per_page=3&page=%d", n), "customers", "display_name")
	}
	require.Equal(t, []string{"c0", "c1", "c2"}, page(1))
	b.good("DELETE", "/customers/"+b.names("/customers", "customers", "customer_id")[0], "", "")
	require.Equal(t, []string{"c4", "c5", "c6"}, page(2), "pages count from the start, as the platform's do")
	require.Equal(t, []string{"c1", "c2", "c3"}, page(1))
	require.Equal(t, []string{"c4", "c5", "c6"}, page(2))
}
