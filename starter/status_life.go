package main

import (
	"fmt"

	"causeway/internal/record"
	"causeway/workflows/contract"
)

// printLife says who stopped the connection, why and since when, and how it goes on.
func (p *program) printLife(conn record.Connection, out standing) {
	if out.Paused != nil {
		p.printf("paused     %s\n", pausedText(out.Paused))
	}
	if out.Suspended != nil {
		p.printf("stopped     run %s (%s) stands where it was, and goes on with the connection\n", out.Suspended.RunID, out.Suspended.Trigger)
	}
	if out.Yielded != nil {
		p.printf("aside       run %s (%s) has stepped aside, and goes on then\n", out.Yielded.RunID, out.Yielded.Trigger)
	}
	if d := out.Disabled; d != nil {
		p.printf("disabled   %s\n", stoppedBy(d.Who, d.Why, d.Since))
		p.printDrained(out.Connection, d)
	}
	if d := out.Deletion; d != nil {
		p.printf("deletion   %s, plan %s, choice %s\n", stoppedBy(d.Who, "", d.Since), clean(d.Plan), d.Choice)
		if d.Now != nil {
			p.printf("step        %s\n", d.Now.Step)
		}
		if d.Now != nil || d.Done != nil {
			p.printf("so far      %s\n", outcomesText(d.Counts()))
		}
		if d.Stopped != nil {
			p.printf("stopped     at the step %s: %s\n", d.Stopped.Step, clean(d.Stopped.String()))
		}
	}
	if out.Note != "" {
		p.printf("note        %s\n", sentence(out.Note))
	}
	if next := goesOn(conn, out); next != "" {
		p.printf("goes on     %s\n", next)
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
func goesOn(conn record.Connection, out standing) string {
	switch {
	case out.State == contract.StatePaused:
		return fmt.Sprintf("with `starter resume %s`", out.Connection)
	case out.State == contract.StateDisabled:
		return fmt.Sprintf("with `starter enable %s --crm-org %s`; `starter delete %s` ends it for good", conn.ID, clean(conn.CRMOrg), conn.ID)
	case out.Deletion != nil && out.Deletion.Stopped != nil:
		return fmt.Sprintf("with `starter delete %s --resume`", out.Connection)
	case out.Degraded != nil:
		return fmt.Sprintf("by itself, after a back-off; where a credential is what is wrong, with `starter reauthorize %s --side crm|billing`", out.Connection)
	}
	return ""
}
