package csvfiles

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
	"causeway/internal/sandbox/zohocrm/records"
)

// Export writes the records into a directory, one file a module, in the form that Import reads. A module without records
// gets no file. Custom fields that are not plain text go to fields.json. A CSV file is written under another name and then
// renamed, so it is complete or absent.
func (c *Files) Export(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("export CSV: %w", err)
	}
	if err := c.exportFields(ctx, dir); err != nil {
		return err
	}
	return c.store.WithReader(ctx, func(db records.Querier) error {
		for _, m := range metadata.Modules {
			if err := c.exportModule(ctx, db, m, filepath.Join(dir, m.API+".csv")); err != nil {
				return fmt.Errorf("export CSV: %s: %w", m.API, err)
			}
		}
		return nil
	})
}

func (c *Files) exportModule(ctx context.Context, db records.Querier, m *metadata.Module, path string) (err error) {
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

// usedFields returns the fields that have a value in any record, the name field and all custom fields. n is the number of
// records.
func (c *Files) usedFields(ctx context.Context, db records.Querier, m *metadata.Module) (fields []*metadata.Field, n int, err error) {
	set, used := c.defs.Writable(m), map[string]bool{m.NameField: true}
	err = c.store.Visit(ctx, db, query.Query{Module: m}, func(r *query.Record) (bool, error) {
		n++
		for api := range r.Values {
			used[api] = true
		}
		return true, nil
	})
	for _, f := range set.List {
		if used[f.API] || f.Custom && f.API != metadata.MarkerField {
			fields = append(fields, f)
		}
	}
	return fields, n, err
}

func (c *Files) writeRecords(ctx context.Context, db records.Querier, m *metadata.Module, fields []*metadata.Field, out *csv.Writer) error {
	header := []string{"id"}
	for _, f := range fields {
		if f.Type == metadata.TypeLookup {
			header = append(header, f.API+".id")
		}
		header = append(header, f.API)
	}
	if err := out.Write(header); err != nil {
		return err
	}
	resolve := c.store.Resolver(ctx, db)
	err := c.store.Visit(ctx, db, query.Query{Module: m}, func(r *query.Record) (bool, error) {
		row := []string{metadata.FormatID(r.ID)}
		for _, f := range fields {
			text := metadata.Cell(r.Values[f.API])
			if f.Type == metadata.TypeLookup {
				name := ""
				if id, ok := metadata.ParseID(text); ok {
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
