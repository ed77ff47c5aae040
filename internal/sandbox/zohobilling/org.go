package zohobilling

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/customers"
	"causeway/internal/sandbox/zohobilling/documents"
	"causeway/internal/sandbox/zohobilling/fields"
	"causeway/internal/sandbox/zohobilling/items"
	"causeway/internal/sandbox/zohobilling/list"
	"causeway/internal/sandbox/zohobilling/payments"
	"causeway/internal/sandbox/zohobilling/settings"
	"causeway/internal/sandbox/zohobilling/store"
)

// Org is the billing system: one or more organisations of one account.
type Org struct {
	store    *store.Store
	settings *platform.Settings
	account  settings.Account
	fields   *fields.Catalog

	customers *customers.Module
	items     *items.Module
	documents *documents.Module
	payments  *payments.Module
}

// Open opens or makes the billing organisations in the file at path. A new file's organisation ids come from seed, or
// from chance where seed is 0. They stay when the file is opened again.
func Open(path string, values *platform.Settings, clock platform.Clock, seed uint64) (*Org, error) {
	ahead := func() time.Time { return clock().Add(values.Get().BillingClockAhead) }
	s, err := store.Open(path, ahead, seed)
	if err != nil {
		return nil, err
	}
	catalog, err := fields.Open(context.Background(), s)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), s.Close())
	}
	lists := list.NewReader(s)
	docs := documents.New(s, lists, catalog)
	return &Org{store: s, settings: values, account: settings.Account{FirstOrg: s.FirstOrg()}, fields: catalog,
		customers: customers.New(s, lists, catalog), items: items.New(s, lists, catalog), documents: docs, payments: payments.New(s, lists, docs)}, nil
}

// ID returns the id of the first organisation, the default one.
func (o *Org) ID() string { return strconv.FormatInt(o.account.FirstOrg, 10) }

// Close closes the file.
func (o *Org) Close() error { return o.store.Close() }

// Handler serves /billing/v1.
func (o *Org) Handler() http.Handler {
	rt := api.NewRouter(api.Rules{Settings: o.settings.Get, Organization: o.account.Organization, Present: fields.Present})
	o.account.Routes(rt)
	o.customers.Routes(rt)
	o.items.Routes(rt)
	o.documents.Routes(rt)
	o.payments.Routes(rt)
	return rt
}

// WriteError writes a refusal of the platform in Zoho Billing's format.
func (o *Org) WriteError(w http.ResponseWriter, _ *http.Request, refusal platform.Refusal) {
	api.WriteRefusal(w, refusal)
}

// Counts are the records of the default organisation.
type Counts struct {
	Customers, ContactPersons, Items int
}

// Counts counts the records of the default organisation. Faults and limits do not apply.
func (o *Org) Counts(ctx context.Context) (Counts, error) {
	var c Counts
	err := o.store.Find(ctx, nil, `SELECT (SELECT COUNT(*) FROM customers WHERE org = ?1),
		(SELECT COUNT(*) FROM contact_persons WHERE org = ?1), (SELECT COUNT(*) FROM items WHERE org = ?1)`, []any{o.ID()},
		&c.Customers, &c.ContactPersons, &c.Items)
	if err != nil {
		return c, fmt.Errorf("count billing records: %w", err)
	}
	return c, nil
}
