package zoho

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// sortModified is the column by which customers may be sorted for an incremental read.
const sortModified = "last_modified_time"

// Probe implements billing.Port: one write call a module, which changes nothing, and one list call; for contact
// persons a few more.
func (c *Client) Probe(ctx context.Context, modules []record.Module) (billing.Capabilities, error) {
	caps := billing.Capabilities{UpsertByMarker: true, OwnHost: c.own}
	for _, m := range modules {
		if m == record.ContactPersons {
			continue // they carry no custom field
		}
		offered, err := c.probeMarker(ctx, m)
		if err != nil {
			return billing.Capabilities{}, err
		}
		caps.UpsertByMarker = caps.UpsertByMarker && offered
	}
	var err error
	if caps.SortByModified, err = c.probeSort(ctx); err != nil {
		return caps, err
	}
	if slices.Contains(modules, record.ContactPersons) {
		caps.PersonsTouchCustomer, err = c.probePersons(ctx, caps.SortByModified)
	}
	return caps, err
}

// probeMarker asks for an update by a marker that nothing has, without X-Upsert. "Not found" says that the
// field is there and unique; other refusals say what is wrong with it.
func (c *Client) probeMarker(ctx context.Context, module record.Module) (offered bool, err error) {
	s, err := c.shapeOf("check marker field", module)
	if err != nil {
		return false, err
	}
	call := c.call(http.MethodPut, path(module, ""), "check marker field of "+string(module), budget.Write, scope(module, "UPDATE"))
	call.Harmless = true
	call.Header.Set(headerKey, markerField)
	call.Header.Set(headerValue, "cw-probe-"+uuid.NewString())
	// A body that would do as a whole record, so that billing gets as far as looking for the value.
	call.Body = map[string]any{s.name: "Causeway probe", "email": "probe@causeway.invalid"}
	if module == record.Items {
		call.Body = map[string]any{s.name: "Causeway probe", "rate": 0}
	}
	_, err = c.api.Do(ctx, call)
	var e *record.Error
	switch {
	case err == nil:
		return false, markerError(module, &record.Error{Code: "MARKER_IGNORED", Message: "billing took an update by a marker that nothing has"})
	case notOffered(err):
		return false, nil
	case errors.As(err, &e) && (e.Kind == record.Invalid || e.Kind == record.Conflict):
		return false, markerError(module, e)
	case record.IsKind(err, record.NotFound) && e.Code != codeNoOrg:
		return true, nil
	default:
		return false, err
	}
}

// screens are the pages of billing's settings on which a module's custom fields are made.
var screens = map[record.Module]string{record.Customers: "Customers", record.Items: "Items", record.Quotes: "Quotes", record.Invoices: "Invoices"}

func markerError(module record.Module, found *record.Error) error {
	return &record.Error{Kind: record.Invalid, Side: record.Billing, Op: "check marker field of " + string(module), Code: found.Code,
		Message: "the marker field " + markerField + " of " + string(module) + " is missing, or accepts duplicate values: " + found.Message,
		Remedy: "in Zoho Billing open Settings > Preferences > " + screens[module] + " > Custom Fields, and make a field with the label " +
			`"` + markerLabel + `" (API name ` + markerField + `), data type Text Box (Single Line), with "Prevent duplicate values" on`}
}

// probeSort asks for the smallest list that is sorted by the last change. An API that cannot either refuses
// or says that it sorted by something else.
func (c *Client) probeSort(ctx context.Context) (bool, error) {
	query, err := listQuery("", record.Customers, billing.ListQuery{Order: billing.NewestModified, Limit: 1})
	if err != nil {
		return false, err
	}
	sorted := false
	call := c.call(http.MethodGet, path(record.Customers, ""), "check order of customers", budget.Read, scope(record.Customers, "READ"))
	call.Query = query
	call.Read = func(r zohoapi.Reply) error {
		context, _ := r.Body["page_context"].(map[string]any)
		sorted = text(context, "sort_column") == sortModified && strings.HasPrefix(strings.ToUpper(text(context, "sort_order")), "D")
		return nil
	}
	_, err = c.api.Do(ctx, call)
	if record.IsKind(err, record.Invalid) {
		return false, nil
	}
	return sorted, err
}
