package payments

import (
	"cmp"
	"time"

	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/api"
)

// body is a request.
type body struct {
	CustomerID  string       `json:"customer_id"`
	Mode        string       `json:"payment_mode"`
	Amount      amount.Given `json:"amount"`
	Date        string       `json:"date"`
	Reference   string       `json:"reference_number"`
	Description string       `json:"description"`
	Invoices    []applied    `json:"invoices"`
}

func (b *body) check() error {
	switch {
	case b.Mode == "":
		return api.Invalid("payment_mode")
	case !b.Amount.IsPos() || b.Amount.Cmp(amount.Most) > 0:
		return api.Invalid("amount")
	}
	if _, err := time.Parse(time.DateOnly, b.Date); b.Date != "" && err != nil {
		return api.Invalid("date")
	}
	return cmp.Or(api.CheckLine("reference_number", b.Reference, 100), api.CheckLine("description", b.Description, 500), api.CheckLine("payment_mode", b.Mode, 50))
}
