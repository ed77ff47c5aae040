package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"causeway/internal/record"
)

const (
	dropPlanned = `
DELETE FROM operations WHERE connection = ? AND state = 'planned' AND attempts = 0 AND run IN (SELECT id FROM runs WHERE connection = ? AND number < ?)`
	sentElsewhere = `
SELECT id FROM operations o WHERE connection = ? AND pending AND (state = 'sent' OR attempts > 0) AND run IN (SELECT id FROM runs WHERE connection = ? AND number < ?)
AND NOT EXISTS (SELECT 1 FROM operations n WHERE n.run = ? AND n.source_module = o.source_module AND n.source_id = o.source_id AND n.entity = o.entity)
ORDER BY seq {lock}`
)

var moveOperations = bulk{
	columns: cols("op_id text, new_seq bigint"),
	query: `
WITH {rows}
UPDATE operations SET run = ?, seq = v.new_seq FROM v WHERE operations.id = v.op_id AND operations.pending
RETURNING id`,
}

// OpenElsewhere clears up behind earlier runs of the connection that were cut off: their planned
// operations are dropped, since their sources are still due; those that were sent, if only once, move to this run, to
// be settled, or carried out, here: what they may have made is theirs. Their claims stay: an outcome that comes late is as good here. Gives the number moved.
// Idempotent: what was moved belongs to this run.
func (s *Store) OpenElsewhere(ctx context.Context, connection, run string) (moved int, err error) {
	this, err := s.Run(ctx, run)
	if err != nil {
		return 0, err
	}
	err = s.write(ctx, func(tx session) error {
		moved = 0
		if _, err := tx.exec(ctx, dropPlanned, connection, connection, this.Number); err != nil {
			return err
		}
		var ids []string
		if err := tx.all(ctx, &ids, sentElsewhere, connection, connection, this.Number, run); err != nil {
			return err
		}
		moved, err = tx.moveTo(ctx, run, ids)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("clear up behind earlier runs of %s: %w", connection, err)
	}
	return moved, nil
}

const (
	ownSources = `
SELECT module, id FROM run_records WHERE run = ? AND side = 'crm'
UNION
SELECT c.module, c.id FROM run_records r JOIN mirror c ON c.parent_id = r.id AND c.parent_id <> '' AND c.module = 'Contacts'
WHERE r.run = ? AND r.side = 'crm' AND r.module = 'Accounts' AND c.side = 'crm' AND c.connection || '' = ?`
	ownTargets = `
SELECT module, id FROM run_records WHERE run = ? AND side = 'billing'
UNION
SELECT l.billing_module, l.billing_id FROM run_records r JOIN links l ON l.crm_module = r.module AND l.crm_id = r.id AND l.entity IN ('customers', 'contact_persons', 'items')
WHERE r.run = ? AND r.side = 'crm' AND l.connection = ?`
	openBeside = `
SELECT id, state = 'sent' OR attempts > 0 AS begun, planned_at, (SELECT number FROM runs WHERE runs.id = o.run) AS number FROM operations o
WHERE source_id {in} AND source_module = ? AND connection || '' = ? AND run <> ? AND pending
AND NOT EXISTS (SELECT 1 FROM operations n WHERE n.run = ? AND n.source_module = o.source_module AND n.source_id = o.source_id AND n.entity = o.entity)
ORDER BY seq {lock}`
	dropBeside = `DELETE FROM operations WHERE id {in} AND state = 'planned'`
)

// Beside says what other runs had open of a run's own records.
type Beside struct {
	Dropped int // planned: the run plans them itself
	Moved   int // sent once, though maybe without effect: they are the run's now
	Held    int // another push has just planned them: the run has to wait
}

// OpenBeside takes to a run that has records of its own what other runs have open of these, of those of one side,
// though they go on: who waits for these records need not wait until a whole sync comes to them. Planned operations are
// dropped, but for those that another push has planned after the given time, which is about to carry them out; those
// that were sent, if only once, move to this run. Idempotent: what was moved belongs to this run.
func (s *Store) OpenBeside(ctx context.Context, connection, run string, side record.Side, justNow time.Time) (Beside, error) {
	var out Beside
	own := ownSources
	if side == record.Billing {
		own = ownTargets
	}
	err := s.write(ctx, func(tx session) error {
		out = Beside{}
		var sources []struct {
			Module string `db:"module"`
			ID     string `db:"id"`
		}
		if err := tx.all(ctx, &sources, own, run, run, connection); err != nil {
			return err
		}
		ids := map[string][]string{}
		for _, r := range sources {
			ids[r.Module] = append(ids[r.Module], r.ID)
		}
		for _, module := range slices.Sorted(maps.Keys(ids)) {
			if err := out.take(ctx, tx, connection, run, module, ids[module], justNow); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return out, fmt.Errorf("take what other runs have open of the records of %s: %w", run, err)
	}
	return out, nil
}

func (b *Beside) take(ctx context.Context, tx session, connection, run, module string, sources []string, justNow time.Time) error {
	var open []struct {
		ID        string `db:"id"`
		Begun     bool   `db:"begun"`
		PlannedAt int64  `db:"planned_at"`
		Number    int    `db:"number"`
	}
	if err := tx.all(ctx, &open, openBeside, tx.list(sources), module, connection, run, run); err != nil {
		return err
	}
	var planned, begun []string
	for _, op := range open {
		switch {
		case op.Begun:
			begun = append(begun, op.ID)
		case op.Number < 0 && op.PlannedAt > micros(justNow):
			b.Held++
		default:
			planned = append(planned, op.ID)
		}
	}
	if len(planned) > 0 {
		n, err := tx.exec(ctx, dropBeside, tx.list(planned))
		if err != nil {
			return err
		}
		b.Dropped += n
	}
	n, err := tx.moveTo(ctx, run, begun)
	b.Moved += n
	return err
}

// moveTo makes open operations those of another run, behind its own.
func (c session) moveTo(ctx context.Context, run string, ids []string) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	var last int64
	if _, err := c.get(ctx, &last, takeSeqs, len(ids), run); err != nil {
		return 0, err
	}
	rows := make([][]any, len(ids))
	for i, id := range ids {
		rows[i] = []any{id, last - int64(len(ids)-1-i)}
	}
	done, err := c.bulkIDs(ctx, moveOperations, rows, run)
	return len(done), err
}

// nameTaken looks by name first, and then whether the few records of it are linked: as a join, SQLite would
// walk all links for each look. So would PostgreSQL, before it has statistics, if the connection, with
// which primary keys begin, stood there as a bare column; likewise below.
const nameTaken = `
SELECT CASE WHEN EXISTS (
    SELECT 1 FROM mirror m WHERE m.connection || '' = ? AND m.side = 'billing' AND m.module = ? AND m.name_key = ? AND m.name_key <> '' AND EXISTS (
        SELECT 1 FROM links l WHERE l.billing_id = m.id AND l.billing_module = m.module AND l.connection || '' = m.connection AND l.entity = ?)
) OR EXISTS (
    SELECT 1 FROM operations WHERE connection = ? AND entity = ? AND name_key = ? AND action IN ('create', 'clone', 'link') AND id <> ?
    AND ((action <> 'link' AND (state = 'sent' OR (state = 'done' AND outcome IN ('added', 'linked'))))
         OR (action = 'link' AND pending))
) THEN 1 ELSE 0 END`

// NameTaken says whether a record of ours has the name: one that is linked or about to be, or one that another
// operation of this connection has created or may just be creating. It explains a side's refusal of a second record.
func (s *Store) NameTaken(ctx context.Context, connection string, entity record.Entity, nameKey string, except string) (bool, error) {
	key := indexKey(nameKey)
	taken := 0
	_, err := s.reader().get(ctx, &taken, nameTaken, connection, entity.Module(), key, entity, connection, entity, key, except)
	if err != nil {
		return false, fmt.Errorf("look whose name it is: %w", err)
	}
	return taken == 1, nil
}

const (
	skuTaken = `
SELECT CASE WHEN EXISTS (
    SELECT 1 FROM mirror m WHERE m.connection || '' = ? AND m.side = 'billing' AND m.module = 'items' AND m.sku_key = ? AND m.sku_key <> '' AND EXISTS (
        SELECT 1 FROM links l WHERE l.billing_id = m.id AND l.billing_module = m.module AND l.connection || '' = m.connection AND l.entity = 'items')
) THEN 1 ELSE 0 END`
	// What is done stands in the mirror, with its link; what is being sent is only an operation yet.
	sentItems = `
SELECT after_values FROM operations WHERE run = ? AND entity = 'items' AND state = 'sent' AND pending AND id <> ?`
)

// SKUTaken is NameTaken for the SKU of an item: whether one of ours has it, or may just be getting it by
// another operation of the same run.
func (s *Store) SKUTaken(ctx context.Context, op record.Operation, sku string) (bool, error) {
	key := record.NameKey(sku)
	if key == "" {
		return false, nil
	}
	taken := 0
	if _, err := s.reader().get(ctx, &taken, skuTaken, op.Connection, indexKey(key)); err != nil {
		return false, fmt.Errorf("look whose SKU it is: %w", err)
	}
	if taken == 1 {
		return true, nil
	}
	var sent []string
	if err := s.reader().all(ctx, &sent, sentItems, op.Run, op.ID); err != nil {
		return false, fmt.Errorf("look whose SKU it is: %w", err)
	}
	for _, text := range sent {
		after, err := record.DecodeValues([]byte(text))
		if err != nil {
			return false, fmt.Errorf("look whose SKU it is: %w", err)
		}
		if record.NameKey(after.Text("sku")) == key {
			return true, nil
		}
	}
	return false, nil
}
