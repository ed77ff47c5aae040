package documents

import (
	"cmp"
	"context"
	"math/rand/v2"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/document"
	"causeway/internal/sandbox/zohobilling/fields"
	"causeway/internal/sandbox/zohobilling/store"
)

// Sample asks for sample invoices for a share of the customers. The same seed chooses the same customers.
type Sample struct {
	Share float64 `json:"share"`
	Seed  uint64  `json:"seed"`
}

// Sampled counts what was made.
type Sampled struct {
	Invoices int `json:"invoices"`
}

// AddSample makes one invoice for each chosen customer of an organisation, with a line for one of the items.
func (m *Module) AddSample(ctx context.Context, org string, v platform.Values, in Sample) (out Sampled, err error) {
	if in.Share < 0 || in.Share > 1 {
		return out, api.Invalid("share")
	}
	customers, err := m.ids(ctx, org, "customers")
	if err != nil {
		return out, err
	}
	items, err := m.ids(ctx, org, "items")
	if err != nil || len(items) == 0 {
		return out, cmp.Or[error](err, api.Invalid("share: there are no items"))
	}
	rng := rand.New(rand.NewPCG(in.Seed, 0x7a45))
	c := &api.Call{Org: org, Settings: v}
	err = m.store.Write(ctx, func(t store.Txn) error {
		out.Invoices = 0
		for _, customer := range customers {
			if rng.Float64() >= in.Share {
				continue
			}
			line := document.LineBody{ProductID: items[rng.IntN(len(items))], Quantity: amount.Given{Decimal: decimal.MustNew(int64(1+rng.IntN(9)), 0), IsSet: true}}
			if _, err := m.insert(t, c, document.Invoices, &document.Body{CustomerID: &customer, InvoiceItems: []document.LineBody{line}}, fields.Unique{}); err != nil {
				return err
			}
			out.Invoices++
		}
		return nil
	})
	return out, err
}

func (m *Module) ids(ctx context.Context, org, table string) ([]string, error) {
	rows, err := m.store.Query(ctx, `SELECT id FROM `+table+` WHERE org = ? ORDER BY id`, org)
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
