package devserver

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"time"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql" // registers its driver too
	"go.temporal.io/server/schema"
	schemav12 "go.temporal.io/server/schema/postgresql/v12"
)

// visibilitySuffix is the suffix of the second database, which holds what is listed and searched.
const visibilitySuffix = "_visibility"

// postgresConfig is the configuration of a database on the server that the URL names.
func postgresConfig(at *url.URL, name string) *config.SQL {
	password, _ := at.User.Password()
	return &config.SQL{
		PluginName: postgresql.PluginName, DatabaseName: name, ConnectAddr: at.Host, ConnectProtocol: "tcp",
		User: at.User.Username(), Password: password, MaxConns: 20, MaxIdleConns: 20, MaxConnLifetime: time.Hour,
	}
}

// parsePostgres reads the URL of the server and the name of its first database.
func parsePostgres(database string) (at *url.URL, name string, err error) {
	at, err = url.Parse(database)
	if err != nil || (at.Scheme != "postgres" && at.Scheme != "postgresql") || at.Host == "" {
		return nil, "", errors.New("the Temporal server's database is not a PostgreSQL URL: give it as postgres://user@host:port/name")
	}
	name = strings.TrimPrefix(at.Path, "/")
	if name == "" || strings.ContainsAny(name, `"/ `) {
		return nil, "", fmt.Errorf("the Temporal server's database: %q is not a valid name", name)
	}
	return at, name, nil
}

// setUpPostgres creates both databases and their schemas, unless they exist.
func setUpPostgres(ctx context.Context, database string) error {
	at, name, err := parsePostgres(database)
	if err != nil {
		return err
	}
	for _, part := range []struct{ database, schema, version string }{
		{name, "postgresql/v12/temporal/schema.sql", schemav12.Version},
		{name + visibilitySuffix, "postgresql/v12/visibility/schema.sql", schemav12.VisibilityVersion},
	} {
		if err := createDatabase(ctx, at, part.database); err != nil {
			return fmt.Errorf("make database %s: %w", part.database, err)
		}
		if err := createSchema(ctx, at, part.database, part.schema, part.version); err != nil {
			return fmt.Errorf("set up database %s: %w", part.database, err)
		}
	}
	return nil
}

func openPostgres(at *url.URL, name string) (*sql.DB, error) {
	to := *at
	to.Path = "/" + name
	return sql.Open("postgres", to.String())
}

// createDatabase creates a database unless it exists, using the database that every server has.
func createDatabase(ctx context.Context, at *url.URL, name string) (err error) {
	db, err := openPostgres(at, "postgres")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var n int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM pg_database WHERE datname = $1", name).Scan(&n); err != nil || n > 0 {
		return err
	}
	_, err = db.ExecContext(ctx, `CREATE DATABASE "`+name+`"`)
	return err
}

// recordVersion creates the table in which the server checks the schema's version.
const recordVersion = `
CREATE TABLE schema_version (version_partition INT NOT NULL, db_name VARCHAR(255) NOT NULL, creation_time TIMESTAMP,
    curr_version VARCHAR(64), min_compatible_version VARCHAR(64), PRIMARY KEY (version_partition, db_name))`

// createSchema creates the schema in one transaction, so that a process killed meanwhile leaves nothing of it.
func createSchema(ctx context.Context, at *url.URL, name, path, version string) (err error) {
	db, err := openPostgres(at, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	statements, err := fs.ReadFile(schema.Assets(), path)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	var tables int
	const existing = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'schema_version'"
	if err := tx.QueryRowContext(ctx, existing).Scan(&tables); err != nil || tables > 0 {
		return err
	}
	for _, statement := range []string{string(statements), recordVersion} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	const insert = "INSERT INTO schema_version VALUES (0, $1, now(), $2, $2)"
	if _, err := tx.ExecContext(ctx, insert, name, version); err != nil {
		return err
	}
	return tx.Commit()
}
