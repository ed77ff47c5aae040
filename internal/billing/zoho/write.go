package zoho

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
)

// The headers of a write by a unique custom field.
const (
	headerKey    = "X-Unique-Identifier-Key"
	headerValue  = "X-Unique-Identifier-Value"
	headerUpsert = "X-Upsert"
)

// Create implements billing.Port. With upsert it is idempotent by the marker, which billing keeps unique. Without upsert it
// is not, and the caller must settle an ambiguous outcome.
func (c *Client) Create(ctx context.Context, module record.Module, w billing.Write, upsert bool) (record.Record, error) {
	s, err := c.shapeOf("create "+string(module), module)
	if err != nil {
		return record.Record{}, err
	}
	marked := w.Marker != "" && module != record.ContactPersons
	call := c.call(http.MethodPost, path(module, w.ParentID), "create "+s.singular, budget.Write, scope(module, "CREATE"))
	body, err := c.bodyOf(ctx, call.Op, module, w.Values)
	if err != nil {
		return record.Record{}, err
	}
	switch {
	case marked && upsert:
		call.Method = http.MethodPut
		call.Scopes = append(call.Scopes, scope(module, "UPDATE"))
		call.Header.Set(headerKey, markerField)
		call.Header.Set(headerValue, w.Marker)
		call.Header.Set(headerUpsert, "true")
	case marked:
		addMarker(body, w.Marker)
	}
	call.Body = body
	var out record.Record
	call.Read = s.reader(module, w.ParentID, &out)
	_, err = c.api.Do(ctx, call)
	var e *record.Error
	if marked && !upsert && len(customKeys(w.Values)) == 0 && errors.As(err, &e) && e.Kind == record.Invalid && strings.Contains(e.Message, "custom_field") {
		// Without upsert, Probe cannot check the field. A missing one is noticed here first.
		return out, markerError(module, e)
	}
	return out, c.explainCustom(module, w.Values, err)
}

// Update implements billing.Port. It is idempotent: it sets values.
func (c *Client) Update(ctx context.Context, module record.Module, id string, w billing.Write) (record.Record, error) {
	s, err := c.shapeOf("update "+string(module), module)
	if err != nil {
		return record.Record{}, err
	}
	op := "update " + s.singular
	body, err := c.bodyOf(ctx, op, module, w.Values)
	if err != nil {
		return record.Record{}, err
	}
	if (w.Marker != "" || w.ClearMarker) && module != record.ContactPersons {
		addMarker(body, w.Marker)
	}
	if len(body) == 0 {
		return c.get(ctx, module, w.ParentID, id)
	}
	call := c.call(http.MethodPut, path(module, w.ParentID)+"/"+url.PathEscape(id), op, budget.Write, scope(module, "UPDATE"))
	call.RecordID, call.Body = id, body
	var out record.Record
	call.Read = s.reader(module, w.ParentID, &out)
	_, err = c.api.Do(ctx, call)
	return out, c.explainCustom(module, w.Values, err)
}

// SetActive implements billing.Port. It is idempotent.
func (c *Client) SetActive(ctx context.Context, module record.Module, id string, active bool) error {
	verbs := map[record.Module][2]string{record.Customers: {"markasinactive", "markasactive"}, record.Items: {"inactive", "active"}}
	pair, ok := verbs[module]
	if !ok {
		return &record.Error{Kind: record.Invalid, Side: record.Billing, Op: "set active", Code: "MODULE", RecordID: id,
			Message: string(module) + " cannot be made active or inactive"}
	}
	verb := pair[0]
	if active {
		verb = pair[1]
	}
	call := c.call(http.MethodPost, path(module, "")+"/"+url.PathEscape(id)+"/"+verb, "mark "+shapes[module].singular+" "+activeWord(active),
		budget.Write, scope(module, "UPDATE"))
	call.RecordID = id
	_, err := c.api.Do(ctx, call)
	return err
}

func activeWord(active bool) string {
	if active {
		return "active"
	}
	return "inactive"
}

// DeletePerson implements billing.Port.
func (c *Client) DeletePerson(ctx context.Context, customerID, id string) error {
	call := c.call(http.MethodDelete, path(record.ContactPersons, customerID)+"/"+url.PathEscape(id), "delete contact person", budget.Write,
		scope(record.ContactPersons, "DELETE"))
	call.RecordID = id
	_, err := c.api.Do(ctx, call)
	return err
}
