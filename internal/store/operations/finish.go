package operations

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
	"causeway/internal/store/links"
	"causeway/internal/store/mirror"
)

// Outcome is what became of one operation.
type Outcome struct {
	// Operation has its Outcome, Changed, Code, Reason and TargetID filled.
	Operation record.Operation
	// Resent reports whether something else was sent than planned: then the operation's After is stored.
	Resent bool
	Link   *record.Link   // nil leaves the link as it is
	Mirror *record.Record // what the write returned; nil where it returned nothing
	// Due reports whether the target holds something that the other side lacks, as the write returned it. It stays
	// due.
	Due bool
	// Unsure reports whether the list hides an edit of the target in the second of this write.
	Unsure bool
}

// finishOperations writes outcomes under the claim alone. The columns of v have names of their own, since
// SQLite's RETURNING takes no qualified name.
var finishOperations = db.Bulk{
	Columns: db.Columns("op_id text, new_outcome text, new_changed boolean, new_code text, new_reason text, new_target text, new_parent text, new_after text"),
	Query: `
WITH {rows}
UPDATE operations SET state = 'done', pending = FALSE, outcome = v.new_outcome, changed = v.new_changed, code = v.new_code,
    reason = v.new_reason, target_id = v.new_target, target_parent_id = v.new_parent, 
    after_values = CASE WHEN v.new_after = '' THEN operations.after_values ELSE v.new_after END, done_at = ?
FROM v WHERE operations.id = v.op_id AND operations.claim = ? AND operations.pending
RETURNING id`,
}

// Finish stores outcomes with all that follows from them, in one transaction: link, mirror row, and the source's
// due flag. It returns the ids of the operations that it wrote: those that token still had. Idempotent: a done
// operation is not written again, nor what follows from it.
func (s *Operations) Finish(ctx context.Context, token string, now time.Time, outcomes []Outcome) (written []string, err error) {
	if len(outcomes) == 0 {
		return nil, nil
	}
	rows := make([][]any, len(outcomes))
	ids := make([]string, len(outcomes))
	for i, o := range outcomes {
		op := o.Operation
		after := ""
		if o.Resent {
			if after, err = db.Encode(op.After); err != nil {
				return nil, fmt.Errorf("finish operation %s: %w", op.ID, err)
			}
		}
		ids[i] = op.ID
		rows[i] = []any{op.ID, string(op.Outcome), op.Changed, db.Clean(op.Code), db.Clean(op.Reason), op.TargetID, op.TargetParentID, after}
	}
	err = s.db.Write(ctx, func(tx db.Session) error {
		written, err = tx.BulkIDs(ctx, finishOperations, rows, db.Micros(now), token)
		if err != nil {
			return err
		}
		return follow(ctx, tx, now, written, outcomes)
	})
	if err != nil {
		return nil, fmt.Errorf("finish %d operations: %w", len(outcomes), err)
	}
	return db.InOrder(ids, written), nil
}

// aftermath is what follows from outcomes, as rows of the statements that store it.
type aftermath struct {
	links          []record.Link
	moved, settled [][]any
	due, unsure    []mirror.Key
	mirrored       map[string][]record.Record // by connection
}

// aftermathOf gathers what follows from the outcomes that were written.
func aftermathOf(written []string, outcomes []Outcome) aftermath {
	is := make(map[string]bool, len(written))
	for _, id := range written {
		is[id] = true
	}
	a := aftermath{mirrored: map[string][]record.Record{}}
	for _, o := range outcomes {
		if !is[o.Operation.ID] {
			continue
		}
		a.add(o)
	}
	return a
}

func (a *aftermath) add(o Outcome) {
	op := o.Operation
	if o.Link != nil {
		a.links = append(a.links, *o.Link)
		if o.Link.CRMModule == record.Contacts && op.Action != record.ActionUpdate {
			a.moved = append(a.moved, []any{op.Connection, o.Link.CRMID, string(o.Link.Entity)})
		}
	}
	if o.Unsure {
		a.unsure = append(a.unsure, mirror.KeyOf(op.Connection, *o.Mirror))
	}
	if o.Due {
		a.due = append(a.due, mirror.KeyOf(op.Connection, *o.Mirror))
	}
	if o.Mirror != nil {
		a.mirrored[op.Connection] = append(a.mirrored[op.Connection], *o.Mirror)
	}
	if settles(op) {
		a.settled = append(a.settled, settledRow(op))
	}
}

// follow stores what follows from the outcomes that were written.
func follow(ctx context.Context, tx db.Session, now time.Time, written []string, outcomes []Outcome) error {
	a := aftermathOf(written, outcomes)
	if err := links.Put(ctx, tx, a.links); err != nil {
		return err
	}
	if _, err := tx.Bulk(ctx, retireLinks, a.moved, db.Micros(now)); err != nil {
		return err
	}
	for connection, records := range a.mirrored {
		if err := mirror.PutWritten(ctx, tx, connection, records, a.unsure, now); err != nil {
			return err
		}
	}
	if _, err := tx.Bulk(ctx, settleSources, a.settled); err != nil {
		return err
	}
	if err := mirror.MarkUnsure(ctx, tx, a.unsure, now); err != nil {
		return err
	}
	_, err := mirror.MarkDue(ctx, tx, a.due)
	return err
}

// retireLinks marks the links of contacts that are a record of another entity now: a contact person that
// became a customer of its own, or the other way round. The old record stays in billing, and nothing was deleted.
var retireLinks = db.Bulk{
	Columns: db.Columns("link_connection text, contact text, new_entity text"),
	Query: `
WITH {rows}
UPDATE links SET gone = 'moved', gone_at = ? FROM v
WHERE links.connection = v.link_connection AND links.crm_module = 'Contacts' AND links.crm_id = v.contact
  AND links.entity IN ('customers', 'contact_persons') AND links.entity <> v.new_entity AND links.gone = ''`,
}
