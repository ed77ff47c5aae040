package app

import (
	"context"
	"sync"

	"causeway/internal/billing"
	billingzoho "causeway/internal/billing/zoho"
	"causeway/internal/budget"
	"causeway/internal/crm"
	crmzoho "causeway/internal/crm/zoho"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/zohoapi"
)

// Sides makes the clients for the two sides of connections. A client is kept as long as its credential is valid, so
// that all activities of the process share its token and its budget.
type Sides struct {
	store  *store.Store
	budget *budget.Budget
	tokens *zohoapi.Tokens

	mu      sync.Mutex
	crm     map[string]held[crm.Port]
	billing map[string]held[billing.Port]
}

type held[P any] struct {
	credential record.Credential
	port       P
}

// NewSides returns clients for the credentials in the store.
func NewSides(st *store.Store) *Sides {
	return &Sides{
		store: st, budget: budget.New(), tokens: zohoapi.NewSharedTokens(st.Connections),
		crm: map[string]held[crm.Port]{}, billing: map[string]held[billing.Port]{},
	}
}

// CRM returns the client of a connection's CRM organisation.
func (s *Sides) CRM(ctx context.Context, connection string) (crm.Port, error) {
	cred, err := s.store.Connections.Credential(ctx, connection, record.CRM)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if h, ok := s.crm[connection]; ok && h.credential == cred {
		return h.port, nil
	}
	port := s.newCRM(connection, cred)
	s.crm[connection] = held[crm.Port]{credential: cred, port: port}
	return port, nil
}

// Billing returns the client of a connection's billing organisation.
func (s *Sides) Billing(ctx context.Context, connection string) (billing.Port, error) {
	cred, err := s.store.Connections.Credential(ctx, connection, record.Billing)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if h, ok := s.billing[connection]; ok && h.credential == cred {
		return h.port, nil
	}
	port := s.newBilling(connection, cred)
	s.billing[connection] = held[billing.Port]{credential: cred, port: port}
	return port, nil
}

// zohoBillingPerMinute is the platform's limit per organisation, documented for Zoho Books, the same platform. It
// is applied where the credential belongs to Zoho's own cloud.
const zohoBillingPerMinute = 100

func limits(side record.Side, c record.Credential) budget.Limits {
	l := budget.Limits{InFlight: c.CallsInFlight, PerMinute: c.CallsPerMinute}
	if l.PerMinute == 0 && side == record.Billing && zohoapi.OwnCloud(c) {
		l.PerMinute = zohoBillingPerMinute
	}
	return l
}

func (s *Sides) newCRM(connection string, c record.Credential) crm.Port {
	return crmzoho.New(crmzoho.Config{
		Credential: c, Grant: s.budget.For(connection, record.CRM, limits(record.CRM, c)), Tokens: s.tokens,
	})
}

func (s *Sides) newBilling(connection string, c record.Credential) billing.Port {
	return billingzoho.New(billingzoho.Config{
		Credential: c, Grant: s.budget.For(connection, record.Billing, limits(record.Billing, c)), Tokens: s.tokens,
	})
}

// Transactions returns what a connection's billing organisation offers for quotes and invoices.
func (s *Sides) Transactions(ctx context.Context, connection string) (billing.Transactions, error) {
	port, err := s.Billing(ctx, connection)
	if err != nil {
		return nil, err
	}
	offers, ok := port.(billing.Transactions)
	if !ok {
		return nil, &record.Error{Kind: record.Invalid, Side: record.Billing, Op: "push", Code: billing.CodeNotOffered, Message: "this billing system does not accept quotes and invoices"}
	}
	return offers, nil
}

// Workspace returns what a connection's CRM organisation offers for the finance workspace.
func (s *Sides) Workspace(ctx context.Context, connection string) (crm.Workspace, error) {
	port, err := s.CRM(ctx, connection)
	if err != nil {
		return nil, err
	}
	offers, ok := port.(crm.Workspace)
	if !ok {
		return nil, &record.Error{Kind: record.Invalid, Side: record.CRM, Op: "read the workspace", Code: billing.CodeNotOffered, Message: "this CRM offers no profiles and activities"}
	}
	return offers, nil
}
