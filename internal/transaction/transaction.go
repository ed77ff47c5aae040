package transaction

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"causeway/internal/record"

	"github.com/govalues/decimal"
)

// The codes of what is refused.
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

// shareScale is the number of decimal places of a discount's share: 0.1234 is 12.34 %.
const shareScale = 4

func invalid(code, message, remedy string) error {
	return &record.Error{Kind: record.Invalid, Op: "check", Code: code, Message: message, Remedy: remedy}
}

// precisions holds the currencies of ISO 4217 that do not have two decimal places.
var precisions = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0,
	"VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
}

// Precision returns the number of decimal places of amounts in a currency. For an unknown currency it returns 2.
func Precision(code string) int {
	if n, ok := precisions[code]; ok {
		return n
	}
	return 2
}

// ParseAmount reads a decimal such as "12.50". Any other text is Invalid.
func ParseAmount(text string) (decimal.Decimal, error) {
	d, err := decimal.Parse(strings.TrimSpace(text))
	if err != nil {
		return decimal.Zero, invalid(CodeAmount, fmt.Sprintf("%q is not an amount", shorten(text)), "write it like 12.50, without currency or separators")
	}
	return d, nil
}

// ParseDiscount reads "12.5%" or an amount such as "12.50". Empty means no discount.
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
		return record.Discount{}, invalid(CodeDiscount, fmt.Sprintf("%q is not a discount", shorten(text)), "write it like 12.5% or 12.50")
	case d.IsNeg(), percent && d.Cmp(decimal.One) > 0:
		return record.Discount{}, invalid(CodeDiscount, fmt.Sprintf("the discount is %s", shorten(text)), "a discount is 0 to 100 %, or an amount of 0 or more")
	case percent:
		return record.Discount{Share: d}, nil
	}
	return record.Discount{Amount: d}, nil
}

// RoundHalfUp drops the sign and rounds half up, as invoices do. The library's own rounding is half to even.
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

// Normalize rounds rates half up to the currency's decimal places, and shares of discounts to four. It also checks
// what billing calculates with: quantities are above 0, rates 0 or more, and no discount is larger than its amount.
// Its errors name the line, from 1.
func Normalize(tr record.Transaction, precision int) (record.Transaction, error) {
	if len(tr.Lines) == 0 {
		return tr, invalid(CodeNoLines, "the document has no lines", "give it at least one")
	}
	tr.Lines = slices.Clone(tr.Lines)
	for i := range tr.Lines {
		if err := normalizeLine(&tr.Lines[i], precision); err != nil {
			var e *record.Error
			if errors.As(err, &e) {
				e.Message = fmt.Sprintf("line %d: %s", i+1, e.Message)
			}
			return tr, err
		}
	}
	return tr, normalizeDiscount(&tr.Discount, precision)
}

func normalizeLine(l *record.Line, precision int) (err error) {
	if l.Quantity.Sign() <= 0 {
		return invalid(CodeQuantity, fmt.Sprintf("the quantity is %s", l.Quantity), "a quantity is above 0; for a return, make a credit note in billing")
	}
	if l.Rate.IsNeg() {
		return invalid(CodeAmount, fmt.Sprintf("the rate is %s", l.Rate), "a rate is 0 or more; to lower the amount, give a discount")
	}
	if l.Rate, err = RoundHalfUp(l.Rate, precision); err != nil {
		return invalid(CodeAmount, "the rate is too large", "split the line")
	}
	if err := normalizeDiscount(&l.Discount, precision); err != nil {
		return err
	}
	gross, err := l.Rate.Mul(l.Quantity)
	if err != nil {
		return invalid(CodeAmount, "the amount is too large", "split the line")
	}
	if l.Discount.Amount.Cmp(gross) > 0 {
		return invalid(CodeDiscount, fmt.Sprintf("the discount is %s, more than the line's amount of %s", l.Discount.Amount, gross), "give a discount of at most the line's amount")
	}
	return nil
}

func normalizeDiscount(d *record.Discount, precision int) error {
	var err error
	if d.Share, err = RoundHalfUp(d.Share, shareScale); err == nil {
		d.Amount, err = RoundHalfUp(d.Amount, precision)
	}
	if err != nil {
		return invalid(CodeDiscount, "the discount is too large", "a discount is 0 to 100 %, or an amount of 0 or more")
	}
	return nil
}

// shorten keeps a message readable, however long the text is.
func shorten(s string) string {
	if len(s) > 60 {
		return s[:60] + "..."
	}
	return s
}
