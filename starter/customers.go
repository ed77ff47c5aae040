package main

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store"
)

type customersCmd struct {
	selection
	Source string `help:"Only customers that existed first in the CRM (crm), or in billing (billing)." placeholder:"SIDE"`
	Limit  int    `help:"The most customers to list; 0 lists all. As text 50 unless told." default:"-1"`
}

// Validate refuses a side that there is not.
func (c *customersCmd) Validate() error {
	if c.Source != "" && !isSide(c.Source) {
		return fmt.Errorf("--source=%s: use crm or billing", clean(c.Source))
	}
	if c.Limit < -1 {
		return fmt.Errorf("--limit=%d: give 0 for all, or more", c.Limit)
	}
	return c.selection.Validate()
}

// customers are what the command prints.
type customers struct {
	Connection string     `json:"connection"`
	Customers  []customer `json:"customers"`
}

// customer is a linked customer of billing, and the CRM record that it is.
type customer struct {
	BillingID string `json:"billing_id"`
	CRMModule string `json:"crm_module"`
	CRMID     string `json:"crm_id"`
	Name      string `json:"name"`
	// Source is the side on which it existed first, Gone that on which it was deleted.
	Source string `json:"source"`
	Gone   string `json:"gone"`
}

// Run lists the customers that are linked.
func (c *customersCmd) Run(ctx context.Context, p *program) error {
	return p.onConnection(ctx, c.selection, func(st *store.Store, conn record.Connection) error {
		limit := p.limit(c.Limit)
		list, err := readCustomers(ctx, st, conn.ID, record.Side(c.Source), limit)
		if err != nil {
			return err
		}
		if p.json {
			return p.printJSON(customers{Connection: conn.ID, Customers: list})
		}
		if len(list) == 0 {
			p.printf("no such customer is linked in %s\n", conn.ID)
			return nil
		}
		t := p.table("customer", "name", "CRM record", "came from", "deleted in")
		for _, one := range list {
			t.AppendRow([]any{clean(one.BillingID), clean(one.Name), clean(one.CRMModule + "/" + one.CRMID), one.Source, one.Gone})
		}
		t.Render()
		if limit > 0 && len(list) == limit {
			p.note("the first %d customers are shown: give --limit 0 for all", limit)
		}
		return nil
	})
}

func readCustomers(ctx context.Context, st *store.Store, connection string, source record.Side, limit int) ([]customer, error) {
	out := []customer{}
	for after := ""; ; {
		n := standingPage
		if limit > 0 {
			n = min(n, limit-len(out))
		}
		if n <= 0 {
			return out, nil
		}
		page, err := st.History.LinkedCustomers(ctx, connection, source, after, n)
		if err != nil {
			return nil, err
		}
		for _, one := range page {
			l := one.Link
			out = append(out, customer{BillingID: l.BillingID, CRMModule: string(l.CRMModule), CRMID: l.CRMID, Name: one.Name, Source: string(l.Born), Gone: string(l.Gone)})
			after = l.CRMID
		}
		if len(page) < n {
			return out, nil
		}
	}
}
