package zohocrm

import (
	"net/http"
	"time"
)

// OrgID is the id of the sandbox's CRM organisation.
const OrgID = "5820000000000001"

// orgCreated is when the organisation says that it was made.
var orgCreated = time.Date(2024, 1, 15, 9, 0, 0, 0, time.UTC).UnixMilli()

// metadataRoutes are the calls about the organisation itself.
func (h *describeHandlers) metadataRoutes() map[string]methods {
	get := func(scope string, h handler) methods { return methods{"GET": scoped(scope, h)} }
	return map[string]methods{
		"org":                         get("ZohoCRM.org.READ", h.getOrg),
		"org/currencies":              get("ZohoCRM.settings.currencies.READ", h.listCurrencies),
		"users":                       get("ZohoCRM.users.READ", h.listUsers),
		"settings/profiles":           get("ZohoCRM.settings.profiles.READ", h.listProfiles),
		"settings/profiles/{id}":      get("ZohoCRM.settings.profiles.READ", h.getProfile),
		"settings/modules":            get("ZohoCRM.settings.modules.READ", h.listModules),
		"settings/modules/{name}":     get("ZohoCRM.settings.modules.READ", h.getModule),
		"settings/fields":             get("ZohoCRM.settings.fields.READ", h.onMetadata(h.listFields)),
		"settings/fields/{id}":        get("ZohoCRM.settings.fields.READ", h.onMetadata(h.getField)),
		"settings/custom_views":       get("ZohoCRM.settings.custom_views.READ", h.onMetadata(h.listViews)),
		"settings/custom_views/{id}":  get("ZohoCRM.settings.custom_views.READ", h.onMetadata(h.getView)),
		"settings/related_lists":      get("ZohoCRM.settings.related_lists.READ", h.onMetadata(h.listRelatedLists)),
		"settings/related_lists/{id}": get("ZohoCRM.settings.related_lists.READ", h.onMetadata(h.listRelatedLists)),
		"settings/layouts":            get("ZohoCRM.settings.layouts.READ", h.onMetadata(h.listLayouts)),
		"settings/layouts/{id}":       get("ZohoCRM.settings.layouts.READ", h.onMetadata(h.getLayout)),
	}
}

// onMetadata finds the module that the parameter module names.
func (h *describeHandlers) onMetadata(serve func(http.ResponseWriter, *http.Request, *fieldSet) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		name := r.URL.Query().Get("module")
		if name == "" {
			return errMissingParam("module")
		}
		m := moduleNamed(name)
		if m == nil {
			return badRequest("INVALID_MODULE", "the module name given seems to be invalid", map[string]any{"param_name": "module"})
		}
		return serve(w, r, h.defs.fields(m))
	}
}

func (h *describeHandlers) getOrg(w http.ResponseWriter, _ *http.Request) error {
	v := h.settings.Get()
	base := currencyOf(v.CRMBaseCurrency)
	return writeJSON(w, http.StatusOK, map[string]any{"org": []any{map[string]any{
		"id": OrgID, "zgid": "800000001", "ezgid": "a1b2c3d4e5f60718293a4b5c6d7e8f90", "zia_zgid": 800000001,
		"company_name": "Causeway Sandbox", "alias": nil, "primary_email": users[0].Email, "primary_zuid": users[0].zuid(),
		"phone": "+1 202 555 0100", "mobile": nil, "fax": nil, "website": "https://crm.example.com", "domain_name": "org800000001",
		"description": nil, "employee_count": "25", "photo_id": nil,
		"street": "1 Harbour Street", "city": "Springfield", "state": "Illinois", "zip": "62701", "country": "United States", "country_code": "US",
		"currency": base.name + " - " + base.code, "currency_symbol": base.symbol, "currency_locale": "en_US", "iso_code": base.code,
		"mc_status": v.CRMMultiCurrency, "time_zone": "Etc/UTC", "type": "production", "created_time": wire(orgCreated),
		"gapps_enabled": false, "translation_enabled": false, "privacy_settings": false, "hipaa_compliance_enabled": false,
		"lite_users_enabled": false, "deletable_org_account": true, "oauth_presence": false, "max_per_page": maxPerPage,
		"zia_portal_id": nil, "call_icon": "phone", "checkin_preferences": map[string]any{"restricted_event_types": nil},
		"hierarchy_preferences": map[string]any{"type": "Role_Hierarchy", "strictly_reporting": false},
		"license_details": map[string]any{"paid": true, "paid_type": "enterprise", "users_license_purchased": 5, "trial_type": nil,
			"trial_expiry": nil, "trial_action": "", "paid_expiry": wire(orgCreated + 10*365*24*3600*1000)},
	}}})
}

// currency is a currency that the organisation can have.
type currency struct {
	code, name, symbol, rate, places string
}

// currencies that a multi-currency organisation has enabled besides its base.
var currencies = []currency{
	{"USD", "US Dollar", "$", "1.000000000", "2"},
	{"EUR", "Euro", "€", "0.920000000", "2"},
	{"GBP", "British Pound", "£", "0.790000000", "2"},
	{"JPY", "Japanese Yen", "¥", "150.000000000", "0"},
	{"INR", "Indian Rupee", "₹", "83.000000000", "2"},
}

func currencyOf(code string) currency {
	for _, c := range currencies {
		if c.code == code {
			return c
		}
	}
	return currency{code, code, code, "1.000000000", "2"}
}

// enabled gives the organisation's currencies, the base first.
func enabled(base string) []currency {
	all := []currency{currencyOf(base)}
	for _, c := range currencies {
		if c.code != base {
			all = append(all, c)
		}
	}
	all[0].rate = "1.000000000"
	return all
}

func currencyCodes(base string) []string {
	var codes []string
	for _, c := range enabled(base) {
		codes = append(codes, c.code)
	}
	return codes
}

func (h *describeHandlers) listCurrencies(w http.ResponseWriter, _ *http.Request) error {
	v := h.settings.Get()
	if !v.CRMMultiCurrency {
		return &apiError{status: http.StatusForbidden, code: "CURRENCIES_NOT_ENABLED", message: "multi currency is not enabled for the organization"}
	}
	var all []any
	for i, c := range enabled(v.CRMBaseCurrency) {
		all = append(all, map[string]any{
			"id": digits(int64(idBase + 1000 + i)), "name": c.name + " - " + c.code, "iso_code": c.code, "symbol": c.symbol, "prefix_symbol": true,
			"is_base": i == 0, "is_active": true, "exchange_rate": c.rate,
			"format":       map[string]any{"decimal_separator": "Period", "thousand_separator": "Comma", "decimal_places": c.places},
			"created_time": wire(orgCreated), "modified_time": wire(orgCreated),
			"created_by": users[0].minified(), "modified_by": users[0].minified(),
		})
	}
	return writeJSON(w, http.StatusOK, map[string]any{"currencies": all})
}
