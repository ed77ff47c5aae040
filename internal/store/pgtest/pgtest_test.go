package pgtest_test

import (
	"database/sql"
	"testing"
	"time"

	"causeway/internal/store/pgtest"

	"github.com/stretchr/testify/require"
)

func TestEachTestGetsADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	first, second := pgtest.New(t), pgtest.New(t)
	require.NotEqual(t, first, second)
	for _, dsn := range []string{first, second} {
		db, err := sql.Open("postgres", dsn)
		require.NoError(t, err)
		_, err = db.Exec("CREATE TABLE mine (n BIGINT)")
		require.NoError(t, err)
		require.NoError(t, db.Close())
	}
}

func TestAServerThatIsKilledKeepsWhatItHasCommitted(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t)
	db, err := sql.Open("postgres", server.DSN("postgres"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	_, err = db.Exec("CREATE TABLE kept (n BIGINT)")
	require.NoError(t, err)
	for n := range 3 {
		_, err = db.Exec("INSERT INTO kept VALUES ($1)", n)
		require.NoError(t, err)
		server.Kill(t)
		server.Start(t)
	}
	var n int
	require.Eventually(t, func() bool { return db.QueryRow("SELECT count(*) FROM kept").Scan(&n) == nil }, 10*time.Second, 20*time.Millisecond)
	require.Equal(t, 3, n)
}
