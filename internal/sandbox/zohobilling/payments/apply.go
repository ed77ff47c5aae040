package payments

import (
	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/customers"
	"causeway/internal/sandbox/zohobilling/document"
	"causeway/internal/sandbox/zohobilling/documents"
	"causeway/internal/sandbox/zohobilling/store"
)

// apply sets what a request says, and pays the invoices that it names. The rest becomes credit of the customer.
func (m *Module) apply(t store.Txn, c *api.Call, p *payment, b body) error {
	cu, err := documents.FindCustomer(t, c.Org, b.CustomerID)
	if err != nil {
		return err
	}
	p.CustomerID, p.CustomerName, p.Email, p.Currency, p.Symbol = b.CustomerID, cu.DisplayName, cu.Email, cu.CurrencyCode, cu.CurrencySymbol
	p.Mode, p.Reference, p.Description, p.Date = b.Mode, b.Reference, b.Description, b.Date
	if p.Date == "" {
		p.Date = m.store.Today()
	}
	p.Amount = amount.Rounded(b.Amount.Decimal, cu.PricePrecision)
	rest := p.Amount
	p.Invoices = nil
	for _, a := range b.Invoices {
		if !a.Amount.IsPos() || a.Amount.Cmp(rest) > 0 {
			return api.Invalid("amount_applied")
		}
		rest = amount.Minus(rest, a.Amount.Decimal)
		if err := m.pay(t, c, p, a); err != nil {
			return err
		}
		p.Invoices = append(p.Invoices, a)
	}
	return customers.AddAmounts(t, p.CustomerID, decimal.Zero, rest)
}

// pay pays one invoice.
func (m *Module) pay(t store.Txn, c *api.Call, p *payment, a applied) error {
	d, err := m.documents.Change(t, c, document.Invoices, a.InvoiceID, func(d *document.Document) error {
		switch {
		case d.CustomerID != p.CustomerID:
			return api.Invalid("invoice_id")
		case d.Status == document.Draft || d.Status == document.Void || d.Status == document.Paid:
			return d.RefuseState(document.Invoices, "paid")
		case a.Amount.Cmp(d.Balance()) > 0:
			return api.Refused(24016, "The amount entered is more than the balance due for the invoice %s.", d.Number)
		}
		d.Payments = append(d.Payments, document.Payment{ID: p.ID, Mode: p.Mode, Date: p.Date, Reference: p.Reference, Amount: a.Amount.Decimal})
		d.Settle()
		return nil
	})
	if err != nil {
		return err
	}
	return documents.Note(t, document.Invoices, d, "Payment of "+d.Currency+" "+a.Amount.String()+" made and applied")
}

// withdraw takes the payment back from its invoices, and its rest from the customer's credit.
func (m *Module) withdraw(t store.Txn, c *api.Call, p *payment) error {
	rest := p.Amount
	for _, a := range p.Invoices {
		rest = amount.Minus(rest, a.Amount.Decimal)
		_, err := m.documents.Change(t, c, document.Invoices, a.InvoiceID, func(d *document.Document) error {
			kept := d.Payments[:0:0]
			for _, of := range d.Payments {
				if of.ID != p.ID {
					kept = append(kept, of)
				}
			}
			d.Payments = kept
			d.Settle()
			return nil
		})
		if err != nil {
			return err
		}
	}
	return customers.AddAmounts(t, p.CustomerID, decimal.Zero, rest.Neg())
}
