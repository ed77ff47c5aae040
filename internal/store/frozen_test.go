package store

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/store/pgtest"
)

func TestATransactionOfAProcessThatStandsStillLosesItsLocks(t *testing.T) {
	t.Parallel()
	dsn := pgtest.New(t)
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	q := u.Query()
	q.Set(idleBound, "200")
	u.RawQuery = q.Encode()
	frozen, err := Open(t.Context(), u.String(), KeyRing{})
	require.NoError(t, err)
	defer func() { _ = frozen.Close() }()
	other, err := Open(t.Context(), dsn, KeyRing{})
	require.NoError(t, err)
	defer func() { _ = other.Close() }()

	locked, thaw, thawed := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		thawed <- frozen.write(context.Background(), func(tx session) error {
			err := tx.lockRun(t.Context(), "run")
			close(locked)
			<-thaw
			return err
		})
	}()
	<-locked
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, other.write(ctx, func(tx session) error { return tx.lockRun(ctx, "run") }),
		"the other gets the lock although the first never gave it back")
	close(thaw)
	require.Error(t, <-thawed, "what the frozen one goes on with is not stored")
	var bound string
	require.NoError(t, other.read.GetContext(t.Context(), &bound, "SHOW "+idleBound))
	require.Equal(t, "5s", bound, "every store has the bound")
}
