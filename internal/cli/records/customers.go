package records

import (
	"context"
	"fmt"

	"causeway/internal/cli/arguments"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
)

// Customers lists the linked customers.
type Customers struct {
	session.Selection
	Source string `help:"Only customers that existed first in the CRM (crm), or in billing (billing)." placeholder:"SIDE"`
	Limit  int    `help:"The most customers to list; 0 lists all. Default: 50 as text, all as JSON." default:"-1"`
}

// Validate refuses an unknown side.
func (c *Customers) Validate() error {
	if c.Source != "" && !arguments.IsSide(c.Source) {
		return fmt.Errorf("--source=%s: use crm or billing", screen.Clean(c.Source))
	}
	if c.Limit < -1 {
		return fmt.Errorf("--limit=%d: give 0 for all, or more", c.Limit)
	}
	return c.Selection.Validate()
}

// Run lists the customers that are linked.
func (c *Customers) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, c.Selection, func(st *store.Store, conn record.Connection) error {
		limit := p.Limit(c.Limit)
		found, err := report.ReadCustomers(ctx, st, conn.ID, record.Side(c.Source), limit)
		if err != nil {
			return err
		}
		if p.JSON {
			return p.PrintJSON(found)
		}
		if len(found.Customers) == 0 {
			p.Printf("%s has no such linked customer\n", conn.ID)
			return nil
		}
		t := p.Table("customer", "name", "CRM record", "came from", "deleted in")
		for _, one := range found.Customers {
			t.AppendRow([]any{screen.Clean(one.BillingID), screen.Clean(one.Name), screen.Clean(one.CRMModule + "/" + one.CRMID), one.Source, one.Gone})
		}
		t.Render()
		if limit > 0 && len(found.Customers) == limit {
			p.Note("the first %d customers are shown: give --limit 0 for all", limit)
		}
		return nil
	})
}
