package history

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/links"
)

// LinkedCustomer is a customer, and the CRM record that it is.
type LinkedCustomer struct {
	Link record.Link
	Name string // in billing, as the mirror has it
}

const customersFrom = `
SELECT l.*, m.name AS name FROM links l LEFT JOIN mirror m ON m.connection = l.connection AND m.side = 'billing' AND m.module = 'customers' AND m.id = l.billing_id
WHERE l.connection = ? AND l.entity = 'customers' AND (? = '' OR l.born = ?) AND l.crm_id > ? ORDER BY l.crm_id, l.crm_module LIMIT ?`

// LinkedCustomers lists customers by the CRM's id: all, or those that existed first on one side.
func (s *History) LinkedCustomers(ctx context.Context, connection string, born record.Side, after string, limit int) ([]LinkedCustomer, error) {
	var rows []struct {
		links.Row
		Name *string `db:"name"`
	}
	if err := s.db.Reader().All(ctx, &rows, customersFrom, connection, born, born, after, limit); err != nil {
		return nil, fmt.Errorf("list customers of %s: %w", connection, err)
	}
	out := make([]LinkedCustomer, len(rows))
	for i, r := range rows {
		link, err := r.Link()
		if err != nil {
			return nil, err
		}
		out[i].Link = link
		if r.Name != nil {
			out[i].Name = *r.Name
		}
	}
	return out, nil
}
