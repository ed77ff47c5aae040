package zohocrm

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ImportCSV loads Accounts.csv, Contacts.csv and Products.csv of a directory (at least one must be there), all of them or
// nothing. The first row of each holds API names; fields.json, if it is there, the types of custom fields. What the API would refuse but data can contain (an empty name, an
// e-mail that is none) is loaded as it is; what makes the file itself wrong is an error that says file, line and remedy.
func (c *csvFiles) ImportCSV(ctx context.Context, dir string) error {
	files, err := exportFiles(dir)
	if err != nil {
		return err
	}
	err = c.store.Write(ctx, func(tx *sql.Tx) error {
		im := &importer{loader: c.store.newLoader(ctx, tx), ids: map[string]map[int64]int{}, fresh: map[string]bool{}, markers: map[string]place{}}
		if err := im.fields(dir); err != nil {
			return err
		}
		for _, m := range modules {
			if path := files[m.API]; path != "" {
				if err := im.file(m, path); err != nil {
					return err
				}
			}
		}
		if err := im.checkLookups(); err != nil {
			return err
		}
		return im.finish()
	})
	if err != nil {
		return fmt.Errorf("import CSV: %w", err)
	}
	return c.defs.reload(ctx)
}

// exportFiles finds the files of an export by module.
func exportFiles(dir string) (map[string]string, error) {
	found, names := map[string]string{}, make([]string, len(modules))
	for i, m := range modules {
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
	*loader
	ids     map[string]map[int64]int // module → id → line
	fresh   map[string]bool          // modules that held nothing before
	markers map[string]place         // module and value → where
	pending []pendingLookup
}

// pendingLookup is a lookup to a record that has not been read when it was met; it may stand further on.
type pendingLookup struct {
	at     place
	column string
	target *module
	id     int64
}

func (im *importer) file(m *module, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	rows, err := newCSVRows(filepath.Base(path), f)
	if err != nil {
		return err
	}
	columns, err := im.columns(m, rows)
	if err != nil {
		return err
	}
	im.ids[m.API] = map[int64]int{}
	var held bool
	if err := im.tx.QueryRowContext(im.ctx, "SELECT EXISTS (SELECT 1 FROM records WHERE module = ?)", m.API).Scan(&held); err != nil {
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

func (im *importer) row(m *module, columns []csvColumn, cells []string, at place) error {
	values := make(map[string]any, len(cells))
	var id int64
	for i, c := range columns {
		cell := cells[i]
		switch {
		case c.isID:
			var ok bool
			if id, ok = parseID(strings.TrimSpace(cell)); !ok {
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
		if existing, err := im.store.find(im.ctx, im.store.prepared(im.tx), m.API, id); err != nil {
			return err
		} else if existing != nil {
			return at.errorf("id %d is that of a record which the CRM holds already; import into an empty CRM", id)
		}
	}
	return im.add(im.set(m), id, 0, values)
}

// value reads a cell as its column's field has it.
func (im *importer) value(m *module, c csvColumn, cell string, at place) (any, error) {
	f := c.f
	switch {
	case !f.isText() && strings.TrimSpace(cell) == "":
		return nil, nil
	case f.Type == typeLookup:
		return im.lookup(c, cell, at)
	case f.isNumber():
		n, ok := parseDecimal(cell)
		if !ok {
			return nil, at.errorf("%s is a number, and %q is none; write it with digits and a decimal point, or leave it empty", c.name, clip(cell))
		}
		return n, nil
	case f.Type == typeBoolean:
		b, ok := truth[strings.ToLower(strings.TrimSpace(cell))]
		if !ok {
			return nil, at.errorf("%s is true or false, and %q is neither; write one of the two, or leave it empty", c.name, clip(cell))
		}
		return b, nil
	case f.Type == typeMultiPick:
		var list []any
		for _, s := range strings.Split(cell, ";") {
			list = append(list, strings.TrimSpace(s))
		}
		return list, nil
	case f.API == markerField:
		return cell, im.marker(m, cell, at)
	default:
		return cell, nil
	}
}

var truth = map[string]bool{"true": true, "false": false, "1": true, "0": false, "yes": true, "no": false}

// marker refuses a marker that two records of a module carry: it is what tells them apart.
func (im *importer) marker(m *module, cell string, at place) error {
	key := m.API + "\x00" + keyValue(cell)
	if first, twice := im.markers[key]; twice {
		return at.errorf("%s %q is that of line %d too; it must be unique: empty the column, it is not needed", markerField, clip(cell), first.line)
	}
	im.markers[key] = at
	return nil
}

func (im *importer) lookup(c csvColumn, cell string, at place) (any, error) {
	id, ok := parseID(strings.TrimSpace(cell))
	if !ok {
		return nil, at.errorf("%s %q is not a number of digits only; write the id of a record of %s, or leave it empty", c.name, clip(cell), c.f.Lookup)
	}
	if _, read := im.ids[c.f.Lookup][id]; !read {
		im.pending = append(im.pending, pendingLookup{at, c.name, moduleNamed(c.f.Lookup), id})
	}
	return digits(id), nil
}

// checkLookups refuses lookups to nowhere, once all files are read.
func (im *importer) checkLookups() error {
	for _, p := range im.pending {
		if _, read := im.ids[p.target.API][p.id]; read {
			continue
		}
		found, err := im.store.find(im.ctx, im.store.prepared(im.tx), p.target.API, p.id)
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
