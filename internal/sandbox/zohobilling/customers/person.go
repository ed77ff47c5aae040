package customers

import (
	"cmp"
	"encoding/json"

	"causeway/internal/sandbox/zohobilling/api"
)

// contactPersonFields are what a client may write.
type contactPersonFields struct {
	Salutation string `json:"salutation"`
	FirstName  string `json:"first_name"`
	LastName   string `json:"last_name"`
	Email      string `json:"email"`
	Mobile     string `json:"mobile"`
	Phone      string `json:"phone"`
	Fax        string `json:"fax"`
}

// person is a contact person of a customer. It has no custom fields.
type person struct {
	ContactPersonID string `json:"contactperson_id"`
	CustomerID      string `json:"customer_id"`
	contactPersonFields
	CreatedTime string `json:"created_time"`
	UpdatedTime string `json:"updated_time"`
}

func (p *person) edit(c *api.Call, raw json.RawMessage) error {
	if err := api.DecodeShape(raw, &p.contactPersonFields); err != nil {
		return err
	}
	if c.Settings.RequireEmail && p.Email == "" {
		return api.Invalid("email: an e-mail address is required")
	}
	if p.FirstName == "" && p.LastName == "" && p.Email == "" {
		return api.Invalid("first_name")
	}
	if err := api.CheckEmail("email", p.Email); err != nil {
		return err
	}
	return cmp.Or(api.CheckLine("salutation", p.Salutation, 25), api.CheckLine("first_name", p.FirstName, 100), api.CheckLine("last_name", p.LastName, 100),
		api.CheckLine("mobile", p.Mobile, 50), api.CheckLine("phone", p.Phone, 50), api.CheckLine("fax", p.Fax, 50))
}
