package store

import (
	"context"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/keyring"
	"causeway/internal/record"
	"causeway/internal/store/pgtest"
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
		thawed <- frozen.db.write(context.Background(), func(tx session) error {
			err := tx.lock(t.Context(), lockRun, "run")
			close(locked)
			<-thaw
			return err
		})
	}()
	<-locked
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, other.db.write(ctx, func(tx session) error { return tx.lock(ctx, lockRun, "run") }),
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
	require.NoError(t, other.db.write(t.Context(), func(tx session) error {
		_, err := tx.exec(t.Context(), "PRAGMA busy_timeout = 50")
		return err
	}))
	locked, thaw, thawed := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		thawed <- frozen.db.write(context.Background(), func(tx session) error {
			_, err := tx.exec(context.Background(), `UPDATE connections SET state = 'active'`)
			close(locked)
			<-thaw
			return err
		})
	}()
	<-locked
	err := other.RunCompleted(t.Context(), demo)
	var e *record.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, record.Unavailable, e.Kind, "it is tried again")
	require.Contains(t, e.Reason(), "for several workers use PostgreSQL")
	c, err := other.Connection(t.Context(), demo)
	require.NoError(t, err, "reading goes on")
	require.Equal(t, record.StateConnected, c.State)
	close(thaw)
	require.NoError(t, <-thawed, "what it had begun it commits by right")
	c, err = other.Connection(t.Context(), demo)
	require.NoError(t, err)
	require.Equal(t, record.StateActive, c.State)
	require.NoError(t, other.RunCompleted(t.Context(), demo))
}
