package zoho

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// codeInTransactions refuses the deletion of an item that transactions use. For customers there are only words.
const codeInTransactions = "2049"

// CheckDeletion implements billing.Port.
func (c *Client) CheckDeletion(ctx context.Context) error {
	var needed []string
	for _, m := range []record.Module{record.Customers, record.Items} {
		for _, operation := range []string{"READ", "UPDATE", "DELETE"} {
			needed = append(needed, scope(m, operation))
		}
	}
	for _, kind := range transactionKinds {
		needed = append(needed, kind.scope("READ"))
	}
	return c.api.RequireScopes(ctx, needed...)
}

// Delete implements billing.Port. It is idempotent: a second deletion is NotFound.
func (c *Client) Delete(ctx context.Context, module record.Module, id string) error {
	s, err := c.shapeOf("delete "+string(module), module)
	if err != nil {
		return err
	}
	call := c.call(http.MethodDelete, path(module, "")+"/"+url.PathEscape(id), "delete "+s.singular, budget.Write, scope(module, "DELETE"))
	call.RecordID = id
	_, err = c.api.Do(ctx, call)
	var e *record.Error
	if errors.As(err, &e) && usedByTransactions(e) {
		return &record.Error{Kind: record.Conflict, Side: record.Billing, Op: call.Op, Code: billing.CodeHasTransactions,
			Message: e.Message + " [" + e.Code + "]", RecordID: id}
	}
	return err
}

// usedByTransactions reports whether a deletion was refused because transactions use the record.
func usedByTransactions(e *record.Error) bool {
	if e.Kind != record.Invalid && e.Kind != record.Conflict {
		return false
	}
	return e.Code == codeInTransactions || strings.Contains(strings.ToLower(e.Message), "transaction")
}

// transactionKinds are the kinds whose lists show what is used.
var transactionKinds = []kind{quotes, invoices}

// transactionsAtOnce is how many transactions of a kind a page reads by default. The lines of each cost a call.
const transactionsAtOnce = 50

// Transactions implements billing.Port. A page holds the same page of each list. GET /transactions does not show the
// customer of a transaction, so it would cost a call for each customer. Payments and credits are found as a balance in the
// list of customers instead. A customer without an invoice whose payments were all refunded is therefore missing here, and
// billing still refuses to delete it.
func (c *Client) Transactions(ctx context.Context, q billing.TransactionsQuery) (billing.TransactionsPage, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = transactionsAtOnce
	}
	var out billing.TransactionsPage
	rows, more, err := c.transactionRows(ctx, "/customers", "customers", "customers", q.Page, min(4*limit, pageSize))
	if err != nil {
		return out, err
	}
	out.More = more
	for _, row := range rows {
		if hasBalance(row) {
			out.CustomerIDs = append(out.CustomerIDs, text(row, "customer_id"))
		}
	}
	for _, kind := range transactionKinds {
		rows, more, err := c.transactionRows(ctx, kind.path, kind.list, string(kind.module), q.Page, limit)
		if err != nil {
			return out, err
		}
		out.More = out.More || more
		out.CustomerIDs = append(out.CustomerIDs, texts(rows, "customer_id")...)
		used := make([][]string, len(rows))
		group, gctx := errgroup.WithContext(ctx)
		for i, row := range rows {
			group.Go(func() (err error) {
				used[i], err = c.itemsOf(gctx, kind.pathOf(text(row, kind.one+"_id")), kind.one, string(kind.module), kind.lines)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return out, err
		}
		out.ItemIDs = append(out.ItemIDs, slices.Concat(used...)...)
	}
	return out, nil
}

// hasBalance reports whether a customer's row shows a balance.
func hasBalance(row map[string]any) bool {
	for _, name := range []string{"outstanding", "unused_credits", "outstanding_receivable_amount", "unused_credits_receivable_amount"} {
		if strings.Trim(numberText(row[name]), "0.-") != "" {
			return true
		}
	}
	return false
}

// transactionRows reads one page of a list that shows transactions.
func (c *Client) transactionRows(ctx context.Context, path, key, module string, page, limit int) (rows []map[string]any, more bool, err error) {
	call := c.call(http.MethodGet, path, "list "+key, budget.Read, service+module+".READ")
	call.Query = url.Values{"page": {strconv.Itoa(page)}, "per_page": {strconv.Itoa(limit)}}
	call.Read = func(r zohoapi.Reply) error {
		var err error
		rows, err = r.List(key)
		more = hasMore(r)
		return err
	}
	_, err = c.api.Do(ctx, call)
	return rows, more, err
}

// itemsOf returns the items of a transaction's lines. A transaction that was deleted since it was listed has none.
func (c *Client) itemsOf(ctx context.Context, path, key, module string, lists []string) ([]string, error) {
	var ids []string
	call := c.call(http.MethodGet, path, "read "+key, budget.Read, service+module+".READ")
	call.Read = func(r zohoapi.Reply) error {
		row, err := r.Object(key)
		ids = nil
		for _, list := range lists {
			lines, _ := row[list].([]any)
			for _, l := range lines {
				line, _ := l.(map[string]any)
				ids = append(ids, texts([]map[string]any{line}, "item_id", "product_id")...)
			}
		}
		return err
	}
	_, err := c.api.Do(ctx, call)
	if record.IsKind(err, record.NotFound) {
		return nil, nil
	}
	return ids, err
}
