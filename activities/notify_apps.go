package activities

import (
	"context"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/webhook"
)

// FinanceApps are the other finance applications that the store's registry holds, told by their webhooks.
type FinanceApps struct {
	Store  *store.Store
	Sender *webhook.Sender
	Now    func() time.Time
}

// Of lists the applications of a billing organisation that are connected.
func (f *FinanceApps) Of(ctx context.Context, billingOrg string) ([]App, error) {
	connected, err := f.Store.Apps.Connected(ctx, billingOrg)
	if err != nil {
		return nil, err
	}
	out := make([]App, len(connected))
	for i, a := range connected {
		out[i] = App{ID: a.ID, Name: a.Name}
	}
	return out, nil
}

// Disconnect tells an application that its billing organisation is not connected any more, and forgets its secret. It
// is NotFound where the application, or the registry, knows nothing of it any more. Told twice, the second is NotFound.
func (f *FinanceApps) Disconnect(ctx context.Context, app App) error {
	a, secret, err := f.Store.Apps.Get(ctx, app.ID)
	if err != nil {
		return err
	}
	gone, err := f.Sender.Disconnect(ctx, webhook.App{
		ID: a.ID, BillingOrg: a.BillingOrg, Target: webhook.Target{URL: a.URL, Secret: secret},
	}, app.Connection)
	if err != nil {
		return err
	}
	if err := f.Store.Apps.Disconnect(ctx, a.ID, f.Now()); err != nil {
		return err
	}
	if gone {
		return &record.Error{Kind: record.NotFound, Op: "disconnect application", Code: "APP_GONE", Message: "it knows nothing of this any more"}
	}
	return nil
}
