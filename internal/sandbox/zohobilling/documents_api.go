package zohobilling

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
)

// transactionRoutes serve estimates, invoices, payments and what hangs on them.
func (o *Org) transactionRoutes(rt *router) {
	rt.add("GET", "/settings/taxes", "settings.READ", o.listTaxes)
	rt.add("GET", "/estimates/pdf", "quotes.READ", o.printEstimates)
	for _, k := range []kind{estimates, invoices} {
		one := "/" + k.table + "/{id}"
		rt.add("PUT", "/"+k.table, k.scope+".UPDATE", o.upsertDocument(k))
		rt.add("POST", "/"+k.table, k.scope+".CREATE", o.createDocument(k))
		rt.add("GET", "/"+k.table, k.scope+".READ", o.listDocuments(k))
		rt.add("GET", one, k.scope+".READ", o.getDocument(k))
		rt.add("PUT", one, k.scope+".UPDATE", o.updateDocument(k))
		rt.add("DELETE", one, k.scope+".DELETE", o.deleteDocument(k))
		rt.add("POST", one+"/email", k.scope+".CREATE", o.emailDocument(k))
		o.commentRoutes(rt, k, one)
		o.fileRoutes(rt, k, one)
	}
	for _, status := range []string{sent, accepted, declined} {
		rt.add("POST", "/estimates/{id}/status/"+status, "quotes.CREATE", o.markEstimate(status))
	}
	rt.add("POST", "/invoices/{id}/status/sent", "invoices.CREATE", extra(invoices, o.openInvoice("sent")))
	rt.add("POST", "/invoices/{id}/converttoopen", "invoices.CREATE", o.openInvoice("open"))
	rt.add("POST", "/invoices/{id}/void", "invoices.CREATE", o.voidInvoice)
	o.paymentRoutes(rt)
	rt.add("GET", "/transactions", "customers.READ", o.listTransactions)
}

// extra serves what Books offers for a kind and Billing documents not, as the setting says; of estimates it is documented.
func extra(k kind, h handler) handler {
	return func(c *call) (reply, error) {
		if k.one == "invoice" && !c.v.InvoiceExtras {
			return reply{}, errURL
		}
		return h(c)
	}
}

func errNoDocument(k kind) error { return notFound(1002, "%s does not exist.", k.name) }

func (o *Org) createDocument(k kind) handler {
	return func(c *call) (reply, error) {
		var b documentBody
		if err := c.decode(&b); err != nil {
			return reply{}, err
		}
		var d *document
		err := o.write(c.r.Context(), func(t txn) (err error) {
			if d, err = o.insertDocument(t, c, k, &b, unique{}); err == nil {
				err = o.sendAtOnce(t, c, k, d)
			}
			return err
		})
		return o.wrote(k, d, created, "The "+k.one+" has been created."), err
	}
}

func (o *Org) wrote(k kind, d *document, as func(string, ...part) reply, message string) reply {
	if d == nil {
		return reply{}
	}
	return as(message, partOf(k.one, d.written(k, o.today())))
}

// upsertDocument updates by unique field; with X-Upsert it creates what it does not find, in the same transaction, so
// that any number of callers with one value make one.
func (o *Org) upsertDocument(k kind) handler {
	return func(c *call) (out reply, err error) {
		u, err := c.uniqueHeaders(k.table)
		if err != nil {
			return reply{}, err
		}
		var b documentBody
		if err := c.decode(&b); err != nil {
			return reply{}, err
		}
		err = o.write(c.r.Context(), func(t txn) error {
			var id int64
			found, err := t.get(`SELECT id FROM `+k.table+` WHERE org = ? AND marker = ? AND marker <> '' ORDER BY id LIMIT 1`, []any{c.org, u.value}, &id)
			switch {
			case err != nil:
				return err
			case found:
				d, err := o.changeDocument(t, c, k, strconv.FormatInt(id, 10), func(d *document) error { return o.editDocument(t, c, k, d, &b) })
				out = o.wrote(k, d, done, "The "+k.one+" has been updated.")
				return err
			case u.upsert:
				d, err := o.insertDocument(t, c, k, &b, u)
				out = o.wrote(k, d, created, "The "+k.one+" has been created.")
				return err
			default:
				return errNoSuchValue(u)
			}
		})
		return out, err
	}
}

func (o *Org) updateDocument(k kind) handler {
	return func(c *call) (reply, error) {
		var b documentBody
		if err := c.decode(&b); err != nil {
			return reply{}, err
		}
		var d *document
		err := o.write(c.r.Context(), func(t txn) (err error) {
			d, err = o.changeDocument(t, c, k, c.params["id"], func(d *document) error { return o.editDocument(t, c, k, d, &b) })
			return err
		})
		return o.wrote(k, d, done, "The "+k.one+" has been updated."), err
	}
}

// insertDocument makes one, whose customer and items must exist.
func (o *Org) insertDocument(t txn, c *call, k kind, b *documentBody, u unique) (*document, error) {
	if b.CustomerID == nil {
		return nil, invalid("customer_id")
	}
	cu, err := documentCustomer(t, c.org, *b.CustomerID)
	if err != nil {
		return nil, err
	}
	now, id := o.now(), o.newID(k.table)
	d := &document{ID: strconv.FormatInt(id, 10), Number: fmt.Sprintf("%s%06d", k.prefix, id-firstIDs[k.table]), Status: draft,
		CustomerID: *b.CustomerID, CustomerName: cu.DisplayName, Email: cu.Email, Currency: cu.CurrencyCode, Symbol: cu.CurrencySymbol,
		Precision: cu.PricePrecision, Date: wireTime(now)[:len("2006-01-02")], CreatedUS: now}
	if err := d.numbered(c, k, b); err != nil {
		return nil, err
	}
	if err := d.edit(c, k, b); err != nil {
		return nil, err
	}
	if d.Due == "" && k.one == "invoice" {
		d.Due = d.Date
	}
	if u.value != "" {
		d.CustomFields = setCustomField(d.CustomFields, u.def, u.value)
	}
	if err := d.setLines(t, c, k, b.lines()); err != nil {
		return nil, err
	}
	if err := d.total(); err != nil {
		return nil, err
	}
	if err := o.fromEstimate(t, c, k, d, b.Estimate); err != nil {
		return nil, err
	}
	if _, err := t.exec(`INSERT INTO `+k.table+` (id, org, customer_id, number, marker, status, due, created_us, updated_us, doc) VALUES (?, ?, ?, '', '', '', '', ?, ?, '')`,
		id, c.org, d.CustomerID, now, now); err != nil {
		return nil, fmt.Errorf("insert %s: %w", k.one, err)
	}
	if err := o.storeDocument(t, c, k, d, now, nil); err != nil {
		return nil, err
	}
	return d, o.note(t, k, d, k.name+" created for "+d.Currency+" "+d.Total.String())
}

func documentCustomer(t txn, org, id string) (customer, error) {
	var raw []byte
	found, err := t.get(`SELECT doc FROM customers WHERE org = ? AND id = ?`, []any{org, id}, &raw)
	if err != nil || !found {
		return customer{}, orMissing(err, invalid("customer_id"))
	}
	return loadCustomer(raw)
}

// numbered takes the caller's number, where billing is told not to give one.
func (d *document) numbered(c *call, k kind, b *documentBody) error {
	if c.r == nil || c.r.URL.Query().Get("ignore_auto_number_generation") != "true" {
		return nil
	}
	if b.number(k) == "" {
		return invalid(k.number)
	}
	d.Number = b.number(k)
	return nil
}

// editDocument changes one as a request says.
func (o *Org) editDocument(t txn, c *call, k kind, d *document, b *documentBody) error {
	switch {
	case b.CustomerID != nil && *b.CustomerID != d.CustomerID:
		return invalid("customer_id")
	case d.Status == void || d.Status == paid || d.Status == invoiced:
		return refusedState(k, d, "edited")
	case b.Estimate != "" && b.Estimate != d.Estimate:
		return invalid("invoiced_estimate_id")
	}
	if err := d.numbered(c, k, b); err != nil {
		return err
	}
	if err := d.edit(c, k, b); err != nil {
		return err
	}
	if given := b.lines(); given != nil {
		if err := d.setLines(t, c, k, given); err != nil {
			return err
		}
	}
	if err := d.total(); err != nil {
		return err
	}
	if d.Total.Cmp(d.Paid) < 0 {
		return refused(codeState, "The total of the invoice cannot be less than the payments that were made for it.")
	}
	return nil
}

func (o *Org) getDocument(k kind) handler {
	return func(c *call) (reply, error) {
		d, err := o.readDocument(c, k, c.params["id"])
		if err != nil {
			return reply{}, err
		}
		if c.r.URL.Query().Get("accept") == "pdf" && (k.one == "estimate" || c.v.InvoiceExtras) {
			return printed(k, d), nil
		}
		return o.shownDocument(c.r.Context(), k, d)
	}
}

func (o *Org) shownDocument(ctx context.Context, k kind, d *document) (reply, error) {
	whole := d.whole(k, o.today())
	files, err := o.filesOf(ctx, k, d.ID)
	if err != nil {
		return reply{}, err
	}
	whole["documents"] = files
	if k.one == "invoice" {
		if whole["comments"], err = o.commentsOf(ctx, k, d.ID); err != nil {
			return reply{}, err
		}
	}
	return ok(partOf(k.one, whole)), nil
}

// readDocument reads one, outside of any write.
func (o *Org) readDocument(c *call, k kind, id string) (*document, error) {
	raw, err := o.one(c, `SELECT doc FROM `+k.table+` WHERE org = ? AND id = ?`, []any{c.org, id}, errNoDocument(k))
	if err != nil {
		return nil, err
	}
	d := new(document)
	return d, json.Unmarshal(raw, d)
}

func (o *Org) deleteDocument(k kind) handler {
	return func(c *call) (reply, error) {
		err := o.write(c.r.Context(), func(t txn) error {
			d, err := loadDocument(t, c.org, k, c.params["id"])
			if err != nil {
				return err
			}
			if len(d.Payments) > 0 {
				return refusedState(k, d, "deleted: delete its payments first")
			}
			for _, query := range []string{`DELETE FROM document_items WHERE module = ? AND document_id = ?`,
				`DELETE FROM document_comments WHERE module = ? AND document_id = ?`, `DELETE FROM document_files WHERE module = ? AND document_id = ?`} {
				if _, err := t.exec(query, k.table, d.ID); err != nil {
					return fmt.Errorf("delete %s: %w", k.one, err)
				}
			}
			if _, err := t.exec(`DELETE FROM `+k.table+` WHERE id = ?`, d.ID); err != nil {
				return fmt.Errorf("delete %s: %w", k.one, err)
			}
			o.moved(k.table)
			if k.one == "estimate" {
				return nil
			}
			if err := o.giveBack(t, c, d); err != nil {
				return err
			}
			return o.owes(t, d.CustomerID, d.owed().Neg())
		})
		return done("The " + k.one + " has been deleted."), err
	}
}

// moved says that pages of a table have shifted, and those of the list that it is part of.
func (o *Org) moved(table string) {
	o.generation[table].Add(1)
	if table != estimates.table {
		o.generation["transactions"].Add(1)
	}
}
