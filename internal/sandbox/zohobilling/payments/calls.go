package payments

import (
	"cmp"
	"strconv"
	"time"

	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/documents"
	"causeway/internal/sandbox/zohobilling/list"
	"causeway/internal/sandbox/zohobilling/store"
)

var errNoPayment = api.NotFound(1002, "Payment does not exist.")

// Module serves the calls about payments, and the list of invoices and payments together.
type Module struct {
	store     *store.Store
	lists     *list.Reader
	documents *documents.Module
}

// New returns the module over the store.
func New(s *store.Store, lists *list.Reader, d *documents.Module) *Module {
	return &Module{s, lists, d}
}

// Routes registers the calls.
func (m *Module) Routes(rt *api.Router) {
	rt.Add("GET", "/transactions", "customers.READ", m.listTransactions)
	rt.Add("POST", "/payments", "payments.CREATE", m.create)
	rt.Add("GET", "/payments/{id}", "payments.READ", m.get)
	rt.Add("PUT", "/payments/{id}", "payments.UPDATE", m.update)
	rt.Add("DELETE", "/payments/{id}", "payments.DELETE", m.delete)
}

// body is a request.
type body struct {
	CustomerID  string       `json:"customer_id"`
	Mode        string       `json:"payment_mode"`
	Amount      amount.Given `json:"amount"`
	Date        string       `json:"date"`
	Reference   string       `json:"reference_number"`
	Description string       `json:"description"`
	Invoices    []applied    `json:"invoices"`
}

func (b *body) check() error {
	switch {
	case b.Mode == "":
		return api.Invalid("payment_mode")
	case !b.Amount.IsPos() || b.Amount.Cmp(amount.Most) > 0:
		return api.Invalid("amount")
	}
	if _, err := time.Parse(time.DateOnly, b.Date); b.Date != "" && err != nil {
		return api.Invalid("date")
	}
	return cmp.Or(api.CheckLine("reference_number", b.Reference, 100), api.CheckLine("description", b.Description, 500), api.CheckLine("payment_mode", b.Mode, 50))
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
