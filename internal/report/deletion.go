package report

import (
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Deletion is what delete prints.
type Deletion struct {
	Connection string `json:"connection"`
	State      string `json:"state"`
	Plan       string `json:"plan"`
	// Choice is empty where a deletion was resumed and no worker answers.
	Choice     string `json:"choice"`
	WorkflowID string `json:"workflow_id"`
	// Stopped is the step that failed, with --wait.
	Stopped *contract.Stopped `json:"stopped"`
}

// DeletionPlanned is what delete --plan-only prints.
type DeletionPlanned struct {
	Connection string                 `json:"connection"`
	Plan       *contract.DeletionPlan `json:"plan"`
	// Token confirms this plan, once.
	Token string `json:"token"`
}

// ConfirmedDeletion is a confirmed deletion as its connection tells it.
func ConfirmedDeletion(d store.Deletion) *contract.Deletion {
	return &contract.Deletion{Plan: d.ID, Choice: d.Choice, Who: d.ConfirmedBy, Since: d.ConfirmedAt.UTC()}
}
