package records

import (
	"context"
	"database/sql"
	"fmt"

	"causeway/internal/sandbox/zohocrm/metadata"
)

// Remove deletes a record. into is the record that it was merged into, or 0. Lookups that pointed at the record point at
// that one, or are cleared, and the records that hold them count as modified. It returns false if there is no such record.
func (s *Store) Remove(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, who *metadata.User, id, into int64) (bool, error) {
	rec, err := s.Find(ctx, s.Prepared(tx), set.Module.API, id)
	if err != nil || rec == nil {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM records WHERE module = ? AND id = ?", set.Module.API, id); err != nil {
		return false, fmt.Errorf("delete record %d: %w", id, err)
	}
	if err := s.dropKeys(ctx, tx, set.Module.API, id, keysOf(set, rec.Values)); err != nil {
		return false, err
	}
	if err := s.putIntoBin(ctx, tx, rec, who, into); err != nil {
		return false, err
	}
	return true, s.repoint(ctx, tx, set.Module, who, id, into)
}

// repoint changes the lookups that point at a deleted record.
func (s *Store) repoint(ctx context.Context, tx *sql.Tx, gone *metadata.Module, who *metadata.User, id, into int64) error {
	for _, m := range metadata.Modules {
		set := s.defs.Writable(m)
		for _, f := range set.List {
			if f.Type != metadata.TypeLookup || f.Lookup != gone.API {
				continue
			}
			ids, err := FindKeyed(ctx, s.Prepared(tx), m.API, f.API, metadata.FormatID(id), -1)
			if err != nil {
				return err
			}
			for _, from := range ids {
				if err := s.repointOne(ctx, tx, set, f, who, from, into); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *Store) repointOne(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, f *metadata.Field, who *metadata.User, id, into int64) error {
	rec, err := s.Find(ctx, s.Prepared(tx), set.Module.API, id)
	if err != nil || rec == nil {
		return err
	}
	before := map[string]any{f.API: rec.Values[f.API]}
	if delete(rec.Values, f.API); into != 0 && !(into == id && f.Lookup == set.Module.API) { // a record must not point at itself
		rec.Values[f.API] = metadata.FormatID(into)
	}
	rec.Modified, rec.ModifiedBy = max(s.Now(), rec.Modified), who.ID
	return s.Update(ctx, tx, set, before, rec)
}
