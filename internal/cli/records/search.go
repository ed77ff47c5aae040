package records

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"causeway/internal/app"
	"causeway/internal/billing"
	"causeway/internal/cli/arguments"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
)

// Search searches both sides, live.
type Search struct {
	Text      string `arg:"" help:"The beginning of the name in the CRM, or a part of it in billing."`
	In        string `help:"Where to look: crm, billing or both." default:"both" placeholder:"SIDE"`
	FirstName bool   `help:"In the CRM, look for contacts by their first name." xor:"what"`
	LastName  bool   `help:"In the CRM, look for contacts by their last name." xor:"what"`
	Contacts  bool   `help:"In the CRM, also show the contacts of each account." xor:"what"`
	Items     bool   `help:"Look for products and items." xor:"what"`
	Limit     int    `help:"The most records of each side to show." default:"20"`
	session.Flagged
}

// mostFound is the largest page of either side.
const mostFound = 200

// Validate refuses what finds nothing.
func (c *Search) Validate() error {
	if strings.TrimSpace(c.Text) == "" {
		return errors.New("give a part of a name to search for")
	}
	if !arguments.IsSide(c.In) && c.In != "both" {
		return fmt.Errorf("--in=%s: use crm, billing or both", screen.Clean(c.In))
	}
	if c.Limit < 1 || c.Limit > mostFound {
		return fmt.Errorf("--limit=%d: give 1 to %d", c.Limit, mostFound)
	}
	return c.Flagged.Validate()
}

// Run looks for records on the live sides.
func (c *Search) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, c.Selection(), func(st *store.Store, conn record.Connection) error {
		sides := app.NewSides(st)
		out := report.Found{Connection: conn.ID, Results: []report.FoundRecord{}}
		look := looker{cmd: c, store: st, connection: conn.ID}
		if c.In != string(record.Billing) {
			port, err := sides.CRM(ctx, conn.ID)
			if err == nil {
				err = look.inCRM(ctx, port, &out)
			}
			if err != nil {
				return err
			}
		}
		if c.In != string(record.CRM) {
			port, err := sides.Billing(ctx, conn.ID)
			if err == nil {
				err = look.inBilling(ctx, port, &out)
			}
			if err != nil {
				return err
			}
		}
		if p.JSON {
			return p.PrintJSON(out)
		}
		printFound(p, out)
		return nil
	})
}

// looker looks for the records of one connection.
type looker struct {
	cmd        *Search
	store      *store.Store
	connection string
}

func (l looker) inCRM(ctx context.Context, port crm.Port, out *report.Found) error {
	text := strings.TrimSpace(l.cmd.Text)
	q := crm.SearchQuery{Module: record.Accounts, Name: text, Limit: l.cmd.Limit}
	switch {
	case l.cmd.Items:
		q.Module = record.Products
	case l.cmd.FirstName:
		q = crm.SearchQuery{Module: record.Contacts, FirstName: text, Limit: l.cmd.Limit}
	case l.cmd.LastName:
		q = crm.SearchQuery{Module: record.Contacts, LastName: text, Limit: l.cmd.Limit}
	}
	records, err := port.Search(ctx, q)
	if err != nil {
		return err
	}
	results, err := l.withLinks(ctx, q.Module, records)
	if err != nil {
		return err
	}
	for i := range results {
		if !l.cmd.Contacts {
			break
		}
		page, err := port.Read(ctx, record.Contacts, crm.ReadQuery{Parent: results[i].ID, Limit: l.cmd.Limit})
		if err != nil {
			return err
		}
		if results[i].Contacts, err = l.withLinks(ctx, record.Contacts, page.Records); err != nil {
			return err
		}
	}
	out.Results = append(out.Results, results...)
	return nil
}

func (l looker) inBilling(ctx context.Context, port billing.Port, out *report.Found) error {
	module := record.Customers
	if l.cmd.Items {
		module = record.Items
	}
	records, err := port.Search(ctx, module, billing.SearchQuery{Name: strings.TrimSpace(l.cmd.Text), Limit: l.cmd.Limit})
	if err != nil {
		return err
	}
	results, err := l.withLinks(ctx, module, records)
	out.Results = append(out.Results, results...)
	return err
}

// withLinks tells the records with their counterparts.
func (l looker) withLinks(ctx context.Context, module record.Module, records []record.Record) ([]report.FoundRecord, error) {
	ids := make([]string, len(records))
	for i, r := range records {
		ids[i] = r.ID
	}
	of := l.store.Links.OfModule
	if record.SideOf(module) == record.Billing {
		of = l.store.Links.OfTargets
	}
	links, err := of(ctx, l.connection, module, ids)
	if err != nil {
		return nil, err
	}
	return report.NewFoundRecords(module, records, links), nil
}

func printFound(p *session.Session, f report.Found) {
	if len(f.Results) == 0 {
		p.Printf("nothing was found\n")
		return
	}
	t := p.Table("side", "record", "name", "e-mail", "linked to")
	row := func(indent string, r report.FoundRecord) {
		linked := ""
		if r.LinkedTo != nil {
			linked = string(r.LinkedTo.Module) + "/" + r.LinkedTo.ID
		}
		t.AppendRow([]any{r.Side, indent + screen.Clean(r.Module+"/"+r.ID), screen.Clean(r.Name), screen.Clean(r.Email), screen.Clean(linked)})
	}
	for _, r := range f.Results {
		row("", r)
		for _, contact := range r.Contacts {
			row("  ", contact)
		}
	}
	t.Render()
	p.Note("Sync one now with `starter import SIDE/MODULE/ID`, as in `starter import crm/Accounts/123`.")
}
