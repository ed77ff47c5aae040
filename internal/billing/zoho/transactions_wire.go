package zoho

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/govalues/decimal"

	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// kind is how quotes (billing's estimates) and invoices look on the wire. Where a field has several names, requests use the
// first. Replies may use any: a reply to a creation has other names than a reply to a read.
type kind struct {
	module          record.Module
	path, list, one string
	lines           []string
	item, rate      []string // of a line
	number, date    []string
	due             string
}

var (
	quotes = kind{module: record.Quotes, path: "/estimates", list: "estimates", one: "estimate", lines: []string{"line_items"},
		item: []string{"item_id"}, rate: []string{"rate"}, number: []string{"estimate_number"}, date: []string{"date"}, due: "expiry_date"}
	invoices = kind{module: record.Invoices, path: "/invoices", list: "invoices", one: "invoice", lines: []string{"invoice_items", "line_items"},
		item: []string{"product_id", "item_id"}, rate: []string{"price", "rate"}, number: []string{"invoice_number", "number"},
		date: []string{"date", "invoice_date"}, due: "due_date"}
)

func kindOfType(t record.TransactionType) kind {
	if t == record.Quote {
		return quotes
	}
	return invoices
}

func (k kind) typ() record.TransactionType {
	if k.module == record.Quotes {
		return record.Quote
	}
	return record.Invoice
}

func (k kind) scope(operation string) string { return scope(k.module, operation) }

// pathOf returns the path of a transaction, or of what belongs to it.
func (k kind) pathOf(id string, rest ...string) string {
	return strings.Join(append([]string{k.path, url.PathEscape(id)}, rest...), "/")
}

// transaction reads a transaction, in the short form of lists or whole.
func (c *transactions) transaction(k kind, row map[string]any) (record.Transaction, error) {
	out := record.Transaction{Type: k.typ(), Number: first(row, k.number), Reference: text(row, "reference_number"),
		Status: record.TransactionStatus(text(row, "status")), Marker: markerOf(row), CustomerID: text(row, "customer_id"),
		Currency: text(row, "currency_code"), Date: first(row, k.date), Due: text(row, k.due),
		Notes: text(row, "notes"), Terms: text(row, "terms")}
	if k.module == record.Invoices {
		out.FromQuote = first(row, []string{"invoiced_estimate_id", "estimate_id"})
	}
	out.HasAttachment, _ = row["has_attachment"].(bool)
	if files, _ := row["documents"].([]any); len(files) > 0 {
		out.HasAttachment = true
	}
	out.TaxInclusive, _ = row["is_inclusive_tax"].(bool)
	before, shown := row["is_discount_before_tax"].(bool)
	out.DiscountAfterTax = shown && !before
	var problems [6]error
	out.ID, problems[0] = zohoapi.ID(row, k.one+"_id")
	out.Created, problems[1] = instant(row, "created_time")
	out.Modified, problems[2] = instant(row, "updated_time", "last_modified_time")
	out.Lines, problems[3] = k.linesOf(row)
	out.Totals, problems[4] = totalsOf(row, out.Lines)
	out.Payments, problems[5] = paymentsOf(row)
	if text(row, "discount_type") != itemLevel {
		var err error
		if out.Discount, err = discountOf(row); err != nil {
			return out, err
		}
	}
	if !out.Created.IsZero() {
		c.zone.Store(out.Created.Location())
	}
	return out, errors.Join(problems[:]...)
}

// Where discounts are: on the lines, or on the document.
const (
	itemLevel   = "item_level"
	entityLevel = "entity_level"
)

func (k kind) linesOf(row map[string]any) ([]record.Line, error) {
	var out []record.Line
	for i, l := range objects(row, k.lines...) {
		line := record.Line{ItemID: k.itemOf(l), Name: text(l, "name"), Description: text(l, "description"), TaxID: text(l, "tax_id")}
		var problems [5]error
		line.Rate, problems[0] = amount(l, k.rate...)
		line.Quantity, problems[1] = amount(l, "quantity")
		line.TaxPercent, problems[2] = amount(l, "tax_percentage")
		line.Amount, problems[3] = amount(l, "item_total")
		line.Discount, problems[4] = discountOf(l)
		if err := errors.Join(problems[:]...); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		out = append(out, line)
	}
	return out, nil
}

// itemOf returns the item of a line. In an invoice that is product_id, even if it is empty: item_id is then the line's own
// id.
func (k kind) itemOf(line map[string]any) string {
	if _, shown := line[k.item[0]]; shown {
		return text(line, k.item[0])
	}
	return first(line, k.item)
}

// discountOf reads a share, which is a text with a percent sign, or an amount, which is a number. A read invoice shows the
// amount only, under another name.
func discountOf(row map[string]any) (record.Discount, error) {
	if given, ok := row["discount"].(string); ok && strings.HasSuffix(strings.TrimSpace(given), "%") {
		percent, err := decimal.Parse(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(given), "%")))
		if err != nil {
			return record.Discount{}, fmt.Errorf("%q is not a discount: %w", given, err)
		}
		share, err := percent.Quo(hundred)
		return record.Discount{Share: share}, err
	}
	d, err := amount(row, "discount", "discount_amount")
	return record.Discount{Amount: d}, err
}

var hundred = decimal.MustNew(100, 0)

// percent returns a share in billing's form.
func percent(share decimal.Decimal) (string, error) {
	p, err := share.Mul(hundred)
	if err != nil {
		return "", err
	}
	return p.Trim(0).String() + "%", nil
}

// totalsOf reads billing's totals. If billing leaves out the sum of the lines or of the taxes, it adds them up.
func totalsOf(row map[string]any, lines []record.Line) (out record.Totals, err error) {
	var problems [5]error
	out.SubTotal, problems[0] = amount(row, "sub_total")
	out.Tax, problems[1] = amount(row, "tax_total")
	out.Total, problems[2] = amount(row, "total")
	out.Paid, problems[3] = amount(row, "payment_made")
	out.Balance, problems[4] = amount(row, "balance")
	if err := errors.Join(problems[:]...); err != nil {
		return out, err
	}
	if row["sub_total"] == nil {
		for _, l := range lines {
			if out.SubTotal, err = out.SubTotal.Add(l.Amount); err != nil {
				return out, err
			}
		}
	}
	if row["tax_total"] == nil {
		for _, tax := range objects(row, "taxes") {
			d, err := amount(tax, "tax_amount")
			if err != nil {
				return out, err
			}
			if out.Tax, err = out.Tax.Add(d); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

func paymentsOf(row map[string]any) ([]record.Payment, error) {
	var out []record.Payment
	for _, p := range objects(row, "payments") {
		payment, err := paymentOf(p)
		if err != nil {
			return nil, err
		}
		out = append(out, payment)
	}
	return out, nil
}

func paymentOf(row map[string]any) (record.Payment, error) {
	out := record.Payment{ID: text(row, "payment_id"), Date: text(row, "date"), Mode: text(row, "payment_mode"), Reference: text(row, "reference_number")}
	var err error
	out.Amount, err = amount(row, "amount")
	return out, err
}
