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
	// longestCall bounds a Do, with all its attempts, whose context has no deadline.
	longestCall = 2 * time.Minute
	// longestRead bounds one attempt of a read, so that one which hangs can be tried again.
	longestRead = 30 * time.Second
	// readAttempts is how often a read is tried where the side cannot be reached or answers nonsense.
	readAttempts = 5
	// tokenRefusals is how often a call is repeated with another token: a 401 did nothing.
	tokenRefusals = 2
)

// Config is what a Client needs.
type Config struct {
	Side       record.Side
	Credential record.Credential
	// Grant bounds the calls. Needed.
	Grant *budget.Grant
	// Tokens are shared with the process's other clients; nil makes its own.
	Tokens *Tokens
	// HTTPClient is nil but in tests.
	HTTPClient *http.Client
	// Judge says what a reply of this side means. Needed.
	Judge Judge
}

// Judge reads a reply that holds a JSON object: nil where it is a success, else what is wrong. Side, Op and
// RecordID are filled in by the client.
type Judge func(Reply) *Refusal

// Refusal is a reply that says no.
type Refusal struct {
	Failure record.Error
	// BadToken says that the access token was refused: nothing was done, another token may do.
	BadToken bool
	// Scope says that the token may not do this, as far as the side tells.
	Scope bool
	// Wait says, with RateLimited, that repeating the call soon is hopeless.
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

// New is a client. It calls nothing yet.
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

// OwnCloud says that the credential belongs to Zoho's own cloud, whose published limits apply.
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
	// Upload, in place of Body, is a file that is sent.
	Upload *Upload
	Class  budget.Class
	// Cost is what the call takes of the side's daily allowance; 0 is 1.
	Cost int
	// Harmless says that the call changes nothing although it counts as a write, so that it may be repeated
	// as a read is.
	Harmless bool
	Op       string // what is done, for errors: "list Accounts"
	RecordID string
	// Scopes are those that the call needs, so that an error can name the one that is missing.
	Scopes []string
	// Results says of a reply with an error status that it holds a result of each record all the same.
	Results func(Reply) bool
	// Read takes the reply's contents. Its error says that the reply is not what the API promises.
	Read func(Reply) error
	// File, in place of Read, takes the contents of a good reply that is a file and no JSON.
	File func(contents []byte) error
}

// Do carries a call out, and gives *record.Error failures. Reads that get no good answer are repeated a few
// times while the deadline allows; calls that surely did nothing (too many, or a token that is refused)
// are repeated whatever they are; a write never is, once it may have been received.
func (c *Client) Do(ctx context.Context, call Call) (Reply, error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, longestCall)
		defer cancel()
	}
	d := &doing{c: c, call: call}
	if err := d.write(); err != nil {
		return Reply{}, err
	}
	for {
		reply, err := d.once(ctx)
		if err == nil {
			return reply, nil
		}
		if !d.again(ctx, err) {
			return Reply{}, d.named(err)
		}
	}
}

// write makes the body that each attempt sends.
func (d *doing) write() (err error) {
	switch {
	case d.call.Upload != nil:
		d.body, d.mediaType, err = d.call.Upload.form()
	case d.call.Body != nil:
		d.mediaType = "application/json;charset=UTF-8"
		d.body, err = json.Marshal(d.call.Body)
	}
	if err != nil {
		return d.fail(record.Invalid, "BODY", "the request cannot be written", err)
	}
	return nil
}

// changes says whether the call may change something, so that nobody may just repeat it.
func (c Call) changes() bool { return c.Class == budget.Write && !c.Harmless }

// doing is one call with what became of its attempts so far.
type doing struct {
	c    *Client
	call Call

	body      []byte
	mediaType string

	token      Token
	failures   int // attempts without a good answer
	refusals   int // of the token
	rateLimits int
}

// again says whether to try once more, after having waited as it takes.
func (d *doing) again(ctx context.Context, err error) bool {
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
		// The grant itself makes the next attempt wait, and refuses where the deadline comes first.
		return before(ctx, pause)
	case record.Unavailable:
		d.failures++
		return !d.call.changes() && d.failures < readAttempts && !tooLate(err) && sleep(ctx, jitter(backoff(d.failures-1)))
	default:
		return false
	}
}

// newToken gets another token in place of the refused one, unless that was tried enough, or the scopes are
// what is missing: a new token would have the same.
func (d *doing) newToken(ctx context.Context) bool {
	if d.refusals >= tokenRefusals || len(missingScopes(d.token.Scopes, d.call.Scopes)) > 0 && len(d.token.Scopes) > 0 {
		return false
	}
	d.refusals++
	_, err := d.c.tokens.replace(ctx, d.c.caller(), d.token.Access)
	// Where the accounts server refuses, the next attempt says so, with the reason.
	_ = err
	return true
}

// named puts into an error what was done, on which side, to which record.
func (d *doing) named(err error) error {
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
	return d.c.named(err, d.call)
}

func (c *Client) named(err error, call Call) error {
	var e *record.Error
	if !errors.As(err, &e) {
		return &record.Error{Kind: record.Unavailable, Side: c.side, Op: call.Op, RecordID: call.RecordID, Err: err}
	}
	out := *e
	out.Side, out.Op = c.side, cmp.Or(out.Op, call.Op)
	out.RecordID = cmp.Or(out.RecordID, call.RecordID)
	return &out
}

func (c *Client) withOp(err error, op string) error { return c.named(err, Call{Op: op}) }

func (d *doing) fail(kind record.Kind, code, message string, err error) *record.Error {
	return &record.Error{Kind: kind, Side: d.c.side, Op: d.call.Op, RecordID: d.call.RecordID,
		Code: code, Message: message, Err: err}
}
