package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

type statusCmd struct {
	selection
	Check bool `help:"Ask both sides, too: what they can do, and which mapped fields of the CRM changed. Takes some read calls."`
}

// standing is what status prints.
type standing struct {
	Connection string             `json:"connection"`
	State      string             `json:"state"`
	Degraded   *contract.Degraded `json:"degraded"`
	// Paused, Disabled and Deletion say who stopped the connection, why, and how far that has come; Suspended is the
	// run that goes on with a paused connection. Only the workflow knows these.
	Paused    *contract.Paused   `json:"paused"`
	Suspended *contract.RunRef   `json:"suspended"`
	Yielded   *contract.RunRef   `json:"yielded"`
	Disabled  *contract.Disabled `json:"disabled"`
	Deletion  *contract.Deletion `json:"deletion"`
	// Note says what became of the last message that changed nothing.
	Note string `json:"note"`
	// Run is the newest one, Progress how far it has come while it goes on.
	Run      *contract.Run `json:"run"`
	Progress *app.Progress `json:"progress"`
	// Budget is the daily allowance of each side, where it is known, and whether it lets the run end.
	Budget map[record.Side]app.Allowance `json:"budget"`
	// Drift are the mapped fields that are no longer what they were: as the newest run found, or as is now.
	Drift []record.Drift `json:"drift"`
	// Capabilities are null where the sides were not asked.
	Capabilities *app.Capabilities `json:"capabilities"`
	// WebUI is where Temporal shows the newest run; empty where that is not known.
	WebUI string `json:"web_ui"`
}

// Run says where a connection stands: as its workflow says, or as the store last heard; a deleted one, too.
func (c *statusCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := c.find(ctx, st)
	if record.IsKind(err, record.NotFound) {
		if was, lookErr := p.statusOfDeleted(ctx, st, c.named()); was || lookErr != nil {
			return lookErr
		}
	}
	if err != nil {
		return err
	}
	return c.show(ctx, p, st, conn)
}

func (c *statusCmd) show(ctx context.Context, p *program, st *store.Store, conn record.Connection) error {
	out, next, err := p.standing(ctx, conn)
	if err != nil {
		return err
	}
	if err := p.newest(ctx, st, conn.ID, &out); err != nil {
		return err
	}
	if c.Check {
		if err := p.checkSides(ctx, st, conn.ID, &out); err != nil {
			return err
		}
	}
	if p.json {
		return p.printJSON(out)
	}
	p.printStanding(conn, out, next)
	if out.Run == nil {
		return nil
	}
	p.printf("\nnewest run:\n")
	return p.printRun(*out.Run)
}

func (p *program) printStanding(conn record.Connection, out standing, next time.Time) {
	p.printf("connection  %s (CRM organisation %s, billing organisation %s)\nstate       %s\n", conn.ID, clean(conn.CRMOrg), clean(conn.BillingOrg), out.State)
	if out.Degraded != nil {
		p.printf("degraded    since %s: %s\n", out.Degraded.Since.Local().Format(time.DateTime), sentence(out.Degraded.Reason))
	}
	p.printLife(conn, out)
	for _, d := range out.Drift {
		p.printf("drift       %s\n", oneLine(d.String()))
	}
	if caps := out.Capabilities; caps != nil {
		for _, module := range slices.Sorted(maps.Keys(caps.Reads)) {
			p.printf("reads       %s: %s\n", module, map[string]string{app.ReadsChanges: "what changed", app.ReadsWholeList: "the whole list, every time"}[caps.Reads[module]])
		}
		p.printf("persons     an edit of a contact person alone in billing is seen %s\n", map[bool]string{
			true: "with the next sync", false: "with its customer's next change, as far as the records tell"}[caps.PersonsTouchCustomer])
		p.printf("deletions   the CRM tells those of the last %d days\n", caps.DeletedDays)
	}
	if !next.IsZero() {
		p.printf("next sync   %s\n", next.Local().Format(time.DateTime))
	}
	if out.Run == nil {
		p.printf("no run yet\n")
	}
	if out.Progress != nil {
		p.printf("progress    %s\n", progressText(*out.Progress))
	}
	for _, side := range []record.Side{record.CRM, record.Billing} {
		if a, known := out.Budget[side]; known {
			p.printf("budget      %s: %s\n", side.Name(), allowanceText(side, a))
		}
	}
	if out.WebUI != "" {
		p.printf("Web UI      %s\n", out.WebUI)
	}
}

// progressText says how far a run has come. Without a rate nothing can be said of the time that is left.
func progressText(at app.Progress) string {
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
func allowanceText(side record.Side, a app.Allowance) string {
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
func (p *program) checkSides(ctx context.Context, st *store.Store, connection string, out *standing) error {
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
func (p *program) standing(ctx context.Context, conn record.Connection) (out standing, next time.Time, err error) {
	out = standing{Connection: conn.ID, State: string(conn.State), Drift: []record.Drift{}}
	if conn.Degraded != nil {
		out.Degraded = &contract.Degraded{Reason: conn.Degraded.Reason, Since: conn.Degraded.Since}
	}
	asking, cancel := context.WithTimeout(ctx, stateWait)
	defer cancel()
	status, err := p.ask(asking, conn.ID)
	switch {
	case err == nil:
		out.State, out.Degraded, out.Note = status.State, status.Degraded, status.Note
		out.Paused, out.Suspended, out.Yielded = status.Paused, status.Suspended, status.Yielded
		out.Disabled, out.Deletion = status.Disabled, status.Deletion
		return out, status.NextSync, nil
	case ctx.Err() != nil:
		return out, next, ctx.Err()
	case errors.Is(err, contract.ErrNotConnected):
		p.note("the connection's workflow is not running: start it again with `starter connect %s`; what follows is what the store last heard", conn.ID)
	default:
		p.note("the connection's workflow does not answer (%s); what follows is what the store last heard", oneLine(err.Error()))
	}
	return out, next, nil
}

func (p *program) ask(ctx context.Context, connection string) (contract.Status, error) {
	t, closeTemporal, err := p.dial(ctx, p.log())
	if err != nil {
		return contract.Status{}, err
	}
	defer closeTemporal()
	return t.Status(ctx, connection)
}

// newest adds the connection's newest run, where there is one.
func (p *program) newest(ctx context.Context, st *store.Store, connection string, out *standing) error {
	last, err := st.Runs.Last(ctx, connection)
	if err == nil && last == nil {
		out.Budget, err = app.Allowances(ctx, st, connection, nil, nil, p.now())
	}
	if err != nil || last == nil {
		return err
	}
	run, err := app.Report(ctx, st, last.ID, p.now())
	if err != nil {
		return err
	}
	out.Run, out.Drift, out.WebUI = &run, append([]record.Drift{}, last.Drift...), p.webUI(run.WorkflowID)
	if last.EndedAt.IsZero() {
		if out.Progress, err = app.ProgressOf(ctx, st, *last, p.now()); err != nil {
			return err
		}
	}
	out.Budget, err = app.Allowances(ctx, st, connection, last, out.Progress, p.now())
	return err
}
