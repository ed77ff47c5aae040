package report

import (
	"causeway/workflows/contract"
)

// Disabling is what disable prints.
type Disabling struct {
	Connection string `json:"connection"`
	State      string `json:"state"`
	// NeedsConfirmation says that nothing was done: ask again with --yes.
	NeedsConfirmation bool `json:"needs_confirmation"`
	// Workspace counts what is removed of the finance workspace, by kind.
	Workspace map[string]int `json:"workspace"`
	// Disabled has a report once the connection is disabled.
	Disabled *contract.Disabled `json:"disabled"`
}

func WorkspaceOf(a contract.DisableAnswer) map[string]int {
	if a.Workspace == nil {
		return map[string]int{}
	}
	return a.Workspace
}

// Enabled is what enable prints.
type Enabled struct {
	Connection string `json:"connection"`
	State      string `json:"state"`
	RunID      string `json:"run_id"`
	WorkflowID string `json:"workflow_id"`
}

// Controlled is what pause and resume print.
type Controlled struct {
	Connection string `json:"connection"`
	// State is empty where no worker has answered yet: the signal takes effect once one does.
	State  string           `json:"state"`
	Paused *contract.Paused `json:"paused"`
	// Note says why nothing was changed, where nothing was.
	Note string `json:"note"`
}

// Reauthorized is what reauthorize prints.
type Reauthorized struct {
	Connection string `json:"connection"`
	Side       string `json:"side"`
	State      string `json:"state"`
	// Resumed says that the connection had paused itself, and goes on.
	Resumed bool `json:"resumed"`
}
