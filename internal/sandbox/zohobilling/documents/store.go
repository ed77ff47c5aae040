package documents

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/customers"
	"causeway/internal/sandbox/zohobilling/document"
	"causeway/internal/sandbox/zohobilling/fields"
	"causeway/internal/sandbox/zohobilling/store"
)

// errMissing answers a document that does not exist.
func errMissing(k document.Kind) error { return api.NotFound(1002, "%s does not exist.", k.Name) }

// Change edits a document, and stores it with what follows from the change.
func (m *Module) Change(t store.Txn, c *api.Call, k document.Kind, id string, edit func(*document.Document) error) (*document.Document, error) {
	d, err := Load(t, c.Org, k, id)
	if err != nil {
		return nil, err
	}
	was := *d
	if err := edit(d); err != nil {
		return nil, err
	}
	return d, save(t, c, k, d, t.Now(), was)
}

// Load reads a document inside a write.
func Load(t store.Txn, org string, k document.Kind, id string) (*document.Document, error) {
	var raw []byte
	if err := t.Find(errMissing(k), `SELECT doc FROM `+k.Table+` WHERE org = ? AND id = ?`, []any{org, id}, &raw); err != nil {
		return nil, err
	}
	d := new(document.Document)
	return d, json.Unmarshal(raw, d)
}

// save stores a document, the items that it uses, and what its customer owes. was is the document before the change, and
// empty for a new one.
func save(t store.Txn, c *api.Call, k document.Kind, d *document.Document, now int64, was document.Document) error {
	if err := checkSingle(t, c, k, d); err != nil {
		return err
	}
	d.UpdatedUS = now
	raw, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if _, err = t.Exec(`UPDATE `+k.Table+` SET number = ?, marker = ?, status = ?, due = ?, updated_us = ?, doc = ? WHERE id = ?`,
		d.Number, fields.MarkerOf(d.CustomFields), d.Status, d.Due, now, string(raw), d.ID); err != nil {
		return fmt.Errorf("store %s: %w", k.One, err)
	}
	t.Moved(k.Table)
	if err := saveItems(t, k, d); err != nil || !k.IsInvoice() {
		return err
	}
	return addOwed(t, d.CustomerID, amount.Minus(d.Owed(), was.Owed()))
}

// saveItems stores which items a document uses.
func saveItems(t store.Txn, k document.Kind, d *document.Document) error {
	if _, err := t.Exec(`DELETE FROM document_items WHERE module = ? AND document_id = ?`, k.Table, d.ID); err != nil {
		return fmt.Errorf("store %s: %w", k.One, err)
	}
	for _, l := range d.Lines {
		if l.ItemID == "" {
			continue
		}
		if _, err := t.Exec(`INSERT INTO document_items (item_id, module, document_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, l.ItemID, k.Table, d.ID); err != nil {
			return fmt.Errorf("store %s: %w", k.One, err)
		}
	}
	return nil
}

// checkSingle refuses a second document with the same number or marker.
func checkSingle(t store.Txn, c *api.Call, k document.Kind, d *document.Document) error {
	var other int64
	found, err := t.Get(`SELECT id FROM `+k.Table+` WHERE org = ? AND number = ? AND id <> CAST(? AS INTEGER) LIMIT 1`, []any{c.Org, d.Number, d.ID}, &other)
	if err != nil {
		return err
	}
	if found {
		return api.Refused(1001, "%s number %q already exists.", k.Name, d.Number)
	}
	id, err := strconv.ParseInt(d.ID, 10, 64)
	if err != nil {
		return err
	}
	return fields.CheckMarker(t, c, k.Table, fields.MarkerOf(d.CustomFields), id)
}

// FindCustomer returns the customer of a transaction, which must exist.
func FindCustomer(t store.Txn, org, id string) (customers.Customer, error) {
	var raw []byte
	if err := t.Find(api.Invalid("customer_id"), `SELECT doc FROM customers WHERE org = ? AND id = ?`, []any{org, id}, &raw); err != nil {
		return customers.Customer{}, err
	}
	return customers.Load(raw)
}

func addOwed(t store.Txn, customer string, sum decimal.Decimal) error {
	return customers.AddAmounts(t, customer, sum, decimal.Zero)
}

// read reads a document outside a write.
func (m *Module) read(c *api.Call, k document.Kind, id string) (*document.Document, error) {
	raw, err := m.store.Doc(c.Request.Context(), errMissing(k), `SELECT doc FROM `+k.Table+` WHERE org = ? AND id = ?`, c.Org, id)
	if err != nil {
		return nil, err
	}
	d := new(document.Document)
	return d, json.Unmarshal(raw, d)
}

// deleteRows deletes a document and what belongs to it.
func deleteRows(t store.Txn, k document.Kind, id string) error {
	for _, table := range []string{"document_items", "document_comments", "document_files"} {
		if _, err := t.Exec(`DELETE FROM `+table+` WHERE module = ? AND document_id = ?`, k.Table, id); err != nil {
			return err
		}
	}
	_, err := t.Exec(`DELETE FROM `+k.Table+` WHERE id = ?`, id)
	return err
}
