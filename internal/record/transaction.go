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

// The modules of billing that hold transactions.
const (
	Quotes   Module = "quotes"
	Invoices Module = "invoices"
)

// Module is the module of billing that holds transactions of the type.
func (t TransactionType) Module() Module {
	if t == Quote {
		return Quotes
	}
	return Invoices
}

// TransactionStatus is where a transaction stands in billing.
type TransactionStatus string

// The statuses of quotes and of invoices. A provider's word that is none of these is kept as it is: it allows
// nothing but reading.
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

// Transaction is one quote or invoice: as it is sent to billing, or, with an ID, as billing has it. Amounts are in
// Currency. Dates are YYYY-MM-DD.
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
	// Discount is that of the whole document, on the sum of its lines.
	Discount Discount
	// DiscountAfterTax takes the document's discount off after the taxes; it is taken off before them otherwise.
	DiscountAfterTax bool
	TaxInclusive     bool // rates contain the tax
	Notes            string
	Terms            string
	// FromQuote is the quote of which an invoice was made: billing's id of it.
	FromQuote string

	// What billing alone says.
	Totals        Totals
	Payments      []Payment
	HasAttachment bool
	Created       time.Time
	Modified      time.Time
}

// Encode gives it as JSON, with exact amounts; DecodeTransaction reads that.
func (tr Transaction) Encode() ([]byte, error) {
	data, err := json.Marshal(tr)
	if err != nil {
		return nil, fmt.Errorf("encode %s %s: %w", tr.Type, tr.ID, err)
	}
	return data, nil
}

// DecodeTransaction reads what Encode gave.
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
	TaxPercent  decimal.Decimal // of what billing says
	Amount      decimal.Decimal // of what billing says: without the tax, unless it is inclusive
}

// Discount is a share (0.15 is 15 %), of four places at most, or an amount; never both.
type Discount struct {
	Share  decimal.Decimal
	Amount decimal.Decimal
}

// IsZero says that nothing is taken off.
func (d Discount) IsZero() bool { return d.Share.IsZero() && d.Amount.IsZero() }

// Totals are what a transaction comes to.
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

// Comment is what somebody, or billing itself, noted on a transaction.
type Comment struct {
	ID     string
	Author string // as billing names it
	Text   string
	At     time.Time
	System bool // a note of billing's own on a change of state
}

// File is an attachment. Data is there only where it was asked for, or is to be sent.
type File struct {
	ID   string
	Name string
	Type string // its media type
	Size int64  // in bytes
	Data []byte
}

// Profile is a set of rights that a CRM gives to users.
type Profile struct {
	ID   string
	Name string
}

// Receivable is an invoice, as far as figures are made of it.
type Receivable struct {
	Number, Currency string
	Total, Balance   string // exact decimals
	Due              string // YYYY-MM-DD
	Status           TransactionStatus
	Deleted          bool
	Payments         []Payment
}
