package finance

import (
	"context"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/internal/store/pushes"
)

type listCmd[T typeWord] struct {
	session.Selection
	asUser
	Account string `placeholder:"ID" help:"Only those of this CRM account."`
	Contact string `placeholder:"ID" help:"Only those of this CRM contact."`
	Status  string `placeholder:"STATUS" help:"Only those in this status: draft, sent, paid, ..."`
	Limit   int    `help:"The most to list; 0 lists all. Default: 50 as text, all as JSON." default:"-1"`
}

// Run lists what the store has.
func (c *listCmd[T]) Run(ctx context.Context, p *session.Session) error {
	var of T
	return p.OnConnection(ctx, c.Selection, func(st *store.Store, conn record.Connection) error {
		if err := c.may(ctx, st, conn.ID, permission.View, record.TransactionType(of.kind())); err != nil {
			return err
		}
		limit := p.Limit(c.Limit)
		q := pushes.TransactionQuery{Type: of.kind(), Status: c.Status, CRMModule: string(record.Accounts), CRMID: c.Account}
		if c.Contact != "" {
			q.CRMModule, q.CRMID = string(record.Contacts), c.Contact
		}
		if q.CRMID == "" {
			q.CRMModule = ""
		}
		all, err := report.ReadTransactions(ctx, st, conn.ID, q, limit)
		if err != nil {
			return err
		}
		if p.JSON {
			return p.PrintJSON(of.list(conn.ID, all))
		}
		printTransactions(p, all, of.kind(), conn.ID)
		if limit > 0 && len(all) == limit {
			p.Note("the first %d are shown: give --limit 0 for all", limit)
		}
		return nil
	})
}

func printTransactions(p *session.Session, all []report.Transaction, kind, connection string) {
	if len(all) == 0 {
		p.Printf("%s has no such %s yet\n", connection, kind)
		return
	}
	t := p.Table("transaction", "number", "status", "for", "date", "due", "total", "owed")
	for _, a := range all {
		whom := a.CRMModule + "/" + a.CRMID
		if a.CRMID == "" {
			whom = "customer " + a.Customer
		}
		id := a.Transaction
		if id == "" {
			id = a.ID + " (made in billing)"
		}
		t.AppendRow([]any{screen.Clean(id), screen.Clean(a.Number), screen.Clean(a.Status), screen.Clean(whom), a.Date, a.Due, a.Currency + " " + a.Total, a.Balance})
	}
	t.Render()
}
