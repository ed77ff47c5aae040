package customers

import (
	"encoding/json"
	"fmt"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/list"
	"causeway/internal/sandbox/zohobilling/store"
)

func (m *Module) personRoutes(rt *api.Router) {
	const all = "/customers/{id}/contactpersons"
	rt.Add("POST", all, "customers.CREATE", m.createPerson)
	rt.Add("GET", all, "customers.READ", m.listPersons)
	rt.Add("GET", all+"/{person}", "customers.READ", m.getPerson)
	rt.Add("PUT", all+"/{person}", "customers.UPDATE", m.updatePerson)
	rt.Add("DELETE", all+"/{person}", "customers.DELETE", m.deletePerson)
}

func (m *Module) createPerson(c *api.Call) (api.Reply, error) {
	var raw json.RawMessage
	if err := c.Decode(&raw); err != nil {
		return api.Reply{}, err
	}
	var doc json.RawMessage
	err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
		customer, err := customerID(t, c)
		if err != nil {
			return err
		}
		var p person
		if err := p.edit(c, raw); err != nil {
			return err
		}
		if doc, err = m.insertPerson(t, c.Org, customer, &p); err != nil {
			return err
		}
		return m.touch(t, c, customer)
	})
	return api.Created("The contactperson has been Created", api.RawPart("contact_person", doc)), err
}

// customerID returns the id of the customer in the path, which must exist.
func customerID(t store.Txn, c *api.Call) (id int64, err error) {
	err = t.Find(errNoCustomer, `SELECT id FROM customers WHERE org = ? AND id = ?`, []any{c.Org, c.Params["id"]}, &id)
	return id, err
}

func (m *Module) updatePerson(c *api.Call) (api.Reply, error) {
	var raw json.RawMessage
	if err := c.Decode(&raw); err != nil {
		return api.Reply{}, err
	}
	var doc json.RawMessage
	err := m.store.Write(c.Request.Context(), func(t store.Txn) (err error) {
		var changed person
		doc, err = m.changePerson(t, c, c.Params["id"], c.Params["person"], func(p *person) error {
			err := p.edit(c, raw)
			changed = *p
			return err
		})
		if err != nil {
			return err
		}
		return m.followPerson(t, c, &changed)
	})
	return api.Done("The contactperson details has been updated.", api.RawPart("contact_person", doc)), err
}

func (m *Module) getPerson(c *api.Call) (api.Reply, error) {
	doc, err := m.store.Doc(c.Request.Context(), errNoPerson, `SELECT doc FROM contact_persons WHERE org = ? AND customer_id = ? AND id = ?`,
		c.Org, c.Params["id"], c.Params["person"])
	return api.OK(api.RawPart("contact_person", doc)), err
}

func (m *Module) listPersons(c *api.Call) (api.Reply, error) {
	if _, err := m.store.Doc(c.Request.Context(), errNoCustomer, `SELECT doc FROM customers WHERE org = ? AND id = ?`, c.Org, c.Params["id"]); err != nil {
		return api.Reply{}, err
	}
	l, err := list.New(c, "contact_persons", "doc", "Contact Persons")
	if err != nil {
		return api.Reply{}, err
	}
	l.Where("customer_id = ?", c.Params["id"])
	return m.lists.Reply(c.Request.Context(), l, "contact_persons")
}

func (m *Module) deletePerson(c *api.Call) (api.Reply, error) {
	err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
		err := t.Delete(errNoPerson, `DELETE FROM contact_persons WHERE org = ? AND customer_id = ? AND id = ?`, c.Org, c.Params["id"], c.Params["person"])
		if err != nil {
			return fmt.Errorf("delete contact person: %w", err)
		}
		t.Moved("contact_persons")
		return m.dropPrimary(t, c)
	})
	return api.Done("The contact person has been deleted."), err
}
