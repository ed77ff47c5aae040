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

// Why an action on a record is refused.
var (
	// ErrNoRecord is returned for an id that no record of the module has.
	ErrNoRecord error = platform.Missing("no such record")
	// ErrSameRecord is returned for a merge of a record into itself.
	ErrSameRecord = errors.New("a record cannot be merged into itself")
)

// Delete moves a record to the bin, as DELETE /{module}/{id} does.
func (a *Actions) Delete(ctx context.Context, moduleAPI string, id int64) error {
	return a.inModule(ctx, moduleAPI, "delete record", id, func(tx *sql.Tx, set *metadata.FieldSet) error {
		ok, err := a.store.Remove(ctx, tx, set, metadata.Users[0], id, 0)
		if err == nil && !ok {
			err = ErrNoRecord
		}
		return err
	})
}

// Merge makes loser part of survivor. Loser becomes a deleted record. Lookups that pointed at it now point at survivor,
// so contacts get another account. Survivor and the records of those lookups count as modified. If the setting mergeTrace
// is on, GET of the loser's id answers with survivor, or with the record that survivor was merged into later.
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
		// Read it again: one of its lookups may have pointed at the loser.
		if kept, err = a.store.Find(ctx, a.store.Prepared(tx), set.Module.API, survivor); err != nil {
			return err
		}
		kept.Modified, kept.ModifiedBy = max(a.store.Now(), kept.Modified), metadata.Users[0].ID
		return a.store.Update(ctx, tx, set, kept.Values, kept)
	})
}

// Restore puts a record back from the bin, and counts it as modified. Lookups that pointed at it before stay empty.
func (a *Actions) Restore(ctx context.Context, moduleAPI string, id int64) error {
	return a.inModule(ctx, moduleAPI, "restore record", id, func(tx *sql.Tx, set *metadata.FieldSet) error {
		return a.store.Restore(ctx, tx, set, id)
	})
}

// Purge empties the bin. What was deleted is then deleted permanently.
func (a *Actions) Purge(ctx context.Context) error {
	if err := a.store.Write(ctx, func(tx *sql.Tx) error { return records.EmptyBin(ctx, tx) }); err != nil {
		return fmt.Errorf("empty the bin: %w", err)
	}
	return nil
}

// inModule runs fn in one write on a module. what and id say in its errors what was done to which record.
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
