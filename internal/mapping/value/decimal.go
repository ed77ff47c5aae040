package value

import (
	"encoding/json"
	"strconv"
	"strings"
)

// maxExponent bounds the length of a number in plain notation, since a few characters could stand for millions.
const maxExponent = 40

const notNumber = "is not a number; enter it in the CRM with digits and a decimal point alone"

// toDecimal keeps every digit of the source, without a float in between: 18.00 stays 18.00.
func toDecimal(raw any) (value any, keep bool, reason string) {
	var text string
	switch x := raw.(type) {
	case nil:
		return nil, true, ""
	case json.Number:
		text = x.String()
	case string:
		text = strings.TrimSpace(x)
	default:
		return nil, false, notNumber
	}
	if text == "" {
		return nil, true, ""
	}
	plain, ok := plainNumber(text)
	if !ok {
		return nil, false, notNumber
	}
	return json.Number(plain), true, ""
}

// plainNumber writes a decimal without exponent, plus sign or needless leading zeros: a JSON number.
func plainNumber(text string) (string, bool) {
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(text), "e")
	shift := 0
	if scientific {
		n, err := strconv.Atoi(exponent)
		if err != nil || n > maxExponent || n < -maxExponent {
			return "", false
		}
		shift = n
	}
	sign := ""
	switch {
	case strings.HasPrefix(mantissa, "-"):
		sign, mantissa = "-", mantissa[1:]
	case strings.HasPrefix(mantissa, "+"):
		mantissa = mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	point := len(whole) + shift
	if point < 0 {
		digits, point = strings.Repeat("0", -point)+digits, 0
	}
	if point > len(digits) {
		digits += strings.Repeat("0", point-len(digits))
	}
	whole, fraction = strings.TrimLeft(digits[:point], "0"), digits[point:]
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	return sign + whole, true
}
