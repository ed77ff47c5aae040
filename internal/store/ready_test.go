package store_test

import (
	"path/filepath"
	"testing"

	"causeway/internal/keyring"
	"causeway/internal/store"
	"causeway/internal/store/db"

	"github.com/stretchr/testify/require"
)

func TestATableLessStoreNamesItsRemedyAndIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	keys, err := keyring.Load(filepath.Join(t.TempDir(), "keys"))
	require.NoError(t, err)
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "causeway.db"), keys)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })

	var wrong *db.SchemaError
	require.ErrorAs(t, st.CheckVersion(t.Context()), &wrong)
	require.Zero(t, wrong.Have)
	require.ErrorContains(t, wrong, "worker migrate")

	require.NoError(t, st.Migrate(t.Context()))
	require.NoError(t, st.CheckVersion(t.Context()))
}

func TestAStoreThatCannotBeOpenedSaysWhich(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "no", "such", "causeway.db")
	_, err := store.Open(t.Context(), "sqlite:"+path, keyring.Ring{})
	require.ErrorContains(t, err, path)
	_, err = store.Open(t.Context(), "postgres://u@127.0.0.1:1/none?sslmode=disable", keyring.Ring{})
	require.ErrorContains(t, err, "PostgreSQL")
}
