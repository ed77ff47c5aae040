package fields

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohobilling/store"
)

// Catalog knows the custom fields of every module. All organisations of the account have the same.
type Catalog struct {
	store *store.Store

	mu     sync.RWMutex
	custom map[string][]Definition // by module; without the marker
}

// Open reads the custom fields from the store.
func Open(ctx context.Context, s *store.Store) (*Catalog, error) {
	c := &Catalog{store: s}
	return c, c.reload(ctx)
}

// Of returns the custom fields of a module under the settings, the marker first.
func (c *Catalog) Of(module string, v platform.Values) []Definition {
	var defs []Definition
	if v.BillingMarker != "absent" {
		defs = append(defs, Definition{id: fieldIDs[module], apiName: marker, label: "Causeway ID", dataType: "text", index: 1, unique: v.BillingMarker == "unique"})
	}
	return append(defs, c.definitions(module)...)
}

// List returns the custom fields of a module, without the marker.
func (c *Catalog) List(module string) []CustomField {
	out := []CustomField{}
	for _, d := range c.definitions(module) {
		out = append(out, CustomField{module, d.apiName, d.label, d.dataType, d.options})
	}
	return out
}

func (c *Catalog) definitions(module string) []Definition {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.custom[module]
}

func (c *Catalog) reload(ctx context.Context) error {
	custom, err := load(ctx, c.store)
	if err != nil {
		return fmt.Errorf("read custom fields: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.custom = custom
	return nil
}

type querier interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// load returns the custom fields by module: those of a new organisation, with the changes since.
func load(ctx context.Context, from querier) (map[string][]Definition, error) {
	custom := map[string][]Definition{}
	for module, first := range firstFields {
		for i, d := range first {
			d.id, d.index = fieldIDs[module]+int64(i)+1, i+2
			custom[module] = append(custom[module], d)
		}
	}
	rows, err := from.Query(ctx, `SELECT number, module, api_name, definition FROM custom_fields ORDER BY number`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var number int64
		var module, apiName, definition string
		if err := rows.Scan(&number, &module, &apiName, &definition); err != nil {
			return nil, err
		}
		var f *CustomField
		if err := json.Unmarshal([]byte(definition), &f); err != nil {
			return nil, err
		}
		custom[module] = withField(custom[module], fieldIDs[module]+10000+number, apiName, f)
	}
	return custom, rows.Err()
}

// withField replaces the definition of that name, or adds one at the end. Where f is nil, it removes the definition.
func withField(defs []Definition, id int64, apiName string, f *CustomField) []Definition {
	at := slices.IndexFunc(defs, func(d Definition) bool { return d.apiName == apiName })
	switch {
	case f == nil && at < 0:
		return defs
	case f == nil:
		return slices.Delete(defs, at, at+1)
	case at < 0:
		defs, at = append(defs, Definition{id: id, apiName: apiName, index: len(defs) + 2}), len(defs)
	}
	defs[at].label, defs[at].dataType, defs[at].options = f.Label, f.DataType, f.Options
	return defs
}
