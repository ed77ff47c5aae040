package metadata

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// WireTime is the form of a date with a time on the wire: seconds, and an offset with a colon.
const WireTime = "2006-01-02T15:04:05-07:00"

var emailForm = regexp.MustCompile(`^[^\s@<>(),;:"\\]+@[^\s@<>(),;:"\\]+\.[^\s@<>(),;:"\\]+$`)

// fault is what is wrong with one value: the details of an INVALID_DATA reply but for where it stands.
type fault struct {
	Details map[string]any
	Message string
}

func expected(kind string) *fault {
	return &fault{Details: map[string]any{"expected_data_type": kind}, Message: "invalid data"}
}

// Normalise checks a value that a client wrote and gives the form in which it is stored: strings,
// booleans, json.Number, the id of a lookup as a string, a list of strings for a multi-select.
// A nil clears the field.
func (f *Field) Normalise(v any) (any, *fault) {
	if v == nil {
		return nil, nil
	}
	switch f.Type {
	case TypeInteger, TypeBigint:
		return normaliseInteger(v, f)
	case TypeDouble, TypeCurrency, TypePercent:
		return normaliseNumber(v)
	case TypeBoolean:
		b, ok := v.(bool)
		if !ok {
			return nil, expected("boolean")
		}
		return b, nil
	case TypeDate, TypeDateTime:
		return normaliseTime(v, f.Type)
	case TypeLookup, TypeOwner:
		return normaliseReference(v)
	case TypeMultiPick:
		return f.normaliseMany(v)
	default:
		return f.normaliseText(v)
	}
}

func (f *Field) normaliseText(v any) (any, *fault) {
	s, ok := v.(string)
	if !ok {
		return nil, expected(f.expectedText())
	}
	if s == "" {
		return nil, nil
	}
	if f.Length > 0 && utf8.RuneCountInString(s) > f.Length {
		return nil, &fault{Details: map[string]any{"maximum_length": f.Length}, Message: "invalid data"}
	}
	if f.Type == TypeEmail && !emailForm.MatchString(s) {
		return nil, expected("email")
	}
	return s, nil
}

func (f *Field) expectedText() string {
	if f.Type == TypeEmail {
		return "email"
	}
	return "text"
}

// Unlisted is the fault of a picklist's value that no list shows. Zoho takes such values of some lists and keeps them:
// the setting strictPicklists says of which. Currency is bound to what is enabled.
func (f *Field) Unlisted(stored any, strict string) *fault {
	var given []any
	switch f.Type {
	case TypePicklist:
		given = []any{stored}
	case TypeMultiPick:
		given, _ = stored.([]any)
	}
	if f.API != "Currency" && strict != "all" && !(strict == "custom" && f.Custom) {
		return nil
	}
	for _, v := range given {
		if s, _ := v.(string); !slices.Contains(f.Picks, s) {
			return &fault{Details: map[string]any{"supported_values": f.Picks}, Message: "invalid data"}
		}
	}
	return nil
}

func (f *Field) normaliseMany(v any) (any, *fault) {
	list, ok := v.([]any)
	if !ok {
		return nil, expected("jsonarray")
	}
	out := make([]any, 0, len(list))
	for _, item := range list {
		s, isText := item.(string)
		if !isText {
			return nil, expected("text")
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

func normaliseInteger(v any, f *Field) (any, *fault) {
	n, ok := v.(json.Number)
	if !ok {
		if s, isText := v.(string); isText && f.Type == TypeBigint {
			n = json.Number(s)
		} else {
			return nil, expected(string(f.Type))
		}
	}
	i, err := strconv.ParseInt(n.String(), 10, 64)
	if err != nil {
		return nil, expected(string(f.Type))
	}
	if f.Type == TypeInteger && (i > 999999999 || i < -999999999) {
		return nil, &fault{Details: map[string]any{"maximum_length": f.Length}, Message: "invalid data"}
	}
	return json.Number(strconv.FormatInt(i, 10)), nil
}

func normaliseNumber(v any) (any, *fault) {
	n, ok := v.(json.Number)
	if !ok {
		return nil, expected("double")
	}
	f, err := n.Float64()
	if err != nil || math.Abs(f) >= 1e16 {
		return nil, &fault{Details: map[string]any{"maximum_length": 16}, Message: "invalid data"}
	}
	return n, nil
}

func normaliseTime(v any, kind DataType) (any, *fault) {
	s, ok := v.(string)
	if !ok {
		return nil, expected(string(kind))
	}
	if kind == TypeDate {
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return nil, expected("date")
		}
		return s, nil
	}
	t, err := ParseTime(s)
	if err != nil {
		return nil, expected("datetime")
	}
	return t.Format(WireTime), nil
}

// ParseTime reads a time as clients write it: with an offset, with Z, or with an offset without a colon.
func ParseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05-0700", s)
	}
	return t, err
}

// normaliseReference takes {"id":"…"} or the bare id.
func normaliseReference(v any) (any, *fault) {
	if object, ok := v.(map[string]any); ok {
		v = object["id"]
	}
	var id string
	switch x := v.(type) {
	case string:
		id = x
	case json.Number:
		id = x.String()
	default:
		return nil, expected("jsonobject")
	}
	if _, ok := ParseID(id); !ok {
		return nil, expected("bigint")
	}
	return id, nil
}

// ParseID reads a record's id: digits only, and no more than fit into 64 bits.
func ParseID(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n > 0
}

// ParseDecimal reads a number as people write it into a file ("1.50", "-3", "+2", ".5") and gives it in
// JSON's form, with no digit lost.
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

// DecodeObject keeps numbers as they were written: 21.3500004 must not become 21.350000399999999.
func DecodeObject(body []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	values := map[string]any{}
	err := d.Decode(&values)
	return values, err
}

// FormatTime gives a stored time in the organisation's time zone.
func FormatTime(ms int64) string { return time.UnixMilli(ms).UTC().Format(WireTime) }
