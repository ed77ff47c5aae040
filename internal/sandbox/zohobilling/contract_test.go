package zohobilling_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// beyond are the attributes of replies that the definitions do not have, and the reasons.
var beyond = map[string]string{
	"page_context":      "the definitions declare no paging; the documentation's page on pagination does",
	"applied_filter":    "page_context, as captured from the live platform",
	"customer_name":     "Books' customers carry it beside the display name; clients of both read it",
	"customer_sub_type": "the contract takes business and individual from Books' contacts; Billing does not name it",
	"currency_symbol":   "Books' contacts carry it; part of the contract's list of attributes",
	"status":            "the short form of a customer: the documented filter by status needs it",
	"customfield_id":    "the definitions have it for items only; the platform has it for all",
	"api_name":          "custom fields: the name that the upsert by unique field takes",
	"label":             "custom fields of items: given for customers, and by the platform for all",
	"data_type":         "the same",
	"index":             "the same",
	"is_taxable":        "in the requests for items, left out of the replies' definition",
	"created_time":      "items: Books' items carry it",
	"updated_time":      "items: needed to compare whole lists, as Books' last_modified_time is",
	"salutation":        "contact persons: Books' carry it",
	"customer_id":       "contact persons in lists: their details carry it",
	"fax":               "contact persons in lists: their details carry it",
	"payment_terms":     "customers: in the definition of some replies, left out of others",
	"twitter":           "the same", "facebook": "the same", "skype": "the same",
	"notes": "the same", "department": "the same", "designation": "the same", "currency_id": "the same",
	"is_linked_with_zohocrm": "the same", "price_precision": "the same", "tags": "the same",
	"hsn_or_sac": "items: in details, left out of the list's definition",
	// invoices: the reply to a creation is documented with Books' names, the others with Billing's
	"number": "invoices: what lists and details call it", "invoice_date": "the same",
	// estimates and invoices: what Books' have beyond Billing's: clients need what was written
	"terms": "in the replies to writes alone", "documents": "the same as invoices'", "reference_number": "invoices: in the replies to writes alone",
	"discount_type": "the same", "is_discount_before_tax": "the same", "is_inclusive_tax": "the same", "sub_total": "the same",
	"tax_total": "the same", "taxes": "the same", "invoiced_estimate_id": "invoices: in the requests alone",
	"date_description": "comments of invoices: what those of estimates have", "invoice_id": "the same",
	"item_order": "lines: in the replies to writes alone", "tax_name": "the same", "tax_percentage": "the same",
	// users/me and organizations: single records have what the lists have
	"is_current_user": "users/me: what the list of users has", "email": "the same", "name": "the same",
	"is_customer_segmented": "the same", "is_vendor_segmented": "the same",
}

// wrong are mistakes in the definitions.
var wrong = map[string]string{
	"default_templates": "an object in each reply but that to an update, where the definition has a list",
	"price":             "an amount of money, where the definition of an invoice has a text",
	"discount":          "a share as a text with a percent sign, as its description has it, where the type is a number",
	"item_total":        "an amount of money, where the definition of an invoice has an integer",
}

func definition(t *testing.T, name string) *openapi3.T {
	t.Helper()
	path := filepath.Join("..", "..", "..", "..", "shared", "contracts", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil || os.Getenv("CAUSEWAY_CI") != "" || os.Getenv("CI") != "" {
		t.Skip("the API definitions under ../shared are not here; the golden replies still check the wire")
	}
	doc, err := openapi3.NewLoader().LoadFromFile(path)
	require.NoError(t, err)
	return doc
}

// conforms checks a reply against the definition's schema, and that it has nothing undeclared.
func conforms(t *testing.T, b *bench, doc *openapi3.T, template, method, path, body string, headers ...string) {
	t.Helper()
	a := b.call(method, path, body, headers...)
	require.Less(t, a.Status, 300, "%s", a.Raw)
	item := doc.Paths.Value(template)
	require.NotNil(t, item, template)
	response := item.GetOperation(method).Responses.Status(a.Status)
	require.NotNil(t, response, "%s %s answers %d, which the definition does not have", method, template, a.Status)
	schema := response.Value.Content.Get("application/json").Schema.Value
	var reply any
	require.NoError(t, json.Unmarshal(a.Raw, &reply))
	require.Empty(t, slices.Compact(differences(schema, reply, "")), "%s %s", method, path)
}

func differences(schema *openapi3.Schema, v any, at string) []string {
	switch x := v.(type) {
	case map[string]any:
		if schema.Type != nil && !schema.Type.Permits("object") {
			return []string{at + ": an object, the definition says " + fmt.Sprint(schema.Type.Slice())}
		}
		var all []string
		for name, value := range x {
			property := schema.Properties[name]
			switch {
			case wrong[name] != "":
			case property != nil:
				all = append(all, differences(property.Value, value, at+"."+name)...)
			case beyond[name] == "":
				all = append(all, at+"."+name+": not in the definition")
			}
		}
		return all
	case []any:
		if schema.Type != nil && !schema.Type.Permits("array") {
			return []string{at + ": a list, the definition says " + fmt.Sprint(schema.Type.Slice())}
		}
		var all []string
		for _, e := range x {
			if schema.Items != nil {
				all = append(all, differences(schema.Items.Value, e, at)...)
			}
		}
		return all
	default:
		if err := schema.VisitJSON(v); err != nil {
			return []string{at + ": " + err.Error()}
		}
		return nil
	}
}

func TestCustomerRepliesConformToTheDefinition(t *testing.T) {
	t.Parallel()
	doc := definition(t, "billing/customers.yml")
	b := newBench(t, "zcrmOnWrite=accept")
	const full = `{"display_name":"A","first_name":"Ann","email":"a@a.example","zcrm_account_id":"9","billing_address":{"city":"X"},
		"custom_fields":[{"label":"Region","value":"EU"},{"label":"Employees","value":5},{"label":"Key account","value":true},
		{"label":"Interests","value":["Software"]}]}`
	conforms(t, b, doc, "/customers", "POST", "/customers", full)
	conforms(t, b, doc, "/customers", "GET", "/customers", "")
	conforms(t, b, doc, "/customers/{customer_id}", "GET", "/customers/4600000000100001", "")
	conforms(t, b, doc, "/customers/{customer_id}", "PUT", "/customers/4600000000100001", full)
	conforms(t, b, doc, "/customers/reference/{reference_id}", "GET", "/customers/reference/9", "")
	conforms(t, b, doc, "/customers/{customer_id}/markasinactive", "POST", "/customers/4600000000100001/markasinactive", "")
	conforms(t, b, doc, "/customers/{customer_id}/markasactive", "POST", "/customers/4600000000100001/markasactive", "")
	conforms(t, b, doc, "/transactions", "GET", "/transactions?customer_id=4600000000100001", "")

	persons := definition(t, "billing/contact-persons.yml")
	const all, one = "/customers/{customer_id}/contactpersons", "/customers/{customer_id}/contactpersons/{contactperson_id}"
	const base = "/customers/4600000000100001/contactpersons"
	conforms(t, b, persons, all, "POST", base, `{"first_name":"Bo","email":"bo@a.example"}`)
	conforms(t, b, persons, all, "GET", base, "")
	conforms(t, b, persons, one, "GET", base+"/4600000300100002", "")
	conforms(t, b, persons, one, "PUT", base+"/4600000300100002", `{"email":"c@a.example"}`)
	conforms(t, b, persons, one, "DELETE", base+"/4600000300100002", "")
	conforms(t, b, doc, "/customers/{customer_id}", "DELETE", "/customers/4600000000100001", "")
}

func TestItemRepliesConformToTheDefinition(t *testing.T) {
	t.Parallel()
	doc := definition(t, "billing/items.yml")
	b := newBench(t)
	const body, one = `{"name":"A","rate":1.5,"sku":"s","custom_fields":[{"label":"Category","value":"x"}]}`, "/items/{item_id}"
	conforms(t, b, doc, "/items", "POST", "/items", body)
	conforms(t, b, doc, "/items", "GET", "/items", "")
	conforms(t, b, doc, one, "GET", "/items/4600000600100001", "")
	conforms(t, b, doc, one, "PUT", "/items/4600000600100001", body)
	conforms(t, b, doc, one+"/inactive", "POST", "/items/4600000600100001/inactive", "")
	conforms(t, b, doc, one+"/active", "POST", "/items/4600000600100001/active", "")
	conforms(t, b, doc, one, "DELETE", "/items/4600000600100001", "")
}

func TestTransactionRepliesConformToTheDefinitions(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.good("POST", "/customers", `{"display_name":"A"}`, "")
	b.good("POST", "/items", `{"name":"I","rate":1.10}`, "")
	quotes, bills, paid := definition(t, "billing/quotes.yml"), definition(t, "billing/invoices.yml"), definition(t, "billing/payments.yml")
	const quote, bill = "/estimates/4600000700100001", "/invoices/4600000800100001"
	const estimate = `{"customer_id":"4600000000100001","line_items":[{"item_id":"4600000600100001","quantity":3,"tax_id":"4600000000013001"}],
		"discount":"5%","custom_fields":[{"api_name":"cf_causeway_id","value":"m"}]}`
	const invoice = `{"customer_id":"4600000000100001","date":"2026-03-01","invoice_items":[{"product_id":"4600000600100001","quantity":3}]}`
	conforms(t, b, definition(t, "billing/settings.yml"), "/settings/taxes", "GET", "/settings/taxes", "")
	conforms(t, b, quotes, "/estimates", "POST", "/estimates", estimate)
	conforms(t, b, quotes, "/estimates", "GET", "/estimates", "")
	conforms(t, b, quotes, "/estimates/{estimate_id}", "GET", quote, "")
	conforms(t, b, quotes, "/estimates/{estimate_id}", "PUT", quote, estimate)
	conforms(t, b, quotes, "/estimates/{estimate_id}/status/sent", "POST", quote+"/status/sent", "")
	conforms(t, b, quotes, "/estimates/{estimate_id}/status/accepted", "POST", quote+"/status/accepted", "")
	conforms(t, b, quotes, "/estimates/{estimate_id}/status/declined", "POST", quote+"/status/declined", "")
	conforms(t, b, quotes, "/estimates/{estimate_id}/email", "POST", quote+"/email", `{"to_mail_ids":["a@example.com"]}`)
	conforms(t, b, quotes, "/estimates/{estimate_id}/comments", "GET", quote+"/comments", "")
	conforms(t, b, bills, "/invoices", "POST", "/invoices", invoice)
	conforms(t, b, bills, "/invoices", "GET", "/invoices", "")
	conforms(t, b, bills, "/invoices/{invoice_id}", "GET", bill, "")
	conforms(t, b, bills, "/invoices/{invoice_id}", "PUT", bill, invoice)
	conforms(t, b, bills, "/invoices/{invoice_id}/converttoopen", "POST", bill+"/converttoopen", "")
	conforms(t, b, bills, "/invoices/{invoice_id}/email", "POST", bill+"/email", `{"to_mail_ids":["a@example.com"],"subject":"s","body":"b"}`)
	const payment = `{"customer_id":"4600000000100001","payment_mode":"cash","amount":1,"invoices":[{"invoice_id":"4600000800100001","amount_applied":1}]}`
	conforms(t, b, paid, "/payments", "POST", "/payments", payment)
	conforms(t, b, paid, "/payments/{payment_id}", "GET", "/payments/4600000900100001", "")
	conforms(t, b, paid, "/payments/{payment_id}", "PUT", "/payments/4600000900100001", payment)
	conforms(t, b, bills, "/invoices/{invoice_id}", "GET", bill, "")
	conforms(t, b, definition(t, "billing/customers.yml"), "/transactions", "GET", "/transactions", "")
	conforms(t, b, paid, "/payments/{payment_id}", "DELETE", "/payments/4600000900100001", "")
	conforms(t, b, bills, "/invoices/{invoice_id}/void", "POST", bill+"/void", "")
	conforms(t, b, quotes, "/estimates/{estimate_id}", "DELETE", quote, "")
	conforms(t, b, bills, "/invoices/{invoice_id}", "DELETE", bill, "")
}

// Billing's definitions leave these calls out. The platform is the same as Books'.
func TestSettingsRepliesConformToBooksDefinitions(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	conforms(t, b, definition(t, "books/organizations.yml"), "/organizations", "GET", "/organizations", "")
	conforms(t, b, definition(t, "books/currency.yml"), "/settings/currencies", "GET", "/settings/currencies", "")
	conforms(t, b, definition(t, "books/users.yml"), "/users", "GET", "/users", "")
	conforms(t, b, definition(t, "books/users.yml"), "/users/me", "GET", "/users/me", "")
}
