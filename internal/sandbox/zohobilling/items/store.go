package items

import (
	"encoding/json"
	"fmt"
	"strconv"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/fields"
	"causeway/internal/sandbox/zohobilling/store"
)

var errNoItem = api.NotFound(2006, "Item does not exist.")

func (m *Module) insert(t store.Txn, c *api.Call, given body, u fields.Unique) (json.RawMessage, error) {
	it := newItem()
	if err := m.edit(c, &it, given); err != nil {
		return nil, err
	}
	it.CustomFields = u.Apply(it.CustomFields)
	if err := m.checkSingle(t, c, &it, 0); err != nil {
		return nil, err
	}
	now, id := t.Now(), t.NewID("items")
	it.CreatedTime, it.UpdatedTime, it.ItemID = api.WireTime(now), api.WireTime(now), strconv.FormatInt(id, 10)
	rate, err := rateKey(it.Rate.String())
	if err != nil {
		return nil, err
	}
	doc := api.JSON(it)
	_, err = t.Exec(`INSERT INTO items (id, org, name_key, sku, status, marker, rate_key, created_us, updated_us, doc)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, id, c.Org, api.NameKey(it.Name), it.SKU, it.Status, fields.MarkerOf(it.CustomFields), rate, now, now, string(doc))
	if err != nil {
		return nil, fmt.Errorf("insert item: %w", err)
	}
	t.Moved("items")
	return doc, nil
}

func (m *Module) change(t store.Txn, c *api.Call, id string, edit func(*Item) error) (json.RawMessage, error) {
	var doc []byte
	if err := t.Find(errNoItem, `SELECT doc FROM items WHERE org = ? AND id = ?`, []any{c.Org, id}, &doc); err != nil {
		return nil, err
	}
	it, n, err := Load(doc)
	if err != nil {
		return nil, err
	}
	if err := edit(&it); err != nil {
		return nil, err
	}
	if err := m.checkSingle(t, c, &it, n); err != nil {
		return nil, err
	}
	return m.save(t, &it, n, t.Now())
}

func (m *Module) save(t store.Txn, it *Item, id, now int64) (json.RawMessage, error) {
	it.UpdatedTime = api.WireTime(now)
	rate, err := rateKey(it.Rate.String())
	if err != nil {
		return nil, err
	}
	doc := api.JSON(it)
	_, err = t.Exec(`UPDATE items SET name_key = ?, sku = ?, status = ?, marker = ?, rate_key = ?, updated_us = ?, doc = ? WHERE id = ?`,
		api.NameKey(it.Name), it.SKU, it.Status, fields.MarkerOf(it.CustomFields), rate, now, string(doc), id)
	if err != nil {
		return nil, fmt.Errorf("store item: %w", err)
	}
	t.Moved("items")
	return doc, nil
}

// checkSingle refuses a second item with the same name, SKU or marker, where the settings say that these are unique.
func (m *Module) checkSingle(t store.Txn, c *api.Call, it *Item, id int64) error {
	var other int64
	if c.Settings.UniqueNames {
		found, err := t.Get(`SELECT id FROM items WHERE org = ? AND name_key = ? AND id <> ? LIMIT 1`, []any{c.Org, api.NameKey(it.Name), id}, &other)
		if err != nil {
			return err
		}
		if found {
			return api.Refused(1000, "The item name already exist")
		}
	}
	if c.Settings.UniqueSKU && it.SKU != "" {
		found, err := t.Get(`SELECT id FROM items WHERE org = ? AND sku = ? AND sku <> '' AND id <> ? LIMIT 1`, []any{c.Org, it.SKU, id}, &other)
		if err != nil {
			return err
		}
		if found {
			return api.Refused(1001, "An item with the SKU %q already exists. Please specify a different SKU.", it.SKU)
		}
	}
	return fields.CheckMarker(t, c, "items", fields.MarkerOf(it.CustomFields), id)
}
