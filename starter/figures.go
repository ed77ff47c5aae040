package main

import (
	"context"
	"fmt"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
)

// ofRecord names an account or a contact of the CRM.
type ofRecord struct {
	Account string `placeholder:"ID" help:"The CRM account."`
	Contact string `placeholder:"ID" help:"The CRM contact."`
}

func (o ofRecord) ref() (record.Ref, error) {
	switch {
	case (o.Account == "") == (o.Contact == ""):
		return record.Ref{}, fmt.Errorf("name an account or a contact: --account ID, or --contact ID")
	case o.Account != "":
		return record.Ref{Side: record.CRM, Module: record.Accounts, ID: o.Account}, nil
	}
	return record.Ref{Side: record.CRM, Module: record.Contacts, ID: o.Contact}, nil
}

type figuresCmd struct {
	selection
	ofRecord
	asUser
}

// Run shows the money side of an account or contact.
func (c *figuresCmd) Run(ctx context.Context, p *program) error {
	ref, err := c.ref()
	if err != nil {
		return err
	}
	return p.onConnection(ctx, c.selection, func(st *store.Store, conn record.Connection) error {
		if err := c.may(ctx, st, conn.ID, store.RightReceivables, record.Invoice); err != nil {
			return err
		}
		all, err := app.NewSides(st).FiguresOf(ctx, conn.ID, ref, p.now())
		if err != nil {
			return err
		}
		if p.json {
			return p.printJSON(map[string]any{"connection": conn.ID, "module": ref.Module, "id": ref.ID, "figures": all})
		}
		if len(all) == 0 {
			p.printf("%s %s has no invoices and no credits\n", ref.Module, clean(ref.ID))
			return nil
		}
		t := p.table("currency", "sales", "outstanding", "overdue", "unused credits", "last payment")
		for _, f := range all {
			last := f.LastPayment
			if f.LastPaymentDate != "" {
				last += " on " + f.LastPaymentDate
			}
			t.AppendRow([]any{f.Currency, f.Sales, f.Outstanding, f.Overdue, f.UnusedCredits, last})
		}
		t.Render()
		return nil
	})
}

type timelineCmd struct {
	selection
	ofRecord
	asUser
	Quote   string `placeholder:"ID" help:"A quote, by your own id of it."`
	Invoice string `placeholder:"ID" help:"An invoice, by your own id of it."`
}

// Run shows what happened, the oldest first.
func (c *timelineCmd) Run(ctx context.Context, p *program) error {
	named := 0
	for _, id := range []string{c.Quote, c.Invoice, c.Account, c.Contact} {
		if id != "" {
			named++
		}
	}
	if named != 1 {
		return fmt.Errorf("name one of --quote, --invoice, --account, --contact")
	}
	return p.onConnection(ctx, c.selection, func(st *store.Store, conn record.Connection) error {
		kind, id := record.Quote, c.Quote
		if c.Invoice != "" {
			kind, id = record.Invoice, c.Invoice
		}
		err := c.may(ctx, st, conn.ID, store.RightView, kind)
		if id == "" && err != nil { // an account's or contact's is beside both: whoever may see one of them sees it
			err = c.may(ctx, st, conn.ID, store.RightView, record.Invoice)
		}
		if err != nil {
			return err
		}
		sides := app.NewSides(st)
		var all []app.TimelineEntry
		if id != "" {
			all, err = sides.TimelineOf(ctx, conn.ID, string(kind), id)
		} else {
			ref, refErr := c.ref()
			if refErr != nil {
				return refErr
			}
			all, err = sides.CRMTimeline(ctx, conn.ID, ref)
		}
		if err != nil {
			return err
		}
		return p.printTimeline(conn.ID, all)
	})
}

func (p *program) printTimeline(connection string, all []app.TimelineEntry) error {
	if p.json {
		return p.printJSON(map[string]any{"connection": connection, "timeline": append([]app.TimelineEntry{}, all...)})
	}
	if len(all) == 0 {
		p.printf("nothing has happened yet\n")
		return nil
	}
	t := p.table("when", "on", "what", "by", "title", "text")
	for _, e := range all {
		t.AppendRow([]any{localTime(e.At), e.From, e.Kind, clean(e.Author), clean(e.Title), sentence(e.Text)})
	}
	t.Render()
	return nil
}
