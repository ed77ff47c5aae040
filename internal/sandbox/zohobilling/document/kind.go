package document

// Kind is an estimate (a quote) or an invoice, with the names that Zoho Billing gives to its parts: the two modules name
// them differently.
type Kind struct {
	Table, One, Name, Scope string
	Lines, Item, Rate       string // of a line
	Number, Date, Due       string // in requests
	Prefix                  string // of numbers
}

// The two kinds.
var (
	Estimates = Kind{"estimates", "estimate", "Estimate", "quotes", "line_items", "item_id", "rate", "estimate_number", "date", "expiry_date", "EST-"}
	Invoices  = Kind{"invoices", "invoice", "Invoice", "invoices", "invoice_items", "product_id", "price", "invoice_number", "date", "due_date", "INV-"}
)

// IsEstimate reports whether the kind is an estimate.
func (k Kind) IsEstimate() bool { return k.One == "estimate" }

// IsInvoice reports whether the kind is an invoice.
func (k Kind) IsInvoice() bool { return k.One == "invoice" }
