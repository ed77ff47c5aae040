package zohobilling

import (
	"encoding/json"
	"strconv"

	"causeway/internal/sandbox/platform"
)

type address struct {
	Attention string `json:"attention"`
	Street    string `json:"street"`
	City      string `json:"city"`
	State     string `json:"state"`
	Zip       string `json:"zip"`
	Country   string `json:"country"`
	StateCode string `json:"state_code"`
	Fax       string `json:"fax"`
}

func (a address) check(field string) error {
	if err := checkText(field+".street", a.Street, 500, true); err != nil {
		return err
	}
	return checkTexts(text{field + ".attention", a.Attention, 100}, text{field + ".city", a.City, 100},
		text{field + ".state", a.State, 100}, text{field + ".zip", a.Zip, 50}, text{field + ".country", a.Country, 100},
		text{field + ".state_code", a.StateCode, 100}, text{field + ".fax", a.Fax, 50})
}

// customerFields are what a caller may write. Decoding a request over them leaves the others as they are.
type customerFields struct {
	DisplayName       string  `json:"display_name"`
	Salutation        string  `json:"salutation"`
	FirstName         string  `json:"first_name"`
	LastName          string  `json:"last_name"`
	Email             string  `json:"email"`
	CompanyName       string  `json:"company_name"`
	Phone             string  `json:"phone"`
	Mobile            string  `json:"mobile"`
	Website           string  `json:"website"`
	Department        string  `json:"department"`
	Designation       string  `json:"designation"`
	CustomerSubType   string  `json:"customer_sub_type"`
	CurrencyCode      string  `json:"currency_code"`
	Notes             string  `json:"notes"`
	Twitter           string  `json:"twitter"`
	Facebook          string  `json:"facebook"`
	Skype             string  `json:"skype"`
	PaymentTerms      int     `json:"payment_terms"`
	PaymentTermsLabel string  `json:"payment_terms_label"`
	IsPortalEnabled   bool    `json:"is_portal_enabled"`
	BillingAddress    address `json:"billing_address"`
	ShippingAddress   address `json:"shipping_address"`
	ZCRMAccountID     string  `json:"zcrm_account_id"`
	ZCRMContactID     string  `json:"zcrm_contact_id"`
}

// customer is a record as GET /customers/{id} shows it.
type customer struct {
	CustomerID   string `json:"customer_id"`
	CustomerName string `json:"customer_name"`
	customerFields
	CurrencyID             string        `json:"currency_id"`
	CurrencySymbol         string        `json:"currency_symbol"`
	PricePrecision         int           `json:"price_precision"`
	UnusedCredits          json.Number   `json:"unused_credits"`
	Outstanding            json.Number   `json:"outstanding"`
	Status                 string        `json:"status"`
	IsLinkedWithCRM        bool          `json:"is_linked_with_zohocrm"`
	PrimaryContactPersonID string        `json:"primary_contactperson_id"`
	ACHSupported           bool          `json:"ach_supported"`
	CanAddCard             bool          `json:"can_add_card"`
	CanAddBankAccount      bool          `json:"can_add_bank_account"`
	Source                 string        `json:"source"`
	Tags                   []struct{}    `json:"tags"`
	Documents              []struct{}    `json:"documents"`
	DefaultTemplates       struct{}      `json:"default_templates"`
	CustomFields           []customField `json:"custom_fields"`
	CreatedTime            string        `json:"created_time"`
	UpdatedTime            string        `json:"updated_time"`

	id int64
}

// customerShort is a record as a list shows it: no addresses, no custom fields, no ids of the CRM.
type customerShort struct {
	CustomerID      string      `json:"customer_id"`
	CustomerName    string      `json:"customer_name"`
	DisplayName     string      `json:"display_name"`
	Salutation      string      `json:"salutation"`
	FirstName       string      `json:"first_name"`
	LastName        string      `json:"last_name"`
	Email           string      `json:"email"`
	CompanyName     string      `json:"company_name"`
	Phone           string      `json:"phone"`
	Mobile          string      `json:"mobile"`
	Website         string      `json:"website"`
	Department      string      `json:"department"`
	Designation     string      `json:"designation"`
	CurrencyCode    string      `json:"currency_code"`
	UnusedCredits   json.Number `json:"unused_credits"`
	Outstanding     json.Number `json:"outstanding"`
	Status          string      `json:"status"`
	IsGappsCustomer bool        `json:"is_gapps_customer"`
	HasAttachment   bool        `json:"has_attachment"`
	Tags            []struct{}  `json:"tags"`
	CreatedTime     string      `json:"created_time"`
	UpdatedTime     string      `json:"updated_time"`
}

func (c *customer) short() customerShort {
	return customerShort{CustomerID: c.CustomerID, CustomerName: c.CustomerName, DisplayName: c.DisplayName,
		Salutation: c.Salutation, FirstName: c.FirstName, LastName: c.LastName, Email: c.Email, CompanyName: c.CompanyName,
		Phone: c.Phone, Mobile: c.Mobile, Website: c.Website, Department: c.Department, Designation: c.Designation,
		CurrencyCode: c.CurrencyCode, UnusedCredits: c.UnusedCredits, Outstanding: c.Outstanding, Status: c.Status,
		Tags: c.Tags, CreatedTime: c.CreatedTime, UpdatedTime: c.UpdatedTime}
}

// edit decodes a request over the customer, and checks what comes out.
func (c *customer) edit(call *call, body customerBody) error {
	before := c.customerFields
	if err := json.Unmarshal(body.raw, &c.customerFields); err != nil {
		return invalid("JSONString")
	}
	if call.v.ZCRMOnWrite != "accept" {
		c.ZCRMAccountID, c.ZCRMContactID = before.ZCRMAccountID, before.ZCRMContactID
	}
	if c.CurrencyCode == "" {
		c.CurrencyCode = call.v.BillingCurrency
	}
	cur, known := findCurrency(call.v, c.CurrencyCode)
	if !known {
		return invalid("currency_code")
	}
	if c.CustomerSubType == "" {
		c.CustomerSubType = "business"
	}
	c.CurrencyID, c.CurrencySymbol, c.PricePrecision = cur.ID, cur.Symbol, cur.Precision
	c.CustomerName, c.IsLinkedWithCRM = c.DisplayName, c.ZCRMAccountID != "" || c.ZCRMContactID != ""
	fields, err := setCustomFields(c.CustomFields, body.CustomFields, call.fieldsOf("customers"))
	if err != nil {
		return err
	}
	c.CustomFields = fields
	return c.check(call.v)
}

func (c *customer) check(v platform.Values) error {
	if nameKey(c.DisplayName) == "" {
		return invalid("display_name")
	}
	if c.CustomerSubType != "business" && c.CustomerSubType != "individual" {
		return invalid("customer_sub_type")
	}
	if c.PaymentTerms < -3 || c.PaymentTerms > 10000 { // below 0 are the platform's own, like "due end of month"
		return invalid("payment_terms")
	}
	if v.RequireEmail && c.Email == "" {
		return invalid("email: an e-mail address is required")
	}
	if err := checkEmail("email", c.Email); err != nil {
		return err
	}
	if err := checkText("notes", c.Notes, 3000, true); err != nil {
		return err
	}
	if err := c.BillingAddress.check("billing_address"); err != nil {
		return err
	}
	if err := c.ShippingAddress.check("shipping_address"); err != nil {
		return err
	}
	return checkTexts(text{"display_name", c.DisplayName, 200}, text{"company_name", c.CompanyName, 200},
		text{"salutation", c.Salutation, 25}, text{"first_name", c.FirstName, 100}, text{"last_name", c.LastName, 100},
		text{"phone", c.Phone, 50}, text{"mobile", c.Mobile, 50}, text{"website", c.Website, 255},
		text{"department", c.Department, 100}, text{"designation", c.Designation, 100}, text{"twitter", c.Twitter, 100},
		text{"facebook", c.Facebook, 100}, text{"skype", c.Skype, 50}, text{"payment_terms_label", c.PaymentTermsLabel, 100})
}

func newCustomer() customer {
	return customer{customerFields: customerFields{PaymentTermsLabel: "Due on receipt"}, UnusedCredits: "0", Outstanding: "0",
		Status: "active", Source: "api", CanAddCard: true, CanAddBankAccount: true,
		Tags: []struct{}{}, Documents: []struct{}{}, CustomFields: []customField{}}
}

// customerBody is a request: the fields, decoded later over a record, and the custom fields.
type customerBody struct {
	raw          json.RawMessage
	CustomFields []customFieldInput
}

func (c *call) customerBody() (customerBody, error) {
	var b customerBody
	if err := c.decode(&b.raw); err != nil {
		return b, err
	}
	var shape struct {
		customerFields
		CustomFields []customFieldInput `json:"custom_fields"`
	}
	if err := decodeShape(b.raw, &shape); err != nil {
		return b, err
	}
	b.CustomFields = shape.CustomFields
	return b, nil
}

func loadCustomer(raw []byte) (customer, error) {
	c := newCustomer()
	if err := json.Unmarshal(raw, &c); err != nil {
		return c, err
	}
	var err error
	c.id, err = strconv.ParseInt(c.CustomerID, 10, 64)
	return c, err
}
