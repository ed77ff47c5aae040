package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"causeway/internal/app"
	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/store"
)

type searchCmd struct {
	Text      string `arg:"" help:"What the name begins with in the CRM, or has in it in billing."`
	In        string `help:"Where to look: crm, billing or both." default:"both" placeholder:"SIDE"`
	FirstName bool   `help:"In the CRM, look for contacts by their first name." xor:"what"`
	LastName  bool   `help:"In the CRM, look for contacts by their last name." xor:"what"`
	Contacts  bool   `help:"In the CRM, show the contacts of each account, too." xor:"what"`
	Items     bool   `help:"Look for products and items." xor:"what"`
	Limit     int    `help:"The most records of each side." default:"20"`
	flagged
}

// mostFound is the largest page of either side.
const mostFound = 200

// Validate refuses what finds nothing.
func (c *searchCmd) Validate() error {
	if strings.TrimSpace(c.Text) == "" {
		return errors.New("nothing is looked for: give a part of a name")
	}
	if !isSide(c.In) && c.In != "both" {
		return fmt.Errorf("--in=%s: use crm, billing or both", clean(c.In))
	}
	if c.Limit < 1 || c.Limit > mostFound {
		return fmt.Errorf("--limit=%d: give 1 to %d", c.Limit, mostFound)
	}
	return c.flagged.Validate()
}

// found is what search prints.
type found struct {
	Connection string        `json:"connection"`
	Results    []foundRecord `json:"results"`
}

// foundRecord is one record of a live side.
type foundRecord struct {
	Side   string `json:"side"`
	Module string `json:"module"`
	ID     string `json:"id"`
	Name   string `json:"name"`
	Email  string `json:"email"`
	// ParentID is the account of a contact.
	ParentID string `json:"parent_id"`
	// LinkedTo is the record's counterpart on the other side, null where it has none.
	LinkedTo *record.Ref `json:"linked_to"`
	// Contacts are those of an account, where they were asked for.
	Contacts []foundRecord `json:"contacts,omitempty"`
}

// Run looks for records on the live sides.
func (c *searchCmd) Run(ctx context.Context, p *program) error {
	return p.onConnection(ctx, c.selection(), func(st *store.Store, conn record.Connection) error {
		sides := app.NewSides(st)
		out := found{Connection: conn.ID, Results: []foundRecord{}}
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
		if p.json {
			return p.printJSON(out)
		}
		p.printFound(out)
		return nil
	})
}

// looker looks for the records of one connection.
type looker struct {
	cmd        *searchCmd
	store      *store.Store
	connection string
}

func (l looker) inCRM(ctx context.Context, port crm.Port, out *found) error {
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

func (l looker) inBilling(ctx context.Context, port billing.Port, out *found) error {
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
func (l looker) withLinks(ctx context.Context, module record.Module, records []record.Record) ([]foundRecord, error) {
	ids := make([]string, len(records))
	for i, r := range records {
		ids[i] = r.ID
	}
	of, other := l.store.Links.OfModule, func(link record.Link) record.Ref {
		return record.Ref{Side: record.Billing, Module: link.BillingModule, ID: link.BillingID}
	}
	if record.SideOf(module) == record.Billing {
		of, other = l.store.Links.OfTargets, func(link record.Link) record.Ref {
			return record.Ref{Side: record.CRM, Module: link.CRMModule, ID: link.CRMID}
		}
	}
	links, err := of(ctx, l.connection, module, ids)
	if err != nil {
		return nil, err
	}
	out := make([]foundRecord, 0, len(records))
	for _, r := range records {
		one := foundRecord{Side: string(r.Side), Module: string(module), ID: r.ID, Name: r.Name, Email: r.Email, ParentID: r.ParentID}
		if link, linked := links[r.ID]; linked && link.Gone == "" {
			ref := other(link)
			one.LinkedTo = &ref
		}
		out = append(out, one)
	}
	return out, nil
}

func (p *program) printFound(f found) {
	if len(f.Results) == 0 {
		p.printf("nothing was found\n")
		return
	}
	t := p.table("side", "record", "name", "e-mail", "linked to")
	row := func(indent string, r foundRecord) {
		linked := ""
		if r.LinkedTo != nil {
			linked = string(r.LinkedTo.Module) + "/" + r.LinkedTo.ID
		}
		t.AppendRow([]any{r.Side, indent + clean(r.Module+"/"+r.ID), clean(r.Name), clean(r.Email), clean(linked)})
	}
	for _, r := range f.Results {
		row("", r)
		for _, contact := range r.Contacts {
			row("  ", contact)
		}
	}
	t.Render()
	p.note("bring one across with `starter import SIDE/MODULE ID`, as in `starter import crm/Accounts 123`")
}
