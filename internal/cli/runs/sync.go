package runs

import (
	"context"

	"causeway/internal/cli/session"
	"causeway/workflows/contract"
)

// Sync starts a sync.
type Sync struct {
	session.Selection
	Wait bool `help:"Wait until the run has ended, and print it."`
}

// Run starts a sync, or joins the one that runs.
func (c *Sync) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := c.Find(ctx, st)
	if err != nil {
		return err
	}
	return Start(ctx, p, st, c.Wait, func(ctx context.Context, t session.Temporal) (contract.SyncAccepted, error) {
		return t.SyncNow(ctx, conn.ID, contract.SyncNowRequest{Who: p.Who})
	})
}
