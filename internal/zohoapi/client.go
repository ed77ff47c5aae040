package zohoapi

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"causeway/internal/budget"
	"causeway/internal/record"
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

// changes reports whether the call may change something: then it cannot simply be repeated.
func (c Call) changes() bool { return c.Class == budget.Write && !c.Harmless }

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
