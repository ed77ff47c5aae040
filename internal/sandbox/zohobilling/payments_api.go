package zohobilling

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/govalues/decimal"
)

// payment is what a customer paid, and for which invoices; what is left is credit.
type payment struct {
	ID, Number                         string
	CustomerID, CustomerName, Email    string
	Currency, Symbol                   string
	Mode, Date, Reference, Description string
	Amount                             decimal.Decimal
	Invoices                           []applied
}

type applied struct {
	InvoiceID string     `json:"invoice_id"`
	Amount    anyDecimal `json:"amount_applied"`
}

type paymentBody struct {
	CustomerID  string     `json:"customer_id"`
	Mode        string     `json:"payment_mode"`
	Amount      anyDecimal `json:"amount"`
	Date        string     `json:"date"`
	Reference   string     `json:"reference_number"`
	Description string     `json:"description"`
	Invoices    []applied  `json:"invoices"`
}

var errNoPayment = notFound(1002, "Payment does not exist.")

func (o *Org) paymentRoutes(rt *router) {
	rt.add("POST", "/payments", "payments.CREATE", o.createPayment)
	rt.add("GET", "/payments/{id}", "payments.READ", o.getPayment)
	rt.add("PUT", "/payments/{id}", "payments.UPDATE", o.updatePayment)
	rt.add("DELETE", "/payments/{id}", "payments.DELETE", o.deletePayment)
}

func (b *paymentBody) check() error {
	switch {
	case b.Mode == "":
		return invalid("payment_mode")
	case !b.Amount.IsPos() || b.Amount.Cmp(mostAmount) > 0:
		return invalid("amount")
	}
	if _, err := time.Parse(time.DateOnly, b.Date); b.Date != "" && err != nil {
		return invalid("date")
	}
	return checkTexts(text{"reference_number", b.Reference, 100}, text{"description", b.Description, 500}, text{"payment_mode", b.Mode, 50})
}

func (o *Org) createPayment(c *call) (reply, error) {
	var b paymentBody
	if err := c.decode(&b); err != nil {
		return reply{}, err
	}
	if err := b.check(); err != nil {
		return reply{}, err
	}
	var out part
	err := o.write(c.r.Context(), func(t txn) error {
		p := payment{ID: strconv.FormatInt(o.newID("payments"), 10)}
		p.Number = p.ID[len(p.ID)-5:]
		if err := o.applyPayment(t, c, &p, b); err != nil {
			return err
		}
		now := o.now()
		_, err := t.exec(`INSERT INTO payments (id, org, customer_id, created_us, updated_us, doc) VALUES (?, ?, ?, ?, ?, ?)`, p.ID, c.org, p.CustomerID, now, now, p.kept())
		o.moved("payments")
		if err == nil {
			out, err = p.part(t, c)
		}
		return err
	})
	return created("The payment has been created.", out), err
}

func (p *payment) kept() string { return string(partOf("", p).value) }

// applyPayment takes over what a request says, and pays the invoices that it names.
func (o *Org) applyPayment(t txn, c *call, p *payment, b paymentBody) error {
	cu, err := documentCustomer(t, c.org, b.CustomerID)
	if err != nil {
		return err
	}
	p.CustomerID, p.CustomerName, p.Email, p.Currency, p.Symbol = b.CustomerID, cu.DisplayName, cu.Email, cu.CurrencyCode, cu.CurrencySymbol
	p.Mode, p.Reference, p.Description, p.Date = b.Mode, b.Reference, b.Description, b.Date
	if p.Date == "" {
		p.Date = o.today()
	}
	p.Amount = rounded(b.Amount.Decimal, cu.PricePrecision)
	rest := p.Amount
	p.Invoices = nil
	for _, a := range b.Invoices {
		if !a.Amount.IsPos() || a.Amount.Cmp(rest) > 0 {
			return invalid("amount_applied")
		}
		rest = minus(rest, a.Amount.Decimal)
		if err := o.pay(t, c, p, a); err != nil {
			return err
		}
		p.Invoices = append(p.Invoices, a)
	}
	return o.customerAmounts(t, p.CustomerID, decimal.Zero, rest)
}

// pay pays one invoice.
func (o *Org) pay(t txn, c *call, p *payment, a applied) error {
	d, err := o.changeDocument(t, c, invoices, a.InvoiceID, func(d *document) error {
		switch {
		case d.CustomerID != p.CustomerID:
			return invalid("invoice_id")
		case d.Status == draft || d.Status == void || d.Status == paid:
			return refusedState(invoices, d, "paid")
		case a.Amount.Cmp(d.balance()) > 0:
			return refused(24016, "The amount entered is more than the balance due for the invoice %s.", d.Number)
		}
		d.Payments = append(d.Payments, documentPayment{p.ID, p.Mode, p.Date, p.Reference, a.Amount.Decimal})
		d.settle()
		return nil
	})
	if err != nil {
		return err
	}
	return o.note(t, invoices, d, "Payment of "+d.Currency+" "+a.Amount.String()+" made and applied")
}

// settle follows the payments of an invoice.
func (d *document) settle() {
	d.Paid = decimal.Zero
	for _, p := range d.Payments {
		d.Paid = plus(d.Paid, p.Amount)
	}
	switch {
	case d.balance().IsZero():
		d.Status = paid
	case d.Paid.IsZero():
		d.Status = sent
	default:
		d.Status = partiallyPaid
	}
}

// unpay takes a payment off its invoices, and its rest off the customer's credit.
func (o *Org) unpay(t txn, c *call, p *payment) error {
	rest := p.Amount
	for _, a := range p.Invoices {
		rest = minus(rest, a.Amount.Decimal)
		_, err := o.changeDocument(t, c, invoices, a.InvoiceID, func(d *document) error {
			kept := d.Payments[:0:0]
			for _, of := range d.Payments {
				if of.ID != p.ID {
					kept = append(kept, of)
				}
			}
			d.Payments = kept
			d.settle()
			return nil
		})
		if err != nil {
			return err
		}
	}
	return o.customerAmounts(t, p.CustomerID, decimal.Zero, rest.Neg())
}

func (o *Org) updatePayment(c *call) (reply, error) {
	var b paymentBody
	if err := c.decode(&b); err != nil {
		return reply{}, err
	}
	if err := b.check(); err != nil {
		return reply{}, err
	}
	var out part
	err := o.write(c.r.Context(), func(t txn) error {
		p, err := loadPayment(t, c)
		if err != nil {
			return err
		}
		if b.CustomerID != p.CustomerID {
			return invalid("customer_id")
		}
		if err := o.unpay(t, c, p); err != nil {
			return err
		}
		if err := o.applyPayment(t, c, p, b); err != nil {
			return err
		}
		if _, err := t.exec(`UPDATE payments SET updated_us = ?, doc = ? WHERE id = ?`, o.now(), p.kept(), p.ID); err != nil {
			return err
		}
		out, err = p.part(t, c)
		return err
	})
	return done("The payment has been updated.", out), err
}

func (o *Org) deletePayment(c *call) (reply, error) {
	err := o.write(c.r.Context(), func(t txn) error {
		p, err := loadPayment(t, c)
		if err != nil {
			return err
		}
		if err := o.unpay(t, c, p); err != nil {
			return err
		}
		o.moved("payments")
		_, err = t.exec(`DELETE FROM payments WHERE id = ?`, p.ID)
		return err
	})
	return done("The payment has been deleted."), err
}

func (o *Org) getPayment(c *call) (reply, error) {
	var out part
	err := o.write(c.r.Context(), func(t txn) error {
		p, err := loadPayment(t, c)
		if err == nil {
			out, err = p.part(t, c)
		}
		return err
	})
	return ok(out), err
}

func loadPayment(t txn, c *call) (*payment, error) {
	var raw []byte
	found, err := t.get(`SELECT doc FROM payments WHERE org = ? AND id = ?`, []any{c.org, c.params["id"]}, &raw)
	if err != nil || !found {
		return nil, orMissing(err, errNoPayment)
	}
	p := new(payment)
	return p, json.Unmarshal(raw, p)
}

// part is the payment on the wire, with its invoices as they stand.
func (p *payment) part(t txn, c *call) (part, error) {
	paidFor := []map[string]any{}
	for _, a := range p.Invoices {
		d, err := loadDocument(t, c.org, invoices, a.InvoiceID)
		if err != nil {
			return part{}, fmt.Errorf("show payment: %w", err)
		}
		paidFor = append(paidFor, map[string]any{"invoice_id": d.ID, "invoice_number": d.Number, "date": d.Date, "invoice_amount": amountJSON(d.Total),
			"amount_applied": amountJSON(a.Amount.Decimal), "balance_amount": amountJSON(d.balance())})
	}
	return partOf("payment", map[string]any{"payment_id": p.ID, "payment_mode": p.Mode, "amount": amountJSON(p.Amount), "amount_refunded": 0,
		"bank_charges": 0, "date": p.Date, "status": "success", "reference_number": p.Reference, "description": p.Description,
		"customer_id": p.CustomerID, "customer_name": p.CustomerName, "email": p.Email, "invoices": paidFor,
		"currency_code": p.Currency, "currency_symbol": p.Symbol}), nil
}
