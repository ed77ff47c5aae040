package connection

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"causeway/internal/app"
	"causeway/internal/cli/runs"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Status shows where a connection stands.
type Status struct {
	session.Selection
	Check bool `help:"Also ask both sides what they can do, and which mapped CRM fields have changed. It takes some read calls."`
}

// Run shows where a connection stands: as its workflow says, or as the store last heard. It knows deleted connections, too.
func (c *Status) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := c.Find(ctx, st)
	if record.IsKind(err, record.NotFound) {
		if was, lookErr := statusOfDeleted(ctx, p, st, c.Named()); was || lookErr != nil {
			return lookErr
		}
	}
	if err != nil {
		return err
	}
	return c.show(ctx, p, st, conn)
}

func (c *Status) show(ctx context.Context, p *session.Session, st *store.Store, conn record.Connection) error {
	out, next, err := standing(ctx, p, conn)
	if err != nil {
		return err
	}
	if err := out.ReadNewest(ctx, st, p.Now(), p.WebUI); err != nil {
		return err
	}
	if c.Check {
		if err := checkSides(ctx, p, st, conn.ID, &out); err != nil {
			return err
		}
	}
	if p.JSON {
		return p.PrintJSON(out)
	}
	prefs, err := st.Connections.Preferences(ctx, conn.ID, 0)
	if err != nil && !record.IsKind(err, record.NotFound) {
		return err
	}
	printStanding(p, conn, out, next, viewed(prefs))
	if out.Run == nil {
		return nil
	}
	p.Printf("\nnewest run:\n")
	return runs.PrintRun(p, *out.Run)
}

func printStanding(p *session.Session, conn record.Connection, out report.Status, next time.Time, views []record.Module) {
	p.Printf("connection  %s (CRM organisation %s, billing organisation %s)\nstate       %s\n", conn.ID, screen.Clean(conn.CRMOrg), screen.Clean(conn.BillingOrg), out.State)
	if out.Degraded != nil {
		p.Printf("degraded    since %s: %s\n", out.Degraded.Since.Local().Format(time.DateTime), screen.Sentence(out.Degraded.Reason))
	}
	printLife(p, conn, out, views)
	for _, d := range out.Drift {
		p.Printf("drift       %s\n", screen.OneLine(d.String()))
	}
	if caps := out.Capabilities; caps != nil {
		for _, module := range slices.Sorted(maps.Keys(caps.Reads)) {
			p.Printf("reads       %s: %s\n", module, map[string]string{report.ReadsChanges: "what changed", report.ReadsWholeList: "the whole list, every time"}[caps.Reads[module]])
		}
		p.Printf("persons     an edit of a contact person alone in billing is seen %s\n", map[bool]string{
			true: "with the next sync", false: "with its customer's next change, as far as the records tell"}[caps.PersonsTouchCustomer])
		p.Printf("deletions   the CRM reports those of the last %d days\n", caps.DeletedDays)
	}
	if !next.IsZero() {
		p.Printf("next sync   %s\n", next.Local().Format(time.DateTime))
	}
	if out.Run == nil {
		p.Printf("no run yet\n")
	}
	if out.Progress != nil {
		p.Printf("progress    %s\n", progressText(*out.Progress))
	}
	for _, side := range []record.Side{record.CRM, record.Billing} {
		if a, known := out.Budget[side]; known {
			p.Printf("budget      %s: %s\n", side.Name(), allowanceText(side, a))
		}
	}
	if out.WebUI != "" {
		p.Printf("Web UI      %s\n", out.WebUI)
	}
}

// progressText says how far a run has come. Without a rate nothing can be said of the time that is left.
func progressText(at report.Progress) string {
	text := fmt.Sprintf("%d of %d records", at.Done, at.Total)
	if at.Total > 0 {
		text += fmt.Sprintf(" (%d %%)", at.Done*100/at.Total)
	}
	if at.PerSecond > 0 {
		text += fmt.Sprintf(", %.1f a second, about %s left", at.PerSecond, time.Duration(at.SecondsLeft)*time.Second)
	}
	return text
}

// allowanceText says what was taken of a side's daily allowance, and whether the rest lets the run end.
func allowanceText(side record.Side, a report.Allowance) string {
	text := fmt.Sprintf("%d of %d calls of the last 24 hours are used", a.Used24h, a.Limit)
	if a.Assumed {
		text += fmt.Sprintf(" (the limit is assumed: give yours with `starter configure --%s-calls-per-day`)", side)
	}
	switch {
	case a.AllowsEndAt != nil:
		text += fmt.Sprintf("; the run will take about %d more, which it allows at %s", a.Needed, a.AllowsEndAt.Local().Format(time.DateTime))
	case a.Needed > 0:
		text += fmt.Sprintf("; the run will take about %d more, for which the rest is enough", a.Needed)
	}
	return text
}

// checkSides asks both sides what they can do, and what became of the mapped fields.
func checkSides(ctx context.Context, p *session.Session, st *store.Store, connection string, out *report.Status) error {
	prefs, err := st.Connections.Preferences(ctx, connection, 0)
	if err != nil {
		return err
	}
	sides := app.NewSides(st)
	caps, err := sides.Capabilities(ctx, connection, prefs)
	if err != nil {
		return err
	}
	out.Capabilities = &caps
	drift, err := sides.Drifts(ctx, connection, prefs)
	if err != nil {
		return err
	}
	out.Drift = append([]record.Drift{}, drift...)
	return nil
}

// standing asks the workflow, and the store where no workflow answers.
func standing(ctx context.Context, p *session.Session, conn record.Connection) (out report.Status, next time.Time, err error) {
	out = report.StoredStatus(conn)
	asking, cancel := context.WithTimeout(ctx, session.StateWait)
	defer cancel()
	status, err := ask(asking, p, conn.ID)
	switch {
	case err == nil:
		out.Hear(status)
		return out, status.NextSync, nil
	case ctx.Err() != nil:
		return out, next, ctx.Err()
	case errors.Is(err, contract.ErrNotConnected):
		p.Note("Temporal does not know %q. Check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE. If they are right, start its workflow again with `starter connect %s`. What follows is what the store knows.", conn.ID, conn.ID)
	default:
		p.Note("The connection's workflow does not answer (%s). `starter doctor` shows why. What follows is what the store knows.", screen.OneLine(err.Error()))
	}
	return out, next, nil
}

func ask(ctx context.Context, p *session.Session, connection string) (contract.Status, error) {
	t, closeTemporal, err := p.Dial(ctx)
	if err != nil {
		return contract.Status{}, err
	}
	defer closeTemporal()
	return t.Status(ctx, connection)
}
