package admin

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/records"
)

// What users do to records in the CRM's own pages, and no API call does: merge two, restore from the bin, empty it.
// Deleting stands here too, for tests that go past HTTP.

// The refusals of the calls below.
var (
	// ErrNoRecord is returned for an id that the module does not have.
	ErrNoRecord error = platform.Missing("no such record")
	// ErrSameRecord is returned where a record is to be merged into itself.
	ErrSameRecord = errors.New("a record cannot be merged into itself")
)

// Delete moves a record to the bin.
func (a *Actions) Delete(ctx context.Context, moduleAPI string, id int64) error {
	return a.inModule(ctx, moduleAPI, "delete record", id, func(tx *sql.Tx, set *metadata.FieldSet) error {
		ok, err := a.store.Remove(ctx, tx, set, metadata.Users[0], id, 0)
		if err == nil && !ok {
			err = ErrNoRecord
		}
		return err
	})
}

// Merge makes loser part of survivor: loser is found among the deleted from then on, the lookups that pointed at it
// point at survivor (contacts get another account), and both they and survivor count as modified. Where the setting
// mergeTrace is on, GET of the loser's id answers with survivor, or with the record that survivor was merged into since.
func (a *Actions) Merge(ctx context.Context, moduleAPI string, loser, survivor int64) error {
	return a.inModule(ctx, moduleAPI, "merge record", loser, func(tx *sql.Tx, set *metadata.FieldSet) error {
		if loser == survivor {
			return ErrSameRecord
		}
		kept, err := a.store.Find(ctx, a.store.Prepared(tx), set.Module.API, survivor)
		if err != nil {
			return err
		}
		if kept == nil {
			return fmt.Errorf("survivor %d: %w", survivor, ErrNoRecord)
		}
		ok, err := a.store.Remove(ctx, tx, set, metadata.Users[0], loser, survivor)
		if err != nil {
			return err
		}
		if !ok {
			return ErrNoRecord
		}
		// It is read again: a lookup of its own may have pointed at the loser.
		if kept, err = a.store.Find(ctx, a.store.Prepared(tx), set.Module.API, survivor); err != nil {
			return err
		}
		kept.Modified, kept.ModifiedBy = max(a.store.Now(), kept.Modified), metadata.Users[0].ID
		return a.store.Update(ctx, tx, set, kept.Values, kept)
	})
}

// Restore takes a record out of the bin, as it was, and counts as a change of it. Lookups that pointed at it before it
// was deleted stay empty.
func (a *Actions) Restore(ctx context.Context, moduleAPI string, id int64) error {
	return a.inModule(ctx, moduleAPI, "restore record", id, func(tx *sql.Tx, set *metadata.FieldSet) error {
		return a.store.Restore(ctx, tx, set, id)
	})
}

// Purge empties the bin: what was deleted counts as permanently deleted.
func (a *Actions) Purge(ctx context.Context) error {
	if err := a.store.Write(ctx, func(tx *sql.Tx) error { return records.EmptyBin(ctx, tx) }); err != nil {
		return fmt.Errorf("empty the bin: %w", err)
	}
	return nil
}

// inModule runs fn in one write on a module; its errors say what was done to which record.
func (a *Actions) inModule(ctx context.Context, moduleAPI, what string, id int64, fn func(tx *sql.Tx, set *metadata.FieldSet) error) error {
	m := metadata.ModuleNamed(moduleAPI)
	if m == nil {
		return metadata.UnknownModule(moduleAPI)
	}
	if err := a.store.Write(ctx, func(tx *sql.Tx) error { return fn(tx, a.defs.Writable(m)) }); err != nil {
		return fmt.Errorf("%s %d of %s: %w", what, id, m.API, err)
	}
	return nil
}
