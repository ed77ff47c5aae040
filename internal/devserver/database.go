package devserver

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite" // registers the driver "sqlite" too
	sqliteschema "go.temporal.io/server/schema/sqlite"
)

// databaseFile is the name of the server's database in the data directory.
const databaseFile = "temporal.db"

// checkpointTimeout limits the last step of Close.
const checkpointTimeout = 3 * time.Second

// sqlConfig is the configuration of dir's database. In WAL mode a commit is one write to the log, and
// synchronous=normal leaves the flush to checkpoints. This is safe if the process is killed. A power cut can lose
// the last commits.
func sqlConfig(dir string) *config.SQL {
	return &config.SQL{
		PluginName:   sqliteplugin.PluginName,
		DatabaseName: databasePath(dir),
		ConnectAttributes: map[string]string{
			"mode":         "rwc",
			"journal_mode": "wal",
			"synchronous":  "normal",
			"busy_timeout": "5000",
		},
	}
}

// databasePath returns the database's path, escaped for a URI.
func databasePath(dir string) string {
	path := url.URL{Path: filepath.ToSlash(filepath.Join(dir, databaseFile))}
	return path.EscapedPath()
}

// openDatabase opens a connection of our own, for use before the server's start and after its end. The server's
// pool cannot be used for this: it never closes a connection.
func openDatabase(dir string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+databasePath(dir)+"?mode=rwc&_pragma=busy_timeout=5000")
}

// setUpDatabase creates the schema unless it exists. It does so in one transaction, so that a process killed
// meanwhile leaves nothing of it.
func setUpDatabase(ctx context.Context, dir string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("set up %s: %w", filepath.Join(dir, databaseFile), err)
		}
	}()
	db, err := openDatabase(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	var tables int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil {
		return err
	}
	if tables > 0 {
		return nil
	}
	if err := sqliteschema.SetupSchemaOnDB(schemaWriter{ctx: ctx, tx: tx}); err != nil {
		return err
	}
	return tx.Commit()
}

// schemaWriter gives a transaction to the server's schema set-up, which calls only Exec.
type schemaWriter struct {
	sqlplugin.AdminDB
	ctx context.Context
	tx  *sql.Tx
}

// Exec runs one statement of the schema.
func (w schemaWriter) Exec(statement string, args ...any) error {
	_, err := w.tx.ExecContext(w.ctx, statement, args...)
	return err
}

// checkpoint moves the log's content into the database file, so that a copy of that file is complete.
func checkpoint(ctx context.Context, dir string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, checkpointTimeout)
	defer cancel()
	db, err := openDatabase(dir)
	if err != nil {
		return fmt.Errorf("checkpoint the Temporal database: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("checkpoint the Temporal database: %w", err)
	}
	return nil
}
