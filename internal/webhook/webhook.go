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
	// Deadline is how long one message may take, from the look-up of the name to the end of the reply.
	Deadline = 10 * time.Second
	// maxReply is how much of a reply is read, in bytes. Its content is ignored.
	maxReply = 4 << 10
	// maxRetryAfter is the longest wait that a receiver may ask for.
	maxRetryAfter = time.Hour
)

// The codes of failures that are not an HTTP status.
const (
	CodeRedirect = "WEBHOOK_REDIRECT"  // it answered with a redirect
	CodeNoAnswer = "WEBHOOK_NO_ANSWER" // it did not answer, or not in time
)

// Options configure a Sender. The zero value is right in production.
type Options struct {
	// Private also allows addresses of the inside network.
	Private bool
	// Deadline is the limit for one message; 0 means the constant Deadline.
	Deadline time.Duration
	// Now is the clock for signatures; nil means time.Now.
	Now func() time.Time
	// Lookup resolves a host name for Check; nil means the machine's own resolver.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
}

// Sender sends messages to addresses. It is safe for concurrent use.
type Sender struct {
	private  bool
	deadline time.Duration
	now      func() time.Time
	lookup   func(ctx context.Context, host string) ([]netip.Addr, error)
	http     *http.Client
}

// New returns a sender.
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
	dialer := &net.Dialer{Control: s.checkDial}
	s.http = &http.Client{
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, DisableKeepAlives: true, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s
}

// checkDial is called before each connection, with the resolved IP address.
func (s *Sender) checkDial(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return addressRefused("its name does not lead to an IP address")
	}
	return s.checkIP(at.Addr())
}

// Target is a receiver of messages.
type Target struct {
	URL    string
	Secret string
}

// Send sends one message to a target. Only a 2xx answer is a success. The kind of the error tells what to do:
// Invalid and NotFound (404, 410) stay wrong, anything else may be retried. No error contains the address's path,
// which may itself be a secret.
//
// A message whose answer was lost is repeated. Receivers recognise repetitions by the id in the body.
func (s *Sender) Send(ctx context.Context, to Target, body []byte) error {
	u, err := parseAddress(to.URL)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.deadline)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return addressRefused("it cannot be called")
	}
	req.GetBody = nil // the transport must not repeat it on its own
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Causeway")
	req.Header.Set(SignatureHeader, Sign(to.Secret, s.now(), body))
	resp, err := s.http.Do(req)
	if err != nil {
		return unanswered(ctx, u.Hostname(), err)
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxReply)) // the status is enough
	return s.checkStatus(u.Hostname(), resp)
}

// checkStatus turns an answer into nil or an error.
func (s *Sender) checkStatus(host string, resp *http.Response) error {
	status := resp.StatusCode
	out := &record.Error{Op: "tell " + host, Code: "HTTP_" + strconv.Itoa(status), Message: fmt.Sprintf("it answered %d", status)}
	switch {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 400:
		out.Kind, out.Code = record.Invalid, CodeRedirect
		out.Message = fmt.Sprintf("it answered %d, a redirect, and redirects are not followed", status)
		out.Remedy = "give the address that it redirects to"
	case status == http.StatusNotFound || status == http.StatusGone:
		out.Kind = record.NotFound
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		out.Kind, out.RetryAfter = record.RateLimited, s.retryAfter(resp.Header.Get("Retry-After"))
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		out.Kind, out.Remedy = record.Unauthorized, "check that the receiver has the same secret"
	default:
		out.Kind = record.Unavailable
	}
	return out
}

// retryAfter reads seconds or a date; anything else is 0.
func (s *Sender) retryAfter(value string) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.Atoi(value); err == nil {
		wait = time.Duration(min(max(seconds, 0), int(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(s.now())
	}
	return min(max(wait, 0), maxRetryAfter)
}

// unanswered returns the error of a call without an answer. The HTTP client's own text is left out, since it
// contains the whole address.
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
		out.Message = "its host name cannot be looked up"
	case errors.As(err, &call):
		out.Err = call.Err
	default:
		out.Message = "the answer cannot be read"
	}
	return out
}

// checkIP refuses addresses of the inside network, unless the configuration allows them.
func (s *Sender) checkIP(ip netip.Addr) error {
	if s.private || isPublic(ip) {
		return nil
	}
	return addressRefused("it leads to " + ip.Unmap().WithZone("").String() + ", which is not a public address")
}

// Check refuses an address that Send would refuse, so that a user learns of it when saving. Send checks again each
// time, since the name may lead elsewhere by then.
func (s *Sender) Check(ctx context.Context, address string) error {
	u, err := parseAddress(address)
	if err != nil {
		return err
	}
	host := u.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil {
		return s.checkIP(ip)
	}
	ctx, cancel := context.WithTimeout(ctx, s.deadline)
	defer cancel()
	ips, err := s.lookup(ctx, host)
	if err != nil || len(ips) == 0 {
		return addressInvalid("the host name " + host + " cannot be looked up")
	}
	for _, ip := range ips {
		if err := s.checkIP(ip); err != nil {
			return err
		}
	}
	return nil
}
