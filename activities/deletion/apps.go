package deletion

import (
	"context"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/webhook"
)

// Registry is the store's list of the other finance applications. It calls them by their webhooks.
type Registry struct {
	Store  *store.Store
	Sender *webhook.Sender
	Now    func() time.Time
}

// Of lists the connected applications of a billing organisation.
func (r *Registry) Of(ctx context.Context, billingOrg string) ([]App, error) {
	connected, err := r.Store.Apps.Connected(ctx, billingOrg)
	if err != nil {
		return nil, err
	}
	out := make([]App, len(connected))
	for i, a := range connected {
		out[i] = App{ID: a.ID, Name: a.Name}
	}
	return out, nil
}

// Disconnect tells an application that its billing organisation is no longer connected, and removes its secret. It
// fails as NotFound if the application, or the registry, no longer knows the connection: so does a second call.
func (r *Registry) Disconnect(ctx context.Context, app App) error {
	a, secret, err := r.Store.Apps.Get(ctx, app.ID)
	if err != nil {
		return err
	}
	gone, err := r.Sender.Disconnect(ctx, webhook.App{
		ID: a.ID, BillingOrg: a.BillingOrg, Target: webhook.Target{URL: a.URL, Secret: secret},
	}, app.Connection)
	if err != nil {
		return err
	}
	if err := r.Store.Apps.Disconnect(ctx, a.ID, r.Now()); err != nil {
		return err
	}
	if gone {
		return &record.Error{Kind: record.NotFound, Op: "disconnect application", Code: "APP_GONE", Message: "the application no longer knows this connection"}
	}
	return nil
}
