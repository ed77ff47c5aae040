package zohobilling

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
)

// transactionRoutes serve estimates and invoices as far as somebody needs them who asks what is used: they are made,
// read, listed and deleted. Their marker field can be probed, and no value of it is found.
func (o *Org) transactionRoutes(rt *router) {
	for _, k := range []kind{estimates, invoices} {
		rt.add("PUT", "/"+k.table, k.scope+".UPDATE", probe(k.table))
		rt.add("POST", "/"+k.table, k.scope+".CREATE", o.createDocument(k))
		rt.add("GET", "/"+k.table, k.scope+".READ", o.listDocuments(k))
		rt.add("GET", "/"+k.table+"/{id}", k.scope+".READ", o.getDocument(k))
		rt.add("DELETE", "/"+k.table+"/{id}", k.scope+".DELETE", o.deleteDocument(k))
	}
	rt.add("GET", "/transactions", "customers.READ", o.listTransactions)
}

// probe answers an update by unique field: the field is checked, and no value found.
func probe(module string) handler {
	return func(c *call) (reply, error) {
		u, err := c.uniqueHeaders(module)
		if err != nil {
			return reply{}, err
		}
		if u.upsert {
			return reply{}, invalid("customer_id") // the sandbox makes none by its unique field
		}
		return reply{}, errNoSuchValue(u)
	}
}

func errNoDocument(k kind) error {
	if k.one == "invoice" {
		return notFound(1002, "Invoice does not exist.")
	}
	return notFound(1002, "Estimate does not exist.")
}

func (o *Org) listDocuments(k kind) handler {
	return func(c *call) (reply, error) {
		l, err := c.documents(k)
		if err != nil {
			return reply{}, err
		}
		rows, context, err := o.read(c.r.Context(), l)
		return ok(part{k.table, rows}, context), err
	}
}

// documents is a page of one kind, of one customer or of all.
func (c *call) documents(k kind) (list, error) {
	q := c.r.URL.Query()
	l := list{table: k.table, column: "short", report: k.table}
	l.add("org = ?", c.org)
	if err := l.paging(q); err != nil {
		return l, err
	}
	if v := q.Get("customer_id"); v != "" {
		l.add("customer_id = CAST(? AS INTEGER)", v)
	}
	return l, l.sort(q, map[string]string{"created_time": "created_us"}, "created_time", "created_us")
}

// listTransactions lists invoices as transactions: the sandbox knows no payments, credits and refunds.
func (o *Org) listTransactions(c *call) (reply, error) {
	l, err := c.documents(invoices)
	if err != nil {
		return reply{}, err
	}
	switch l.filter = c.r.URL.Query().Get("filter_by"); l.filter {
	case "", "TransactionType.All", "TransactionType.INVOICE":
	case "TransactionType.PAYMENT", "TransactionType.CREDIT", "TransactionType.REFUND":
		l.add("1 = 0")
	default:
		return reply{}, invalid("filter_by")
	}
	l.column = `json_object('transaction_id', json_extract(short, '$.invoice_id'), 'reference_id', json_extract(short, '$.invoice_id'), 'type', 'invoice',
		'status', json_extract(short, '$.status'), 'date', json_extract(short, '$.invoice_date'), 'amount', CAST(json_extract(short, '$.total') AS TEXT))`
	rows, context, err := o.read(c.r.Context(), l)
	return ok(part{"transactions", rows}, context), err
}

func (o *Org) getDocument(k kind) handler {
	return func(c *call) (reply, error) {
		doc, err := o.one(c, `SELECT doc FROM `+k.table+` WHERE org = ? AND id = ?`, []any{c.org, c.params["id"]}, errNoDocument(k))
		return ok(part{k.one, doc}), err
	}
}

func (o *Org) deleteDocument(k kind) handler {
	return func(c *call) (reply, error) {
		err := o.write(c.r.Context(), func(t txn) error {
			res, err := t.exec(`DELETE FROM `+k.table+` WHERE org = ? AND id = ?`, c.org, c.params["id"])
			if err != nil {
				return fmt.Errorf("delete %s: %w", k.one, err)
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return orMissing(err, errNoDocument(k))
			}
			o.generation[k.table].Add(1)
			_, err = t.exec(`DELETE FROM document_items WHERE module = ? AND document_id = ?`, k.table, c.params["id"])
			return err
		})
		return done("The " + k.one + " has been deleted."), err
	}
}

// customerIsFree refuses to delete a customer that transactions use.
func customerIsFree(t txn, id string) error {
	var n int
	_, err := t.get(`SELECT (SELECT COUNT(*) FROM estimates WHERE customer_id = CAST(?1 AS INTEGER)) + (SELECT COUNT(*) FROM invoices WHERE customer_id = CAST(?1 AS INTEGER))`, []any{id}, &n)
	if err == nil && n > 0 {
		return refused(3073, "Customers involved in transactions cannot be deleted. However, you can mark the customer as inactive.")
	}
	return err
}

// itemIsFree refuses to delete an item that transactions use.
func itemIsFree(t txn, id string) error {
	var n int
	_, err := t.get(`SELECT COUNT(*) FROM document_items WHERE item_id = CAST(? AS INTEGER)`, []any{id}, &n)
	if err == nil && n > 0 {
		return refused(2049, "Items which are a part of other transactions cannot be deleted. Instead, mark them as inactive.")
	}
	return err
}

// SampleTransactions asks for an invoice for a share of the customers.
type SampleTransactions struct {
	Share float64 `json:"share"`
	Seed  uint64  `json:"seed"`
}

// SampledTransactions says how many were made.
type SampledTransactions struct {
	Invoices int `json:"invoices"`
}

// SeedTransactions makes an invoice for a share of the customers, the same ones by the same seed, each with a line of
// an item, past any fault and limit.
func (o *Org) SeedTransactions(ctx context.Context, in SampleTransactions) (out SampledTransactions, err error) {
	if in.Share < 0 || in.Share > 1 {
		return out, invalid("share")
	}
	customers, err := o.ids(ctx, "customers")
	if err != nil {
		return out, err
	}
	items, err := o.ids(ctx, "items")
	if err != nil || len(items) == 0 {
		return out, orMissing(err, invalid("share: there are no items"))
	}
	rng := rand.New(rand.NewPCG(in.Seed, 0x7a45))
	err = o.write(ctx, func(t txn) error {
		out.Invoices = 0
		for _, customer := range customers {
			if rng.Float64() >= in.Share {
				continue
			}
			line := documentLine{ProductID: items[rng.IntN(len(items))], Quantity: json.Number(strconv.Itoa(1 + rng.IntN(9)))}
			if _, err := o.insertDocument(t, o.ID(), invoices, documentBody{CustomerID: customer, InvoiceItems: []documentLine{line}}); err != nil {
				return err
			}
			out.Invoices++
		}
		return nil
	})
	return out, err
}

func (o *Org) ids(ctx context.Context, table string) ([]string, error) {
	rows, err := o.db.Read().QueryContext(ctx, `SELECT id FROM `+table+` WHERE org = ? ORDER BY id`, o.ID())
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}
