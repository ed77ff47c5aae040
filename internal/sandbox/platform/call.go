package platform

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// call is one request in the gate.
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

// tokenOf returns the access token of a request. Real clients send one of two schemes.
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

// handle runs the handler with a context that does not end with the client's connection.
func (c *call) handle(w http.ResponseWriter) {
	ctx := WithIdentity(context.WithoutCancel(c.r.Context()), c.id)
	r := c.r.Clone(ctx)
	r.Body = io.NopCloser(bytes.NewReader(c.body))
	c.h.ServeHTTP(w, r)
}

// handleSafely runs the handler, and answers with the side's status 500 if it panics.
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
