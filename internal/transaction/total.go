package transaction

import (
	"errors"
	"fmt"

	"causeway/internal/record"

	"github.com/govalues/decimal"
)

func as(err error, into **record.Error) bool { return errors.As(err, into) }

// LineAmount is what a line comes to: its rate by its quantity, less its discount, rounded half up.
func LineAmount(l record.Line, precision int) (decimal.Decimal, error) {
	gross, err := l.Rate.Mul(l.Quantity)
	if err != nil {
		return gross, err
	}
	net, err := less(gross, l.Discount)
	if err != nil {
		return net, err
	}
	return RoundHalfUp(net, precision)
}

// less takes a discount off.
func less(amount decimal.Decimal, d record.Discount) (decimal.Decimal, error) {
	if d.Share.IsZero() {
		return amount.Sub(d.Amount)
	}
	rest, err := decimal.One.Sub(d.Share)
	if err != nil {
		return rest, err
	}
	return amount.Mul(rest)
}

// Total is what a document comes to: the sum of its lines and of its taxes. The document's discount is taken off the
// lines before they are taxed, or off the total after. Taxes are added up over the document, each rounded once; of
// inclusive rates they are what the rates contain. percent gives a tax's percentage by its id; an empty id is none.
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
	return settle(out, tr, precision)
}

// shareBeforeTax is the share of the lines that is taxed: an amount is spread over them.
func shareBeforeTax(tr record.Transaction, subTotal decimal.Decimal) (decimal.Decimal, error) {
	if tr.DiscountAfterTax || tr.Discount.IsZero() || subTotal.IsZero() {
		return decimal.One, nil
	}
	net, err := less(subTotal, tr.Discount)
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
	of := decimal.Hundred
	if tr.TaxInclusive {
		if of, err = of.Add(p); err != nil {
			return err
		}
	}
	due, err := base.Mul(p)
	if err == nil {
		due, err = due.Quo(of)
	}
	if err == nil {
		due, err = RoundHalfUp(due, precision)
	}
	if err == nil {
		out.Tax, err = out.Tax.Add(due)
	}
	return err
}

// settle adds the taxes, unless the rates contain them, and takes the document's discount off.
func settle(out record.Totals, tr record.Transaction, precision int) (record.Totals, error) {
	total, err := out.SubTotal, error(nil)
	if !tr.DiscountAfterTax {
		total, err = less(total, tr.Discount)
	}
	if err == nil && !tr.TaxInclusive {
		total, err = total.Add(out.Tax)
	}
	if err == nil && tr.DiscountAfterTax {
		total, err = less(total, tr.Discount)
	}
	if err == nil {
		out.Total, err = roundSigned(total, precision)
	}
	return out, err
}
