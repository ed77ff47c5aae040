package zoho

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// transactions are the calls of an organisation about quotes and invoices.
type transactions struct {
	*organization
}

// CheckTransactionScopes implements billing.Transactions.
func (c *transactions) CheckTransactionScopes(ctx context.Context, t record.TransactionType) error {
	k := kindOfType(t)
	needed := []string{k.scope("READ"), k.scope("CREATE"), k.scope("UPDATE")}
	if t == record.Invoice {
		needed = append(needed, scopePayments)
	}
	return c.api.RequireScopes(ctx, needed...)
}

// Transaction implements billing.Transactions.
func (c *transactions) Transaction(ctx context.Context, t record.TransactionType, id string) (record.Transaction, error) {
	var out record.Transaction
	_, err := c.document(ctx, kindOfType(t), id, &out)
	return out, err
}

// document reads a transaction whole. It returns billing's own form of it too.
func (c *transactions) document(ctx context.Context, k kind, id string, into *record.Transaction) (map[string]any, error) {
	var row map[string]any
	call := c.call(http.MethodGet, k.pathOf(id), "read "+string(k.typ()), budget.Read, k.scope("READ"))
	call.RecordID = id
	call.Read = func(r zohoapi.Reply) (err error) {
		if row, err = r.Object(k.one); err == nil {
			*into, err = c.transaction(k, row)
		}
		return err
	}
	_, err := c.api.Do(ctx, call)
	return row, err
}

// ListTransactions implements billing.Transactions. It checks the customer of each transaction: an API that does not know
// the filter returns those of all customers.
func (c *transactions) ListTransactions(ctx context.Context, t record.TransactionType, q billing.TransactionQuery) (billing.TransactionPage, error) {
	page, _, err := c.transactionPage(ctx, kindOfType(t), q)
	return page, err
}

// transactionPage reads one page, and returns whether billing sorted it as requested.
func (c *transactions) transactionPage(ctx context.Context, k kind, q billing.TransactionQuery) (out billing.TransactionPage, sorted bool, err error) {
	limit := q.Limit
	if limit <= 0 || limit > pageSize {
		limit = pageSize
	}
	column := sortCreated
	if q.ByModified {
		column = sortModified
	}
	call := c.call(http.MethodGet, k.path, "list "+string(k.module), budget.Read, k.scope("READ"))
	call.Query = url.Values{"page": {strconv.Itoa(max(1, q.Page))}, "per_page": {strconv.Itoa(limit)}, "sort_column": {column}, "sort_order": {"D"}}
	if q.CustomerID != "" {
		call.Query.Set("customer_id", q.CustomerID)
	}
	call.Read = func(r zohoapi.Reply) error {
		rows, err := r.List(k.list)
		if err != nil {
			return err
		}
		out, sorted = billing.TransactionPage{More: hasMore(r) && len(rows) > 0}, sortedBy(r, column)
		for _, row := range rows {
			tr, err := c.transaction(k, row)
			if err != nil {
				return err
			}
			if q.CustomerID == "" || tr.CustomerID == q.CustomerID {
				out.Transactions = append(out.Transactions, tr)
			}
		}
		return nil
	}
	_, err = c.api.Do(ctx, call)
	return out, sorted, err
}

// sortCreated is a column by which all lists can be sorted.
const sortCreated = "created_time"

// sortedBy reports whether a list is sorted by the column, the newest first.
func sortedBy(r zohoapi.Reply, column string) bool {
	context, _ := r.Body["page_context"].(map[string]any)
	return text(context, "sort_column") == column && strings.HasPrefix(strings.ToUpper(text(context, "sort_order")), "D")
}

// FindTransaction implements billing.Transactions. Lists do not show custom fields, so each transaction that it considers
// costs a call.
func (c *transactions) FindTransaction(ctx context.Context, t record.TransactionType, customerID, marker string, since time.Time) (*record.Transaction, error) {
	k := kindOfType(t)
	for page, more := 1, true; more; page++ {
		got, sorted, err := c.transactionPage(ctx, k, billing.TransactionQuery{CustomerID: customerID, Page: page})
		if err != nil {
			return nil, err
		}
		more = got.More
		for _, row := range got.Transactions {
			if row.Created.Before(since) && !row.Created.IsZero() {
				more = more && !sorted // all that follow are older
				continue
			}
			found, err := c.Transaction(ctx, t, row.ID)
			switch {
			case record.IsKind(err, record.NotFound): // deleted since it was listed
			case err != nil:
				return nil, err
			case found.Marker == marker:
				return &found, nil
			}
		}
	}
	return nil, nil
}

// scopePayments is the scope for recording payments.
const scopePayments = service + "payments.CREATE"
