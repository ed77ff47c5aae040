package customers

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/fields"
	"causeway/internal/sandbox/zohobilling/store"
)

var errNoCustomer = api.NotFound(1002, "Customer does not exist.")

func (m *Module) insert(t store.Txn, c *api.Call, given body, u fields.Unique) (json.RawMessage, error) {
	cu := newCustomer()
	if err := m.edit(c, &cu, given); err != nil {
		return nil, err
	}
	cu.CustomFields = u.Apply(cu.CustomFields)
	if err := m.checkSingle(t, c, &cu); err != nil {
		return nil, err
	}
	now := t.Now()
	cu.CreatedTime, cu.UpdatedTime = api.WireTime(now), api.WireTime(now)
	cu.id = t.NewID("customers")
	cu.CustomerID = strconv.FormatInt(cu.id, 10)
	// As soon as a customer names a person, Zoho Billing makes that person the primary contact person.
	if cu.FirstName != "" || cu.LastName != "" || cu.Email != "" {
		p := person{contactPersonFields: contactPersonFields{FirstName: cu.FirstName, LastName: cu.LastName,
			Email: cu.Email, Phone: cu.Phone, Mobile: cu.Mobile}}
		if _, err := m.insertPerson(t, c.Org, cu.id, &p); err != nil {
			return nil, err
		}
		cu.PrimaryContactPersonID = p.ContactPersonID
	}
	doc, short := cu.render()
	_, err := t.Exec(`INSERT INTO customers (id, org, name_key, email, status, marker, zcrm_account_id, zcrm_contact_id,
		created_us, updated_us, short, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, cu.id, c.Org, api.NameKey(cu.DisplayName),
		strings.ToLower(cu.Email), cu.Status, fields.MarkerOf(cu.CustomFields), cu.ZCRMAccountID, cu.ZCRMContactID, now, now, string(short), string(doc))
	if err != nil {
		return nil, fmt.Errorf("insert customer: %w", err)
	}
	t.Moved("customers")
	return doc, nil
}

func (m *Module) change(t store.Txn, c *api.Call, id string, edit func(*Customer) error) (json.RawMessage, error) {
	var doc []byte
	if err := t.Find(errNoCustomer, `SELECT doc FROM customers WHERE org = ? AND id = ?`, []any{c.Org, id}, &doc); err != nil {
		return nil, err
	}
	cu, err := Load(doc)
	if err != nil {
		return nil, err
	}
	if err := edit(&cu); err != nil {
		return nil, err
	}
	if err := m.checkSingle(t, c, &cu); err != nil {
		return nil, err
	}
	now := t.Now()
	cu.UpdatedTime = api.WireTime(now)
	if err := m.updatePrimary(t, c, &cu); err != nil {
		return nil, err
	}
	t.Moved("customers")
	return m.save(t, &cu, now)
}

func (m *Module) save(t store.Txn, cu *Customer, now int64) (json.RawMessage, error) {
	doc, short := cu.render()
	_, err := t.Exec(`UPDATE customers SET name_key = ?, email = ?, status = ?, marker = ?, zcrm_account_id = ?,
		zcrm_contact_id = ?, updated_us = ?, short = ?, doc = ? WHERE id = ?`,
		api.NameKey(cu.DisplayName), strings.ToLower(cu.Email), cu.Status, fields.MarkerOf(cu.CustomFields), cu.ZCRMAccountID,
		cu.ZCRMContactID, now, string(short), string(doc), cu.id)
	if err != nil {
		return nil, fmt.Errorf("store customer: %w", err)
	}
	return doc, nil
}

// checkSingle refuses a second customer with the same name or marker, where the settings say that these are unique.
func (m *Module) checkSingle(t store.Txn, c *api.Call, cu *Customer) error {
	var other int64
	if c.Settings.UniqueNames {
		found, err := t.Get(`SELECT id FROM customers WHERE org = ? AND name_key = ? AND id <> ? LIMIT 1`,
			[]any{c.Org, api.NameKey(cu.DisplayName), cu.id}, &other)
		if err != nil {
			return err
		}
		if found {
			return api.Refused(3062, "The customer %q already exists. Please specify a different name.", cu.DisplayName)
		}
	}
	return fields.CheckMarker(t, c, "customers", fields.MarkerOf(cu.CustomFields), cu.id)
}

// AddAmounts changes what a customer owes, and the credits that it can use. The customer does not count as changed: its
// time stays.
func AddAmounts(t store.Txn, customer string, owed, credits decimal.Decimal) error {
	if owed.IsZero() && credits.IsZero() {
		return nil
	}
	var raw []byte
	found, err := t.Get(`SELECT doc FROM customers WHERE id = ?`, []any{customer}, &raw)
	if err != nil || !found {
		return err
	}
	cu, err := Load(raw)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		is *json.Number
		by decimal.Decimal
	}{{&cu.Outstanding, owed}, {&cu.UnusedCredits, credits}} {
		was, err := decimal.Parse(f.is.String())
		if err != nil {
			return err
		}
		*f.is = amount.JSON(amount.Plus(was, f.by))
	}
	doc, short := cu.render()
	_, err = t.Exec(`UPDATE customers SET short = ?, doc = ? WHERE id = ?`, string(short), string(doc), cu.id)
	return err
}
