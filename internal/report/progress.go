package report

import (
	"context"
	"time"

	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/worklist"
)

// Progress is how far a running sync has come.
type Progress struct {
	// Done counts the finished records of Total. Total grows while the sides are being read.
	Done  int `json:"done"`
	Total int `json:"total"`
	// PerSecond is the rate over the last minute. SecondsLeft is the time that the rest takes at that rate. Both
	// are 0 if nothing was done in that minute.
	PerSecond   float64 `json:"per_second"`
	SecondsLeft int     `json:"seconds_left"`
}

// rateOver is the time over which the rate is measured.
const rateOver = time.Minute

// ProgressOf returns how far a run has come, or nil if it has ended.
func ProgressOf(ctx context.Context, st *store.Store, run record.Run, now time.Time) (*Progress, error) {
	if !run.EndedAt.IsZero() {
		return nil, nil
	}
	since := run.StartedAt
	if over := now.Add(-rateOver); over.After(since) {
		since = over
	}
	counted, err := st.History.Progress(ctx, run.ID, since)
	if err != nil {
		return nil, err
	}
	prefs, err := st.Connections.Preferences(ctx, run.Connection, run.Preferences)
	if err != nil {
		return nil, err
	}
	due, err := countDue(ctx, st, run, prefs)
	if err != nil {
		return nil, err
	}
	out := &Progress{Done: counted.Done, Total: counted.Done + counted.Open + due}
	if seconds := now.Sub(since).Seconds(); seconds > 0 && counted.Recent > 0 {
		out.PerSecond = float64(counted.Recent) / seconds
		out.SecondsLeft = int(float64(out.Total-out.Done) / out.PerSecond)
	}
	return out, nil
}

// countDue counts the records that the run has yet to plan.
func countDue(ctx context.Context, st *store.Store, run record.Run, prefs record.Preferences) (int, error) {
	total := 0
	for _, step := range reconcile.Steps(prefs) {
		feeds, side := reconcile.SourcesOf(step.Entity, prefs.Customers), record.CRM
		if step.Direction == record.ToCRM {
			feeds, side = reconcile.BillingFeeds(step.Entity, prefs.Customers), record.Billing
		}
		for _, f := range feeds {
			n, err := st.History.CountDue(ctx, worklist.Query{
				Connection: run.Connection, Run: run.ID, Entity: step.Entity, Side: side, Module: f.Module,
				Attached: f.Attached, RetryOf: run.RetryOf, Scoped: run.Scoped,
			})
			if err != nil {
				return 0, err
			}
			total += n
		}
	}
	return total, nil
}
