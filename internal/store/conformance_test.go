package store_test

import (
	"path/filepath"
	"testing"

	"causeway/internal/store/pgtest"
	"causeway/internal/store/storetest"
)

func inFile(t testing.TB) string { return filepath.Join(t.TempDir(), "causeway.db") }

func TestSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, inFile)
}

func TestPostgreSQL(t *testing.T) {
	t.Parallel()
	storetest.Run(t, pgtest.New)
}

func BenchmarkSQLite(b *testing.B)     { storetest.Bench(b, inFile) }
func BenchmarkPostgreSQL(b *testing.B) { storetest.Bench(b, pgtest.New) }
