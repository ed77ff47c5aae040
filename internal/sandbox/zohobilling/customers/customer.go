package customers

import (
	"cmp"
	"encoding/json"
	"strconv"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/fields"
)

// address is where a customer gets bills or goods.
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
	if err := api.CheckLines(field+".street", a.Street, 500); err != nil {
		return err
	}
	return cmp.Or(api.CheckLine(field+".attention", a.Attention, 100), api.CheckLine(field+".city", a.City, 100),
		api.CheckLine(field+".state", a.State, 100), api.CheckLine(field+".zip", a.Zip, 50), api.CheckLine(field+".country", a.Country, 100),
		api.CheckLine(field+".state_code", a.StateCode, 100), api.CheckLine(field+".fax", a.Fax, 50))
}

// customerFields are what a client may write, except the custom fields. A request is decoded over them: a field that it
// does not name stays.
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

// Customer is a customer as GET /customers/{id} shows it.
type Customer struct {
	CustomerID   string `json:"customer_id"`
	CustomerName string `json:"customer_name"`
	customerFields
	CurrencyID             string         `json:"currency_id"`
	CurrencySymbol         string         `json:"currency_symbol"`
	PricePrecision         int            `json:"price_precision"`
	UnusedCredits          json.Number    `json:"unused_credits"`
	Outstanding            json.Number    `json:"outstanding"`
	Status                 string         `json:"status"`
	IsLinkedWithCRM        bool           `json:"is_linked_with_zohocrm"`
	PrimaryContactPersonID string         `json:"primary_contactperson_id"`
	ACHSupported           bool           `json:"ach_supported"`
	CanAddCard             bool           `json:"can_add_card"`
	CanAddBankAccount      bool           `json:"can_add_bank_account"`
	Source                 string         `json:"source"`
	Tags                   []struct{}     `json:"tags"`
	Documents              []struct{}     `json:"documents"`
	DefaultTemplates       struct{}       `json:"default_templates"`
	CustomFields           []fields.Value `json:"custom_fields"`
	CreatedTime            string         `json:"created_time"`
	UpdatedTime            string         `json:"updated_time"`

	id int64
}

func newCustomer() Customer {
	return Customer{customerFields: customerFields{PaymentTermsLabel: "Due on receipt"}, UnusedCredits: "0", Outstanding: "0",
		Status: "active", Source: "api", CanAddCard: true, CanAddBankAccount: true,
		Tags: []struct{}{}, Documents: []struct{}{}, CustomFields: []fields.Value{}}
}

// Load decodes a stored customer.
func Load(raw []byte) (Customer, error) {
	c := newCustomer()
	if err := json.Unmarshal(raw, &c); err != nil {
		return c, err
	}
	var err error
	c.id, err = strconv.ParseInt(c.CustomerID, 10, 64)
	return c, err
}

// render returns the whole form, and the short form for lists.
func (c *Customer) render() (doc, short json.RawMessage) {
	return api.JSON(c), api.JSON(c.short())
}
