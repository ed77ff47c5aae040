package payments

import (
	"strconv"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/store"
)

// Routes registers the calls.
func (m *Module) Routes(rt *api.Router) {
	rt.Add("GET", "/transactions", "customers.READ", m.listTransactions)
	rt.Add("POST", "/payments", "payments.CREATE", m.create)
	rt.Add("GET", "/payments/{id}", "payments.READ", m.get)
	rt.Add("PUT", "/payments/{id}", "payments.UPDATE", m.update)
	rt.Add("DELETE", "/payments/{id}", "payments.DELETE", m.delete)
}

func (m *Module) create(c *api.Call) (api.Reply, error) {
	var b body
	if err := c.Decode(&b); err != nil {
		return api.Reply{}, err
	}
	if err := b.check(); err != nil {
		return api.Reply{}, err
	}
	var out api.Part
	err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
		p := payment{ID: strconv.FormatInt(t.NewID("payments"), 10)}
		p.Number = p.ID[len(p.ID)-5:]
		if err := m.apply(t, c, &p, b); err != nil {
			return err
		}
		now := t.Now()
		_, err := t.Exec(`INSERT INTO payments (id, org, customer_id, created_us, updated_us, doc) VALUES (?, ?, ?, ?, ?, ?)`, p.ID, c.Org, p.CustomerID, now, now, p.stored())
		t.Moved("payments")
		if err == nil {
			out, err = p.part(t, c)
		}
		return err
	})
	return api.Created("The payment has been created.", out), err
}

func (m *Module) update(c *api.Call) (api.Reply, error) {
	var b body
	if err := c.Decode(&b); err != nil {
		return api.Reply{}, err
	}
	if err := b.check(); err != nil {
		return api.Reply{}, err
	}
	var out api.Part
	err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
		p, err := load(t, c)
		if err != nil {
			return err
		}
		if b.CustomerID != p.CustomerID {
			return api.Invalid("customer_id")
		}
		if err := m.withdraw(t, c, p); err != nil {
			return err
		}
		if err := m.apply(t, c, p, b); err != nil {
			return err
		}
		if _, err := t.Exec(`UPDATE payments SET updated_us = ?, doc = ? WHERE id = ?`, t.Now(), p.stored(), p.ID); err != nil {
			return err
		}
		out, err = p.part(t, c)
		return err
	})
	return api.Done("The payment has been updated.", out), err
}

func (m *Module) delete(c *api.Call) (api.Reply, error) {
	err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
		p, err := load(t, c)
		if err != nil {
			return err
		}
		if err := m.withdraw(t, c, p); err != nil {
			return err
		}
		t.Moved("payments")
		_, err = t.Exec(`DELETE FROM payments WHERE id = ?`, p.ID)
		return err
	})
	return api.Done("The payment has been deleted."), err
}

func (m *Module) get(c *api.Call) (api.Reply, error) {
	var out api.Part
	err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
		p, err := load(t, c)
		if err == nil {
			out, err = p.part(t, c)
		}
		return err
	})
	return api.OK(out), err
}
