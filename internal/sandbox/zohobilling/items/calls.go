package items

import (
	"encoding/json"
	"fmt"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/fields"
	"causeway/internal/sandbox/zohobilling/store"
)

// Routes registers the calls.
func (m *Module) Routes(rt *api.Router) {
	rt.Add("POST", "/items", "items.CREATE", m.create)
	rt.Add("GET", "/items", "items.READ", m.list)
	rt.Add("PUT", "/items", "items.UPDATE", m.upsert)
	rt.Add("GET", "/items/{id}", "items.READ", m.get)
	rt.Add("PUT", "/items/{id}", "items.UPDATE", m.update)
	rt.Add("DELETE", "/items/{id}", "items.DELETE", m.delete)
	rt.Add("POST", "/items/{id}/active", "items.UPDATE", m.mark("active", "Active"))
	rt.Add("POST", "/items/{id}/inactive", "items.UPDATE", m.mark("inactive", "Inactive"))
}

func (m *Module) create(c *api.Call) (api.Reply, error) {
	body, err := readBody(c)
	if err != nil {
		return api.Reply{}, err
	}
	var doc json.RawMessage
	err = m.store.Write(c.Request.Context(), func(t store.Txn) error {
		doc, err = m.insert(t, c, body, fields.Unique{})
		return err
	})
	return api.Created("The item has been added.", api.RawPart("item", doc)), err
}

func (m *Module) update(c *api.Call) (api.Reply, error) {
	body, err := readBody(c)
	if err != nil {
		return api.Reply{}, err
	}
	var doc json.RawMessage
	err = m.store.Write(c.Request.Context(), func(t store.Txn) error {
		doc, err = m.change(t, c, c.Params["id"], func(it *Item) error { return m.edit(c, it, body) })
		return err
	})
	return api.Done("Item details have been saved.", api.RawPart("item", doc)), err
}

// upsert changes the item that has the unique value. With X-Upsert it creates the item where there is none, in the same
// transaction: however many clients send one value, one item is made.
func (m *Module) upsert(c *api.Call) (api.Reply, error) {
	u, err := m.fields.ReadUnique(c, "items")
	if err != nil {
		return api.Reply{}, err
	}
	body, err := readBody(c)
	if err != nil {
		return api.Reply{}, err
	}
	var out api.Reply
	err = m.store.Write(c.Request.Context(), func(t store.Txn) error {
		id, found, err := u.Find(t, c.Org, "items")
		if err != nil {
			return err
		}
		var doc json.RawMessage
		switch {
		case found:
			doc, err = m.change(t, c, id, func(it *Item) error {
				err := m.edit(c, it, body)
				it.CustomFields = u.Apply(it.CustomFields)
				return err
			})
			out = api.Done("Item details have been saved.", api.RawPart("item", doc))
		case u.Upsert:
			doc, err = m.insert(t, c, body, u)
			out = api.Created("The item has been added.", api.RawPart("item", doc))
		default:
			return u.NotFound()
		}
		return err
	})
	return out, err
}

func (m *Module) get(c *api.Call) (api.Reply, error) {
	doc, err := m.store.Doc(c.Request.Context(), errNoItem, `SELECT doc FROM items WHERE org = ? AND id = ?`, c.Org, c.Params["id"])
	return api.OK(api.RawPart("item", doc)), err
}

func (m *Module) delete(c *api.Call) (api.Reply, error) {
	err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
		if err := checkUnused(t, c.Params["id"]); err != nil {
			return err
		}
		if err := t.Delete(errNoItem, `DELETE FROM items WHERE org = ? AND id = ?`, c.Org, c.Params["id"]); err != nil {
			return fmt.Errorf("delete item: %w", err)
		}
		t.Moved("items")
		return nil
	})
	return api.Done("The item has been deleted."), err
}

// checkUnused refuses to delete an item that a quote or an invoice uses.
func checkUnused(t store.Txn, id string) error {
	var n int
	_, err := t.Get(`SELECT COUNT(*) FROM document_items WHERE item_id = CAST(? AS INTEGER)`, []any{id}, &n)
	if err == nil && n > 0 {
		return api.Refused(2049, "Items which are a part of other transactions cannot be deleted. Instead, mark them as inactive.")
	}
	return err
}

func (m *Module) mark(status, word string) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
			_, err := m.change(t, c, c.Params["id"], func(it *Item) error {
				it.Status = status
				return nil
			})
			return err
		})
		return api.Done("The item has been marked " + word + "."), err
	}
}
