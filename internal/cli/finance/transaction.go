package finance

import (
	"context"
	"fmt"
	"os"
	"strings"

	"causeway/internal/app"
	"causeway/internal/billing"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"

	"github.com/govalues/decimal"
)

type showCmd[T typeWord] struct {
	onOne
	asUser
}

// live finds a transaction, and the billing organisation that has it.
func live[T typeWord](ctx context.Context, st *store.Store, connection, id string, a asUser) (billing.Transactions, record.TransactionType, string, error) {
	var of T
	kind := record.TransactionType(of.kind())
	if err := a.may(ctx, st, connection, permission.View, kind); err != nil {
		return nil, kind, "", err
	}
	row, err := st.Transactions.Named(ctx, connection, of.kind(), id)
	if err != nil {
		return nil, kind, "", err
	}
	port, err := app.NewSides(st).Transactions(ctx, connection)
	return port, kind, row.BillingID, err
}

// Run shows it as billing has it now.
func (c *showCmd[T]) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, session.Named(c.Connection), func(st *store.Store, conn record.Connection) error {
		port, kind, id, err := live[T](ctx, st, conn.ID, c.ID, c.asUser)
		if err != nil {
			return err
		}
		is, err := port.Transaction(ctx, kind, id)
		if err != nil {
			return err
		}
		if p.JSON {
			return p.PrintJSON(is)
		}
		printTransaction(p, is)
		return nil
	})
}

func printTransaction(p *session.Session, is record.Transaction) {
	p.Printf("%s %s is %s\ndate %s", is.Type, screen.Clean(is.Number), is.Status, is.Date)
	if is.Due != "" {
		p.Printf(", due %s", is.Due)
	}
	p.Printf("\n")
	t := p.Table("line", "rate", "quantity", "discount", "amount")
	for _, l := range is.Lines {
		discount := ""
		switch {
		case !l.Discount.Share.IsZero():
			if percent, err := l.Discount.Share.Mul(decimal.Hundred); err == nil {
				discount = percent.Trim(0).String() + "%"
			}
		case !l.Discount.Amount.IsZero():
			discount = l.Discount.Amount.String()
		}
		t.AppendRow([]any{screen.Clean(l.Name), l.Rate, l.Quantity, discount, l.Amount})
	}
	t.Render()
	p.Printf("taxes %s\ntotal %s %s\n", is.Totals.Tax, is.Currency, is.Totals.Total)
	if is.Type == record.Invoice {
		p.Printf("owed  %s %s\n", is.Currency, is.Totals.Balance)
	}
	for _, f := range [][2]string{{"notes", is.Notes}, {"terms", is.Terms}, {"reference", is.Reference}} {
		if f[1] != "" {
			p.Printf("%s: %s\n", f[0], screen.Sentence(f[1]))
		}
	}
}

type printCmd[T typeWord] struct {
	onOne
	asUser
	To string `placeholder:"FILE" help:"The file to write. Default: TYPE-ID.pdf in this directory."`
}

// Run writes it as a PDF.
func (c *printCmd[T]) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, session.Named(c.Connection), func(st *store.Store, conn record.Connection) error {
		port, kind, id, err := live[T](ctx, st, conn.ID, c.ID, c.asUser)
		if err != nil {
			return err
		}
		data, err := port.PDF(ctx, kind, id)
		if err != nil {
			return err
		}
		to := c.To
		if to == "" {
			to = string(kind) + "-" + strings.Map(fileLetter, c.ID) + ".pdf"
		}
		if err := os.WriteFile(to, data, 0o600); err != nil {
			return fmt.Errorf("write the print: %w; another file: --to", err)
		}
		if p.JSON {
			return p.PrintJSON(report.Printed{File: to, Bytes: len(data)})
		}
		p.Printf("%s\n", to)
		return nil
	})
}

// fileLetter replaces what a file's name must not hold.
func fileLetter(r rune) rune {
	if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
		return '-'
	}
	return r
}
