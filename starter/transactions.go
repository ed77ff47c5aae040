package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"causeway/internal/app"
	"causeway/internal/billing"
	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/pushes"

	"github.com/govalues/decimal"
)

// asUser narrows what is shown to what a CRM user's profile may see.
type asUser struct {
	User string `placeholder:"ID" help:"Show what this CRM user may see, and refuse the rest. Everything where it is left out: who runs this has the store."`
}

// may refuses what the user may not see.
func (a asUser) may(ctx context.Context, st *store.Store, connection, right string, t record.TransactionType) error {
	if a.User == "" {
		return nil
	}
	standing, err := st.Permissions.PermissionOf(ctx, connection, a.User)
	if err != nil {
		return err
	}
	return standing.May(right, t, connection, a.User)
}

type listCmd[T typeWord] struct {
	selection
	asUser
	Account string `placeholder:"ID" help:"Of this CRM account alone."`
	Contact string `placeholder:"ID" help:"Of this CRM contact alone."`
	Status  string `placeholder:"STATUS" help:"In this status alone: draft, sent, paid, ..."`
	Limit   int    `help:"The most to list; 0 lists all. As text 50 unless told." default:"-1"`
}

// listed is one transaction as it is printed.
type listed struct {
	Transaction string    `json:"transaction"` // empty: made in billing
	ID          string    `json:"id"`
	Number      string    `json:"number"`
	Status      string    `json:"status"`
	CRMModule   string    `json:"crm_module,omitempty"`
	CRMID       string    `json:"crm_id,omitempty"`
	Customer    string    `json:"customer"`
	Date        string    `json:"date"`
	Due         string    `json:"due,omitempty"`
	Currency    string    `json:"currency"`
	Total       string    `json:"total"`
	Balance     string    `json:"balance,omitempty"`
	By          string    `json:"by,omitempty"`
	Modified    time.Time `json:"modified"`
}

// pageOfTransactions is how many are read at once.
const pageOfTransactions = 500

// Run lists what the store has.
func (c *listCmd[T]) Run(ctx context.Context, p *program) error {
	var of T
	return p.onConnection(ctx, c.selection, func(st *store.Store, conn record.Connection) error {
		if err := c.may(ctx, st, conn.ID, permission.View, record.TransactionType(of.kind())); err != nil {
			return err
		}
		limit := p.limit(c.Limit)
		q := pushes.TransactionQuery{Type: of.kind(), Status: c.Status, CRMModule: string(record.Accounts), CRMID: c.Account}
		if c.Contact != "" {
			q.CRMModule, q.CRMID = string(record.Contacts), c.Contact
		}
		if q.CRMID == "" {
			q.CRMModule = ""
		}
		all, err := readTransactions(ctx, st, conn.ID, q, limit)
		if err != nil {
			return err
		}
		if p.json {
			return p.printJSON(map[string]any{"connection": conn.ID, of.kind() + "s": all})
		}
		p.printTransactions(all, of.kind(), conn.ID)
		if limit > 0 && len(all) == limit {
			p.note("the first %d are shown: give --limit 0 for all", limit)
		}
		return nil
	})
}

func (p *program) printTransactions(all []listed, kind, connection string) {
	if len(all) == 0 {
		p.printf("%s has no such %s yet\n", connection, kind)
		return
	}
	t := p.table("transaction", "number", "status", "for", "date", "due", "total", "owed")
	for _, a := range all {
		whom := a.CRMModule + "/" + a.CRMID
		if a.CRMID == "" {
			whom = "customer " + a.Customer
		}
		id := a.Transaction
		if id == "" {
			id = a.ID + " (made in billing)"
		}
		t.AppendRow([]any{clean(id), clean(a.Number), clean(a.Status), clean(whom), a.Date, a.Due, a.Currency + " " + a.Total, a.Balance})
	}
	t.Render()
}

func readTransactions(ctx context.Context, st *store.Store, connection string, q pushes.TransactionQuery, limit int) ([]listed, error) {
	out := []listed{}
	for {
		q.Limit = pageOfTransactions
		if limit > 0 {
			q.Limit = min(q.Limit, limit-len(out))
		}
		rows, err := st.Transactions.List(ctx, connection, q)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if !r.Deleted {
				out = append(out, listed{Transaction: r.Transaction, ID: r.BillingID, Number: r.Number, Status: r.Status, CRMModule: r.CRMModule, CRMID: r.CRMID,
					Customer: r.CustomerID, Date: r.Date, Due: r.Due, Currency: r.Currency, Total: r.Total, Balance: r.Balance, By: r.By, Modified: r.Modified.UTC()})
			}
			q.After = r.BillingID
		}
		if len(rows) < q.Limit || limit > 0 && len(out) >= limit {
			return out, nil
		}
	}
}

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
func (c *showCmd[T]) Run(ctx context.Context, p *program) error {
	return p.onConnection(ctx, namedAs(c.Connection), func(st *store.Store, conn record.Connection) error {
		port, kind, id, err := live[T](ctx, st, conn.ID, c.ID, c.asUser)
		if err != nil {
			return err
		}
		is, err := port.Transaction(ctx, kind, id)
		if err != nil {
			return err
		}
		if p.json {
			return p.printJSON(is)
		}
		p.printTransaction(is)
		return nil
	})
}

func (p *program) printTransaction(is record.Transaction) {
	p.printf("%s %s is %s\ndate %s", is.Type, clean(is.Number), is.Status, is.Date)
	if is.Due != "" {
		p.printf(", due %s", is.Due)
	}
	p.printf("\n")
	t := p.table("line", "rate", "quantity", "discount", "amount")
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
		t.AppendRow([]any{clean(l.Name), l.Rate, l.Quantity, discount, l.Amount})
	}
	t.Render()
	p.printf("taxes %s\ntotal %s %s\n", is.Totals.Tax, is.Currency, is.Totals.Total)
	if is.Type == record.Invoice {
		p.printf("owed  %s %s\n", is.Currency, is.Totals.Balance)
	}
	for _, f := range [][2]string{{"notes", is.Notes}, {"terms", is.Terms}, {"reference", is.Reference}} {
		if f[1] != "" {
			p.printf("%s: %s\n", f[0], sentence(f[1]))
		}
	}
}

type printCmd[T typeWord] struct {
	onOne
	asUser
	To string `placeholder:"FILE" help:"Where to write it; TYPE-ID.pdf in this directory where it is left out."`
}

// Run writes it as a PDF.
func (c *printCmd[T]) Run(ctx context.Context, p *program) error {
	return p.onConnection(ctx, namedAs(c.Connection), func(st *store.Store, conn record.Connection) error {
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
		if p.json {
			return p.printJSON(map[string]any{"file": to, "bytes": len(data)})
		}
		p.printf("%s\n", to)
		return nil
	})
}

// fileLetter keeps what stands well in a file's name.
func fileLetter(r rune) rune {
	if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
		return '-'
	}
	return r
}
