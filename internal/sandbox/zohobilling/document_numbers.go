package zohobilling

import (
	"bytes"
	"strings"

	"github.com/govalues/decimal"
)

// discount is a share of an amount ("5%"), or an amount.
type discount struct {
	Percent decimal.Decimal
	Amount  decimal.Decimal
}

// UnmarshalJSON reads a percentage in a text, or an amount.
func (d *discount) UnmarshalJSON(raw []byte) error {
	s := strings.Trim(string(raw), `" `)
	if s == "" || s == "null" {
		*d = discount{}
		return nil
	}
	share, isShare := strings.CutSuffix(s, "%")
	v, err := decimal.Parse(strings.TrimSpace(share))
	if err != nil || v.IsNeg() || isShare && v.Cmp(decimal.Hundred) > 0 {
		return invalid("discount")
	}
	*d = discount{Amount: v}
	if isShare {
		*d = discount{Percent: v}
	}
	return nil
}

// MarshalJSON writes it as it was given.
func (d discount) MarshalJSON() ([]byte, error) {
	if d.Percent.IsZero() {
		return []byte(d.Amount.String()), nil
	}
	return []byte(`"` + d.Percent.Trim(0).String() + `%"`), nil
}

// of is what it takes off an amount.
func (d discount) of(amount decimal.Decimal) decimal.Decimal {
	if d.Percent.IsZero() {
		return d.Amount
	}
	return by(times(amount, d.Percent), decimal.Hundred)
}

// anyDecimal is an amount as a number or as a text.
type anyDecimal struct {
	decimal.Decimal
	given bool
}

// UnmarshalJSON reads either.
func (a *anyDecimal) UnmarshalJSON(raw []byte) error {
	s := string(bytes.Trim(raw, `" `))
	if s == "" || s == "null" {
		return nil
	}
	v, err := decimal.Parse(s)
	if err != nil {
		return invalid("line_items")
	}
	*a = anyDecimal{v, true}
	return nil
}
