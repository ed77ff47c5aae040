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
	session.Selection
	asUser
	Account string `placeholder:"ID" help:"Of this CRM account alone."`
	Contact string `placeholder:"ID" help:"Of this CRM contact alone."`
	Status  string `placeholder:"STATUS" help:"In this status alone: draft, sent, paid, ..."`
	Limit   int    `help:"The most to list; 0 lists all. As text 50 unless told." default:"-1"`
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
