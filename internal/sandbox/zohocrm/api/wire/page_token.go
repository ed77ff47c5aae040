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

// PageToken is where a list goes on. It holds all that it needs itself, so that it survives a restart.
type PageToken struct {
	ID      int64  `json:"i"` // the last record given
	Time    int64  `json:"t"` // its time, where the list is sorted by one
	Page    int    `json:"p"`
	Seen    int    `json:"s"` // records given so far
	Expires int64  `json:"e"`
	Binding string `json:"b"`
	Sum     string `json:"c"` // so that a token that was cut or changed is refused
}

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

func Digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// BindingOf is what a token is bound to: the user, and every parameter but those that say where to go on.
func BindingOf(userID, subject string, params url.Values) string {
	bound := url.Values{}
	for name, values := range params {
		if name != "page" && name != "page_token" {
			bound[name] = values
		}
	}
	return Digest(userID, subject, bound.Encode())
}

// After is the condition of the records that come behind the token's.
func (t *PageToken) After(key *metadata.Field, desc bool) *query.Expr {
	op := query.OpGt
	if desc {
		op = query.OpLt
	}
	if key == query.IdField {
		return query.OnID(op, t.ID)
	}
	return query.Or(query.OnTime(key, op, t.Time), query.And(query.OnTime(key, query.OpEq, t.Time), query.OnID(op, t.ID)))
}
