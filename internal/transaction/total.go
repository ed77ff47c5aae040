package transaction

import (
	"fmt"

	"causeway/internal/record"

	"github.com/govalues/decimal"
)

// LineAmount returns a line's amount: rate times quantity, less the discount, rounded half up.
func LineAmount(l record.Line, precision int) (decimal.Decimal, error) {
	gross, err := l.Rate.Mul(l.Quantity)
	if err != nil {
		return gross, err
	}
	net, err := subtractDiscount(gross, l.Discount)
	if err != nil {
		return net, err
	}
	return RoundHalfUp(net, precision)
}

// subtractDiscount returns the amount less the discount.
func subtractDiscount(amount decimal.Decimal, d record.Discount) (decimal.Decimal, error) {
	if d.Share.IsZero() {
		return amount.Sub(d.Amount)
	}
	rest, err := decimal.One.Sub(d.Share)
	if err != nil {
		return rest, err
	}
	return amount.Mul(rest)
}

// Total returns the sums of a document: its lines, its taxes and the total. The document's discount is subtracted
// from the lines before tax, or from the total after tax. Each tax is added up over the document and rounded once.
// Where rates include the tax, the taxes are the part that they include. percent returns a tax's percentage by its
// id; an empty id means no tax.
func Total(tr record.Transaction, precision int, percent func(tax string) (decimal.Decimal, error)) (record.Totals, error) {
	out, err := total(tr, precision, percent)
	if err != nil {
		return out, fmt.Errorf("add up %s %s: %w", tr.Type, tr.Number, err)
	}
	return out, nil
}

func total(tr record.Transaction, precision int, percent func(string) (decimal.Decimal, error)) (record.Totals, error) {
	var out record.Totals
	byTax := map[string]decimal.Decimal{}
	var order []string
	for _, l := range tr.Lines {
		amount, err := LineAmount(l, precision)
		if err != nil {
			return out, err
		}
		if out.SubTotal, err = out.SubTotal.Add(amount); err != nil {
			return out, err
		}
		if _, ok := byTax[l.TaxID]; !ok {
			order = append(order, l.TaxID)
		}
		if byTax[l.TaxID], err = byTax[l.TaxID].Add(amount); err != nil {
			return out, err
		}
	}
	share, err := shareBeforeTax(tr, out.SubTotal)
	if err != nil {
		return out, err
	}
	for _, tax := range order {
		if err := addTax(&out, tr, byTax[tax], share, tax, precision, percent); err != nil {
			return out, err
		}
	}
	return finalTotal(out, tr, precision)
}

// shareBeforeTax returns the share of each line that is taxed. A discount given as an amount is spread over all
// lines.
func shareBeforeTax(tr record.Transaction, subTotal decimal.Decimal) (decimal.Decimal, error) {
	if tr.DiscountAfterTax || tr.Discount.IsZero() || subTotal.IsZero() {
		return decimal.One, nil
	}
	net, err := subtractDiscount(subTotal, tr.Discount)
	if err != nil {
		return net, err
	}
	return net.Quo(subTotal)
}

func addTax(out *record.Totals, tr record.Transaction, amount, share decimal.Decimal, tax string, precision int, percent func(string) (decimal.Decimal, error)) error {
	if tax == "" {
		return nil
	}
	p, err := percent(tax)
	if err != nil || p.IsZero() {
		return err
	}
	base, err := amount.Mul(share)
	if err != nil {
		return err
	}
	divisor := decimal.Hundred
	if tr.TaxInclusive {
		if divisor, err = divisor.Add(p); err != nil {
			return err
		}
	}
	due, err := base.Mul(p)
	if err == nil {
		due, err = due.Quo(divisor)
	}
	if err == nil {
		due, err = RoundHalfUp(due, precision)
	}
	if err == nil {
		out.Tax, err = out.Tax.Add(due)
	}
	return err
}

// finalTotal adds the taxes, unless the rates include them, and subtracts the document's discount.
func finalTotal(out record.Totals, tr record.Transaction, precision int) (record.Totals, error) {
	total, err := out.SubTotal, error(nil)
	if !tr.DiscountAfterTax {
		total, err = subtractDiscount(total, tr.Discount)
	}
	if err == nil && !tr.TaxInclusive {
		total, err = total.Add(out.Tax)
	}
	if err == nil && tr.DiscountAfterTax {
		total, err = subtractDiscount(total, tr.Discount)
	}
	if err == nil {
		out.Total, err = roundSigned(total, precision)
	}
	return out, err
}
