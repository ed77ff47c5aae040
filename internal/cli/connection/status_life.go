package connection

import (
	"fmt"
	"slices"
	"strings"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/workflows/contract"
)

// printLife says who stopped the connection, why and since when, and what to do next.
func printLife(p *session.Session, conn record.Connection, out report.Status, views []record.Module) {
	if out.Paused != nil {
		p.Printf("paused     %s\n", pausedText(out.Paused))
	}
	if out.Suspended != nil {
		p.Printf("stopped     run %s (%s) keeps its place, and continues with the connection\n", out.Suspended.RunID, out.Suspended.Trigger)
	}
	if out.Yielded != nil {
		p.Printf("waiting     run %s (%s) waits for the run that somebody asked for, and continues after it\n", out.Yielded.RunID, out.Yielded.Trigger)
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
			p.Printf("stopped     at the step %s: %s\n", d.Stopped.Step, screen.Sentence(d.Stopped.String()))
		}
	}
	if out.Note != "" {
		p.Printf("note        %s\n", screen.Sentence(out.Note))
	}
	if next := goesOn(conn, out, views); next != "" {
		p.Printf("next        %s\n", next)
	}
}

func outcomesText(c contract.DeleteCounts) string {
	out := fmt.Sprintf("%d converted, %d deleted, %d kept, %d gone already", c.Converted, c.Deleted, c.Kept, c.Gone)
	if c.Unknown > 0 {
		out += fmt.Sprintf(", %d not checked (side given up)", c.Unknown)
	}
	return out
}

// goesOn says what somebody can do about the connection's being stopped, or about what is wrong with it.
func goesOn(conn record.Connection, out report.Status, views []record.Module) string {
	switch {
	case out.State == contract.StatePaused:
		return fmt.Sprintf("Resume it with `starter resume %s`.", out.Connection)
	case out.State == contract.StateDisabled:
		return fmt.Sprintf("Enable it with `starter enable %s --crm-org %s`, or end it for good with `starter delete %s`.", conn.ID, screen.Clean(conn.CRMOrg), conn.ID)
	case out.Deletion != nil && out.Deletion.Stopped != nil:
		return fmt.Sprintf("Correct what stopped it, then run `starter delete %s --resume`.", out.Connection)
	case out.Degraded != nil:
		return degradedText(out.Connection, out.Degraded.Reason, views)
	}
	return ""
}

// codeViewDeleted is in the reason of a sync whose custom view the CRM no longer has.
const codeViewDeleted = "VIEW_DELETED"

// degradedText returns whether the connection recovers by itself, and what to do if it does not.
func degradedText(id, reason string, views []record.Module) string {
	if strings.Contains(reason, "["+codeViewDeleted+"]") && len(views) > 0 {
		commands := make([]string, len(views))
		for i, module := range views {
			commands[i] = fmt.Sprintf("`starter configure %s --%s-view all`", id, strings.ToLower(string(module)))
		}
		return fmt.Sprintf("It retries, but fails until you run %s.", strings.Join(commands, " or "))
	}
	return fmt.Sprintf("It retries by itself. `starter doctor %s` shows what is wrong; `starter reauthorize %s --side crm|billing` replaces a credential.", id, id)
}

// viewed returns the modules for which the preferences choose a custom view.
func viewed(prefs record.Preferences) []record.Module {
	return slices.DeleteFunc([]record.Module{record.Accounts, record.Contacts, record.Products}, func(m record.Module) bool { return prefs.View(m) == nil })
}
