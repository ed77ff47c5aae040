package zoho

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

const (
	base     = "/billing/v1"
	pageSize = 200
	service  = "ZohoSubscriptions."
)

// organizationHeader names the organisation of a call. The header is set without Go's change of case: servers accept any
// case, but golden requests compare it.
const organizationHeader = "X-com-zoho-subscriptions-organizationid"

// Config is what a Client needs.
type Config struct {
	Credential record.Credential
	// Connection names the budget that New makes if Grant is nil.
	Connection string
	// Grant bounds the calls, together with those of the connection's other clients of this side.
	Grant *budget.Grant
	// Tokens are shared with the process's other clients. Nil makes the client's own.
	Tokens *zohoapi.Tokens
	// HTTPClient is for tests. Nil is the default.
	HTTPClient *http.Client
}

// Client is one Zoho Billing organisation: its records by its own methods, its quotes and invoices by those of transactions.
type Client struct {
	*organization
	transactions
}

// organization is what all calls of one Zoho Billing organisation share.
type organization struct {
	api *zohoapi.Client
	id  string
	// ownCloud: the credential belongs to Zoho's own cloud.
	ownCloud bool
	// book holds the custom fields that records have shown.
	book *fieldBook
	// zone is the organisation's time zone, for times without an offset. It is nil until a transaction has shown it.
	zone atomic.Pointer[time.Location]
}

var (
	_ billing.Port         = (*Client)(nil)
	_ billing.Transactions = (*Client)(nil)
)

// New returns a client. It makes no call yet.
func New(cfg Config) *Client {
	if cfg.Grant == nil {
		cfg.Grant = budget.New().For(cfg.Connection, record.Billing,
			budget.Limits{InFlight: cfg.Credential.CallsInFlight, PerMinute: cfg.Credential.CallsPerMinute})
	}
	api := zohoapi.New(zohoapi.Config{Side: record.Billing, Credential: cfg.Credential, Grant: cfg.Grant,
		Tokens: cfg.Tokens, HTTPClient: cfg.HTTPClient, Judge: judge})
	o := &organization{api: api, id: cfg.Credential.Organization, ownCloud: zohoapi.OwnCloud(cfg.Credential), book: newFieldBook()}
	return &Client{organization: o, transactions: transactions{o}}
}

const scopeSettings = service + "settings.READ"

// scope returns the scope of an operation on a module. Contact persons have the scopes of customers.
func scope(module record.Module, operation string) string {
	if module == record.ContactPersons {
		module = record.Customers
	}
	return service + string(module) + "." + operation
}

// CheckScopes implements billing.Port.
func (c *Client) CheckScopes(ctx context.Context, modules []record.Module) error {
	needed := []string{scopeSettings}
	for _, m := range modules {
		operations := []string{"READ", "CREATE", "UPDATE"}
		if m == record.ContactPersons {
			operations = append(operations, "DELETE") // a contact person that moves is deleted from its old customer
		}
		for _, operation := range operations {
			if s := scope(m, operation); !slices.Contains(needed, s) {
				needed = append(needed, s)
			}
		}
	}
	return c.api.RequireScopes(ctx, needed...)
}

// call makes a call that names the organisation in its header.
func (o *organization) call(method, path, op string, class budget.Class, scopes ...string) zohoapi.Call {
	return zohoapi.Call{Method: method, Path: base + path, Op: op, Class: class, Scopes: scopes,
		Header: http.Header{organizationHeader: {o.id}}}
}

// Organizations implements billing.Port. The list does not show countries, so each organisation is read for it.
func (c *Client) Organizations(ctx context.Context) ([]record.Organization, error) {
	rows, err := c.listAll(ctx, "/organizations", "organizations", "list organisations", nil)
	if err != nil {
		return nil, err
	}
	out := make([]record.Organization, 0, len(rows))
	for _, row := range rows {
		id, err := zohoapi.ID(row, "organization_id")
		if err != nil {
			return nil, badReply("list organisations", err)
		}
		org := record.Organization{ID: id, Name: text(row, "name"), Email: text(row, "email"), BaseCurrency: text(row, "currency_code"),
			MultiCurrency: true, TimeZone: text(row, "time_zone")}
		if org.Country, err = c.country(ctx, id); err != nil {
			return nil, err
		}
		out = append(out, org)
	}
	return out, nil
}

// country reads an organisation's country. It returns "" if billing does not offer the call.
func (c *Client) country(ctx context.Context, org string) (string, error) {
	country := ""
	call := c.call(http.MethodGet, "/organizations/"+url.PathEscape(org), "read organisation", budget.Other, scopeSettings)
	call.Header, call.RecordID = http.Header{}, org
	call.Read = func(r zohoapi.Reply) error {
		row, err := r.Object("organization")
		if err != nil {
			return err
		}
		country = text(row, "country")
		if address, ok := row["address"].(map[string]any); ok && country == "" {
			country = text(address, "country")
		}
		return nil
	}
	_, err := c.api.Do(ctx, call)
	if notOffered(err) {
		return "", nil
	}
	return country, err
}

// Users implements billing.Port.
func (c *Client) Users(ctx context.Context) ([]record.User, error) {
	rows, err := c.listAll(ctx, "/users", "users", "list users", url.Values{"filter_by": {"Status.All"}})
	if err != nil {
		return nil, err
	}
	out := make([]record.User, 0, len(rows))
	for _, row := range rows {
		id, err := zohoapi.ID(row, "user_id")
		if err != nil {
			return nil, badReply("list users", err)
		}
		out = append(out, record.User{ID: id, Name: text(row, "name"), Email: text(row, "email"), Active: text(row, "status") == "active"})
	}
	return out, nil
}

// Currencies implements billing.Port.
func (c *Client) Currencies(ctx context.Context) ([]record.Currency, error) {
	rows, err := c.listAll(ctx, "/settings/currencies", "currencies", "list currencies", nil)
	if err != nil {
		return nil, err
	}
	out := make([]record.Currency, 0, len(rows))
	for _, row := range rows {
		code, err := zohoapi.ID(row, "currency_code")
		if err != nil {
			return nil, badReply("list currencies", err)
		}
		isBase, _ := row["is_base_currency"].(bool)
		out = append(out, record.Currency{Code: code, Base: isBase, Active: true})
	}
	return out, nil
}

// listAll reads all pages of a list of metadata.
func (c *Client) listAll(ctx context.Context, path, key, op string, query url.Values) ([]map[string]any, error) {
	var out []map[string]any
	for page := 1; ; page++ {
		call := c.call(http.MethodGet, path, op, budget.Other, scopeSettings)
		if path == "/organizations" {
			call.Header = http.Header{} // the list of organisations names none, and has no pages
		} else {
			call.Query = url.Values{"page": {strconv.Itoa(page)}, "per_page": {strconv.Itoa(pageSize)}}
		}
		for k, v := range query {
			call.Query[k] = v
		}
		var rows []map[string]any
		more := false
		call.Read = func(r zohoapi.Reply) (err error) {
			rows, err = r.List(key)
			more = hasMore(r)
			return err
		}
		if _, err := c.api.Do(ctx, call); err != nil {
			return nil, err
		}
		out = append(out, rows...)
		if !more || len(rows) == 0 {
			return out, nil
		}
	}
}

func hasMore(r zohoapi.Reply) bool {
	context, _ := r.Body["page_context"].(map[string]any)
	more, _ := context["has_more_page"].(bool)
	return more
}

// badReply is the failure of a reply that is not what the API promises.
func badReply(op string, err error) error {
	return &record.Error{Kind: record.Unavailable, Side: record.Billing, Op: op, Code: "WRONG_TYPE",
		Message: "the reply is not what the API promises", Err: err}
}

// notOffered reports whether the failure means that this billing system has no such call.
func notOffered(err error) bool {
	var e *record.Error
	return errors.As(err, &e) && (e.Code == codeURL || e.Code == codeMethod)
}
