package csvfiles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"causeway/internal/sandbox/zohocrm/metadata"
)

// Import loads Accounts.csv, Contacts.csv and Products.csv of a directory: all of those that exist (at least one must), or
// nothing. The first row of each has API names. fields.json, if it exists, has the types of custom fields. Values that the
// API would refuse but that real data contains (an empty name, an invalid e-mail) are loaded as they are. A mistake in a
// file is an error with the file, the line and what to do.
func (c *Files) Import(ctx context.Context, dir string) error {
	files, err := exportFiles(dir)
	if err != nil {
		return err
	}
	err = c.store.Write(ctx, func(tx *sql.Tx) error {
		im := &importer{Loader: c.store.NewLoader(ctx, tx), ids: map[string]map[int64]int{}, fresh: map[string]bool{}, markers: map[string]place{}}
		if err := im.fields(dir); err != nil {
			return err
		}
		for _, m := range metadata.Modules {
			if path := files[m.API]; path != "" {
				if err := im.file(m, path); err != nil {
					return err
				}
			}
		}
		if err := im.checkLookups(); err != nil {
			return err
		}
		return im.Finish()
	})
	if err != nil {
		return fmt.Errorf("import CSV: %w", err)
	}
	return c.defs.Reload(ctx)
}

// exportFiles returns the paths of the CSV files in a directory, by module.
func exportFiles(dir string) (map[string]string, error) {
	found, names := map[string]string{}, make([]string, len(metadata.Modules))
	for i, m := range metadata.Modules {
		names[i] = m.API + ".csv"
		path := filepath.Join(dir, names[i])
		switch info, err := os.Stat(path); {
		case err == nil && !info.IsDir():
			found[m.API] = path
		case err != nil && !errors.Is(err, fs.ErrNotExist) && !strings.Contains(err.Error(), "not a directory"):
			return nil, fmt.Errorf("import CSV: %w", err)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("import CSV: %s has none of the files %s; name the directory that has the export", dir, strings.Join(names, ", "))
	}
	return found, nil
}

func (im *importer) file(m *metadata.Module, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	rows, err := newRows(filepath.Base(path), f)
	if err != nil {
		return err
	}
	columns, err := im.columns(m, rows)
	if err != nil {
		return err
	}
	im.ids[m.API] = map[int64]int{}
	var held bool
	if err := im.Tx.QueryRowContext(im.Ctx, "SELECT EXISTS (SELECT 1 FROM records WHERE module = ?)", m.API).Scan(&held); err != nil {
		return err
	}
	im.fresh[m.API] = !held
	for {
		cells, at, err := rows.next()
		if err != nil {
			return err
		}
		if cells == nil {
			return nil
		}
		if err := im.row(m, columns, cells, at); err != nil {
			return err
		}
	}
}

func (im *importer) row(m *metadata.Module, columns []column, cells []string, at place) error {
	values := make(map[string]any, len(cells))
	var id int64
	for i, c := range columns {
		cell := cells[i]
		switch {
		case c.isID:
			var ok bool
			if id, ok = metadata.ParseID(strings.TrimSpace(cell)); !ok {
				return at.errorf("id %q is not a number of digits only; give each record the id that it has in the CRM", clip(cell))
			}
		case c.f == nil || cell == "":
		default:
			v, err := im.value(m, c, cell, at)
			if err != nil {
				return err
			}
			if v != nil {
				values[c.f.API] = v
			}
		}
	}
	if line, twice := im.ids[m.API][id]; twice {
		return at.errorf("id %d is on line %d too; remove one of the two records, or give one of them another id", id, line)
	}
	im.ids[m.API][id] = at.line
	if !im.fresh[m.API] {
		if existing, err := im.Store.Find(im.Ctx, im.Store.Prepared(im.Tx), m.API, id); err != nil {
			return err
		} else if existing != nil {
			return at.errorf("the CRM already has a record with id %d; import into an empty CRM", id)
		}
	}
	return im.Add(im.Set(m), id, 0, values)
}

// checkLookups refuses lookups to records that do not exist. Call it when all files are read.
func (im *importer) checkLookups() error {
	for _, p := range im.pending {
		if _, read := im.ids[p.target.API][p.id]; read {
			continue
		}
		found, err := im.Store.Find(im.Ctx, im.Store.Prepared(im.Tx), p.target.API, p.id)
		if err != nil {
			return err
		}
		if found == nil {
			return p.at.errorf("%s points at %d, but there is no record of %s with that id; add it to %s.csv, or empty the cell", p.column, p.id, p.target.API, p.target.API)
		}
	}
	return nil
}
