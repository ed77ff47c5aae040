package connection

import (
	"context"
	"errors"
	"fmt"

	"causeway/internal/cli/session"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

type Disable struct {
	session.Selection
	Why  string `help:"Why, for whoever finds the connection disabled. No personal data." placeholder:"TEXT"`
	Yes  bool   `short:"y" help:"Do not ask before what the finance workspace keeps is removed."`
	Wait bool   `help:"Wait until what is under way has been brought to its end, and print what came of it."`
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
	what := fmt.Sprintf("disabling %s removes what Causeway's finance workspace keeps: %s; the CRM's own records and billing's transactions stay",
		id, objects(got.Workspace))
	if p.Attended() {
		p.Note("%s", what)
		return p.Sure("Disable it?", "nothing was disabled")
	}
	if p.JSON {
		if err := p.PrintJSON(report.NewDisabling(id, got)); err != nil {
			return err
		}
	}
	return errors.New(what + "; nothing was done: give --yes to disable it")
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
		p.Printf("what is under way is brought to its end: see `starter status %s`\n", out.Connection)
	}
	return nil
}

// printDrained says what came of disabling.
func printDrained(p *session.Session, id string, d *contract.Disabled) {
	if d.DroppedRuns > 0 {
		p.Printf("syncs       %d that ran, had been paused or waited were ended; what they had not done comes with the sync after `starter enable`\n", d.DroppedRuns)
	}
	r := d.Report
	if r == nil {
		return
	}
	p.Printf("drained     %d writes of unknown outcome were settled, %d had not been sent and were dropped\n", r.Settled, r.Dropped)
	if r.Unknown > 0 {
		p.Printf("unknown     %d writes stay of unknown outcome, since their side does not answer: they are settled once the connection is enabled\n", r.Unknown)
	}
	if r.RefusedPushes > 0 {
		p.Printf("refused     %d quotes and invoices that waited in the queue were not pushed\n", r.RefusedPushes)
	}
	if r.OpenPushes > 0 {
		p.Printf("open        %d pushes had not ended: look at their workflows, push/%s/...\n", r.OpenPushes, id)
	}
	if len(r.Removed) > 0 {
		p.Printf("removed     %s of the finance workspace\n", objects(r.Removed))
	}
}
