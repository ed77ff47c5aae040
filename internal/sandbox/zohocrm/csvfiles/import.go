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
	"causeway/internal/sandbox/zohocrm/records"
)

// Import loads Accounts.csv, Contacts.csv and Products.csv of a directory (at least one must be there), all of them or
// nothing. The first row of each holds API names; fields.json, if it is there, the types of custom fields. What the API would refuse but data can contain (an empty name, an
// e-mail that is none) is loaded as it is; what makes the file itself wrong is an error that says file, line and remedy.
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

// exportFiles finds the files of an export by module.
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
		return nil, fmt.Errorf("import CSV: %s holds none of %s; name the directory that holds the export", dir, strings.Join(names, ", "))
	}
	return found, nil
}

// place is where something stands in a file.
type place struct {
	file string // its base name
	line int
}

func (p place) String() string { return fmt.Sprintf("%s, line %d", p.file, p.line) }

func (p place) errorf(format string, args ...any) error {
	return fmt.Errorf("%s: %s", p, fmt.Sprintf(format, args...))
}

// importer reads the files of one import.
type importer struct {
	*records.Loader
	ids     map[string]map[int64]int // module → id → line
	fresh   map[string]bool          // modules that held nothing before
	markers map[string]place         // module and value → where
	pending []pendingLookup
}

// pendingLookup is a lookup to a record that has not been read when it was met; it may stand further on.
type pendingLookup struct {
	at     place
	column string
	target *metadata.Module
	id     int64
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
		return at.errorf("id %d is that of line %d too; remove one of the two records, or give it an id of its own", id, line)
	}
	im.ids[m.API][id] = at.line
	if !im.fresh[m.API] {
		if existing, err := im.Store.Find(im.Ctx, im.Store.Prepared(im.Tx), m.API, id); err != nil {
			return err
		} else if existing != nil {
			return at.errorf("id %d is that of a record which the CRM holds already; import into an empty CRM", id)
		}
	}
	return im.Add(im.Set(m), id, 0, values)
}

// value reads a cell as its column's field has it.
func (im *importer) value(m *metadata.Module, c column, cell string, at place) (any, error) {
	f := c.f
	switch {
	case !f.IsText() && strings.TrimSpace(cell) == "":
		return nil, nil
	case f.Type == metadata.TypeLookup:
		return im.lookup(c, cell, at)
	case f.IsNumber():
		n, ok := metadata.ParseDecimal(cell)
		if !ok {
			return nil, at.errorf("%s is a number, and %q is none; write it with digits and a decimal point, or leave it empty", c.name, clip(cell))
		}
		return n, nil
	case f.Type == metadata.TypeBoolean:
		b, ok := truth[strings.ToLower(strings.TrimSpace(cell))]
		if !ok {
			return nil, at.errorf("%s is true or false, and %q is neither; write one of the two, or leave it empty", c.name, clip(cell))
		}
		return b, nil
	case f.Type == metadata.TypeMultiPick:
		var list []any
		for _, s := range strings.Split(cell, ";") {
			list = append(list, strings.TrimSpace(s))
		}
		return list, nil
	case f.API == metadata.MarkerField:
		return cell, im.marker(m, cell, at)
	default:
		return cell, nil
	}
}

var truth = map[string]bool{"true": true, "false": false, "1": true, "0": false, "yes": true, "no": false}

// marker refuses a marker that two records of a module carry: it is what tells them apart.
func (im *importer) marker(m *metadata.Module, cell string, at place) error {
	key := m.API + "\x00" + records.KeyValue(cell)
	if first, twice := im.markers[key]; twice {
		return at.errorf("%s %q is that of line %d too; it must be unique: empty the column, it is not needed", metadata.MarkerField, clip(cell), first.line)
	}
	im.markers[key] = at
	return nil
}

func (im *importer) lookup(c column, cell string, at place) (any, error) {
	id, ok := metadata.ParseID(strings.TrimSpace(cell))
	if !ok {
		return nil, at.errorf("%s %q is not a number of digits only; write the id of a record of %s, or leave it empty", c.name, clip(cell), c.f.Lookup)
	}
	if _, read := im.ids[c.f.Lookup][id]; !read {
		im.pending = append(im.pending, pendingLookup{at, c.name, metadata.ModuleNamed(c.f.Lookup), id})
	}
	return metadata.FormatID(id), nil
}

// checkLookups refuses lookups to nowhere, once all files are read.
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
			return p.at.errorf("%s points at %d, which is no record of %s; add that record to %s.csv, or empty the cell", p.column, p.id, p.target.API, p.target.API)
		}
	}
	return nil
}

// clip keeps a value from filling the screen.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
