package main

import (
	"context"
	"errors"
	"fmt"

	"causeway/internal/store"
	"causeway/workflows/contract"
)

type disableCmd struct {
	selection
	Why  string `help:"Why, for whoever finds the connection disabled. No personal data." placeholder:"TEXT"`
	Yes  bool   `short:"y" help:"Do not ask before what the finance workspace keeps is removed."`
	Wait bool   `help:"Wait until what is under way has been brought to its end, and print what came of it."`
}

// disabling is what disable prints.
type disabling struct {
	Connection string `json:"connection"`
	State      string `json:"state"`
	// NeedsConfirmation says that nothing was done: ask again with --yes.
	NeedsConfirmation bool `json:"needs_confirmation"`
	// Workspace counts what is removed of the finance workspace, by kind.
	Workspace map[string]int `json:"workspace"`
	// Disabled has a report once the connection is disabled.
	Disabled *contract.Disabled `json:"disabled"`
}

// Run stops all work of a connection; links, preferences and history stay.
func (c *disableCmd) Run(ctx context.Context, p *program) error {
	return p.steer(ctx, c.selection, func(_ *store.Store, t temporal, id string) error {
		req := contract.DisableRequest{Who: p.who, Why: c.Why, Confirm: c.Yes}
		got, err := p.disable(ctx, t, id, req)
		if err == nil && got.NeedsConfirmation {
			if err := p.confirmDisable(id, got); err != nil {
				return err
			}
			req.Confirm = true
			got, err = p.disable(ctx, t, id, req)
		}
		if err != nil {
			return err
		}
		out := disabling{Connection: id, State: got.State, Workspace: workspaceOf(got)}
		if c.Wait {
			status, err := p.until(ctx, t, id, func(s contract.Status) bool { return s.State != contract.StateDisabling })
			if err != nil {
				return err
			}
			out.State, out.Disabled = status.State, status.Disabled
		}
		return p.printDisabling(out)
	})
}

func (p *program) disable(ctx context.Context, t temporal, id string, req contract.DisableRequest) (contract.DisableAnswer, error) {
	return answer(ctx, p, func(ctx context.Context) (contract.DisableAnswer, error) { return t.Disable(ctx, id, req) })
}

func workspaceOf(a contract.DisableAnswer) map[string]int {
	if a.Workspace == nil {
		return map[string]int{}
	}
	return a.Workspace
}

// confirmDisable says what disabling removes, and asks where somebody is there to answer.
func (p *program) confirmDisable(id string, got contract.DisableAnswer) error {
	what := fmt.Sprintf("disabling %s removes what Causeway's finance workspace keeps: %s; the CRM's own records and billing's transactions stay",
		id, objects(got.Workspace))
	if p.attended() {
		p.note("%s", what)
		return p.sure("Disable it?", "nothing was disabled")
	}
	if p.json {
		out := disabling{Connection: id, State: got.State, NeedsConfirmation: true, Workspace: workspaceOf(got)}
		if err := p.printJSON(out); err != nil {
			return err
		}
	}
	return errors.New(what + "; nothing was done: give --yes to disable it")
}

func (p *program) printDisabling(out disabling) error {
	if p.json {
		return p.printJSON(out)
	}
	p.printf("%s is %s\n", out.Connection, out.State)
	if out.Disabled != nil {
		p.printDrained(out.Connection, out.Disabled)
		return nil
	}
	if out.State == contract.StateDisabling {
		p.printf("what is under way is brought to its end: see `starter status %s`\n", out.Connection)
	}
	return nil
}

// printDrained says what came of disabling.
func (p *program) printDrained(id string, d *contract.Disabled) {
	if d.DroppedRuns > 0 {
		p.printf("syncs       %d that ran, had been paused or waited were ended; what they had not done comes with the sync after `starter enable`\n", d.DroppedRuns)
	}
	r := d.Report
	if r == nil {
		return
	}
	p.printf("drained     %d writes of unknown outcome were settled, %d had not been sent and were dropped\n", r.Settled, r.Dropped)
	if r.Unknown > 0 {
		p.printf("unknown     %d writes stay of unknown outcome, since their side does not answer: they are settled once the connection is enabled\n", r.Unknown)
	}
	if r.RefusedPushes > 0 {
		p.printf("refused     %d quotes and invoices that waited in the queue were not pushed\n", r.RefusedPushes)
	}
	if r.OpenPushes > 0 {
		p.printf("open        %d pushes had not ended: look at their workflows, push/%s/...\n", r.OpenPushes, id)
	}
	if len(r.Removed) > 0 {
		p.printf("removed     %s of the finance workspace\n", objects(r.Removed))
	}
}

type enableCmd struct {
	selection
	CRMOrg string `name:"crm-org" required:"" placeholder:"ID" help:"The CRM organisation whose links are taken up again."`
	Wait   bool   `help:"Wait until the sync that fetches the CRM's data again has ended, and print it."`
}

// enabled is what enable prints.
type enabled struct {
	Connection string `json:"connection"`
	State      string `json:"state"`
	RunID      string `json:"run_id"`
	WorkflowID string `json:"workflow_id"`
}

// Run takes a disabled connection up again once both sides have been checked, and fetches the CRM's data again.
func (c *enableCmd) Run(ctx context.Context, p *program) error {
	return p.steer(ctx, c.selection, func(st *store.Store, t temporal, id string) error {
		p.note("checking both sides")
		got, err := answerWithin(ctx, p, checkWait, func(ctx context.Context) (contract.EnableAnswer, error) {
			return t.Enable(ctx, id, contract.EnableRequest{CRMOrg: c.CRMOrg, Who: p.who})
		})
		if err != nil {
			return err
		}
		if c.Wait {
			return p.follow(ctx, st, t, got.RunRef)
		}
		if p.json {
			return p.printJSON(enabled{Connection: id, State: got.State, RunID: got.RunID, WorkflowID: got.WorkflowID})
		}
		p.printf("%s is %s; run %s (workflow %s) fetches the CRM's data again\n", id, got.State, got.RunID, got.WorkflowID)
		return nil
	})
}
