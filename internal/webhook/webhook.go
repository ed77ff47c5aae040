// Package webhook tells addresses that an admin has chosen, over HTTP and signed. It must never reach an address of
// the inside network, and never follow where a reply points to.
//
// The threat: who may set an address can have this process call it, from inside the company's network and with its
// rights. So an address of the inside (loopback, private, link-local with the metadata services of clouds, ...) is
// refused, twice. When it is saved, so that the admin learns of it. And at every dial, on the IP address that is really
// dialed, since a name may lead elsewhere by then (DNS rebinding). A redirect would lead there as well, past the
// admin's choice, and would carry the signed body along: it is a failure. A proxy of the environment would dial in
// our place, unchecked: none is used.
package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"

	"causeway/internal/record"
)

const (
	// Deadline is how long one telling may take, from the look-up of the name to the end of the reply.
	Deadline = 10 * time.Second
	// mostReply bounds what is read of a reply, in bytes. It is ignored.
	mostReply = 4 << 10
	// mostRetryAfter bounds the wait that a receiver may ask for.
	mostRetryAfter = time.Hour
)

// Codes of failures that are no HTTP status.
const (
	CodeAddress  = "WEBHOOK_ADDRESS"   // it is no address that may be told
	CodeRedirect = "WEBHOOK_REDIRECT"  // it answers by pointing elsewhere
	CodeNoAnswer = "WEBHOOK_NO_ANSWER" // it does not answer, or not in time
)

// Options are what a Sender may be told. The zero value is right in production.
type Options struct {
	// Private allows addresses of the inside network, too.
	Private bool
	// Deadline is that of one telling; 0 stands for Deadline.
	Deadline time.Duration
	// Now is the clock of signatures; nil stands for time.Now.
	Now func() time.Time
	// Lookup finds the addresses of a name, for Check; nil stands for the machine's own resolver.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
}

// Sender tells addresses. It is safe for concurrent use.
type Sender struct {
	private  bool
	deadline time.Duration
	now      func() time.Time
	lookup   func(ctx context.Context, host string) ([]netip.Addr, error)
	http     *http.Client
}

// New is a sender.
func New(o Options) *Sender {
	s := &Sender{private: o.Private, deadline: o.Deadline, now: o.Now, lookup: o.Lookup}
	if s.deadline == 0 {
		s.deadline = Deadline
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.lookup == nil {
		s.lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	dialer := &net.Dialer{Control: s.control}
	s.http = &http.Client{
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, DisableKeepAlives: true, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s
}

// control is asked before each connection, with the IP address that the name has led to.
func (s *Sender) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return refused("what the name leads to is no IP address")
	}
	return s.allowed(at.Addr())
}

// Target is who is told.
type Target struct {
	URL    string
	Secret string
}

// Send tells a target once. Nothing but an answer of 2xx is a success. The failure's kind says what to do: Invalid
// and NotFound (404, 410) will not mend themselves, all else may be tried again. No error holds the address's path,
// which may be a secret itself.
//
// A telling whose answer got lost is repeated: receivers tell repetitions by the id in the body.
func (s *Sender) Send(ctx context.Context, to Target, body []byte) error {
	u, err := parse(to.URL)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.deadline)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return refused("it is no address that can be called")
	}
	req.GetBody = nil // the transport must not send it again by itself
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Causeway")
	req.Header.Set(SignatureHeader, Sign(to.Secret, s.now(), body))
	resp, err := s.http.Do(req)
	if err != nil {
		return unanswered(ctx, u.Hostname(), err)
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, mostReply)) // the status has said all
	return s.judge(u.Hostname(), resp)
}

// judge says what an answer means.
func (s *Sender) judge(host string, resp *http.Response) error {
	status := resp.StatusCode
	out := &record.Error{Op: "tell " + host, Code: "HTTP_" + strconv.Itoa(status), Message: fmt.Sprintf("it answered %d", status)}
	switch {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 400:
		out.Kind, out.Code = record.Invalid, CodeRedirect
		out.Message = fmt.Sprintf("it answered %d, which points elsewhere and is not followed", status)
		out.Remedy = "give the address that it points to"
	case status == http.StatusNotFound || status == http.StatusGone:
		out.Kind = record.NotFound
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		out.Kind, out.RetryAfter = record.RateLimited, s.retryAfter(resp.Header.Get("Retry-After"))
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		out.Kind, out.Remedy = record.Unauthorized, "make sure that it knows the secret"
	default:
		out.Kind = record.Unavailable
	}
	return out
}

// retryAfter reads seconds or a date; 0 where it is neither.
func (s *Sender) retryAfter(value string) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.Atoi(value); err == nil {
		wait = time.Duration(min(max(seconds, 0), int(mostRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(s.now())
	}
	return min(max(wait, 0), mostRetryAfter)
}

// unanswered is the failure of a call that brought no answer. The client's own words hold the whole address: they
// stay out.
func unanswered(ctx context.Context, host string, err error) error {
	var ours *record.Error
	if errors.As(err, &ours) {
		out := *ours
		out.Op = "tell " + host
		return &out
	}
	out := &record.Error{Kind: record.Unavailable, Op: "tell " + host, Code: CodeNoAnswer, Message: "no answer"}
	var dns *net.DNSError
	var call *net.OpError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		out.Message, out.Err = "no answer in time", context.DeadlineExceeded
	case ctx.Err() != nil:
		out.Err = ctx.Err()
	case errors.As(err, &dns):
		out.Message = "its name cannot be looked up"
	case errors.As(err, &call):
		out.Err = call.Err
	default:
		out.Message = "no answer that could be read"
	}
	return out
}
