package customers

import (
	"encoding/json"
	"fmt"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/fields"
	"causeway/internal/sandbox/zohobilling/store"
)

// Routes registers the calls.
func (m *Module) Routes(rt *api.Router) {
	rt.Add("POST", "/customers", "customers.CREATE", m.create)
	rt.Add("GET", "/customers", "customers.READ", m.list)
	rt.Add("PUT", "/customers", "customers.UPDATE", m.upsert)
	rt.Add("GET", "/customers/reference/{id}", "customers.READ", m.getByReference)
	rt.Add("GET", "/customers/{id}", "customers.READ", m.get)
	rt.Add("PUT", "/customers/{id}", "customers.UPDATE", m.update)
	rt.Add("DELETE", "/customers/{id}", "customers.DELETE", m.delete)
	rt.Add("POST", "/customers/{id}/markasactive", "customers.UPDATE", m.mark("active"))
	rt.Add("POST", "/customers/{id}/markasinactive", "customers.UPDATE", m.mark("inactive"))
	m.personRoutes(rt)
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
	return api.Created("The customer has been created", api.RawPart("customer", doc)), err
}

func (m *Module) update(c *api.Call) (api.Reply, error) {
	body, err := readBody(c)
	if err != nil {
		return api.Reply{}, err
	}
	var doc json.RawMessage
	err = m.store.Write(c.Request.Context(), func(t store.Txn) error {
		doc, err = m.change(t, c, c.Params["id"], func(cu *Customer) error { return m.edit(c, cu, body) })
		return err
	})
	return api.Done("The customer details have been updated.", api.RawPart("customer", doc)), err
}

// upsert changes the customer that has the unique value. With X-Upsert it creates the customer where there is none, in the
// same transaction: however many clients send one value, one customer is made.
func (m *Module) upsert(c *api.Call) (api.Reply, error) {
	u, err := m.fields.ReadUnique(c, "customers")
	if err != nil {
		return api.Reply{}, err
	}
	body, err := readBody(c)
	if err != nil {
		return api.Reply{}, err
	}
	var out api.Reply
	err = m.store.Write(c.Request.Context(), func(t store.Txn) error {
		id, found, err := u.Find(t, c.Org, "customers")
		if err != nil {
			return err
		}
		var doc json.RawMessage
		switch {
		case found:
			doc, err = m.change(t, c, id, func(cu *Customer) error {
				err := m.edit(c, cu, body)
				cu.CustomFields = u.Apply(cu.CustomFields)
				return err
			})
			out = api.Done("The customer details have been updated.", api.RawPart("customer", doc))
		case u.Upsert:
			doc, err = m.insert(t, c, body, u)
			out = api.Created("The customer has been created", api.RawPart("customer", doc))
		default:
			return u.NotFound()
		}
		return err
	})
	return out, err
}

func (m *Module) get(c *api.Call) (api.Reply, error) {
	return m.show(c, `org = ? AND id = ?`, c.Org, c.Params["id"])
}

func (m *Module) getByReference(c *api.Call) (api.Reply, error) {
	kind := c.Query("reference_id_type")
	if kind == "" {
		kind = "zcrm_account_id"
	}
	if kind != "zcrm_account_id" && kind != "zcrm_contact_id" {
		return api.Reply{}, api.Invalid("reference_id_type")
	}
	return m.show(c, `org = ? AND `+kind+` = ? AND `+kind+` <> '' ORDER BY id LIMIT 1`, c.Org, c.Params["id"])
}

func (m *Module) show(c *api.Call, where string, args ...any) (api.Reply, error) {
	doc, err := m.store.Doc(c.Request.Context(), errNoCustomer, `SELECT doc FROM customers WHERE `+where, args...)
	return api.OK(api.RawPart("customer", doc)), err
}

func (m *Module) delete(c *api.Call) (api.Reply, error) {
	err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
		if err := checkUnused(t, c.Params["id"]); err != nil {
			return err
		}
		if err := t.Delete(errNoCustomer, `DELETE FROM customers WHERE org = ? AND id = ?`, c.Org, c.Params["id"]); err != nil {
			return fmt.Errorf("delete customer: %w", err)
		}
		t.Moved("customers")
		_, err := t.Exec(`DELETE FROM contact_persons WHERE customer_id = ?`, c.Params["id"])
		return err
	})
	return api.Done("The customer has been deleted."), err
}

// checkUnused refuses to delete a customer that has quotes, invoices or payments.
func checkUnused(t store.Txn, id string) error {
	var n int
	_, err := t.Get(`SELECT (SELECT COUNT(*) FROM estimates WHERE customer_id = CAST(?1 AS INTEGER)) + (SELECT COUNT(*) FROM invoices WHERE customer_id = CAST(?1 AS INTEGER))
		+ (SELECT COUNT(*) FROM payments WHERE customer_id = CAST(?1 AS INTEGER))`, []any{id}, &n)
	if err == nil && n > 0 {
		return api.Refused(3073, "Customers involved in transactions cannot be deleted. However, you can mark the customer as inactive.")
	}
	return err
}

func (m *Module) mark(status string) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
			_, err := m.change(t, c, c.Params["id"], func(cu *Customer) error {
				cu.Status = status
				return nil
			})
			return err
		})
		return api.Done("The customer has been marked as " + status + "."), err
	}
}
