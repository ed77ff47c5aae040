package records

import (
	"context"
	"fmt"

	"causeway/internal/app"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/verify"
)

func printTables(p *session.Session, r verify.Report) {
	p.Printf("%d records compared: %d differences, %d missing, %d extra, %d explained\n",
		r.Compared, len(r.Differences), len(r.Missing), len(r.Extra), len(r.Explained))
	if len(r.Differences) > 0 {
		t := p.Table("differs", "CRM", "billing", "field", "in the CRM", "in billing")
		for _, d := range r.Differences {
			t.AppendRow([]any{d.Entity, screen.Clean(d.CRMID), screen.Clean(d.BillingID), screen.Clean(d.Field), screen.Value(d.CRM), screen.Value(d.Billing)})
		}
		t.Render()
	}
	if len(r.Missing) > 0 {
		t := p.Table("missing", "CRM", "name")
		for _, m := range r.Missing {
			t.AppendRow([]any{m.Entity, screen.Clean(m.CRMID), screen.Clean(m.Name)})
		}
		t.Render()
	}
	if len(r.Extra) > 0 {
		t := p.Table("extra", "billing", "name")
		for _, e := range r.Extra {
			t.AppendRow([]any{e.Entity, screen.Clean(e.BillingID), screen.Clean(e.Name)})
		}
		t.Render()
	}
	if len(r.Explained) > 0 {
		t := p.Table("explained", "CRM", "name", "outcome", "reason")
		for _, e := range r.Explained {
			t.AppendRow([]any{e.Entity, screen.Clean(e.CRMID), screen.Clean(e.Name), e.Outcome, screen.Sentence(e.Reason)})
		}
		t.Render()
	}
}

// Verify compares both sides, live.
type Verify struct {
	session.Selection
	Sample int `help:"The most customers to fetch in full, one call each; 0 fetches all." default:"0"`
}

// Validate refuses a sample of less than none.
func (c *Verify) Validate() error {
	if c.Sample < 0 {
		return fmt.Errorf("--sample=%d: give 0 for all customers, or more", c.Sample)
	}
	return c.Selection.Validate()
}

// Run verifies a connection. The answer is bad where something differs, is missing, or is extra.
func (c *Verify) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := c.Find(ctx, st)
	if err != nil {
		return err
	}
	sides := app.NewSides(st)
	crm, err := sides.CRM(ctx, conn.ID)
	if err != nil {
		return err
	}
	billing, err := sides.Billing(ctx, conn.ID)
	if err != nil {
		return err
	}
	line := p.NewLine()
	report, err := verify.Run(ctx, verify.Store{Connections: st.Connections, Links: st.Links, Operations: st.Operations}, crm, billing, conn.ID, verify.Options{
		Sample:   c.Sample,
		Progress: func(at verify.Progress) { line.Show(fmt.Sprintf("%s: %d", at.Step, at.Read)) },
	})
	line.End()
	if err != nil {
		return err
	}
	return printReport(p, conn.ID, report)
}

func printReport(p *session.Session, connection string, report verify.Report) error {
	if p.JSON {
		if err := p.PrintJSON(report); err != nil {
			return err
		}
	} else {
		printTables(p, report)
	}
	if !report.Agrees() {
		return session.Bad("the sides of %s do not agree: %d differences, %d missing, %d extra",
			connection, len(report.Differences), len(report.Missing), len(report.Extra))
	}
	return nil
}
