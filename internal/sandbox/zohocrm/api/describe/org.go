package describe

import (
	"net/http"
	"time"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// orgCreated is when the organisation was created, in milliseconds.
var orgCreated = time.Date(2024, 1, 15, 9, 0, 0, 0, time.UTC).UnixMilli()

func (h *Handlers) getOrg(w http.ResponseWriter, _ *http.Request) error {
	v := h.settings.Get()
	base := metadata.CurrencyOf(v.CRMBaseCurrency)
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"org": []any{map[string]any{
		"id": metadata.OrgID, "zgid": "800000001", "ezgid": "a1b2c3d4e5f60718293a4b5c6d7e8f90", "zia_zgid": 800000001,
		"company_name": "Causeway Sandbox", "alias": nil, "primary_email": metadata.Users[0].Email, "primary_zuid": metadata.Users[0].ZUID(),
		"phone": "+1 202 555 0100", "mobile": nil, "fax": nil, "website": "https://crm.example.com", "domain_name": "org800000001",
		"description": nil, "employee_count": "25", "photo_id": nil,
		"street": "1 Harbour Street", "city": "Springfield", "state": "Illinois", "zip": "62701", "country": "United States", "country_code": "US",
		"currency": base.Name + " - " + base.Code, "currency_symbol": base.Symbol, "currency_locale": "en_US", "iso_code": base.Code,
		"mc_status": v.CRMMultiCurrency, "time_zone": "Etc/UTC", "type": "production", "created_time": metadata.FormatTime(orgCreated),
		"gapps_enabled": false, "translation_enabled": false, "privacy_settings": false, "hipaa_compliance_enabled": false,
		"lite_users_enabled": false, "deletable_org_account": true, "oauth_presence": false, "max_per_page": wire.MaxPerPage,
		"zia_portal_id": nil, "call_icon": "phone", "checkin_preferences": map[string]any{"restricted_event_types": nil},
		"hierarchy_preferences": map[string]any{"type": "Role_Hierarchy", "strictly_reporting": false},
		"license_details": map[string]any{"paid": true, "paid_type": "enterprise", "users_license_purchased": 5, "trial_type": nil,
			"trial_expiry": nil, "trial_action": "", "paid_expiry": metadata.FormatTime(orgCreated + 10*365*24*3600*1000)},
	}}})
}

func (h *Handlers) listCurrencies(w http.ResponseWriter, _ *http.Request) error {
	v := h.settings.Get()
	if !v.CRMMultiCurrency {
		return &wire.Error{Status: http.StatusForbidden, Code: "CURRENCIES_NOT_ENABLED", Message: "multi currency is not enabled for the organization"}
	}
	var all []any
	for i, c := range metadata.EnabledCurrencies(v.CRMBaseCurrency) {
		all = append(all, map[string]any{
			"id": metadata.FormatID(int64(metadata.IDBase + 1000 + i)), "name": c.Name + " - " + c.Code, "iso_code": c.Code, "symbol": c.Symbol, "prefix_symbol": true,
			"is_base": i == 0, "is_active": true, "exchange_rate": c.Rate,
			"format":       map[string]any{"decimal_separator": "Period", "thousand_separator": "Comma", "decimal_places": c.Places},
			"created_time": metadata.FormatTime(orgCreated), "modified_time": metadata.FormatTime(orgCreated),
			"created_by": metadata.Users[0].Minified(), "modified_by": metadata.Users[0].Minified(),
		})
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"currencies": all})
}
