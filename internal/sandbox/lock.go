package sandbox

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver
)

// lock reserves a data directory for this process: two processes on one directory would issue the same ids. It is SQLite's
// own file lock, so it ends with the process, also after a crash.
func lock(path string) (unlock func() error, err error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_txlock=exclusive")
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	tx, err := db.Begin()
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("start sandbox: the data directory %s is in use by another process; stop it, or choose another with --data-dir (%w)",
			filepath.Dir(path), err)
	}
	return func() error { return errors.Join(tx.Rollback(), db.Close()) }, nil
}
