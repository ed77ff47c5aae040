package platform

import (
	"sync"
	"time"
)

// RefusalKind is why the platform does not pass a call on.
type RefusalKind string

// The refusals that each side renders in its own format.
const (
	BadToken      RefusalKind = "bad token" // missing, unknown, expired or revoked
	TooPerMinute  RefusalKind = "too many per minute"
	TooPerDay     RefusalKind = "too many per day"
	TooConcurrent RefusalKind = "too many at once"
	Internal      RefusalKind = "internal error"
)

// Refusal is a call that ends before, or instead of, its handler. A Retry-After header is set already where due.
type Refusal struct {
	Kind  RefusalKind
	Limit int // of which it is the excess
}

// limiter holds one side's limits. A value of 0 means no limit.
type limiter struct {
	mu       sync.Mutex
	inFlight int
	minute   window
	day      window
}

type quota struct {
	concurrent, perMinute, perDay int
}

// enter takes cost from the limits. leave must be called when refusal is nil.
func (l *limiter) enter(q quota, cost int, now time.Time) (refusal *Refusal, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if q.concurrent > 0 && l.inFlight >= q.concurrent {
		return &Refusal{TooConcurrent, q.concurrent}, time.Second
	}
	if q.perMinute > 0 && l.minute.sum(now, time.Minute)+1 > q.perMinute {
		return &Refusal{TooPerMinute, q.perMinute}, l.minute.wait(now, time.Minute)
	}
	if q.perDay > 0 && l.day.sum(now, 24*time.Hour)+cost > q.perDay {
		return &Refusal{TooPerDay, q.perDay}, l.day.wait(now, 24*time.Hour)
	}
	if q.perMinute > 0 {
		l.minute.add(now, 1)
	}
	if q.perDay > 0 {
		l.day.add(now, cost)
	}
	l.inFlight++
	return nil, 0
}

func (l *limiter) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
}

// used returns what the last 24 hours cost.
func (l *limiter) used(now time.Time) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.day.sum(now, 24*time.Hour)
}

// window is a rolling sum.
type window struct {
	events []event
	total  int
}

type event struct {
	at   time.Time
	cost int
}

func (w *window) add(now time.Time, cost int) {
	w.events = append(w.events, event{now, cost})
	w.total += cost
}

func (w *window) sum(now time.Time, span time.Duration) int {
	for len(w.events) > 0 && now.Sub(w.events[0].at) >= span {
		w.total -= w.events[0].cost
		w.events = w.events[1:]
	}
	return w.total
}

func (w *window) wait(now time.Time, span time.Duration) time.Duration {
	if len(w.events) == 0 {
		return time.Second
	}
	return max(span-now.Sub(w.events[0].at), time.Second)
}
