package connection

import (
	"fmt"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/workflows/contract"
)

// printLife says who stopped the connection, why and since when, and how it goes on.
func printLife(p *session.Session, conn record.Connection, out report.Status) {
	if out.Paused != nil {
		p.Printf("paused     %s\n", pausedText(out.Paused))
	}
	if out.Suspended != nil {
		p.Printf("stopped     run %s (%s) stands where it was, and goes on with the connection\n", out.Suspended.RunID, out.Suspended.Trigger)
	}
	if out.Yielded != nil {
		p.Printf("aside       run %s (%s) has stepped aside, and goes on then\n", out.Yielded.RunID, out.Yielded.Trigger)
	}
	if d := out.Disabled; d != nil {
		p.Printf("disabled   %s\n", stoppedBy(d.Who, d.Why, d.Since))
		printDrained(p, out.Connection, d)
	}
	if d := out.Deletion; d != nil {
		p.Printf("deletion   %s, plan %s, choice %s\n", stoppedBy(d.Who, "", d.Since), screen.Clean(d.Plan), d.Choice)
		if d.Now != nil {
			p.Printf("step        %s\n", d.Now.Step)
		}
		if d.Now != nil || d.Done != nil {
			p.Printf("so far      %s\n", outcomesText(d.Counts()))
		}
		if d.Stopped != nil {
			p.Printf("stopped     at the step %s: %s\n", d.Stopped.Step, screen.Clean(d.Stopped.String()))
		}
	}
	if out.Note != "" {
		p.Printf("note        %s\n", screen.Sentence(out.Note))
	}
	if next := goesOn(conn, out); next != "" {
		p.Printf("goes on     %s\n", next)
	}
}

func outcomesText(c contract.DeleteCounts) string {
	out := fmt.Sprintf("%d converted, %d deleted, %d kept, %d gone already", c.Converted, c.Deleted, c.Kept, c.Gone)
	if c.Unknown > 0 {
		out += fmt.Sprintf(", %d not looked at, since their side was given up", c.Unknown)
	}
	return out
}

// goesOn says what somebody can do about the connection's being stopped, or about what is wrong with it.
func goesOn(conn record.Connection, out report.Status) string {
	switch {
	case out.State == contract.StatePaused:
		return fmt.Sprintf("with `starter resume %s`", out.Connection)
	case out.State == contract.StateDisabled:
		return fmt.Sprintf("with `starter enable %s --crm-org %s`; `starter delete %s` ends it for good", conn.ID, screen.Clean(conn.CRMOrg), conn.ID)
	case out.Deletion != nil && out.Deletion.Stopped != nil:
		return fmt.Sprintf("with `starter delete %s --resume`", out.Connection)
	case out.Degraded != nil:
		return fmt.Sprintf("by itself, after a back-off; where a credential is what is wrong, with `starter reauthorize %s --side crm|billing`", out.Connection)
	}
	return ""
}
