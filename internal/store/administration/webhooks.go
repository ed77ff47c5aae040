package administration

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/connections"
	"causeway/internal/store/db"
)

// Webhook is where the notices of a connection are sent. The one with an empty connection serves all connections
// that have none of their own.
type Webhook struct {
	Connection string
	URL        string
	Who        string
	SetAt      time.Time
}

type webhookRow struct {
	Connection string `db:"connection"`
	URL        string `db:"url"`
	KeyID      string `db:"key_id"`
	Ciphertext string `db:"ciphertext"`
	Who        string `db:"who"`
	SetAt      int64  `db:"set_at"`
}

func (r webhookRow) webhook() Webhook {
	return Webhook{Connection: r.Connection, URL: r.URL, Who: r.Who, SetAt: db.FromMicros(r.SetAt)}
}

const (
	putWebhook = `
INSERT INTO webhooks (connection, incarnation, url, key_id, ciphertext, who, set_at) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (connection) DO UPDATE SET incarnation = excluded.incarnation, url = excluded.url, key_id = excluded.key_id,
    ciphertext = excluded.ciphertext, who = excluded.who, set_at = excluded.set_at`
	webhookColumns = `connection, url, key_id, ciphertext, who, set_at`
	// A deleted connection keeps its webhook. A new connection of the same id has none yet.
	live = `NOT EXISTS (SELECT 1 FROM connections c WHERE c.id = webhooks.connection AND c.incarnation <> webhooks.incarnation)`
	// The empty name comes last.
	webhookOf    = `SELECT ` + webhookColumns + ` FROM webhooks WHERE connection IN (?, '') AND ` + live + ` ORDER BY connection DESC LIMIT 1`
	allWebhooks  = `SELECT ` + webhookColumns + ` FROM webhooks WHERE ` + live + ` ORDER BY connection`
	dropWebhook  = `DELETE FROM webhooks WHERE connection = ?`
	webhookScope = "webhook\x00"
)

// PutWebhook stores where notices go, with the secret that signs them, encrypted. It takes the place of the one before.
// NotFound where there is no such connection.
func (s *Notices) PutWebhook(ctx context.Context, w Webhook, secret string) error {
	err := s.db.Write(ctx, func(tx db.Session) error {
		incarnation := ""
		if w.Connection != "" {
			conn, err := connections.Get(ctx, tx, w.Connection)
			if err != nil {
				return err
			}
			incarnation = conn.Incarnation
		}
		keyID, ciphertext, err := s.db.Seal([]byte(secret), webhookScope+w.Connection)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, putWebhook, w.Connection, incarnation, db.Clean(w.URL), keyID, ciphertext, db.Clean(w.Who), db.Micros(w.SetAt))
		return err
	})
	if err != nil {
		return fmt.Errorf("set the webhook: %w", err)
	}
	return nil
}

// HasWebhook reports whether the notices of a connection are sent anywhere.
func (s *Notices) HasWebhook(ctx context.Context, connection string) (bool, error) {
	var row webhookRow
	found, err := s.db.Reader().Get(ctx, &row, webhookOf, connection)
	if err != nil {
		return false, fmt.Errorf("read the webhook of %s: %w", connection, err)
	}
	return found, nil
}

// WebhookOf reads where the notices of a connection go, and the secret: its own webhook, or that of all. found is false
// where there is neither.
func (s *Notices) WebhookOf(ctx context.Context, connection string) (w Webhook, secret string, found bool, err error) {
	var row webhookRow
	if found, err = s.db.Reader().Get(ctx, &row, webhookOf, connection); err != nil {
		return w, "", false, fmt.Errorf("read the webhook of %s: %w", connection, err)
	}
	if !found {
		return w, "", false, nil
	}
	plain, err := s.db.Unseal(row.KeyID, row.Ciphertext, webhookScope+row.Connection)
	if err != nil {
		return w, "", false, unreadableSecret("webhook", err)
	}
	return row.webhook(), string(plain), true, nil
}

func unreadableSecret(of string, err error) error {
	return &record.Error{Kind: record.Unauthorized, Op: "read the secret", Code: "SECRET_UNREADABLE",
		Message: fmt.Sprintf("the secret of the %s cannot be decrypted: %v", of, err)}
}

// Webhooks lists all webhooks, that of all connections first. None comes with its secret.
func (s *Notices) Webhooks(ctx context.Context) ([]Webhook, error) {
	var rows []webhookRow
	if err := s.db.Reader().All(ctx, &rows, allWebhooks); err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	out := make([]Webhook, len(rows))
	for i, r := range rows {
		out[i] = r.webhook()
	}
	return out, nil
}

// RemoveWebhook removes the webhook of a connection, or, with an empty connection, the one of all. removed reports
// whether there was one. Idempotent.
func (s *Notices) RemoveWebhook(ctx context.Context, connection string) (removed bool, err error) {
	n, err := s.db.Exec(ctx, "remove the webhook", dropWebhook, connection)
	return n > 0, err
}
