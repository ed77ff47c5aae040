package administration

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Apps keeps the other finance applications of billing organisations. Its methods are safe for concurrent use.
type Apps struct{ db *db.DB }

// NewApps is for the store's front.
func NewApps(d *db.DB) *Apps { return &Apps{db: d} }

// App is another finance application of a billing organisation. It is notified when the organisation's
// connection is deleted.
type App struct {
	ID         string
	BillingOrg string
	Name       string
	URL        string
	Who        string
	CreatedAt  time.Time
	GoneAt     time.Time // zero while it is connected
}

type financeAppRow struct {
	ID         string `db:"id"`
	BillingOrg string `db:"billing_org"`
	Name       string `db:"name"`
	URL        string `db:"url"`
	KeyID      string `db:"key_id"`
	Ciphertext string `db:"ciphertext"`
	Who        string `db:"who"`
	CreatedAt  int64  `db:"created_at"`
	GoneAt     int64  `db:"gone_at"`
}

func (r financeAppRow) app() App {
	return App{
		ID: r.ID, BillingOrg: r.BillingOrg, Name: r.Name, URL: r.URL, Who: r.Who, CreatedAt: db.FromMicros(r.CreatedAt), GoneAt: db.FromMicros(r.GoneAt),
	}
}

const (
	putFinanceApp = `
INSERT INTO finance_apps (id, billing_org, name, url, key_id, ciphertext, who, created_at, gone_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING`
	getFinanceApp  = `SELECT * FROM finance_apps WHERE id = ?`
	listApps       = `SELECT * FROM finance_apps WHERE (? = '' OR billing_org = ?) ORDER BY billing_org, gone_at, name, id`
	connectedApps  = `SELECT * FROM finance_apps WHERE billing_org = ? AND gone_at = 0 ORDER BY id`
	disconnectApp  = `UPDATE finance_apps SET gone_at = ?, key_id = '', ciphertext = '' WHERE id = ? AND gone_at = 0`
	dropFinanceApp = `DELETE FROM finance_apps WHERE id = ?`
	appScope       = "finance app\x00"
)

// Put registers an application, with the secret that signs its messages, encrypted. Conflict where the
// billing organisation has one of that name, except for the very same (by its id): that was the first one's repetition.
func (s *Apps) Put(ctx context.Context, a App, secret string) error {
	err := s.db.Write(ctx, func(tx db.Session) error {
		keyID, ciphertext, err := s.db.Seal([]byte(secret), appScope+a.ID)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, putFinanceApp, a.ID, db.Clean(a.BillingOrg), db.Clean(a.Name), db.Clean(a.URL), keyID, ciphertext, db.Clean(a.Who), db.Micros(a.CreatedAt))
		if err != nil || n > 0 {
			return err
		}
		var row financeAppRow
		if found, err := tx.Get(ctx, &row, getFinanceApp, a.ID); err != nil || found {
			return err
		}
		return &record.Error{Kind: record.Conflict, Op: "add application", Code: "APP_EXISTS",
			Message: fmt.Sprintf("billing organisation %s has an application %q", a.BillingOrg, a.Name), Remedy: "choose another name, or remove the other one with `starter apps remove`"}
	})
	if err != nil {
		return fmt.Errorf("add application: %w", err)
	}
	return nil
}

// List lists the applications of a billing organisation, of all where it is empty, also those that are gone.
func (s *Apps) List(ctx context.Context, billingOrg string) ([]App, error) {
	return s.apps(ctx, listApps, billingOrg, billingOrg)
}

// Connected lists the connected applications of a billing organisation. They are notified when its connection is
// deleted.
func (s *Apps) Connected(ctx context.Context, billingOrg string) ([]App, error) {
	return s.apps(ctx, connectedApps, billingOrg)
}

func (s *Apps) apps(ctx context.Context, query string, args ...any) ([]App, error) {
	var rows []financeAppRow
	if err := s.db.Reader().All(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("list applications: %w", err)
	}
	out := make([]App, len(rows))
	for i, r := range rows {
		out[i] = r.app()
	}
	return out, nil
}

// Get reads one application with its secret. NotFound where there is none, or where it is gone.
func (s *Apps) Get(ctx context.Context, id string) (App, string, error) {
	var row financeAppRow
	found, err := s.db.Reader().Get(ctx, &row, getFinanceApp, id)
	if err != nil {
		return App{}, "", fmt.Errorf("read application: %w", err)
	}
	if !found || row.GoneAt != 0 {
		return App{}, "", unknownApp(id)
	}
	plain, err := s.db.Unseal(row.KeyID, row.Ciphertext, appScope+row.ID)
	if err != nil {
		return App{}, "", unreadableSecret("application "+row.Name, err)
	}
	return row.app(), string(plain), nil
}

func unknownApp(id string) error {
	return &record.Error{Kind: record.NotFound, Op: "read application", Code: "UNKNOWN_APP",
		Message: fmt.Sprintf("there is no connected application %q", db.Clean(id)), Remedy: "`starter apps list` lists the applications"}
}

// Disconnect stores that an application is no longer connected, and forgets its secret. Idempotent: the first time
// stays.
func (s *Apps) Disconnect(ctx context.Context, id string, at time.Time) error {
	_, err := s.db.Exec(ctx, "disconnect application", disconnectApp, db.Micros(at), id)
	return err
}

// Remove takes an application off the registry, without telling it. NotFound where there is none.
func (s *Apps) Remove(ctx context.Context, id string) error {
	n, err := s.db.Exec(ctx, "remove application", dropFinanceApp, id)
	if err == nil && n == 0 {
		err = unknownApp(id)
	}
	return err
}
