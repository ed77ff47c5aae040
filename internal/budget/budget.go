// Package budget grants API calls per connection and side, shared by everything in a process that calls
// that side. It must never call a side itself, nor know how one is called.
package budget

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"

	"causeway/internal/record"
)

// DefaultInFlight is the number of calls in flight where a connection names none: what the smaller plans
// of both sides take (10), less some room for others.
const DefaultInFlight = 8

// maxBurst bounds how many calls of a minute's worth may start at one instant.
const maxBurst = 8

// ErrTooLate says that no call was granted, since none can be before the context's deadline.
var ErrTooLate = errors.New("no call granted before the deadline")

// Limits bound the calls of one connection to one side.
type Limits struct {
	InFlight  int // calls at once; 0 is DefaultInFlight
	PerMinute int // calls that start in any 60 seconds; 0 is no bound
}

type key struct {
	connection string
	side       record.Side
}

// Budget holds the grants of a process. Make one, and share it.
type Budget struct {
	mu     sync.Mutex
	grants map[key]*Grant
}

// New is an empty budget.
func New() *Budget { return &Budget{grants: map[key]*Grant{}} }

// For is the grant of that connection and side: always the same one, with the limits given last.
func (b *Budget) For(connection string, side record.Side, limits Limits) *Grant {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := key{connection, side}
	g, ok := b.grants[k]
	if !ok {
		g = &Grant{}
		b.grants[k] = g
	}
	g.limit(limits)
	return g
}

// Grant lets calls of one connection to one side start. It is safe for concurrent use.
type Grant struct {
	mu        sync.Mutex
	limits    Limits
	slots     *semaphore.Weighted
	rate      *rate.Limiter
	heldUntil time.Time
}

func (g *Grant) limit(l Limits) {
	if l.InFlight <= 0 {
		l.InFlight = DefaultInFlight
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.slots != nil && g.limits == l {
		return
	}
	// Calls in flight give their slots back to the semaphore that they took them from, so for as long as
	// they last a changed limit may be exceeded; a call is short.
	g.slots, g.rate, g.limits = semaphore.NewWeighted(int64(l.InFlight)), newRate(l.PerMinute), l
}

// newRate is a limiter under which no 60 seconds see more than perMinute starts: what may burst at once is
// taken off what flows in.
func newRate(perMinute int) *rate.Limiter {
	if perMinute <= 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	burst := min(maxBurst, max(1, perMinute/10))
	return rate.NewLimiter(rate.Limit(float64(perMinute-burst+1)/60), burst)
}

// Acquire waits until a call may start. The caller calls release once, when its reply was read. An error
// says that no call was granted: ErrTooLate, or the context's own.
func (g *Grant) Acquire(ctx context.Context) (release func(), err error) {
	g.mu.Lock()
	slots, limiter := g.slots, g.rate
	g.mu.Unlock()
	if err := slots.Acquire(ctx, 1); err != nil {
		return nil, lateOr(ctx, err)
	}
	if err := limiter.Wait(ctx); err != nil {
		slots.Release(1)
		return nil, lateOr(ctx, err)
	}
	// The hold comes last: it may have begun, or grown, while the others were waited for.
	if err := g.waitHold(ctx); err != nil {
		slots.Release(1)
		return nil, err
	}
	return sync.OnceFunc(func() { slots.Release(1) }), nil
}

// lateOr tells a deadline, also one that the limiter sees coming, from a cancellation.
func lateOr(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w", ErrTooLate, err)
}

func (g *Grant) waitHold(ctx context.Context) error {
	for {
		hold := g.Held()
		if hold <= 0 {
			return nil
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < hold {
			return fmt.Errorf("%w: calls are held back for another %s", ErrTooLate, hold.Round(time.Millisecond))
		}
		t := time.NewTimer(hold)
		select {
		case <-ctx.Done():
			t.Stop()
			return lateOr(ctx, ctx.Err())
		case <-t.C:
		}
	}
}

// Backoff holds back every call that has not started yet, for d from now: the side has said that there
// are too many. A shorter hold never ends a longer one.
func (g *Grant) Backoff(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(d); until.After(g.heldUntil) {
		g.heldUntil = until
	}
}

// Held is how long calls are still held back, 0 where they are not.
func (g *Grant) Held() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(0, time.Until(g.heldUntil))
}
