package report

import (
	"context"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// Status says where a connection stands.
type Status struct {
	Connection string             `json:"connection"`
	State      string             `json:"state"`
	Degraded   *contract.Degraded `json:"degraded"`
	// Paused, Disabled and Deletion say who stopped the connection, why, and how far that has come; Suspended is the
	// run that continues when the connection is resumed. Only the workflow knows these.
	Paused    *contract.Paused   `json:"paused"`
	Suspended *contract.RunRef   `json:"suspended"`
	Yielded   *contract.RunRef   `json:"yielded"`
	Disabled  *contract.Disabled `json:"disabled"`
	Deletion  *contract.Deletion `json:"deletion"`
	// Note says what became of the last message that changed nothing.
	Note string `json:"note"`
	// Run is the newest one, Progress how far it has come while it is running.
	Run      *Run      `json:"run"`
	Progress *Progress `json:"progress"`
	// Budget is the daily allowance of each side, where it is known, and whether it lets the run end.
	Budget map[record.Side]Allowance `json:"budget"`
	// Drift are the mapped fields that are no longer what they were: as the newest run found, or as is now.
	Drift []record.Drift `json:"drift"`
	// Capabilities are null where the sides were not asked.
	Capabilities *Capabilities `json:"capabilities"`
	// WebUI is where Temporal shows the newest run; empty where that is not known.
	WebUI string `json:"web_ui"`
}

// StoredStatus is the status of a connection as the store last heard it.
func StoredStatus(conn record.Connection) Status {
	out := Status{Connection: conn.ID, State: string(conn.State), Drift: []record.Drift{}}
	if conn.Degraded != nil {
		out.Degraded = &contract.Degraded{Reason: conn.Degraded.Reason, Since: conn.Degraded.Since}
	}
	return out
}

// Hear takes over what the connection's workflow says.
func (s *Status) Hear(said contract.Status) {
	s.State, s.Degraded, s.Note = said.State, said.Degraded, said.Note
	s.Paused, s.Suspended, s.Yielded = said.Paused, said.Suspended, said.Yielded
	s.Disabled, s.Deletion = said.Disabled, said.Deletion
}

// DeletedStatus is the status of a connection that a deletion ended.
func DeletedStatus(d deletions.Deletion) Status {
	return Status{
		Connection: d.Connection, State: contract.StateDeleted, Drift: []record.Drift{}, Budget: map[record.Side]Allowance{},
		Deletion: &contract.Deletion{Plan: d.ID, Choice: d.Choice, Who: d.ConfirmedBy, Since: d.ConfirmedAt.UTC()},
		Note:     "deleted at " + d.FinishedAt.UTC().Format(time.RFC3339),
	}
}

// ReadNewest adds the connection's newest run, where it has one, and its budget. The function webUI tells where Temporal
// shows a workflow.
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

// How a module is read once the first pass over it is done.
const (
	ReadsChanges   = "changes"    // what changed since the last sync
	ReadsWholeList = "whole_list" // all of it, every time: the side can show its changes in no other way
)

// Capabilities are what the two sides of a connection can do.
type Capabilities struct {
	// Reads says of each module how it is read.
	Reads map[string]string `json:"reads"`
	// PersonsTouchCustomer reports whether an edit of a contact person in billing shows at its customer.
	PersonsTouchCustomer bool `json:"persons_touch_customer"`
	// DeletedDays is how far back the CRM tells what was deleted.
	DeletedDays int `json:"deleted_days"`
}
