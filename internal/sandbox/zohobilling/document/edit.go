package document

import (
	"cmp"
	"time"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/fields"
)

// Edit applies a request, except its lines. defs are the custom fields of the kind.
func (d *Document) Edit(k Kind, b *Body, defs []fields.Definition) error {
	for _, f := range []struct {
		field *string
		given *string
	}{{&d.Date, b.Date}, {&d.Due, b.due(k)}, {&d.Reference, b.Reference}, {&d.Notes, b.Notes}, {&d.Terms, b.Terms}} {
		if f.given != nil {
			*f.field = *f.given
		}
	}
	if b.Discount != nil {
		d.Discount = *b.Discount
	}
	if b.DiscountType != nil {
		d.ItemLevel = *b.DiscountType == "item_level"
		if !d.ItemLevel && *b.DiscountType != "entity_level" {
			return api.Invalid("discount_type")
		}
	}
	if d.ItemLevel {
		d.Discount = Discount{}
	}
	if b.BeforeTax != nil {
		d.DiscountAfterTax = !*b.BeforeTax
	}
	if b.Inclusive != nil {
		d.Gross = *b.Inclusive
	}
	var err error
	if d.CustomFields, err = fields.Set(d.CustomFields, b.CustomFields, defs); err != nil {
		return err
	}
	return d.check(k)
}

func (d *Document) check(k Kind) error {
	if _, err := time.Parse(time.DateOnly, d.Date); err != nil {
		return api.Invalid(k.Date)
	}
	if d.Due != "" {
		if _, err := time.Parse(time.DateOnly, d.Due); err != nil || d.Due < d.Date {
			return api.Invalid(k.Due)
		}
	}
	if err := api.CheckLines("notes", d.Notes, 5000); err != nil {
		return err
	}
	if err := api.CheckLines("terms", d.Terms, 10000); err != nil {
		return err
	}
	return cmp.Or(api.CheckLine("reference_number", d.Reference, 100), api.CheckLine(k.Number, d.Number, 100))
}

// TakeNumber takes the request's number in place of one that billing makes.
func (d *Document) TakeNumber(k Kind, b *Body) error {
	if b.number(k) == "" {
		return api.Invalid(k.Number)
	}
	d.Number = b.number(k)
	return nil
}
