package report

import (
	"context"

	"causeway/internal/record"
	"causeway/internal/store"
)

// Customers lists the customers of a connection that are linked.
type Customers struct {
	Connection string     `json:"connection"`
	Customers  []Customer `json:"customers"`
}

// Customer is a linked customer of billing, and the CRM record that it is.
type Customer struct {
	BillingID string `json:"billing_id"`
	CRMModule string `json:"crm_module"`
	CRMID     string `json:"crm_id"`
	Name      string `json:"name"`
	// Source is the side on which it existed first, Gone that on which it was deleted.
	Source string `json:"source"`
	Gone   string `json:"gone"`
}

// ReadCustomers reads the linked customers, of one source where that is not empty. A limit of 0 reads all.
func ReadCustomers(ctx context.Context, st *store.Store, connection string, source record.Side, limit int) (Customers, error) {
	list, err := readCustomers(ctx, st, connection, source, limit)
	return Customers{Connection: connection, Customers: list}, err
}

func readCustomers(ctx context.Context, st *store.Store, connection string, source record.Side, limit int) ([]Customer, error) {
	out := []Customer{}
	for after := ""; ; {
		n := standingPage
		if limit > 0 {
			n = min(n, limit-len(out))
		}
		if n <= 0 {
			return out, nil
		}
		page, err := st.History.LinkedCustomers(ctx, connection, source, after, n)
		if err != nil {
			return nil, err
		}
		for _, one := range page {
			l := one.Link
			out = append(out, Customer{BillingID: l.BillingID, CRMModule: string(l.CRMModule), CRMID: l.CRMID, Name: one.Name, Source: string(l.Born), Gone: string(l.Gone)})
			after = l.CRMID
		}
		if len(page) < n {
			return out, nil
		}
	}
}
