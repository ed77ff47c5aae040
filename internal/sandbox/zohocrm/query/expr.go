package query

import (
	"strings"

	"causeway/internal/sandbox/zohocrm/metadata"
)

// Comparator is how a condition compares. The names are those of COQL; those of views are translated.
type Comparator string

// The comparators.
const (
	OpEq         Comparator = "="
	OpNe         Comparator = "!="
	OpGt         Comparator = ">"
	OpGe         Comparator = ">="
	OpLt         Comparator = "<"
	OpLe         Comparator = "<="
	OpIn         Comparator = "in"
	OpNotIn      Comparator = "not in"
	OpLike       Comparator = "like"
	OpNotLike    Comparator = "not like"
	OpBetween    Comparator = "between"
	OpNotBetween Comparator = "not between"
	OpNull       Comparator = "is null"
	OpNotNull    Comparator = "is not null"
)

// Expr is a tree of conditions, such as the where of a COQL query or the criteria of a view.
type Expr struct {
	Join   string // "and", "or", or "" for a leaf
	Kids   []*Expr
	Column Column
	Op     Comparator
	Values []Operand
}

// Column is a field of the record, or of the record that one of its lookups points at.
type Column struct {
	Via   *metadata.Field // the lookup; nil for the record's own field
	Field *metadata.Field
}

// Name returns the column's name in COQL, such as Account_Name.Phone.
func (c Column) Name() string {
	if c.Via != nil {
		return c.Via.API + "." + c.Field.API
	}
	return c.Field.API
}

// Resolver returns the record that a lookup points at, and nil if there is none.
type Resolver func(module string, id int64) (*Record, error)

// Value returns what the record holds in the column.
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

// Holds reports whether the record meets the conditions. As in SQL, nothing equals an empty value or differs from it.
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
		return like(strings.ToLower(s), e.Values[0].text) == (e.Op == OpLike)
	case OpBetween, OpNotBetween:
		inside := order(e.Column.Field, v, e.Values[0]) >= 0 && order(e.Column.Field, v, e.Values[1]) <= 0
		return inside == (e.Op == OpBetween)
	}
	if list, ok := v.([]any); ok {
		return containsText(list, e.Values[0].text) == (e.Op == OpEq)
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

// like reports whether s matches a pattern in which % stands for any characters. Both are in lower case.
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

// FieldOrID returns the field of an API name, also of "id", and nil if there is none.
func FieldOrID(set *metadata.FieldSet, api string) *metadata.Field {
	if api == "id" {
		return IDField
	}
	return set.ByAPI[api]
}
