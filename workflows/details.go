package workflows

import (
	"fmt"
	"strings"
	"time"

	"causeway/workflows/contract"

	"go.temporal.io/sdk/workflow"
)

// details are what a sync shows in the Web UI beside what its progress says.
type details struct {
	failure string
}

// show sets the Current Details: a short list that is always true. No personal data.
func (r *syncRun) show(ctx workflow.Context, phase, what string) {
	line := phase
	if what != "" {
		line += ": " + what
	}
	rows := []string{
		"**" + line + "**",
		fmt.Sprintf("records read: %d", r.progress.Read),
		fmt.Sprintf("records decided upon: %d", r.progress.Planned),
		fmt.Sprintf("records written: %d", r.progress.Applied),
		"run: " + r.in.RunID,
	}
	if r.details.failure != "" {
		rows = append(rows, "last failure: "+r.details.failure)
	}
	workflow.SetCurrentDetails(ctx, list(rows))
}

// show sets the Current Details of a connection.
func (w *integration) show(ctx workflow.Context) {
	s := &w.state
	rows := []string{"**" + s.State + "**"}
	if s.Degraded != nil {
		rows = append(rows, "degraded since "+stamp(s.Degraded.Since)+": "+s.Degraded.Reason)
	}
	if s.Running != nil {
		rows = append(rows, "running: "+s.Running.WorkflowID+" ("+s.Running.Trigger+")")
	}
	if s.Last != nil {
		rows = append(rows, fmt.Sprintf("last run: %s, records parked: %d", s.Last.WorkflowID, s.RecordsFailed))
	}
	if !s.LastSync.IsZero() {
		rows = append(rows, "last completed sync: "+stamp(s.LastSync))
	}
	if len(s.Queue) > 0 {
		rows = append(rows, fmt.Sprintf("waiting runs: %d", len(s.Queue)))
	}
	if s.Preferences > 0 {
		rows = append(rows, fmt.Sprintf("preferences: version %d, from the next sync on", s.Preferences))
	}
	if s.Running == nil && !s.NextSync.IsZero() {
		rows = append(rows, "next sync: "+stamp(s.NextSync))
	}
	workflow.SetCurrentDetails(ctx, list(rows))
}

func list(rows []string) string { return "- " + strings.Join(rows, "\n- ") }

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// indexRun keeps a sync's search attributes as it ended.
func indexRun(ctx workflow.Context, status string, failed int) error {
	return workflow.UpsertTypedSearchAttributes(ctx,
		contract.AttributeStatus.ValueSet(status),
		contract.AttributeRecordsFailed.ValueSet(int64(failed)))
}

// indexState keeps the search attributes as the state says.
func (w *integration) indexState(ctx workflow.Context) error {
	s := &w.state
	updates := []searchUpdate{
		contract.AttributeConnection.ValueSet(w.in.Connection),
		contract.AttributeStatus.ValueSet(s.State),
		contract.AttributeDegraded.ValueSet(s.Degraded != nil),
		contract.AttributeRecordsFailed.ValueSet(int64(s.RecordsFailed)),
	}
	if !s.LastSync.IsZero() {
		updates = append(updates, contract.AttributeLastSync.ValueSet(s.LastSync))
	}
	return workflow.UpsertTypedSearchAttributes(ctx, updates...)
}
