package setup

import (
	"context"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/steps"
)

// PruneHistory removes the runs that are older than the preferences keep them. Links stay, and so does the reason why
// a record is not in sync. It is idempotent.
func PruneHistory(ctx context.Context, env *attempt.Environment, in steps.PruneInput) (steps.PruneResult, error) {
	prefs, err := env.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return steps.PruneResult{}, err
	}
	keep := prefs.Retention
	if keep <= 0 {
		keep = record.DefaultRetention
	}
	runs, err := env.Store.History.Prune(ctx, in.Connection, env.Now().Add(-keep))
	return steps.PruneResult{Runs: runs}, err
}
