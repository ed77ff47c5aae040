package db

import (
	"context"
	"strings"

	"causeway/internal/keyring"
)

// Open opens the database that dsn names: "postgres://..." or "postgresql://..." is PostgreSQL, anything
// else the path of an SQLite file ("sqlite:" may stand before it), made when absent. It does not migrate.
func Open(ctx context.Context, dsn string, keys keyring.Ring) (*DB, error) {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return openPostgres(ctx, dsn, keys)
	}
	return openSQLite(ctx, strings.TrimPrefix(dsn, "sqlite:"), keys)
}
