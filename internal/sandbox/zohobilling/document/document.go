package document

import (
	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/fields"
)

// The statuses that are stored. "overdue" and "expired" follow from the date: see StatusOn.
const (
	Draft         = "draft"
	Sent          = "sent"
	Accepted      = "accepted"
	Declined      = "declined"
	Invoiced      = "invoiced"
	PartiallyPaid = "partially_paid"
	Paid          = "paid"
	Void          = "void"
)

// Document is an estimate or an invoice, as it is stored.
type Document struct {
	ID, Number, Reference, Status      string
	CustomerID, CustomerName, Email    string
	Currency, Symbol                   string
	Precision                          int
	Date, Due, Accepted, Declined      string
	Notes, Terms                       string
	Lines                              []Line
	Discount                           Discount
	ItemLevel, DiscountAfterTax, Gross bool // discounts are per line; come off after the taxes; rates contain the taxes
	SubTotal, TaxTotal, Total, Paid    decimal.Decimal
	Taxes                              []Tax
	Estimate                           string // of an invoice: the estimate it was made from
	Invoice                            string // of an estimate: the invoice made from it
	Payments                           []Payment
	CustomFields                       []fields.Value
	Files                              int
	CreatedUS, UpdatedUS               int64
}

// Line is one line, completed from its item.
type Line struct {
	ID, ItemID, Name, Description string
	Rate, Quantity, Off, Total    decimal.Decimal
	Discount                      Discount
	TaxID                         string
}

// Tax is the sum of one tax over the lines.
type Tax struct {
	Name   string
	Amount decimal.Decimal
}

// Payment is the part of a payment that was applied to an invoice.
type Payment struct {
	ID, Mode, Date, Reference string
	Amount                    decimal.Decimal
}

// Balance returns what is not paid.
func (d *Document) Balance() decimal.Decimal { return amount.Minus(d.Total, d.Paid) }

// Owed returns what the customer has to pay. Nobody owes a draft or a void document.
func (d *Document) Owed() decimal.Decimal {
	if d.Status == Draft || d.Status == Void || d.Status == "" {
		return decimal.Zero
	}
	return d.Balance()
}

// StatusOn returns the status on a date: what was sent becomes overdue (invoice) or expired (estimate) after its due date.
func (d *Document) StatusOn(k Kind, today string) string {
	switch {
	case d.Status != Sent || d.Due == "" || d.Due >= today:
		return d.Status
	case k.IsEstimate():
		return "expired"
	default:
		return "overdue"
	}
}
