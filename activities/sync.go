// Package activities is the half of Causeway that does I/O for the workflows: mirror, plan, apply. It
// passes ids, cursors and counts to Temporal, never a record and never a credential.
package activities

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/runs"

	"go.temporal.io/sdk/activity"
)

// The bounds of one activity: the event history shows the run's progress, and a crash costs little.
const (
	maxRecords = 5000
	maxTime    = 4 * time.Minute
)

// Sides gives the clients of a connection's two sides.
type Sides interface {
	CRM(ctx context.Context, connection string) (crm.Port, error)
	Billing(ctx context.Context, connection string) (billing.Port, error)
}

// Timing says how long calls may take, and how long after that they may still take effect.
type Timing struct {
	// Call is the deadline of one call. It ends before the heartbeat time-out does.
	Call time.Duration
	// Margin is how long after its deadline a write may still take effect on a side.
	Margin time.Duration
	// Beat is the time between heartbeats, from a ticker of its own: never from the calls, which may hang. A pause
	// comes with one, so calls go on starting for as long as it lasts.
	Beat time.Duration
}

// DefaultTiming suits a side that is reached over the Internet.
func DefaultTiming() Timing {
	return Timing{Call: 15 * time.Second, Margin: billing.MarginAfterDeadline, Beat: 400 * time.Millisecond}
}

// Sync holds the activities of a sync.
type Sync struct {
	Store  *store.Store
	Sides  Sides
	Timing Timing
	// InFlight bounds the calls that one apply has in flight.
	InFlight int
	Now      func() time.Time
	Log      *slog.Logger
}

// flushEvery is how often the counts of calls are stored.
const flushEvery = 2 * time.Second

// part is one attempt of one activity: what bounds it, what it counts.
type part struct {
	*Sync
	token string
	until time.Time
	stop  <-chan struct{}
	meter *budget.Meter
	// stored are the meter's counts that the store has already.
	stored map[record.Side]record.Calls
	spent  map[record.Side]int
	run    string
	// lists says that the attempt reads lists, of all records: what it takes tells nothing of any one's.
	lists bool
	close func()
}

// begin starts the heartbeat of an attempt. Its context outlasts a cancel, as calls in flight do, so that what they
// give is stored; no call starts under it then. The caller must call close.
func (s *Sync) begin(cancelled context.Context, run string) (context.Context, *part) {
	return s.beginTo(cancelled, run, false)
}

// beginTo is begin of an attempt that may be one that reads lists.
func (s *Sync) beginTo(cancelled context.Context, run string, lists bool) (context.Context, *part) {
	info := activity.GetInfo(cancelled)
	meter := &budget.Meter{}
	ctx, cancel := budget.Finishing(budget.WithMeter(cancelled, meter))
	p := &part{
		Sync:  s,
		token: attemptToken(info),
		until: s.Now().Add(maxTime),
		stop:  activity.GetWorkerStopChannel(cancelled),
		meter: meter,
		run:   run, lists: lists,

		stored: map[record.Side]record.Calls{}, spent: map[record.Side]int{},
	}
	done := make(chan struct{})
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		p.beat(cancelled, done)
	}()
	p.close = func() {
		close(done)
		<-finished
		cancel()
		// The counts belong to calls that were made, so they are stored even when the attempt is cancelled.
		p.flushCalls(context.WithoutCancel(cancelled))
	}
	return ctx, p
}

// beat tells Temporal that the attempt lives, and learns whether it was cancelled, until done.
func (p *part) beat(ctx context.Context, done <-chan struct{}) {
	tick := time.NewTicker(p.Timing.Beat)
	defer tick.Stop()
	flushed := time.Now()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			activity.RecordHeartbeat(ctx)
			if time.Since(flushed) >= flushEvery {
				p.flushCalls(ctx)
				flushed = time.Now()
			}
		}
	}
}

// attemptToken is new for every attempt: a claim under it ends when the next attempt claims.
func attemptToken(info activity.Info) string {
	return info.WorkflowExecution.RunID + "/" + info.ActivityID + "/" + itoa(int(info.Attempt))
}

// flushCalls stores the counts of calls made since the last time. A crash loses two seconds of counts, and
// no more.
func (p *part) flushCalls(ctx context.Context) {
	if p.run == "" {
		return
	}
	for side, calls := range p.meter.Calls() {
		had := p.stored[side]
		if calls == had {
			continue
		}
		more := record.Calls{Read: calls.Read - had.Read, Write: calls.Write - had.Write, Other: calls.Other - had.Other}
		spent := p.meter.Spent(side)
		taken := runs.Taken{Calls: more, Spent: spent - p.spent[side], At: p.Now(), Listing: p.lists}
		if err := p.Store.Runs.AddCalls(ctx, p.run, side, taken); err != nil {
			p.Log.Warn("count api calls", "run", p.run, "side", side, "error", err)
			continue
		}
		p.stored[side], p.spent[side] = calls, spent
	}
}

// over says that the attempt should return what it has: its time or its records are used up, the worker
// is stopping, or it was cancelled.
func (p *part) over(ctx context.Context, handled int) bool {
	select {
	case <-p.stop:
		return true
	default:
		return budget.Halted(ctx) != nil || handled >= maxRecords || p.Now().After(p.until)
	}
}

// halted says that an error is of a call that did not start, since the attempt was cancelled: no failure, and what
// the attempt has is worth returning.
func halted(ctx context.Context, err error) bool {
	return err != nil && budget.Halted(ctx) != nil && (errors.Is(err, context.Canceled) || errors.Is(err, errOver))
}

// ended is the error of an attempt: whatever went wrong after it was cancelled is the cancel's, if it might go well
// another time.
func ended(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	why := budget.Halted(ctx)
	if kind := record.KindOf(err); errors.Is(why, context.Canceled) && (halted(ctx, err) || kind == record.Unavailable || kind == record.RateLimited) {
		return why
	}
	return fail(op, err)
}
