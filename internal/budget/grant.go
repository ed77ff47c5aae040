package budget

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

type priorityKey struct{}

// WithPriority marks a caller that a person waits for. Its calls start before all unmarked ones, and a part of each
// limit is reserved for it.
func WithPriority(ctx context.Context) context.Context {
	return context.WithValue(ctx, priorityKey{}, true)
}

func hasPriority(ctx context.Context) bool {
	marked, _ := ctx.Value(priorityKey{}).(bool)
	return marked
}

// Grant lets the calls of one connection to one side start. It is safe for concurrent use.
type Grant struct {
	mu         sync.Mutex
	limits     Limits
	configured bool
	// inFlight counts all calls in flight, common those without priority.
	inFlight, common       int
	maxInFlight, maxCommon int
	rate                   bucket
	heldUntil              time.Time
	// The waiting callers, with and without priority, in order.
	withPriority, withoutPriority []*waiter
	// wake fires when the next of them may start, unless a call ends earlier.
	wake *time.Timer
}

// waiter is a caller that waits.
type waiter struct {
	priority bool
	deadline time.Time // zero means none
	granted  chan error
}

func (g *Grant) setLimits(l Limits) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.configured && g.limits == l {
		return
	}
	g.limits, g.configured = l, true
	switch {
	case l.InFlight <= 0:
		g.maxInFlight, g.maxCommon = DefaultInFlight+1, DefaultInFlight
	default:
		g.maxInFlight, g.maxCommon = l.InFlight, max(1, l.InFlight-1)
	}
	g.rate = newBucket(l.PerMinute)
	g.grantNext()
}

// Acquire waits until a call may start. The caller calls release once, when it has read the reply. An error means
// that no call was granted: ErrTooLate, or the context's own error.
func (g *Grant) Acquire(ctx context.Context) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, tooLateUnlessCanceled(ctx, err)
	}
	w := &waiter{priority: hasPriority(ctx), granted: make(chan error, 1)}
	w.deadline, _ = ctx.Deadline()
	g.mu.Lock()
	if w.priority {
		g.withPriority = append(g.withPriority, w)
	} else {
		g.withoutPriority = append(g.withoutPriority, w)
	}
	g.grantNext()
	g.mu.Unlock()
	select {
	case err = <-w.granted:
	case <-ctx.Done():
		if err = g.abandon(w); err == nil {
			err = tooLateUnlessCanceled(ctx, ctx.Err())
		}
	}
	if err != nil {
		return nil, err
	}
	return sync.OnceFunc(func() { g.release(w) }), nil
}

// abandon removes a caller from the queue. If it was granted a call at the last moment, the next caller gets it.
func (g *Grant) abandon(w *waiter) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	same := func(x *waiter) bool { return x == w }
	g.withPriority, g.withoutPriority = slices.DeleteFunc(g.withPriority, same), slices.DeleteFunc(g.withoutPriority, same)
	select {
	case err := <-w.granted:
		if err == nil {
			g.endCall(w)
			g.rate.add(1) // no call was started
			g.grantNext()
		}
		return err
	default:
		return nil
	}
}

func (g *Grant) release(w *waiter) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.endCall(w)
	g.grantNext()
}

func (g *Grant) endCall(w *waiter) {
	g.inFlight--
	if !w.priority {
		g.common--
	}
}

// grantNext grants calls to waiting callers as far as the limits allow, and arranges to run again when they allow
// more. The caller holds the lock.
func (g *Grant) grantNext() {
	g.refuseLate()
	now := time.Now()
	wait := g.heldUntil.Sub(now)
	for wait <= 0 && len(g.withPriority)+len(g.withoutPriority) > 0 {
		queue := &g.withPriority
		if len(*queue) == 0 {
			queue = &g.withoutPriority
		}
		w := (*queue)[0]
		if g.inFlight >= g.maxInFlight || !w.priority && g.common >= g.maxCommon {
			return // until one is released
		}
		if wait = g.takeToken(w, now); wait > 0 {
			break
		}
		*queue = (*queue)[1:]
		g.inFlight++
		if !w.priority {
			g.common++
		}
		w.granted <- nil
	}
	if len(g.withPriority)+len(g.withoutPriority) > 0 {
		g.wakeIn(wait)
	}
}

// takeToken takes a token for a start, or returns how long until there is one.
func (g *Grant) takeToken(w *waiter, now time.Time) time.Duration {
	wait := g.rate.wait(now, w.priority)
	if wait == 0 {
		g.rate.add(-1)
	}
	return wait
}

// refuseLate refuses callers whose deadline is before the end of a hold.
func (g *Grant) refuseLate() {
	hold := time.Until(g.heldUntil)
	if hold <= 0 {
		return
	}
	late := func(w *waiter) bool {
		if w.deadline.IsZero() || !w.deadline.Before(g.heldUntil) {
			return false
		}
		w.granted <- fmt.Errorf("%w: calls are held back for another %s", ErrTooLate, hold.Round(time.Millisecond))
		return true
	}
	g.withPriority, g.withoutPriority = slices.DeleteFunc(g.withPriority, late), slices.DeleteFunc(g.withoutPriority, late)
}

func (g *Grant) wakeIn(d time.Duration) {
	if g.wake != nil {
		g.wake.Stop()
	}
	g.wake = time.AfterFunc(d, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.grantNext()
	})
}

// tooLateUnlessCanceled returns the cancellation, or ErrTooLate for a deadline.
func tooLateUnlessCanceled(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w", ErrTooLate, err)
}

// Backoff holds back every call that has not started, for d from now. It is called when the side reports too many
// calls. A shorter hold never ends a longer one.
func (g *Grant) Backoff(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(d); until.After(g.heldUntil) {
		g.heldUntil = until
	}
	g.grantNext()
}

// Held returns how long calls are still held back, or 0.
func (g *Grant) Held() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(0, time.Until(g.heldUntil))
}
