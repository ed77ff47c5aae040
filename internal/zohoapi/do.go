package zohoapi

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"causeway/internal/budget"
	"causeway/internal/record"
)

const (
	// longestCall bounds a Do, with all its attempts, if the context has no deadline.
	longestCall = 2 * time.Minute
	// readAttempts is how often a read is tried if the side cannot be reached, or its reply cannot be read.
	readAttempts = 5
	// tokenRefusals is how often a call is repeated with another token. A call that got a 401 did nothing.
	tokenRefusals = 2
)

// Do makes a call. Its failures are *record.Error. A read without a good answer is repeated a few times, while the
// deadline allows. A call that certainly did nothing (too many calls, a refused token) is repeated, also a write. A write
// that the side may have received is never repeated.
func (c *Client) Do(ctx context.Context, call Call) (Reply, error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, longestCall)
		defer cancel()
	}
	d := &attempts{c: c, call: call}
	if err := d.encode(); err != nil {
		return Reply{}, err
	}
	for {
		reply, err := d.try(ctx)
		if err == nil {
			return reply, nil
		}
		if !d.retry(ctx, err) {
			return Reply{}, d.describe(err)
		}
	}
}

// encode makes the body that each attempt sends.
func (d *attempts) encode() (err error) {
	switch {
	case d.call.Upload != nil:
		d.body, d.mediaType, err = d.call.Upload.form()
	case d.call.Body != nil:
		d.mediaType = "application/json;charset=UTF-8"
		d.body, err = json.Marshal(d.call.Body)
	}
	if err != nil {
		return d.failure(record.Invalid, "BODY", "the request cannot be written", err)
	}
	return nil
}

// retry waits as long as the failure requires. It reports whether another attempt may start.
func (d *attempts) retry(ctx context.Context, err error) bool {
	ctx, cancel := budget.Waiting(ctx)
	defer cancel()
	var refused *Refusal
	if errors.As(err, &refused) && refused.BadToken {
		return d.newToken(ctx)
	}
	var e *record.Error
	if !errors.As(err, &e) || errors.Is(err, context.Canceled) {
		return false
	}
	switch e.Kind {
	case record.RateLimited:
		if refused == nil || refused.Wait > 0 {
			return false
		}
		pause := jitter(rateBackoff(d.rateLimits))
		if e.RetryAfter > 0 {
			pause = e.RetryAfter
		}
		d.rateLimits++
		d.c.grant.Backoff(pause)
		// The grant itself makes the next attempt wait. It refuses if the deadline comes first.
		return outlasts(ctx, pause)
	case record.Unavailable:
		d.failures++
		return !d.call.changes() && d.failures < readAttempts && !tooLate(err) && sleep(ctx, jitter(backoff(d.failures-1)))
	default:
		return false
	}
}

// newToken replaces the refused token. It does not where that was tried often enough, or where scopes are missing: a new
// token would have the same scopes.
func (d *attempts) newToken(ctx context.Context) bool {
	if d.refusals >= tokenRefusals || len(missingScopes(d.token.Scopes, d.call.Scopes)) > 0 && len(d.token.Scopes) > 0 {
		return false
	}
	d.refusals++
	_, err := d.c.tokens.replace(ctx, d.c.caller(), d.token.Access)
	// If the accounts server refuses, the next attempt returns the reason.
	_ = err
	return true
}

// describe adds to an error what was done, on which side, to which record.
func (d *attempts) describe(err error) error {
	var refused *Refusal
	if errors.As(err, &refused) {
		if missing := missingScopes(d.token.Scopes, d.call.Scopes); len(d.token.Scopes) > 0 && len(missing) > 0 &&
			(refused.Scope || refused.BadToken) {
			e := d.c.errScopes(d.call.Op, missing)
			e.Code, e.RecordID = refused.Failure.Code, d.call.RecordID
			return e
		}
		err = &refused.Failure
	}
	return d.c.describe(err, d.call)
}
