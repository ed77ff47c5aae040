package zohobilling

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/govalues/decimal"
)

func amountJSON(d decimal.Decimal) json.Number { return json.Number(d.String()) }

func (o *Org) today() string { return o.clock().In(zone).Format(time.DateOnly) }

// short is the form of lists.
func (d *document) short(k kind, today string) map[string]any {
	out := map[string]any{
		k.one + "_id": d.ID, "customer_id": d.CustomerID, "customer_name": d.CustomerName, "status": d.status(k, today),
		"currency_code": d.Currency, "total": amountJSON(d.Total), "has_attachment": d.Files > 0, "created_time": wireTime(d.CreatedUS), k.due: d.Due,
	}
	if k.one == "estimate" {
		out["estimate_number"], out["date"], out["reference_number"] = d.Number, d.Date, d.Reference
		out["last_modified_time"], out["accepted_date"], out["declined_date"] = wireTime(d.UpdatedUS), d.Accepted, d.Declined
	} else {
		out["number"], out["invoice_date"], out["email"], out["balance"] = d.Number, d.Date, d.Email, amountJSON(d.balance())
		out["updated_time"], out["currency_symbol"] = wireTime(d.UpdatedUS), d.Symbol
	}
	return out
}

// whole is the form of one read by its id. What Books' form has beyond Billing's is here too.
func (d *document) whole(k kind, today string) map[string]any {
	out := d.short(k, today)
	for _, name := range []string{"has_attachment", "accepted_date", "declined_date"} { // in lists alone
		delete(out, name)
	}
	taxList := []map[string]any{}
	for _, t := range d.Taxes {
		taxList = append(taxList, map[string]any{"tax_name": t.Name, "tax_amount": amountJSON(t.Amount)})
	}
	level := "entity_level"
	if d.ItemLevel {
		level = "item_level"
	}
	for name, v := range map[string]any{
		"reference_number": d.Reference, "notes": d.Notes, "terms": d.Terms, "discount": d.Discount, "discount_type": level,
		"is_discount_before_tax": !d.DiscountAfterTax, "is_inclusive_tax": d.Gross, "sub_total": amountJSON(d.SubTotal),
		"tax_total": amountJSON(d.TaxTotal), "taxes": taxList, "price_precision": d.Precision, "custom_fields": d.fields(),
		k.lines: d.wireLines(k),
	} {
		out[name] = v
	}
	if k.one == "invoice" {
		payments := []map[string]any{}
		for _, p := range d.Payments {
			payments = append(payments, map[string]any{"payment_id": p.ID, "payment_mode": p.Mode, "date": p.Date,
				"reference_number": p.Reference, "amount": amountJSON(p.Amount)})
		}
		out["payments"], out["payment_made"] = payments, amountJSON(d.Paid)
		if d.Estimate != "" {
			out["invoiced_estimate_id"] = d.Estimate
		}
	}
	return out
}

// written is the form of the reply to a creation or an update: of invoices it has Books' names.
func (d *document) written(k kind, today string) map[string]any {
	out := d.whole(k, today)
	if k.one == "invoice" {
		out["invoice_number"], out["date"], out["last_modified_time"] = out["number"], out["invoice_date"], out["updated_time"]
		for _, name := range []string{"number", "invoice_date", "updated_time", "email", "currency_symbol", "payments"} {
			delete(out, name)
		}
	}
	return out
}

func (d *document) fields() []customField {
	if d.CustomFields == nil {
		return []customField{}
	}
	return d.CustomFields
}

func (d *document) wireLines(k kind) []map[string]any {
	out := make([]map[string]any, 0, len(d.Lines))
	for i, l := range d.Lines {
		line := map[string]any{"name": l.Name, "description": l.Description, k.rate: amountJSON(l.Rate), "quantity": amountJSON(l.Quantity),
			"item_total": amountJSON(l.Total), "item_order": i + 1, "discount": l.Discount, "discount_amount": amountJSON(l.Off), "tax_id": l.TaxID}
		if k.one == "invoice" {
			line["item_id"] = d.ID + strconv.Itoa(i+1) // of the line itself, in Billing's words
		}
		line[k.item] = l.ItemID
		if t, known := taxByID(l.TaxID); known {
			line["tax_name"], line["tax_percentage"] = t.name, amountJSON(t.percent)
		}
		out = append(out, line)
	}
	return out
}
