package zohobilling

import (
	"time"

	"github.com/govalues/decimal"
)

// documentSchema holds estimates and invoices, which customers and items they use, and what hangs on them.
const documentSchema = `
CREATE TABLE IF NOT EXISTS estimates (
	id INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, customer_id INTEGER NOT NULL, number TEXT NOT NULL, marker TEXT NOT NULL,
	status TEXT NOT NULL, due TEXT NOT NULL, created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS invoices (
	id INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, customer_id INTEGER NOT NULL, number TEXT NOT NULL, marker TEXT NOT NULL,
	status TEXT NOT NULL, due TEXT NOT NULL, created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS estimates_by_customer ON estimates (customer_id, created_us);
CREATE INDEX IF NOT EXISTS invoices_by_customer ON invoices (customer_id, created_us);
CREATE INDEX IF NOT EXISTS estimates_by_created ON estimates (org, created_us, id);
CREATE INDEX IF NOT EXISTS invoices_by_created ON invoices (org, created_us, id);
CREATE INDEX IF NOT EXISTS estimates_by_updated ON estimates (org, updated_us, id);
CREATE INDEX IF NOT EXISTS invoices_by_updated ON invoices (org, updated_us, id);
CREATE INDEX IF NOT EXISTS estimates_by_number ON estimates (org, number);
CREATE INDEX IF NOT EXISTS invoices_by_number ON invoices (org, number);
CREATE INDEX IF NOT EXISTS estimates_by_marker ON estimates (org, marker) WHERE marker <> '';
CREATE INDEX IF NOT EXISTS invoices_by_marker ON invoices (org, marker) WHERE marker <> '';
CREATE TABLE IF NOT EXISTS document_items (item_id INTEGER NOT NULL, module TEXT NOT NULL, document_id INTEGER NOT NULL,
	PRIMARY KEY (item_id, module, document_id));
CREATE INDEX IF NOT EXISTS document_items_of ON document_items (document_id, module);
CREATE TABLE IF NOT EXISTS payments (
	id INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, customer_id INTEGER NOT NULL, created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS payments_by_customer ON payments (customer_id);
CREATE VIEW IF NOT EXISTS transactions AS SELECT id, org, customer_id, created_us, doc FROM invoices
	UNION ALL SELECT id, org, customer_id, created_us, doc FROM payments;
CREATE TABLE IF NOT EXISTS document_comments (
	id INTEGER PRIMARY KEY AUTOINCREMENT, module TEXT NOT NULL, document_id INTEGER NOT NULL, at_us INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS document_comments_of ON document_comments (document_id, module, id);
CREATE TABLE IF NOT EXISTS document_files (
	id INTEGER PRIMARY KEY AUTOINCREMENT, module TEXT NOT NULL, document_id INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS document_files_of ON document_files (document_id, module, id);
CREATE TABLE IF NOT EXISTS mails (
	id INTEGER PRIMARY KEY AUTOINCREMENT, module TEXT NOT NULL, document_id INTEGER NOT NULL, at_us INTEGER NOT NULL, doc TEXT NOT NULL);`

// kind is one kind of transaction, in its own words: the two modules name things differently.
type kind struct {
	table, one, name, scope string
	lines, item, rate       string // of a line
	number, date, due       string // in requests
	prefix                  string
}

var (
	estimates = kind{"estimates", "estimate", "Estimate", "quotes", "line_items", "item_id", "rate", "estimate_number", "date", "expiry_date", "EST-"}
	invoices  = kind{"invoices", "invoice", "Invoice", "invoices", "invoice_items", "product_id", "price", "invoice_number", "date", "due_date", "INV-"}
)

// The statuses that are kept. That one is overdue or expired shows with time alone.
const (
	draft         = "draft"
	sent          = "sent"
	accepted      = "accepted"
	declined      = "declined"
	invoiced      = "invoiced"
	partiallyPaid = "partially_paid"
	paid          = "paid"
	void          = "void"
)

// document is an estimate or an invoice, as it is kept: amounts are exact.
type document struct {
	ID, Number, Reference, Status      string
	CustomerID, CustomerName, Email    string
	Currency, Symbol                   string
	Precision                          int
	Date, Due, Accepted, Declined      string
	Notes, Terms                       string
	Lines                              []documentLine
	Discount                           discount
	ItemLevel, DiscountAfterTax, Gross bool // where discounts are, when, and whether rates contain the taxes
	SubTotal, TaxTotal, Total, Paid    decimal.Decimal
	Taxes                              []documentTax
	Estimate                           string // the one that it was made of
	Invoice                            string // the one that was made of it
	Payments                           []documentPayment
	CustomFields                       []customField
	Files                              int
	CreatedUS, UpdatedUS               int64
}

type documentLine struct {
	ID, ItemID, Name, Description string
	Rate, Quantity, Off, Total    decimal.Decimal
	Discount                      discount
	TaxID                         string
}

type documentTax struct {
	Name   string
	Amount decimal.Decimal
}

type documentPayment struct {
	ID, Mode, Date, Reference string
	Amount                    decimal.Decimal
}

// balance is what is still to be paid.
func (d *document) balance() decimal.Decimal { return minus(d.Total, d.Paid) }

// owed is the balance as far as the customer has to pay it: drafts and void ones are owed by nobody.
func (d *document) owed() decimal.Decimal {
	if d.Status == draft || d.Status == void || d.Status == "" {
		return decimal.Zero
	}
	return d.balance()
}

// status is what it is called today.
func (d *document) status(k kind, today string) string {
	switch {
	case d.Status != sent || d.Due == "" || d.Due >= today:
		return d.Status
	case k.one == "estimate":
		return "expired"
	default:
		return "overdue"
	}
}

// documentBody is what a request says. What it does not name stays.
type documentBody struct {
	CustomerID     *string            `json:"customer_id"`
	Date           *string            `json:"date"`
	Due            *string            `json:"due_date"`
	Expiry         *string            `json:"expiry_date"`
	InvoiceNumber  string             `json:"invoice_number"`
	EstimateNumber string             `json:"estimate_number"`
	Reference      *string            `json:"reference_number"`
	Notes          *string            `json:"notes"`
	Terms          *string            `json:"terms"`
	Discount       *discount          `json:"discount"`
	DiscountType   *string            `json:"discount_type"`
	BeforeTax      *bool              `json:"is_discount_before_tax"`
	Inclusive      *bool              `json:"is_inclusive_tax"`
	Estimate       string             `json:"invoiced_estimate_id"`
	LineItems      []lineBody         `json:"line_items"`
	InvoiceItems   []lineBody         `json:"invoice_items"`
	CustomFields   []customFieldInput `json:"custom_fields"`
}

type lineBody struct {
	ItemID      string     `json:"item_id"`
	ProductID   string     `json:"product_id"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Rate        anyDecimal `json:"rate"`
	Price       anyDecimal `json:"price"`
	Quantity    anyDecimal `json:"quantity"`
	Discount    discount   `json:"discount"`
	TaxID       string     `json:"tax_id"`
}

func (b *documentBody) number(k kind) string {
	if k.one == "estimate" {
		return b.EstimateNumber
	}
	return b.InvoiceNumber
}

func (b *documentBody) due(k kind) *string {
	if k.one == "estimate" {
		return b.Expiry
	}
	return b.Due
}

// lines are those of either kind's name.
func (b *documentBody) lines() []lineBody {
	if b.InvoiceItems != nil {
		return b.InvoiceItems
	}
	return b.LineItems
}

// itemID is the line's item by either of its names.
func (l lineBody) itemID() string {
	if l.ProductID != "" {
		return l.ProductID
	}
	return l.ItemID
}

// edit takes over what a request says; the lines come with their items.
func (d *document) edit(c *call, k kind, b *documentBody) error {
	for _, f := range []struct {
		is   *string
		said *string
	}{{&d.Date, b.Date}, {&d.Due, b.due(k)}, {&d.Reference, b.Reference}, {&d.Notes, b.Notes}, {&d.Terms, b.Terms}} {
		if f.said != nil {
			*f.is = *f.said
		}
	}
	if b.Discount != nil {
		d.Discount = *b.Discount
	}
	if b.DiscountType != nil {
		d.ItemLevel = *b.DiscountType == "item_level"
		if !d.ItemLevel && *b.DiscountType != "entity_level" {
			return invalid("discount_type")
		}
	}
	if d.ItemLevel {
		d.Discount = discount{}
	}
	if b.BeforeTax != nil {
		d.DiscountAfterTax = !*b.BeforeTax
	}
	if b.Inclusive != nil {
		d.Gross = *b.Inclusive
	}
	var err error
	if d.CustomFields, err = setCustomFields(d.CustomFields, b.CustomFields, c.fieldsOf(k.table)); err != nil {
		return err
	}
	return d.check(k)
}

func (d *document) check(k kind) error {
	if _, err := time.Parse(time.DateOnly, d.Date); err != nil {
		return invalid(k.date)
	}
	if d.Due != "" {
		if _, err := time.Parse(time.DateOnly, d.Due); err != nil || d.Due < d.Date {
			return invalid(k.due)
		}
	}
	if err := checkText("notes", d.Notes, 5000, true); err != nil {
		return err
	}
	if err := checkText("terms", d.Terms, 10000, true); err != nil {
		return err
	}
	return checkTexts(text{"reference_number", d.Reference, 100}, text{k.number, d.Number, 100})
}
