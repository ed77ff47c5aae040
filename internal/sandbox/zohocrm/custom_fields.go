package zohocrm

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"causeway/internal/sandbox/platform"
)

// CustomField is a field that an administrator adds to a module.
type CustomField struct {
	Module   string   `json:"module"`
	API      string   `json:"api_name"`
	Label    string   `json:"label,omitempty"`
	Type     string   `json:"type,omitempty"` // of settings/fields: text, picklist, boolean, ...; text where empty
	Length   int      `json:"length,omitempty"`
	Decimals int      `json:"decimals,omitempty"`
	Unique   bool     `json:"unique,omitempty"` // of text and e-mail
	Required bool     `json:"required,omitempty"`
	ReadOnly bool     `json:"read_only,omitempty"`
	Picks    []string `json:"picks,omitempty"`   // of picklist and multiselectpicklist
	Lookup   string   `json:"lookup,omitempty"`  // of a lookup: the module that it points into
	Formula  string   `json:"formula,omitempty"` // of a formula: the field whose value it shows
}

// ErrNoField is returned for a custom field that is not there.
var ErrNoField error = platform.Missing("no such custom field")

// lengths are what fields of a type have where nothing else is said. Its keys are the types that can be added.
var lengths = map[dataType]int{typeText: 255, typeTextArea: 2000, typeEmail: 100, typePhone: 30, typeWebsite: 450, typePicklist: 120,
	typeMultiPick: 2000, typeInteger: 9, typeBigint: 18, typeDouble: 16, typeCurrency: 16, typePercent: 5, typeBoolean: 5, typeDate: 20,
	typeDateTime: 20, typeLookup: 120, typeOwner: 120, typeAuto: 19, typeFormula: 16}

// field checks a definition. set are the fields that the module has.
func (c CustomField) field(set *fieldSet) (*field, error) {
	f := &field{API: c.API, Label: c.Label, Type: dataType(c.Type), Length: c.Length, Decimals: c.Decimals, Unique: c.Unique,
		Mandatory: c.Required, ReadOnly: c.ReadOnly, Picks: c.Picks, Lookup: c.Lookup, Formula: c.Formula, Custom: true}
	if f.Type == "" {
		f.Type = typeText
	}
	if f.Length == 0 {
		f.Length = lengths[f.Type]
	}
	switch f.Type {
	case typeDouble, typeCurrency, typePercent:
		if f.Decimals == 0 {
			f.Decimals = 2
		}
	case typeAuto, typeFormula:
		f.ReadOnly = true
	}
	switch {
	case c.API == "" || apiNameOf(c.API) != c.API:
		return nil, fmt.Errorf("%q is no API name; write it with letters, digits and _", c.API)
	case lengths[f.Type] == 0:
		var types []string
		for name := range lengths {
			types = append(types, string(name))
		}
		slices.Sort(types)
		return nil, fmt.Errorf("type %q is not one that the sandbox can add; there are %s", c.Type, strings.Join(types, ", "))
	case f.Type == typeLookup && moduleNamed(c.Lookup) == nil:
		return nil, fmt.Errorf("a lookup points into a module: %w", unknownModule(c.Lookup))
	case f.Type == typeFormula && set.byAPI[c.Formula] == nil:
		return nil, fmt.Errorf("a formula shows another field of the module, and there is no %q", c.Formula)
	case f.Unique && f.Type != typeText && f.Type != typeEmail:
		return nil, fmt.Errorf("a field of type %s cannot be unique here", f.Type)
	}
	return f, nil
}

// AddField adds a custom field.
func (d *Definitions) AddField(ctx context.Context, c CustomField) error {
	m := moduleNamed(c.Module)
	if m == nil {
		return fmt.Errorf("add field %s: %w", c.API, unknownModule(c.Module))
	}
	set := d.writable(m)
	if set.byAPI[c.API] != nil {
		return fmt.Errorf("add field %s: %s has a field of that name", c.API, m.API)
	}
	f, err := c.field(set)
	if err == nil {
		err = d.db.Write(ctx, func(tx *sql.Tx) error { return insertField(ctx, tx, m, f) })
	}
	if err != nil {
		return fmt.Errorf("add field %s of %s: %w", c.API, m.API, err)
	}
	return d.reload(ctx)
}

// SetField adds a custom field, or gives the one of that name another definition. Values that the new one would refuse
// are dropped; no record counts as changed.
func (a *adminActions) SetField(ctx context.Context, c CustomField) error {
	m := moduleNamed(c.Module)
	if m == nil {
		return fmt.Errorf("set field %s: %w", c.API, unknownModule(c.Module))
	}
	old := a.defs.customField(m, c.API)
	if old == nil {
		return a.defs.AddField(ctx, c)
	}
	f, err := c.field(a.defs.writable(m))
	if err != nil {
		return fmt.Errorf("set field %s of %s: %w", c.API, m.API, err)
	}
	return a.replaceField(ctx, m, old, f)
}

// DropField deletes a custom field, with its values; no record counts as changed.
func (a *adminActions) DropField(ctx context.Context, moduleAPI, api string) error {
	m := moduleNamed(moduleAPI)
	if m == nil {
		return fmt.Errorf("drop field %s: %w", api, unknownModule(moduleAPI))
	}
	old := a.defs.customField(m, api)
	if old == nil {
		return fmt.Errorf("drop field %s of %s: %w", api, m.API, ErrNoField)
	}
	return a.replaceField(ctx, m, old, nil)
}

// customFields returns the module's custom fields. The list is not to be changed.
func (d *Definitions) customFields(m *module) []*field {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.custom[m.API]
}

func (d *Definitions) customField(m *module, api string) *field {
	for _, f := range d.customFields(m) {
		if f.API == api {
			return f
		}
	}
	return nil
}

// replaceField puts a definition in another's place; nil only takes that one out.
func (a *adminActions) replaceField(ctx context.Context, m *module, old, next *field) error {
	err := a.store.Write(ctx, func(tx *sql.Tx) error {
		if err := replaceDefinition(ctx, tx, old, next); err != nil {
			return err
		}
		return a.store.realign(ctx, tx, m, old, next)
	})
	if err != nil {
		return fmt.Errorf("change field %s of %s: %w", old.API, m.API, err)
	}
	return a.defs.reload(ctx)
}

// replaceDefinition stores next in the place of old, or deletes old where next is nil. Values stay as they are.
func replaceDefinition(ctx context.Context, tx *sql.Tx, old, next *field) error {
	id, _ := parseID(old.ID)
	if next == nil {
		_, err := tx.ExecContext(ctx, "DELETE FROM custom_fields WHERE number = ?", id-idCustomFields)
		return err
	}
	definition, err := json.Marshal(next)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE custom_fields SET definition = ? WHERE number = ?", string(definition), id-idCustomFields)
	return err
}

// realign takes the values that a field had, and gives those back that its next definition takes.
func (s *Store) realign(ctx context.Context, tx *sql.Tx, m *module, old, next *field) error {
	ids, err := s.holders(ctx, tx, m, old.API)
	if err != nil {
		return err
	}
	before := &fieldSet{module: m, byAPI: map[string]*field{old.API: old}}
	after := &fieldSet{module: m, byAPI: map[string]*field{}}
	if next != nil {
		after.byAPI[next.API] = next
	}
	for _, id := range ids {
		rec, err := s.find(ctx, s.prepared(tx), m.API, id)
		if err != nil || rec == nil {
			return err
		}
		value := rec.Values[old.API]
		if err := s.dropKeys(ctx, tx, m.API, id, keysOf(before, rec.Values)); err != nil {
			return err
		}
		delete(rec.Values, old.API)
		if next != nil {
			if kept, wrong := next.normalise(value); wrong == nil && kept != nil {
				rec.Values[next.API] = kept
			}
		}
		if err := s.update(ctx, tx, after, nil, rec); err != nil {
			return err
		}
	}
	return nil
}

// holders are the records that have a value in the field.
func (s *Store) holders(ctx context.Context, tx *sql.Tx, m *module, api string) ([]int64, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id FROM records WHERE module = ? AND json_extract(body, ?) IS NOT NULL", m.API, `$."`+api+`"`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// autonumber gives a new record the numbers that the system counts.
func (s *Store) autonumber(ctx context.Context, tx *sql.Tx, set *fieldSet, r *record) error {
	for _, f := range set.list {
		if f.Type != typeAuto || r.Values[f.API] != nil {
			continue
		}
		var n int64
		err := tx.QueryRowContext(ctx, `INSERT INTO counters (name, value) VALUES (?, 1)
			ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`, "autonumber "+set.module.API+"."+f.API).Scan(&n)
		if err != nil {
			return fmt.Errorf("count %s: %w", f.API, err)
		}
		r.Values[f.API] = digits(n)
	}
	return nil
}
