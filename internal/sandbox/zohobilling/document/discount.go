package document

import (
	"strings"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/api"
)

// Discount is a percentage ("5%") or an amount.
type Discount struct {
	Percent decimal.Decimal
	Amount  decimal.Decimal
}

// UnmarshalJSON reads either form.
func (d *Discount) UnmarshalJSON(raw []byte) error {
	s := strings.Trim(string(raw), `" `)
	if s == "" || s == "null" {
		*d = Discount{}
		return nil
	}
	share, isShare := strings.CutSuffix(s, "%")
	v, err := decimal.Parse(strings.TrimSpace(share))
	if err != nil || v.IsNeg() || isShare && v.Cmp(decimal.Hundred) > 0 {
		return api.Invalid("discount")
	}
	*d = Discount{Amount: v}
	if isShare {
		*d = Discount{Percent: v}
	}
	return nil
}

// MarshalJSON writes the form that was read.
func (d Discount) MarshalJSON() ([]byte, error) {
	if d.Percent.IsZero() {
		return []byte(d.Amount.String()), nil
	}
	return []byte(`"` + d.Percent.Trim(0).String() + `%"`), nil
}

// off returns what the discount takes off a total.
func (d Discount) off(total decimal.Decimal) decimal.Decimal {
	if d.Percent.IsZero() {
		return d.Amount
	}
	return amount.Over(amount.Times(total, d.Percent), decimal.Hundred)
}
