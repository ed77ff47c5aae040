package report

import (
	"context"
	"encoding/json"
	"time"

	"causeway/internal/store"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// Deletion is a deletion that was begun or resumed.
type Deletion struct {
	Connection string `json:"connection"`
	State      string `json:"state"`
	Plan       string `json:"plan"`
	// Choice is empty if a deletion was resumed and no worker answers.
	Choice     string `json:"choice"`
	WorkflowID string `json:"workflow_id"`
	// Stopped is the step that failed, with --wait.
	Stopped *contract.Stopped `json:"stopped"`
}

// DeletionPlanned is a plan of a deletion, which has changed nothing.
type DeletionPlanned struct {
	Connection string                 `json:"connection"`
	Plan       *contract.DeletionPlan `json:"plan"`
	// Token confirms this plan, once.
	Token string `json:"token"`
}

// Exported is an export of a deletion that went to a file.
type Exported struct {
	Connection string `json:"connection"`
	Plan       string `json:"plan"`
	State      string `json:"state"`
	Format     string `json:"format"`
	File       string `json:"file"`
	// Checksum is the SHA-256 sum of the records with their outcomes, as CSV. For a CSV file it is the sum of the file.
	Checksum string `json:"checksum"`
}

// ExportHead is the part of a JSON export before its records.
type ExportHead struct {
	Connection  string          `json:"connection"`
	CRMOrg      string          `json:"crm_org"`
	BillingOrg  string          `json:"billing_org"`
	State       string          `json:"state"`
	Plan        json.RawMessage `json:"plan"`
	Who         string          `json:"who"`
	Choice      string          `json:"choice"`
	ConfirmedBy string          `json:"confirmed_by"`
	ConfirmedAt *time.Time      `json:"confirmed_at"`
	FinishedAt  *time.Time      `json:"finished_at"`
	// PlannedChecksum is the sum of the records as planned, before anything was deleted.
	PlannedChecksum string                `json:"planned_checksum"`
	Applications    []ExportedApplication `json:"applications"`
}

// ExportedApplication is another finance application that was to be disconnected.
type ExportedApplication struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Outcome string     `json:"outcome"`
	Code    string     `json:"code"`
	Reason  string     `json:"reason"`
	DoneAt  *time.Time `json:"done_at"`
}

// ReadExportHead reads the part of an export before its records.
func ReadExportHead(ctx context.Context, st *store.Store, d deletions.Deletion) (ExportHead, error) {
	out := ExportHead{
		Connection: d.Connection, CRMOrg: d.CRMOrg, BillingOrg: d.BillingOrg, State: string(d.State), Plan: json.RawMessage(d.Plan), Who: d.Who,
		Choice: d.Choice, ConfirmedBy: d.ConfirmedBy, ConfirmedAt: when(d.ConfirmedAt), FinishedAt: when(d.FinishedAt),
		PlannedChecksum: d.Checksum, Applications: []ExportedApplication{},
	}
	apps, err := st.Deletions.Apps(ctx, d.ID)
	for _, a := range apps {
		one := ExportedApplication{ID: a.App, Name: a.Name, Outcome: a.Outcome, Code: a.Code, Reason: a.Reason}
		if a.Done() {
			one.DoneAt = when(time.UnixMicro(a.DoneAt))
		}
		out.Applications = append(out.Applications, one)
	}
	return out, err
}

// when returns a time in UTC, or null if it is not set.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
