package store

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
)

// FinanceApp is another finance application that is tied to a billing organisation: it is told when the organisation's
// connection is deleted.
type FinanceApp struct {
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

func (r financeAppRow) app() FinanceApp {
	return FinanceApp{
		ID: r.ID, BillingOrg: r.BillingOrg, Name: r.Name, URL: r.URL, Who: r.Who, CreatedAt: fromMicros(r.CreatedAt), GoneAt: fromMicros(r.GoneAt),
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

// PutFinanceApp registers an application, with the secret that signs what it is told, encrypted. Conflict where the
// billing organisation has one of that name, except for the very same (by its id): that was the first one's repetition.
func (s *Store) PutFinanceApp(ctx context.Context, a FinanceApp, secret string) error {
	err := s.db.write(ctx, func(tx session) error {
		keyID, ciphertext, err := s.db.seal([]byte(secret), appScope+a.ID)
		if err != nil {
			return err
		}
		n, err := tx.exec(ctx, putFinanceApp, a.ID, clean(a.BillingOrg), clean(a.Name), clean(a.URL), keyID, ciphertext, clean(a.Who), micros(a.CreatedAt))
		if err != nil || n > 0 {
			return err
		}
		var row financeAppRow
		if found, err := tx.get(ctx, &row, getFinanceApp, a.ID); err != nil || found {
			return err
		}
		return &record.Error{Kind: record.Conflict, Op: "add application", Code: "APP_EXISTS",
			Message: fmt.Sprintf("billing organisation %s has an application %q", a.BillingOrg, a.Name), Remedy: "choose another name, or remove that one first"}
	})
	if err != nil {
		return fmt.Errorf("add application: %w", err)
	}
	return nil
}

// FinanceApps lists the applications of a billing organisation, of all where it is empty, also those that are gone.
func (s *Store) FinanceApps(ctx context.Context, billingOrg string) ([]FinanceApp, error) {
	return s.apps(ctx, listApps, billingOrg, billingOrg)
}

// ConnectedApps lists the applications of a billing organisation that are to be told when it is not connected any more.
func (s *Store) ConnectedApps(ctx context.Context, billingOrg string) ([]FinanceApp, error) {
	return s.apps(ctx, connectedApps, billingOrg)
}

func (s *Store) apps(ctx context.Context, query string, args ...any) ([]FinanceApp, error) {
	var rows []financeAppRow
	if err := s.db.reader().all(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("list applications: %w", err)
	}
	out := make([]FinanceApp, len(rows))
	for i, r := range rows {
		out[i] = r.app()
	}
	return out, nil
}

// FinanceApp reads one application with its secret. NotFound where there is none, or where it is gone.
func (s *Store) FinanceApp(ctx context.Context, id string) (FinanceApp, string, error) {
	var row financeAppRow
	found, err := s.db.reader().get(ctx, &row, getFinanceApp, id)
	if err != nil {
		return FinanceApp{}, "", fmt.Errorf("read application: %w", err)
	}
	if !found || row.GoneAt != 0 {
		return FinanceApp{}, "", unknownApp(id)
	}
	plain, err := s.db.unseal(row.KeyID, row.Ciphertext, appScope+row.ID)
	if err != nil {
		return FinanceApp{}, "", unreadableSecret("application "+row.Name, err)
	}
	return row.app(), string(plain), nil
}

func unknownApp(id string) error {
	return &record.Error{Kind: record.NotFound, Op: "read application", Code: "UNKNOWN_APP",
		Message: fmt.Sprintf("there is no application %q (any more)", clean(id)), Remedy: "`starter apps list` names those that there are"}
}

// DisconnectApp keeps that an application is not connected any more, and forgets its secret. Idempotent: when it went
// first stays.
func (s *Store) DisconnectApp(ctx context.Context, id string, at time.Time) error {
	_, err := s.db.exec(ctx, "disconnect application", disconnectApp, micros(at), id)
	return err
}

// RemoveFinanceApp takes an application off the registry, without telling it. NotFound where there is none.
func (s *Store) RemoveFinanceApp(ctx context.Context, id string) error {
	n, err := s.db.exec(ctx, "remove application", dropFinanceApp, id)
	if err == nil && n == 0 {
		err = unknownApp(id)
	}
	return err
}
