package connection

import (
	"context"
	"fmt"

	"causeway/internal/cli/session"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Disable stops all work of a connection.
type Disable struct {
	session.Selection
	Why  string `help:"Why. Everybody who looks at the connection reads it: no personal data." placeholder:"TEXT"`
	Yes  bool   `short:"y" help:"Do not ask."`
	Wait bool   `help:"Wait until the connection is disabled, and print what came of it."`
}

// Run stops all work of a connection; links, preferences and history stay.
func (c *Disable) Run(ctx context.Context, p *session.Session) error {
	return p.Steer(ctx, c.Selection, func(_ *store.Store, t session.Temporal, id string) error {
		req := contract.DisableRequest{Who: p.Who, Why: c.Why, Confirm: c.Yes}
		got, err := disable(ctx, p, t, id, req)
		if err == nil && got.NeedsConfirmation {
			if err := confirmDisable(p, id, got); err != nil {
				return err
			}
			req.Confirm = true
			got, err = disable(ctx, p, t, id, req)
		}
		if err != nil {
			return err
		}
		out := report.NewDisabling(id, got)
		if c.Wait {
			status, err := p.Until(ctx, t, id, func(s contract.Status) bool { return s.State != contract.StateDisabling })
			if err != nil {
				return err
			}
			out.State, out.Disabled = status.State, status.Disabled
		}
		return printDisabling(p, out)
	})
}

func disable(ctx context.Context, p *session.Session, t session.Temporal, id string, req contract.DisableRequest) (contract.DisableAnswer, error) {
	return session.Answer(ctx, p, func(ctx context.Context) (contract.DisableAnswer, error) { return t.Disable(ctx, id, req) })
}

// confirmDisable says what disabling removes, and asks where somebody is there to answer.
func confirmDisable(p *session.Session, id string, got contract.DisableAnswer) error {
	what := "Nothing is removed."
	if len(got.Workspace) > 0 {
		what = fmt.Sprintf("This is removed from the CRM's finance workspace: %s. The CRM's own records and billing's transactions stay.", objects(got.Workspace))
	}
	if p.Attended() {
		p.Note("%s", what)
		return p.Sure(fmt.Sprintf("Disable %s?", id), "nothing was disabled")
	}
	if p.JSON {
		if err := p.PrintJSON(report.NewDisabling(id, got)); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s Disable %s? Confirm with --yes", what, id)
}

func printDisabling(p *session.Session, out report.Disabling) error {
	if p.JSON {
		return p.PrintJSON(out)
	}
	p.Printf("%s is %s\n", out.Connection, out.State)
	if out.Disabled != nil {
		printDrained(p, out.Connection, out.Disabled)
		return nil
	}
	if out.State == contract.StateDisabling {
		p.Printf("work in progress is being finished: see `starter status %s`\n", out.Connection)
	}
	return nil
}

// printDrained says what came of disabling.
func printDrained(p *session.Session, id string, d *contract.Disabled) {
	if d.DroppedRuns > 0 {
		p.Printf("syncs       %d were ended; the sync after `starter enable` does the rest of their work\n", d.DroppedRuns)
	}
	r := d.Report
	if r == nil {
		return
	}
	p.Printf("drained     %s\n", drainedText(r.Settled, r.Dropped))
	if r.Unknown > 0 {
		p.Printf("unknown     %d writes: their side does not answer; they are settled when the connection is enabled\n", r.Unknown)
	}
	if r.RefusedPushes > 0 {
		p.Printf("refused     %d queued quotes and invoices were not pushed; push them again after `starter enable`\n", r.RefusedPushes)
	}
	if r.OpenPushes > 0 {
		p.Printf("open        %d pushes have not ended: look at the workflows push/%s/... in Temporal's Web UI\n", r.OpenPushes, id)
	}
	if len(r.Removed) > 0 {
		p.Printf("removed     %s of the finance workspace\n", objects(r.Removed))
	}
}

// drainedText says what became of the writes that were in progress.
func drainedText(settled, dropped int) string {
	if settled == 0 && dropped == 0 {
		return "Nothing was in progress."
	}
	return fmt.Sprintf("%d writes were settled; %d that were not sent were dropped.", settled, dropped)
}
