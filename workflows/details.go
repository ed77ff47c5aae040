package workflows

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"causeway/internal/lifecycle"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/workflow"
)

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

func stepOf(in steps.EntityInput) steps.Step {
	return steps.Step{Entity: in.Entity, Direction: in.Direction}
}

// scanName and stepName return what users read.
func scanName(s steps.Scan) string {
	switch s.Kind {
	case steps.ScanScope:
		return "the requested records"
	case steps.ScanDeleted:
		return "deletions of " + s.Side + " " + s.Module
	case steps.ScanView:
		return "view of " + s.Side + " " + s.Module
	case steps.ScanPersons:
		return s.Side + " " + s.Module + " of changed customers"
	}
	return s.Side + " " + s.Module
}

func stepName(s steps.Step) string {
	if s.Direction == steps.DirectionCRM {
		return s.Entity + " to the CRM"
	}
	return s.Entity
}
