package query

import (
	"slices"
	"strings"

	"causeway/internal/sandbox/zohocrm/metadata"
)

// SQLite checks the conditions on indexed columns. Because of that, a page that is read by key costs the same however
// many records there are.

// SQLColumn returns the table's column of a field, and false if the field has none of its own.
func SQLColumn(c Column) (string, bool) {
	if c.Via != nil {
		return "", false
	}
	switch c.Field.API {
	case "id":
		return "id", true
	case "Modified_Time":
		return "modified", true
	case "Created_Time":
		return "created", true
	default:
		return "", false
	}
}

// SQLOrder returns the order in SQL, and false unless every key is an indexed column. Ids break ties in the same
// direction, so that SQLite can walk the index.
func SQLOrder(keys []SortKey) (string, bool) {
	var parts []string
	byID := false
	for _, k := range keys {
		name, ok := SQLColumn(k.Column)
		if !ok {
			return "", false
		}
		parts = append(parts, name+direction(k.Desc))
		byID = byID || name == "id"
	}
	if !byID {
		parts = append(parts, "id"+direction(len(keys) > 0 && keys[0].Desc))
	}
	return strings.Join(parts, ", "), true
}

func direction(desc bool) string {
	if desc {
		return " DESC"
	}
	return " ASC"
}

// SQL returns the part of the conditions that SQLite can check, or "" if it can check none. Every record that meets the
// conditions meets this part. exact reports that the reverse holds too.
func (e *Expr) SQL() (text string, args []any, exact bool) {
	if e.Join == "" {
		return e.leafSQL()
	}
	if e.Join == "or" && len(e.Kids) == 0 {
		return "0", nil, true // no field to look in: a search by e-mail in a module that has no e-mail field
	}
	var parts []string
	exact = true
	for _, k := range e.Kids {
		part, partArgs, partExact := k.SQL()
		exact = exact && partExact
		if part == "" {
			if e.Join == "or" {
				return "", nil, false
			}
			continue
		}
		parts, args = append(parts, part), append(args, partArgs...)
	}
	if len(parts) == 0 {
		return "", nil, exact
	}
	return "(" + strings.Join(parts, " "+strings.ToUpper(e.Join)+" ") + ")", args, exact
}

func (e *Expr) leafSQL() (string, []any, bool) {
	if e.byKey() {
		return e.keySQL()
	}
	name, ok := SQLColumn(e.Column)
	if !ok {
		return "", nil, false
	}
	var args []any
	for _, v := range e.Values {
		args = append(args, e.stored(v))
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(args)), ",")
	switch e.Op {
	case OpEq, OpNe, OpGt, OpGe, OpLt, OpLe:
		return name + " " + string(e.Op) + " ?", args, true
	case OpIn, OpNotIn:
		return name + " " + string(e.Op) + " (" + marks + ")", args, true
	case OpBetween, OpNotBetween:
		return name + " " + string(e.Op) + " ? AND ?", args, true
	case OpNull:
		return "0", nil, true
	case OpNotNull:
		return "1", nil, true
	default:
		return "", nil, false
	}
}

// ModuleMark stands for the module's name in what SQL returns. Replace it with a name from metadata.Modules, never with
// text from a caller.
const ModuleMark = "@module"

// byKey reports whether the condition's records are found by the keys of a lookup, as the contacts of one account are
// without reading all contacts.
func (e *Expr) byKey() bool {
	return e.Join == "" && e.Column.Via == nil && e.Column.Field.Type == metadata.TypeLookup && (e.Op == OpEq || e.Op == OpIn) && len(e.Values) > 0
}

func (e *Expr) keySQL() (string, []any, bool) {
	args := []any{e.Column.Field.API}
	for _, v := range e.Values {
		args = append(args, metadata.FormatID(v.id))
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(e.Values)), ",")
	return "id IN (SELECT id FROM keys WHERE module = '" + ModuleMark + "' AND field = ? AND value IN (" + marks + "))", args, true
}

// Keyed reports whether all records that meet the conditions are found by the keys of a lookup.
func (e *Expr) Keyed() bool {
	if e.Join != "and" {
		return e.byKey()
	}
	return slices.ContainsFunc(e.Kids, (*Expr).Keyed)
}

// stored returns an operand in the form of the table's column.
func (e *Expr) stored(v Operand) int64 {
	if e.Column.Field.Type == metadata.TypeDateTime {
		return v.ms
	}
	return v.id
}
