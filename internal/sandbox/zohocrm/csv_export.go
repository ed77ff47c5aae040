package zohocrm

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// csvFiles exports an organisation's records to CSV files, and imports them.
type csvFiles struct {
	store *Store
	defs  *Definitions
}

func newCSVFiles(store *Store, defs *Definitions) *csvFiles {
	return &csvFiles{store: store, defs: defs}
}

// ExportCSV writes the organisation's records into a directory, one file a module, in the form that ImportCSV reads.
// Modules without records give no file; custom fields of a type go to fields.json. A file is whole or absent: it is written beside and then renamed.
func (c *csvFiles) ExportCSV(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("export CSV: %w", err)
	}
	if err := c.exportFields(ctx, dir); err != nil {
		return err
	}
	return c.store.reading(ctx, func(db querier) error {
		for _, m := range modules {
			if err := c.exportModule(ctx, db, m, filepath.Join(dir, m.API+".csv")); err != nil {
				return fmt.Errorf("export CSV: %s: %w", m.API, err)
			}
		}
		return nil
	})
}

func (c *csvFiles) exportModule(ctx context.Context, db querier, m *module, path string) (err error) {
	fields, n, err := c.usedFields(ctx, db, m)
	if err != nil || n == 0 {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".export-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close(), os.Remove(file.Name()))
		}
	}()
	buffered := bufio.NewWriterSize(file, 1<<16)
	if err := c.writeRecords(ctx, db, m, fields, csv.NewWriter(buffered)); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	if err := errors.Join(file.Chmod(0o644), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// usedFields gives the fields that a record has a value in, besides the name field and all custom fields.
func (c *csvFiles) usedFields(ctx context.Context, db querier, m *module) (fields []*field, n int, err error) {
	set, used := c.defs.writable(m), map[string]bool{m.NameField: true}
	err = c.store.visit(ctx, db, query{module: m}, func(r *record) (bool, error) {
		n++
		for api := range r.Values {
			used[api] = true
		}
		return true, nil
	})
	for _, f := range set.list {
		if used[f.API] || f.Custom && f.API != markerField {
			fields = append(fields, f)
		}
	}
	return fields, n, err
}

func (c *csvFiles) writeRecords(ctx context.Context, db querier, m *module, fields []*field, out *csv.Writer) error {
	header := []string{"id"}
	for _, f := range fields {
		if f.Type == typeLookup {
			header = append(header, f.API+".id")
		}
		header = append(header, f.API)
	}
	if err := out.Write(header); err != nil {
		return err
	}
	resolve := c.store.resolver(ctx, db)
	err := c.store.visit(ctx, db, query{module: m}, func(r *record) (bool, error) {
		row := []string{digits(r.ID)}
		for _, f := range fields {
			text := cell(r.Values[f.API])
			if f.Type == typeLookup {
				name := ""
				if id, ok := parseID(text); ok {
					target, err := resolve(f.Lookup, id)
					if err != nil {
						return false, err
					}
					if target != nil {
						name = target.Name
					}
				}
				row = append(row, text, name)
				continue
			}
			row = append(row, text)
		}
		return true, out.Write(row)
	})
	out.Flush()
	return errors.Join(err, out.Error())
}

func cell(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case json.Number:
		return x.String()
	case []any:
		parts := make([]string, len(x))
		for i, item := range x {
			parts[i] = cell(item)
		}
		return strings.Join(parts, ";")
	default:
		return fmt.Sprint(x)
	}
}
