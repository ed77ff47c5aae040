package zohocrm

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"causeway/internal/sandbox/platform"
)

// What users do to records in the CRM's own pages, and no API call does: merge two, restore from the bin, empty it.
// Deleting stands here too, for tests that go past HTTP.

// The refusals of the calls below.
var (
	// ErrNoRecord is returned for an id that the module does not have.
	ErrNoRecord error = platform.Missing("no such record")
	// ErrNotInBin is returned for what was never deleted, or is permanently deleted.
	ErrNotInBin error = platform.Missing("not in the bin")
	// ErrSameRecord is returned where a record is to be merged into itself.
	ErrSameRecord = errors.New("a record cannot be merged into itself")
)

// Delete moves a record to the bin.
func (o *Org) Delete(ctx context.Context, moduleAPI string, id int64) error {
	return o.inModule(ctx, moduleAPI, "delete record", id, func(tx *sql.Tx, set *fieldSet) error {
		ok, err := o.remove(ctx, tx, set, users[0], id, 0)
		if err == nil && !ok {
			err = ErrNoRecord
		}
		return err
	})
}

// Merge makes loser part of survivor: loser is found among the deleted from then on, the lookups that pointed at it
// point at survivor (contacts get another account), and both they and survivor count as modified. Where the setting
// mergeTrace is on, GET of the loser's id answers with survivor, or with the record that survivor was merged into since.
func (o *Org) Merge(ctx context.Context, moduleAPI string, loser, survivor int64) error {
	return o.inModule(ctx, moduleAPI, "merge record", loser, func(tx *sql.Tx, set *fieldSet) error {
		if loser == survivor {
			return ErrSameRecord
		}
		kept, err := o.find(ctx, o.prepared(tx), set.module.API, survivor)
		if err != nil {
			return err
		}
		if kept == nil {
			return fmt.Errorf("survivor %d: %w", survivor, ErrNoRecord)
		}
		ok, err := o.remove(ctx, tx, set, users[0], loser, survivor)
		if err != nil {
			return err
		}
		if !ok {
			return ErrNoRecord
		}
		// It is read again: a lookup of its own may have pointed at the loser.
		if kept, err = o.find(ctx, o.prepared(tx), set.module.API, survivor); err != nil {
			return err
		}
		kept.Modified, kept.ModifiedBy = max(o.now(), kept.Modified), users[0].ID
		return o.update(ctx, tx, set, kept.Values, kept)
	})
}

// Restore takes a record out of the bin, as it was, and counts as a change of it. Lookups that pointed at it before it
// was deleted stay empty.
func (o *Org) Restore(ctx context.Context, moduleAPI string, id int64) error {
	return o.inModule(ctx, moduleAPI, "restore record", id, func(tx *sql.Tx, set *fieldSet) error {
		r, err := scanRecord(tx.QueryRowContext(ctx, `SELECT b.id, b.module, '', b.created, b.modified, b.owner, b.created_by, b.modified_by, b.body
			FROM bin b JOIN deleted d ON d.module = b.module AND d.id = b.id
			WHERE b.module = ? AND b.id = ? AND d.deleted_at > ?`,
			set.module.API, id, o.clock().Add(-binLife).UnixMilli()))
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotInBin
		}
		if err != nil {
			return err
		}
		if err := forget(ctx, tx, set.module, id); err != nil {
			return err
		}
		r.Modified = max(o.now(), r.Modified)
		return o.insert(ctx, tx, set, r)
	})
}

// Purge empties the bin: what was deleted counts as permanently deleted.
func (o *Org) Purge(ctx context.Context) error {
	err := o.db.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE deleted SET kind = 'permanent'")
		if err == nil {
			_, err = tx.ExecContext(ctx, "DELETE FROM bin")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("empty the bin: %w", err)
	}
	return nil
}

// inModule runs fn in one write on a module; its errors say what was done to which record.
func (o *Org) inModule(ctx context.Context, moduleAPI, what string, id int64, fn func(tx *sql.Tx, set *fieldSet) error) error {
	m := moduleNamed(moduleAPI)
	if m == nil {
		return unknownModule(moduleAPI)
	}
	if err := o.db.Write(ctx, func(tx *sql.Tx) error { return fn(tx, o.writable(m)) }); err != nil {
		return fmt.Errorf("%s %d of %s: %w", what, id, m.API, err)
	}
	return nil
}

// discard keeps a record that is being deleted: the fact, and what Restore needs.
func (o *Org) discard(ctx context.Context, tx *sql.Tx, rec *record, who *user, into int64) error {
	body, err := json.Marshal(rec.Values)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO deleted (module, id, name, kind, deleted_at, deleted_by, created_by, merged_into)
		VALUES (?, ?, ?, 'recycle', ?, ?, ?, ?)`, rec.Module, rec.ID, rec.Name, o.now(), who.ID, rec.CreatedBy, into)
	if err != nil {
		return fmt.Errorf("keep deletion of record %d: %w", rec.ID, err)
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO bin (module, id, created, modified, owner, created_by, modified_by, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, rec.Module, rec.ID, rec.Created, rec.Modified, rec.Owner, rec.CreatedBy, rec.ModifiedBy, string(body))
	if err != nil {
		return fmt.Errorf("put record %d into the bin: %w", rec.ID, err)
	}
	return nil
}

// forget takes a record from among the deleted.
func forget(ctx context.Context, tx *sql.Tx, m *module, id int64) error {
	for _, table := range []string{"deleted", "bin"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE module = ? AND id = ?", m.API, id); err != nil {
			return fmt.Errorf("forget deletion of record %d: %w", id, err)
		}
	}
	return nil
}
