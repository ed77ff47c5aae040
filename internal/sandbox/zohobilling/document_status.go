package zohobilling

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/govalues/decimal"
)

// codeState refuses what a status does not allow. The documentation has a number for one such refusal only: 4041, an
// estimate that cannot go back to a draft.
const codeState = 4041

func refusedState(k kind, d *document, what string) error {
	return refused(codeState, "%s %s is %s and cannot be %s.", k.name, d.Number, strings.ReplaceAll(d.Status, "_", " "), what)
}

// markEstimate changes an estimate's status.
func (o *Org) markEstimate(to string) handler {
	return func(c *call) (reply, error) {
		err := o.write(c.r.Context(), func(t txn) error {
			d, err := o.changeDocument(t, c, estimates, c.params["id"], func(d *document) error { return d.markEstimate(to, o.today()) })
			if err != nil {
				return err
			}
			return o.note(t, estimates, d, "Estimate marked as "+to)
		})
		return done("Estimate status has been changed to " + strings.ToUpper(to[:1]) + to[1:] + "."), err
	}
}

func (d *document) markEstimate(to, today string) error {
	is := d.status(estimates, today)
	allowed := map[string][]string{sent: {draft}, accepted: {sent, declined}, declined: {sent, accepted}}[to]
	for _, from := range allowed {
		if is == from {
			d.Status = to
			switch to {
			case accepted:
				d.Accepted = today
			case declined:
				d.Declined = today
			}
			return nil
		}
	}
	return refused(codeState, "Estimate %s is %s and cannot be marked as %s.", d.Number, is, to)
}

// openInvoice makes a draft one that is owed.
func (o *Org) openInvoice(word string) handler {
	return func(c *call) (reply, error) {
		err := o.write(c.r.Context(), func(t txn) error {
			d, err := o.changeDocument(t, c, invoices, c.params["id"], func(d *document) error {
				if d.Status != draft {
					return refusedState(invoices, d, "opened")
				}
				d.open()
				return nil
			})
			if err != nil {
				return err
			}
			return o.note(t, invoices, d, "Invoice marked as sent")
		})
		return done("Status of the invoice has been changed to " + word + "."), err
	}
}

// open makes a draft one that was sent. Nothing is to be paid of one that comes to nothing.
func (d *document) open() {
	if d.Status = sent; d.Total.IsZero() {
		d.Status = paid
	}
}

func (o *Org) voidInvoice(c *call) (reply, error) {
	err := o.write(c.r.Context(), func(t txn) error {
		d, err := o.changeDocument(t, c, invoices, c.params["id"], func(d *document) error {
			if len(d.Payments) > 0 || d.Status == paid || d.Status == void {
				return refusedState(invoices, d, "voided")
			}
			d.Status = void
			return nil
		})
		if err != nil {
			return err
		}
		return o.note(t, invoices, d, "Invoice marked as void")
	})
	return done("Invoice status has been changed to Void."), err
}

// fromEstimate marks the estimate that an invoice is made of: it is invoiced, once.
func (o *Org) fromEstimate(t txn, c *call, k kind, d *document, estimate string) error {
	if estimate == "" || k.one != "invoice" {
		return nil
	}
	_, err := o.changeDocument(t, c, estimates, estimate, func(e *document) error {
		switch {
		case e.CustomerID != d.CustomerID:
			return invalid("invoiced_estimate_id")
		case e.Status == invoiced || e.Status == declined:
			return refusedState(estimates, e, "converted to an invoice")
		}
		e.Status, e.Invoice = invoiced, d.ID
		return o.note(t, estimates, e, "Estimate converted to invoice "+d.Number)
	})
	d.Estimate = estimate
	return err
}

// giveBack lets the estimate of an invoice that goes be converted again.
func (o *Org) giveBack(t txn, c *call, d *document) error {
	if d.Estimate == "" {
		return nil
	}
	e, err := loadDocument(t, c.org, estimates, d.Estimate)
	if err != nil || e.Invoice != d.ID {
		return nil //nolint:nilerr // an estimate that is gone is none to give back
	}
	_, err = o.changeDocument(t, c, estimates, d.Estimate, func(e *document) error {
		e.Status, e.Invoice = accepted, ""
		return nil
	})
	return err
}

// owes changes what a customer owes. It is no change of the customer: its time stays.
func (o *Org) owes(t txn, customer string, by decimal.Decimal) error {
	return o.customerAmounts(t, customer, by, decimal.Zero)
}

func (o *Org) customerAmounts(t txn, customer string, owed, credits decimal.Decimal) error {
	if owed.IsZero() && credits.IsZero() {
		return nil
	}
	var raw []byte
	found, err := t.get(`SELECT doc FROM customers WHERE id = ?`, []any{customer}, &raw)
	if err != nil || !found {
		return err
	}
	cu, err := loadCustomer(raw)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		is *json.Number
		by decimal.Decimal
	}{{&cu.Outstanding, owed}, {&cu.UnusedCredits, credits}} {
		was, err := decimal.Parse(f.is.String())
		if err != nil {
			return err
		}
		*f.is = amountJSON(plus(was, f.by))
	}
	doc, short := cu.render()
	_, err = t.exec(`UPDATE customers SET short = ?, doc = ? WHERE id = ?`, string(short), string(doc), cu.id)
	return err
}

// mail is one that was sent.
type mail struct {
	To      []string `json:"to_mail_ids"`
	CC      []string `json:"cc_mail_ids"`
	Subject string   `json:"subject"`
	Body    string   `json:"body"`
}

// emailDocument sends one: it counts as sent from then on.
func (o *Org) emailDocument(k kind) handler {
	return func(c *call) (reply, error) {
		var m mail
		if err := c.decode(&m); err != nil {
			return reply{}, err
		}
		if err := m.check(k); err != nil {
			return reply{}, err
		}
		err := o.write(c.r.Context(), func(t txn) error { return o.send(t, c, k, c.params["id"], m) })
		message := "Your invoice has been sent."
		if k.one == "estimate" {
			message = "Your Estimate has been sent."
		}
		return done(message), err
	}
}

func (m mail) check(k kind) error {
	if len(m.To) == 0 {
		return invalid("to_mail_ids")
	}
	if k.one == "invoice" && (m.Subject == "" || m.Body == "") {
		return invalid("subject")
	}
	for _, address := range append(append([]string(nil), m.To...), m.CC...) {
		if address == "" || checkEmail("", address) != nil {
			return invalid("to_mail_ids")
		}
	}
	return nil
}

func (o *Org) send(t txn, c *call, k kind, id string, m mail) error {
	d, err := o.changeDocument(t, c, k, id, func(d *document) error {
		switch d.Status {
		case void:
			return refusedState(k, d, "e-mailed")
		case draft:
			d.open()
		}
		return nil
	})
	if err != nil {
		return err
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if _, err := t.exec(`INSERT INTO mails (module, document_id, at_us, doc) VALUES (?, ?, ?, ?)`, k.table, d.ID, o.now(), string(raw)); err != nil {
		return fmt.Errorf("keep e-mail: %w", err)
	}
	return o.note(t, k, d, k.name+" e-mailed to "+strings.Join(m.To, ", "))
}

// sendAtOnce sends one that is made with send=true, to its customer.
func (o *Org) sendAtOnce(t txn, c *call, k kind, d *document) error {
	if c.r.URL.Query().Get("send") != "true" {
		return nil
	}
	if d.Email == "" {
		return invalid("contact_persons")
	}
	if err := o.send(t, c, k, d.ID, mail{To: []string{d.Email}}); err != nil {
		return err
	}
	sentOne, err := loadDocument(t, c.org, k, d.ID)
	if err == nil {
		*d = *sentOne
	}
	return err
}
