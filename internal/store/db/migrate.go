package db

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema to the newest version. It is safe when several processes do it at once: with
// PostgreSQL one waits for the other's advisory lock; with SQLite each migration is one transaction that
// takes the write lock first, so who comes second fails on what exists, looks again, and finds it done.
func (d *DB) Migrate(ctx context.Context) error {
	provider, done, err := d.provider()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer done()
	tries := 1
	if d.dialect == sqlite {
		tries += 1 + len(provider.ListSources()) // goose's own table, and each migration
	}
	for range tries {
		if _, err = provider.Up(ctx); err == nil {
			return d.leaveRoom(ctx)
		}
	}
	return fmt.Errorf("migrate: %w", err)
}

// leaveRoom has PostgreSQL leave half of each page of operations free: an operation is claimed and sent before
// it is done, and an update that finds room on its page, and changes nothing that is indexed, touches no index.
func (d *DB) leaveRoom(ctx context.Context) error {
	if d.dialect == sqlite {
		return nil
	}
	if _, err := d.read.ExecContext(ctx, `ALTER TABLE operations SET (fillfactor = 50)`); err != nil {
		return fmt.Errorf("migrate: leave room for updates: %w", err)
	}
	return nil
}

// Version is the schema's version; 0 before the first migration.
func (d *DB) Version(ctx context.Context) (int64, error) {
	provider, done, err := d.provider()
	if err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", err)
	}
	defer done()
	v, err := provider.GetDBVersion(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", err)
	}
	return v, nil
}

// lockPoll and lockTries are for how long a process waits for another's migration, in seconds.
const (
	lockPoll  = 1
	lockTries = 600
)

func (d *DB) provider() (*goose.Provider, func(), error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, nil, err
	}
	// Migrations come from several hands: one may land after a store has a later one. Each stands for itself.
	opts := []goose.ProviderOption{goose.WithTableName("causeway_schema"), goose.WithDisableGlobalRegistry(true), goose.WithAllowOutofOrder(true)}
	if d.dialect == postgres {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockPoll, lockTries))
		if err != nil {
			return nil, nil, err
		}
		p, err := goose.NewProvider(goose.DialectPostgres, d.read.DB, files, append(opts, goose.WithSessionLocker(locker))...)
		return p, func() {}, err
	}
	db, err := sqlx.Open("sqlite", sqliteDSN(d.path, "_txlock=immediate"))
	if err != nil {
		return nil, nil, err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db.DB, files, opts...)
	if err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	return p, func() { _ = db.Close() }, nil
}
