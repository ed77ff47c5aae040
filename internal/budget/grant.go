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

// WithPriority marks a caller that somebody waits for. Its calls start before all that wait without the mark, and a part
// of each limit is kept for it.
func WithPriority(ctx context.Context) context.Context {
	return context.WithValue(ctx, priorityKey{}, true)
}

func hasPriority(ctx context.Context) bool {
	marked, _ := ctx.Value(priorityKey{}).(bool)
	return marked
}

// Grant lets calls of one connection to one side start. It is safe for concurrent use.
type Grant struct {
	mu     sync.Mutex
	limits Limits
	set    bool
	// inFlight counts calls: all of them, and those without priority.
	inFlight, common       int
	mostInFlight, mostComm int
	rate                   bucket
	heldUntil              time.Time
	// The callers that wait, in their order.
	first, rest []*waiter
	// wake is when the next of them may go on, if nothing ends before.
	wake *time.Timer
}

// waiter is a caller that waits.
type waiter struct {
	priority bool
	deadline time.Time // zero is none
	granted  chan error
}

func (g *Grant) limit(l Limits) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.set && g.limits == l {
		return
	}
	g.limits, g.set = l, true
	switch {
	case l.InFlight <= 0:
		g.mostInFlight, g.mostComm = DefaultInFlight+1, DefaultInFlight
	default:
		g.mostInFlight, g.mostComm = l.InFlight, max(1, l.InFlight-1)
	}
	g.rate = newBucket(l.PerMinute)
	g.pump()
}

// Acquire waits until a call may start. The caller calls release once, when its reply was read. An error
// says that no call was granted: ErrTooLate, or the context's own.
func (g *Grant) Acquire(ctx context.Context) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, lateOr(ctx, err)
	}
	w := &waiter{priority: hasPriority(ctx), granted: make(chan error, 1)}
	w.deadline, _ = ctx.Deadline()
	g.mu.Lock()
	if w.priority {
		g.first = append(g.first, w)
	} else {
		g.rest = append(g.rest, w)
	}
	g.pump()
	g.mu.Unlock()
	select {
	case err = <-w.granted:
	case <-ctx.Done():
		if err = g.leave(w); err == nil {
			err = lateOr(ctx, ctx.Err())
		}
	}
	if err != nil {
		return nil, err
	}
	return sync.OnceFunc(func() { g.release(w) }), nil
}

// leave takes a caller out of the queue; what it was granted at the last moment goes to the next.
func (g *Grant) leave(w *waiter) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	gone := func(of *waiter) bool { return of == w }
	g.first, g.rest = slices.DeleteFunc(g.first, gone), slices.DeleteFunc(g.rest, gone)
	select {
	case err := <-w.granted:
		if err == nil {
			g.giveBack(w)
			g.rate.add(1) // it was none
			g.pump()
		}
		return err
	default:
		return nil
	}
}

func (g *Grant) release(w *waiter) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.giveBack(w)
	g.pump()
}

func (g *Grant) giveBack(w *waiter) {
	g.inFlight--
	if !w.priority {
		g.common--
	}
}

// pump grants calls to those who wait, as far as the limits allow, and sees to it that it is called again when they
// allow more. The caller holds the lock.
func (g *Grant) pump() {
	g.refuseLate()
	now := time.Now()
	wait := g.heldUntil.Sub(now)
	for wait <= 0 && len(g.first)+len(g.rest) > 0 {
		queue := &g.first
		if len(*queue) == 0 {
			queue = &g.rest
		}
		w := (*queue)[0]
		if g.inFlight >= g.mostInFlight || !w.priority && g.common >= g.mostComm {
			return // until one is released
		}
		if wait = g.take(w, now); wait > 0 {
			break
		}
		*queue = (*queue)[1:]
		g.inFlight++
		if !w.priority {
			g.common++
		}
		w.granted <- nil
	}
	if len(g.first)+len(g.rest) > 0 {
		g.wakeIn(wait)
	}
}

// take takes a start off the rates, or says how long until there is one.
func (g *Grant) take(w *waiter, now time.Time) time.Duration {
	wait := g.rate.wait(now, w.priority)
	if wait == 0 {
		g.rate.add(-1)
	}
	return wait
}

// refuseLate tells those whose deadline comes before the end of a hold.
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
	g.first, g.rest = slices.DeleteFunc(g.first, late), slices.DeleteFunc(g.rest, late)
}

func (g *Grant) wakeIn(d time.Duration) {
	if g.wake != nil {
		g.wake.Stop()
	}
	g.wake = time.AfterFunc(d, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.pump()
	})
}

// lateOr tells a deadline from a cancellation.
func lateOr(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w", ErrTooLate, err)
}

// Backoff holds back every call that has not started yet, for d from now: the side has said that there
// are too many. A shorter hold never ends a longer one.
func (g *Grant) Backoff(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(d); until.After(g.heldUntil) {
		g.heldUntil = until
	}
	g.pump()
}

// Held is how long calls are still held back, 0 where they are not.
func (g *Grant) Held() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(0, time.Until(g.heldUntil))
}
