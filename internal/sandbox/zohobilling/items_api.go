package zohobilling

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

var errNoItem = notFound(2006, "Item does not exist.")

func (o *Org) itemRoutes(rt *router) {
	rt.add("POST", "/items", "items.CREATE", o.createItem)
	rt.add("GET", "/items", "items.READ", o.listItems)
	rt.add("PUT", "/items", "items.UPDATE", o.upsertItem)
	rt.add("GET", "/items/{id}", "items.READ", o.getItem)
	rt.add("PUT", "/items/{id}", "items.UPDATE", o.updateItem)
	rt.add("DELETE", "/items/{id}", "items.DELETE", o.deleteItem)
	rt.add("POST", "/items/{id}/active", "items.UPDATE", o.markItem("active", "Active"))
	rt.add("POST", "/items/{id}/inactive", "items.UPDATE", o.markItem("inactive", "Inactive"))
}

func (o *Org) createItem(c *call) (reply, error) {
	body, err := c.itemBody()
	if err != nil {
		return reply{}, err
	}
	var doc json.RawMessage
	err = o.write(c.r.Context(), func(t txn) error {
		doc, err = o.insertItem(t, c, body, unique{})
		return err
	})
	return created("The item has been added.", part{"item", doc}), err
}

func (o *Org) updateItem(c *call) (reply, error) {
	body, err := c.itemBody()
	if err != nil {
		return reply{}, err
	}
	var doc json.RawMessage
	err = o.write(c.r.Context(), func(t txn) error {
		doc, err = o.changeItem(t, c, c.params["id"], func(it *item) error { return it.edit(c, body) })
		return err
	})
	return done("Item details have been saved.", part{"item", doc}), err
}

// upsertItem is upsertCustomer for items.
func (o *Org) upsertItem(c *call) (reply, error) {
	u, err := c.uniqueHeaders("items")
	if err != nil {
		return reply{}, err
	}
	body, err := c.itemBody()
	if err != nil {
		return reply{}, err
	}
	var out reply
	err = o.write(c.r.Context(), func(t txn) error {
		var id int64
		found, err := t.get(`SELECT id FROM items WHERE org = ? AND marker = ? AND marker <> '' ORDER BY id LIMIT 1`, []any{c.org, u.value}, &id)
		if err != nil {
			return err
		}
		var doc json.RawMessage
		switch {
		case found:
			doc, err = o.changeItem(t, c, strconv.FormatInt(id, 10), func(it *item) error {
				err := it.edit(c, body)
				it.CustomFields = setCustomField(it.CustomFields, u.def, u.value)
				return err
			})
			out = done("Item details have been saved.", part{"item", doc})
		case u.upsert:
			doc, err = o.insertItem(t, c, body, u)
			out = created("The item has been added.", part{"item", doc})
		default:
			return errNoSuchValue(u)
		}
		return err
	})
	return out, err
}

func (o *Org) insertItem(t txn, c *call, body itemBody, u unique) (json.RawMessage, error) {
	it := newItem()
	if err := it.edit(c, body); err != nil {
		return nil, err
	}
	if u.value != "" {
		it.CustomFields = setCustomField(it.CustomFields, u.def, u.value)
	}
	if err := o.itemIsSingle(t, c, &it, 0); err != nil {
		return nil, err
	}
	now, id := o.now(), o.newID("items")
	it.CreatedTime, it.UpdatedTime, it.ItemID = wireTime(now), wireTime(now), strconv.FormatInt(id, 10)
	rate, err := rateKey(it.Rate.String())
	if err != nil {
		return nil, err
	}
	doc := partOf("", it).value
	_, err = t.exec(`INSERT INTO items (id, org, name_key, sku, status, marker, rate_key, created_us, updated_us, doc)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, id, c.org, nameKey(it.Name), it.SKU, it.Status, markerOf(it.CustomFields), rate, now, now, string(doc))
	if err != nil {
		return nil, fmt.Errorf("insert item: %w", err)
	}
	o.generation["items"].Add(1)
	return doc, nil
}

func (o *Org) changeItem(t txn, c *call, id string, edit func(*item) error) (json.RawMessage, error) {
	var doc []byte
	found, err := t.get(`SELECT doc FROM items WHERE org = ? AND id = ?`, []any{c.org, id}, &doc)
	if err != nil || !found {
		return nil, orMissing(err, errNoItem)
	}
	it, n, err := loadItem(doc)
	if err != nil {
		return nil, err
	}
	if err := edit(&it); err != nil {
		return nil, err
	}
	if err := o.itemIsSingle(t, c, &it, n); err != nil {
		return nil, err
	}
	return o.storeItem(t, &it, n, o.now())
}

func (o *Org) storeItem(t txn, it *item, id, now int64) (json.RawMessage, error) {
	it.UpdatedTime = wireTime(now)
	rate, err := rateKey(it.Rate.String())
	if err != nil {
		return nil, err
	}
	doc := partOf("", it).value
	_, err = t.exec(`UPDATE items SET name_key = ?, sku = ?, status = ?, marker = ?, rate_key = ?, updated_us = ?, doc = ? WHERE id = ?`,
		nameKey(it.Name), it.SKU, it.Status, markerOf(it.CustomFields), rate, now, string(doc), id)
	if err != nil {
		return nil, fmt.Errorf("store item: %w", err)
	}
	o.generation["items"].Add(1)
	return doc, nil
}

// itemIsSingle refuses a second item of one name, SKU or marker, where the settings say so.
func (o *Org) itemIsSingle(t txn, c *call, it *item, id int64) error {
	var other int64
	if c.v.UniqueNames {
		found, err := t.get(`SELECT id FROM items WHERE org = ? AND name_key = ? AND id <> ? LIMIT 1`, []any{c.org, nameKey(it.Name), id}, &other)
		if err != nil {
			return err
		}
		if found {
			return refused(1000, "The item name already exist")
		}
	}
	if c.v.UniqueSKU && it.SKU != "" {
		found, err := t.get(`SELECT id FROM items WHERE org = ? AND sku = ? AND sku <> '' AND id <> ? LIMIT 1`, []any{c.org, it.SKU, id}, &other)
		if err != nil {
			return err
		}
		if found {
			return refused(1001, "An item with the SKU %q already exists. Please specify a different SKU.", it.SKU)
		}
	}
	return o.markerIsSingle(t, c, "items", markerOf(it.CustomFields), id)
}

func (o *Org) getItem(c *call) (reply, error) {
	doc, err := o.one(c, `SELECT doc FROM items WHERE org = ? AND id = ?`, []any{c.org, c.params["id"]}, errNoItem)
	return ok(part{"item", doc}), err
}

func (o *Org) deleteItem(c *call) (reply, error) {
	err := o.write(c.r.Context(), func(t txn) error {
		if err := itemIsFree(t, c.params["id"]); err != nil {
			return err
		}
		res, err := t.exec(`DELETE FROM items WHERE org = ? AND id = ?`, c.org, c.params["id"])
		if err != nil {
			return fmt.Errorf("delete item: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return orMissing(err, errNoItem)
		}
		o.generation["items"].Add(1)
		return nil
	})
	return done("The item has been deleted."), err
}

func (o *Org) markItem(status, word string) handler {
	return func(c *call) (reply, error) {
		err := o.write(c.r.Context(), func(t txn) error {
			_, err := o.changeItem(t, c, c.params["id"], func(it *item) error {
				it.Status = status
				return nil
			})
			return err
		})
		return done("The item has been marked " + word + "."), err
	}
}

// itemSorts are all that items can be sorted by: there is no incremental read of items.
var itemSorts = map[string]string{"name": "name_key", "rate": "rate_key", "tax_name": "json_extract(doc, '$.tax_name')"}

var rateFilters = map[string]string{"rate": "=", "rate_less_than": "<", "rate_less_equals": "<=",
	"rate_greater_than": ">", "rate_greater_equals": ">="}

func (o *Org) listItems(c *call) (reply, error) {
	q := c.r.URL.Query()
	l := list{table: "items", column: "doc", report: "Items"}
	l.add("org = ?", c.org)
	if err := l.paging(q); err != nil {
		return reply{}, err
	}
	if err := l.sort(q, itemSorts, "created_time", "created_us"); err != nil {
		return reply{}, err
	}
	if err := l.itemFilters(q); err != nil {
		return reply{}, err
	}
	rows, context, err := o.read(c.r.Context(), l)
	return ok(part{"items", rows}, context), err
}

func (l *list) itemFilters(q url.Values) error {
	switch l.filter = q.Get("filter_by"); l.filter {
	case "":
		l.filter = "Status.All"
	case "Status.All":
	case "Status.Active", "Status.Inactive":
		l.add("status = ?", strings.ToLower(strings.TrimPrefix(l.filter, "Status.")))
	default:
		return invalid("filter_by")
	}
	l.name(q, "name")
	l.text(q, "description", "json_extract(doc, '$.description')")
	for name, compare := range rateFilters {
		if v := q.Get(name); v != "" {
			key, err := rateKey(v)
			if err != nil {
				return invalid(name)
			}
			l.add("rate_key "+compare+" ?", key)
		}
	}
	if v := q.Get("tax_id"); v != "" {
		l.add("json_extract(doc, '$.tax_id') = ?", v)
	}
	if v := q.Get("sku"); v != "" {
		l.add("sku = ? AND sku <> ''", v)
	}
	if v := q.Get("search_text"); v != "" {
		if len([]rune(v)) > 100 {
			return invalid("search_text")
		}
		l.add("(INSTR(name_key, ?) > 0 OR INSTR(fold(json_extract(doc, '$.description')), ?) > 0)", strings.ToLower(v), strings.ToLower(v))
	}
	return nil
}
