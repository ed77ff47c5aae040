package report

import (
	"context"

	"causeway/internal/record"
	"causeway/internal/store"
)

// Found lists the records that a search found.
type Found struct {
	Connection string        `json:"connection"`
	Results    []FoundRecord `json:"results"`
}

// FoundRecord is one record of a live side.
type FoundRecord struct {
	Side   string `json:"side"`
	Module string `json:"module"`
	ID     string `json:"id"`
	Name   string `json:"name"`
	Email  string `json:"email"`
	// ParentID is the account of a contact.
	ParentID string `json:"parent_id"`
	// LinkedTo is the linked record on the other side, or null.
	LinkedTo *record.Ref `json:"linked_to"`
	// Contacts are the contacts of an account, if they were asked for.
	Contacts []FoundRecord `json:"contacts,omitempty"`
}

// NewFoundRecords builds the records of a module with their linked records. A link whose other record is gone does not
// count.
func NewFoundRecords(module record.Module, records []record.Record, links map[string]record.Link) []FoundRecord {
	out := make([]FoundRecord, 0, len(records))
	for _, r := range records {
		one := FoundRecord{Side: string(r.Side), Module: string(module), ID: r.ID, Name: r.Name, Email: r.Email, ParentID: r.ParentID}
		if link, linked := links[r.ID]; linked && link.Gone == "" {
			one.LinkedTo = counterpart(link, record.SideOf(module))
		}
		out = append(out, one)
	}
	return out
}

// counterpart returns the record on the other side of a link.
func counterpart(link record.Link, side record.Side) *record.Ref {
	if side == record.Billing {
		return &record.Ref{Side: record.CRM, Module: link.CRMModule, ID: link.CRMID}
	}
	return &record.Ref{Side: record.Billing, Module: link.BillingModule, ID: link.BillingID}
}

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
	// Source is the side on which it existed first. Gone is the side on which it was deleted, if it was.
	Source string `json:"source"`
	Gone   string `json:"gone"`
}

// ReadCustomers reads the linked customers, of one source if it is given. A limit of 0 reads all.
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
