package store

import (
	"context"
	"fmt"

	"causeway/internal/record"
)

const (
	dropPlanned = `
DELETE FROM operations WHERE connection = ? AND state = 'planned' AND run IN (SELECT id FROM runs WHERE connection = ? AND number < ?)`
	sentElsewhere = `
SELECT id FROM operations o WHERE connection = ? AND state = 'sent' AND run IN (SELECT id FROM runs WHERE connection = ? AND number < ?)
AND NOT EXISTS (SELECT 1 FROM operations n WHERE n.run = ? AND n.source_module = o.source_module AND n.source_id = o.source_id AND n.entity = o.entity)
ORDER BY seq {lock}`
)

var moveOperations = bulk{
	columns: cols("op_id text, new_seq bigint"),
	query: `
WITH {rows}
UPDATE operations SET run = ?, seq = v.new_seq FROM v WHERE operations.id = v.op_id AND operations.state = 'sent'
RETURNING id`,
}

// OpenElsewhere clears up behind earlier runs of the connection that were cut off: their planned
// operations are dropped, since their sources are still due; those that were sent move to this run, to be
// settled here. Their claims stay: an outcome that comes late is as good here. Gives the number moved.
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
		if err := tx.all(ctx, &ids, sentElsewhere, connection, connection, this.Number, run); err != nil || len(ids) == 0 {
			return err
		}
		var last int64
		if _, err := tx.get(ctx, &last, takeSeqs, len(ids), run); err != nil {
			return err
		}
		rows := make([][]any, len(ids))
		for i, id := range ids {
			rows[i] = []any{id, last - int64(len(ids)-1-i)}
		}
		done, err := tx.bulkIDs(ctx, moveOperations, rows, run)
		moved = len(done)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("clear up behind earlier runs of %s: %w", connection, err)
	}
	return moved, nil
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
