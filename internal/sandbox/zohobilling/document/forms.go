package document

import (
	"strconv"

	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/fields"
	"causeway/internal/sandbox/zohobilling/settings"
)

// Short is the form in lists.
func (d *Document) Short(k Kind, today string) map[string]any {
	out := map[string]any{
		k.One + "_id": d.ID, "customer_id": d.CustomerID, "customer_name": d.CustomerName, "status": d.StatusOn(k, today),
		"currency_code": d.Currency, "total": amount.JSON(d.Total), "has_attachment": d.Files > 0, "created_time": api.WireTime(d.CreatedUS), k.Due: d.Due,
	}
	if k.IsEstimate() {
		out["estimate_number"], out["date"], out["reference_number"] = d.Number, d.Date, d.Reference
		out["last_modified_time"], out["accepted_date"], out["declined_date"] = api.WireTime(d.UpdatedUS), d.Accepted, d.Declined
	} else {
		out["number"], out["invoice_date"], out["email"], out["balance"] = d.Number, d.Date, d.Email, amount.JSON(d.Balance())
		out["updated_time"], out["currency_symbol"] = api.WireTime(d.UpdatedUS), d.Symbol
	}
	return out
}

// Whole is the form of a read by id. It has what Zoho Books shows beyond Zoho Billing's documentation.
func (d *Document) Whole(k Kind, today string) map[string]any {
	out := d.Short(k, today)
	for _, name := range []string{"has_attachment", "accepted_date", "declined_date"} { // in lists only
		delete(out, name)
	}
	taxList := []map[string]any{}
	for _, t := range d.Taxes {
		taxList = append(taxList, map[string]any{"tax_name": t.Name, "tax_amount": amount.JSON(t.Amount)})
	}
	level := "entity_level"
	if d.ItemLevel {
		level = "item_level"
	}
	for name, v := range map[string]any{
		"reference_number": d.Reference, "notes": d.Notes, "terms": d.Terms, "discount": d.Discount, "discount_type": level,
		"is_discount_before_tax": !d.DiscountAfterTax, "is_inclusive_tax": d.Gross, "sub_total": amount.JSON(d.SubTotal),
		"tax_total": amount.JSON(d.TaxTotal), "taxes": taxList, "price_precision": d.Precision, "custom_fields": d.customFields(),
		k.Lines: d.wireLines(k),
	} {
		out[name] = v
	}
	if k.IsInvoice() {
		payments := []map[string]any{}
		for _, p := range d.Payments {
			payments = append(payments, map[string]any{"payment_id": p.ID, "payment_mode": p.Mode, "date": p.Date,
				"reference_number": p.Reference, "amount": amount.JSON(p.Amount)})
		}
		out["payments"], out["payment_made"] = payments, amount.JSON(d.Paid)
		if d.Estimate != "" {
			out["invoiced_estimate_id"] = d.Estimate
		}
	}
	return out
}

// Written is the form in the reply to a creation or an update. An invoice's parts have Zoho Books' names there.
func (d *Document) Written(k Kind, today string) map[string]any {
	out := d.Whole(k, today)
	if k.IsInvoice() {
		out["invoice_number"], out["date"], out["last_modified_time"] = out["number"], out["invoice_date"], out["updated_time"]
		for _, name := range []string{"number", "invoice_date", "updated_time", "email", "currency_symbol", "payments"} {
			delete(out, name)
		}
	}
	return out
}

func (d *Document) customFields() []fields.Value {
	if d.CustomFields == nil {
		return []fields.Value{}
	}
	return d.CustomFields
}

func (d *Document) wireLines(k Kind) []map[string]any {
	out := make([]map[string]any, 0, len(d.Lines))
	for i, l := range d.Lines {
		line := map[string]any{"name": l.Name, "description": l.Description, k.Rate: amount.JSON(l.Rate), "quantity": amount.JSON(l.Quantity),
			"item_total": amount.JSON(l.Total), "item_order": i + 1, "discount": l.Discount, "discount_amount": amount.JSON(l.Off), "tax_id": l.TaxID}
		if k.IsInvoice() {
			line["item_id"] = d.ID + strconv.Itoa(i+1) // Zoho Billing calls the line's own id item_id
		}
		line[k.Item] = l.ItemID
		if t, known := settings.TaxByID(l.TaxID); known {
			line["tax_name"], line["tax_percentage"] = t.Name, amount.JSON(t.Percent)
		}
		out = append(out, line)
	}
	return out
}
