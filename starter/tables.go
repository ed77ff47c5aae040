package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/verify"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// The bounds of texts that are shown, in characters: a name may have thousands.
const (
	longestCell     = 80
	longestSentence = 600
	// sentenceWidth is where the lines of a sentence in a table are broken.
	sentenceWidth = 72
)

// clean makes a text of the sides' safe to show: on one line, and without what a terminal would obey.
func clean(s string) string { return cut(s, longestCell) }

// sentence is clean for what a user is to read whole: a reason with its remedy.
func sentence(s string) string { return cut(s, longestSentence) }

func cut(s string, longest int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control) {
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return s
}

func (p *program) table(header ...any) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(p.out)
	t.SetStyle(table.StyleLight)
	t.AppendHeader(header)
	for _, column := range header {
		if column == "reason" || column == "problem" {
			name, _ := column.(string)
			t.SetColumnConfigs([]table.ColumnConfig{{Name: name, WidthMax: sentenceWidth, WidthMaxEnforcer: text.WrapSoft}})
		}
	}
	return t
}

// printRun prints a run as it is asked for.
func (p *program) printRun(run report.Run) error {
	if p.json {
		return p.printJSON(run)
	}
	events := ""
	if run.TemporalEvents > 0 { // they are counted at the end
		events = fmt.Sprintf(", %d Temporal events", run.TemporalEvents)
	}
	p.printf("run %s of %s: %s\n%s, preferences %d, started %s, took %s%s (workflow %s)\n", run.RunID, run.Connection, run.Status,
		startedBy(run), run.Preferences, run.StartedAt.Local().Format(time.DateTime), took(run), events, run.WorkflowID)
	if run.Failure != nil {
		p.printf("failed: %s\n", sentence(run.Failure.String()))
	}
	p.printCounts("entity", run.Entities)
	if run.ToCRM != nil {
		p.printCounts("to the CRM", run.ToCRM)
	}
	for _, side := range []record.Side{record.CRM, record.Billing} {
		c := run.APICalls[string(side)]
		p.printf("API calls to %s: %d read, %d write, %d other\n", side, c.Read, c.Write, c.Other)
	}
	if len(run.Failures) == 0 {
		return nil
	}
	p.printf("\nparked records:\n")
	failures := p.table("entity", "record", "name", "code", "reason")
	for i, f := range run.Failures {
		if i == textOperations {
			p.note("the first %d of %d parked records are shown; --output json shows all", i, len(run.Failures))
			break
		}
		failures.AppendRow(table.Row{f.Entity, clean(f.Side + " " + f.RecordID), clean(f.Name), clean(f.Code), sentence(f.Reason)})
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
		out += " by " + clean(run.Who)
	}
	return out
}

func (p *program) printCounts(title string, counts map[string]report.Counts) {
	t := p.table(title, "added", "updated", "linked", "unchanged", "skipped", "conflicts", "deleted", "failed")
	for _, e := range record.Entities() {
		c := counts[string(e)]
		t.AppendRow(table.Row{e, c.Added, c.Updated, c.Linked, c.Unchanged, c.Skipped, c.Conflicts, c.Deleted, c.Failed})
	}
	t.Render()
}

func took(run report.Run) time.Duration {
	return (time.Duration(run.DurationMS) * time.Millisecond).Round(10 * time.Millisecond)
}

func (p *program) printRuns(list []report.Run) {
	t := p.table("run", "trigger", "prefs", "status", "started", "took", "added", "updated", "linked", "unchanged", "skipped", "conflicts", "deleted", "failed")
	for _, run := range list {
		var sum report.Counts
		for _, c := range run.Entities {
			sum.Added, sum.Updated, sum.Linked, sum.Unchanged = sum.Added+c.Added, sum.Updated+c.Updated, sum.Linked+c.Linked, sum.Unchanged+c.Unchanged
			sum.Skipped, sum.Conflicts, sum.Deleted, sum.Failed = sum.Skipped+c.Skipped, sum.Conflicts+c.Conflicts, sum.Deleted+c.Deleted, sum.Failed+c.Failed
		}
		t.AppendRow(table.Row{run.RunID, run.Trigger, run.Preferences, run.Status, run.StartedAt.Local().Format(time.DateTime), took(run),
			sum.Added, sum.Updated, sum.Linked, sum.Unchanged, sum.Skipped, sum.Conflicts, sum.Deleted, sum.Failed})
	}
	t.Render()
}

func (p *program) printOperations(ops []report.Operation) {
	if len(ops) == 0 {
		p.printf("\nno operations\n")
		return
	}
	p.printf("\noperations:\n")
	t := p.table("entity", "direction", "action", "outcome", "CRM", "billing", "rule", "reason")
	for _, op := range ops {
		t.AppendRow(table.Row{op.Entity, op.Direction, op.Action, op.Outcome, clean(op.CRMID), clean(op.BillingID), clean(op.Rule), sentence(op.Reason)})
	}
	t.Render()
}

func (p *program) printTables(r verify.Report) {
	p.printf("%d records compared: %d differences, %d missing, %d extra, %d explained\n",
		r.Compared, len(r.Differences), len(r.Missing), len(r.Extra), len(r.Explained))
	if len(r.Differences) > 0 {
		t := p.table("differs", "CRM", "billing", "field", "in the CRM", "in billing")
		for _, d := range r.Differences {
			t.AppendRow(table.Row{d.Entity, clean(d.CRMID), clean(d.BillingID), clean(d.Field), value(d.CRM), value(d.Billing)})
		}
		t.Render()
	}
	if len(r.Missing) > 0 {
		t := p.table("missing", "CRM", "name")
		for _, m := range r.Missing {
			t.AppendRow(table.Row{m.Entity, clean(m.CRMID), clean(m.Name)})
		}
		t.Render()
	}
	if len(r.Extra) > 0 {
		t := p.table("extra", "billing", "name")
		for _, e := range r.Extra {
			t.AppendRow(table.Row{e.Entity, clean(e.BillingID), clean(e.Name)})
		}
		t.Render()
	}
	if len(r.Explained) > 0 {
		t := p.table("explained", "CRM", "name", "outcome", "reason")
		for _, e := range r.Explained {
			t.AppendRow(table.Row{e.Entity, clean(e.CRMID), clean(e.Name), e.Outcome, sentence(e.Reason)})
		}
		t.Render()
	}
}

func value(v any) string { return valueWithin(v, longestCell) }

func valueWithin(v any, longest int) string {
	if s, ok := v.(string); ok {
		return fmt.Sprintf("%q", cut(s, longest))
	}
	data, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	return cut(string(data), longest)
}
