package push

import (
	"context"
	"strings"

	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/internal/transaction"
	"causeway/workflows/contract"
)

func (c *carrying) carryOut(ctx context.Context) error {
	switch action := c.in.Request.Doing(); action {
	case contract.ActionSave:
		return c.save(ctx)
	case contract.ActionSaveAndSend:
		if strings.HasPrefix(c.prior, stepEmail) {
			return c.email(ctx)
		}
		if err := c.save(ctx); err != nil {
			return err
		}
		return c.email(ctx)
	case contract.ActionEmail:
		return c.email(ctx)
	case contract.ActionMarkSent:
		return c.setStatus(ctx, record.StatusSent)
	case contract.ActionAccept:
		return c.setStatus(ctx, record.StatusAccepted)
	case contract.ActionDecline:
		return c.setStatus(ctx, record.StatusDeclined)
	case contract.ActionVoid:
		return c.setStatus(ctx, record.StatusVoid)
	case contract.ActionConvert:
		return c.convert(ctx)
	case contract.ActionPay:
		return c.pay(ctx)
	case contract.ActionComment:
		return c.comment(ctx)
	case contract.ActionAttach:
		return c.attach(ctx)
	default:
		return invalidPush(contract.CodeRequest, "action "+action+" is not known", "")
	}
}

// setStatus brings the transaction to a status. One that has it already stays as it is.
func (c *carrying) setStatus(ctx context.Context, to record.TransactionStatus) error {
	tr, err := c.readKnown(ctx)
	if err != nil {
		return err
	}
	if err := c.note(tr); err != nil || tr.Status == to {
		return err
	}
	if refusal := transaction.Refuse(c.kind, c.in.Request.Doing(), tr.Status); refusal != nil {
		return refusal
	}
	call, cancel, err := c.storeIntent(ctx, stepStatus)
	if err != nil {
		return err
	}
	defer cancel()
	if err := c.port.SetTransactionStatus(call, c.kind, tr.ID, to); err != nil {
		return err
	}
	return c.reread(ctx, tr)
}

// convert makes an invoice of a quote.
func (c *carrying) convert(ctx context.Context) error {
	id := c.in.Request.Invoice
	if id == "" {
		id = c.in.Transaction
	}
	quote, err := c.readKnown(ctx)
	if err != nil {
		return err
	}
	if err := c.note(quote); err != nil {
		return err
	}
	// After an attempt of unknown outcome we may have converted the quote ourselves.
	if refusal := transaction.Refuse(c.kind, contract.ActionConvert, quote.Status); refusal != nil && c.prior != stepConvert {
		return refusal
	}
	made, err := c.createMarked(ctx, invoiceOf(quote, record.Marker(c.conn.Incarnation, record.Invoices, id)), stepConvert)
	if err != nil {
		return err
	}
	if c.result.Invoice, c.made, err = c.stateOf(made, id); err != nil {
		return err
	}
	if c.known != nil { // the account or contact that the quote is for
		c.made.CRMModule, c.made.CRMID = c.known.CRMModule, c.known.CRMID
	}
	return c.reread(ctx, quote)
}

// invoiceOf returns the invoice that a quote becomes. Billing gives it date and number.
func invoiceOf(quote record.Transaction, marker string) record.Transaction {
	return record.Transaction{
		Type: record.Invoice, FromQuote: quote.ID, Marker: marker, CustomerID: quote.CustomerID, Currency: quote.Currency,
		Reference: quote.Reference, Lines: quote.Lines, Discount: quote.Discount, DiscountAfterTax: quote.DiscountAfterTax,
		TaxInclusive: quote.TaxInclusive, Notes: quote.Notes, Terms: quote.Terms,
	}
}

// email makes billing send the document. Nothing shows later whether an e-mail went out, so one of unknown outcome is
// reported, and never sent twice.
func (c *carrying) email(ctx context.Context) error {
	if id, ok := strings.CutPrefix(c.prior, stepEmail); ok {
		tr, err := c.readTransaction(ctx, c.kind, id)
		if err == nil {
			err = c.note(tr)
		}
		if err != nil {
			return err
		}
		return &record.Error{Kind: record.Conflict, Side: record.Billing, Op: c.in.Request.Doing(), Code: "EMAIL_UNKNOWN", RecordID: id,
			Message: "billing did not say whether it sent the e-mail", Remedy: "look there; if it did not, send it with `email` and another key"}
	}
	m := billing.Email{To: c.in.Request.Email.To, CC: c.in.Request.Email.CC, Subject: c.in.Request.Email.Subject, Body: c.in.Request.Email.Body}
	for _, address := range append(append([]string(nil), m.To...), m.CC...) {
		if err := transaction.CheckEmail(address); err != nil {
			return err
		}
	}
	tr, err := c.readFor(ctx, contract.ActionEmail)
	if err != nil {
		return err
	}
	call, cancel, err := c.storeIntent(ctx, stepEmail+tr.ID)
	if err != nil {
		return err
	}
	defer cancel()
	if err := c.port.EmailTransaction(call, c.kind, tr.ID, m); err != nil {
		return err
	}
	return c.reread(ctx, tr)
}
