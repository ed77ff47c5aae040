package zohoapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"causeway/internal/budget"
	"causeway/internal/record"
)

const (
	// longestCall bounds a Do, with all its attempts, if the context has no deadline.
	longestCall = 2 * time.Minute
	// longestRead bounds one attempt of a read, so that a read that hangs can be tried again.
	longestRead = 30 * time.Second
	// readAttempts is how often a read is tried if the side cannot be reached, or its reply cannot be read.
	readAttempts = 5
	// tokenRefusals is how often a call is repeated with another token. A call that got a 401 did nothing.
	tokenRefusals = 2
)

// Config is what a Client needs.
type Config struct {
	Side       record.Side
	Credential record.Credential
	// Grant bounds the calls. Required.
	Grant *budget.Grant
	// Tokens are shared with the process's other clients. Nil makes the client's own.
	Tokens *Tokens
	// HTTPClient is for tests. Nil is the default.
	HTTPClient *http.Client
	// Judge decides what a reply of this side means. Required.
	Judge Judge
}

// Judge reads a reply that holds a JSON object. It returns nil for a success. The client fills in the failure's Side, Op
// and RecordID.
type Judge func(Reply) *Refusal

// Refusal is a reply that refuses the call.
type Refusal struct {
	Failure record.Error
	// BadToken: the access token was refused. Nothing was done, and another token may work.
	BadToken bool
	// Scope: the token may not do this, as far as the side tells.
	Scope bool
	// Wait is how long repeating the call is useless. Only with RateLimited.
	Wait time.Duration
}

func (r *Refusal) Error() string { return r.Failure.Error() }

func (r *Refusal) Unwrap() error { return &r.Failure }

// Client calls one side. It is safe for concurrent use.
type Client struct {
	side   record.Side
	grant  *budget.Grant
	tokens *source
	http   doer
	judge  Judge
	now    func() time.Time
}

// New returns a client. It makes no call yet.
func New(cfg Config) *Client {
	httpClient := cfg.HTTPClient
	if httpClient == nil {
		httpClient = newHTTPClient(cfg.Credential.CallsInFlight)
	}
	return &Client{side: cfg.Side, grant: cfg.Grant, http: httpClient, judge: cfg.Judge, now: time.Now,
		tokens: tokensOr(cfg.Tokens).source(cfg.Credential)}
}

func tokensOr(t *Tokens) *Tokens {
	if t == nil {
		return NewTokens()
	}
	return t
}

// OwnCloud reports whether the credential belongs to Zoho's own cloud. There Zoho's published limits apply.
func OwnCloud(c record.Credential) bool {
	u, err := url.Parse(c.AccountsURL)
	return err == nil && (strings.HasPrefix(u.Hostname(), "accounts.zoho.") || strings.HasPrefix(u.Hostname(), "accounts.zohocloud."))
}

func (c *Client) caller() caller { return caller{side: c.side, http: c.http, now: c.now} }

// Call is one call of an API.
type Call struct {
	Method string
	Path   string // under the API's domain
	Query  url.Values
	Header http.Header
	Body   any // sent as JSON; nil sends none
	// Upload is a file that is sent in place of Body.
	Upload *Upload
	Class  budget.Class
	// Cost is what the call takes from the side's daily allowance. 0 counts as 1.
	Cost int
	// Harmless: the call counts as a write but changes nothing, so it may be repeated like a read.
	Harmless bool
	Op       string // what is done, for errors: "list Accounts"
	RecordID string
	// Scopes are what the call needs. An error names the missing ones.
	Scopes []string
	// Results reports whether a reply with an error status still holds a result for each record.
	Results func(Reply) bool
	// Read reads the reply. Its error means that the reply is not what the API promises.
	Read func(Reply) error
	// File reads a good reply that is a file and not JSON, in place of Read.
	File func(contents []byte) error
}

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

// changes reports whether the call may change something: then it cannot simply be repeated.
func (c Call) changes() bool { return c.Class == budget.Write && !c.Harmless }

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

func (c *Client) describe(err error, call Call) error {
	var e *record.Error
	if !errors.As(err, &e) {
		return &record.Error{Kind: record.Unavailable, Side: c.side, Op: call.Op, RecordID: call.RecordID, Err: err}
	}
	out := *e
	out.Side, out.Op = c.side, cmp.Or(out.Op, call.Op)
	out.RecordID = cmp.Or(out.RecordID, call.RecordID)
	return &out
}

func (c *Client) withOp(err error, op string) error { return c.describe(err, Call{Op: op}) }

func (d *attempts) failure(kind record.Kind, code, message string, err error) *record.Error {
	return &record.Error{Kind: kind, Side: d.c.side, Op: d.call.Op, RecordID: d.call.RecordID,
		Code: code, Message: message, Err: err}
}
