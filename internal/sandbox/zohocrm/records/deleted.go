package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// ErrNotInBin is returned for a record that was never deleted, or that is deleted permanently.
var ErrNotInBin error = platform.Missing("not in the bin")

// A deleted record lies in the bin for binLife. Then it counts as permanently deleted, and Zoho forgets it after
// permanentLife, counted from the deletion.
const (
	binLife       = 60 * 24 * time.Hour
	permanentLife = 120 * 24 * time.Hour
)

// Survivor returns the record that a merged one went into, and nil if there is none. It follows the survivor's own merges.
// A chain of merges that ends at a deleted record, or comes back to where it began, has no survivor.
func (s *Store) Survivor(ctx context.Context, m *metadata.Module, id int64) (*query.Record, error) {
	for seen := map[int64]bool{}; !seen[id]; {
		seen[id] = true
		var into int64
		err := s.db.Read().QueryRowContext(ctx, "SELECT merged_into FROM deleted WHERE module = ? AND id = ?", m.API, id).Scan(&into)
		if errors.Is(err, sql.ErrNoRows) || err == nil && into == 0 {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		rec, err := s.Find(ctx, s.db.Read(), m.API, into)
		if err != nil || rec != nil {
			return rec, err
		}
		id = into
	}
	return nil, nil
}

// Deletion is a deleted record as GET /{module}/deleted shows it.
type Deletion struct {
	ID, At               int64 // at in ms
	Name, Kind           string
	DeletedBy, CreatedBy string
}

// DeletionPage is a page of the list of deletions.
type DeletionPage struct {
	Kind          string // recycle or permanent; "" or all for both
	Since         *time.Time
	Limit, Offset int
}

// Deletions reads a page of deletions, the newest first.
func (s *Store) Deletions(ctx context.Context, m *metadata.Module, page DeletionPage) ([]Deletion, error) {
	binned, after := s.clock().Add(-binLife).UnixMilli(), s.clock().Add(-permanentLife).UnixMilli()
	if page.Since != nil {
		after = max(after, page.Since.UnixMilli())
	}
	rows, err := s.db.Read().QueryContext(ctx, `
		SELECT id, name, kind, deleted_at, deleted_by, created_by FROM (
			SELECT id, name, deleted_at, deleted_by, created_by,
				CASE WHEN deleted_at <= ? THEN 'permanent' ELSE kind END AS kind
			FROM deleted WHERE module = ? AND deleted_at > ?)
		WHERE ? IN ('', 'all', kind)
		ORDER BY deleted_at DESC, id DESC LIMIT ? OFFSET ?`, binned, m.API, after, page.Kind, page.Limit, page.Offset)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var found []Deletion
	for rows.Next() {
		var d Deletion
		if err := rows.Scan(&d.ID, &d.Name, &d.Kind, &d.At, &d.DeletedBy, &d.CreatedBy); err != nil {
			return nil, err
		}
		found = append(found, d)
	}
	return found, rows.Err()
}

// putIntoBin stores a record as deleted, with everything that Restore needs.
func (s *Store) putIntoBin(ctx context.Context, tx *sql.Tx, rec *query.Record, who *metadata.User, into int64) error {
	body, err := json.Marshal(rec.Values)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO deleted (module, id, name, kind, deleted_at, deleted_by, created_by, merged_into)
		VALUES (?, ?, ?, 'recycle', ?, ?, ?, ?)`, rec.Module, rec.ID, rec.Name, s.Now(), who.ID, rec.CreatedBy, into)
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

// ForgetDeletion removes a record from the deletions and from the bin.
func ForgetDeletion(ctx context.Context, tx *sql.Tx, m *metadata.Module, id int64) error {
	for _, table := range []string{"deleted", "bin"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE module = ? AND id = ?", m.API, id); err != nil {
			return fmt.Errorf("forget deletion of record %d: %w", id, err)
		}
	}
	return nil
}

// Restore puts a record back from the bin, as it was but for its modified time. It fails with ErrNotInBin.
func (s *Store) Restore(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, id int64) error {
	r, err := scanRecord(tx.QueryRowContext(ctx, `SELECT b.id, b.module, '', b.created, b.modified, b.owner, b.created_by, b.modified_by, b.body
		FROM bin b JOIN deleted d ON d.module = b.module AND d.id = b.id
		WHERE b.module = ? AND b.id = ? AND d.deleted_at > ?`,
		set.Module.API, id, s.clock().Add(-binLife).UnixMilli()))
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotInBin
	}
	if err != nil {
		return err
	}
	if err := ForgetDeletion(ctx, tx, set.Module, id); err != nil {
		return err
	}
	r.Modified = max(s.Now(), r.Modified)
	return s.Insert(ctx, tx, set, r)
}

// EmptyBin makes every deletion permanent.
func EmptyBin(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, "UPDATE deleted SET kind = 'permanent'"); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "DELETE FROM bin")
	return err
}
