package app

import (
	"context"
	"time"

	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Report reads a run in the form that every command prints.
func Report(ctx context.Context, st *store.Store, runID string, now time.Time) (contract.Run, error) {
	run, err := st.Run(ctx, runID)
	if err != nil {
		return contract.Run{}, err
	}
	counts, err := st.Counts(ctx, runID)
	if err != nil {
		return contract.Run{}, err
	}
	failures, err := st.Failures(ctx, runID)
	if err != nil {
		return contract.Run{}, err
	}
	toCRM, err := st.CountsToCRM(ctx, runID)
	if err != nil {
		return contract.Run{}, err
	}
	return contract.NewRun(run, counts, failures, now).WithToCRM(toCRM), nil
}
