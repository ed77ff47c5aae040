// Package transaction says what a quote or an invoice may be: its checks, its exact amounts, and which actions each
// status allows. It must never do I/O, and knows no provider's wire format.
package transaction

import (
	"fmt"
	"slices"
	"strings"

	"causeway/internal/record"

	"github.com/govalues/decimal"
)

// The codes of what cannot be taken as it is.
const (
	CodeAmount       = "AMOUNT"
	CodeQuantity     = "QUANTITY"
	CodeDiscount     = "DISCOUNT"
	CodeNoLines      = "NO_LINES"
	CodeStatus       = "STATUS"
	CodeAboveBalance = "PAYMENT_ABOVE_BALANCE"
	CodeEmail        = "EMAIL"
	CodeFile         = "FILE"
	CodeComment      = "COMMENT"
)

// shareScale is the number of places of a discount's share: 0.1234 is 12.34 %.
const shareScale = 4

func invalid(code, message, remedy string) error {
	return &record.Error{Kind: record.Invalid, Op: "check", Code: code, Message: message, Remedy: remedy}
}

// precisions are the currencies that have not two places, by ISO 4217.
var precisions = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0,
	"VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
}

// Precision is the number of places of amounts in a currency, two where it is not known.
func Precision(code string) int {
	if n, ok := precisions[code]; ok {
		return n
	}
	return 2
}

// ParseAmount reads a decimal such as "12.50". Invalid where it is none.
func ParseAmount(text string) (decimal.Decimal, error) {
	d, err := decimal.Parse(strings.TrimSpace(text))
	if err != nil {
		return decimal.Zero, invalid(CodeAmount, fmt.Sprintf("%q is no amount", short(text)), "write it as 12.50, without a currency and without separators")
	}
	return d, nil
}

// ParseDiscount reads "12.5%" or an amount such as "12.50"; empty is none.
func ParseDiscount(text string) (record.Discount, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return record.Discount{}, nil
	}
	number, percent := strings.CutSuffix(text, "%")
	d, err := ParseAmount(number)
	if err == nil && percent {
		d, err = d.Quo(decimal.Hundred)
	}
	switch {
	case err != nil:
		return record.Discount{}, invalid(CodeDiscount, fmt.Sprintf("%q is no discount", short(text)), "write 12.5% or 12.50")
	case d.IsNeg(), percent && d.Cmp(decimal.One) > 0:
		return record.Discount{}, invalid(CodeDiscount, fmt.Sprintf("a discount of %s", short(text)), "use 0 to 100 %, or an amount that is not negative")
	case percent:
		return record.Discount{Share: d}, nil
	}
	return record.Discount{Amount: d}, nil
}

// RoundHalfUp rounds away from zero where the rest is half or more: what invoices use, and not the library's own
// rounding, which is half to even.
func RoundHalfUp(d decimal.Decimal, scale int) (decimal.Decimal, error) {
	half, err := decimal.New(5, scale+1)
	if err != nil {
		return d, err
	}
	if d, err = d.Abs().Add(half); err != nil {
		return d, err
	}
	return d.Trunc(scale), nil
}

func roundSigned(d decimal.Decimal, scale int) (decimal.Decimal, error) {
	out, err := RoundHalfUp(d, scale)
	if err == nil && d.IsNeg() {
		out = out.Neg()
	}
	return out, err
}

// Normalize rounds rates half up to the currency's places, and the shares of discounts to four, and checks what billing
// would compute with: quantities are positive, rates not negative, discounts not above what they are taken off. Its
// errors name the line, from 1.
func Normalize(tr record.Transaction, precision int) (record.Transaction, error) {
	if len(tr.Lines) == 0 {
		return tr, invalid(CodeNoLines, "it has no lines", "give it one at least")
	}
	tr.Lines = slices.Clone(tr.Lines)
	for i := range tr.Lines {
		if err := normalizeLine(&tr.Lines[i], precision); err != nil {
			var e *record.Error
			if as(err, &e) {
				e.Message = fmt.Sprintf("line %d: %s", i+1, e.Message)
			}
			return tr, err
		}
	}
	return tr, normalizeDiscount(&tr.Discount, precision)
}

func normalizeLine(l *record.Line, precision int) (err error) {
	if l.Quantity.Sign() <= 0 {
		return invalid(CodeQuantity, fmt.Sprintf("a quantity of %s", l.Quantity), "use a quantity above 0; what goes back is a credit note, made in billing")
	}
	if l.Rate.IsNeg() {
		return invalid(CodeAmount, fmt.Sprintf("a rate of %s", l.Rate), "use a rate that is not negative; a discount takes something off")
	}
	if l.Rate, err = RoundHalfUp(l.Rate, precision); err != nil {
		return invalid(CodeAmount, "a rate that is too large", "split the line")
	}
	if err := normalizeDiscount(&l.Discount, precision); err != nil {
		return err
	}
	gross, err := l.Rate.Mul(l.Quantity)
	if err != nil {
		return invalid(CodeAmount, "an amount that is too large", "split the line")
	}
	if l.Discount.Amount.Cmp(gross) > 0 {
		return invalid(CodeDiscount, fmt.Sprintf("a discount of %s on %s", l.Discount.Amount, gross), "take off no more than the line comes to")
	}
	return nil
}

func normalizeDiscount(d *record.Discount, precision int) error {
	var err error
	if d.Share, err = RoundHalfUp(d.Share, shareScale); err == nil {
		d.Amount, err = RoundHalfUp(d.Amount, precision)
	}
	if err != nil {
		return invalid(CodeDiscount, "a discount that is too large", "use 0 to 100 %, or an amount")
	}
	return nil
}

// short keeps a message readable whatever was given.
func short(s string) string {
	if len(s) > 60 {
		return s[:60] + "..."
	}
	return s
}
