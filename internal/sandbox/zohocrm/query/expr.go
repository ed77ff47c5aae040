package query

import (
	"cmp"
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"causeway/internal/sandbox/zohocrm/metadata"
)

// Comparator is how a condition compares. The names are COQL's; a view's are translated into them.
type Comparator string

const (
	OpEq, OpNe        Comparator = "=", "!="
	OpGt, OpGe        Comparator = ">", ">="
	OpLt, OpLe        Comparator = "<", "<="
	OpIn, OpNotIn     Comparator = "in", "not in"
	OpLike            Comparator = "like"
	OpNotLike         Comparator = "not like"
	OpBetween         Comparator = "between"
	OpNotBetween      Comparator = "not between"
	OpNull, OpNotNull Comparator = "is null", "is not null"
)

// Expr is a tree of conditions: the where of a COQL query, the criteria of a view.
type Expr struct {
	Join   string // "and", "or", or "" for a leaf
	Kids   []*Expr
	Column Column
	Op     Comparator
	Values []Operand
}

// Column is a field of the record, or a field of the record that its lookup points at.
type Column struct {
	Via   *metadata.Field // the lookup, nil for the record's own field
	Field *metadata.Field
}

func (c Column) Name() string {
	if c.Via != nil {
		return c.Via.API + "." + c.Field.API
	}
	return c.Field.API
}

// Operand is a value that a condition compares with, in the form that suits the column.
type Operand struct {
	Text   string
	number *big.Rat // of number columns
	ms     int64    // of date-time columns
	Id     int64    // of ids and references
	truth  bool
}

// OperandFor reads a literal as a value of the field; false where it is none.
func OperandFor(f *metadata.Field, literal string) (Operand, bool) {
	switch {
	case f.Type == metadata.TypeID || f.IsReference():
		id, ok := metadata.ParseID(literal)
		return Operand{Id: id, Text: literal}, ok || literal == "0" // "id > 0" is how a read by key begins
	case f.IsNumber():
		n, ok := metadata.ParseDecimal(literal)
		if !ok {
			return Operand{}, false
		}
		r, ok := rational(n)
		return Operand{number: r}, ok
	case f.Type == metadata.TypeBoolean:
		b, err := strconv.ParseBool(strings.ToLower(literal))
		return Operand{truth: b}, err == nil
	case f.Type == metadata.TypeDateTime:
		t, err := metadata.ParseTime(literal)
		return Operand{ms: t.UnixMilli()}, err == nil
	default:
		return Operand{Text: strings.ToLower(literal)}, true
	}
}

// rational gives the exact value of a stored number. Exponents beyond any money are not taken: they would
// cost memory without bound.
func rational(n json.Number) (*big.Rat, bool) {
	if i := strings.IndexAny(n.String(), "eE"); i >= 0 {
		if e, err := strconv.Atoi(strings.TrimPrefix(n.String()[i+1:], "+")); err != nil || e > 40 || e < -40 {
			return nil, false
		}
	}
	return new(big.Rat).SetString(n.String())
}

// Resolver finds the record that a lookup points at, for joined columns.
type Resolver func(module string, id int64) (*Record, error)

// Value gives what the record has in the column.
func (c Column) Value(r *Record, resolve Resolver) (any, error) {
	if c.Via == nil {
		return r.Get(c.Field), nil
	}
	ref, _ := r.Get(c.Via).(string)
	id, ok := metadata.ParseID(ref)
	if !ok {
		return nil, nil
	}
	target, err := resolve(c.Via.Lookup, id)
	if err != nil || target == nil {
		return nil, err
	}
	return target.Get(c.Field), nil
}

// Holds says whether the record meets the conditions. As in SQL, nothing is equal or unequal to an empty value.
func (e *Expr) Holds(r *Record, resolve Resolver) (bool, error) {
	switch e.Join {
	case "and":
		for _, k := range e.Kids {
			if ok, err := k.Holds(r, resolve); err != nil || !ok {
				return false, err
			}
		}
		return true, nil
	case "or":
		for _, k := range e.Kids {
			if ok, err := k.Holds(r, resolve); err != nil || ok {
				return ok, err
			}
		}
		return false, nil
	}
	v, err := e.Column.Value(r, resolve)
	if err != nil {
		return false, err
	}
	return e.compare(v), nil
}

func (e *Expr) compare(v any) bool {
	if v == nil || v == "" {
		return e.Op == OpNull
	}
	switch e.Op {
	case OpNull:
		return false
	case OpNotNull:
		return true
	case OpIn, OpNotIn:
		found := false
		for _, o := range e.Values {
			found = found || order(e.Column.Field, v, o) == 0
		}
		return found == (e.Op == OpIn)
	case OpLike, OpNotLike:
		s, _ := v.(string)
		return like(strings.ToLower(s), e.Values[0].Text) == (e.Op == OpLike)
	case OpBetween, OpNotBetween:
		inside := order(e.Column.Field, v, e.Values[0]) >= 0 && order(e.Column.Field, v, e.Values[1]) <= 0
		return inside == (e.Op == OpBetween)
	}
	if list, ok := v.([]any); ok {
		return containsText(list, e.Values[0].Text) == (e.Op == OpEq)
	}
	return e.Op.accepts(order(e.Column.Field, v, e.Values[0]))
}

func (op Comparator) accepts(c int) bool {
	switch op {
	case OpEq:
		return c == 0
	case OpNe:
		return c != 0
	case OpGt:
		return c > 0
	case OpGe:
		return c >= 0
	case OpLt:
		return c < 0
	default:
		return c <= 0
	}
}

func containsText(list []any, text string) bool {
	for _, item := range list {
		if s, ok := item.(string); ok && strings.ToLower(s) == text {
			return true
		}
	}
	return false
}

// order compares a stored value with an operand.
func order(f *metadata.Field, v any, o Operand) int {
	switch x := v.(type) {
	case int64:
		if f.Type == metadata.TypeDateTime {
			return cmp.Compare(x, o.ms)
		}
		return cmp.Compare(x, o.Id)
	case json.Number:
		r, ok := rational(x)
		if !ok || o.number == nil {
			return -1
		}
		return r.Cmp(o.number)
	case bool:
		if x == o.truth {
			return 0
		}
		return 1
	case string:
		return orderText(f, x, o)
	default:
		return -1
	}
}

func orderText(f *metadata.Field, s string, o Operand) int {
	if f.IsReference() {
		id, _ := metadata.ParseID(s)
		return cmp.Compare(id, o.Id)
	}
	if f.Type == metadata.TypeDateTime {
		t, err := metadata.ParseTime(s)
		if err != nil {
			return -1
		}
		return cmp.Compare(t.UnixMilli(), o.ms)
	}
	return strings.Compare(strings.ToLower(s), o.Text)
}

// like matches a pattern in which % stands for any run of characters. Both are in lower case.
func like(s, pattern string) bool {
	parts := strings.Split(pattern, "%")
	if len(parts) == 1 {
		return s == pattern
	}
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(s, p)
		if i < 0 {
			return false
		}
		s = s[i+len(p):]
	}
	return strings.HasSuffix(s, last)
}

func FieldOrID(set *metadata.FieldSet, api string) *metadata.Field {
	if api == "id" {
		return IdField
	}
	return set.ByAPI[api]
}
