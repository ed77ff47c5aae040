package zohocrm

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"causeway/internal/sandbox/platform"
)

// OrgID is the id of the sandbox's CRM organisation.
const OrgID = "5820000000000001"

// Deps are what an organisation needs from around it.
type Deps struct {
	Settings *platform.Settings
	Clock    platform.Clock
}

// Org is one CRM organisation: its records, its metadata and the handlers that serve them.
// It is safe for concurrent use.
type Org struct {
	db       *platform.DB
	settings *platform.Settings
	clock    platform.Clock

	downloads downloads // of bulk reads

	mu     sync.RWMutex
	custom map[string][]*field // by module
	views  map[string][]*view  // by module
	sets   map[setKey]*fieldSet

	droppedViews map[string]bool
}

// Open opens the organisation kept in crm.db in the directory, and makes it where there is none.
func Open(dir string, deps Deps) (*Org, error) {
	db, err := platform.Open(filepath.Join(dir, "crm.db"), schema+activitySchema+attachmentSchema)
	if err != nil {
		return nil, fmt.Errorf("open CRM sandbox: %w", err)
	}
	o := &Org{db: db, settings: deps.Settings, clock: deps.Clock}
	if o.clock == nil {
		o.clock = time.Now
	}
	if o.settings == nil {
		if o.settings, err = platform.NewSettings(nil); err != nil {
			return nil, err
		}
	}
	right := o.clock
	o.clock = func() time.Time { return right().Add(o.settings.Get().CRMClockAhead) }
	ctx := context.Background()
	if err := errors.Join(o.warm(ctx), o.reload(ctx)); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open CRM sandbox: %w", err)
	}
	return o, nil
}

// Close waits for the writes under way and closes the file.
func (o *Org) Close() error { return o.db.Close() }

// now is the time that a write carries: whole seconds, as times are on the wire.
func (o *Org) now() int64 { return o.clock().Unix() * 1000 }

// reload reads what the file says of custom fields and views.
func (o *Org) reload(ctx context.Context) error {
	custom, err := loadDefinitions(ctx, o.db.Read(), "SELECT module, number, definition FROM custom_fields ORDER BY number", customField)
	if err != nil {
		return fmt.Errorf("read custom fields: %w", err)
	}
	views, err := loadDefinitions(ctx, o.db.Read(), "SELECT module, number, definition FROM views ORDER BY number", addedView)
	if err != nil {
		return fmt.Errorf("read views: %w", err)
	}
	dropped, err := o.readDroppedViews(ctx)
	if err != nil {
		return fmt.Errorf("read deleted views: %w", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.custom, o.views, o.droppedViews, o.sets = custom, views, dropped, map[setKey]*fieldSet{}
	return nil
}

func (o *Org) readDroppedViews(ctx context.Context) (map[string]bool, error) {
	rows, err := o.db.Read().QueryContext(ctx, "SELECT id FROM dropped_views")
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

func customField(number int64, definition []byte) (*field, error) {
	f := &field{}
	if err := json.Unmarshal(definition, f); err != nil {
		return nil, err
	}
	f.Custom, f.ID = true, digits(idCustomFields+number)
	return f, nil
}

// setKey is what a module's fields depend on.
type setKey struct {
	module, marker string
	currencies     string
}

// fieldSet are the fields of a module as the settings have them now.
type fieldSet struct {
	module *module
	list   []*field
	byAPI  map[string]*field
}

// fields gives the module's fields: the standard ones, the custom ones, the marker and the currency fields where
// the settings have them.
func (o *Org) fields(m *module) *fieldSet {
	v := o.settings.Get()
	key := setKey{module: m.API, marker: v.CRMMarker}
	if v.CRMMultiCurrency {
		key.currencies = v.CRMBaseCurrency
	}
	o.mu.RLock()
	set := o.sets[key]
	o.mu.RUnlock()
	if set != nil {
		return set
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	set = o.buildFields(m, key)
	o.sets[key] = set
	return set
}

func (o *Org) buildFields(m *module, key setKey) *fieldSet {
	set := &fieldSet{module: m, byAPI: map[string]*field{}}
	add := func(f *field) {
		if set.byAPI[f.API] == nil {
			set.list = append(set.list, f)
			set.byAPI[f.API] = f
		}
	}
	for i := range m.fields {
		add(&m.fields[i])
	}
	if key.currencies != "" {
		for i, f := range currencyFields(currencyCodes(key.currencies)) {
			f.ID = digits(int64(idFields + m.number*1000 + 900 + i))
			add(&f)
		}
	}
	if key.marker != "absent" {
		marker := text(markerField, 255)
		marker.Label, marker.Custom, marker.Unique = "Causeway ID", true, key.marker == "unique"
		marker.ID = digits(int64(idFields + m.number*1000 + 990))
		add(&marker)
	}
	for _, f := range o.custom[m.API] {
		add(f)
	}
	return set
}

// writable gives the set that imports and this package's own writes use: it has the marker and the currency
// fields whatever the settings are, so that a change of settings loses nothing.
func (o *Org) writable(m *module) *fieldSet {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.buildFields(m, setKey{module: m.API, marker: o.settings.Get().CRMMarker + "+", currencies: o.settings.Get().CRMBaseCurrency})
}
