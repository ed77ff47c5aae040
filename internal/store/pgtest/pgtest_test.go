package pgtest_test

import (
	"database/sql"
	"testing"

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
