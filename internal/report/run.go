package report

import (
	"causeway/internal/record"
	"causeway/workflows/contract"
)

type Runs struct {
	Runs []contract.Run `json:"runs"`
}

// RunShown is a run with its operations.
type RunShown struct {
	contract.Run
	Operations []contract.Operation `json:"operations"`
	// Drift are the mapped fields that the run found changed; their maps rested.
	Drift []record.Drift `json:"drift"`
	WebUI string         `json:"web_ui"`
}

// Started is what a sync that nobody waits for prints.
type Started struct {
	RunID      string `json:"run_id"`
	WorkflowID string `json:"workflow_id"`
	Joined     bool   `json:"joined"`
	Queued     bool   `json:"queued"`
}

func NewStarted(a contract.SyncAccepted) Started {
	return Started{RunID: a.RunID, WorkflowID: a.WorkflowID, Joined: a.Joined, Queued: a.Queued}
}
