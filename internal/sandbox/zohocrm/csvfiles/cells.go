package csvfiles

import (
	"strings"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/records"
)

// value reads a cell as a value of its column's field.
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
			return nil, at.errorf("%s must be a number, not %q; write digits and a decimal point, or leave it empty", c.name, clip(cell))
		}
		return n, nil
	case f.Type == metadata.TypeBoolean:
		b, ok := truth[strings.ToLower(strings.TrimSpace(cell))]
		if !ok {
			return nil, at.errorf("%s must be true or false, not %q; write one of the two, or leave it empty", c.name, clip(cell))
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

// marker refuses a marker that two records of a module have. Markers must be unique.
func (im *importer) marker(m *metadata.Module, cell string, at place) error {
	key := m.API + "\x00" + records.KeyValue(cell)
	if first, twice := im.markers[key]; twice {
		return at.errorf("%s %q is on line %d too, but must be unique; empty the column, an import does not need it", metadata.MarkerField, clip(cell), first.line)
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
