package zoho

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// Probe implements billing.Port. It makes one write call a module, which changes nothing, and one list call. For contact
// persons it makes a few more.
func (c *Client) Probe(ctx context.Context, modules []record.Module) (billing.Capabilities, error) {
	caps := billing.Capabilities{UpsertByMarker: true, OwnHost: c.ownCloud}
	for _, m := range modules {
		if m == record.ContactPersons {
			continue // they have no custom fields
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

// probeMarker asks for an update by a marker that no record has, without X-Upsert. "Not found" means that the field exists
// and is unique. Other refusals tell what is wrong with it.
func (c *Client) probeMarker(ctx context.Context, module record.Module) (offered bool, err error) {
	s, err := c.shapeOf("check marker field", module)
	if err != nil {
		return false, err
	}
	call := c.call(http.MethodPut, path(module, ""), "check marker field of "+string(module), budget.Write, scope(module, "UPDATE"))
	call.Harmless = true
	call.Header.Set(headerKey, markerField)
	call.Header.Set(headerValue, "cw-probe-"+uuid.NewString())
	// The body is a complete record, so that billing does not refuse it before it looks for the value.
	call.Body = map[string]any{s.name: "Causeway probe", "email": "probe@causeway.invalid"}
	if module == record.Items {
		call.Body = map[string]any{s.name: "Causeway probe", "rate": 0}
	}
	_, err = c.api.Do(ctx, call)
	var e *record.Error
	switch {
	case err == nil:
		return false, markerError(module, &record.Error{Code: "MARKER_IGNORED", Message: "billing accepted an update by a marker that no record has"})
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

// probeSort asks for the smallest list, sorted by last change. An API that cannot sort so refuses, or names another column
// in its reply.
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

// probedCustomers is how many customers probePersons looks at. Each costs a list call.
const probedCustomers = 10

// probePersons finds out whether a customer's time follows those of its contact persons. That is not documented. It only
// reads: writing to a contact person would be an edit of the user's data. If a person is newer than its customer, the answer
// is no. Otherwise, if a person has its customer's time, the answer is yes. Half of the customers are those that changed
// last. The others are spread over the page, because old customers show best that times do not follow.
func (c *Client) probePersons(ctx context.Context, sorted bool) (bool, error) {
	order := billing.NewestFirst
	if sorted {
		order = billing.NewestModified
	}
	page, err := c.List(ctx, record.Customers, billing.ListQuery{Order: order})
	if err != nil {
		return false, err
	}
	follows := false
	for _, customer := range customersToProbe(page.Records) {
		persons, err := c.ContactPersons(ctx, customer.ID)
		if record.IsKind(err, record.NotFound) {
			continue // deleted since it was listed
		}
		if err != nil {
			return false, err
		}
		newer, same := compareTimes(customer, persons)
		if newer > 0 {
			return false, nil
		}
		// Several persons with the customer's time come from a form that saves a customer with all its persons.
		follows = follows || same == 1
	}
	return follows, nil
}

// customersToProbe chooses the customers of a page that probePersons looks at.
func customersToProbe(customers []record.Record) []record.Record {
	if len(customers) <= probedCustomers {
		return customers
	}
	const half = probedCustomers / 2
	out := append([]record.Record{}, customers[:half]...)
	rest := customers[half:]
	for i := range half {
		out = append(out, rest[(i+1)*len(rest)/half-1])
	}
	return out
}

// sameMoment is how far the times of one write may differ: the resolution of billing's times, and the time of a write.
const sameMoment = time.Second

// compareTimes counts the contact persons that are newer than their customer, and those that changed at the same time, later
// than the customer was made. The primary person does not count there: it has the customer's names and changes with them.
func compareTimes(customer record.Record, persons []record.Record) (newer, same int) {
	for _, p := range persons {
		if p.Modified.IsZero() || customer.Modified.IsZero() {
			continue
		}
		apart := p.Modified.Sub(customer.Modified)
		primary := p.Email == customer.Email && p.Values.Text("first_name") == customer.Values.Text("first_name") &&
			p.Values.Text("last_name") == customer.Values.Text("last_name")
		switch {
		case apart > sameMoment:
			newer++
		case apart >= -sameMoment && !primary && p.Modified.Sub(customer.Created) > sameMoment:
			same++
		}
	}
	return newer, same
}
