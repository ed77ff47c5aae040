package csvfiles

import (
	"fmt"
	"strings"

	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// columns reads a file's first row. A column that is not a field of the module becomes a custom text field.
func (im *importer) columns(m *metadata.Module, rows *rows) ([]column, error) {
	header, at, err := rows.next()
	if err != nil {
		return nil, err
	}
	if header == nil {
		return nil, fmt.Errorf("%s is empty; its first row must have the API names of the columns, with id and %s among them", rows.file, m.NameField)
	}
	given := map[string]bool{}
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
		switch name = header[i]; {
		case name == "":
			return nil, at.errorf("column %d has no name; give it an API name, or remove the column", i+1)
		case given[name]:
			return nil, at.errorf("column %s appears twice; remove one of the two", name)
		}
		given[name] = true
	}
	for _, needed := range []string{"id", m.NameField} {
		if !given[needed] {
			return nil, at.errorf("column %s is missing; the first row must have API names, with id and %s among them (it has %s)",
				needed, m.NameField, clipList(header))
		}
	}
	columns := make([]column, len(header))
	for i, name := range header {
		if columns[i], err = im.column(m, name, given, at); err != nil {
			return nil, err
		}
	}
	return columns, nil
}

func clipList(names []string) string {
	if len(names) > 8 {
		return strings.Join(names[:8], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// ignoredColumns are the columns of fields that only the system fills.
var ignoredColumns = map[string]bool{"Owner": true, "Created_By": true, "Modified_By": true, "Created_Time": true, "Modified_Time": true,
	"Last_Activity_Time": true, "Tag": true, "Full_Name": true}

func (im *importer) column(m *metadata.Module, name string, given map[string]bool, at place) (column, error) {
	c := column{name: name}
	set := im.Set(m)
	base, isReference := strings.CutSuffix(name, ".id")
	switch f := set.ByAPI[base]; {
	case name == "id":
		c.isID = true
	case ignoredColumns[base]:
	case isReference && f != nil && f.Type == metadata.TypeLookup:
		c.f = f
	case !isReference && f != nil && f.Type == metadata.TypeLookup:
		if !given[name+".id"] {
			return c, at.errorf("column %s is a lookup, which needs the id of a record of %s in a column %s.id; rename the column, or remove it",
				name, f.Lookup, name)
		}
	case !isReference && f != nil:
		c.f = f
	default:
		var err error
		if c.f, err = im.customField(m, name, at); err != nil {
			return c, err
		}
	}
	return c, nil
}

// customField adds a custom text field for a column that is not a field of the module.
func (im *importer) customField(m *metadata.Module, name string, at place) (*metadata.Field, error) {
	set, api := im.Set(m), custom.APIName(name)
	if api == "" {
		return nil, at.errorf("column %q has no letter or digit in its name; give it an API name", name)
	}
	if f := set.ByAPI[api]; f != nil {
		return nil, at.errorf("column %q becomes the field %s, which the module already has; rename one of the two", name, api)
	}
	f := &metadata.Field{API: api, Label: name, Type: metadata.TypeText, Length: 2000, Custom: true}
	if api == name {
		f.Label = ""
	}
	if err := custom.InsertField(im.Ctx, im.Tx, m, f); err != nil {
		return nil, fmt.Errorf("add field %s of %s: %w", api, m.API, err)
	}
	set.Add(f)
	return f, nil
}

// column is what a column of a file sets.
type column struct {
	name string
	isID bool
	f    *metadata.Field // nil: the column is ignored
}
