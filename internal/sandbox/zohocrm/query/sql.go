package query

import (
	"slices"
	"strings"

	"causeway/internal/sandbox/zohocrm/metadata"
)

// What of a condition tree can be left to SQLite: conditions on the indexed columns. Only they make a read by key
// independent of how many records there are.

// SqlColumn gives the table's column for a field that has one.
func SqlColumn(c Column) (string, bool) {
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

// SqlOrder says the order in SQL, if every key is an indexed column. Ids break ties in the same direction, so
// that the index can be walked.
func SqlOrder(keys []SortKey) (string, bool) {
	var parts []string
	byID := false
	for _, k := range keys {
		name, ok := SqlColumn(k.Column)
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

// SQL says as much of the tree as SQL can. What it says holds for every record that the tree holds for; exact
// says that the reverse is true as well. An empty string says nothing.
func (e *Expr) SQL() (text string, args []any, exact bool) {
	if e.Join == "" {
		return e.leafSQL()
	}
	if e.Join == "or" && len(e.Kids) == 0 {
		return "0", nil, true // one of none: a search by e-mail in a module without such a field
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
	name, ok := SqlColumn(e.Column)
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

// ModuleMark stands for the module's name in conditions; a module's name is a word of modules.go, never a caller's.
const ModuleMark = "@module"

// byKey says whether the records are found by the keys that are kept of a lookup: the contacts of one account, without
// reading all contacts.
func (e *Expr) byKey() bool {
	return e.Join == "" && e.Column.Via == nil && e.Column.Field.Type == metadata.TypeLookup && (e.Op == OpEq || e.Op == OpIn) && len(e.Values) > 0
}

func (e *Expr) keySQL() (string, []any, bool) {
	args := []any{e.Column.Field.API}
	for _, v := range e.Values {
		args = append(args, metadata.FormatID(v.Id))
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(e.Values)), ",")
	return "id IN (SELECT id FROM keys WHERE module = '" + ModuleMark + "' AND field = ? AND value IN (" + marks + "))", args, true
}

// Keyed says whether every record that the tree holds for is found by a key.
func (e *Expr) Keyed() bool {
	if e.Join != "and" {
		return e.byKey()
	}
	return slices.ContainsFunc(e.Kids, (*Expr).Keyed)
}

// stored is an operand as the table's column has it.
func (e *Expr) stored(v Operand) int64 {
	if e.Column.Field.Type == metadata.TypeDateTime {
		return v.ms
	}
	return v.Id
}

// span is what a tree implies for one column: every record that it holds for lies in it. Nil is no bound.
type span struct{ Low, high *int64 }

// Bounds gives the column's span. An "or" such as "time > T or (time = T and id > X)" gives no index range by
// itself; its span (time >= T) does.
func (e *Expr) Bounds(name string) span {
	switch e.Join {
	case "and":
		var b span
		for _, k := range e.Kids {
			kb := k.Bounds(name)
			b.Low, b.high = pick(b.Low, kb.Low, true), pick(b.high, kb.high, false)
		}
		return b
	case "or":
		var b span
		for i, k := range e.Kids {
			kb := k.Bounds(name)
			if i == 0 {
				b = kb
				continue
			}
			b.Low, b.high = widen(b.Low, kb.Low, true), widen(b.high, kb.high, false)
		}
		return b
	}
	if got, ok := SqlColumn(e.Column); !ok || got != name || len(e.Values) == 0 {
		return span{}
	}
	v := e.stored(e.Values[0])
	switch e.Op {
	case OpEq:
		return span{&v, &v}
	case OpGt, OpGe:
		return span{Low: &v}
	case OpLt, OpLe:
		return span{high: &v}
	case OpBetween:
		high := e.stored(e.Values[1])
		return span{&v, &high}
	default:
		return span{}
	}
}

// pick gives the tighter of two bounds.
func pick(a, b *int64, low bool) *int64 {
	if a == nil || b != nil && (*b > *a) == low && *b != *a {
		return b
	}
	return a
}

// widen gives the looser of two bounds.
func widen(a, b *int64, low bool) *int64 {
	if a == nil || b == nil {
		return nil
	}
	if (*b < *a) == low {
		return b
	}
	return a
}

func (s span) Sql(name string) (where []string, args []any) {
	if s.Low != nil {
		where, args = append(where, name+" >= ?"), append(args, *s.Low)
	}
	if s.high != nil {
		where, args = append(where, name+" <= ?"), append(args, *s.high)
	}
	return where, args
}

// The makers below write conditions that handlers need.
