package db

import (
	"context"
	"fmt"
	"slices"
)

// SchemaError reports that the tables of the database are not those of this program.
type SchemaError struct{ Have, Want int64 }

func (e *SchemaError) Error() string {
	switch {
	case e.Have == 0:
		return "the store has no tables yet: run `worker migrate` (`worker/dev` does it by itself)"
	case e.Have < e.Want:
		return fmt.Sprintf("the store's tables have version %d, and this program needs %d: run `worker migrate`", e.Have, e.Want)
	default:
		return fmt.Sprintf("the store's tables have version %d, and this program knows %d: run a newer version of the program", e.Have, e.Want)
	}
}

// hasSchemaTable asks the catalogue, so that looking at an empty database writes nothing into it.
func (d *DB) hasSchemaTable() string {
	if d.dialect == postgres {
		return `SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('causeway_schema')`
	}
	return `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'causeway_schema'`
}

// CheckVersion makes sure that the tables are those of this program; a *SchemaError tells what to do where
// they are not. It writes nothing.
func (d *DB) CheckVersion(ctx context.Context) error {
	provider, done, err := d.provider()
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	defer done()
	var want, have int64
	sources := provider.ListSources()
	for _, source := range sources {
		want = max(want, source.Version)
	}
	var applied []int64
	var tables int
	if err := d.read.GetContext(ctx, &tables, d.hasSchemaTable()); err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if tables > 0 {
		const versions = `SELECT version_id FROM causeway_schema WHERE is_applied`
		if err := d.read.SelectContext(ctx, &applied, versions); err != nil {
			return fmt.Errorf("read the schema's version: %w", err)
		}
	}
	for _, version := range applied {
		have = max(have, version)
	}
	if have != want {
		return &SchemaError{Have: have, Want: want}
	}
	for _, source := range sources { // one may be missing below the newest
		if !slices.Contains(applied, source.Version) {
			return &SchemaError{Have: source.Version - 1, Want: want}
		}
	}
	return nil
}
