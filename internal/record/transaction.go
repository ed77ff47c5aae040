package record

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/govalues/decimal"
)

// TransactionType is a kind of transaction, as users call it.
type TransactionType string

// The transactions that are pushed.
const (
	Quote   TransactionType = "quote"
	Invoice TransactionType = "invoice"
)

// Module returns billing's module for this type.
func (t TransactionType) Module() Module {
	if t == Quote {
		return Quotes
	}
	return Invoices
}

// TransactionStatus is the state of a transaction in billing.
type TransactionStatus string

// The statuses of quotes and invoices. A status of the provider that is not listed here is kept as it is. Such a
// transaction can only be read.
const (
	StatusDraft    TransactionStatus = "draft"
	StatusSent     TransactionStatus = "sent"
	StatusAccepted TransactionStatus = "accepted" // quotes
	StatusDeclined TransactionStatus = "declined"
	StatusExpired  TransactionStatus = "expired"
	StatusInvoiced TransactionStatus = "invoiced"
	StatusOverdue  TransactionStatus = "overdue" // invoices
	StatusPartPaid TransactionStatus = "partially_paid"
	StatusPaid     TransactionStatus = "paid"
	StatusVoid     TransactionStatus = "void"
)

// Transaction is one quote or invoice. Without an ID it is to be sent to billing; with one it was read from
// billing. Amounts are in Currency. Dates are YYYY-MM-DD.
type Transaction struct {
	Type       TransactionType
	ID         string // billing's
	Number     string // billing's, unless the writer gives one
	Reference  string
	Status     TransactionStatus
	Marker     string
	CustomerID string // billing's
	Currency   string // ISO 4217; empty is the customer's
	Date       string
	Due        string // an invoice's due date, a quote's expiry date
	Lines      []Line
	// Discount applies to the whole document, on the sum of its lines.
	Discount Discount
	// DiscountAfterTax subtracts the document's discount after the taxes. By default it is subtracted before them.
	DiscountAfterTax bool
	TaxInclusive     bool // rates contain the tax
	Notes            string
	Terms            string
	// FromQuote is billing's id of the quote that an invoice was made from.
	FromQuote string

	// Only billing sets the fields below.
	Totals        Totals
	Payments      []Payment
	HasAttachment bool
	Created       time.Time
	Modified      time.Time
}

// Encode returns the transaction as JSON with exact amounts. DecodeTransaction reads it back.
func (tr Transaction) Encode() ([]byte, error) {
	data, err := json.Marshal(tr)
	if err != nil {
		return nil, fmt.Errorf("encode %s %s: %w", tr.Type, tr.ID, err)
	}
	return data, nil
}

// DecodeTransaction reads the JSON that Encode returned.
func DecodeTransaction(data []byte) (Transaction, error) {
	var tr Transaction
	if err := json.Unmarshal(data, &tr); err != nil {
		return tr, fmt.Errorf("decode a transaction: %w", err)
	}
	return tr, nil
}

// Line is one line of a transaction.
type Line struct {
	ItemID      string // billing's; empty for free text
	Name        string
	Description string
	Rate        decimal.Decimal
	Quantity    decimal.Decimal
	Discount    Discount
	TaxID       string          // billing's; empty is the item's own
	TaxPercent  decimal.Decimal // as billing returned it
	Amount      decimal.Decimal // as billing returned it: without the tax, unless TaxInclusive
}

// Discount is either a share (0.15 is 15 %, at most four decimal places) or an amount, never both.
type Discount struct {
	Share  decimal.Decimal
	Amount decimal.Decimal
}

// IsZero reports whether there is no discount.
func (d Discount) IsZero() bool { return d.Share.IsZero() && d.Amount.IsZero() }

// Totals are the sums of a transaction.
type Totals struct {
	SubTotal decimal.Decimal
	Tax      decimal.Decimal
	Total    decimal.Decimal
	Paid     decimal.Decimal // invoices
	Balance  decimal.Decimal // invoices
}

// Payment is one payment of an invoice.
type Payment struct {
	ID        string // billing's
	Amount    decimal.Decimal
	Date      string // YYYY-MM-DD
	Mode      string // cash, check, banktransfer, ...
	Reference string
}

// Comment is a note on a transaction, written by a user or by billing itself.
type Comment struct {
	ID     string
	Author string // as billing names it
	Text   string
	At     time.Time
	System bool // written by billing itself, on a change of state
}

// File is an attachment. Data is set only where the content was asked for or is to be sent.
type File struct {
	ID   string
	Name string
	Type string // its media type
	Size int64  // in bytes
	Data []byte
}

// Profile is a set of rights that the CRM assigns to users.
type Profile struct {
	ID   string
	Name string
}

// Receivable holds what the figures of one invoice are calculated from.
type Receivable struct {
	Number, Currency string
	Total, Balance   string // exact decimals
	Due              string // YYYY-MM-DD
	Status           TransactionStatus
	Deleted          bool
	Payments         []Payment
}
