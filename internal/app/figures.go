package app

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/transaction"
)

// FiguresOf adds up the invoices of one account or contact by currency, as syncs and pushes stored them. Drafts and
// void invoices do not count. Unused credits are read from billing live.
func (s *Sides) FiguresOf(ctx context.Context, connection string, ref record.Ref, today time.Time) ([]transaction.Figures, error) {
	customer, err := s.customerOf(ctx, connection, ref)
	if err != nil {
		return nil, err
	}
	sums := transaction.Sums{}
	err = s.store.Transactions.EachReceivable(ctx, connection, customer, func(r record.Receivable) error {
		return sums.Add(r, today.Format(time.DateOnly))
	})
	if err != nil {
		return nil, err
	}
	port, err := s.Transactions(ctx, connection)
	if err != nil {
		return nil, err
	}
	live, err := port.CustomerFigures(ctx, customer)
	if err != nil {
		return nil, err
	}
	sums.Credit(live.Currency, live.UnusedCredits)
	return sums.Figures(), nil
}

// customerOf returns billing's customer of an account or contact.
func (s *Sides) customerOf(ctx context.Context, connection string, ref record.Ref) (string, error) {
	for _, entity := range []record.Entity{record.EntityCustomers, record.EntityContactPersons} {
		link, err := s.store.Links.BySource(ctx, connection, entity, ref.Module, ref.ID)
		if err != nil {
			return "", err
		}
		if link != nil && entity == record.EntityContactPersons {
			return link.BillingParentID, nil
		}
		if link != nil {
			return link.BillingID, nil
		}
	}
	return "", &record.Error{Kind: record.NotFound, Op: "figures", Code: "NOT_LINKED", RecordID: ref.ID,
		Message: fmt.Sprintf("%s %s has no customer in billing", ref.Module, ref.ID), Remedy: fmt.Sprintf("import it: `starter import crm/%s %s`", ref.Module, ref.ID)}
}
