package zoho

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

const (
	// maxFile is the largest attachment, in bytes, as billing's forms state it.
	maxFile = 10 << 20
	// noID is an id that no record has.
	noID = "1"
	// invoicesRead is how many of the newest invoices are read to find a line without an item.
	invoicesRead = 5
)

// ProbeTransactions implements billing.Transactions. For each type it makes a write call that finds nothing to change, and a
// list call. Then it reads a few invoices: only an invoice with such a line shows that a line needs no item. So FreeTextLines
// is false for an organisation without one. Only a creation with such a line can tell for certain.
func (c *transactions) ProbeTransactions(ctx context.Context) (billing.TransactionCapabilities, error) {
	caps := billing.TransactionCapabilities{UpsertByMarker: true, SortByModified: true, MaxFile: maxFile}
	for _, k := range transactionKinds {
		offered, err := c.probeTransactionMarker(ctx, k)
		if err != nil {
			return billing.TransactionCapabilities{}, err
		}
		caps.UpsertByMarker = caps.UpsertByMarker && offered
		_, sorted, err := c.transactionPage(ctx, k, billing.TransactionQuery{Limit: 1, ByModified: true})
		if err != nil && !record.IsKind(err, record.Invalid) {
			return billing.TransactionCapabilities{}, err
		}
		caps.SortByModified = caps.SortByModified && sorted && err == nil
	}
	var err error
	if caps.InvoiceExtras, err = c.probeExtras(ctx); err != nil {
		return billing.TransactionCapabilities{}, err
	}
	caps.FreeTextLines, err = c.probeFreeText(ctx)
	return caps, err
}

// probeTransactionMarker does for transactions what probeMarker does for records.
func (c *transactions) probeTransactionMarker(ctx context.Context, k kind) (offered bool, err error) {
	call := c.call(http.MethodPut, k.path, "check marker field of "+string(k.module), budget.Write, k.scope("UPDATE"))
	call.Harmless = true
	call.Header.Set(headerKey, markerField)
	call.Header.Set(headerValue, "cw-probe-"+uuid.NewString())
	// The body is a complete transaction, except that no record has its ids.
	call.Body = map[string]any{"customer_id": noID, "date": "2026-01-01",
		k.lines[0]: []any{map[string]any{k.item[0]: noID, k.rate[0]: 0, "quantity": 1}}}
	_, err = c.api.Do(ctx, call)
	var e *record.Error
	switch {
	case err == nil:
		return false, markerError(k.module, &record.Error{Code: "MARKER_IGNORED", Message: "billing accepted an update by a marker that no record has"})
	case notOffered(err):
		return false, nil
	case errors.As(err, &e) && (e.Kind == record.Invalid || e.Kind == record.Conflict):
		return false, markerError(k.module, e)
	case record.IsKind(err, record.NotFound) && e.Code != codeNoOrg:
		return true, nil
	default:
		return false, err
	}
}

// probeExtras asks for the comments of an invoice that does not exist. If billing answers that the invoice is missing, it
// has the call.
func (c *transactions) probeExtras(ctx context.Context) (bool, error) {
	call := c.call(http.MethodGet, invoices.pathOf(noID, "comments"), "check for comments of invoices", budget.Read, invoices.scope("READ"))
	_, err := c.api.Do(ctx, call)
	switch {
	case notOffered(err):
		return false, nil
	case err == nil, record.IsKind(err, record.NotFound), record.IsKind(err, record.Invalid):
		return true, nil
	default:
		return false, err
	}
}

// probeFreeText looks for an invoice with a line that has no item.
func (c *transactions) probeFreeText(ctx context.Context) (bool, error) {
	page, err := c.ListTransactions(ctx, record.Invoice, billing.TransactionQuery{Limit: invoicesRead})
	if err != nil {
		return false, err
	}
	for _, row := range page.Transactions {
		is, err := c.Transaction(ctx, record.Invoice, row.ID)
		if err != nil && !record.IsKind(err, record.NotFound) {
			return false, err
		}
		for _, l := range is.Lines {
			if l.ItemID == "" {
				return true, nil
			}
		}
	}
	return false, nil
}

// CustomerFigures implements billing.Transactions. What a customer paid last is in the invoices.
func (c *transactions) CustomerFigures(ctx context.Context, customerID string) (billing.CustomerFigures, error) {
	var out billing.CustomerFigures
	call := c.call(http.MethodGet, "/customers/"+url.PathEscape(customerID), "read figures of customer", budget.Read, scope(record.Customers, "READ"))
	call.RecordID = customerID
	call.Read = func(r zohoapi.Reply) error {
		row, err := r.Object("customer")
		if err != nil {
			return err
		}
		out.Currency = text(row, "currency_code")
		if out.Outstanding, err = amount(row, "outstanding", "outstanding_receivable_amount"); err != nil {
			return err
		}
		out.UnusedCredits, err = amount(row, "unused_credits", "unused_credits_receivable_amount")
		return err
	}
	_, err := c.api.Do(ctx, call)
	return out, err
}
