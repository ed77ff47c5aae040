package zoho

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
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
		DeletedHorizon: binDays * 24 * time.Hour, OwnHost: c.own}
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

func (c *Client) metadata(path string, query url.Values, op, scope string, read func(zohoapi.Reply) error) zohoapi.Call {
	return zohoapi.Call{Method: http.MethodGet, Path: base + path, Query: query, Class: budget.Other, Op: op,
		Scopes: []string{scope}, Read: read}
}
