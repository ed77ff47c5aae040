package store

import (
	"context"

	"causeway/internal/keyring"
	"causeway/internal/store/administration"
	"causeway/internal/store/connections"
	"causeway/internal/store/db"
	"causeway/internal/store/deletions"
	"causeway/internal/store/history"
	"causeway/internal/store/links"
	"causeway/internal/store/mirror"
	"causeway/internal/store/operations"
	"causeway/internal/store/pushes"
	"causeway/internal/store/runs"
	"causeway/internal/store/worklist"
)

// Store is one database. All methods are safe for concurrent use, by any number of processes.
type Store struct {
	Connections  *connections.Connections
	Runs         *runs.Runs
	Mirror       *mirror.Mirror
	Links        *links.Links
	Operations   *operations.Operations
	Worklist     *worklist.Worklist
	History      *history.History
	Pushes       *pushes.Pushes
	Transactions *pushes.Transactions
	Workspace    *pushes.Workspace
	Deletions    *deletions.Deletions
	Tokens       *administration.Tokens
	Apps         *administration.Apps
	Notices      *administration.Notices
	Permissions  *administration.Permissions

	db *db.DB
}

// Open opens the database that dsn names: "postgres://..." or "postgresql://..." is PostgreSQL, anything
// else the path of an SQLite file ("sqlite:" may stand before it), made when absent. It does not migrate.
func Open(ctx context.Context, dsn string, keys keyring.Ring) (*Store, error) {
	d, err := db.Open(ctx, dsn, keys)
	if err != nil {
		return nil, err
	}
	return New(d), nil
}

// New puts the rooms on an open database. Close closes it.
func New(d *db.DB) *Store {
	return &Store{
		Connections:  connections.New(d),
		Runs:         runs.New(d),
		Mirror:       mirror.New(d),
		Links:        links.New(d),
		Operations:   operations.New(d),
		Worklist:     worklist.New(d),
		History:      history.New(d),
		Pushes:       pushes.NewPushes(d),
		Transactions: pushes.NewTransactions(d),
		Workspace:    pushes.NewWorkspace(d),
		Deletions:    deletions.New(d),
		Tokens:       administration.NewTokens(d),
		Apps:         administration.NewApps(d),
		Notices:      administration.NewNotices(d),
		Permissions:  administration.NewPermissions(d),
		db:           d,
	}
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// Migrate brings the schema to the newest version. It is safe when several processes do it at once.
func (s *Store) Migrate(ctx context.Context) error { return s.db.Migrate(ctx) }

// Version is the schema's version; 0 before the first migration.
func (s *Store) Version(ctx context.Context) (int64, error) { return s.db.Version(ctx) }

// CheckVersion makes sure that the tables are those of this program; a *db.SchemaError tells what to do where
// they are not. It writes nothing.
func (s *Store) CheckVersion(ctx context.Context) error { return s.db.CheckVersion(ctx) }
