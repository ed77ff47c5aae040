package zoho

import (
	"net/http"
	"strings"
	"time"

	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// The codes that have a meaning of their own, as texts.
const (
	codeOK         = "0"
	codeInvalid    = "2"
	codeURL        = "5"
	codeToken      = "14"
	codeMethod     = "37"
	codePerMinute  = "44"
	codePerDay     = "45"
	codeScope      = "57"
	codeTaken      = "1000" // an item name is taken; elsewhere an internal error
	codeNumber     = "1001" // a number, or a unique field's value, is taken
	codeMissing    = "1002"
	codeInProcess  = "1070"
	codeNoItem     = "2006"
	codeName       = "3062" // a customer name is taken
	codeNoOrg      = "6041"
	waitForNextDay = 15 * time.Minute
	remedyNewToken = "check that the refresh token belongs to this data centre and is not revoked"
)

// judge decides what a reply of billing means. A code other than 0 is a failure, whatever the status.
func judge(r zohoapi.Reply) *zohoapi.Refusal {
	code := numberText(r.Body["code"])
	if code == codeOK && r.Status < 400 || code == "" {
		return nil // without a code the reply is not billing's own: the status decides
	}
	message, _ := r.Body["message"].(string)
	out := &zohoapi.Refusal{Failure: record.Error{Kind: kindOf(r.Status, code, message), Code: code, Message: message}}
	f := &out.Failure
	switch {
	case code == codeToken, code == codeScope, r.Status == http.StatusUnauthorized:
		out.BadToken, out.Scope = true, true
		f.Remedy = "a new access token was refused too: " + remedyNewToken + ", and that it has the scope for this call"
	case code == codePerDay:
		out.Wait = waitForNextDay
	case code == codeNoOrg:
		f.Remedy = "choose an organisation that this credential can see; one in another data centre needs the accounts URL of that data centre"
	}
	return out
}

func kindOf(status int, code, message string) record.Kind {
	switch code {
	case codeToken, codeScope:
		return record.Unauthorized
	case codePerMinute, codePerDay, codeInProcess:
		return record.RateLimited
	case codeName, codeNumber:
		return record.Conflict
	case codeMissing, codeURL, codeNoItem, codeNoOrg:
		return record.NotFound
	case codeTaken:
		if status >= 500 || !takenWords(message) {
			return record.Unavailable
		}
		return record.Conflict
	}
	switch {
	case status == http.StatusTooManyRequests:
		return record.RateLimited
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return record.Unauthorized
	case status == http.StatusNotFound:
		return record.NotFound
	case status == http.StatusConflict, takenWords(message):
		return record.Conflict
	default:
		return record.Invalid
	}
}

// takenWords reports whether a message says that another record has the name, the SKU or the value already. Such refusals
// have no code, or one that means other things too.
func takenWords(message string) bool {
	m := strings.ToLower(message)
	return strings.Contains(m, "already exist") || strings.Contains(m, "duplicate value") || strings.Contains(m, "already been used")
}
