package platform

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const maxBody = 64 << 20

// ErrorWriter renders a refusal in a side's wire format.
type ErrorWriter func(w http.ResponseWriter, r *http.Request, refusal Refusal)

// Cost says how many credits a call takes from the day's.
type Cost func(r *http.Request, body []byte) int

// Gate is what every call to an organisation passes: call log, authentication, limits, faults.
type Gate struct {
	Accounts *Accounts
	Settings *Settings
	Faults   *Faults
	Calls    *Calls

	clock  Clock
	costs  map[Side]Cost
	limits map[Side]*limiter

	closing chan struct{} // ends what waits
	once    sync.Once
	late    tally // writes that come after their client has gone
}

// NewGate returns a gate over the given parts.
func NewGate(accounts *Accounts, settings *Settings, faults *Faults, clock Clock) *Gate {
	return &Gate{
		Accounts: accounts, Settings: settings, Faults: faults, Calls: NewCalls(), clock: clock,
		costs:   map[Side]Cost{},
		limits:  map[Side]*limiter{CRM: {}, Billing: {}, AuthSide: {}},
		closing: make(chan struct{}),
	}
}

// SetCost says what calls of a side cost; 1 each where nothing is set. Call it before serving.
func (g *Gate) SetCost(side Side, cost Cost) { g.costs[side] = cost }

// Close carries out at once the late writes that are waiting, and ends the calls that hang on purpose.
func (g *Gate) Close() {
	g.once.Do(func() { close(g.closing) })
	g.late.wait()
}

// tally counts what is under way. Unlike a sync.WaitGroup it may be added to while another waits: a late write can
// come in while the sandbox goes down.
type tally struct {
	mu sync.Mutex
	n  int
	// zero is closed, and dropped, when n falls to 0; nil while nobody waits
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

// Wrap puts the gate before h, which should be an http.ServeMux so that calls are counted by their route.
// The handler runs to its end even when the client has gone, as a real platform's does.
func (g *Gate) Wrap(side Side, errs ErrorWriter, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		class := classify(r)
		defer g.Calls.start(side, class, routeOf(h, r), g.clock())()
		fault, delay := g.Faults.Draw(side, class)
		if !g.pause(r.Context(), delay) {
			panic(http.ErrAbortHandler) // returning would answer with an empty 200
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

// call is one request on its way through the gate.
type call struct {
	g     *Gate
	side  Side
	errs  ErrorWriter
	h     http.Handler
	w     http.ResponseWriter
	r     *http.Request
	body  []byte
	id    Identity
	fault Fault
}

func (c *call) authenticate() bool {
	id, ok := c.g.Accounts.Authenticate(c.r.Context(), tokenOf(c.r))
	if !ok || c.fault == ExpiredToken {
		c.errs(c.w, c.r, Refusal{Kind: BadToken})
		return false
	}
	c.id = id
	return true
}

// tokenOf takes both schemes that real clients send.
func tokenOf(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Zoho-oauthtoken") || strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return ""
}

func (c *call) admit() bool {
	v, now := c.g.Settings.Get(), c.g.clock()
	var q quota
	switch c.side {
	case CRM:
		q = quota{concurrent: v.CRMConcurrency, perDay: v.CRMCreditsPerDay}
	case Billing:
		q = quota{concurrent: v.BillingConcurrent, perMinute: v.BillingPerMinute, perDay: v.BillingPerDay}
	}
	cost := 1
	if f := c.g.costs[c.side]; f != nil && q.perDay > 0 {
		cost = f(c.r, c.body)
	}
	l := c.g.limits[c.side]
	refusal, wait := l.enter(q, cost, now)
	if refusal != nil {
		if v.RetryAfter {
			c.w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
		}
		c.errs(c.w, c.r, *refusal)
		return false
	}
	if used := l.used(now); c.side == CRM && q.perDay > 0 && used*2 >= q.perDay {
		c.w.Header().Set("X-API-CREDITS-REMAINING", strconv.Itoa(q.perDay-used))
	}
	return true
}

// handle runs the handler with a context that outlives the client's connection.
func (c *call) handle(w http.ResponseWriter) {
	ctx := WithIdentity(context.WithoutCancel(c.r.Context()), c.id)
	r := c.r.Clone(ctx)
	r.Body = io.NopCloser(bytes.NewReader(c.body))
	c.h.ServeHTTP(w, r)
}

// handleSafely answers a panic with the side's 500.
func (c *call) handleSafely(w http.ResponseWriter) {
	defer func() {
		if p := recover(); p != nil {
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			logPanic(p)
			c.errs(w, c.r, Refusal{Kind: Internal})
		}
	}()
	c.handle(w)
}
