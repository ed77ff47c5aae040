package store

import (
	"context"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"causeway/internal/keyring"
	"causeway/internal/record"
	"causeway/internal/store/db"
	"causeway/internal/store/operations"
	"causeway/internal/store/pgtest"

	"github.com/stretchr/testify/require"
)

func TestATransactionOfAProcessThatStandsStillLosesItsLocks(t *testing.T) {
	t.Parallel()
	dsn := pgtest.New(t)
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	q := u.Query()
	q.Set("idle_in_transaction_session_timeout", "200")
	u.RawQuery = q.Encode()
	frozen, err := Open(t.Context(), u.String(), keyring.Ring{})
	require.NoError(t, err)
	defer func() { _ = frozen.Close() }()
	other, err := Open(t.Context(), dsn, keyring.Ring{})
	require.NoError(t, err)
	defer func() { _ = other.Close() }()

	locked, thaw, thawed := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		thawed <- frozen.db.Write(context.Background(), func(tx db.Session) error {
			err := tx.Lock(t.Context(), operations.LockRun, "run")
			close(locked)
			<-thaw
			return err
		})
	}()
	<-locked
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, other.db.Write(ctx, func(tx db.Session) error { return tx.Lock(ctx, operations.LockRun, "run") }),
		"the other gets the lock although the first never gave it back")
	close(thaw)
	require.Error(t, <-thawed, "what the frozen one goes on with is not stored")
	var bound string
	one(t, other, &bound, "SHOW idle_in_transaction_session_timeout")
	require.Equal(t, "5s", bound, "every store has the bound")
}

func TestAnSQLiteStoreThatAProcessHoldsWhileItStandsStillSaysSoAndServesAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "causeway.db")
	frozen, other := fresh(t, path), open(t, path)
	require.NoError(t, other.db.Write(t.Context(), func(tx db.Session) error {
		_, err := tx.Exec(t.Context(), "PRAGMA busy_timeout = 50")
		return err
	}))
	locked, thaw, thawed := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		thawed <- frozen.db.Write(context.Background(), func(tx db.Session) error {
			_, err := tx.Exec(context.Background(), `UPDATE connections SET state = 'active'`)
			close(locked)
			<-thaw
			return err
		})
	}()
	<-locked
	err := other.Connections.RunCompleted(t.Context(), demo)
	var e *record.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, record.Unavailable, e.Kind, "it is tried again")
	require.Contains(t, e.Reason(), "for several workers use PostgreSQL")
	c, err := other.Connections.Get(t.Context(), demo)
	require.NoError(t, err, "reading goes on")
	require.Equal(t, record.StateConnected, c.State)
	close(thaw)
	require.NoError(t, <-thawed, "what it had begun it commits by right")
	c, err = other.Connections.Get(t.Context(), demo)
	require.NoError(t, err)
	require.Equal(t, record.StateActive, c.State)
	require.NoError(t, other.Connections.RunCompleted(t.Context(), demo))
}
