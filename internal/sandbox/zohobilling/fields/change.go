package fields

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/store"
)

// CustomField is a field that an administrator adds. All organisations of the account have it.
type CustomField struct {
	Module   string   `json:"module"`              // customers or items
	APIName  string   `json:"api_name"`            // cf_...
	Label    string   `json:"label,omitempty"`     // empty: made from APIName
	DataType string   `json:"data_type,omitempty"` // empty: text
	Options  []string `json:"options,omitempty"`   // for dropdown and multiselect
}

// ErrNoField is returned for a custom field that does not exist.
var ErrNoField error = platform.Missing("no such custom field")

func (f CustomField) check() error {
	switch {
	case f.Module != "customers" && f.Module != "items":
		return fmt.Errorf("module %q cannot have custom fields; these can: customers, items", f.Module)
	case !strings.HasPrefix(f.APIName, "cf_") || f.APIName == marker:
		return fmt.Errorf("%q cannot name a custom field: choose a name that begins with cf_ and is not the marker's", f.APIName)
	case readers[f.DataType] == nil:
		var types []string
		for name := range readers {
			types = append(types, name)
		}
		slices.Sort(types)
		return fmt.Errorf("data type %q is unknown; use one of %s", f.DataType, strings.Join(types, ", "))
	case (f.DataType == "dropdown" || f.DataType == "multiselect") && len(f.Options) == 0:
		return fmt.Errorf("a field of type %s needs options", f.DataType)
	}
	return nil
}

// Set adds a custom field, or changes the label, type and options of the one with that name. Values that the changed
// field does not accept are dropped. No record counts as changed.
func (c *Catalog) Set(ctx context.Context, f CustomField) error {
	if f.DataType == "" {
		f.DataType = "text"
	}
	if f.Label == "" {
		f.Label = strings.ReplaceAll(strings.TrimPrefix(f.APIName, "cf_"), "_", " ")
	}
	if err := f.check(); err != nil {
		return fmt.Errorf("set custom field: %w", err)
	}
	return c.change(ctx, f.Module, f.APIName, &f)
}

// Drop deletes a custom field and its values. No record counts as changed.
func (c *Catalog) Drop(ctx context.Context, module, apiName string) error {
	if !slices.ContainsFunc(c.definitions(module), func(d Definition) bool { return d.apiName == apiName }) {
		return fmt.Errorf("drop %s of %s: %w", apiName, module, ErrNoField)
	}
	return c.change(ctx, module, apiName, nil)
}

// change stores the new definition, nil for none, and rewrites the values in the records.
func (c *Catalog) change(ctx context.Context, module, apiName string, f *CustomField) error {
	definition, err := json.Marshal(f)
	if err != nil {
		return err
	}
	err = c.store.Write(ctx, func(t store.Txn) error {
		if _, err := t.Exec(`INSERT INTO custom_fields (module, api_name, definition) VALUES (?, ?, ?)
			ON CONFLICT (module, api_name) DO UPDATE SET definition = excluded.definition`, module, apiName, string(definition)); err != nil {
			return err
		}
		custom, err := load(ctx, t)
		if err != nil {
			return err
		}
		var def *Definition
		for _, d := range custom[module] {
			if d.apiName == apiName {
				def = &d
			}
		}
		return rewrite(ctx, t, module, apiName, def)
	})
	if err != nil {
		return fmt.Errorf("change custom field %s of %s: %w", apiName, module, err)
	}
	return c.reload(ctx)
}

// rewrite changes the records that have the field: to def, or without the field where def is nil.
func rewrite(ctx context.Context, t store.Txn, module, apiName string, def *Definition) error {
	docs, err := recordsWith(ctx, t, module, apiName)
	if err != nil {
		return err
	}
	for id, doc := range docs {
		var holder struct {
			CustomFields []Value `json:"custom_fields"`
		}
		if err := json.Unmarshal([]byte(doc), &holder); err != nil {
			return err
		}
		kept := holder.CustomFields[:0]
		for _, f := range holder.CustomFields {
			if f.APIName == apiName && (def == nil || !f.redefine(def)) {
				continue
			}
			kept = append(kept, f)
		}
		if _, err := t.Exec(`UPDATE `+module+` SET doc = json_set(doc, '$.custom_fields', json(?)) WHERE id = ?`, string(api.JSON(kept)), id); err != nil {
			return err
		}
	}
	return nil
}

// recordsWith returns the records that have the field, by id.
func recordsWith(ctx context.Context, t store.Txn, module, apiName string) (map[int64]string, error) {
	rows, err := t.Query(ctx, `SELECT id, doc FROM `+module+` WHERE INSTR(doc, ?) > 0`, `"api_name":"`+apiName+`"`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	docs := map[int64]string{}
	for rows.Next() {
		var id int64
		var doc string
		if err := rows.Scan(&id, &doc); err != nil {
			return nil, err
		}
		docs[id] = doc
	}
	return docs, rows.Err()
}
