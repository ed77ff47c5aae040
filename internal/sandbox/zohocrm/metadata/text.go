package metadata

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// FormatID returns an id as the API writes it: a string of digits.
func FormatID(n int64) string { return strconv.FormatInt(n, 10) }

// WireTime is how the API writes a date with a time: to the second, with an offset that has a colon.
const WireTime = "2006-01-02T15:04:05-07:00"

// ParseTime reads a time as clients write it: with Z, or with an offset that may lack its colon.
func ParseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05-0700", s)
	}
	return t, err
}

// ParseID reads an id: digits only, above 0, and no more than fit into 64 bits.
func ParseID(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n > 0
}

// ParseDecimal reads a number as people write it into a file ("1.50", "-3", "+2", ".5") and returns it as a JSON number.
// It loses no digit.
func ParseDecimal(s string) (json.Number, bool) {
	s = strings.TrimSpace(s)
	if json.Valid([]byte(s)) && s != "" && (s[0] == '-' || s[0] >= '0' && s[0] <= '9') {
		return json.Number(s), true
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok || strings.ContainsAny(s, "/_xXoObBpPeE") {
		return "", false
	}
	if r.IsInt() {
		return json.Number(r.Num().String()), true
	}
	prec, _ := r.FloatPrec()
	return json.Number(r.FloatString(prec)), true
}

// Cell returns a stored value as a cell of a CSV file. The items of a list are joined with semicolons.
func Cell(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case json.Number:
		return x.String()
	case []any:
		parts := make([]string, len(x))
		for i, item := range x {
			parts[i] = Cell(item)
		}
		return strings.Join(parts, ";")
	default:
		return fmt.Sprint(x)
	}
}

// DecodeObject reads a JSON object. Numbers stay as they are written: 21.3500004 must not become 21.350000399999999.
func DecodeObject(body []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	values := map[string]any{}
	err := d.Decode(&values)
	return values, err
}

// FormatTime returns a stored time (in milliseconds) as the API writes it, in the organisation's time zone, UTC.
func FormatTime(ms int64) string { return time.UnixMilli(ms).UTC().Format(WireTime) }
