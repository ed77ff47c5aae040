package attempt

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/runs"

	"go.temporal.io/sdk/activity"
)

// The bounds of one activity. With them the event history shows a run's progress, and a crash costs little.
const (
	MaxRecords = 5000
	maxTime    = 4 * time.Minute
)

// flushEvery is how often the counts of calls are stored.
const flushEvery = 2 * time.Second

// ErrOver means that an attempt ended before its work did: its time is over, or it was cancelled. It is no failure: the
// next attempt does the rest.
var ErrOver = errors.New("the attempt's time is over")

// Attempt is one try of one activity.
type Attempt struct {
	Store    *store.Store
	Sides    Sides
	Timing   Timing
	InFlight int
	Now      func() time.Time
	Log      *slog.Logger

	// Token is new for every attempt: a claim under it ends when the next attempt claims.
	Token string

	run   string
	lists bool // it reads lists of all records, so its number of calls tells nothing about any one record
	until time.Time
	stop  <-chan struct{}
	calls counter
	end   func()
}

// counter knows how many calls an attempt has made, and how many of them are stored.
type counter struct {
	meter  *budget.Meter
	stored map[record.Side]record.Calls
	spent  map[record.Side]int
}

// Begin starts the heartbeat of an attempt. Calls are counted for the run, if there is one. The context that it returns
// outlasts a cancel: calls in flight finish and their results can be stored, but no further call starts. The caller must
// call Close.
func (e *Environment) Begin(cancelled context.Context, run string) (context.Context, *Attempt) {
	return e.begin(cancelled, run, false)
}

// BeginListing is Begin for an attempt that reads lists of all records.
func (e *Environment) BeginListing(cancelled context.Context, run string) (context.Context, *Attempt) {
	return e.begin(cancelled, run, true)
}

func (e *Environment) begin(cancelled context.Context, run string, lists bool) (context.Context, *Attempt) {
	info := activity.GetInfo(cancelled)
	meter := &budget.Meter{}
	ctx, cancel := budget.Finishing(budget.WithMeter(cancelled, meter))
	a := &Attempt{
		Store: e.Store, Sides: e.Sides, Timing: e.Timing, InFlight: max(e.InFlight, 1), Now: e.Now, Log: e.Log,
		Token: token(info), run: run, lists: lists,
		until: e.Now().Add(maxTime),
		stop:  activity.GetWorkerStopChannel(cancelled),
		calls: counter{meter: meter, stored: map[record.Side]record.Calls{}, spent: map[record.Side]int{}},
	}
	done := make(chan struct{})
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		a.beat(cancelled, done)
	}()
	a.end = func() {
		close(done)
		<-finished
		cancel()
		// The calls were made, so they are counted even if the attempt is cancelled.
		a.storeCalls(context.WithoutCancel(cancelled))
	}
	return ctx, a
}

func token(info activity.Info) string {
	return info.WorkflowExecution.RunID + "/" + info.ActivityID + "/" + strconv.Itoa(int(info.Attempt))
}

// Close ends the heartbeat and stores the counts of calls.
func (a *Attempt) Close() { a.end() }

// beat sends heartbeats, and so learns of a cancellation, until done.
func (a *Attempt) beat(ctx context.Context, done <-chan struct{}) {
	tick := time.NewTicker(a.Timing.Beat)
	defer tick.Stop()
	flushed := time.Now()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			activity.RecordHeartbeat(ctx)
			if time.Since(flushed) >= flushEvery {
				a.storeCalls(ctx)
				flushed = time.Now()
			}
		}
	}
}

// storeCalls stores the counts of calls made since the last time. A crash loses the counts of two seconds at most.
func (a *Attempt) storeCalls(ctx context.Context) {
	if a.run == "" {
		return
	}
	for side, calls := range a.calls.meter.Calls() {
		had := a.calls.stored[side]
		if calls == had {
			continue
		}
		more := record.Calls{Read: calls.Read - had.Read, Write: calls.Write - had.Write, Other: calls.Other - had.Other}
		spent := a.calls.meter.Spent(side)
		taken := runs.Taken{Calls: more, Spent: spent - a.calls.spent[side], At: a.Now(), Listing: a.lists}
		if err := a.Store.Runs.AddCalls(ctx, a.run, side, taken); err != nil {
			a.Log.Warn("count api calls", "run", a.run, "side", side, "error", err)
			continue
		}
		a.calls.stored[side], a.calls.spent[side] = calls, spent
	}
}

// Over reports whether the attempt should return what it has: its time or its records are used up, the worker is
// stopping, or the attempt was cancelled.
func (a *Attempt) Over(ctx context.Context, handled int) bool {
	select {
	case <-a.stop:
		return true
	default:
		return budget.Halted(ctx) != nil || handled >= MaxRecords || a.Now().After(a.until)
	}
}

// Halted reports whether an error belongs to a call that did not start because the attempt was cancelled. That is no
// failure: the caller returns what the attempt has.
func Halted(ctx context.Context, err error) bool {
	return err != nil && budget.Halted(ctx) != nil && (errors.Is(err, context.Canceled) || errors.Is(err, ErrOver))
}

// Cause returns the error of an attempt. After a cancel, an error that might not come back another time is replaced by
// the cancel's.
func Cause(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	halt := budget.Halted(ctx)
	if !errors.Is(halt, context.Canceled) {
		return err
	}
	if kind := record.KindOf(err); Halted(ctx, err) || kind == record.Unavailable || kind == record.RateLimited {
		return halt
	}
	return err
}
