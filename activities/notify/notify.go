package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store"
	"causeway/internal/store/administration"
	"causeway/internal/webhook"
	"causeway/workflows/contract"

	"github.com/google/uuid"
)

// Notifier stores notifications and delivers them.
type Notifier struct {
	Store  *store.Store
	Sender *webhook.Sender
	// Link returns where a connection can be looked at, for notifications without a link of their own; nil where there is
	// no such place.
	Link func(connection string) string
	Now  func() time.Time
	Log  *slog.Logger
}

// longestNotice bounds a notification's text, in characters.
const longestNotice = 4000

// Check refuses a notification that cannot be stored.
func Check(in steps.NotifyInput) error {
	if in.Connection == "" || in.Kind == "" || in.Key == "" {
		return &record.Error{Kind: record.Invalid, Op: "notify", Code: contract.CodeRequest,
			Message: "a notification needs a connection, a kind and a key"}
	}
	return nil
}

// Put stores a notification, once by its connection and key: asked again, it returns the first one's id.
func (n *Notifier) Put(ctx context.Context, in steps.NotifyInput) (steps.NotifyResult, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return steps.NotifyResult{}, err
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
		return steps.NotifyResult{}, err
	}
	has, err := n.Store.Notices.HasWebhook(ctx, in.Connection)
	if err != nil {
		return steps.NotifyResult{}, err
	}
	return steps.NotifyResult{ID: left.ID, Webhook: has && left.DeliveredAt.IsZero()}, nil
}

// Find returns a notification.
func (n *Notifier) Find(ctx context.Context, id string) (administration.Notice, error) {
	return n.Store.Notices.Get(ctx, id)
}

// Deliver calls the webhook of a notification's connection once, at the address that is set now. Without a webhook
// there is nothing to do. A notification that was delivered is not sent again, unless the process ended before it could
// store that: receivers recognise a repetition by the id.
func (n *Notifier) Deliver(ctx context.Context, notice administration.Notice) error {
	if !notice.DeliveredAt.IsZero() {
		return nil
	}
	err := n.send(ctx, notice)
	if err == nil || ctx.Err() != nil {
		return err
	}
	n.Log.Warn("a notification was not delivered", "connection", notice.Connection, "notification", notice.ID, "error", err)
	if keepErr := n.Store.Notices.KeepDelivery(ctx, notice.ID, time.Time{}, err.Error()); keepErr != nil {
		n.Log.Warn("store why a notification was not delivered", "notification", notice.ID, "error", keepErr)
	}
	return err
}

func (n *Notifier) send(ctx context.Context, notice administration.Notice) error {
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
	// Stored even if the worker stops now: what is not stored is sent again.
	return n.Store.Notices.KeepDelivery(context.WithoutCancel(ctx), notice.ID, n.Now(), "")
}
