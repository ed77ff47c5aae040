package platform

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

const maxBody = 64 << 20

// ErrorWriter answers a call that the gate refused, in the format of a side.
type ErrorWriter func(w http.ResponseWriter, r *http.Request, refusal Refusal)

// Cost returns how many of the day's credits a call takes.
type Cost func(r *http.Request, body []byte) int

// Gate is what every call to an organisation passes through: call log, authentication, limits and faults.
type Gate struct {
	Accounts *Accounts
	Settings *Settings
	Faults   *Faults
	Calls    *Calls

	clock  Clock
	costs  map[Side]Cost
	limits map[Side]*limiter

	closing chan struct{} // closed to end all waiting
	once    sync.Once
	late    tally // writes that are done after their client has gone
}

// NewGate returns a gate with the given parts.
func NewGate(accounts *Accounts, settings *Settings, faults *Faults, clock Clock) *Gate {
	return &Gate{
		Accounts: accounts, Settings: settings, Faults: faults, Calls: NewCalls(), clock: clock,
		costs:   map[Side]Cost{},
		limits:  map[Side]*limiter{CRM: {}, Billing: {}, AuthSide: {}},
		closing: make(chan struct{}),
	}
}

// SetCost sets what the calls of a side cost. Without it each costs 1. Call it before serving.
func (g *Gate) SetCost(side Side, cost Cost) { g.costs[side] = cost }

// Close does the late writes that are waiting at once, and ends the calls that hang on purpose.
func (g *Gate) Close() {
	g.once.Do(func() { close(g.closing) })
	g.late.wait()
}

// Wrap puts the gate before h. Calls are counted by their route if h is an http.ServeMux. As on a real platform, the
// handler runs to its end even if the client has gone.
func (g *Gate) Wrap(side Side, errs ErrorWriter, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		class := classify(r)
		defer g.Calls.start(side, class, routeOf(h, r), g.clock())()
		fault, delay := g.Faults.Draw(side, class)
		if !g.pause(r.Context(), delay) {
			panic(http.ErrAbortHandler) // to return would answer with an empty 200
		}
		if fault == Reset {
			resetConnection(w)
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
		if err != nil {
			panic(http.ErrAbortHandler) // the client went away while sending
		}
		call := &call{g: g, side: side, errs: errs, h: h, w: w, r: r, body: body, fault: fault}
		if side != AuthSide && !call.authenticate() {
			return
		}
		if !call.admit() {
			return
		}
		defer g.limits[side].leave()
		call.serve()
	})
}

func (g *Gate) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	case <-g.closing:
		return false
	}
}

// tally counts late writes that were not done yet. It is like a sync.WaitGroup, but add may be called while wait waits:
// a late write can arrive while the sandbox closes.
type tally struct {
	mu sync.Mutex
	n  int
	// zero is closed when n becomes 0. It is nil while nobody waits.
	zero chan struct{}
}

func (t *tally) add(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n += n
	if t.n == 0 && t.zero != nil {
		close(t.zero)
		t.zero = nil
	}
}

func (t *tally) wait() {
	t.mu.Lock()
	if t.n == 0 {
		t.mu.Unlock()
		return
	}
	if t.zero == nil {
		t.zero = make(chan struct{})
	}
	zero := t.zero
	t.mu.Unlock()
	<-zero
}
