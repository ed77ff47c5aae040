package wire

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// PageToken says where the next page of a list begins. It contains everything that is needed, so it survives a restart.
type PageToken struct {
	ID      int64  `json:"i"` // of the last record on the page before
	Time    int64  `json:"t"` // its time, if the list is sorted by one
	Page    int    `json:"p"`
	Seen    int    `json:"s"` // records on all pages before
	Expires int64  `json:"e"`
	Binding string `json:"b"`
	Sum     string `json:"c"` // a checksum: a token that was cut or changed is refused
}

// Encode returns the token as clients see it.
func (t PageToken) Encode() string {
	t.Sum = t.sum()
	body, err := json.Marshal(t)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(body)
}

func (t PageToken) sum() string {
	t.Sum = ""
	body, err := json.Marshal(t)
	if err != nil {
		return ""
	}
	return Digest(string(body))
}

// DecodePageToken reads a token. It returns false for text that Encode did not write.
func DecodePageToken(s string) (*PageToken, bool) {
	body, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, false
	}
	t := &PageToken{}
	if err := json.Unmarshal(body, t); err != nil || t.Sum != t.sum() {
		return nil, false
	}
	return t, true
}

// Digest returns a short hash of the parts.
func Digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// BindingOf returns a hash of what a token is bound to: the user, the list, and all parameters but page and page_token.
func BindingOf(userID, subject string, params url.Values) string {
	bound := url.Values{}
	for name, values := range params {
		if name != "page" && name != "page_token" {
			bound[name] = values
		}
	}
	return Digest(userID, subject, bound.Encode())
}

// After returns the condition that the records after the token meet, in an order by key.
func (t *PageToken) After(key *metadata.Field, desc bool) *query.Expr {
	op := query.OpGt
	if desc {
		op = query.OpLt
	}
	if key == query.IDField {
		return query.OnID(op, t.ID)
	}
	return query.Or(query.OnTime(key, op, t.Time), query.And(query.OnTime(key, query.OpEq, t.Time), query.OnID(op, t.ID)))
}
