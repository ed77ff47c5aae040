package contract

import (
	"fmt"
	"unicode/utf8"
)

// ControlRequest is the payload of the signals pause and resume. Both also take no payload, or any other.
type ControlRequest struct {
	// Who asks: a login id. Why is shown to whoever finds the connection paused. No personal data.
	Who string `json:"who,omitempty"`
	Why string `json:"why,omitempty"`
}

// The bounds of what people write: it stands in histories, search and Current Details.
const (
	maxWho = 100
	maxWhy = 500
)

// Bounded is the request cut to what a state can hold: a signal cannot be refused.
func (r ControlRequest) Bounded() ControlRequest {
	return ControlRequest{Who: cut(r.Who, maxWho), Why: cut(r.Why, maxWhy)}
}

func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit]) + "..."
}

// DisableRequest asks for a connection to be disabled for a time: links, preferences and history stay.
type DisableRequest struct {
	Who string `json:"who,omitempty"`
	Why string `json:"why,omitempty"`
	// Confirm says that what the answer listed may be removed. It is needed where transactions are on.
	Confirm bool `json:"confirm,omitempty"`
}

// DisableAnswer says that disabling has begun, or, with NeedsConfirmation, what it would remove.
type DisableAnswer struct {
	State string `json:"state"`
	// NeedsConfirmation: nothing was done. Ask again with Confirm.
	NeedsConfirmation bool `json:"needs_confirmation,omitempty"`
	// Workspace counts what Causeway's finance workspace keeps beside the CRM's own records, by kind; it goes.
	Workspace map[string]int `json:"workspace,omitempty"`
}

// EnableRequest asks for a disabled connection to be taken up again.
type EnableRequest struct {
	// CRMOrg names the CRM organisation, which must be the one of the connection's links.
	CRMOrg string `json:"crm_org"`
	Who    string `json:"who,omitempty"`
}

// EnableAnswer is the sync that fetches the CRM's data again.
type EnableAnswer struct {
	State string `json:"state"`
	RunRef
}

// ReauthorizeRequest tells that the store holds another credential for a side.
type ReauthorizeRequest struct {
	Side string `json:"side"`
	Who  string `json:"who,omitempty"`
}

// ReauthorizeAnswer says what the new credential does.
type ReauthorizeAnswer struct {
	State string `json:"state"`
	// Resumed says that the connection had paused itself, and goes on.
	Resumed bool `json:"resumed,omitempty"`
}

// Check says what is wrong with the request by itself.
func (r DisableRequest) Check() error { return checkPeople(DisableUpdate, r.Who, r.Why) }

// Check says what is wrong with the request by itself.
func (r EnableRequest) Check() error {
	if r.CRMOrg == "" {
		return fmt.Errorf("%s: name the CRM organisation whose links are to be taken up again", EnableUpdate)
	}
	return checkPeople(EnableUpdate, r.Who, "")
}

// Check says what is wrong with the request by itself.
func (r ReauthorizeRequest) Check() error {
	if !isSide(r.Side) {
		return fmt.Errorf("%s: side %q: use crm or billing", ReauthorizeUpdate, short(r.Side))
	}
	return checkPeople(ReauthorizeUpdate, r.Who, "")
}

// DeleteAnswer says that the deletion has begun, or goes on.
type DeleteAnswer struct {
	State      string `json:"state"`
	Plan       string `json:"plan"`
	WorkflowID string `json:"workflow_id"`
}
