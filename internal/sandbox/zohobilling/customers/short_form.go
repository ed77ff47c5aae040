package customers

import (
	"encoding/json"
)

// customerShort is a customer as a list shows it: without addresses, custom fields and CRM ids.
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

func (c *Customer) short() customerShort {
	return customerShort{CustomerID: c.CustomerID, CustomerName: c.CustomerName, DisplayName: c.DisplayName,
		Salutation: c.Salutation, FirstName: c.FirstName, LastName: c.LastName, Email: c.Email, CompanyName: c.CompanyName,
		Phone: c.Phone, Mobile: c.Mobile, Website: c.Website, Department: c.Department, Designation: c.Designation,
		CurrencyCode: c.CurrencyCode, UnusedCredits: c.UnusedCredits, Outstanding: c.Outstanding, Status: c.Status,
		Tags: c.Tags, CreatedTime: c.CreatedTime, UpdatedTime: c.UpdatedTime}
}
