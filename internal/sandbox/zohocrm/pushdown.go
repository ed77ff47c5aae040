package zohocrm

import (
	"slices"
	"strings"
)

// What of a condition tree can be left to SQLite: conditions on the indexed columns. Only they make a read by key
// independent of how many records there are.

// sqlColumn gives the table's column for a field that has one.
func sqlColumn(c column) (string, bool) {
	if c.via != nil {
		return "", false
	}
	switch c.f.API {
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

// sqlOrder says the order in SQL, if every key is an indexed column. Ids break ties in the same direction, so
// that the index can be walked.
func sqlOrder(keys []sortKey) (string, bool) {
	var parts []string
	byID := false
	for _, k := range keys {
		name, ok := sqlColumn(k.col)
		if !ok {
			return "", false
		}
		parts = append(parts, name+direction(k.desc))
		byID = byID || name == "id"
	}
	if !byID {
		parts = append(parts, "id"+direction(len(keys) > 0 && keys[0].desc))
	}
	return strings.Join(parts, ", "), true
}

func direction(desc bool) string {
	if desc {
		return " DESC"
	}
	return " ASC"
}

// sql says as much of the tree as SQL can. What it says holds for every record that the tree holds for; exact
// says that the reverse is true as well. An empty string says nothing.
func (e *expr) sql() (text string, args []any, exact bool) {
	if e.join == "" {
		return e.leafSQL()
	}
	if e.join == "or" && len(e.kids) == 0 {
		return "0", nil, true // one of none: a search by e-mail in a module without such a field
	}
	var parts []string
	exact = true
	for _, k := range e.kids {
		part, partArgs, partExact := k.sql()
		exact = exact && partExact
		if part == "" {
			if e.join == "or" {
				return "", nil, false
			}
			continue
		}
		parts, args = append(parts, part), append(args, partArgs...)
	}
	if len(parts) == 0 {
		return "", nil, exact
	}
	return "(" + strings.Join(parts, " "+strings.ToUpper(e.join)+" ") + ")", args, exact
}

func (e *expr) leafSQL() (string, []any, bool) {
	if e.byKey() {
		return e.keySQL()
	}
	name, ok := sqlColumn(e.col)
	if !ok {
		return "", nil, false
	}
	var args []any
	for _, v := range e.value {
		args = append(args, e.stored(v))
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(args)), ",")
	switch e.op {
	case opEq, opNe, opGt, opGe, opLt, opLe:
		return name + " " + string(e.op) + " ?", args, true
	case opIn, opNotIn:
		return name + " " + string(e.op) + " (" + marks + ")", args, true
	case opBetween, opNotBetween:
		return name + " " + string(e.op) + " ? AND ?", args, true
	case opNull:
		return "0", nil, true
	case opNotNull:
		return "1", nil, true
	default:
		return "", nil, false
	}
}

// ofModule stands for the module's name in conditions; a module's name is a word of modules.go, never a caller's.
const ofModule = "@module"

// byKey says whether the records are found by the keys that are kept of a lookup: the contacts of one account, without
// reading all contacts.
func (e *expr) byKey() bool {
	return e.join == "" && e.col.via == nil && e.col.f.Type == typeLookup && (e.op == opEq || e.op == opIn) && len(e.value) > 0
}

func (e *expr) keySQL() (string, []any, bool) {
	args := []any{e.col.f.API}
	for _, v := range e.value {
		args = append(args, digits(v.id))
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(e.value)), ",")
	return "id IN (SELECT id FROM keys WHERE module = '" + ofModule + "' AND field = ? AND value IN (" + marks + "))", args, true
}

// keyed says whether every record that the tree holds for is found by a key.
func (e *expr) keyed() bool {
	if e.join != "and" {
		return e.byKey()
	}
	return slices.ContainsFunc(e.kids, (*expr).keyed)
}

// stored is an operand as the table's column has it.
func (e *expr) stored(v operand) int64 {
	if e.col.f.Type == typeDateTime {
		return v.ms
	}
	return v.id
}

// span is what a tree implies for one column: every record that it holds for lies in it. Nil is no bound.
type span struct{ low, high *int64 }

// bounds gives the column's span. An "or" such as "time > T or (time = T and id > X)" gives no index range by
// itself; its span (time >= T) does.
func (e *expr) bounds(name string) span {
	switch e.join {
	case "and":
		var b span
		for _, k := range e.kids {
			kb := k.bounds(name)
			b.low, b.high = pick(b.low, kb.low, true), pick(b.high, kb.high, false)
		}
		return b
	case "or":
		var b span
		for i, k := range e.kids {
			kb := k.bounds(name)
			if i == 0 {
				b = kb
				continue
			}
			b.low, b.high = widen(b.low, kb.low, true), widen(b.high, kb.high, false)
		}
		return b
	}
	if got, ok := sqlColumn(e.col); !ok || got != name || len(e.value) == 0 {
		return span{}
	}
	v := e.stored(e.value[0])
	switch e.op {
	case opEq:
		return span{&v, &v}
	case opGt, opGe:
		return span{low: &v}
	case opLt, opLe:
		return span{high: &v}
	case opBetween:
		high := e.stored(e.value[1])
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

func (s span) sql(name string) (where []string, args []any) {
	if s.low != nil {
		where, args = append(where, name+" >= ?"), append(args, *s.low)
	}
	if s.high != nil {
		where, args = append(where, name+" <= ?"), append(args, *s.high)
	}
	return where, args
}

// The makers below write conditions that handlers need.

var (
	idField       = &field{API: "id", Type: typeID}
	modifiedField = &field{API: "Modified_Time", Type: typeDateTime}
	createdField  = &field{API: "Created_Time", Type: typeDateTime}
)

func onID(op comparator, ids ...int64) *expr {
	e := &expr{col: column{f: idField}, op: op}
	for _, id := range ids {
		e.value = append(e.value, operand{id: id})
	}
	return e
}

func onTime(f *field, op comparator, ms int64) *expr {
	return &expr{col: column{f: f}, op: op, value: []operand{{ms: ms}}}
}

// both joins conditions that may be absent.
func both(conditions ...*expr) *expr {
	var kids []*expr
	for _, c := range conditions {
		if c != nil {
			kids = append(kids, c)
		}
	}
	switch len(kids) {
	case 0:
		return nil
	case 1:
		return kids[0]
	default:
		return &expr{join: "and", kids: kids}
	}
}

func either(a, b *expr) *expr { return &expr{join: "or", kids: []*expr{a, b}} }
