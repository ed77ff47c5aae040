package storetest

import (
	"context"
	"net/url"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"

	"github.com/stretchr/testify/require"
)

func testATransactionOfAProcessThatStandsStillLosesItsLocks(t *testing.T, on Database) {
	dsn := on(t)
	other := open(t, dsn)
	if !onPostgres(t, other) {
		t.Skip("a rule for PostgreSQL")
	}
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	q := u.Query()
	q.Set("idle_in_transaction_session_timeout", "200")
	u.RawQuery = q.Encode()
	frozen := open(t, u.String())

	const lock = `SELECT pg_advisory_xact_lock(hashtextextended(?, 7))`
	locked, thaw, thawed := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		thawed <- frozen.DB.Write(context.Background(), func(tx db.Session) error {
			err := tx.Lock(t.Context(), lock, "run")
			close(locked)
			<-thaw
			return err
		})
	}()
	<-locked
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, other.DB.Write(ctx, func(tx db.Session) error { return tx.Lock(ctx, lock, "run") }),
		"the other gets the lock although the first never gave it back")
	close(thaw)
	require.Error(t, <-thawed, "what the frozen one goes on with is not stored")
	var bound string
	one(t, other, &bound, "SHOW idle_in_transaction_session_timeout")
	require.Equal(t, "5s", bound, "every store has the bound")
}

func testAnSQLiteStoreThatAProcessHoldsWhileItStandsStillSaysSoAndServesAgain(t *testing.T, on Database) {
	path := on(t)
	frozen, other := fresh(t, path), open(t, path)
	if onPostgres(t, other) {
		t.Skip("a rule for SQLite")
	}
	require.NoError(t, other.DB.Write(t.Context(), func(tx db.Session) error {
		_, err := tx.Exec(t.Context(), "PRAGMA busy_timeout = 50")
		return err
	}))
	locked, thaw, thawed := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		thawed <- frozen.DB.Write(context.Background(), func(tx db.Session) error {
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

var frozenTests = []Test{
	{"ATransactionOfAProcessThatStandsStillLosesItsLocks", testATransactionOfAProcessThatStandsStillLosesItsLocks},
	{"AnSQLiteStoreThatAProcessHoldsWhileItStandsStillSaysSoAndServesAgain", testAnSQLiteStoreThatAProcessHoldsWhileItStandsStillSaysSoAndServesAgain},
}
