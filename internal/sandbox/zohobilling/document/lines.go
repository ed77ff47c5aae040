package document

import (
	"cmp"
	"strconv"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/settings"
)

// mostQuantity keeps the product of a quantity and a rate exact.
var mostQuantity = decimal.MustParse("999999999")

// LineRules are what a line may be, by the settings and the items.
type LineRules struct {
	FreeText bool                                                           // a line needs no item
	FindItem func(id string) (name string, rate decimal.Decimal, err error) // the item of a line
}

// SetLines replaces the lines. Each is completed from its item.
func (d *Document) SetLines(k Kind, given []LineBody, rules LineRules) error {
	if len(given) == 0 {
		return api.Invalid(k.Lines)
	}
	d.Lines = make([]Line, 0, len(given))
	for i, l := range given {
		line, err := l.complete(k, rules)
		if err != nil {
			return err
		}
		if err := line.check(k); err != nil {
			return err
		}
		line.ID, line.Rate = strconv.Itoa(i+1), amount.Rounded(line.Rate, d.Precision)
		d.Lines = append(d.Lines, line)
	}
	return nil
}

// complete fills in what the request leaves to the item: the name, the rate, a quantity of one.
func (l LineBody) complete(k Kind, rules LineRules) (Line, error) {
	out := Line{ItemID: l.itemID(), Name: l.Name, Description: l.Description, Discount: l.Discount, TaxID: l.TaxID,
		Rate: l.Rate.Decimal, Quantity: l.Quantity.Decimal}
	if l.Price.IsSet {
		out.Rate = l.Price.Decimal
	}
	if !l.Quantity.IsSet {
		out.Quantity = decimal.One
	}
	switch {
	case out.ItemID != "":
		name, rate, err := rules.FindItem(out.ItemID)
		if err != nil {
			return out, err
		}
		if out.Name == "" {
			out.Name = name
		}
		if !l.Rate.IsSet && !l.Price.IsSet {
			out.Rate = rate
		}
	case !rules.FreeText:
		return out, api.Invalid(k.Item)
	case out.Name == "" && out.Description == "":
		return out, api.Invalid(k.Lines)
	}
	return out, nil
}

func (l Line) check(k Kind) error {
	if l.TaxID != "" {
		if _, known := settings.TaxByID(l.TaxID); !known {
			return api.Invalid("tax_id")
		}
	}
	if l.Quantity.Sign() <= 0 || l.Quantity.Cmp(mostQuantity) > 0 || l.Rate.IsNeg() || l.Rate.Cmp(amount.Most) > 0 {
		return api.Invalid(k.Lines)
	}
	return cmp.Or(api.CheckLines("description", l.Description, 2000), api.CheckLine("name", l.Name, 200))
}
