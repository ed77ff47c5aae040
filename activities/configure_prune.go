package activities

import (
	"context"

	"causeway/internal/record"
	"causeway/workflows/contract"
)

// PruneHistory forgets the runs that are older than the connection's preferences keep them. Links stay, and so
// does what says why a record is not in sync. It is idempotent: what is forgotten is not there again.
func (s *Setup) PruneHistory(ctx context.Context, in contract.PruneInput) (contract.PruneResult, error) {
	prefs, err := s.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return contract.PruneResult{}, fail("prune the history", err)
	}
	keep := prefs.Retention
	if keep <= 0 {
		keep = record.DefaultRetention
	}
	runs, err := s.Store.History.Prune(ctx, in.Connection, s.Now().Add(-keep))
	return contract.PruneResult{Runs: runs}, fail("prune the history", err)
}
