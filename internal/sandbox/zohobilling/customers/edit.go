package customers

import (
	"cmp"
	"encoding/json"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/fields"
	"causeway/internal/sandbox/zohobilling/settings"
)

// body is a request: raw holds the fields, to be decoded over a customer.
type body struct {
	raw          json.RawMessage
	CustomFields []fields.Input
}

func readBody(c *api.Call) (body, error) {
	var b body
	if err := c.Decode(&b.raw); err != nil {
		return b, err
	}
	var shape struct {
		customerFields
		CustomFields []fields.Input `json:"custom_fields"`
	}
	if err := api.DecodeShape(b.raw, &shape); err != nil {
		return b, err
	}
	b.CustomFields = shape.CustomFields
	return b, nil
}

// edit decodes a request over the customer, and checks the result.
func (m *Module) edit(call *api.Call, c *Customer, given body) error {
	before := c.customerFields
	if err := json.Unmarshal(given.raw, &c.customerFields); err != nil {
		return api.Invalid("JSONString")
	}
	if call.Settings.ZCRMOnWrite != "accept" {
		c.ZCRMAccountID, c.ZCRMContactID = before.ZCRMAccountID, before.ZCRMContactID
	}
	if c.CurrencyCode == "" {
		c.CurrencyCode = call.Settings.BillingCurrency
	}
	cur, known := settings.FindCurrency(call.Settings, c.CurrencyCode)
	if !known {
		return api.Invalid("currency_code")
	}
	if c.CustomerSubType == "" {
		c.CustomerSubType = "business"
	}
	c.CurrencyID, c.CurrencySymbol, c.PricePrecision = cur.ID, cur.Symbol, cur.Precision
	c.CustomerName, c.IsLinkedWithCRM = c.DisplayName, c.ZCRMAccountID != "" || c.ZCRMContactID != ""
	values, err := fields.Set(c.CustomFields, given.CustomFields, m.fields.Of("customers", call.Settings))
	if err != nil {
		return err
	}
	c.CustomFields = values
	return c.check(call.Settings)
}

func (c *Customer) check(v platform.Values) error {
	if api.NameKey(c.DisplayName) == "" {
		return api.Invalid("display_name")
	}
	if c.CustomerSubType != "business" && c.CustomerSubType != "individual" {
		return api.Invalid("customer_sub_type")
	}
	if c.PaymentTerms < -3 || c.PaymentTerms > 10000 { // the platform's own terms, like "due end of month", are negative
		return api.Invalid("payment_terms")
	}
	if v.RequireEmail && c.Email == "" {
		return api.Invalid("email: an e-mail address is required")
	}
	if err := api.CheckEmail("email", c.Email); err != nil {
		return err
	}
	if err := api.CheckLines("notes", c.Notes, 3000); err != nil {
		return err
	}
	if err := c.BillingAddress.check("billing_address"); err != nil {
		return err
	}
	if err := c.ShippingAddress.check("shipping_address"); err != nil {
		return err
	}
	return cmp.Or(api.CheckLine("display_name", c.DisplayName, 200), api.CheckLine("company_name", c.CompanyName, 200),
		api.CheckLine("salutation", c.Salutation, 25), api.CheckLine("first_name", c.FirstName, 100), api.CheckLine("last_name", c.LastName, 100),
		api.CheckLine("phone", c.Phone, 50), api.CheckLine("mobile", c.Mobile, 50), api.CheckLine("website", c.Website, 255),
		api.CheckLine("department", c.Department, 100), api.CheckLine("designation", c.Designation, 100), api.CheckLine("twitter", c.Twitter, 100),
		api.CheckLine("facebook", c.Facebook, 100), api.CheckLine("skype", c.Skype, 50), api.CheckLine("payment_terms_label", c.PaymentTermsLabel, 100))
}
