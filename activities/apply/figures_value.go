package apply

import (
	"context"
	"encoding/json"
	"time"

	"causeway/internal/record"
	"causeway/internal/transaction"
)

// figuresOf returns a customer's figures, by the CRM's fields. If the customer has invoices in several currencies they
// are those of its own currency.
func (f *keepingFigures) figuresOf(ctx context.Context, customer string, fields []record.FigureField) (record.Values, error) {
	sums, today := transaction.Sums{}, f.try.Now().Format(time.DateOnly)
	err := f.try.Store.Transactions.EachReceivable(ctx, f.in.Connection, customer, func(r record.Receivable) error { return sums.Add(r, today) })
	if err != nil {
		return nil, err
	}
	own := ""
	if len(sums) != 1 || asksCredits(fields) {
		live, err := f.port.CustomerFigures(ctx, customer)
		if err != nil {
			return nil, err
		}
		sums.Credit(live.Currency, live.UnusedCredits)
		own = live.Currency
	}
	out := record.Values{}
	for _, figures := range sums.Figures() {
		if own != "" && figures.Currency != own {
			continue
		}
		for _, field := range fields {
			out[field.Field] = figureValue(field.Figure, figures)
		}
	}
	return out, nil
}

func asksCredits(fields []record.FigureField) bool {
	for _, f := range fields {
		if f.Figure == transaction.UnusedCredits {
			return true
		}
	}
	return false
}

// figureValue is a figure as a field holds it: an amount is a number, and a figure that does not exist is empty.
func figureValue(figure string, of transaction.Figures) any {
	text := of.Named(figure)
	switch {
	case text == "":
		return nil
	case transaction.IsAmount(figure):
		return json.Number(text)
	}
	return text
}
