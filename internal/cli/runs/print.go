package runs

import (
	"cmp"
	"fmt"
	"time"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/report"
)

// PrintRun prints a run as it is asked for.
func PrintRun(p *session.Session, run report.Run) error {
	if p.JSON {
		return p.PrintJSON(run)
	}
	events := ""
	if run.TemporalEvents > 0 { // they are counted at the end
		events = fmt.Sprintf(", %d Temporal events", run.TemporalEvents)
	}
	p.Printf("run %s of %s: %s\n%s, preferences %d, started %s, took %s%s (workflow %s)\n", run.RunID, run.Connection, run.Status,
		startedBy(run), run.Preferences, run.StartedAt.Local().Format(time.DateTime), took(run), events, run.WorkflowID)
	if run.Failure != nil {
		p.Printf("failed: %s\n", screen.Sentence(run.Failure.String()))
	}
	printCounts(p, "entity", run.Entities)
	if run.ToCRM != nil {
		printCounts(p, "to the CRM", run.ToCRM)
	}
	for _, side := range []record.Side{record.CRM, record.Billing} {
		c := run.APICalls[string(side)]
		p.Printf("API calls to %s: %d read, %d write, %d other\n", side, c.Read, c.Write, c.Other)
	}
	if len(run.Failures) == 0 {
		return nil
	}
	p.Printf("\nparked records:\n")
	failures := p.Table("entity", "record", "name", "code", "reason")
	for i, f := range run.Failures {
		if i == session.ScreenFull {
			p.Note("the first %d of %d parked records are shown; --output json shows all", i, len(run.Failures))
			break
		}
		failures.AppendRow([]any{f.Entity, screen.Clean(f.Side + " " + f.RecordID), screen.Clean(f.Name), screen.Clean(f.Code), screen.Sentence(f.Reason)})
	}
	failures.Render()
	return nil
}

// startedBy says what started a run, and who.
func startedBy(run report.Run) string {
	out := run.Trigger
	if run.RetryOf != "" {
		out += " of run " + run.RetryOf
	}
	if run.Who != "" {
		out += " by " + screen.Clean(run.Who)
	}
	return out
}

func printCounts(p *session.Session, title string, counts map[string]report.Counts) {
	t := p.Table(title, "added", "updated", "linked", "unchanged", "skipped", "conflicts", "deleted", "failed")
	for _, e := range record.Entities() {
		c := counts[string(e)]
		t.AppendRow([]any{e, c.Added, c.Updated, c.Linked, c.Unchanged, c.Skipped, c.Conflicts, c.Deleted, c.Failed})
	}
	t.Render()
}

func took(run report.Run) time.Duration {
	return (time.Duration(run.DurationMS) * time.Millisecond).Round(10 * time.Millisecond)
}

func printRuns(p *session.Session, list []report.Run) {
	t := p.Table("run", "trigger", "preferences", "status", "started", "took", "result")
	for _, run := range list {
		var sum report.Counts
		for _, c := range run.Entities {
			sum.Added, sum.Updated, sum.Linked, sum.Unchanged = sum.Added+c.Added, sum.Updated+c.Updated, sum.Linked+c.Linked, sum.Unchanged+c.Unchanged
			sum.Skipped, sum.Conflicts, sum.Deleted, sum.Failed = sum.Skipped+c.Skipped, sum.Conflicts+c.Conflicts, sum.Deleted+c.Deleted, sum.Failed+c.Failed
		}
		t.AppendRow([]any{run.RunID, run.Trigger, run.Preferences, run.Status, run.StartedAt.Local().Format(time.DateTime), took(run), cmp.Or(told(record.Counts(sum)), "nothing")})
	}
	t.Render()
}

func printOperations(p *session.Session, ops []report.Operation) {
	if len(ops) == 0 {
		p.Printf("\nno operations\n")
		return
	}
	p.Printf("\noperations:\n")
	t := p.Table("entity", "direction", "action", "outcome", "CRM", "billing", "rule", "reason")
	for _, op := range ops {
		t.AppendRow([]any{op.Entity, op.Direction, op.Action, op.Outcome, screen.Clean(op.CRMID), screen.Clean(op.BillingID), screen.Clean(op.Rule), screen.Sentence(op.Reason)})
	}
	t.Render()
}
