package custom

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// Schema is the tables of custom fields and views. It can be applied again.
const Schema = `
CREATE TABLE IF NOT EXISTS custom_fields (
	number INTEGER PRIMARY KEY,
	module TEXT NOT NULL,
	definition TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS views (
	number INTEGER PRIMARY KEY,
	module TEXT NOT NULL,
	definition TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS dropped_views (id TEXT PRIMARY KEY) WITHOUT ROWID;
`

// Definitions are the fields and views of an organisation: the standard ones and those that people added. They are kept
// in the file and held in memory. They are safe for concurrent use.
type Definitions struct {
	db       *platform.DB
	settings *platform.Settings

	mu           sync.RWMutex
	custom       map[string][]*metadata.Field // by module
	views        map[string][]*SavedView      // by module
	sets         map[setKey]*metadata.FieldSet
	droppedViews map[string]bool
}

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

// setKey is what a set of fields depends on: the module and the settings.
type setKey struct {
	module, marker string
	currencies     string
}

// Fields returns the module's fields: the standard and custom ones, and the marker and currency fields if the settings
// have them.
func (d *Definitions) Fields(m *metadata.Module) *metadata.FieldSet {
	v := d.settings.Get()
	key := setKey{module: m.API, marker: v.CRMMarker}
	if v.CRMMultiCurrency {
		key.currencies = v.CRMBaseCurrency
	}
	d.mu.RLock()
	set := d.sets[key]
	d.mu.RUnlock()
	if set != nil {
		return set
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	set = d.buildFields(m, key)
	d.sets[key] = set
	return set
}

func (d *Definitions) buildFields(m *metadata.Module, key setKey) *metadata.FieldSet {
	var currencies []string
	if key.currencies != "" {
		currencies = metadata.CurrencyCodes(key.currencies)
	}
	set := metadata.NewFieldSet(m, currencies, key.marker)
	for _, f := range d.custom[m.API] {
		set.Add(f)
	}
	return set
}

// Writable returns the fields that the sandbox's own writes use. It always has the marker and currency fields, so that a
// change of the settings loses no value.
func (d *Definitions) Writable(m *metadata.Module) *metadata.FieldSet {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.buildFields(m, setKey{module: m.API, marker: d.settings.Get().CRMMarker + "+", currencies: d.settings.Get().CRMBaseCurrency})
}
