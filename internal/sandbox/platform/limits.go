package platform

import (
	"sync"
	"time"
)

// RefusalKind is the reason why the gate refuses a call.
type RefusalKind string

// The kinds of refusals. Each side answers them in its own format.
const (
	BadToken      RefusalKind = "bad token" // missing, unknown, expired or revoked
	TooPerMinute  RefusalKind = "too many per minute"
	TooPerDay     RefusalKind = "too many per day"
	TooConcurrent RefusalKind = "too many at once"
	Internal      RefusalKind = "internal error"
)

// Refusal says why the gate refused a call. The gate has set the header Retry-After if the reply has one.
type Refusal struct {
	Kind  RefusalKind
	Limit int // the limit that the call is beyond
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

// enter counts a call of this cost, or returns why it is refused and how long to wait. If refusal is nil, call leave when
// the call ends.
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

// used returns the cost of the last 24 hours.
func (l *limiter) used(now time.Time) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.day.sum(now, 24*time.Hour)
}

// window is the sum of the costs in the last span of time.
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
