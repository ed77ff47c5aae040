package zohobilling

import (
	"net/http"
	"strconv"
	"strings"

	"causeway/internal/sandbox/platform"
)

const organizationHeader = "X-com-zoho-subscriptions-organizationid"

// currencies that an organisation has enabled; the base currency is one more where it is not among them.
var currencies = []struct{ code, name, symbol string }{
	{"USD", "US Dollar", "$"}, {"EUR", "Euro", "€"}, {"GBP", "Pound Sterling", "£"}, {"INR", "Indian Rupee", "₹"},
	{"CAD", "Canadian Dollar", "$"}, {"AUD", "Australian Dollar", "$"}, {"JPY", "Japanese Yen", "¥"},
	{"CHF", "Swiss Franc", "CHF"}, {"BRL", "Brazilian Real", "R$"}, {"SEK", "Swedish Krona", "kr"},
}

var organizationNames = []string{"Harbour Billing", "Harbour Billing Europe", "Harbour Billing Asia", "Harbour Trade",
	"Harbour Parts", "Harbour Services", "Harbour Rentals", "Harbour Academy", "Harbour Test"}

type currency struct {
	ID         string `json:"currency_id"`
	Code       string `json:"currency_code"`
	Name       string `json:"currency_name"`
	Symbol     string `json:"currency_symbol"`
	Precision  int    `json:"price_precision"`
	Format     string `json:"currency_format"`
	IsBase     bool   `json:"is_base_currency"`
	Rate       int    `json:"exchange_rate"`
	EffectedOn string `json:"effective_date"`
}

func (o *Org) settingsRoutes(rt *router) {
	rt.add("GET", "/organizations", "settings.READ", o.listOrganizations).noOrg = true
	rt.add("GET", "/organizations/{id}", "settings.READ", o.getOrganization).noOrg = true
	rt.add("GET", "/settings/currencies", "settings.READ", o.listCurrencies)
	rt.add("GET", "/users", "settings.READ", o.listUsers)
	rt.add("GET", "/users/me", "settings.READ", o.currentUser)
}

// organization returns the organisation that a call names.
func (o *Org) organization(r *http.Request, v platform.Values) (string, error) {
	id := r.Header.Get(organizationHeader)
	if id == "" {
		id = r.URL.Query().Get("organization_id")
	}
	if id == "" {
		return "", invalid("organization_id")
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n < o.firstOrg || n >= o.firstOrg+int64(v.Organizations) {
		return "", refused(6041, "This user is not associated with the CompanyID/CompanyName:%s.", id)
	}
	return id, nil
}

func (o *Org) organizationDoc(i int, v platform.Values) map[string]any {
	base := baseCurrency(v)
	return map[string]any{
		"organization_id": strconv.FormatInt(o.firstOrg+int64(i), 10), "name": organizationNames[i],
		"contact_name": "Ada Quay", "email": "billing@harbour.example", "is_default_org": i == 0, "plan_type": 130,
		"plan_name": "PREMIUM", "plan_period": "Monthly", "language_code": "en", "fiscal_year_start_month": 0,
		"account_created_date": "2019-03-01", "account_created_date_formatted": "01 Mar 2019",
		"time_zone": "America/Phoenix", "is_org_active": true, "tax_group_enabled": false, "zi_migration_status": 0,
		"currency_id": base.ID, "currency_code": base.Code, "currency_symbol": base.Symbol,
		"currency_format": base.Format, "price_precision": base.Precision,
	}
}

func (o *Org) listOrganizations(c *call) (reply, error) {
	all := []map[string]any{}
	for i := range c.v.Organizations {
		all = append(all, o.organizationDoc(i, c.v))
	}
	return ok(partOf("organizations", all)), nil
}

func (o *Org) getOrganization(c *call) (reply, error) {
	for i := range c.v.Organizations {
		if doc := o.organizationDoc(i, c.v); doc["organization_id"] == c.params["id"] {
			doc["address"] = map[string]string{"street_address1": "1 Quay Street", "city": "Phoenix", "state": "AZ", "country": "U.S.A", "zip": "85001"}
			return ok(partOf("organization", doc)), nil
		}
	}
	return reply{}, refused(6041, "This user is not associated with the CompanyID/CompanyName:%s.", c.params["id"])
}

func enabledCurrencies(v platform.Values) []currency {
	known := currencies
	if !hasCode(v.BillingCurrency) {
		known = append(known[:len(known):len(known)], struct{ code, name, symbol string }{v.BillingCurrency, v.BillingCurrency, v.BillingCurrency})
	}
	var all []currency
	for i, k := range known {
		cur := currency{ID: strconv.FormatInt(4600000000000090+int64(i), 10), Code: k.code, Name: k.code + "- " + k.name, Symbol: k.symbol,
			Precision: 2, Format: "###,##0.00", IsBase: k.code == v.BillingCurrency, Rate: 1, EffectedOn: "2019-03-01"}
		if k.code == "JPY" {
			cur.Precision, cur.Format = 0, "###,##0"
		}
		all = append(all, cur)
	}
	return all
}

func hasCode(code string) bool {
	for _, k := range currencies {
		if k.code == code {
			return true
		}
	}
	return false
}

func baseCurrency(v platform.Values) currency {
	cur, _ := findCurrency(v, v.BillingCurrency)
	return cur
}

func findCurrency(v platform.Values, code string) (currency, bool) {
	for _, cur := range enabledCurrencies(v) {
		if cur.Code == code {
			return cur, true
		}
	}
	return currency{}, false
}

func (o *Org) listCurrencies(c *call) (reply, error) {
	filter := c.r.URL.Query().Get("filter_by")
	if filter != "" && filter != "Currencies.ExcludeBaseCurrency" && filter != "Currencies.All" {
		return reply{}, invalid("filter_by")
	}
	all := []currency{}
	for _, cur := range enabledCurrencies(c.v) {
		if !cur.IsBase || filter != "Currencies.ExcludeBaseCurrency" {
			all = append(all, cur)
		}
	}
	return ok(partOf("currencies", all)), nil
}

func users() []map[string]any {
	user := func(i int, name, email, role, status string) map[string]any {
		return map[string]any{"user_id": strconv.Itoa(4600000000070000 + i), "role_id": strconv.Itoa(4600000000006000 + i),
			"name": name, "email": email, "user_role": role, "status": status, "is_current_user": i == 1,
			"photo_url": "", "user_type": "zoho", "is_customer_segmented": false, "is_vendor_segmented": false}
	}
	return []map[string]any{
		user(1, "Ada Quay", "ada@harbour.example", "admin", "active"),
		user(2, "Bo Lind", "bo@harbour.example", "staff", "active"),
		user(3, "Chi Mwangi", "chi@harbour.example", "staff", "inactive"),
	}
}

func (o *Org) listUsers(c *call) (reply, error) {
	filter := strings.TrimPrefix(c.r.URL.Query().Get("filter_by"), "Status.")
	all := []map[string]any{}
	switch filter {
	case "", "All", "Active", "Inactive", "Invited", "Deleted":
	default:
		return reply{}, invalid("filter_by")
	}
	for _, u := range users() {
		if filter == "" || filter == "All" || u["status"] == strings.ToLower(filter) {
			all = append(all, u)
		}
	}
	context := map[string]any{"page": 1, "per_page": maxPerPage, "has_more_page": false, "report_name": "Users",
		"sort_column": "name", "sort_order": "A"}
	return ok(partOf("users", all), partOf("page_context", context)), nil
}

func (o *Org) currentUser(*call) (reply, error) {
	u := users()[0]
	u["email_ids"] = []map[string]any{{"email": u["email"], "is_selected": true}}
	return ok(partOf("user", u)), nil
}
