package zoho

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

const (
	base     = "/crm/v8"
	pageSize = 200 // rows that a query returns for one credit
)

// Config is what a Client needs.
type Config struct {
	Credential record.Credential
	// Connection names the budget that is made if Grant is nil.
	Connection string
	// Grant limits the calls. It is shared with everything that calls this side for the connection.
	Grant *budget.Grant
	// Tokens are shared with the process's other clients. Nil makes new ones.
	Tokens *zohoapi.Tokens
	// HTTPClient is nil except in tests.
	HTTPClient *http.Client
}

// Client is one Zoho CRM organisation.
type Client struct {
	api      *zohoapi.Client
	own      bool
	bulkWait time.Duration // how long one call waits for a bulk read
	// largeViews holds the ids of views with more records than page tokens can reach.
	largeViews sync.Map
}

var _ crm.Port = (*Client)(nil)

// New returns a client. It makes no call yet.
func New(cfg Config) *Client {
	if cfg.Grant == nil {
		cfg.Grant = budget.New().For(cfg.Connection, record.CRM,
			budget.Limits{InFlight: cfg.Credential.CallsInFlight, PerMinute: cfg.Credential.CallsPerMinute})
	}
	api := zohoapi.New(zohoapi.Config{Side: record.CRM, Credential: cfg.Credential, Grant: cfg.Grant,
		Tokens: cfg.Tokens, HTTPClient: cfg.HTTPClient, Judge: refusalOf})
	return &Client{api: api, own: zohoapi.OwnCloud(cfg.Credential), bulkWait: bulkWait}
}

// Capabilities implements crm.Port.
func (c *Client) Capabilities() crm.Capabilities {
	return crm.Capabilities{IncrementalRead: true, UpsertByUniqueField: true, PageSize: pageSize, MaxWrites: maxWrites,
		DeletedHorizon: binDays * 24 * time.Hour, MarkerField: markerField, OwnHost: c.own}
}

// The scopes of metadata and queries.
const (
	scopeCOQL       = "ZohoCRM.coql.READ"
	scopeOrg        = "ZohoCRM.org.READ"
	scopeUsers      = "ZohoCRM.users.READ"
	scopeFields     = "ZohoCRM.settings.fields.READ"
	scopeCurrencies = "ZohoCRM.settings.currencies.READ"
)

func scopeRead(module record.Module) string {
	return scopeOf(module, "READ")
}

func scopeOf(module record.Module, action string) string {
	return "ZohoCRM.modules." + strings.ToLower(string(module)) + "." + action
}

// CheckScopes implements crm.Port.
func (c *Client) CheckScopes(ctx context.Context, modules []record.Module, uses crm.Uses) error {
	needed := []string{scopeCOQL, scopeOrg, scopeUsers, scopeFields, scopeCurrencies}
	for _, m := range modules {
		needed = append(needed, scopeRead(m))
		if uses.Write {
			needed = append(needed, scopeOf(m, "CREATE"), scopeOf(m, "UPDATE"))
		}
	}
	if uses.Views {
		needed = append(needed, scopeViews, scopeBulk)
	}
	return c.api.RequireScopes(ctx, needed...)
}

// Get implements crm.Port. The record has all its fields. Lookups hold id and name.
func (c *Client) Get(ctx context.Context, module record.Module, id string) (record.Record, error) {
	var out record.Record
	op := "get " + string(module)
	_, err := c.api.Do(ctx, zohoapi.Call{
		Method: http.MethodGet, Path: base + "/" + url.PathEscape(string(module)) + "/" + url.PathEscape(id),
		Class: budget.Read, Op: op, RecordID: id, Scopes: []string{scopeRead(module)},
		Read: func(r zohoapi.Reply) error {
			rows, err := r.List("data")
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				return &record.Error{Kind: record.NotFound, Code: "NO_CONTENT", Message: "the CRM has no such record"}
			}
			out, err = toRecord(module, rows[0])
			return err
		},
	})
	return out, err
}

// Count implements crm.Port.
func (c *Client) Count(ctx context.Context, module record.Module) (int, error) {
	count := 0
	_, err := c.api.Do(ctx, zohoapi.Call{
		Method: http.MethodGet, Path: base + "/" + url.PathEscape(string(module)) + "/actions/count",
		Class: budget.Read, Op: "count " + string(module), Scopes: []string{scopeRead(module)},
		Read: func(r zohoapi.Reply) error {
			if r.Empty() {
				count = 0
				return nil
			}
			n, err := number(r.Body, "count")
			count = n
			return err
		},
	})
	return count, err
}

// refusalOf returns the CRM's refusal in a reply, or nil if there is none.
func refusalOf(r zohoapi.Reply) *zohoapi.Refusal {
	code, _ := r.Body["code"].(string)
	status, _ := r.Body["status"].(string)
	if r.Status < 300 && (code == "" || status != "error") {
		return nil
	}
	if code == "" {
		return nil // not a reply of the CRM itself; the status is enough
	}
	details, ok := r.Body["details"].(map[string]any)
	if code == "INVALID_DATA" && !ok && r.Body["details"] != nil {
		// Only the details tell an unknown record from a wrong request. Without them it is neither.
		return &zohoapi.Refusal{Failure: record.Error{Kind: record.Unavailable, Code: "WRONG_TYPE", Message: "the CRM's reply does not have the documented form"}}
	}
	message, _ := r.Body["message"].(string)
	out := &zohoapi.Refusal{Failure: record.Error{Kind: kindOf(r.Status, code, details), Code: code, Message: message + detail(details)}}
	switch code {
	case "INVALID_TOKEN", "AUTHENTICATION_FAILURE":
		out.BadToken = true
		out.Failure.Remedy = "a new access token was refused too: check that the refresh token belongs to this data centre and was not revoked"
	case "OAUTH_SCOPE_MISMATCH":
		out.Scope = true
		out.Failure.Remedy = "make a new refresh token with the scope for this call, then run `starter connect` or `starter reauthorize` with it"
	case "NO_PERMISSION":
		out.Failure.Remedy = "give the user who made the refresh token a profile with this permission"
	case "INVALID_QUERY":
		out.Failure.Remedy = "check that the fields of the field maps exist in the CRM"
	}
	return out
}

func kindOf(status int, code string, details map[string]any) record.Kind {
	switch {
	case status == http.StatusTooManyRequests, code == "TOO_MANY_REQUESTS", code == "RATE_LIMIT_EXCEEDED":
		return record.RateLimited
	case code == "OAUTH_SCOPE_MISMATCH", code == "INVALID_TOKEN", code == "AUTHENTICATION_FAILURE", code == "NO_PERMISSION", status == http.StatusUnauthorized:
		return record.Unauthorized
	case code == "CURRENCIES_NOT_ENABLED", code == "NOT_SUPPORTED":
		return record.Invalid
	case status == http.StatusForbidden:
		return record.Unauthorized
	case status == http.StatusNotFound, code == "RESOURCE_NOT_FOUND":
		return record.NotFound
	case code == "INVALID_DATA" && fmt.Sprint(details["resource_path_index"]) == "1":
		return record.NotFound // the second part of the path is the record's id
	case code == "DUPLICATE_DATA", code == "ALREADY_MODIFIED":
		return record.Conflict
	case code == "INTERNAL_ERROR", code == "INTERNAL_SERVER_ERROR":
		return record.Unavailable
	default:
		return record.Invalid
	}
}

// detail returns the part of an error's details that tells where the error is.
func detail(details map[string]any) string {
	for _, key := range []string{"column_name", "api_name", "param_name", "clause", "reason", "near"} {
		if text, ok := details[key].(string); ok && text != "" {
			return fmt.Sprintf(" (%s %s)", strings.ReplaceAll(key, "_", " "), cmp.Or(text, "?"))
		}
	}
	return ""
}
