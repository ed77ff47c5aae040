package payments

import (
	"encoding/json"
	"fmt"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/document"
	"causeway/internal/sandbox/zohobilling/documents"
	"causeway/internal/sandbox/zohobilling/store"
)

var errNoPayment = api.NotFound(1002, "Payment does not exist.")

// payment is what a customer paid, and for which invoices. What is left is credit.
type payment struct {
	ID, Number                         string
	CustomerID, CustomerName, Email    string
	Currency, Symbol                   string
	Mode, Date, Reference, Description string
	Amount                             decimal.Decimal
	Invoices                           []applied
}

// applied is the part of a payment for one invoice.
type applied struct {
	InvoiceID string       `json:"invoice_id"`
	Amount    amount.Given `json:"amount_applied"`
}

// stored returns the payment as it is stored.
func (p *payment) stored() string { return string(api.JSON(p)) }

// part renders the payment, with its invoices as they are now.
func (p *payment) part(t store.Txn, c *api.Call) (api.Part, error) {
	paidFor := []map[string]any{}
	for _, a := range p.Invoices {
		d, err := documents.Load(t, c.Org, document.Invoices, a.InvoiceID)
		if err != nil {
			return api.Part{}, fmt.Errorf("show payment: %w", err)
		}
		paidFor = append(paidFor, map[string]any{"invoice_id": d.ID, "invoice_number": d.Number, "date": d.Date, "invoice_amount": amount.JSON(d.Total),
			"amount_applied": amount.JSON(a.Amount.Decimal), "balance_amount": amount.JSON(d.Balance())})
	}
	return api.PartOf("payment", map[string]any{"payment_id": p.ID, "payment_mode": p.Mode, "amount": amount.JSON(p.Amount), "amount_refunded": 0,
		"bank_charges": 0, "date": p.Date, "status": "success", "reference_number": p.Reference, "description": p.Description,
		"customer_id": p.CustomerID, "customer_name": p.CustomerName, "email": p.Email, "invoices": paidFor,
		"currency_code": p.Currency, "currency_symbol": p.Symbol}), nil
}

// load reads the payment in the path.
func load(t store.Txn, c *api.Call) (*payment, error) {
	var raw []byte
	if err := t.Find(errNoPayment, `SELECT doc FROM payments WHERE org = ? AND id = ?`, []any{c.Org, c.Params["id"]}, &raw); err != nil {
		return nil, err
	}
	p := new(payment)
	return p, json.Unmarshal(raw, p)
}
