package platform

import (
	"context"
	crand "crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

const (
	// DefaultUserID is the user who granted the sandbox's own refresh token.
	DefaultUserID = "5540230000000235011"

	grantCodeLife    = 3 * time.Minute
	maxRefreshTokens = 20 // of one user for one client; one more revokes the oldest
	tokenWindow      = 10 * time.Minute
)

// DefaultScopes are the scopes of the refresh token that a sandbox starts with.
var DefaultScopes = []string{
	"ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL", "ZohoCRM.org.READ", "ZohoCRM.users.READ", "ZohoCRM.coql.READ",
	"ZohoCRM.bulk.ALL", "ZohoCRM.notifications.ALL", "ZohoCRM.Files.CREATE", "ZohoSearch.securesearch.READ",
	"ZohoSubscriptions.fullaccess.all",
}

const accountsSchema = `
CREATE TABLE IF NOT EXISTS clients (client_id TEXT PRIMARY KEY, secret TEXT NOT NULL, first_refresh TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refresh_tokens (
	seq INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE, client_id TEXT NOT NULL, user_id TEXT NOT NULL,
	scopes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS access_tokens (
	token TEXT PRIMARY KEY, refresh_token TEXT NOT NULL, client_id TEXT NOT NULL, user_id TEXT NOT NULL,
	scopes TEXT NOT NULL, created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS access_by_source ON access_tokens (client_id, refresh_token, created_ms);
CREATE TABLE IF NOT EXISTS grant_codes (
	code TEXT PRIMARY KEY, client_id TEXT NOT NULL, redirect_uri TEXT NOT NULL, scopes TEXT NOT NULL,
	offline INTEGER NOT NULL, expires_ms INTEGER NOT NULL);`

// Credentials are a client and a refresh token.
type Credentials struct {
	ClientID     string
	ClientSecret string
	RefreshToken string
}

// Accounts is the OAuth server: clients, grants and tokens. All of them survive a restart.
type Accounts struct {
	db       *DB
	settings *Settings
	clock    Clock
	own      Credentials

	mu    sync.RWMutex
	known map[string]session // access tokens that were used; others are read from the database
}

type session struct {
	id      Identity
	expires time.Time
}

// OpenAccounts opens the accounts in the file at path. The first start creates a client and a refresh token: from seed if
// it is not 0, otherwise at random. Later starts use the same ones.
func OpenAccounts(path string, settings *Settings, clock Clock, seed uint64) (*Accounts, error) {
	db, err := Open(path, accountsSchema)
	if err != nil {
		return nil, err
	}
	a := &Accounts{db: db, settings: settings, clock: clock, known: map[string]session{}}
	err = db.Write(context.Background(), func(tx *sql.Tx) error { return a.firstStart(tx, seed) })
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return a, nil
}

func (a *Accounts) firstStart(tx *sql.Tx, seed uint64) error {
	err := tx.QueryRow(`SELECT client_id, secret, first_refresh FROM clients`).
		Scan(&a.own.ClientID, &a.own.ClientSecret, &a.own.RefreshToken)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	token := randomHex
	if seed != 0 {
		rng := rand.New(rand.NewPCG(seed, 0xacc))
		token = func(bytes int) string { return seededHex(rng, bytes) }
	}
	a.own = Credentials{
		ClientID:     "1000." + strings.ToUpper(token(15)),
		ClientSecret: token(21),
		RefreshToken: "1000." + token(16) + "." + token(16),
	}
	if _, err := tx.Exec(`INSERT INTO clients VALUES (?, ?, ?)`, a.own.ClientID, a.own.ClientSecret, a.own.RefreshToken); err != nil {
		return err
	}
	return storeRefresh(tx, a.own.RefreshToken, a.own.ClientID, DefaultScopes)
}

// Credentials returns the client and the refresh token of the first start.
func (a *Accounts) Credentials() Credentials { return a.own }

// Mint creates another refresh token of the sandbox's own client, with exactly these scopes.
func (a *Accounts) Mint(ctx context.Context, scopes []string) (string, error) {
	token := "1000." + randomHex(16) + "." + randomHex(16)
	return token, a.db.Write(ctx, func(tx *sql.Tx) error { return storeRefresh(tx, token, a.own.ClientID, scopes) })
}

func storeRefresh(tx *sql.Tx, token, clientID string, scopes []string) error {
	_, err := tx.Exec(`INSERT INTO refresh_tokens (token, client_id, user_id, scopes) VALUES (?, ?, ?, ?)`,
		token, clientID, DefaultUserID, strings.Join(scopes, ","))
	if err != nil {
		return fmt.Errorf("store refresh token: %w", err)
	}
	const oldest = `SELECT token FROM refresh_tokens WHERE client_id = ? AND user_id = ? ORDER BY seq DESC LIMIT -1 OFFSET ?`
	_, err = tx.Exec(`DELETE FROM refresh_tokens WHERE token IN (`+oldest+`)`, clientID, DefaultUserID, maxRefreshTokens)
	return err
}

// Authenticate returns who owns the access token, and whether it is valid now.
func (a *Accounts) Authenticate(ctx context.Context, token string) (Identity, bool) {
	if token == "" {
		return Identity{}, false
	}
	a.mu.RLock()
	s, ok := a.known[token]
	a.mu.RUnlock()
	if !ok {
		// The lock is held while reading. Otherwise a token that is revoked at this moment could be remembered as valid.
		a.mu.Lock()
		defer a.mu.Unlock()
		if s, ok = a.load(ctx, token); ok {
			a.known[token] = s
		}
	}
	return s.id, ok && a.clock().Before(s.expires)
}

func (a *Accounts) load(ctx context.Context, token string) (session, bool) {
	var s session
	var scopes string
	var expires int64
	err := a.db.Read().QueryRowContext(ctx,
		`SELECT client_id, user_id, scopes, refresh_token, expires_ms FROM access_tokens WHERE token = ?`, token).
		Scan(&s.id.ClientID, &s.id.UserID, &scopes, &s.id.RefreshToken, &expires)
	s.id.Scopes, s.expires = splitScopes(scopes), time.UnixMilli(expires)
	return s, err == nil
}

// ExpireAccessTokens makes all access tokens expire. Refresh tokens stay valid.
func (a *Accounts) ExpireAccessTokens(ctx context.Context) error {
	return a.end(ctx, `UPDATE access_tokens SET expires_ms = 0`)
}

// RevokeAll revokes all refresh tokens and access tokens.
func (a *Accounts) RevokeAll(ctx context.Context) error {
	return a.end(ctx, `DELETE FROM access_tokens`, `DELETE FROM refresh_tokens`)
}

// end runs the statements, then forgets the tokens that it remembers. The order matters: a token that is read in between
// is forgotten too.
func (a *Accounts) end(ctx context.Context, statements ...string) error {
	err := a.db.Write(ctx, func(tx *sql.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return fmt.Errorf("end tokens: %w", err)
			}
		}
		return nil
	})
	a.forget()
	return err
}

func (a *Accounts) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.known)
}

// Close closes the file.
func (a *Accounts) Close() error { return a.db.Close() }

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = crand.Read(b) // it never fails, as its documentation says
	return hex.EncodeToString(b)
}

func seededHex(rng *rand.Rand, bytes int) string {
	b := make([]byte, bytes)
	for i := range b {
		b[i] = byte(rng.UintN(256))
	}
	return hex.EncodeToString(b)
}

func splitScopes(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}
