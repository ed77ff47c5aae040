package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// appendJSON appends the canonical JSON of a value. It writes the kinds that Values hold itself, because
// encoding/json spends most of its time on type detection and a sync encodes each record several times. It leaves
// any other kind to encoding/json, so both always agree.
func appendJSON(to []byte, v any) ([]byte, error) {
	switch x := v.(type) {
	case nil:
		return append(to, "null"...), nil
	case bool:
		if x {
			return append(to, "true"...), nil
		}
		return append(to, "false"...), nil
	case string:
		return appendText(to, x)
	case json.Number:
		if plainNumber(string(x)) {
			return append(to, x...), nil
		}
	case Values:
		return appendObject(to, x)
	case map[string]any:
		return appendObject(to, x)
	case []any:
		return appendList(to, x)
	}
	return appendAny(to, v)
}

func appendObject(to []byte, object map[string]any) ([]byte, error) {
	if object == nil {
		return append(to, "null"...), nil
	}
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	to = append(to, '{')
	for i, name := range names {
		if i > 0 {
			to = append(to, ',')
		}
		var err error
		if to, err = appendText(to, name); err != nil {
			return nil, err
		}
		to = append(to, ':')
		if to, err = appendJSON(to, object[name]); err != nil {
			return nil, err
		}
	}
	return append(to, '}'), nil
}

func appendList(to []byte, list []any) ([]byte, error) {
	if list == nil {
		return append(to, "null"...), nil
	}
	to = append(to, '[')
	for i, v := range list {
		if i > 0 {
			to = append(to, ',')
		}
		var err error
		if to, err = appendJSON(to, v); err != nil {
			return nil, err
		}
	}
	return append(to, ']'), nil
}

func appendText(to []byte, text string) ([]byte, error) {
	if !plainText(text) {
		return appendAny(to, text)
	}
	to = append(to, '"')
	to = append(to, text...)
	return append(to, '"'), nil
}

// plainText reports whether a text can stand in JSON unescaped: it is valid and nothing in it needs escaping. JSON
// also escapes U+2028 and U+2029, which begin with the same two bytes.
func plainText(text string) bool {
	ascii := true
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ', c == '"', c == '\\':
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return ascii || utf8.ValidString(text) && !strings.Contains(text, "\u2028") && !strings.Contains(text, "\u2029")
}

// plainNumber reports whether a number is an integer or a decimal in the usual notation. Other notations are
// checked by encoding/json.
func plainNumber(n string) bool {
	whole, fraction, dotted := strings.Cut(n, ".")
	if dotted && !digits(fraction) {
		return false
	}
	return digits(whole) && (whole == "0" || whole[0] != '0')
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// appendAny encodes a value with encoding/json.
func appendAny(to []byte, v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return append(to, bytes.TrimRight(buf.Bytes(), "\n")...), nil
}

// Encode returns the canonical JSON: sorted keys, no insignificant space.
func (v Values) Encode() ([]byte, error) {
	if v == nil {
		return []byte("{}"), nil
	}
	data, err := appendJSON(make([]byte, 0, usualSize), v)
	if err != nil {
		return nil, fmt.Errorf("encode values: %w", err)
	}
	return data, nil
}

// Hash identifies the content: values with equal canonical JSON have equal hashes.
func (v Values) Hash() string {
	data, err := v.Encode()
	if err != nil {
		// This cannot happen, since Values hold decoded JSON. A hash that never repeats makes the record look
		// changed, which loses nothing.
		return "unhashable: " + err.Error()
	}
	return HashEncoded(data)
}

// HashEncoded returns the Hash of values from their canonical JSON.
func HashEncoded(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// usualSize is enough for the canonical JSON of most records, in bytes.
const usualSize = 512
