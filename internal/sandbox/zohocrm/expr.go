package zohocrm

import (
	"cmp"
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
)

// comparator is how a condition compares. The names are COQL's; a view's are translated into them.
type comparator string

const (
	opEq, opNe        comparator = "=", "!="
	opGt, opGe        comparator = ">", ">="
	opLt, opLe        comparator = "<", "<="
	opIn, opNotIn     comparator = "in", "not in"
	opLike            comparator = "like"
	opNotLike         comparator = "not like"
	opBetween         comparator = "between"
	opNotBetween      comparator = "not between"
	opNull, opNotNull comparator = "is null", "is not null"
)

// expr is a tree of conditions: the where of a COQL query, the criteria of a view.
type expr struct {
	join  string // "and", "or", or "" for a leaf
	kids  []*expr
	col   column
	op    comparator
	value []operand
}

// column is a field of the record, or a field of the record that its lookup points at.
type column struct {
	via *field // the lookup, nil for the record's own field
	f   *field
}

func (c column) name() string {
	if c.via != nil {
		return c.via.API + "." + c.f.API
	}
	return c.f.API
}

// operand is a value that a condition compares with, in the form that suits the column.
type operand struct {
	text   string
	number *big.Rat // of number columns
	ms     int64    // of date-time columns
	id     int64    // of ids and references
	truth  bool
}

// operandFor reads a literal as a value of the field; false where it is none.
func operandFor(f *field, literal string) (operand, bool) {
	switch {
	case f.Type == typeID || f.isReference():
		id, ok := parseID(literal)
		return operand{id: id, text: literal}, ok || literal == "0" // "id > 0" is how a read by key begins
	case f.isNumber():
		n, ok := parseDecimal(literal)
		if !ok {
			return operand{}, false
		}
		r, ok := rational(n)
		return operand{number: r}, ok
	case f.Type == typeBoolean:
		b, err := strconv.ParseBool(strings.ToLower(literal))
		return operand{truth: b}, err == nil
	case f.Type == typeDateTime:
		t, err := parseTime(literal)
		return operand{ms: t.UnixMilli()}, err == nil
	default:
		return operand{text: strings.ToLower(literal)}, true
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

// resolver finds the record that a lookup points at, for joined columns.
type resolver func(module string, id int64) (*record, error)

// value gives what the record has in the column.
func (c column) value(r *record, resolve resolver) (any, error) {
	if c.via == nil {
		return r.get(c.f), nil
	}
	ref, _ := r.get(c.via).(string)
	id, ok := parseID(ref)
	if !ok {
		return nil, nil
	}
	target, err := resolve(c.via.Lookup, id)
	if err != nil || target == nil {
		return nil, err
	}
	return target.get(c.f), nil
}

// holds says whether the record meets the conditions. As in SQL, nothing is equal or unequal to an empty value.
func (e *expr) holds(r *record, resolve resolver) (bool, error) {
	switch e.join {
	case "and":
		for _, k := range e.kids {
			if ok, err := k.holds(r, resolve); err != nil || !ok {
				return false, err
			}
		}
		return true, nil
	case "or":
		for _, k := range e.kids {
			if ok, err := k.holds(r, resolve); err != nil || ok {
				return ok, err
			}
		}
		return false, nil
	}
	v, err := e.col.value(r, resolve)
	if err != nil {
		return false, err
	}
	return e.compare(v), nil
}

func (e *expr) compare(v any) bool {
	if v == nil || v == "" {
		return e.op == opNull
	}
	switch e.op {
	case opNull:
		return false
	case opNotNull:
		return true
	case opIn, opNotIn:
		found := false
		for _, o := range e.value {
			found = found || order(e.col.f, v, o) == 0
		}
		return found == (e.op == opIn)
	case opLike, opNotLike:
		s, _ := v.(string)
		return like(strings.ToLower(s), e.value[0].text) == (e.op == opLike)
	case opBetween, opNotBetween:
		inside := order(e.col.f, v, e.value[0]) >= 0 && order(e.col.f, v, e.value[1]) <= 0
		return inside == (e.op == opBetween)
	}
	if list, ok := v.([]any); ok {
		return containsText(list, e.value[0].text) == (e.op == opEq)
	}
	return e.op.accepts(order(e.col.f, v, e.value[0]))
}

func (op comparator) accepts(c int) bool {
	switch op {
	case opEq:
		return c == 0
	case opNe:
		return c != 0
	case opGt:
		return c > 0
	case opGe:
		return c >= 0
	case opLt:
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
func order(f *field, v any, o operand) int {
	switch x := v.(type) {
	case int64:
		if f.Type == typeDateTime {
			return cmp.Compare(x, o.ms)
		}
		return cmp.Compare(x, o.id)
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

func orderText(f *field, s string, o operand) int {
	if f.isReference() {
		id, _ := parseID(s)
		return cmp.Compare(id, o.id)
	}
	if f.Type == typeDateTime {
		t, err := parseTime(s)
		if err != nil {
			return -1
		}
		return cmp.Compare(t.UnixMilli(), o.ms)
	}
	return strings.Compare(strings.ToLower(s), o.text)
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
