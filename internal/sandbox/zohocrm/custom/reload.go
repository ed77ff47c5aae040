package custom

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// Open reads the definitions that the file holds.
func Open(ctx context.Context, db *platform.DB, settings *platform.Settings) (*Definitions, error) {
	d := &Definitions{db: db, settings: settings}
	return d, d.Reload(ctx)
}

// Reload reads the custom fields and views again from the file. Call it after a change of theirs.
func (d *Definitions) Reload(ctx context.Context) error {
	custom, err := loadDefinitions(ctx, d.db.Read(), "SELECT module, number, definition FROM custom_fields ORDER BY number", customField)
	if err != nil {
		return fmt.Errorf("read custom fields: %w", err)
	}
	views, err := loadDefinitions(ctx, d.db.Read(), "SELECT module, number, definition FROM views ORDER BY number", addedView)
	if err != nil {
		return fmt.Errorf("read views: %w", err)
	}
	dropped, err := d.readDroppedViews(ctx)
	if err != nil {
		return fmt.Errorf("read deleted views: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.custom, d.views, d.droppedViews, d.sets = custom, views, dropped, map[setKey]*metadata.FieldSet{}
	return nil
}

func (d *Definitions) readDroppedViews(ctx context.Context) (map[string]bool, error) {
	rows, err := d.db.Read().QueryContext(ctx, "SELECT id FROM dropped_views")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	dropped := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		dropped[id] = true
	}
	return dropped, rows.Err()
}

func loadDefinitions[T any](ctx context.Context, db *sql.DB, query string, build func(number int64, definition []byte) (T, error)) (map[string][]T, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := map[string][]T{}
	for rows.Next() {
		var module, definition string
		var number int64
		if err := rows.Scan(&module, &number, &definition); err != nil {
			return nil, err
		}
		item, err := build(number, []byte(definition))
		if err != nil {
			return nil, err
		}
		all[module] = append(all[module], item)
	}
	return all, rows.Err()
}

func customField(number int64, definition []byte) (*metadata.Field, error) {
	f := &metadata.Field{}
	if err := json.Unmarshal(definition, f); err != nil {
		return nil, err
	}
	f.Custom, f.ID = true, metadata.FormatID(metadata.IDCustomFields+number)
	return f, nil
}
