package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/administration"
	"causeway/internal/webhook"
	"causeway/workflows/contract"

	"github.com/google/uuid"
)

// Notices holds the activities that tell people. What fails of them is tried again by Temporal.
type Notices struct {
	Store  *store.Store
	Sender *webhook.Sender
	// Link is where a connection is looked at, for notifications that bring no link of their own; nil knows none.
	Link func(connection string) string
	Now  func() time.Time
	Log  *slog.Logger
}

// longestNotice bounds a notification's text, in characters.
const longestNotice = 4000

// Notify leaves a notification, once by its connection and key: told again, it gives the first one's id.
func (n *Notices) Notify(ctx context.Context, in contract.NotifyInput) (contract.NotifyResult, error) {
	if in.Connection == "" || in.Kind == "" || in.Key == "" {
		return contract.NotifyResult{}, fail("notify", &record.Error{Kind: record.Invalid, Op: "notify", Code: contract.CodeRequest,
			Message: "a notification needs a connection, a kind and a key"})
	}
	id, err := uuid.NewV7()
	if err != nil {
		return contract.NotifyResult{}, again("notify", err)
	}
	if in.Link == "" && n.Link != nil {
		in.Link = n.Link(in.Connection)
	}
	if text := []rune(in.Text); len(text) > longestNotice {
		in.Text = string(text[:longestNotice-1]) + "…"
	}
	left, err := n.Store.Notices.Put(ctx, administration.Notice{
		ID: id.String(), Connection: in.Connection, Key: in.Key, Kind: in.Kind, Text: in.Text, Link: in.Link, CreatedAt: n.Now(),
	})
	if err != nil {
		return contract.NotifyResult{}, again("notify", err)
	}
	has, err := n.Store.Notices.HasWebhook(ctx, in.Connection)
	if err != nil {
		return contract.NotifyResult{}, again("notify", err)
	}
	return contract.NotifyResult{ID: left.ID, Webhook: has && left.DeliveredAt.IsZero()}, nil
}

// DeliverNotice tries the webhook of a notification's connection once: the address that is set by now. One that was
// delivered is not sent again, unless the process ended before it could be stored: receivers tell repetitions by the id.
// Where no webhook is set any more there is nothing to do.
func (n *Notices) DeliverNotice(ctx context.Context, in contract.DeliverInput) error {
	notice, err := n.Store.Notices.Get(ctx, in.ID)
	if record.IsKind(err, record.NotFound) {
		return fail("deliver", err)
	}
	if err != nil {
		return again("deliver", err)
	}
	if !notice.DeliveredAt.IsZero() {
		return nil
	}
	err = n.deliver(ctx, notice)
	if ctx.Err() != nil {
		return ctx.Err() // the attempt was cut off: its failure is none of the webhook's
	}
	if err != nil {
		n.Log.Warn("a notification was not delivered", "connection", notice.Connection, "notification", notice.ID, "error", err)
		if keepErr := n.Store.Notices.KeepDelivery(ctx, notice.ID, time.Time{}, err.Error()); keepErr != nil {
			n.Log.Warn("keep why a notification was not delivered", "notification", notice.ID, "error", keepErr)
		}
	}
	return again("deliver", err)
}

func (n *Notices) deliver(ctx context.Context, notice administration.Notice) error {
	hook, secret, found, err := n.Store.Notices.WebhookOf(ctx, notice.Connection)
	if err != nil || !found {
		return err
	}
	body, err := json.Marshal(contract.Notice{
		ID: notice.ID, Kind: notice.Kind, Connection: notice.Connection, Text: notice.Text, Link: notice.Link, At: notice.CreatedAt,
	})
	if err != nil {
		return fmt.Errorf("write the notification: %w", err)
	}
	if err := n.Sender.Send(ctx, webhook.Target{URL: hook.URL, Secret: secret}, body); err != nil {
		return err
	}
	// Also where the worker stops meanwhile: what is not stored is sent again.
	return n.Store.Notices.KeepDelivery(context.WithoutCancel(ctx), notice.ID, n.Now(), "")
}
