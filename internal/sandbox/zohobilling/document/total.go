package document

import (
	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/settings"
)

// AddUp computes the amounts. A line is its rate times its quantity, less its discount, rounded half up. The document's
// discount comes off before the taxes or after them. Each tax is rounded once, over the whole document.
func (d *Document) AddUp() error {
	d.SubTotal, d.TaxTotal, d.Taxes = decimal.Zero, decimal.Zero, nil
	taxed := map[string]decimal.Decimal{} // what each tax is computed on
	var taxes []string                    // in the order of the lines
	for i := range d.Lines {
		l := &d.Lines[i]
		if err := d.addLine(l); err != nil {
			return err
		}
		if _, seen := taxed[l.TaxID]; !seen && l.TaxID != "" {
			taxes = append(taxes, l.TaxID)
		}
		taxed[l.TaxID] = amount.Plus(taxed[l.TaxID], l.Total)
	}
	before := decimal.Zero
	if !d.DiscountAfterTax {
		before = d.Discount.off(d.SubTotal)
	}
	if before.Cmp(d.SubTotal) > 0 {
		return api.Invalid("discount")
	}
	for _, id := range taxes {
		d.addTax(id, taxed[id], before)
	}
	d.Total = amount.Minus(d.SubTotal, before)
	if !d.Gross {
		d.Total = amount.Plus(d.Total, d.TaxTotal)
	}
	if d.DiscountAfterTax {
		d.Total = amount.Minus(d.Total, d.Discount.off(d.Total))
	}
	if d.Total.IsNeg() {
		return api.Invalid("discount")
	}
	d.Total, d.SubTotal = amount.Rounded(d.Total, d.Precision), amount.Rounded(d.SubTotal, d.Precision)
	return nil
}

// addLine computes a line, and adds it to the subtotal.
func (d *Document) addLine(l *Line) error {
	gross, err := l.Rate.Mul(l.Quantity)
	if err != nil || gross.Cmp(amount.Most) > 0 {
		return api.Invalid("item_total")
	}
	off := decimal.Zero
	if d.ItemLevel {
		off = l.Discount.off(gross)
	}
	if off.Cmp(gross) > 0 {
		return api.Invalid("discount")
	}
	l.Off, l.Total = amount.Rounded(off, d.Precision), amount.Rounded(amount.Minus(gross, off), d.Precision)
	if d.SubTotal = amount.Plus(d.SubTotal, l.Total); d.SubTotal.Cmp(amount.Most) > 0 {
		return api.Invalid("total")
	}
	return nil
}

// addTax adds one tax. taxed is the sum of its lines. The document's discount is spread over all lines by their amounts.
func (d *Document) addTax(id string, taxed, discount decimal.Decimal) {
	tax, _ := settings.TaxByID(id)
	if !discount.IsZero() && !d.SubTotal.IsZero() {
		taxed = amount.Minus(taxed, amount.Times(taxed, amount.Over(discount, d.SubTotal)))
	}
	whole := decimal.Hundred // percent
	if d.Gross {
		whole = amount.Plus(whole, tax.Percent)
	}
	sum := amount.Rounded(amount.Over(amount.Times(taxed, tax.Percent), whole), d.Precision)
	d.Taxes = append(d.Taxes, Tax{tax.Name, sum})
	d.TaxTotal = amount.Plus(d.TaxTotal, sum)
}
