package db

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"causeway/internal/record"
)

// Micros is how a time is stored: microseconds since 1970, 0 for none.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// FromMicros is the time that Micros stored.
func FromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// Clean makes a text that both databases take: PostgreSQL refuses NUL and what is not UTF-8.
func Clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// maxKey is the length, in bytes, to which a name is indexed as it is. PostgreSQL refuses index entries
// over 2.7 kB, and a name from an import may have any length; no side takes one as long as this.
const maxKey = 1024

// IndexKey is a name key that can be indexed: a very long one ends with its hash. Applied twice it
// changes nothing more.
func IndexKey(key string) string {
	key = Clean(key)
	if len(key) <= maxKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	head := strings.ToValidUTF8(key[:maxKey-2*len(sum)-1], "")
	return head + "#" + hex.EncodeToString(sum[:])
}

// Encode is how values are stored: canonical JSON.
func Encode(v record.Values) (string, error) {
	data, err := v.Encode()
	return string(data), err
}

// InOrder returns the granted ids in the order in which they were asked for.
func InOrder(asked, granted []string) []string {
	has := make(map[string]bool, len(granted))
	for _, id := range granted {
		has[id] = true
	}
	out := make([]string, 0, len(granted))
	for _, id := range asked {
		if has[id] {
			out = append(out, id)
			delete(has, id)
		}
	}
	return out
}
