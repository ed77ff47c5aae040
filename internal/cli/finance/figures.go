package finance

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"causeway/internal/app"
	"causeway/internal/cli/configure"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/report"
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

// Figures shows sales and receivables, or keeps them in CRM fields.
type Figures struct {
	Show  figuresShowCmd  `cmd:"" default:"withargs" help:"Show them (default)."`
	Map   figuresMapCmd   `cmd:"" help:"Keep a figure of each customer in a field of its CRM record. Each sync writes it where it has changed."`
	Unmap figuresUnmapCmd `cmd:"" help:"Stop keeping a figure in a CRM field. The field keeps its last value."`
}

type figuresShowCmd struct {
	session.Selection
	ofRecord
	asUser
}

// Run shows the money side of an account or contact.
func (c *figuresShowCmd) Run(ctx context.Context, p *session.Session) error {
	ref, err := c.ref()
	if err != nil {
		return err
	}
	return p.OnConnection(ctx, c.Selection, func(st *store.Store, conn record.Connection) error {
		if err := c.may(ctx, st, conn.ID, permission.Receivables, record.Invoice); err != nil {
			return err
		}
		all, err := app.NewSides(st).FiguresOf(ctx, conn.ID, ref, p.Now())
		if err != nil {
			return err
		}
		if p.JSON {
			return p.PrintJSON(report.Figures{Connection: conn.ID, Module: ref.Module, ID: ref.ID, Figures: all})
		}
		if len(all) == 0 {
			p.Printf("%s %s has no invoices and no credits\n", ref.Module, screen.Clean(ref.ID))
			return nil
		}
		t := p.Table("currency", "sales", "outstanding", "overdue", "unused credits", "last payment")
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
	Module string `default:"Accounts" enum:"Accounts,Contacts" help:"The module whose field is filled: Accounts, or Contacts that are customers of their own."`
}

// Validate refuses what is no figure.
func (f figureField) Validate() error {
	if !slices.Contains(transaction.FigureNames(), f.Figure) {
		return fmt.Errorf("%q is no figure: use one of %s", screen.Clean(f.Figure), strings.Join(transaction.FigureNames(), ", "))
	}
	return nil
}

func (f figureField) is(of record.FigureField) bool {
	return string(of.Module) == f.Module && of.Figure == f.Figure
}

type figuresMapCmd struct {
	figureField
	Field      string `arg:"" help:"The CRM field's API name: of the type currency or double for an amount, date or text for the date, text for the currency."`
	Connection string `short:"c" placeholder:"ID" help:"The connection. Default: the only one in the store."`
	configure.Saving
}

// Run saves the field.
func (c *figuresMapCmd) Run(ctx context.Context, p *session.Session) error {
	return editFigures(ctx, p, c.Connection, c.Saving, func(had []record.FigureField) ([]record.FigureField, error) {
		out := slices.DeleteFunc(slices.Clone(had), c.is)
		return append(out, record.FigureField{Module: record.Module(c.Module), Figure: c.Figure, Field: c.Field}), nil
	})
}

type figuresUnmapCmd struct {
	figureField
	Connection string `short:"c" placeholder:"ID" help:"The connection. Default: the only one in the store."`
	configure.Saving
}

// Run stops keeping the figure in the field.
func (c *figuresUnmapCmd) Run(ctx context.Context, p *session.Session) error {
	return editFigures(ctx, p, c.Connection, c.Saving, func(had []record.FigureField) ([]record.FigureField, error) {
		if !slices.ContainsFunc(had, c.is) {
			return nil, fmt.Errorf("no field keeps %s of %s: `starter configure` shows the fields that do", c.Figure, c.Module)
		}
		return slices.DeleteFunc(slices.Clone(had), c.is), nil
	})
}

func editFigures(ctx context.Context, p *session.Session, connection string, how configure.Saving, edit func([]record.FigureField) ([]record.FigureField, error)) error {
	return p.OnConnection(ctx, session.Named(connection), func(st *store.Store, conn record.Connection) error {
		was, err := st.Connections.Preferences(ctx, conn.ID, 0)
		if err != nil {
			return err
		}
		now := was
		if now.Figures, err = edit(was.Figures); err != nil {
			return err
		}
		out, err := configure.Save(ctx, p, st, conn, was, now, how)
		if err != nil {
			return err
		}
		return configure.PrintConfigured(p, out)
	})
}
