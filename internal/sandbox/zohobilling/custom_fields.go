package zohobilling

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"causeway/internal/sandbox/platform"
)

// Custom fields are made in billing's own pages: no API has a call for it. Here they are made past the API.

// CustomField is a field that an organisation's administrator adds. All organisations of the account have it.
type CustomField struct {
	Module   string   `json:"module"`              // customers or items
	APIName  string   `json:"api_name"`            // cf_...
	Label    string   `json:"label,omitempty"`     // made of APIName where empty
	DataType string   `json:"data_type,omitempty"` // text where empty
	Options  []string `json:"options,omitempty"`   // of dropdown and multiselect
}

// ErrNoField is returned for a custom field that is not there.
var ErrNoField error = platform.Missing("no such custom field")

func (f CustomField) check() error {
	switch {
	case f.Module != "customers" && f.Module != "items":
		return fmt.Errorf("module %q has no custom fields of yours; there are customers, items", f.Module)
	case !strings.HasPrefix(f.APIName, "cf_") || f.APIName == markerField:
		return fmt.Errorf("%q is no name for a custom field; take one that begins with cf_ and is not the marker's", f.APIName)
	case readers[f.DataType] == nil:
		var types []string
		for name := range readers {
			types = append(types, name)
		}
		slices.Sort(types)
		return fmt.Errorf("data type %q is unknown; there are %s", f.DataType, strings.Join(types, ", "))
	case (f.DataType == "dropdown" || f.DataType == "multiselect") && len(f.Options) == 0:
		return fmt.Errorf("a field of type %s needs options", f.DataType)
	}
	return nil
}

// SetField adds a custom field, or gives the one of that name another label, type or options. Values that the changed
// field would refuse are dropped; no record counts as changed.
func (o *Org) SetField(ctx context.Context, f CustomField) error {
	if f.DataType == "" {
		f.DataType = "text"
	}
	if f.Label == "" {
		f.Label = strings.ReplaceAll(strings.TrimPrefix(f.APIName, "cf_"), "_", " ")
	}
	if err := f.check(); err != nil {
		return fmt.Errorf("set custom field: %w", err)
	}
	return o.changeFields(ctx, f.Module, f.APIName, &f)
}

// DropField deletes a custom field, with its values; no record counts as changed.
func (o *Org) DropField(ctx context.Context, module, apiName string) error {
	if !slices.ContainsFunc(o.customFields(module), func(d fieldDef) bool { return d.apiName == apiName }) {
		return fmt.Errorf("drop %s of %s: %w", apiName, module, ErrNoField)
	}
	return o.changeFields(ctx, module, apiName, nil)
}

// changeFields stores a definition, or its end, and brings the records in line.
func (o *Org) changeFields(ctx context.Context, module, apiName string, f *CustomField) error {
	definition, err := json.Marshal(f)
	if err != nil {
		return err
	}
	err = o.write(ctx, func(t txn) error {
		if _, err := t.exec(`INSERT INTO custom_fields (module, api_name, definition) VALUES (?, ?, ?)
			ON CONFLICT (module, api_name) DO UPDATE SET definition = excluded.definition`, module, apiName, string(definition)); err != nil {
			return err
		}
		custom, err := loadFields(ctx, t.tx)
		if err != nil {
			return err
		}
		var def *fieldDef
		for _, d := range custom[module] {
			if d.apiName == apiName {
				def = &d
			}
		}
		return realign(ctx, t, module, apiName, def)
	})
	if err != nil {
		return fmt.Errorf("change custom field %s of %s: %w", apiName, module, err)
	}
	return o.reloadFields(ctx)
}

// realign rewrites the records that carry the field: to def, or without it where def is nil.
func realign(ctx context.Context, t txn, module, apiName string, def *fieldDef) error {
	docs, err := holders(ctx, t, module, apiName)
	if err != nil {
		return err
	}
	for id, doc := range docs {
		var holder struct {
			CustomFields []customField `json:"custom_fields"`
		}
		if err := json.Unmarshal([]byte(doc), &holder); err != nil {
			return err
		}
		kept := holder.CustomFields[:0]
		for _, f := range holder.CustomFields {
			if f.APIName == apiName && !f.follow(def) {
				continue
			}
			kept = append(kept, f)
		}
		if _, err := t.exec(`UPDATE `+module+` SET doc = json_set(doc, '$.custom_fields', json(?)) WHERE id = ?`, string(partOf("", kept).value), id); err != nil {
			return err
		}
	}
	return nil
}

// holders are the records that carry the field, by id.
func holders(ctx context.Context, t txn, module, apiName string) (map[int64]string, error) {
	rows, err := t.tx.QueryContext(ctx, `SELECT id, doc FROM `+module+` WHERE INSTR(doc, ?) > 0`, `"api_name":"`+apiName+`"`)
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

// follow gives a value its field's new definition; false where it cannot have it.
func (f *customField) follow(def *fieldDef) bool {
	if def == nil {
		return false
	}
	value, ok := readers[def.dataType](*def, f.Value)
	f.Value, f.Label, f.DataType = value, def.label, def.dataType
	return ok
}

// customFields gives a module's custom fields besides the marker.
func (o *Org) customFields(module string) []fieldDef {
	o.customMu.RLock()
	defer o.customMu.RUnlock()
	return o.custom[module]
}

func (o *Org) reloadFields(ctx context.Context) error {
	tx, err := o.db.Read().BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("read custom fields: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	custom, err := loadFields(ctx, tx)
	if err != nil {
		return fmt.Errorf("read custom fields: %w", err)
	}
	o.customMu.Lock()
	defer o.customMu.Unlock()
	o.custom = custom
	return nil
}

// loadFields gives the custom fields by module: a new organisation's, as changed and added since.
func loadFields(ctx context.Context, tx *sql.Tx) (map[string][]fieldDef, error) {
	custom := map[string][]fieldDef{}
	for module, first := range firstFields {
		for i, d := range first {
			d.id, d.index = fieldIDs[module]+int64(i)+1, i+2
			custom[module] = append(custom[module], d)
		}
	}
	rows, err := tx.QueryContext(ctx, `SELECT number, module, api_name, definition FROM custom_fields ORDER BY number`)
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

// withField puts a definition in the place of the one of its name, or at the end; nil takes that one out.
func withField(defs []fieldDef, id int64, apiName string, f *CustomField) []fieldDef {
	at := slices.IndexFunc(defs, func(d fieldDef) bool { return d.apiName == apiName })
	switch {
	case f == nil && at < 0:
		return defs
	case f == nil:
		return slices.Delete(defs, at, at+1)
	case at < 0:
		defs, at = append(defs, fieldDef{id: id, apiName: apiName, index: len(defs) + 2}), len(defs)
	}
	defs[at].label, defs[at].dataType, defs[at].options = f.Label, f.DataType, f.Options
	return defs
}

// Control serves /sandbox/v1/billing/: what an administrator does in billing's own pages. It needs no token, and
// exists in the sandbox only.
func (o *Org) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sandbox/v1/billing/fields", platform.Admin(func(ctx context.Context, in CustomField) (any, error) {
		return struct{}{}, o.SetField(ctx, in)
	}))
	mux.HandleFunc("POST /sandbox/v1/billing/transactions", platform.Admin(func(ctx context.Context, in SampleTransactions) (any, error) {
		return o.SeedTransactions(ctx, in)
	}))
	mux.HandleFunc("GET /sandbox/v1/billing/mails", func(w http.ResponseWriter, r *http.Request) {
		all, err := o.Mails(r.Context())
		platform.AnswerAdmin(w, all, err)
	})
	mux.HandleFunc("DELETE /sandbox/v1/billing/fields/{module}/{name}", func(w http.ResponseWriter, r *http.Request) {
		platform.AnswerAdmin(w, struct{}{}, o.DropField(r.Context(), r.PathValue("module"), r.PathValue("name")))
	})
	mux.HandleFunc("GET /sandbox/v1/billing/fields/{module}", func(w http.ResponseWriter, r *http.Request) {
		out := []CustomField{}
		for _, d := range o.customFields(r.PathValue("module")) {
			out = append(out, CustomField{r.PathValue("module"), d.apiName, d.label, d.dataType, d.options})
		}
		platform.WriteJSON(w, http.StatusOK, out)
	})
	return mux
}

// number is a field's id as records carry it.
func (d fieldDef) number() json.Number { return json.Number(strconv.FormatInt(d.id, 10)) }
