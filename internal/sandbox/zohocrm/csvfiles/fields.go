package csvfiles

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// fieldsFile stands beside the CSV files of an export. It has the custom fields that are not plain text.
const fieldsFile = "fields.json"

// fields adds the custom fields of fields.json, if the directory has one. Call it before the files that have the values.
func (im *importer) fields(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, fieldsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var list []custom.Field
	if err := json.Unmarshal(text, &list); err != nil {
		return fmt.Errorf("%s: %w; it holds a list like [{\"module\":\"Accounts\",\"api_name\":\"Size\",\"type\":\"integer\"}]", fieldsFile, err)
	}
	for _, c := range list {
		m := metadata.ModuleNamed(c.Module)
		if m == nil {
			return fmt.Errorf("%s: field %s: %w", fieldsFile, c.API, metadata.UnknownModule(c.Module))
		}
		set := im.Set(m)
		if set.ByAPI[c.API] != nil {
			return fmt.Errorf("%s: %s already has a field %s; remove the entry", fieldsFile, m.API, c.API)
		}
		f, err := c.Check(set)
		if err != nil {
			return fmt.Errorf("%s: field %s: %w", fieldsFile, c.API, err)
		}
		if err := custom.InsertField(im.Ctx, im.Tx, m, f); err != nil {
			return fmt.Errorf("%s: add field %s of %s: %w", fieldsFile, c.API, m.API, err)
		}
		set.Add(f)
	}
	return nil
}

// exportFields writes fields.json, if there are custom fields that are not plain text.
func (c *Files) exportFields(_ context.Context, dir string) error {
	var list []custom.Field
	for _, m := range metadata.Modules {
		for _, f := range c.defs.CustomFields(m) {
			if f.Type == metadata.TypeText && !f.Unique && !f.Mandatory && !f.ReadOnly {
				continue
			}
			list = append(list, custom.Field{Module: m.API, API: f.API, Label: f.Label, Type: string(f.Type), Length: f.Length, Decimals: f.Decimals,
				Unique: f.Unique, Required: f.Mandatory, ReadOnly: f.ReadOnly, Picks: f.Picks, Lookup: f.Lookup, Formula: f.Formula})
		}
	}
	if len(list) == 0 {
		return nil
	}
	text, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, fieldsFile), append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("export CSV: %w", err)
	}
	return nil
}
