package contract

import (
	"fmt"
	"unicode/utf8"
)

// ControlRequest is the payload of the signals pause and resume. Both also take no payload, or any other.
type ControlRequest struct {
	// Who is the login id of the user who asks. Why is shown while the connection is paused. Neither may hold personal data.
	Who string `json:"who,omitempty"`
	Why string `json:"why,omitempty"`
}

// The bounds of texts that people write. These texts are kept in histories and shown in Current Details.
const (
	maxWho = 100
	maxWhy = 500
)

// Bounded returns the request with its texts cut to their bounds, because a signal cannot be refused.
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
	// Confirm allows the removal of what an earlier answer listed. It is needed while transactions are pushed.
	Confirm bool `json:"confirm,omitempty"`
}

// DisableAnswer reports that disabling has begun or, with NeedsConfirmation, what it would remove.
type DisableAnswer struct {
	State string `json:"state"`
	// NeedsConfirmation reports that nothing was done. Repeat the request with Confirm.
	NeedsConfirmation bool `json:"needs_confirmation,omitempty"`
	// Workspace counts what Causeway's finance workspace keeps beside the CRM's own records, by kind; it goes.
	Workspace map[string]int `json:"workspace,omitempty"`
}

// EnableRequest asks to start a disabled connection again.
type EnableRequest struct {
	// CRMOrg is the CRM organisation. It must be the one to which the connection's links belong.
	CRMOrg string `json:"crm_org"`
	Who    string `json:"who,omitempty"`
}

// EnableAnswer is the sync that fetches the CRM's data again.
type EnableAnswer struct {
	State string `json:"state"`
	RunRef
}

// ReauthorizeRequest announces a new credential of a side in the store.
type ReauthorizeRequest struct {
	Side string `json:"side"`
	Who  string `json:"who,omitempty"`
}

// ReauthorizeAnswer reports the effect of the new credential.
type ReauthorizeAnswer struct {
	State string `json:"state"`
	// Resumed reports that the connection had paused itself and was resumed.
	Resumed bool `json:"resumed,omitempty"`
}

// Check returns what is wrong with the request on its own.
func (r DisableRequest) Check() error { return checkPeople(DisableUpdate, r.Who, r.Why) }

// Check returns what is wrong with the request on its own.
func (r EnableRequest) Check() error {
	if r.CRMOrg == "" {
		return fmt.Errorf("%s: name the CRM organisation whose links are to be taken up again", EnableUpdate)
	}
	return checkPeople(EnableUpdate, r.Who, "")
}

// Check returns what is wrong with the request on its own.
func (r ReauthorizeRequest) Check() error {
	if !isSide(r.Side) {
		return fmt.Errorf("%s: side %q: use crm or billing", ReauthorizeUpdate, short(r.Side))
	}
	return checkPeople(ReauthorizeUpdate, r.Who, "")
}

// DeleteAnswer reports that the deletion has begun or continues.
type DeleteAnswer struct {
	State      string `json:"state"`
	Plan       string `json:"plan"`
	WorkflowID string `json:"workflow_id"`
}
