package zoho

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/zohoapi"

	"github.com/govalues/decimal"
)

// CreateTransaction implements billing.Transactions. With upsert it is idempotent by the marker, which billing itself
// keeps single; else it is not, and its outcome is to be settled where it is ambiguous. The currency is the customer's:
// no field names another, and one that tr names is not looked at.
func (c *Client) CreateTransaction(ctx context.Context, tr record.Transaction, upsert bool) (record.Transaction, error) {
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

// UpdateTransaction implements billing.Transactions. It is idempotent: it sets values. Lines are given without ids, so
// that they take the place of all that were there. A date that is empty stays as it is. Without a customer's id, which
// billing asks for, the one of the transaction is read first.
func (c *Client) UpdateTransaction(ctx context.Context, tr record.Transaction) (record.Transaction, error) {
	k := kindOfType(tr.Type)
	if tr.CustomerID == "" {
		is, err := c.Transaction(ctx, tr.Type, tr.ID)
		if err != nil {
			return is, err
		}
		tr.CustomerID = is.CustomerID
	}
	call := c.call(http.MethodPut, k.at(tr.ID), "update "+string(tr.Type), budget.Write, k.scope("UPDATE"))
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

func (c *Client) writeTransaction(ctx context.Context, k kind, tr record.Transaction, call zohoapi.Call, body map[string]any) (record.Transaction, error) {
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
	return out, c.refusedTransaction(ctx, k, tr, err)
}

// bodyOf is what both a creation and an update send.
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
			return nil, badDiscount(op, tr.ID, "billing takes discounts on lines or on the document, not on both")
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

// number is an amount as a JSON number, digit by digit as it is.
func number(d decimal.Decimal) json.Number { return json.Number(d.String()) }

// discountSent is a share as a text with a percent sign, or an amount as a number.
func discountSent(d record.Discount) (any, error) {
	switch {
	case d.Share.IsZero():
		return number(d.Amount), nil
	case !d.Amount.IsZero():
		return nil, fmt.Errorf("a discount is a share or an amount, and this is both")
	default:
		return percent(d.Share)
	}
}

func badDiscount(op, id, message string) error {
	return &record.Error{Kind: record.Invalid, Side: record.Billing, Op: op, Code: "DISCOUNT", RecordID: id, Message: message,
		Remedy: "give one discount: a share or an amount, on the lines or on the document"}
}

// The calls that change a status, by what it becomes.
var statusCalls = map[record.TransactionType]map[record.TransactionStatus][]string{
	record.Quote: {record.StatusSent: {"status", "sent"}, record.StatusAccepted: {"status", "accepted"}, record.StatusDeclined: {"status", "declined"}},
	// Billing's own way to mark an invoice as sent is to open it.
	record.Invoice: {record.StatusSent: {"converttoopen"}, record.StatusVoid: {"void"}},
}

// SetTransactionStatus implements billing.Transactions. It is idempotent: where billing refuses, the transaction is
// looked at, and one that is there already is good.
func (c *Client) SetTransactionStatus(ctx context.Context, t record.TransactionType, id string, to record.TransactionStatus) error {
	k := kindOfType(t)
	op := "mark " + string(t) + " as " + string(to)
	rest, ok := statusCalls[t][to]
	if !ok {
		return &record.Error{Kind: record.Invalid, Side: record.Billing, Op: op, Code: billing.CodeNotOffered, RecordID: id,
			Message: "billing has no call that makes one of " + string(k.module) + " " + string(to)}
	}
	call := c.call(http.MethodPost, k.at(id, rest...), op, budget.Write, k.scope("CREATE"))
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

// reached says that a transaction is where it was to go. An invoice that is sent goes on by itself: when it is due, and
// when it is paid.
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
