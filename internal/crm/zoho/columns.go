package zoho

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"causeway/internal/record"
)

// columns are what a read selects, without repetition, and where the names of lookups come from. A query returns
// only the id of a lookup. Fields of the record behind it are columns of their own.
type columns struct {
	names []string
	// joined maps a lookup to the column that holds its name.
	joined map[string]string // lookup -> column
}

// nameFields maps each lookup to the one field that holds the name of the record behind it.
var nameFields = map[string]string{
	"Account_Name":   "Account_Name",
	"Parent_Account": "Account_Name",
	"Vendor_Name":    "Vendor_Name",
}

var fieldName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?$`)

// columnsOf translates the requested fields. "Lookup.id" is the lookup itself, and "Lookup.name" its joined name.
func columnsOf(module record.Module, fields []string) (columns, error) {
	c := columns{names: []string{"id", "Created_Time", "Modified_Time"}, joined: map[string]string{}}
	for _, name := range append(needed(module), fields...) {
		if !fieldName.MatchString(name) {
			return c, fmt.Errorf("%q is not a field name", name)
		}
		lookup, sub, dotted := strings.Cut(name, ".")
		switch {
		case !dotted:
			c.add(name)
		case sub == "id":
			c.add(lookup)
		case sub == "name" && nameFields[lookup] != "":
			c.add(lookup)
			c.joined[lookup] = lookup + "." + nameFields[lookup]
			c.add(c.joined[lookup])
		default:
			c.add(name)
		}
	}
	return c, nil
}

func (c *columns) add(name string) {
	if !slices.Contains(c.names, name) {
		c.names = append(c.names, name)
	}
}

// split divides the columns into what one query takes. Each part begins with the id.
func (c columns) split() (first []string, rest [][]string) {
	if len(c.names) <= maxColumns {
		return c.names, nil
	}
	for part := range slices.Chunk(c.names[maxColumns:], maxColumns-1) {
		rest = append(rest, append([]string{"id"}, part...))
	}
	return c.names[:maxColumns], rest
}

// nest moves joined names into their lookup, beside its id, as a record call returns them.
func (c columns) nest(row map[string]any) map[string]any {
	for lookup, column := range c.joined {
		if object, ok := row[lookup].(map[string]any); ok && row[column] != nil {
			object["name"] = row[column]
		}
		delete(row, column)
	}
	return row
}
