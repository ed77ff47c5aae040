package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"

	"github.com/govalues/decimal"
)

// Figures are the money side of an account or a contact, in one currency. Amounts are exact decimals.
type Figures struct {
	Currency string `json:"currency"`
	// Sales is the sum of its invoices; Outstanding what of them is not paid, Overdue what is past its due date.
	Sales         string `json:"sales"`
	Outstanding   string `json:"outstanding"`
	Overdue       string `json:"overdue"`
	UnusedCredits string `json:"unused_credits"`
	// LastPayment is the newest payment that Causeway has seen.
	LastPayment     string `json:"last_payment,omitempty"`
	LastPaymentDate string `json:"last_payment_date,omitempty"`
}

// pageOfTransactions is how many are read at once.
const pageOfTransactions = 500

// FiguresOf sums the invoices of one account or contact up, by currency, as pushes and syncs have left them in the
// store; drafts and void invoices do not count. Unused credits are what billing says now.
func (s *Sides) FiguresOf(ctx context.Context, connection string, ref record.Ref, today time.Time) ([]Figures, error) {
	customer, err := s.customerOf(ctx, connection, ref)
	if err != nil {
		return nil, err
	}
	sums := map[string]*sum{}
	q := store.TransactionQuery{Type: string(record.Invoice), CustomerID: customer, Limit: pageOfTransactions}
	for {
		rows, err := s.store.Transactions(ctx, connection, q)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if err := count(sums, row, today.Format(time.DateOnly)); err != nil {
				return nil, err
			}
		}
		if len(rows) < pageOfTransactions {
			break
		}
		q.After = rows[len(rows)-1].BillingID
	}
	if err := s.addCredits(ctx, connection, customer, sums); err != nil {
		return nil, err
	}
	out := make([]Figures, 0, len(sums))
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, sums[currency].figures(currency))
	}
	return out, nil
}

// customerOf is billing's customer of an account or contact.
func (s *Sides) customerOf(ctx context.Context, connection string, ref record.Ref) (string, error) {
	for _, entity := range []record.Entity{record.EntityCustomers, record.EntityContactPersons} {
		link, err := s.store.LinkBySource(ctx, connection, entity, ref.Module, ref.ID)
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
		Message: fmt.Sprintf("%s %s has no customer in billing", ref.Module, ref.ID), Remedy: "import it: `starter import`"}
}

func (s *Sides) addCredits(ctx context.Context, connection, customer string, sums map[string]*sum) error {
	port, err := s.Transactions(ctx, connection)
	if err != nil {
		return err
	}
	live, err := port.CustomerFigures(ctx, customer)
	if err != nil {
		return err
	}
	of(sums, live.Currency).credits = live.UnusedCredits
	return nil
}

// sum is what adds up to Figures.
type sum struct {
	sales, outstanding, overdue, credits decimal.Decimal
	paid, paidOn                         string
}

func of(sums map[string]*sum, currency string) *sum {
	s, ok := sums[currency]
	if !ok {
		s = &sum{}
		sums[currency] = s
	}
	return s
}

func count(sums map[string]*sum, row store.TransactionRow, today string) error {
	switch record.TransactionStatus(row.Status) {
	case record.StatusDraft, record.StatusVoid:
		return nil
	default:
	}
	if row.Deleted {
		return nil
	}
	s := of(sums, row.Currency)
	add := func(to *decimal.Decimal, amount string) error {
		d, err := decimal.Parse(amount)
		if err == nil {
			*to, err = to.Add(d)
		}
		if err != nil {
			return fmt.Errorf("add up invoice %s: %w", row.Number, err)
		}
		return nil
	}
	if err := add(&s.sales, row.Total); err != nil {
		return err
	}
	if err := add(&s.outstanding, row.Balance); err != nil {
		return err
	}
	if row.Due != "" && row.Due < today {
		if err := add(&s.overdue, row.Balance); err != nil {
			return err
		}
	}
	tr, err := record.DecodeTransaction(row.Body)
	if err != nil {
		return err
	}
	for _, p := range tr.Payments {
		if p.Date >= s.paidOn {
			s.paid, s.paidOn = p.Amount.String(), p.Date
		}
	}
	return nil
}

func (s *sum) figures(currency string) Figures {
	return Figures{
		Currency: currency, Sales: s.sales.String(), Outstanding: s.outstanding.String(), Overdue: s.overdue.String(),
		UnusedCredits: s.credits.String(), LastPayment: s.paid, LastPaymentDate: s.paidOn,
	}
}
