package deletions

import (
	"path/filepath"
	"testing"

	"causeway/internal/keyring"
	"causeway/internal/store/db"

	"github.com/stretchr/testify/require"
)

func TestEveryTableOfAConnectionIsRemovedOrKeptOnPurpose(t *testing.T) {
	t.Parallel()
	d, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "causeway.db"), keyring.Ring{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	require.NoError(t, d.Migrate(t.Context()))
	var names []string
	require.NoError(t, d.Reader().All(t.Context(), &names, `
SELECT DISTINCT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name IN ('connection', 'run') ORDER BY 1`))
	require.NotEmpty(t, names)
	// A webhook serves until the last notices were delivered, and goes a day after its connection.
	known := map[string]bool{"deletions": true, "notices": true, "webhooks": true}
	for _, r := range removals {
		known[r.table] = true
	}
	for _, name := range names {
		require.True(t, known[name], "what becomes of %s when its connection is deleted? say it in removals", name)
	}
}
