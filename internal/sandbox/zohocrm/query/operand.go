package query

import (
	"cmp"
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"causeway/internal/sandbox/zohocrm/metadata"
)

// Operand is a value that a condition compares a field with. The field's type decides which of its members counts.
type Operand struct {
	text   string
	number *big.Rat // of number columns
	ms     int64    // of date-time columns
	id     int64    // of ids and references
	truth  bool
}

// OperandFor reads a literal as a value of the field. It returns false if the field cannot hold it.
func OperandFor(f *metadata.Field, literal string) (Operand, bool) {
	switch {
	case f.Type == metadata.TypeID || f.IsReference():
		id, ok := metadata.ParseID(literal)
		return Operand{id: id, text: literal}, ok || literal == "0" // a read by key begins with "id > 0"
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
		return Operand{text: strings.ToLower(literal)}, true
	}
}

// rational returns the exact value of a stored number. It refuses exponents that no amount of money has, because they
// would take memory without bound.
func rational(n json.Number) (*big.Rat, bool) {
	if i := strings.IndexAny(n.String(), "eE"); i >= 0 {
		if e, err := strconv.Atoi(strings.TrimPrefix(n.String()[i+1:], "+")); err != nil || e > 40 || e < -40 {
			return nil, false
		}
	}
	return new(big.Rat).SetString(n.String())
}

// order compares a stored value with an operand: below 0 if the value is smaller, 0 if they are equal.
func order(f *metadata.Field, v any, o Operand) int {
	switch x := v.(type) {
	case int64:
		if f.Type == metadata.TypeDateTime {
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

func orderText(f *metadata.Field, s string, o Operand) int {
	if f.IsReference() {
		id, _ := metadata.ParseID(s)
		return cmp.Compare(id, o.id)
	}
	if f.Type == metadata.TypeDateTime {
		t, err := metadata.ParseTime(s)
		if err != nil {
			return -1
		}
		return cmp.Compare(t.UnixMilli(), o.ms)
	}
	return strings.Compare(strings.ToLower(s), o.text)
}
