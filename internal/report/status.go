package report

import (
	"context"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// Status is the status of a connection.
type Status struct {
	Connection string             `json:"connection"`
	State      string             `json:"state"`
	Degraded   *contract.Degraded `json:"degraded"`
	// Paused, Disabled and Deletion are who stopped the connection, why, and the progress. Suspended is the run that
	// continues when the connection is resumed. Only the workflow knows these.
	Paused    *contract.Paused   `json:"paused"`
	Suspended *contract.RunRef   `json:"suspended"`
	Yielded   *contract.RunRef   `json:"yielded"`
	Disabled  *contract.Disabled `json:"disabled"`
	Deletion  *contract.Deletion `json:"deletion"`
	// Note explains why the last message changed nothing.
	Note string `json:"note"`
	// Run is the newest run. Progress is set while it is running.
	Run      *Run      `json:"run"`
	Progress *Progress `json:"progress"`
	// Budget is the daily allowance of each side, if known, and whether the run can end within it.
	Budget map[record.Side]Allowance `json:"budget"`
	// Drift are the mapped fields whose definition changed, as the newest run or this check found.
	Drift []record.Drift `json:"drift"`
	// Capabilities is null if the sides were not asked.
	Capabilities *Capabilities `json:"capabilities"`
	// WebUI is where Temporal shows the newest run. It is empty if that is unknown.
	WebUI string `json:"web_ui"`
}

// StoredStatus returns the status of a connection as the store knows it.
func StoredStatus(conn record.Connection) Status {
	out := Status{Connection: conn.ID, State: string(conn.State), Drift: []record.Drift{}}
	if conn.Degraded != nil {
		out.Degraded = &contract.Degraded{Reason: conn.Degraded.Reason, Since: conn.Degraded.Since}
	}
	return out
}

// Hear adds the status that the connection's workflow returned.
func (s *Status) Hear(said contract.Status) {
	s.State, s.Degraded, s.Note = said.State, said.Degraded, said.Note
	s.Paused, s.Suspended, s.Yielded = said.Paused, said.Suspended, said.Yielded
	s.Disabled, s.Deletion = said.Disabled, said.Deletion
}

// DeletedStatus returns the status of a deleted connection.
func DeletedStatus(d deletions.Deletion) Status {
	return Status{
		Connection: d.Connection, State: contract.StateDeleted, Drift: []record.Drift{}, Budget: map[record.Side]Allowance{},
		Deletion: &contract.Deletion{Plan: d.ID, Choice: d.Choice, Who: d.ConfirmedBy, Since: d.ConfirmedAt.UTC()},
		Note:     "deleted at " + d.FinishedAt.UTC().Format(time.RFC3339),
	}
}

// ReadNewest adds the connection's newest run, if any, and its budget. webUI returns where Temporal shows a workflow.
func (s *Status) ReadNewest(ctx context.Context, st *store.Store, now time.Time, webUI func(workflowID string) string) error {
	last, err := st.Runs.Last(ctx, s.Connection)
	if err == nil && last == nil {
		s.Budget, err = Allowances(ctx, st, s.Connection, nil, nil, now)
	}
	if err != nil || last == nil {
		return err
	}
	run, err := ReadRun(ctx, st, last.ID, now)
	if err != nil {
		return err
	}
	s.Run, s.Drift, s.WebUI = &run, append([]record.Drift{}, last.Drift...), webUI(run.WorkflowID)
	if last.EndedAt.IsZero() {
		if s.Progress, err = ProgressOf(ctx, st, *last, now); err != nil {
			return err
		}
	}
	s.Budget, err = Allowances(ctx, st, s.Connection, last, s.Progress, now)
	return err
}

// How a module is read after the first pass.
const (
	ReadsChanges   = "changes"    // what changed since the last sync
	ReadsWholeList = "whole_list" // all of it, every time: the side can show its changes in no other way
)

// Capabilities are what both sides of a connection support.
type Capabilities struct {
	// Reads is how each module is read.
	Reads map[string]string `json:"reads"`
	// PersonsTouchCustomer reports whether an edit of a contact person changes its customer's time in billing.
	PersonsTouchCustomer bool `json:"persons_touch_customer"`
	// DeletedDays is for how many days the CRM lists deletions.
	DeletedDays int `json:"deleted_days"`
}
