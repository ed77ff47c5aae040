package workflows

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"causeway/internal/lifecycle"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/workflow"
)

// details are what a sync shows in the Web UI besides its progress.
type details struct {
	failure string
}

// show sets the Current Details: a short list that is always true, without personal data.
func (r *syncRun) show(ctx workflow.Context, phase, what string) {
	line := phase
	if what != "" {
		line += ": " + what
	}
	rows := []string{
		"**" + line + "**",
		fmt.Sprintf("records read: %d", r.progress.Read),
		fmt.Sprintf("records planned: %d", r.progress.Planned),
		fmt.Sprintf("records written: %d", r.progress.Applied),
		"run: " + r.in.RunID + " of " + r.in.Connection + " (" + r.in.Trigger + ")",
	}
	if r.details.failure != "" {
		rows = append(rows, "last failure: "+r.details.failure)
	}
	workflow.SetCurrentDetails(ctx, list(rows))
}

// show sets the Current Details of a connection.
func (w *integration) show(ctx workflow.Context) {
	s := &w.state
	// Continuing as new drops the static summary, so the connection is listed here too.
	rows := []string{"**" + s.State + "**", "connection: " + w.in.Connection}
	if s.Degraded != nil {
		rows = append(rows, "degraded since "+stamp(s.Degraded.Since)+": "+s.Degraded.Reason)
	}
	rows = append(rows, lifeRows(s)...)
	if s.Running != nil {
		rows = append(rows, "running: "+s.Running.WorkflowID+" ("+s.Running.Trigger+")")
	}
	if s.Last != nil {
		rows = append(rows, fmt.Sprintf("last run: %s, records failed: %d", s.Last.WorkflowID, s.RecordsFailed))
	}
	if !s.LastSync.IsZero() {
		rows = append(rows, "last completed sync: "+stamp(s.LastSync))
	}
	if len(s.Queue) > 0 {
		rows = append(rows, fmt.Sprintf("waiting runs: %d", len(s.Queue)))
	}
	if s.Preferences > 0 {
		rows = append(rows, fmt.Sprintf("preferences: version %d, used from the next sync on", s.Preferences))
	}
	if s.Running == nil && s.Working() && !s.NextSync.IsZero() {
		rows = append(rows, "next sync: "+stamp(s.NextSync))
	}
	workflow.SetCurrentDetails(ctx, list(rows))
}

// lifeRows returns who stopped the connection and why, and the result of the last message that changed nothing.
func lifeRows(s *lifecycle.State) []string {
	var rows []string
	if p := s.Paused; p != nil {
		rows = append(rows, s.State+byWhom(cmp.Or(p.Who, "signal"), p.Why, p.Since))
	}
	if run := s.Suspended; run != nil {
		rows = append(rows, "continues when the connection is resumed: "+run.Run.WorkflowID)
	}
	if run := s.Yielded; run != nil {
		rows = append(rows, "waiting for the running sync, continues after it: "+run.Run.WorkflowID)
	}
	if d := s.Disabled; d != nil {
		rows = append(rows, "disabled"+byWhom(d.Who, d.Why, d.Since))
		if r := d.Report; r != nil {
			rows = append(rows, fmt.Sprintf("runs dropped: %d, writes dropped: %d, settled: %d, of unknown outcome: %d",
				d.DroppedRuns, r.Dropped, r.Settled, r.Unknown))
		}
	}
	if s.Plan != "" {
		rows = append(rows, "deletion plan: "+s.Plan)
	}
	if d := s.Deletion; d != nil {
		rows = append(rows, "deletion"+byWhom(d.Who, d.Choice, d.Since))
		if d.Now != nil {
			rows = append(rows, "step: "+d.Now.Step)
		}
		if d.Now != nil || d.Done != nil {
			rows = append(rows, outcomes(d.Counts()))
		}
		if d.Stopped != nil {
			rows = append(rows, fmt.Sprintf("**stopped at %s: %s**; when that is corrected: starter delete --resume", d.Stopped.Step, d.Stopped))
		}
	}
	if s.Note != "" {
		rows = append(rows, "last message: "+s.Note)
	}
	return rows
}

func byWhom(who, why string, since time.Time) string {
	out := " since " + stamp(since)
	if who != "" {
		out += " by " + who
	}
	if why != "" {
		out += ": " + why
	}
	return out
}

// show sets the Current Details while a connection is being disabled.
func (d *disabling) show(ctx workflow.Context, phase, failure string) {
	rows := []string{
		"**" + phase + "**",
		fmt.Sprintf("writes dropped: %d, settled: %d, of unknown outcome: %d", d.report.Dropped, d.report.Settled, d.report.Unknown),
	}
	if failure != "" {
		rows = append(rows, "last failure: "+failure)
	}
	workflow.SetCurrentDetails(ctx, list(rows))
}

// show sets the Current Details of a deletion.
func (d *deleting) show(ctx workflow.Context, phase, failure string) {
	p := &d.progress
	rows := []string{
		"**" + phase + "**",
		"plan: " + d.in.Plan + " (" + d.in.Choice + ")",
		outcomes(p.DeleteCounts),
	}
	if failure != "" {
		rows = append(rows, "last failure: "+failure)
	}
	workflow.SetCurrentDetails(ctx, list(rows))
}

func outcomes(c contract.DeleteCounts) string {
	out := fmt.Sprintf("converted: %d, deleted: %d, kept: %d, already gone: %d", c.Converted, c.Deleted, c.Kept, c.Gone)
	if c.Unknown > 0 {
		out += fmt.Sprintf(", not checked (side given up): %d", c.Unknown)
	}
	return out
}

func list(rows []string) string { return "- " + strings.Join(rows, "\n- ") }

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// indexRun sets a sync's search attributes when it ends.
func indexRun(ctx workflow.Context, status string, failed int) error {
	return workflow.UpsertTypedSearchAttributes(ctx,
		contract.AttributeStatus.ValueSet(status),
		contract.AttributeRecordsFailed.ValueSet(int64(failed)))
}

// indexStatus sets the status of a workflow that belongs to a connection's life.
func indexStatus(ctx workflow.Context, status string) error {
	return workflow.UpsertTypedSearchAttributes(ctx, contract.AttributeStatus.ValueSet(status))
}

// indexState sets the search attributes from the state.
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
