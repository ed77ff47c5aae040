package transform

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"github.com/govalues/decimal"
)

// number is a value of a transform that keeps its digits, because a price is never a float. For the type checker it is
// CEL's double.
type number struct{ decimal.Decimal }

var _ interface {
	ref.Val
	traits.Comparer
} = number{}

// asNumber converts any of CEL's numbers.
func asNumber(v ref.Val) (number, bool) {
	var text string
	switch x := v.(type) {
	case number:
		return x, true
	case types.Int:
		text = strconv.FormatInt(int64(x), 10)
	case types.Uint:
		text = strconv.FormatUint(uint64(x), 10)
	case types.Double:
		text = strconv.FormatFloat(float64(x), 'f', -1, 64)
	default:
		return number{}, false
	}
	d, err := decimal.Parse(text)
	return number{d}, err == nil
}

// ConvertToNative implements ref.Val.
func (n number) ConvertToNative(to reflect.Type) (any, error) {
	if to == reflect.TypeFor[json.Number]() {
		return json.Number(n.String()), nil
	}
	return nil, fmt.Errorf("a number is no %s", to)
}

// ConvertToType implements ref.Val.
func (n number) ConvertToType(to ref.Type) ref.Val {
	switch to {
	case types.DoubleType:
		return n
	case types.StringType:
		return types.String(n.Trim(0).String())
	case types.IntType:
		whole, _, ok := n.Trunc(0).Int64(0)
		if !ok {
			return types.WrapErr(errNumberRange)
		}
		return types.Int(whole)
	case types.TypeType:
		return types.DoubleType
	}
	return types.NewErr("a number is no %s", to.TypeName())
}

// Equal implements ref.Val.
func (n number) Equal(other ref.Val) ref.Val {
	o, ok := asNumber(other)
	return types.Bool(ok && n.Cmp(o.Decimal) == 0)
}

// Compare implements traits.Comparer.
func (n number) Compare(other ref.Val) ref.Val {
	o, ok := asNumber(other)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	return types.Int(n.Cmp(o.Decimal))
}

// Type implements ref.Val.
func (number) Type() ref.Type { return types.DoubleType }

// Value implements ref.Val.
func (n number) Value() any { return n.Decimal }

var (
	errDivideByZero = errors.New("divides by zero")
	errNumberRange  = errors.New("makes a number with more digits than can be kept")
)

// exactly performs an operation on two decimals.
func exactly(op func(a, b decimal.Decimal) (decimal.Decimal, error)) func(a, b number) ref.Val {
	return func(a, b number) ref.Val {
		d, err := op(a.Decimal, b.Decimal)
		if err != nil {
			return types.WrapErr(errNumberRange)
		}
		return number{d}
	}
}

func divide(a, b number) ref.Val {
	if b.IsZero() {
		return types.WrapErr(errDivideByZero)
	}
	return exactly(decimal.Decimal.Quo)(a, b)
}

// adapter passes CRM values to CEL. Numbers keep their digits.
type adapter struct{}

// NativeToValue implements types.Adapter.
func (a adapter) NativeToValue(value any) ref.Val {
	switch x := value.(type) {
	case nil:
		return types.NullValue
	case json.Number:
		d, err := decimal.Parse(x.String())
		if err != nil {
			return types.WrapErr(errNumberRange)
		}
		return number{d}
	case map[string]any:
		return types.NewStringInterfaceMap(a, x)
	case []any:
		return types.NewDynamicList(a, x)
	default:
		return types.DefaultTypeAdapter.NativeToValue(value)
	}
}
