package storetest

import (
	"context"
	"testing"
	"time"

	"causeway/internal/keyring"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/db"

	"github.com/stretchr/testify/require"
)

// Database makes an empty database, and returns its address. It removes the database when the test ends.
type Database func(testing.TB) string

// Test is one rule that a store must keep.
type Test struct {
	Name string
	Run  func(*testing.T, Database)
}

// Store is a store with the database below it.
type Store struct {
	*store.Store

	DB *db.DB
}

// each runs a test against a fresh store, with one connection "demo".
func each(t *testing.T, on Database, test func(t *testing.T, s *Store)) {
	t.Helper()
	test(t, fresh(t, on(t)))
}

// eachAt is each for a test that opens the store once more.
func eachAt(t *testing.T, on Database, test func(t *testing.T, s *Store, dsn string)) {
	t.Helper()
	dsn := on(t)
	test(t, fresh(t, dsn), dsn)
}

// onlyPostgres returns a fresh store of PostgreSQL, and skips the test with SQLite.
func onlyPostgres(t *testing.T, on Database) *Store {
	t.Helper()
	s := fresh(t, on(t))
	if !onPostgres(t, s) {
		t.Skip("a rule for PostgreSQL")
	}
	return s
}

func fresh(t testing.TB, dsn string) *Store {
	t.Helper()
	s := open(t, dsn)
	require.NoError(t, s.Migrate(context.Background()))
	require.NoError(t, s.Connections.Create(context.Background(), record.Connection{
		ID: demo, Incarnation: "inc1", CRMOrg: "crm-1", BillingOrg: "bill-1", State: record.StateConnected, CreatedAt: now,
	}))
	return s
}

func open(t testing.TB, dsn string) *Store {
	t.Helper()
	return openWith(t, dsn, testKeys(t))
}

func openWith(t testing.TB, dsn string, keys keyring.Ring) *Store {
	t.Helper()
	d, err := db.Open(context.Background(), dsn, keys)
	require.NoError(t, err)
	s := &Store{Store: store.New(d), DB: d}
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func testKeys(t testing.TB) keyring.Ring {
	t.Helper()
	keys, err := keyring.Parse("k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	require.NoError(t, err)
	return keys
}

const demo = "demo"

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// one reads one row.
func one(t testing.TB, s *Store, dest any, query string, args ...any) {
	t.Helper()
	found, err := s.DB.Reader().Get(t.Context(), dest, query, args...)
	require.NoError(t, err)
	require.True(t, found)
}

// onPostgres reports whether the store is one of PostgreSQL.
func onPostgres(t testing.TB, s *Store) bool {
	t.Helper()
	var version string
	_, err := s.DB.Reader().Get(t.Context(), &version, `SELECT sqlite_version()`)
	return err != nil
}
