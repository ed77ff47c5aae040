package app

import (
	"context"
	"time"

	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Report reads a run as every command prints it.
func Report(ctx context.Context, st *store.Store, runID string, now time.Time) (contract.Run, error) {
	run, err := st.Runs.Get(ctx, runID)
	if err != nil {
		return contract.Run{}, err
	}
	counts, err := st.History.Counts(ctx, runID)
	if err != nil {
		return contract.Run{}, err
	}
	failures, err := st.History.Failures(ctx, runID)
	if err != nil {
		return contract.Run{}, err
	}
	toCRM, err := st.History.CountsToCRM(ctx, runID)
	if err != nil {
		return contract.Run{}, err
	}
	return contract.NewRun(run, counts, failures, now).WithToCRM(toCRM), nil
}
