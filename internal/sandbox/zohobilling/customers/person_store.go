package customers

import (
	"encoding/json"
	"fmt"
	"strconv"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/store"
)

var errNoPerson = api.NotFound(1002, "Contact person does not exist.")

func (m *Module) insertPerson(t store.Txn, org string, customer int64, p *person) (json.RawMessage, error) {
	now := t.Now()
	id := t.NewID("contact_persons")
	p.CreatedTime, p.UpdatedTime = api.WireTime(now), api.WireTime(now)
	p.ContactPersonID, p.CustomerID = strconv.FormatInt(id, 10), strconv.FormatInt(customer, 10)
	doc := api.JSON(p)
	_, err := t.Exec(`INSERT INTO contact_persons (id, org, customer_id, created_us, updated_us, doc) VALUES (?, ?, ?, ?, ?, ?)`,
		id, org, customer, now, now, string(doc))
	if err != nil {
		return nil, fmt.Errorf("insert contact person: %w", err)
	}
	t.Moved("contact_persons")
	return doc, nil
}

func (m *Module) changePerson(t store.Txn, c *api.Call, customer, id string, edit func(*person) error) (json.RawMessage, error) {
	var doc []byte
	err := t.Find(errNoPerson, `SELECT doc FROM contact_persons WHERE org = ? AND customer_id = ? AND id = ?`, []any{c.Org, customer, id}, &doc)
	if err != nil {
		return nil, err
	}
	var p person
	if err := json.Unmarshal(doc, &p); err != nil {
		return nil, err
	}
	if err := edit(&p); err != nil {
		return nil, err
	}
	now := t.Now()
	p.UpdatedTime = api.WireTime(now)
	return m.savePerson(t, &p, now)
}

func (m *Module) savePerson(t store.Txn, p *person, now int64) (json.RawMessage, error) {
	doc := api.JSON(p)
	_, err := t.Exec(`UPDATE contact_persons SET updated_us = ?, doc = ? WHERE id = ?`, now, string(doc), p.ContactPersonID)
	if err != nil {
		return nil, fmt.Errorf("store contact person: %w", err)
	}
	return doc, nil
}
