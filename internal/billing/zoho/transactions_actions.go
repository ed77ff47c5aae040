package zoho

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// EmailTransaction implements billing.Transactions. It is not idempotent, and no call shows what was sent: an unknown
// outcome stays unknown.
func (c *transactions) EmailTransaction(ctx context.Context, t record.TransactionType, id string, m billing.Email) error {
	k := kindOfType(t)
	call := c.call(http.MethodPost, k.pathOf(id, "email"), "e-mail "+string(t), budget.Write, k.scope("CREATE"))
	call.RecordID = id
	if len(m.To) == 0 || t == record.Invoice && (m.Subject == "" || m.Body == "") {
		e := &record.Error{Kind: record.Invalid, Side: record.Billing, Op: call.Op, Code: "EMAIL", RecordID: id, Message: "the e-mail has no recipient",
			Remedy: "give at least one recipient"}
		if len(m.To) > 0 {
			e.Message, e.Remedy = "the e-mail of an invoice needs a subject and a text", "give both a subject and a text"
		}
		return e
	}
	body := map[string]any{"to_mail_ids": m.To}
	if len(m.CC) > 0 {
		body["cc_mail_ids"] = m.CC
	}
	if m.Subject != "" {
		body["subject"] = m.Subject
	}
	if m.Body != "" {
		body["body"] = m.Body
	}
	call.Body = body
	_, err := c.api.Do(ctx, call)
	return refusedAsNotOffered(err, "e-mails of "+string(k.module))
}

// RecordPayment implements billing.Transactions. It is not idempotent. The caller settles an unknown outcome by the payment's
// reference, among the payments of the invoice.
func (c *transactions) RecordPayment(ctx context.Context, customerID, invoiceID string, p record.Payment) (record.Payment, error) {
	call := c.call(http.MethodPost, "/payments", "record payment", budget.Write, scopePayments)
	call.RecordID = invoiceID
	body := map[string]any{"customer_id": customerID, "payment_mode": cmp.Or(p.Mode, "others"), "amount": number(p.Amount),
		"invoices": []any{map[string]any{"invoice_id": invoiceID, "amount_applied": number(p.Amount)}}}
	if p.Date != "" {
		body["date"] = p.Date
	}
	if p.Reference != "" {
		body["reference_number"] = p.Reference
	}
	call.Body = body
	var out record.Payment
	call.Read = func(r zohoapi.Reply) error {
		row, err := r.Object("payment")
		if err != nil {
			return err
		}
		if out, err = paymentOf(row); err == nil {
			_, err = zohoapi.ID(row, "payment_id")
		}
		return err
	}
	_, err := c.api.Do(ctx, call)
	return out, refusedAsNotOffered(err, "payments")
}

// pdfMark begins every PDF.
var pdfMark = []byte("%PDF-")

// PDF implements billing.Transactions. A billing system that has no prints of invoices answers with the invoice as JSON.
func (c *transactions) PDF(ctx context.Context, t record.TransactionType, id string) ([]byte, error) {
	k := kindOfType(t)
	call := c.call(http.MethodGet, k.pathOf(id), "print "+string(t), budget.Read, k.scope("READ"))
	call.Query = url.Values{"accept": {"pdf"}}
	if t == record.Quote {
		call.Path, call.Query = base+k.path+"/pdf", url.Values{"estimate_ids": {id}}
	}
	call.RecordID = id
	var got []byte
	call.File = func(contents []byte) error {
		got = contents
		return nil
	}
	if _, err := c.api.Do(ctx, call); err != nil {
		return nil, refusedAsNotOffered(err, "the print of "+string(k.module))
	}
	if refused := refusalIn(got); refused != nil {
		refused.Side, refused.Op, refused.RecordID = record.Billing, call.Op, id
		return nil, refusedAsNotOffered(refused, "the print of "+string(k.module))
	}
	if !bytes.HasPrefix(got, pdfMark) {
		return nil, notOfferedError(call.Op, id, "the print of "+string(k.module), "the reply is not a PDF")
	}
	return got, nil
}

// refusalIn returns the refusal that came with a good status in place of a file, or nil.
func refusalIn(contents []byte) *record.Error {
	var body struct {
		Code    json.Number `json:"code"`
		Message string      `json:"message"`
	}
	readable := bytes.HasPrefix(contents, []byte("{")) && json.Unmarshal(contents, &body) == nil
	if !readable || body.Code == codeOK || body.Code == "" {
		return nil
	}
	return &record.Error{Kind: kindOf(http.StatusOK, body.Code.String(), body.Message), Code: body.Code.String(), Message: body.Message}
}
