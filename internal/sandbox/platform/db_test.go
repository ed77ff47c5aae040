package platform_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/platform"
)

const table = `CREATE TABLE IF NOT EXISTS things (name TEXT PRIMARY KEY)`

func openDB(t *testing.T, path string) *platform.DB {
	t.Helper()
	db, err := platform.Open(path, table)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func count(t *testing.T, db *platform.DB) (n int) {
	t.Helper()
	require.NoError(t, db.Read().QueryRow(`SELECT COUNT(*) FROM things`).Scan(&n))
	return n
}

func TestAFailedWriteUndoesItselfAlone(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "x.db"))
	odd := errors.New("odd")
	var group sync.WaitGroup
	for i := range 200 {
		group.Go(func() {
			err := db.Write(t.Context(), func(tx *sql.Tx) error {
				s, err := db.Stmt(tx, `INSERT INTO things VALUES (?)`)
				if err != nil {
					return err
				}
				if _, err := s.Exec(fmt.Sprint(i)); err != nil {
					return err
				}
				switch {
				case i%10 == 5:
					panic("odd")
				case i%2 == 1:
					return odd
				}
				return nil
			})
			switch {
			case i%10 == 5:
				require.ErrorContains(t, err, "panicked")
			case i%2 == 1:
				require.ErrorIs(t, err, odd)
			default:
				require.NoError(t, err)
				var n int // a read sees a write that has returned
				require.NoError(t, db.Read().QueryRow(`SELECT COUNT(*) FROM things WHERE name = ?`, fmt.Sprint(i)).Scan(&n))
				require.Equal(t, 1, n)
			}
		})
	}
	group.Wait()
	require.Equal(t, 100, count(t, db))
}

func TestACommittedWriteIsThereWithoutClosing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "with space & é.db")
	first := openDB(t, path)
	require.NoError(t, first.Write(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO things VALUES ('a')`)
		return err
	}))
	require.Equal(t, 1, count(t, openDB(t, path)))
}

func TestWritesAfterCloseAreRefused(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "x.db"))
	require.NoError(t, db.Close())
	require.NoError(t, db.Close())
	require.ErrorIs(t, db.Write(t.Context(), func(*sql.Tx) error { return nil }), platform.ErrClosed)
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "x.db"))
	_, err := db.Read().Exec(`INSERT INTO things VALUES ('a')`)
	require.Error(t, err)
}
