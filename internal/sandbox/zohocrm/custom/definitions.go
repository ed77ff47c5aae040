package custom

import (
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
