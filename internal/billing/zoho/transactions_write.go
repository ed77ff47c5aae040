package zoho

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// CreateTransaction implements billing.Transactions. With upsert it is idempotent by the marker, which billing keeps unique.
// Without upsert it is not, and the caller must settle an ambiguous outcome. The currency is always the customer's:
// tr.Currency is ignored.
func (c *transactions) CreateTransaction(ctx context.Context, tr record.Transaction, upsert bool) (record.Transaction, error) {
	k := kindOfType(tr.Type)
	call := c.call(http.MethodPost, k.path, "create "+string(tr.Type), budget.Write, k.scope("CREATE"))
	body, err := k.bodyOf(call.Op, tr)
	if err != nil {
		return record.Transaction{}, err
	}
	for name, v := range map[string]string{"reference_number": tr.Reference, "notes": tr.Notes, "terms": tr.Terms} {
		if v != "" {
			body[name] = v
		}
	}
	if tr.FromQuote != "" && tr.Type == record.Invoice {
		body["invoiced_estimate_id"] = tr.FromQuote
	}
	switch {
	case tr.Marker != "" && upsert:
		call.Method = http.MethodPut
		call.Scopes = append(call.Scopes, k.scope("UPDATE"))
		call.Header.Set(headerKey, markerField)
		call.Header.Set(headerValue, tr.Marker)
		call.Header.Set(headerUpsert, "true")
	case tr.Marker != "":
		addMarker(body, tr.Marker)
	}
	return c.writeTransaction(ctx, k, tr, call, body)
}

// UpdateTransaction implements billing.Transactions. It is idempotent: it sets values. Lines are sent without ids, so they
// replace all lines. An empty date changes nothing. Billing requires the customer's id: if tr has none, it is read first.
func (c *transactions) UpdateTransaction(ctx context.Context, tr record.Transaction) (record.Transaction, error) {
	k := kindOfType(tr.Type)
	if tr.CustomerID == "" {
		is, err := c.Transaction(ctx, tr.Type, tr.ID)
		if err != nil {
			return is, err
		}
		tr.CustomerID = is.CustomerID
	}
	call := c.call(http.MethodPut, k.pathOf(tr.ID), "update "+string(tr.Type), budget.Write, k.scope("UPDATE"))
	call.RecordID = tr.ID
	body, err := k.bodyOf(call.Op, tr)
	if err != nil {
		return record.Transaction{}, err
	}
	body["reference_number"], body["notes"], body["terms"] = tr.Reference, tr.Notes, tr.Terms
	if tr.Marker != "" {
		addMarker(body, tr.Marker)
	}
	return c.writeTransaction(ctx, k, tr, call, body)
}

func (c *transactions) writeTransaction(ctx context.Context, k kind, tr record.Transaction, call zohoapi.Call, body map[string]any) (record.Transaction, error) {
	if tr.Number != "" {
		call.Query = url.Values{"ignore_auto_number_generation": {"true"}}
	}
	call.Body = body
	var out record.Transaction
	call.Read = func(r zohoapi.Reply) error {
		row, err := r.Object(k.one)
		if err == nil {
			out, err = c.transaction(k, row)
		}
		return err
	}
	_, err := c.api.Do(ctx, call)
	return out, c.explainTransaction(ctx, k, tr, err)
}

// bodyOf returns what both a creation and an update send.
func (k kind) bodyOf(op string, tr record.Transaction) (map[string]any, error) {
	lines := make([]any, 0, len(tr.Lines))
	onLines := false
	for i, l := range tr.Lines {
		line := map[string]any{k.rate[0]: number(l.Rate), "quantity": number(l.Quantity)}
		for name, v := range map[string]string{k.item[0]: l.ItemID, "name": l.Name, "description": l.Description, "tax_id": l.TaxID} {
			if v != "" {
				line[name] = v
			}
		}
		if !l.Discount.IsZero() {
			onLines = true
			discount, err := discountSent(l.Discount)
			if err != nil {
				return nil, badDiscount(op, tr.ID, fmt.Sprintf("line %d: %v", i+1, err))
			}
			line["discount"] = discount
		}
		lines = append(lines, line)
	}
	discount, err := discountSent(tr.Discount)
	if err != nil {
		return nil, badDiscount(op, tr.ID, err.Error())
	}
	body := map[string]any{"customer_id": tr.CustomerID, k.lines[0]: lines, "is_inclusive_tax": tr.TaxInclusive,
		"is_discount_before_tax": !tr.DiscountAfterTax, "discount_type": entityLevel, "discount": discount}
	if onLines {
		if !tr.Discount.IsZero() {
			return nil, badDiscount(op, tr.ID, "billing accepts discounts on the lines or on the document, not on both")
		}
		body["discount_type"] = itemLevel
		delete(body, "discount")
	}
	for name, v := range map[string]string{k.number[0]: tr.Number, k.date[0]: tr.Date, k.due: tr.Due} {
		if v != "" {
			body[name] = v
		}
	}
	return body, nil
}

// discountSent returns a discount in billing's form: a share as a text with a percent sign, or an amount as a number.
func discountSent(d record.Discount) (any, error) {
	switch {
	case d.Share.IsZero():
		return number(d.Amount), nil
	case !d.Amount.IsZero():
		return nil, fmt.Errorf("the discount is both a share and an amount")
	default:
		return percent(d.Share)
	}
}

func badDiscount(op, id, message string) error {
	return &record.Error{Kind: record.Invalid, Side: record.Billing, Op: op, Code: "DISCOUNT", RecordID: id, Message: message,
		Remedy: "give one discount: a share or an amount, on the lines or on the document"}
}

// statusCalls are the calls that change a status, by the new status.
var statusCalls = map[record.TransactionType]map[record.TransactionStatus][]string{
	record.Quote: {record.StatusSent: {"status", "sent"}, record.StatusAccepted: {"status", "accepted"}, record.StatusDeclined: {"status", "declined"}},
	// Zoho Billing marks an invoice as sent by opening it.
	record.Invoice: {record.StatusSent: {"converttoopen"}, record.StatusVoid: {"void"}},
}

// SetTransactionStatus implements billing.Transactions. It is idempotent: if billing refuses, the transaction is read, and
// the call succeeds if it has the status already.
func (c *transactions) SetTransactionStatus(ctx context.Context, t record.TransactionType, id string, to record.TransactionStatus) error {
	k := kindOfType(t)
	op := "mark " + string(t) + " as " + string(to)
	rest, ok := statusCalls[t][to]
	if !ok {
		return &record.Error{Kind: record.Invalid, Side: record.Billing, Op: op, Code: billing.CodeNotOffered, RecordID: id,
			Message: "billing cannot mark " + string(k.module) + " as " + string(to)}
	}
	call := c.call(http.MethodPost, k.pathOf(id, rest...), op, budget.Write, k.scope("CREATE"))
	call.RecordID = id
	_, err := c.api.Do(ctx, call)
	if !record.IsKind(err, record.Invalid) && !record.IsKind(err, record.Conflict) {
		return refusedAsNotOffered(err, "a way to mark "+string(k.module)+" as "+string(to))
	}
	is, failed := c.Transaction(ctx, t, id)
	if failed == nil && reached(t, is.Status, to) {
		return nil
	}
	return err
}

// reached reports whether a transaction has the status, or one that follows by itself: a sent invoice becomes overdue, or
// paid.
func reached(t record.TransactionType, is, to record.TransactionStatus) bool {
	if t == record.Invoice && to == record.StatusSent {
		switch is {
		case record.StatusSent, record.StatusOverdue, record.StatusPartPaid, record.StatusPaid:
			return true
		default:
			return false
		}
	}
	return is == to
}
