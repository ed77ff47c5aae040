package report

import (
	"causeway/workflows/contract"
)

// Disabling is what disabling has come to.
type Disabling struct {
	Connection string `json:"connection"`
	State      string `json:"state"`
	// NeedsConfirmation reports that nothing was done: the request must be confirmed.
	NeedsConfirmation bool `json:"needs_confirmation"`
	// Workspace counts what is removed of the finance workspace, by kind.
	Workspace map[string]int `json:"workspace"`
	// Disabled has a report once the connection is disabled.
	Disabled *contract.Disabled `json:"disabled"`
}

// NewDisabling tells what a connection answered to disable.
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

// Controlled is what a pause or a resume has come to.
type Controlled struct {
	Connection string `json:"connection"`
	// State is empty where no worker has answered yet: the signal takes effect once one does.
	State  string           `json:"state"`
	Paused *contract.Paused `json:"paused"`
	// Note says why nothing was changed, where nothing was.
	Note string `json:"note"`
}

// NewControlled tells where a connection stands once it has heard a signal.
func NewControlled(s contract.Status) Controlled {
	return Controlled{Connection: s.Connection, State: s.State, Paused: s.Paused, Note: s.Note}
}

// Reauthorized is a side with another credential.
type Reauthorized struct {
	Connection string `json:"connection"`
	Side       string `json:"side"`
	State      string `json:"state"`
	// Resumed reports whether the connection had paused itself and is running again.
	Resumed bool `json:"resumed"`
}
