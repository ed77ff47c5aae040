package settings

import (
	"net/http"
	"strconv"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohobilling/api"
)

const organizationHeader = "X-com-zoho-subscriptions-organizationid"

var organizationNames = []string{"Harbour Billing", "Harbour Billing Europe", "Harbour Billing Asia", "Harbour Trade",
	"Harbour Parts", "Harbour Services", "Harbour Rentals", "Harbour Academy", "Harbour Test"}

// Account is the login that all calls come from. Its organisations have consecutive ids.
type Account struct {
	FirstOrg int64
}

// Routes registers the calls that read organisations, currencies, taxes and users.
func (a Account) Routes(rt *api.Router) {
	rt.AddWithoutOrg("GET", "/organizations", "settings.READ", a.listOrganizations)
	rt.AddWithoutOrg("GET", "/organizations/{id}", "settings.READ", a.getOrganization)
	rt.Add("GET", "/settings/currencies", "settings.READ", listCurrencies)
	rt.Add("GET", "/settings/taxes", "settings.READ", listTaxes)
	rt.Add("GET", "/users", "settings.READ", listUsers)
	rt.Add("GET", "/users/me", "settings.READ", currentUser)
}

// Organization returns the id of the organisation that a call names.
func (a Account) Organization(r *http.Request, v platform.Values) (string, error) {
	id := r.Header.Get(organizationHeader)
	if id == "" {
		id = r.URL.Query().Get("organization_id")
	}
	if id == "" {
		return "", api.Invalid("organization_id")
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n < a.FirstOrg || n >= a.FirstOrg+int64(v.Organizations) {
		return "", api.Refused(6041, "This user is not associated with the CompanyID/CompanyName:%s.", id)
	}
	return id, nil
}

func (a Account) organizationDoc(i int, v platform.Values) map[string]any {
	base := baseCurrency(v)
	return map[string]any{
		"organization_id": strconv.FormatInt(a.FirstOrg+int64(i), 10), "name": organizationNames[i],
		"contact_name": "Ada Quay", "email": "billing@harbour.example", "is_default_org": i == 0, "plan_type": 130,
		"plan_name": "PREMIUM", "plan_period": "Monthly", "language_code": "en", "fiscal_year_start_month": 0,
		"account_created_date": "2019-03-01", "account_created_date_formatted": "01 Mar 2019",
		"time_zone": "America/Phoenix", "is_org_active": true, "tax_group_enabled": false, "zi_migration_status": 0,
		"currency_id": base.ID, "currency_code": base.Code, "currency_symbol": base.Symbol,
		"currency_format": base.Format, "price_precision": base.Precision,
	}
}

func (a Account) listOrganizations(c *api.Call) (api.Reply, error) {
	all := []map[string]any{}
	for i := range c.Settings.Organizations {
		all = append(all, a.organizationDoc(i, c.Settings))
	}
	return api.OK(api.PartOf("organizations", all)), nil
}

func (a Account) getOrganization(c *api.Call) (api.Reply, error) {
	for i := range c.Settings.Organizations {
		if doc := a.organizationDoc(i, c.Settings); doc["organization_id"] == c.Params["id"] {
			doc["address"] = map[string]string{"street_address1": "1 Quay Street", "city": "Phoenix", "state": "AZ", "country": "U.S.A", "zip": "85001"}
			return api.OK(api.PartOf("organization", doc)), nil
		}
	}
	return api.Reply{}, api.Refused(6041, "This user is not associated with the CompanyID/CompanyName:%s.", c.Params["id"])
}
