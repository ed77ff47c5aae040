package zoho

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"causeway/internal/record"
)

// columns are what a read selects, without repetition, and the names under which lookups get their names:
// a query gives a lookup's id only, and the rest of the record behind it as a column of its own.
type columns struct {
	names []string
	// joined is the column that holds "Lookup.name".
	joined map[string]string // lookup -> column
}

// nameFields are the name fields of the records behind the lookups that have one name field.
var nameFields = map[string]string{
	"Account_Name":   "Account_Name",
	"Parent_Account": "Account_Name",
	"Vendor_Name":    "Vendor_Name",
}

var fieldName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?$`)

// columnsOf translates the asked fields. "Lookup.id" is the lookup itself, "Lookup.name" its joined name.
func columnsOf(module record.Module, fields []string) (columns, error) {
	c := columns{names: []string{"id", "Created_Time", "Modified_Time"}, joined: map[string]string{}}
	for _, name := range append(needed(module), fields...) {
		if !fieldName.MatchString(name) {
			return c, fmt.Errorf("%q is no field name", name)
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

// split cuts the columns to what one query takes. Each part begins with the id.
func (c columns) split() (first []string, rest [][]string) {
	if len(c.names) <= maxColumns {
		return c.names, nil
	}
	for part := range slices.Chunk(c.names[maxColumns:], maxColumns-1) {
		rest = append(rest, append([]string{"id"}, part...))
	}
	return c.names[:maxColumns], rest
}

// nest puts joined names where a record call would show them: into the lookup, beside its id.
func (c columns) nest(row map[string]any) map[string]any {
	for lookup, column := range c.joined {
		if object, ok := row[lookup].(map[string]any); ok && row[column] != nil {
			object["name"] = row[column]
		}
		delete(row, column)
	}
	return row
}
