package document

import (
	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/fields"
)

// Body is a request. A field that it does not name stays.
type Body struct {
	CustomerID     *string        `json:"customer_id"`
	Date           *string        `json:"date"`
	Due            *string        `json:"due_date"`
	Expiry         *string        `json:"expiry_date"`
	InvoiceNumber  string         `json:"invoice_number"`
	EstimateNumber string         `json:"estimate_number"`
	Reference      *string        `json:"reference_number"`
	Notes          *string        `json:"notes"`
	Terms          *string        `json:"terms"`
	Discount       *Discount      `json:"discount"`
	DiscountType   *string        `json:"discount_type"`
	BeforeTax      *bool          `json:"is_discount_before_tax"`
	Inclusive      *bool          `json:"is_inclusive_tax"`
	Estimate       string         `json:"invoiced_estimate_id"`
	LineItems      []LineBody     `json:"line_items"`
	InvoiceItems   []LineBody     `json:"invoice_items"`
	CustomFields   []fields.Input `json:"custom_fields"`
}

// LineBody is a line of a request.
type LineBody struct {
	ItemID      string       `json:"item_id"`
	ProductID   string       `json:"product_id"`
	Name        string       `json:"name"`
	Description string       `json:"description"`
	Rate        amount.Given `json:"rate"`
	Price       amount.Given `json:"price"`
	Quantity    amount.Given `json:"quantity"`
	Discount    Discount     `json:"discount"`
	TaxID       string       `json:"tax_id"`
}

func (b *Body) number(k Kind) string {
	if k.IsEstimate() {
		return b.EstimateNumber
	}
	return b.InvoiceNumber
}

func (b *Body) due(k Kind) *string {
	if k.IsEstimate() {
		return b.Expiry
	}
	return b.Due
}

// GivenLines returns the lines, by the name of either kind. It returns nil where the request has none.
func (b *Body) GivenLines() []LineBody {
	if b.InvoiceItems != nil {
		return b.InvoiceItems
	}
	return b.LineItems
}

// itemID returns the line's item, by the name of either kind.
func (l LineBody) itemID() string {
	if l.ProductID != "" {
		return l.ProductID
	}
	return l.ItemID
}
