package amount

import (
	"bytes"
	"encoding/json"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/api"
)

// Most is the largest amount that the sandbox takes: products and sums of such amounts are exact decimals.
var Most = decimal.MustParse("999999999999999")

// must returns the result of an operation on checked amounts. They cannot overflow: an error is a fault of this program, so
// it panics.
func must(d decimal.Decimal, err error) decimal.Decimal {
	if err != nil {
		panic(err)
	}
	return d
}

// Plus returns a + b.
func Plus(a, b decimal.Decimal) decimal.Decimal { return must(a.Add(b)) }

// Minus returns a - b.
func Minus(a, b decimal.Decimal) decimal.Decimal { return must(a.Sub(b)) }

// Times returns a * b.
func Times(a, b decimal.Decimal) decimal.Decimal { return must(a.Mul(b)) }

// Over returns a / b.
func Over(a, b decimal.Decimal) decimal.Decimal { return must(a.Quo(b)) }

// Rounded rounds half away from zero, to a currency's precision.
func Rounded(d decimal.Decimal, precision int) decimal.Decimal {
	if d.IsNeg() {
		return Rounded(d.Neg(), precision).Neg()
	}
	half := decimal.MustNew(5, precision+1)
	return Plus(d, half).Trunc(precision).Pad(precision)
}

// JSON writes an amount as a number.
func JSON(d decimal.Decimal) json.Number { return json.Number(d.String()) }

// Given is a decimal of a request, written as a number or as a text.
type Given struct {
	decimal.Decimal
	IsSet bool // the request has it
}

// UnmarshalJSON reads either form.
func (g *Given) UnmarshalJSON(raw []byte) error {
	s := string(bytes.Trim(raw, `" `))
	if s == "" || s == "null" {
		return nil
	}
	v, err := decimal.Parse(s)
	if err != nil {
		return api.Invalid("line_items")
	}
	*g = Given{v, true}
	return nil
}
