package mapping

import (
	"slices"

	"causeway/internal/record"
)

// FieldMarker is billing's field for our own marker, which no map may touch.
const FieldMarker = "cf_causeway_id"

// FindField returns the field with that API name.
func FindField(fields []record.Field, name string) (record.Field, bool) {
	if i := slices.IndexFunc(fields, func(f record.Field) bool { return f.Name == name }); i >= 0 {
		return fields[i], true
	}
	return record.Field{}, false
}
