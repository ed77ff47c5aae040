package pushes

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// receivablesPage is how many are read at once.
const receivablesPage = 500

// EachReceivable visits the invoices of one of billing's customers, as pushes and syncs have left them.
func (s *Transactions) EachReceivable(ctx context.Context, connection, customer string, visit func(record.Receivable) error) error {
	q := TransactionQuery{Type: string(record.Invoice), CustomerID: customer, Limit: receivablesPage}
	for {
		rows, err := s.List(ctx, connection, q)
		if err != nil {
			return err
		}
		for _, row := range rows {
			tr, err := record.DecodeTransaction(row.Body)
			if err != nil {
				return err
			}
			err = visit(record.Receivable{
				Number: row.Number, Currency: row.Currency, Total: row.Total, Balance: row.Balance, Due: row.Due,
				Status: record.TransactionStatus(row.Status), Deleted: row.Deleted, Payments: tr.Payments,
			})
			if err != nil {
				return err
			}
		}
		if len(rows) < q.Limit {
			return nil
		}
		q.After = rows[len(rows)-1].BillingID
	}
}

const (
	invoicedCustomers = `
SELECT DISTINCT t.customer_id FROM transactions t JOIN links l
ON l.connection = t.connection AND l.billing_module = 'customers' AND l.billing_id = t.customer_id AND l.gone = ''
WHERE t.connection = ? AND t.type = ? AND t.customer_id > ? ORDER BY t.customer_id LIMIT ?`
	keptFigures = `SELECT customer, fields FROM kept_figures WHERE connection = ? AND customer {in}`
	keepFigures = `
INSERT INTO kept_figures (connection, customer, fields) VALUES (?, ?, ?)
ON CONFLICT (connection, customer) DO UPDATE SET fields = excluded.fields`
)

// InvoicedCustomers lists, by id, billing's customers that are linked and have had invoices.
func (s *Transactions) InvoicedCustomers(ctx context.Context, connection, after string, limit int) ([]string, error) {
	var ids []string
	if err := s.db.Reader().All(ctx, &ids, invoicedCustomers, connection, record.Invoice, after, limit); err != nil {
		return nil, fmt.Errorf("list customers with invoices of %s: %w", connection, err)
	}
	return ids, nil
}

// KeptFigures are the fields that figures were last written to, of customers, by customer.
func (s *Transactions) KeptFigures(ctx context.Context, connection string, customers []string) (map[string]record.Values, error) {
	var rows []struct {
		Customer string `db:"customer"`
		Fields   string `db:"fields"`
	}
	if err := s.db.Reader().All(ctx, &rows, keptFigures, connection, s.db.List(customers)); err != nil {
		return nil, fmt.Errorf("read the figures that were written of %s: %w", connection, err)
	}
	out := make(map[string]record.Values, len(rows))
	for _, r := range rows {
		fields, err := record.DecodeValues([]byte(r.Fields))
		if err != nil {
			return nil, fmt.Errorf("figures of customer %s: %w", r.Customer, err)
		}
		out[r.Customer] = fields
	}
	return out, nil
}

// KeepFigures remembers what was written of a customer. Idempotent.
func (s *Transactions) KeepFigures(ctx context.Context, connection, customer string, fields record.Values) error {
	text, err := db.Encode(fields)
	if err != nil {
		return err
	}
	_, err = s.db.Exec(ctx, "remember the figures of "+customer, keepFigures, connection, customer, text)
	return err
}
