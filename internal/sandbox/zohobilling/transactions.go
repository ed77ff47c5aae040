package zohobilling

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"github.com/govalues/decimal"
)

// customerIsFree refuses to delete a customer that transactions use.
func customerIsFree(t txn, id string) error {
	var n int
	_, err := t.get(`SELECT (SELECT COUNT(*) FROM estimates WHERE customer_id = CAST(?1 AS INTEGER)) + (SELECT COUNT(*) FROM invoices WHERE customer_id = CAST(?1 AS INTEGER))
		+ (SELECT COUNT(*) FROM payments WHERE customer_id = CAST(?1 AS INTEGER))`, []any{id}, &n)
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
	c := &call{o: o, org: o.ID(), v: o.settings.Get()}
	err = o.write(ctx, func(t txn) error {
		out.Invoices = 0
		for _, customer := range customers {
			if rng.Float64() >= in.Share {
				continue
			}
			line := lineBody{ProductID: items[rng.IntN(len(items))], Quantity: anyDecimal{decimal.MustNew(int64(1+rng.IntN(9)), 0), true}}
			if _, err := o.insertDocument(t, c, invoices, &documentBody{CustomerID: &customer, InvoiceItems: []lineBody{line}}, unique{}); err != nil {
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

// Mail is an e-mail that billing sent.
type Mail struct {
	Module     string   `json:"module"`
	DocumentID string   `json:"document_id"`
	To         []string `json:"to"`
	CC         []string `json:"cc,omitempty"`
	Subject    string   `json:"subject,omitempty"`
	Body       string   `json:"body,omitempty"`
}

// Mails are the e-mails that billing sent, the oldest first, past any fault and limit.
func (o *Org) Mails(ctx context.Context) ([]Mail, error) {
	rows, err := o.db.Read().QueryContext(ctx, `SELECT module, CAST(document_id AS TEXT), doc FROM mails ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("list e-mails: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := []Mail{}
	for rows.Next() {
		var m Mail
		var raw []byte
		if err := rows.Scan(&m.Module, &m.DocumentID, &raw); err != nil {
			return nil, fmt.Errorf("list e-mails: %w", err)
		}
		var kept mail
		if err := json.Unmarshal(raw, &kept); err != nil {
			return nil, err
		}
		m.To, m.CC, m.Subject, m.Body = kept.To, kept.CC, kept.Subject, kept.Body
		out = append(out, m)
	}
	return out, rows.Err()
}
