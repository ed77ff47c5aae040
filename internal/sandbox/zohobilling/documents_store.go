package zohobilling

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// changeDocument edits one that is there.
func (o *Org) changeDocument(t txn, c *call, k kind, id string, edit func(*document) error) (*document, error) {
	d, err := loadDocument(t, c.org, k, id)
	if err != nil {
		return nil, err
	}
	was := *d
	if err := edit(d); err != nil {
		return nil, err
	}
	return d, o.storeDocument(t, c, k, d, o.now(), &was)
}

func loadDocument(t txn, org string, k kind, id string) (*document, error) {
	var raw []byte
	found, err := t.get(`SELECT doc FROM `+k.table+` WHERE org = ? AND id = ?`, []any{org, id}, &raw)
	if err != nil || !found {
		return nil, orMissing(err, errNoDocument(k))
	}
	d := new(document)
	return d, json.Unmarshal(raw, d)
}

// storeDocument writes one, with what follows from it; was is what it was before, nil when it is new.
func (o *Org) storeDocument(t txn, c *call, k kind, d *document, now int64, was *document) error {
	if err := o.documentIsSingle(t, c, k, d); err != nil {
		return err
	}
	d.UpdatedUS = now
	raw, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if _, err = t.exec(`UPDATE `+k.table+` SET number = ?, marker = ?, status = ?, due = ?, updated_us = ?, doc = ? WHERE id = ?`,
		d.Number, markerOf(d.CustomFields), d.Status, d.Due, now, string(raw), d.ID); err != nil {
		return fmt.Errorf("store %s: %w", k.one, err)
	}
	o.moved(k.table)
	if was == nil {
		was = &document{}
	}
	if err := o.usedItems(t, k, d); err != nil || k.one != "invoice" {
		return err
	}
	return o.owes(t, d.CustomerID, minus(d.owed(), was.owed()))
}

// usedItems keeps which items a document uses.
func (o *Org) usedItems(t txn, k kind, d *document) error {
	if _, err := t.exec(`DELETE FROM document_items WHERE module = ? AND document_id = ?`, k.table, d.ID); err != nil {
		return fmt.Errorf("store %s: %w", k.one, err)
	}
	for _, l := range d.Lines {
		if l.ItemID == "" {
			continue
		}
		if _, err := t.exec(`INSERT INTO document_items (item_id, module, document_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, l.ItemID, k.table, d.ID); err != nil {
			return fmt.Errorf("store %s: %w", k.one, err)
		}
	}
	return nil
}

// documentIsSingle refuses a second one of a number or a marker.
func (o *Org) documentIsSingle(t txn, c *call, k kind, d *document) error {
	var other int64
	found, err := t.get(`SELECT id FROM `+k.table+` WHERE org = ? AND number = ? AND id <> CAST(? AS INTEGER) LIMIT 1`, []any{c.org, d.Number, d.ID}, &other)
	if err != nil {
		return err
	}
	if found {
		return refused(1001, "%s number %q already exists.", k.name, d.Number)
	}
	id, err := strconv.ParseInt(d.ID, 10, 64)
	if err != nil {
		return err
	}
	return o.markerIsSingle(t, c, k.table, markerOf(d.CustomFields), id)
}
