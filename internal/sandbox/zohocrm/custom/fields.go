package custom

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// Field is a field that an administrator adds to a module.
type Field struct {
	Module   string   `json:"module"`
	API      string   `json:"api_name"`
	Label    string   `json:"label,omitempty"`
	Type     string   `json:"type,omitempty"` // as settings/fields has it: text, picklist, boolean, ...; text if empty
	Length   int      `json:"length,omitempty"`
	Decimals int      `json:"decimals,omitempty"`
	Unique   bool     `json:"unique,omitempty"` // of text and e-mail
	Required bool     `json:"required,omitempty"`
	ReadOnly bool     `json:"read_only,omitempty"`
	Picks    []string `json:"picks,omitempty"`   // of picklist and multiselectpicklist
	Lookup   string   `json:"lookup,omitempty"`  // of a lookup: the module of the records that it points at
	Formula  string   `json:"formula,omitempty"` // of a formula: the field whose value it shows
}

// ErrNoField is returned for a custom field that does not exist.
var ErrNoField error = platform.Missing("no such custom field")

// lengths are the default lengths of fields by type. Its keys are the types that can be added.
var lengths = map[metadata.DataType]int{metadata.TypeText: 255, metadata.TypeTextArea: 2000, metadata.TypeEmail: 100, metadata.TypePhone: 30, metadata.TypeWebsite: 450, metadata.TypePicklist: 120,
	metadata.TypeMultiPick: 2000, metadata.TypeInteger: 9, metadata.TypeBigint: 18, metadata.TypeDouble: 16, metadata.TypeCurrency: 16, metadata.TypePercent: 5, metadata.TypeBoolean: 5, metadata.TypeDate: 20,
	metadata.TypeDateTime: 20, metadata.TypeLookup: 120, metadata.TypeOwner: 120, metadata.TypeAuto: 19, metadata.TypeFormula: 16}

// Check checks the definition, and returns the field that it makes. set is the fields that the module has.
func (c Field) Check(set *metadata.FieldSet) (*metadata.Field, error) {
	f := &metadata.Field{API: c.API, Label: c.Label, Type: metadata.DataType(c.Type), Length: c.Length, Decimals: c.Decimals, Unique: c.Unique,
		Mandatory: c.Required, ReadOnly: c.ReadOnly, Picks: c.Picks, Lookup: c.Lookup, Formula: c.Formula, Custom: true}
	if f.Type == "" {
		f.Type = metadata.TypeText
	}
	if f.Length == 0 {
		f.Length = lengths[f.Type]
	}
	switch f.Type {
	case metadata.TypeDouble, metadata.TypeCurrency, metadata.TypePercent:
		if f.Decimals == 0 {
			f.Decimals = 2
		}
	case metadata.TypeAuto, metadata.TypeFormula:
		f.ReadOnly = true
	}
	switch {
	case c.API == "" || APIName(c.API) != c.API:
		return nil, fmt.Errorf("%q is not an API name; use letters, digits and _", c.API)
	case lengths[f.Type] == 0:
		var types []string
		for name := range lengths {
			types = append(types, string(name))
		}
		slices.Sort(types)
		return nil, fmt.Errorf("type %q cannot be added here; choose one of %s", c.Type, strings.Join(types, ", "))
	case f.Type == metadata.TypeLookup && metadata.ModuleNamed(c.Lookup) == nil:
		return nil, fmt.Errorf("a lookup points into a module that exists: %w", metadata.UnknownModule(c.Lookup))
	case f.Type == metadata.TypeFormula && set.ByAPI[c.Formula] == nil:
		return nil, fmt.Errorf("a formula shows another field of the module, and the module has no field %q", c.Formula)
	case f.Unique && f.Type != metadata.TypeText && f.Type != metadata.TypeEmail:
		return nil, fmt.Errorf("a field of type %s cannot be unique here", f.Type)
	}
	return f, nil
}

// AddField adds a custom field.
func (d *Definitions) AddField(ctx context.Context, c Field) error {
	m := metadata.ModuleNamed(c.Module)
	if m == nil {
		return fmt.Errorf("add field %s: %w", c.API, metadata.UnknownModule(c.Module))
	}
	set := d.Writable(m)
	if set.ByAPI[c.API] != nil {
		return fmt.Errorf("add field %s: %s already has a field of that name; choose another name", c.API, m.API)
	}
	f, err := c.Check(set)
	if err == nil {
		err = d.db.Write(ctx, func(tx *sql.Tx) error { return InsertField(ctx, tx, m, f) })
	}
	if err != nil {
		return fmt.Errorf("add field %s of %s: %w", c.API, m.API, err)
	}
	return d.Reload(ctx)
}

// CustomFields returns the module's custom fields. The caller must not change the list.
func (d *Definitions) CustomFields(m *metadata.Module) []*metadata.Field {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.custom[m.API]
}

// CustomField returns the module's custom field of an API name, and nil if there is none.
func (d *Definitions) CustomField(m *metadata.Module, api string) *metadata.Field {
	for _, f := range d.CustomFields(m) {
		if f.API == api {
			return f
		}
	}
	return nil
}

// ReplaceDefinition stores next in the place of old, or deletes old if next is nil. It changes no record.
func ReplaceDefinition(ctx context.Context, tx *sql.Tx, old, next *metadata.Field) error {
	id, _ := metadata.ParseID(old.ID)
	if next == nil {
		_, err := tx.ExecContext(ctx, "DELETE FROM custom_fields WHERE number = ?", id-metadata.IDCustomFields)
		return err
	}
	definition, err := json.Marshal(next)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE custom_fields SET definition = ? WHERE number = ?", string(definition), id-metadata.IDCustomFields)
	return err
}

// InsertField stores a custom field.
func InsertField(ctx context.Context, tx *sql.Tx, m *metadata.Module, f *metadata.Field) error {
	definition, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO custom_fields (module, definition) VALUES (?, ?)", m.API, string(definition))
	return err
}

// APIName turns any name into an API name: letters, digits and underscores.
func APIName(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return '_'
	}, strings.TrimSpace(name)), "_")
}
