package zohobilling

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

var errNoPerson = notFound(1002, "Contact person does not exist.")

type contactPersonFields struct {
	Salutation string `json:"salutation"`
	FirstName  string `json:"first_name"`
	LastName   string `json:"last_name"`
	Email      string `json:"email"`
	Mobile     string `json:"mobile"`
	Phone      string `json:"phone"`
	Fax        string `json:"fax"`
}

// contactPerson is a person of a customer. It carries no custom field.
type contactPerson struct {
	ContactPersonID string `json:"contactperson_id"`
	CustomerID      string `json:"customer_id"`
	contactPersonFields
	CreatedTime string `json:"created_time"`
	UpdatedTime string `json:"updated_time"`
}

func (p *contactPerson) edit(c *call, raw json.RawMessage) error {
	if err := decodeShape(raw, &p.contactPersonFields); err != nil {
		return err
	}
	if c.v.RequireEmail && p.Email == "" {
		return invalid("email: an e-mail address is required")
	}
	if p.FirstName == "" && p.LastName == "" && p.Email == "" {
		return invalid("first_name")
	}
	if err := checkEmail("email", p.Email); err != nil {
		return err
	}
	return checkTexts(text{"salutation", p.Salutation, 25}, text{"first_name", p.FirstName, 100}, text{"last_name", p.LastName, 100},
		text{"mobile", p.Mobile, 50}, text{"phone", p.Phone, 50}, text{"fax", p.Fax, 50})
}

func (o *Org) contactPersonRoutes(rt *router) {
	const all = "/customers/{id}/contactpersons"
	rt.add("POST", all, "customers.CREATE", o.createContactPerson)
	rt.add("GET", all, "customers.READ", o.listContactPersons)
	rt.add("GET", all+"/{person}", "customers.READ", o.getContactPerson)
	rt.add("PUT", all+"/{person}", "customers.UPDATE", o.updateContactPerson)
	rt.add("DELETE", all+"/{person}", "customers.DELETE", o.deleteContactPerson)
}

func (o *Org) createContactPerson(c *call) (reply, error) {
	var raw json.RawMessage
	if err := c.decode(&raw); err != nil {
		return reply{}, err
	}
	var doc json.RawMessage
	err := o.write(c.r.Context(), func(t txn) error {
		customer, err := t.customerID(c)
		if err != nil {
			return err
		}
		var p contactPerson
		if err := p.edit(c, raw); err != nil {
			return err
		}
		if doc, err = o.insertContactPerson(t, c.org, customer, &p); err != nil {
			return err
		}
		return o.touchCustomer(t, c, customer)
	})
	return created("The contactperson has been Created", part{"contact_person", doc}), err
}

// customerID returns the customer that the path names.
func (t txn) customerID(c *call) (id int64, err error) {
	found, err := t.get(`SELECT id FROM customers WHERE org = ? AND id = ?`, []any{c.org, c.params["id"]}, &id)
	if err == nil && !found {
		err = errNoCustomer
	}
	return id, err
}

func (o *Org) insertContactPerson(t txn, org string, customer int64, p *contactPerson) (json.RawMessage, error) {
	now := o.now()
	id := o.newID("contact_persons")
	p.CreatedTime, p.UpdatedTime = wireTime(now), wireTime(now)
	p.ContactPersonID, p.CustomerID = strconv.FormatInt(id, 10), strconv.FormatInt(customer, 10)
	doc := partOf("", p).value
	_, err := t.exec(`INSERT INTO contact_persons (id, org, customer_id, created_us, updated_us, doc) VALUES (?, ?, ?, ?, ?, ?)`,
		id, org, customer, now, now, string(doc))
	if err != nil {
		return nil, fmt.Errorf("insert contact person: %w", err)
	}
	o.generation["contact_persons"].Add(1)
	return doc, nil
}

func (o *Org) storeContactPerson(t txn, p *contactPerson, now int64) (json.RawMessage, error) {
	doc := partOf("", p).value
	_, err := t.exec(`UPDATE contact_persons SET updated_us = ?, doc = ? WHERE id = ?`, now, string(doc), p.ContactPersonID)
	if err != nil {
		return nil, fmt.Errorf("store contact person: %w", err)
	}
	return doc, nil
}

func (o *Org) changeContactPerson(t txn, c *call, customer, person string, edit func(*contactPerson) error) (json.RawMessage, error) {
	var doc []byte
	found, err := t.get(`SELECT doc FROM contact_persons WHERE org = ? AND customer_id = ? AND id = ?`, []any{c.org, customer, person}, &doc)
	if err != nil || !found {
		return nil, orMissing(err, errNoPerson)
	}
	var p contactPerson
	if err := json.Unmarshal(doc, &p); err != nil {
		return nil, err
	}
	if err := edit(&p); err != nil {
		return nil, err
	}
	now := o.now()
	p.UpdatedTime = wireTime(now)
	return o.storeContactPerson(t, &p, now)
}

// followPrimary keeps the primary contact person as the customer's own names are.
func (o *Org) followPrimary(t txn, c *call, cu *customer) error {
	if cu.PrimaryContactPersonID == "" {
		return nil
	}
	_, err := o.changeContactPerson(t, c, cu.CustomerID, cu.PrimaryContactPersonID, func(p *contactPerson) error {
		p.FirstName, p.LastName, p.Email = cu.FirstName, cu.LastName, cu.Email
		return nil
	})
	return err
}

func (o *Org) updateContactPerson(c *call) (reply, error) {
	var raw json.RawMessage
	if err := c.decode(&raw); err != nil {
		return reply{}, err
	}
	var doc json.RawMessage
	err := o.write(c.r.Context(), func(t txn) (err error) {
		var changed contactPerson
		doc, err = o.changeContactPerson(t, c, c.params["id"], c.params["person"], func(p *contactPerson) error {
			err := p.edit(c, raw)
			changed = *p
			return err
		})
		if err != nil {
			return err
		}
		return o.leadCustomer(t, c, &changed)
	})
	return done("The contactperson details has been updated.", part{"contact_person", doc}), err
}

func (o *Org) getContactPerson(c *call) (reply, error) {
	doc, err := o.one(c, `SELECT doc FROM contact_persons WHERE org = ? AND customer_id = ? AND id = ?`,
		[]any{c.org, c.params["id"], c.params["person"]}, errNoPerson)
	return ok(part{"contact_person", doc}), err
}

func (o *Org) listContactPersons(c *call) (reply, error) {
	if _, err := o.one(c, `SELECT doc FROM customers WHERE org = ? AND id = ?`, []any{c.org, c.params["id"]}, errNoCustomer); err != nil {
		return reply{}, err
	}
	l := list{table: "contact_persons", column: "doc", report: "Contact Persons", sortAs: "created_time", sortBy: "created_us"}
	l.add("org = ?", c.org)
	l.add("customer_id = ?", c.params["id"])
	if err := l.paging(c.r.URL.Query()); err != nil {
		return reply{}, err
	}
	rows, context, err := o.read(c.r.Context(), l)
	return ok(part{"contact_persons", rows}, context), err
}

func (o *Org) deleteContactPerson(c *call) (reply, error) {
	err := o.write(c.r.Context(), func(t txn) error {
		res, err := t.exec(`DELETE FROM contact_persons WHERE org = ? AND customer_id = ? AND id = ?`, c.org, c.params["id"], c.params["person"])
		if err != nil {
			return fmt.Errorf("delete contact person: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return orMissing(err, errNoPerson)
		}
		o.generation["contact_persons"].Add(1)
		return o.dropPrimary(t, c)
	})
	return done("The contact person has been deleted."), err
}

// dropPrimary forgets a primary contact person that was deleted; of another one the customer is only touched.
func (o *Org) dropPrimary(t txn, c *call) error {
	cu, isPrimary, err := o.customerOfPerson(t, c)
	if err != nil || !isPrimary {
		return errors.Join(err, o.touchCustomer(t, c, c.params["id"]))
	}
	cu.PrimaryContactPersonID = ""
	return o.storeNow(t, &cu)
}

// leadCustomer gives a customer the names of its primary contact person, when those were changed.
func (o *Org) leadCustomer(t txn, c *call, p *contactPerson) error {
	cu, isPrimary, err := o.customerOfPerson(t, c)
	if err != nil {
		return err
	}
	if !isPrimary || cu.FirstName == p.FirstName && cu.LastName == p.LastName && cu.Email == p.Email {
		return o.touchCustomer(t, c, c.params["id"])
	}
	cu.FirstName, cu.LastName, cu.Email = p.FirstName, p.LastName, p.Email
	return o.storeNow(t, &cu)
}

// customerOfPerson gives the customer that the path names, and whether the path's person is its primary one.
func (o *Org) customerOfPerson(t txn, c *call) (cu customer, isPrimary bool, err error) {
	var doc []byte
	found, err := t.get(`SELECT doc FROM customers WHERE org = ? AND id = ?`, []any{c.org, c.params["id"]}, &doc)
	if err != nil || !found {
		return cu, false, err
	}
	cu, err = loadCustomer(doc)
	return cu, err == nil && cu.PrimaryContactPersonID == c.params["person"], err
}

func (o *Org) storeNow(t txn, cu *customer) error {
	now := o.now()
	cu.UpdatedTime = wireTime(now)
	o.generation["customers"].Add(1)
	_, err := o.storeCustomer(t, cu, now)
	return err
}

// touchCustomer moves a customer's updated_time after a change of its contact persons, where the setting
// personTouchesCustomer is on.
func (o *Org) touchCustomer(t txn, c *call, customer any) error {
	if !c.v.PersonsTouch {
		return nil
	}
	now := o.now()
	_, err := t.exec(`UPDATE customers SET updated_us = ?, short = json_set(short, '$.updated_time', ?), doc = json_set(doc, '$.updated_time', ?)
		WHERE org = ? AND id = ?`, now, wireTime(now), wireTime(now), c.org, customer)
	if err != nil {
		return fmt.Errorf("touch customer: %w", err)
	}
	o.generation["customers"].Add(1)
	return nil
}

func ignoreNoRows(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}
