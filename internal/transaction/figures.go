package transaction

import (
	"fmt"
	"maps"
	"slices"

	"causeway/internal/record"

	"github.com/govalues/decimal"
)

// Figures sum up the transactions of one account or contact in one currency. Amounts are exact decimals.
type Figures struct {
	Currency string `json:"currency"`
	// Sales is the sum of all invoices, Outstanding the unpaid part of it, and Overdue the part past its due date.
	Sales         string `json:"sales"`
	Outstanding   string `json:"outstanding"`
	Overdue       string `json:"overdue"`
	UnusedCredits string `json:"unused_credits"`
	// LastPayment is the newest payment that Causeway has seen.
	LastPayment     string `json:"last_payment,omitempty"`
	LastPaymentDate string `json:"last_payment_date,omitempty"`
}

// The figures that a CRM field may hold.
const (
	Sales           = "sales"
	Outstanding     = "outstanding"
	Overdue         = "overdue"
	UnusedCredits   = "unused_credits"
	LastPayment     = "last_payment"
	LastPaymentDate = "last_payment_date"
	FigureCurrency  = "currency"
)

// FigureNames returns all figures, in the order in which they are shown.
func FigureNames() []string {
	return []string{Sales, Outstanding, Overdue, UnusedCredits, LastPayment, LastPaymentDate, FigureCurrency}
}

// Named returns one figure by its name, or an empty text for an unknown name.
func (f Figures) Named(figure string) string {
	switch figure {
	case Sales:
		return f.Sales
	case Outstanding:
		return f.Outstanding
	case Overdue:
		return f.Overdue
	case UnusedCredits:
		return f.UnusedCredits
	case LastPayment:
		return f.LastPayment
	case LastPaymentDate:
		return f.LastPaymentDate
	case FigureCurrency:
		return f.Currency
	}
	return ""
}

// IsAmount reports whether the figure is an amount.
func IsAmount(figure string) bool { return figure != LastPaymentDate && figure != FigureCurrency }

// Sums adds up invoices by currency.
type Sums map[string]*sum

type sum struct {
	sales, outstanding, overdue, credits decimal.Decimal
	paid, paidOn                         string
}

func (s Sums) inCurrency(currency string) *sum {
	at, ok := s[currency]
	if !ok {
		at = &sum{}
		s[currency] = at
	}
	return at
}

// Credit sets a customer's unused credits.
func (s Sums) Credit(currency string, unused decimal.Decimal) {
	s.inCurrency(currency).credits = unused
}

// Add adds one invoice, as of a day (YYYY-MM-DD). Drafts, void and deleted invoices do not count.
func (s Sums) Add(r record.Receivable, today string) error {
	if r.Deleted || r.Status == record.StatusDraft || r.Status == record.StatusVoid {
		return nil
	}
	at := s.inCurrency(r.Currency)
	add := func(to *decimal.Decimal, amount string) error {
		d, err := decimal.Parse(amount)
		if err == nil {
			*to, err = to.Add(d)
		}
		if err != nil {
			return fmt.Errorf("add up invoice %s: %w", r.Number, err)
		}
		return nil
	}
	if err := add(&at.sales, r.Total); err != nil {
		return err
	}
	if err := add(&at.outstanding, r.Balance); err != nil {
		return err
	}
	if r.Due != "" && r.Due < today {
		if err := add(&at.overdue, r.Balance); err != nil {
			return err
		}
	}
	for _, p := range r.Payments {
		if p.Date >= at.paidOn {
			at.paid, at.paidOn = p.Amount.String(), p.Date
		}
	}
	return nil
}

// Figures returns the sums, sorted by currency.
func (s Sums) Figures() []Figures {
	out := make([]Figures, 0, len(s))
	for _, currency := range slices.Sorted(maps.Keys(s)) {
		at := s[currency]
		out = append(out, Figures{
			Currency: currency, Sales: at.sales.String(), Outstanding: at.outstanding.String(), Overdue: at.overdue.String(),
			UnusedCredits: at.credits.String(), LastPayment: at.paid, LastPaymentDate: at.paidOn,
		})
	}
	return out
}
