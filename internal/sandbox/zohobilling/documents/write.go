package documents

import (
	"fmt"
	"strconv"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/document"
	"causeway/internal/sandbox/zohobilling/fields"
	"causeway/internal/sandbox/zohobilling/items"
	"causeway/internal/sandbox/zohobilling/store"
)

// insert creates a document. Its customer and items must exist.
func (m *Module) insert(t store.Txn, c *api.Call, k document.Kind, b *document.Body, u fields.Unique) (*document.Document, error) {
	if b.CustomerID == nil {
		return nil, api.Invalid("customer_id")
	}
	cu, err := FindCustomer(t, c.Org, *b.CustomerID)
	if err != nil {
		return nil, err
	}
	now, id := t.Now(), t.NewID(k.Table)
	d := &document.Document{ID: strconv.FormatInt(id, 10), Number: fmt.Sprintf("%s%06d", k.Prefix, t.Number(k.Table, id)), Status: document.Draft,
		CustomerID: *b.CustomerID, CustomerName: cu.DisplayName, Email: cu.Email, Currency: cu.CurrencyCode, Symbol: cu.CurrencySymbol,
		Precision: cu.PricePrecision, Date: api.WireTime(now)[:len("2006-01-02")], CreatedUS: now}
	if err := m.apply(c, k, d, b); err != nil {
		return nil, err
	}
	if d.Due == "" && k.IsInvoice() {
		d.Due = d.Date
	}
	d.CustomFields = u.Apply(d.CustomFields)
	if err := d.SetLines(k, b.GivenLines(), lineRules(t, c, k)); err != nil {
		return nil, err
	}
	if err := d.AddUp(); err != nil {
		return nil, err
	}
	if err := m.convertEstimate(t, c, k, d, b.Estimate); err != nil {
		return nil, err
	}
	if _, err := t.Exec(`INSERT INTO `+k.Table+` (id, org, customer_id, number, marker, status, due, created_us, updated_us, doc) VALUES (?, ?, ?, '', '', '', '', ?, ?, '')`,
		id, c.Org, d.CustomerID, now, now); err != nil {
		return nil, fmt.Errorf("insert %s: %w", k.One, err)
	}
	if err := save(t, c, k, d, now, document.Document{}); err != nil {
		return nil, err
	}
	return d, Note(t, k, d, k.Name+" created for "+d.Currency+" "+d.Total.String())
}

// apply applies the request to the document, except its lines.
func (m *Module) apply(c *api.Call, k document.Kind, d *document.Document, b *document.Body) error {
	if c.Request != nil && c.Query("ignore_auto_number_generation") == "true" { // a sample has no request
		if err := d.TakeNumber(k, b); err != nil {
			return err
		}
	}
	return d.Edit(k, b, m.fields.Of(k.Table, c.Settings))
}

// edit applies an update.
func (m *Module) edit(t store.Txn, c *api.Call, k document.Kind, d *document.Document, b *document.Body) error {
	switch {
	case b.CustomerID != nil && *b.CustomerID != d.CustomerID:
		return api.Invalid("customer_id")
	case d.Status == document.Void || d.Status == document.Paid || d.Status == document.Invoiced:
		return d.RefuseState(k, "edited")
	case b.Estimate != "" && b.Estimate != d.Estimate:
		return api.Invalid("invoiced_estimate_id")
	}
	if err := m.apply(c, k, d, b); err != nil {
		return err
	}
	if given := b.GivenLines(); given != nil {
		if err := d.SetLines(k, given, lineRules(t, c, k)); err != nil {
			return err
		}
	}
	if err := d.AddUp(); err != nil {
		return err
	}
	if d.Total.Cmp(d.Paid) < 0 {
		return api.Refused(document.CodeState, "The total of the invoice cannot be less than the payments that were made for it.")
	}
	return nil
}

// lineRules let a line name an item of the organisation, and an inactive item or none where the settings allow that.
func lineRules(t store.Txn, c *api.Call, k document.Kind) document.LineRules {
	find := func(id string) (name string, rate decimal.Decimal, err error) {
		var raw []byte
		if err := t.Find(api.Invalid(k.Item), `SELECT doc FROM items WHERE org = ? AND id = ?`, []any{c.Org, id}, &raw); err != nil {
			return "", rate, err
		}
		it, _, err := items.Load(raw)
		if err != nil {
			return "", rate, err
		}
		if it.Status == "inactive" && !c.Settings.InactiveLines {
			return "", rate, api.Refused(2007, "The item %s is inactive.", it.Name)
		}
		rate, err = decimal.Parse(it.Rate.String())
		return it.Name, rate, err
	}
	return document.LineRules{FreeText: c.Settings.FreeTextLines, FindItem: find}
}
