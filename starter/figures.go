package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"causeway/internal/app"
	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/transaction"
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
	Show  figuresShowCmd  `cmd:"" default:"withargs" help:"Show them (default)."`
	Map   figuresMapCmd   `cmd:"" help:"Keep a figure of each customer in a field of its CRM record: written by each sync, where it has changed."`
	Unmap figuresUnmapCmd `cmd:"" help:"Keep a figure there no more. What stands in the field stays."`
}

type figuresShowCmd struct {
	selection
	ofRecord
	asUser
}

// Run shows the money side of an account or contact.
func (c *figuresShowCmd) Run(ctx context.Context, p *program) error {
	ref, err := c.ref()
	if err != nil {
		return err
	}
	return p.onConnection(ctx, c.selection, func(st *store.Store, conn record.Connection) error {
		if err := c.may(ctx, st, conn.ID, permission.Receivables, record.Invoice); err != nil {
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

// figureField names a figure of a module's records.
type figureField struct {
	Figure string `arg:"" help:"sales, outstanding, overdue, unused_credits, last_payment, last_payment_date, or currency; amounts are in the customer's currency."`
	Module string `default:"Accounts" enum:"Accounts,Contacts" help:"Whose field: that of accounts, or of contacts that are customers of their own."`
}

// Validate refuses what is no figure.
func (f figureField) Validate() error {
	if !slices.Contains(transaction.FigureNames(), f.Figure) {
		return fmt.Errorf("%q is no figure: use one of %s", clean(f.Figure), strings.Join(transaction.FigureNames(), ", "))
	}
	return nil
}

func (f figureField) is(of record.FigureField) bool {
	return string(of.Module) == f.Module && of.Figure == f.Figure
}

type figuresMapCmd struct {
	figureField
	Field      string `arg:"" help:"The CRM field's API name: of the type currency or double for an amount, date or text for the date, text for the currency."`
	Connection string `short:"c" placeholder:"ID" help:"The connection; the only one in the store where it is left out."`
	saving
}

// Run saves the field.
func (c *figuresMapCmd) Run(ctx context.Context, p *program) error {
	return p.editFigures(ctx, c.Connection, c.saving, func(had []record.FigureField) ([]record.FigureField, error) {
		out := slices.DeleteFunc(slices.Clone(had), c.is)
		return append(out, record.FigureField{Module: record.Module(c.Module), Figure: c.Figure, Field: c.Field}), nil
	})
}

type figuresUnmapCmd struct {
	figureField
	Connection string `short:"c" placeholder:"ID" help:"The connection; the only one in the store where it is left out."`
	saving
}

// Run gives the field up.
func (c *figuresUnmapCmd) Run(ctx context.Context, p *program) error {
	return p.editFigures(ctx, c.Connection, c.saving, func(had []record.FigureField) ([]record.FigureField, error) {
		if !slices.ContainsFunc(had, c.is) {
			return nil, fmt.Errorf("%s of %s is kept in no field: `starter configure` shows what is", c.Figure, c.Module)
		}
		return slices.DeleteFunc(slices.Clone(had), c.is), nil
	})
}

func (p *program) editFigures(ctx context.Context, connection string, how saving, edit func([]record.FigureField) ([]record.FigureField, error)) error {
	return p.onConnection(ctx, namedAs(connection), func(st *store.Store, conn record.Connection) error {
		was, err := st.Connections.Preferences(ctx, conn.ID, 0)
		if err != nil {
			return err
		}
		now := was
		if now.Figures, err = edit(was.Figures); err != nil {
			return err
		}
		out, err := p.save(ctx, st, conn, was, now, how)
		if err != nil {
			return err
		}
		return p.printConfigured(out)
	})
}

type timelineCmd struct {
	selection
	ofRecord
	asUser
	Quote   string `placeholder:"ID" help:"A quote, by your own id of it; by billing's, where it was made there."`
	Invoice string `placeholder:"ID" help:"An invoice, in the same way."`
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
		err := c.may(ctx, st, conn.ID, permission.View, kind)
		if id == "" && err != nil { // an account's or contact's is beside both: whoever may see one of them sees it
			err = c.may(ctx, st, conn.ID, permission.View, record.Invoice)
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
