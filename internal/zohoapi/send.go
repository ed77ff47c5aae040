package zohoapi

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"causeway/internal/budget"
	"causeway/internal/record"
)

const (
	// longestRead bounds one attempt of a read, so that a read that hangs can be tried again.
	longestRead = 30 * time.Second
	// codeTooLate marks an attempt that was not made because its deadline had passed.
	codeTooLate = "DEADLINE_PASSED"
	// codeCanceled marks an attempt that was cancelled before or during the call.
	codeCanceled = "CANCELED"
)

// try makes one attempt: token, grant, clock, call, reply.
func (d *attempts) try(ctx context.Context) (Reply, error) {
	release, err := d.prepare(ctx)
	if err != nil {
		return Reply{}, err
	}
	defer release()
	return d.send(ctx)
}

// prepare waits for a token and for the grant. It gives up where no call may start any more.
func (d *attempts) prepare(ctx context.Context) (release func(), err error) {
	ctx, cancel := budget.Waiting(ctx)
	defer cancel()
	if d.token, err = d.c.tokens.get(ctx, d.c.caller()); err != nil {
		return nil, err
	}
	release, err = d.c.grant.Acquire(ctx)
	if err != nil {
		return nil, d.notGranted(err)
	}
	return release, nil
}

// notGranted is the failure of an attempt that was not sent.
func (d *attempts) notGranted(err error) error {
	if errors.Is(err, context.Canceled) {
		return d.failure(record.Unavailable, codeCanceled, "canceled before the call was sent", err)
	}
	e := d.failure(record.RateLimited, "BUDGET", "no call was free before the deadline", err)
	e.RetryAfter = d.c.grant.Held()
	return e
}

func (d *attempts) send(ctx context.Context) (Reply, error) {
	write := d.call.changes()
	attempt, cancel := context.WithCancel(ctx)
	if !write {
		attempt, cancel = context.WithTimeout(ctx, longestRead)
	}
	defer cancel()
	// A call that has no connection yet has not started. A pause must not wait for it.
	var onWire atomic.Bool
	defer budget.OnHalt(ctx, func() {
		if !onWire.Load() {
			cancel()
		}
	})()
	attempt = httptrace.WithClientTrace(attempt, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { onWire.Store(true) },
	})
	req, err := d.request(attempt)
	if err != nil {
		return Reply{}, err
	}
	// After the process was frozen, timers fire late: the context may seem valid although its deadline has passed. Ask the clock.
	if deadline, ok := ctx.Deadline(); ok && !d.c.now().Before(deadline) {
		return Reply{}, d.failure(record.Unavailable, codeTooLate, "deadline passed before sending", context.DeadlineExceeded)
	}
	if err := budget.Halted(ctx); err != nil {
		return Reply{}, d.notGranted(err)
	}
	budget.MeterFrom(ctx).AddCostly(d.c.side, d.call.Class, max(1, d.call.Cost))
	resp, err := d.c.http.Do(req)
	if err != nil {
		e := d.failure(record.Unavailable, codeOf(err), "no answer from "+req.URL.Host, withoutURL(err))
		e.Ambiguous = write && onWire.Load()
		return Reply{}, e
	}
	defer func() { _ = resp.Body.Close() }()
	reply, err := d.read(resp)
	if err != nil {
		return Reply{}, err
	}
	return reply, nil
}

func (d *attempts) request(ctx context.Context) (*http.Request, error) {
	var body io.Reader
	if d.body != nil {
		body = bytes.NewReader(d.body)
	}
	target := d.token.APIDomain + d.call.Path
	if len(d.call.Query) > 0 {
		target += "?" + d.call.Query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, d.call.Method, target, body)
	if err != nil {
		return nil, d.failure(record.Invalid, "URL", "the address of the call is invalid", err)
	}
	for name, values := range d.call.Header {
		req.Header[name] = values
	}
	req.Header.Set("Authorization", "Zoho-oauthtoken "+d.token.Access)
	req.Header.Set("Accept", "application/json")
	if d.body != nil {
		req.Header.Set("Content-Type", d.mediaType)
	}
	return req, nil
}

// read reads the reply, and judges it.
func (d *attempts) read(resp *http.Response) (Reply, error) {
	reply := Reply{Status: resp.StatusCode, Header: resp.Header}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	if err != nil {
		return reply, d.unreadable(reply, "the reply was cut off", err)
	}
	if len(body) > maxReply {
		return reply, d.unreadable(reply, fmt.Sprintf("the reply is larger than %d MiB", maxReply>>20), nil)
	}
	if reply.Empty() {
		return d.deliver(reply)
	}
	if resp.StatusCode >= 500 {
		return reply, d.unreadable(reply, "the side answered with "+resp.Status, nil)
	}
	if d.call.File != nil && resp.StatusCode < 300 {
		return d.deliverFile(reply, body)
	}
	if reply.Body, err = decode(body); err != nil {
		if resp.StatusCode == http.StatusTooManyRequests {
			return reply, d.tooMany(reply, &Refusal{})
		}
		return reply, d.unreadable(reply, "the reply is not a JSON object", err)
	}
	if refused := d.c.judge(reply); refused != nil {
		if refused.Failure.Kind == record.RateLimited {
			return reply, d.tooMany(reply, refused)
		}
		refused.Failure.Ambiguous = refused.Failure.Kind == record.Unavailable && d.call.changes()
		return reply, refused
	}
	if resp.StatusCode >= 300 && (d.call.Results == nil || !d.call.Results(reply)) {
		return reply, d.unreadable(reply, "the side answered with "+resp.Status, nil)
	}
	return d.deliver(reply)
}

func (d *attempts) deliverFile(reply Reply, contents []byte) (Reply, error) {
	if err := d.call.File(contents); err != nil {
		return reply, d.unreadable(reply, "the file is not what the API promises", err)
	}
	return reply, nil
}

// deliver passes the reply to the call's Read.
func (d *attempts) deliver(reply Reply) (Reply, error) {
	if d.call.Read == nil {
		return reply, nil
	}
	if err := d.call.Read(reply); err != nil {
		var e *record.Error
		if errors.As(err, &e) && e.Kind != record.Unavailable {
			return reply, err
		}
		return reply, d.unreadable(reply, "the reply is not what the API promises", err)
	}
	return reply, nil
}

// unreadable is the failure of a reply that does not tell what was done.
func (d *attempts) unreadable(reply Reply, message string, err error) *record.Error {
	e := d.failure(record.Unavailable, fmt.Sprintf("HTTP_%d", reply.Status), message, err)
	e.Ambiguous = d.call.changes()
	return e
}

func (d *attempts) tooMany(reply Reply, refused *Refusal) *Refusal {
	f := &refused.Failure
	f.Kind, f.Message = record.RateLimited, cmp.Or(f.Message, "too many calls")
	f.RetryAfter = cmp.Or(retryAfter(reply.Header.Get("Retry-After"), d.c.now()), refused.Wait)
	return refused
}

func tooLate(err error) bool {
	var e *record.Error
	return errors.As(err, &e) && e.Code == codeTooLate
}

func codeOf(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "TIMEOUT"
	case errors.Is(err, context.Canceled):
		return codeCanceled
	case strings.Contains(err.Error(), "connection reset"), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "RESET"
	default:
		return "UNREACHABLE"
	}
}

// attempts is one call, and what became of its attempts so far.
type attempts struct {
	c    *Client
	call Call

	body      []byte
	mediaType string

	token      Token
	failures   int // attempts without a good answer
	refusals   int // refused tokens
	rateLimits int
}

func (d *attempts) failure(kind record.Kind, code, message string, err error) *record.Error {
	return &record.Error{Kind: kind, Side: d.c.side, Op: d.call.Op, RecordID: d.call.RecordID,
		Code: code, Message: message, Err: err}
}
