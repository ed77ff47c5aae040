package zohocrm

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
)

// pageToken is where a list goes on. It holds all that it needs itself, so that it survives a restart.
type pageToken struct {
	ID      int64  `json:"i"` // the last record given
	Time    int64  `json:"t"` // its time, where the list is sorted by one
	Page    int    `json:"p"`
	Seen    int    `json:"s"` // records given so far
	Expires int64  `json:"e"`
	Binding string `json:"b"`
	Sum     string `json:"c"` // so that a token that was cut or changed is refused
}

func (t pageToken) encode() string {
	t.Sum = t.sum()
	body, err := json.Marshal(t)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(body)
}

func (t pageToken) sum() string {
	t.Sum = ""
	body, err := json.Marshal(t)
	if err != nil {
		return ""
	}
	return digest(string(body))
}

func decodeToken(s string) (*pageToken, bool) {
	body, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, false
	}
	t := &pageToken{}
	if err := json.Unmarshal(body, t); err != nil || t.Sum != t.sum() {
		return nil, false
	}
	return t, true
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// bindingOf is what a token is bound to: the user, and every parameter but those that say where to go on.
func bindingOf(userID, subject string, params url.Values) string {
	bound := url.Values{}
	for name, values := range params {
		if name != "page" && name != "page_token" {
			bound[name] = values
		}
	}
	return digest(userID, subject, bound.Encode())
}

func tokenTime(r *record, sortBy string) int64 {
	switch sortBy {
	case "Modified_Time":
		return r.Modified
	case "Created_Time":
		return r.Created
	default:
		return 0
	}
}

// after is the condition of the records that come behind the token's.
func (t *pageToken) after(key *field, desc bool) *expr {
	op := opGt
	if desc {
		op = opLt
	}
	if key == idField {
		return onID(op, t.ID)
	}
	return either(onTime(key, op, t.Time), both(onTime(key, opEq, t.Time), onID(op, t.ID)))
}
