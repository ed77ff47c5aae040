package zohobilling

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

var errNoCustomer = notFound(1002, "Customer does not exist.")

func (o *Org) customerRoutes(rt *router) {
	rt.add("POST", "/customers", "customers.CREATE", o.createCustomer)
	rt.add("GET", "/customers", "customers.READ", o.listCustomers)
	rt.add("PUT", "/customers", "customers.UPDATE", o.upsertCustomer)
	rt.add("GET", "/customers/reference/{id}", "customers.READ", o.customerByReference)
	rt.add("GET", "/customers/{id}", "customers.READ", o.getCustomer)
	rt.add("PUT", "/customers/{id}", "customers.UPDATE", o.updateCustomer)
	rt.add("DELETE", "/customers/{id}", "customers.DELETE", o.deleteCustomer)
	rt.add("POST", "/customers/{id}/markasactive", "customers.UPDATE", o.markCustomer("active"))
	rt.add("POST", "/customers/{id}/markasinactive", "customers.UPDATE", o.markCustomer("inactive"))
}

func (o *Org) createCustomer(c *call) (reply, error) {
	body, err := c.customerBody()
	if err != nil {
		return reply{}, err
	}
	var doc json.RawMessage
	err = o.write(c.r.Context(), func(t txn) error {
		doc, err = o.insertCustomer(t, c, body, unique{})
		return err
	})
	return created("The customer has been created", part{"customer", doc}), err
}

func (o *Org) updateCustomer(c *call) (reply, error) {
	body, err := c.customerBody()
	if err != nil {
		return reply{}, err
	}
	var doc json.RawMessage
	err = o.write(c.r.Context(), func(t txn) error {
		doc, err = o.changeCustomer(t, c, c.params["id"], func(cu *customer) error { return cu.edit(c, body) })
		return err
	})
	return done("The customer details have been updated.", part{"customer", doc}), err
}

// upsertCustomer updates by unique field; with X-Upsert it creates what it does not find, in the same transaction,
// so that any number of callers with one value make one customer.
func (o *Org) upsertCustomer(c *call) (reply, error) {
	u, err := c.uniqueHeaders("customers")
	if err != nil {
		return reply{}, err
	}
	body, err := c.customerBody()
	if err != nil {
		return reply{}, err
	}
	var out reply
	err = o.write(c.r.Context(), func(t txn) error {
		var id int64
		found, err := t.get(`SELECT id FROM customers WHERE org = ? AND marker = ? AND marker <> '' ORDER BY id LIMIT 1`, []any{c.org, u.value}, &id)
		if err != nil {
			return err
		}
		var doc json.RawMessage
		switch {
		case found:
			doc, err = o.changeCustomer(t, c, strconv.FormatInt(id, 10), func(cu *customer) error {
				err := cu.edit(c, body)
				cu.CustomFields = setCustomField(cu.CustomFields, u.def, u.value)
				return err
			})
			out = done("The customer details have been updated.", part{"customer", doc})
		case u.upsert:
			doc, err = o.insertCustomer(t, c, body, u)
			out = created("The customer has been created", part{"customer", doc})
		default:
			return errNoSuchValue(u)
		}
		return err
	})
	return out, err
}

func (o *Org) insertCustomer(t txn, c *call, body customerBody, u unique) (json.RawMessage, error) {
	cu := newCustomer()
	if err := cu.edit(c, body); err != nil {
		return nil, err
	}
	if u.value != "" {
		cu.CustomFields = setCustomField(cu.CustomFields, u.def, u.value)
	}
	if err := o.customerIsSingle(t, c, &cu); err != nil {
		return nil, err
	}
	now := o.now()
	cu.CreatedTime, cu.UpdatedTime = wireTime(now), wireTime(now)
	cu.id = o.newID("customers")
	cu.CustomerID = strconv.FormatInt(cu.id, 10)
	// Billing makes a primary contact person of its own as soon as a person is named.
	if cu.FirstName != "" || cu.LastName != "" || cu.Email != "" {
		person := contactPerson{contactPersonFields: contactPersonFields{FirstName: cu.FirstName, LastName: cu.LastName,
			Email: cu.Email, Phone: cu.Phone, Mobile: cu.Mobile}}
		if _, err := o.insertContactPerson(t, c.org, cu.id, &person); err != nil {
			return nil, err
		}
		cu.PrimaryContactPersonID = person.ContactPersonID
	}
	doc, short := cu.render()
	_, err := t.exec(`INSERT INTO customers (id, org, name_key, email, status, marker, zcrm_account_id, zcrm_contact_id,
		created_us, updated_us, short, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, cu.id, c.org, nameKey(cu.DisplayName),
		strings.ToLower(cu.Email), cu.Status, markerOf(cu.CustomFields), cu.ZCRMAccountID, cu.ZCRMContactID, now, now, string(short), string(doc))
	if err != nil {
		return nil, fmt.Errorf("insert customer: %w", err)
	}
	o.generation["customers"].Add(1)
	return doc, nil
}

func (o *Org) changeCustomer(t txn, c *call, id string, edit func(*customer) error) (json.RawMessage, error) {
	var doc []byte
	found, err := t.get(`SELECT doc FROM customers WHERE org = ? AND id = ?`, []any{c.org, id}, &doc)
	if err != nil || !found {
		return nil, orMissing(err, errNoCustomer)
	}
	cu, err := loadCustomer(doc)
	if err != nil {
		return nil, err
	}
	if err := edit(&cu); err != nil {
		return nil, err
	}
	if err := o.customerIsSingle(t, c, &cu); err != nil {
		return nil, err
	}
	now := o.now()
	cu.UpdatedTime = wireTime(now)
	if err := o.followPrimary(t, c, &cu); err != nil {
		return nil, err
	}
	o.generation["customers"].Add(1)
	return o.storeCustomer(t, &cu, now)
}

// render returns the whole form and the short one.
func (c *customer) render() (doc, short json.RawMessage) {
	return partOf("", c).value, partOf("", c.short()).value
}

func (o *Org) storeCustomer(t txn, cu *customer, now int64) (json.RawMessage, error) {
	doc, short := cu.render()
	_, err := t.exec(`UPDATE customers SET name_key = ?, email = ?, status = ?, marker = ?, zcrm_account_id = ?,
		zcrm_contact_id = ?, updated_us = ?, short = ?, doc = ? WHERE id = ?`,
		nameKey(cu.DisplayName), strings.ToLower(cu.Email), cu.Status, markerOf(cu.CustomFields), cu.ZCRMAccountID,
		cu.ZCRMContactID, now, string(short), string(doc), cu.id)
	if err != nil {
		return nil, fmt.Errorf("store customer: %w", err)
	}
	return doc, nil
}

// customerIsSingle refuses a second customer of one name or one marker, where the settings say so.
func (o *Org) customerIsSingle(t txn, c *call, cu *customer) error {
	var other int64
	if c.v.UniqueNames {
		found, err := t.get(`SELECT id FROM customers WHERE org = ? AND name_key = ? AND id <> ? LIMIT 1`,
			[]any{c.org, nameKey(cu.DisplayName), cu.id}, &other)
		if err != nil {
			return err
		}
		if found {
			return refused(3062, "The customer %q already exists. Please specify a different name.", cu.DisplayName)
		}
	}
	return o.markerIsSingle(t, c, "customers", markerOf(cu.CustomFields), cu.id)
}

func (o *Org) markerIsSingle(t txn, c *call, table, marker string, id int64) error {
	if marker == "" || c.v.BillingMarker != "unique" {
		return nil
	}
	var other int64
	found, err := t.get(`SELECT id FROM `+table+` WHERE org = ? AND marker = ? AND marker <> '' AND id <> ? LIMIT 1`, []any{c.org, marker, id}, &other)
	if err != nil || !found {
		return err
	}
	return refused(1001, "A record with the value %q in the field Causeway ID already exists.", marker)
}

func (o *Org) getCustomer(c *call) (reply, error) {
	return o.showCustomer(c, `org = ? AND id = ?`, c.org, c.params["id"])
}

func (o *Org) customerByReference(c *call) (reply, error) {
	kind := c.r.URL.Query().Get("reference_id_type")
	if kind == "" {
		kind = "zcrm_account_id"
	}
	if kind != "zcrm_account_id" && kind != "zcrm_contact_id" {
		return reply{}, invalid("reference_id_type")
	}
	return o.showCustomer(c, `org = ? AND `+kind+` = ? AND `+kind+` <> '' ORDER BY id LIMIT 1`, c.org, c.params["id"])
}

func (o *Org) showCustomer(c *call, where string, args ...any) (reply, error) {
	doc, err := o.one(c, `SELECT doc FROM customers WHERE `+where, args, errNoCustomer)
	return ok(part{"customer", doc}), err
}

func (o *Org) deleteCustomer(c *call) (reply, error) {
	err := o.write(c.r.Context(), func(t txn) error {
		if err := customerIsFree(t, c.params["id"]); err != nil {
			return err
		}
		res, err := t.exec(`DELETE FROM customers WHERE org = ? AND id = ?`, c.org, c.params["id"])
		if err != nil {
			return fmt.Errorf("delete customer: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return orMissing(err, errNoCustomer)
		}
		o.generation["customers"].Add(1)
		_, err = t.exec(`DELETE FROM contact_persons WHERE customer_id = ?`, c.params["id"])
		return err
	})
	return done("The customer has been deleted."), err
}

func (o *Org) markCustomer(status string) handler {
	return func(c *call) (reply, error) {
		err := o.write(c.r.Context(), func(t txn) error {
			_, err := o.changeCustomer(t, c, c.params["id"], func(cu *customer) error {
				cu.Status = status
				return nil
			})
			return err
		})
		return done("The customer has been marked as " + status + "."), err
	}
}

// one reads a single record's JSON.
func (o *Org) one(c *call, query string, args []any, missing error) (json.RawMessage, error) {
	var doc []byte
	err := o.db.Read().QueryRowContext(c.r.Context(), query, args...).Scan(&doc)
	if err != nil {
		return nil, orMissing(ignoreNoRows(err), missing)
	}
	return doc, nil
}

// orMissing returns err, or what to say when nothing was found.
func orMissing(err, missing error) error {
	if err != nil {
		return err
	}
	return missing
}
