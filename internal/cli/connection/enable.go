package connection

import (
	"context"

	"causeway/internal/cli/runs"
	"causeway/internal/cli/session"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Enable starts a disabled connection again.
type Enable struct {
	session.Selection
	CRMOrg string `name:"crm-org" required:"" placeholder:"ID" help:"The connection's CRM organisation: the links belong to it."`
	Wait   bool   `help:"Wait until the sync has ended, and print it."`
}

// Run has both sides checked, enables the connection, and has the CRM's data fetched again.
func (c *Enable) Run(ctx context.Context, p *session.Session) error {
	return p.Steer(ctx, c.Selection, func(st *store.Store, t session.Temporal, id string) error {
		p.Note("Checking both sides.")
		got, err := session.AnswerWithin(ctx, p, session.CheckWait, func(ctx context.Context) (contract.EnableAnswer, error) {
			return t.Enable(ctx, id, contract.EnableRequest{CRMOrg: c.CRMOrg, Who: p.Who})
		})
		if err != nil {
			return err
		}
		if c.Wait {
			return runs.Follow(ctx, p, st, t, got.RunRef)
		}
		if p.JSON {
			return p.PrintJSON(report.Enabled{Connection: id, State: got.State, RunID: got.RunID, WorkflowID: got.WorkflowID})
		}
		p.Printf("%s is %s; run %s (workflow %s) fetches the CRM's data again\n", id, got.State, got.RunID, got.WorkflowID)
		return nil
	})
}
