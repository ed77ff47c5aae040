package zohoapi

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"causeway/internal/budget"
)

const (
	firstPause     = 200 * time.Millisecond
	longestPause   = 5 * time.Second
	firstRateWait  = 500 * time.Millisecond
	longestRateHit = 30 * time.Second
)

// backoff returns the pause after a failed attempt. Attempts count from 0.
func backoff(attempt int) time.Duration {
	return min(longestPause, firstPause<<min(attempt, 10))
}

// rateBackoff returns the pause after "too many calls" from a side that does not tell until when.
func rateBackoff(times int) time.Duration {
	return min(longestRateHit, firstRateWait<<min(times, 10))
}

// jitter returns a random pause between half of d and d, so that callers that failed together do not retry together.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d/2+1) }

// sleep waits. It reports whether it waited the whole time. It does not begin if the deadline is nearer.
func sleep(ctx context.Context, d time.Duration) bool {
	if !outlasts(ctx, d) {
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// outlasts reports whether the context lasts longer than d.
func outlasts(ctx context.Context, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() == nil && (!ok || time.Until(deadline) > d)
}

// retryAfter reads either form of the header: seconds, or a date.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// withoutURL removes the address from an error: its query may hold a record's name.
func withoutURL(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// newHTTPClient keeps as many connections open as there are calls in flight. With the default of 2, almost every call would
// open and close one. It does not follow redirects: that would repeat a write, or send the token to another host.
func newHTTPClient(inFlight int) *http.Client {
	conns := cmp.Or(max(0, inFlight), budget.DefaultInFlight)
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment, // never for local addresses
			DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			ForceAttemptHTTP2:     true,
			MaxIdleConns:          2 * conns,
			MaxIdleConnsPerHost:   conns + 1, // one more for a token
			IdleConnTimeout:       60 * time.Second,
			TLSHandshakeTimeout:   10 * time.Second,
			ExpectContinueTimeout: time.Second,
		},
	}
}
