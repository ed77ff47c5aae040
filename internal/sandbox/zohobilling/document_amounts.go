package zohobilling

import (
	"strconv"

	"github.com/govalues/decimal"
)

// must is for sums of amounts that were checked to be small enough for exact decimals.
func must(d decimal.Decimal, err error) decimal.Decimal {
	if err != nil {
		panic(err)
	}
	return d
}

func plus(a, b decimal.Decimal) decimal.Decimal  { return must(a.Add(b)) }
func minus(a, b decimal.Decimal) decimal.Decimal { return must(a.Sub(b)) }
func times(a, b decimal.Decimal) decimal.Decimal { return must(a.Mul(b)) }
func by(a, b decimal.Decimal) decimal.Decimal    { return must(a.Quo(b)) }

// What amounts and quantities stay below, so that sums of products stay exact.
var (
	mostAmount   = decimal.MustParse("999999999999999")
	mostQuantity = decimal.MustParse("999999999")
)

// half is half of the smallest unit of a currency.
func half(precision int) decimal.Decimal { return decimal.MustNew(5, precision+1) }

// rounded is rounded half up to a currency's precision.
func rounded(d decimal.Decimal, precision int) decimal.Decimal {
	if d.IsNeg() {
		return rounded(d.Neg(), precision).Neg()
	}
	return plus(d, half(precision)).Trunc(precision).Pad(precision)
}

// setLines puts the given lines in place of those that were there, each completed from its item.
func (d *document) setLines(t txn, c *call, k kind, given []lineBody) error {
	if len(given) == 0 {
		return invalid(k.lines)
	}
	d.Lines = make([]documentLine, 0, len(given))
	for i, l := range given {
		line, err := d.line(t, c, k, l)
		if err != nil {
			return err
		}
		line.ID = strconv.Itoa(i + 1)
		d.Lines = append(d.Lines, line)
	}
	return nil
}

func (d *document) line(t txn, c *call, k kind, l lineBody) (documentLine, error) {
	out := documentLine{ItemID: l.itemID(), Name: l.Name, Description: l.Description, Discount: l.Discount, TaxID: l.TaxID,
		Rate: l.Rate.Decimal, Quantity: l.Quantity.Decimal}
	rateGiven := l.Rate.given || l.Price.given
	if l.Price.given {
		out.Rate = l.Price.Decimal
	}
	if !l.Quantity.given {
		out.Quantity = decimal.One
	}
	switch {
	case out.ItemID != "":
		it, err := lineItem(t, c, k, out.ItemID)
		if err != nil {
			return out, err
		}
		if out.Name == "" {
			out.Name = it.Name
		}
		if !rateGiven {
			rate, err := decimal.Parse(it.Rate.String())
			if err != nil {
				return out, err
			}
			out.Rate = rate
		}
	case !c.v.FreeTextLines:
		return out, invalid(k.item)
	case out.Name == "" && out.Description == "":
		return out, invalid(k.lines)
	}
	if out.TaxID != "" {
		if _, known := taxByID(out.TaxID); !known {
			return out, invalid("tax_id")
		}
	}
	if out.Quantity.Sign() <= 0 || out.Quantity.Cmp(mostQuantity) > 0 || out.Rate.IsNeg() || out.Rate.Cmp(mostAmount) > 0 {
		return out, invalid(k.lines)
	}
	if err := checkText("description", out.Description, 2000, true); err != nil {
		return out, err
	}
	out.Rate = rounded(out.Rate, d.Precision)
	return out, checkTexts(text{"name", out.Name, 200})
}

// lineItem is the item of a line, which must be there; an inactive one is taken as the setting says.
func lineItem(t txn, c *call, k kind, id string) (item, error) {
	var raw []byte
	found, err := t.get(`SELECT doc FROM items WHERE org = ? AND id = ?`, []any{c.org, id}, &raw)
	if err != nil || !found {
		return item{}, orMissing(err, invalid(k.item))
	}
	it, _, err := loadItem(raw)
	if err == nil && it.Status == "inactive" && !c.v.InactiveLines {
		return it, refused(2007, "The item %s is inactive.", it.Name)
	}
	return it, err
}

// total adds the document up. A line is its rate by its quantity less its discount, rounded half up. The document's
// discount comes off before the taxes, or after; each tax is rounded once over the document.
func (d *document) total() error {
	d.SubTotal, d.TaxTotal, d.Taxes = decimal.Zero, decimal.Zero, nil
	base := map[string]decimal.Decimal{}
	var order []string
	for i := range d.Lines {
		l := &d.Lines[i]
		off := decimal.Zero
		gross, err := l.Rate.Mul(l.Quantity)
		if err != nil || gross.Cmp(mostAmount) > 0 {
			return invalid("item_total")
		}
		if d.ItemLevel {
			off = l.Discount.of(gross)
		}
		if off.Cmp(gross) > 0 {
			return invalid("discount")
		}
		l.Off, l.Total = rounded(off, d.Precision), rounded(minus(gross, off), d.Precision)
		if d.SubTotal = plus(d.SubTotal, l.Total); d.SubTotal.Cmp(mostAmount) > 0 {
			return invalid("total")
		}
		if _, seen := base[l.TaxID]; !seen && l.TaxID != "" {
			order = append(order, l.TaxID)
		}
		base[l.TaxID] = plus(base[l.TaxID], l.Total)
	}
	before := decimal.Zero
	if !d.DiscountAfterTax {
		before = d.Discount.of(d.SubTotal)
	}
	if before.Cmp(d.SubTotal) > 0 {
		return invalid("discount")
	}
	for _, id := range order {
		d.addTax(id, base[id], before)
	}
	d.Total = minus(d.SubTotal, before)
	if !d.Gross {
		d.Total = plus(d.Total, d.TaxTotal)
	}
	if d.DiscountAfterTax {
		d.Total = minus(d.Total, d.Discount.of(d.Total))
	}
	if d.Total.IsNeg() {
		return invalid("discount")
	}
	d.Total, d.SubTotal = rounded(d.Total, d.Precision), rounded(d.SubTotal, d.Precision)
	return nil
}

// addTax adds one tax over all the lines that bear it; before is spread over them by what they come to.
func (d *document) addTax(id string, base, before decimal.Decimal) {
	tax, _ := taxByID(id)
	if !before.IsZero() && !d.SubTotal.IsZero() {
		base = minus(base, times(base, by(before, d.SubTotal)))
	}
	of := decimal.Hundred
	if d.Gross {
		of = plus(of, tax.percent)
	}
	amount := rounded(by(times(base, tax.percent), of), d.Precision)
	d.Taxes = append(d.Taxes, documentTax{tax.name, amount})
	d.TaxTotal = plus(d.TaxTotal, amount)
}

// tax is one of the organisation's.
type tax struct {
	id, name string
	percent  decimal.Decimal
}

var taxes = []tax{
	{"4600000000013001", "Standard", decimal.MustNew(20, 0)},
	{"4600000000013003", "Reduced", decimal.MustNew(5, 0)},
	{"4600000000013005", "State", decimal.MustParse("8.25")},
	{"4600000000013007", "Zero", decimal.MustNew(0, 0)},
}

func taxByID(id string) (tax, bool) {
	for _, t := range taxes {
		if t.id == id {
			return t, true
		}
	}
	return tax{}, false
}

func (o *Org) listTaxes(*call) (reply, error) {
	all := []map[string]any{}
	for i, t := range taxes {
		all = append(all, map[string]any{"tax_id": t.id, "tax_name": t.name, "tax_percentage": t.percent.String(), "tax_type": "tax",
			"tax_authority_id": "4600000000013901", "tax_authority_name": "Arizona", "is_default_tax": strconv.FormatBool(i == 0), "is_editable": "true"})
	}
	return ok(partOf("taxes", all)), nil
}
