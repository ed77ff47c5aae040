package zoho

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"causeway/internal/zohoapi"
)

// wireTime is billing's form of a time: the offset has no colon.
const wireTime = "2006-01-02T15:04:05-0700"

// text returns a text that is only shown. A value of another type counts as missing.
func text(row map[string]any, key string) string {
	s, _ := row[key].(string)
	return s
}

// numberText returns a number as text. The value is a number, or a text that holds one.
func numberText(v any) string {
	switch n := v.(type) {
	case json.Number:
		return n.String()
	case string:
		return strings.TrimSpace(n)
	default:
		return ""
	}
}

// texts returns the texts under these names in each row, without the empty ones.
func texts(rows []map[string]any, names ...string) []string {
	out := make([]string, 0, len(rows))
	for _, row := range rows {
		for _, name := range names {
			if v := text(row, name); v != "" {
				out = append(out, v)
			}
		}
	}
	return out
}

// first returns the first of the named texts that is set.
func first(row map[string]any, names []string) string {
	for _, name := range names {
		if v := strings.TrimSpace(text(row, name)); v != "" {
			return v
		}
	}
	return ""
}

// objects returns the objects of the first list that is there.
func objects(row map[string]any, names ...string) []map[string]any {
	for _, name := range names {
		list, ok := row[name].([]any)
		if !ok {
			continue
		}
		out := make([]map[string]any, 0, len(list))
		for _, v := range list {
			if object, ok := v.(map[string]any); ok {
				out = append(out, object)
			}
		}
		return out
	}
	return nil
}

// amount reads the first of the named amounts, exactly. It returns zero if there is none.
func amount(row map[string]any, names ...string) (decimal.Decimal, error) {
	for _, name := range names {
		v := row[name]
		if v == nil || v == "" {
			continue
		}
		d, err := decimal.Parse(numberText(v))
		if err != nil {
			return d, fmt.Errorf("%q is not an amount: %w", name, err)
		}
		return d, nil
	}
	return decimal.Zero, nil
}

// number returns an amount as an exact JSON number.
func number(d decimal.Decimal) json.Number { return json.Number(d.String()) }

// instant reads the first of the named times that is set.
func instant(row map[string]any, names ...string) (time.Time, error) {
	for _, name := range names {
		value, err := zohoapi.Text(row, name)
		if err != nil {
			return time.Time{}, err
		}
		if value == "" {
			continue
		}
		t, err := time.Parse(wireTime, value)
		if err != nil {
			// Newer parts of the platform write the offset with a colon.
			t, err = time.Parse(time.RFC3339, value)
		}
		if err != nil {
			return time.Time{}, fmt.Errorf("%q is not a time", name)
		}
		return t, nil
	}
	return time.Time{}, nil
}
