package operations

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// NameTaken looks by name first, and then whether the few records of it are linked: as a join, SQLite would
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

// NameTaken reports whether one of our records has the name: a linked one, or one that another operation of this
// connection has created, or may be creating or linking now. It explains why a side refuses a second record.
func (s *Operations) NameTaken(ctx context.Context, connection string, entity record.Entity, nameKey string, except string) (bool, error) {
	key := db.IndexKey(nameKey)
	taken := 0
	_, err := s.db.Reader().Get(ctx, &taken, nameTaken, connection, entity.Module(), key, entity, connection, entity, key, except)
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
func (s *Operations) SKUTaken(ctx context.Context, op record.Operation, sku string) (bool, error) {
	key := record.NameKey(sku)
	if key == "" {
		return false, nil
	}
	taken := 0
	if _, err := s.db.Reader().Get(ctx, &taken, skuTaken, op.Connection, db.IndexKey(key)); err != nil {
		return false, fmt.Errorf("look whose SKU it is: %w", err)
	}
	if taken == 1 {
		return true, nil
	}
	var sent []string
	if err := s.db.Reader().All(ctx, &sent, sentItems, op.Run, op.ID); err != nil {
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
