package deletions

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/connections"
	"causeway/internal/store/db"
)

const ofRuns = `run IN (SELECT id FROM runs WHERE connection = ?)`

// removals are what a connection leaves in the store, in the order in which it goes: what hangs on runs before
// them, and the credentials last: a removal that was cut off is resumed from the first step, which looks at the sides. The connection's own row comes last of all, with the deletion's end.
var removals = []struct{ table, where string }{
	{"links", "connection = ?"},
	{"mirror", "connection = ?"},
	{"mirror_state", "connection = ?"},
	{"decisions", "connection = ?"},
	{"drafts", "connection = ?"},
	{"preferences", "connection = ?"},
	{"workspace_objects", "connection = ?"},
	{"pushes", "connection = ?"},
	{"transactions", "connection = ?"},
	{"kept_figures", "connection = ?"},
	{"members", "connection = ?"},
	{"profiles", "connection = ?"},
	{"push_sequences", "connection = ?"},
	{"spent_hours", "connection = ?"},
	{"api_tokens", "connection = ?"},
	{"operations", ofRuns},
	{"operations", "connection = ?"},
	{"run_unchanged", ofRuns},
	{"run_records", ofRuns},
	{"listings", ofRuns},
	{"runs", "connection = ?"},
	{"kept_states", "connection = ?"},
	{"credentials", "connection = ?"},
}

const (
	lockConnection = `SELECT incarnation FROM connections WHERE id = ? {lock}`
	dropConnection = `DELETE FROM connections WHERE id = ? AND incarnation = ?`
	endDeletion    = `UPDATE deletions SET state = 'deleted', finished_at = ?, final = ? WHERE id = ? AND state = 'confirmed'`
	dropOtherPlans = `DELETE FROM deletions WHERE connection = ? AND incarnation = ? AND id <> ? AND state IN ('planning', 'planned')`
	dropOtherRows  = `DELETE FROM deletion_records WHERE deletion IN (SELECT id FROM deletions WHERE connection = ? AND incarnation = ? AND id <> ? AND state IN ('planning', 'planned'))`
	openApps       = `SELECT COUNT(*) FROM deletion_apps WHERE deletion = ? AND done_at = 0`
)

// RemovePart removes at most limit rows of what a connection left in the store, of the first table that has some.
// done reports that nothing is left, not even the connection's own row, and that the deletion has ended. It removes
// nothing before all records were verified and all applications told. The deletion, its records and the
// notifications stay. Idempotent. It never touches a later connection of the same id, which has another
// incarnation.
func (s *Deletions) RemovePart(ctx context.Context, d Deletion, final string, at time.Time, limit int) (done bool, err error) {
	err = s.db.Write(ctx, func(tx db.Session) error {
		done = false
		var incarnation string
		found, err := tx.Get(ctx, &incarnation, lockConnection, d.Connection)
		if err != nil {
			return err
		}
		if !found || incarnation != d.Incarnation {
			done = true
			return nil
		}
		if err := removable(ctx, tx, d); err != nil {
			return err
		}
		for _, r := range removals {
			if r.table == "credentials" {
				if err := connections.ForgetTokens(ctx, s.db, tx, d.Connection); err != nil {
					return fmt.Errorf("tokens: %w", err)
				}
			}
			n, err := tx.DeleteSome(ctx, r.table, r.where, limit, d.Connection)
			if err != nil {
				return fmt.Errorf("%s: %w", r.table, err)
			}
			if n > 0 {
				return nil
			}
		}
		done = true
		return endIn(ctx, tx, d, final, at)
	})
	if err != nil {
		return false, fmt.Errorf("remove connection %s: %w", d.Connection, err)
	}
	return done, nil
}

// removable refuses to remove what was not brought to its end.
func removable(ctx context.Context, tx db.Session, d Deletion) error {
	now, err := deletionIn(ctx, tx, lockDeletion, d.ID, d.Connection)
	if err != nil {
		return err
	}
	var wrong, apps int
	if now.State != Confirmed {
		return refuseDeletion(deletion.CodeNotAsPlanned, "the deletion was not confirmed", "confirm its plan")
	}
	if _, err := tx.Get(ctx, &wrong, unverified, d.ID); err != nil {
		return err
	}
	if _, err := tx.Get(ctx, &apps, openApps, d.ID); err != nil {
		return err
	}
	if wrong+apps > 0 {
		return &record.Error{Kind: record.Conflict, Op: "remove the connection", Code: deletion.CodeNotAsPlanned,
			Message: fmt.Sprintf("%d records were not verified, and %d applications were not disconnected", wrong, apps), Remedy: "resume the deletion with `starter delete --resume`"}
	}
	return nil
}

// endIn removes the connection itself, and the plans that were not confirmed. A confirmed one that lost its
// workflow stays: only its records tell what it did.
func endIn(ctx context.Context, tx db.Session, d Deletion, final string, at time.Time) error {
	if _, err := tx.Exec(ctx, endDeletion, db.Micros(at), final, d.ID); err != nil {
		return err
	}
	for _, query := range []string{dropOtherRows, dropOtherPlans} {
		if _, err := tx.Exec(ctx, query, d.Connection, d.Incarnation, d.ID); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, dropConnection, d.Connection, d.Incarnation)
	return err
}
