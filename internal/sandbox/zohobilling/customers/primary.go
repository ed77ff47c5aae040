package customers

import (
	"errors"
	"fmt"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/store"
)

// updatePrimary gives the primary contact person the names of its customer.
func (m *Module) updatePrimary(t store.Txn, c *api.Call, cu *Customer) error {
	if cu.PrimaryContactPersonID == "" {
		return nil
	}
	_, err := m.changePerson(t, c, cu.CustomerID, cu.PrimaryContactPersonID, func(p *person) error {
		p.FirstName, p.LastName, p.Email = cu.FirstName, cu.LastName, cu.Email
		return nil
	})
	return err
}

// dropPrimary removes a deleted contact person from its customer, if it was the primary one.
func (m *Module) dropPrimary(t store.Txn, c *api.Call) error {
	cu, isPrimary, err := m.customerOfPerson(t, c)
	if err != nil || !isPrimary {
		return errors.Join(err, m.touch(t, c, c.Params["id"]))
	}
	cu.PrimaryContactPersonID = ""
	return m.saveNow(t, &cu)
}

// followPerson gives the customer the names of a changed contact person, if that is the primary one.
func (m *Module) followPerson(t store.Txn, c *api.Call, p *person) error {
	cu, isPrimary, err := m.customerOfPerson(t, c)
	if err != nil {
		return err
	}
	if !isPrimary || cu.FirstName == p.FirstName && cu.LastName == p.LastName && cu.Email == p.Email {
		return m.touch(t, c, c.Params["id"])
	}
	cu.FirstName, cu.LastName, cu.Email = p.FirstName, p.LastName, p.Email
	return m.saveNow(t, &cu)
}

// customerOfPerson returns the customer in the path, and whether the person in the path is its primary one.
func (m *Module) customerOfPerson(t store.Txn, c *api.Call) (cu Customer, isPrimary bool, err error) {
	var doc []byte
	found, err := t.Get(`SELECT doc FROM customers WHERE org = ? AND id = ?`, []any{c.Org, c.Params["id"]}, &doc)
	if err != nil || !found {
		return cu, false, err
	}
	cu, err = Load(doc)
	return cu, err == nil && cu.PrimaryContactPersonID == c.Params["person"], err
}

func (m *Module) saveNow(t store.Txn, cu *Customer) error {
	now := t.Now()
	cu.UpdatedTime = api.WireTime(now)
	t.Moved("customers")
	_, err := m.save(t, cu, now)
	return err
}

// touch sets a customer's updated_time after a change of a contact person, where the setting personTouchesCustomer is on.
func (m *Module) touch(t store.Txn, c *api.Call, customer any) error {
	if !c.Settings.PersonsTouch {
		return nil
	}
	now := t.Now()
	_, err := t.Exec(`UPDATE customers SET updated_us = ?, short = json_set(short, '$.updated_time', ?), doc = json_set(doc, '$.updated_time', ?)
		WHERE org = ? AND id = ?`, now, api.WireTime(now), api.WireTime(now), c.Org, customer)
	if err != nil {
		return fmt.Errorf("touch customer: %w", err)
	}
	t.Moved("customers")
	return nil
}
