package report

import (
	"causeway/workflows/contract"
)

// Disabling is the progress of disabling.
type Disabling struct {
	Connection string `json:"connection"`
	State      string `json:"state"`
	// NeedsConfirmation reports that nothing was done: the request must be confirmed.
	NeedsConfirmation bool `json:"needs_confirmation"`
	// Workspace counts what is removed from the finance workspace, by kind.
	Workspace map[string]int `json:"workspace"`
	// Disabled has a report when the connection is disabled.
	Disabled *contract.Disabled `json:"disabled"`
}

// NewDisabling builds a Disabling from a connection's answer.
func NewDisabling(id string, a contract.DisableAnswer) Disabling {
	return Disabling{Connection: id, State: a.State, NeedsConfirmation: a.NeedsConfirmation, Workspace: workspaceOf(a)}
}

func workspaceOf(a contract.DisableAnswer) map[string]int {
	if a.Workspace == nil {
		return map[string]int{}
	}
	return a.Workspace
}

// Enabled is a connection that was enabled, and the sync that fetches its data.
type Enabled struct {
	Connection string `json:"connection"`
	State      string `json:"state"`
	RunID      string `json:"run_id"`
	WorkflowID string `json:"workflow_id"`
}

// Controlled is the result of a pause or a resume.
type Controlled struct {
	Connection string `json:"connection"`
	// State is empty if no worker has answered yet. The signal takes effect when one does.
	State  string           `json:"state"`
	Paused *contract.Paused `json:"paused"`
	// Note is why nothing was changed, if nothing was.
	Note string `json:"note"`
}

// NewControlled builds a Controlled from a connection's status after a signal.
func NewControlled(s contract.Status) Controlled {
	return Controlled{Connection: s.Connection, State: s.State, Paused: s.Paused, Note: s.Note}
}

// Reauthorized is a side with a new credential.
type Reauthorized struct {
	Connection string `json:"connection"`
	Side       string `json:"side"`
	State      string `json:"state"`
	// Resumed reports whether the connection had paused itself and is running again.
	Resumed bool `json:"resumed"`
}
