package app

import (
	"context"
	"time"

	"causeway/internal/report"
	"causeway/internal/store"
)

// Report reads a run in the form that every command prints.
func Report(ctx context.Context, st *store.Store, runID string, now time.Time) (report.Run, error) {
	run, err := st.Run(ctx, runID)
	if err != nil {
		return report.Run{}, err
	}
	counts, err := st.Counts(ctx, runID)
	if err != nil {
		return report.Run{}, err
	}
	failures, err := st.Failures(ctx, runID)
	if err != nil {
		return report.Run{}, err
	}
	toCRM, err := st.CountsToCRM(ctx, runID)
	if err != nil {
		return report.Run{}, err
	}
	return report.NewRun(run, counts, failures, now).WithToCRM(toCRM), nil
}
