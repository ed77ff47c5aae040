package zoho

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/zohoapi"
)

// List implements billing.Port. Items cannot be sorted by time. OldestFirst returns them in billing's own order. The other
// orders are refused, since a caller would end its scan too early.
func (c *Client) List(ctx context.Context, module record.Module, q billing.ListQuery) (billing.Page, error) {
	op := "list " + string(module)
	if module == record.ContactPersons {
		return billing.Page{}, &record.Error{Kind: record.Invalid, Side: record.Billing, Op: op, Code: "MODULE",
			Message: "contact persons are listed by customer only"}
	}
	query, err := listQuery(op, module, q)
	if err != nil {
		return billing.Page{}, err
	}
	return c.page(ctx, module, op, query)
}

func listQuery(op string, module record.Module, q billing.ListQuery) (url.Values, error) {
	limit := q.Limit
	if limit <= 0 || limit > pageSize {
		limit = pageSize
	}
	query := url.Values{"page": {strconv.Itoa(max(1, q.Page))}, "per_page": {strconv.Itoa(limit)}, "filter_by": {"Status.All"}}
	if module == record.Items {
		if q.Order == billing.NewestFirst || q.Order == billing.NewestModified {
			return nil, &record.Error{Kind: record.Invalid, Side: record.Billing, Op: op, Code: "ORDER",
				Message: "items cannot be sorted by time", Remedy: "read them all"}
		}
		return query, nil
	}
	column, order := "created_time", "A"
	switch q.Order {
	case billing.NewestFirst:
		order = "D"
	case billing.NewestModified:
		column, order = sortModified, "D"
	case billing.OldestFirst:
	}
	query.Set("sort_column", column)
	query.Set("sort_order", order)
	return query, nil
}

func (c *Client) page(ctx context.Context, module record.Module, op string, query url.Values) (billing.Page, error) {
	s, err := c.shapeOf(op, module)
	if err != nil {
		return billing.Page{}, err
	}
	var out billing.Page
	call := c.call(http.MethodGet, path(module, ""), op, budget.Read, scope(module, "READ"))
	call.Query = query
	call.Read = func(r zohoapi.Reply) (err error) {
		out.Records, err = s.records(module, r, "")
		out.More = hasMore(r)
		return err
	}
	_, err = c.api.Do(ctx, call)
	return out, err
}

// records reads a list. Customers are in short form there.
func (s shape) records(module record.Module, r zohoapi.Reply, parent string) ([]record.Record, error) {
	rows, err := s.list(r)
	if err != nil {
		return nil, err
	}
	out := make([]record.Record, 0, len(rows))
	for _, row := range rows {
		rec, err := toRecord(module, s, row, module != record.Customers)
		if err != nil {
			return nil, err
		}
		if parent != "" {
			rec.ParentID = parent
		}
		out = append(out, rec)
	}
	return out, nil
}

// Get implements billing.Port.
func (c *Client) Get(ctx context.Context, module record.Module, id string) (record.Record, error) {
	return c.get(ctx, module, "", id)
}

// get reads one record whole. A contact person has its customer as parent.
func (o *organization) get(ctx context.Context, module record.Module, parent, id string) (record.Record, error) {
	op := "get " + string(module)
	s, err := o.shapeOf(op, module)
	if err != nil {
		return record.Record{}, err
	}
	if module == record.ContactPersons && parent == "" {
		return record.Record{}, &record.Error{Kind: record.Invalid, Side: record.Billing, Op: op, Code: "MODULE", RecordID: id,
			Message: "a contact person is read with its customer only"}
	}
	var out record.Record
	call := o.call(http.MethodGet, path(module, parent)+"/"+url.PathEscape(id), "get "+s.singular, budget.Read, scope(module, "READ"))
	call.RecordID = id
	call.Read = s.reader(module, parent, &out)
	_, err = o.api.Do(ctx, call)
	return out, err
}

// reader returns a function that reads a reply with one whole record.
func (s shape) reader(module record.Module, parent string, into *record.Record) func(zohoapi.Reply) error {
	return func(r zohoapi.Reply) error {
		row, err := s.object(r)
		if err != nil {
			return err
		}
		rec, err := toRecord(module, s, row, true)
		if err != nil {
			return err
		}
		if module == record.ContactPersons && parent != "" {
			rec.ParentID = parent
		}
		*into = rec
		return nil
	}
}

// ContactPersons implements billing.Port.
func (c *Client) ContactPersons(ctx context.Context, customerID string) ([]record.Record, error) {
	s := shapes[record.ContactPersons]
	var out []record.Record
	for page := 1; ; page++ {
		var rows []record.Record
		more := false
		call := c.call(http.MethodGet, path(record.ContactPersons, customerID), "list contact persons", budget.Read,
			scope(record.ContactPersons, "READ"))
		call.RecordID = customerID
		call.Query = url.Values{"page": {strconv.Itoa(page)}, "per_page": {strconv.Itoa(pageSize)}}
		call.Read = func(r zohoapi.Reply) (err error) {
			rows, err = s.records(record.ContactPersons, r, customerID)
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

// nameFilters are the list parameters that filter by the whole name.
var nameFilters = map[record.Module]string{record.Customers: "display_name", record.Items: "name"}

// FindByName implements billing.Port. It compares the names that the list returns: an API that does not know the filter
// returns all records.
func (c *Client) FindByName(ctx context.Context, module record.Module, name string) ([]record.Record, error) {
	op := "find " + string(module) + " by name"
	filter, ok := nameFilters[module]
	if !ok {
		return nil, &record.Error{Kind: record.Invalid, Side: record.Billing, Op: op, Code: "MODULE",
			Message: string(module) + " cannot be found by name"}
	}
	key := record.NameKey(name)
	var out []record.Record
	for page := 1; ; page++ {
		query, err := listQuery(op, module, billing.ListQuery{Page: page})
		if err != nil {
			return nil, err
		}
		query.Set(filter, name)
		got, err := c.page(ctx, module, op, query)
		if err != nil {
			return nil, err
		}
		for _, r := range got.Records {
			if record.NameKey(r.Name) == key {
				out = append(out, r)
			}
		}
		if !got.More || len(got.Records) == 0 {
			return out, nil
		}
	}
}

// sortModified is the column for an incremental read. Not every organisation can sort by it.
const sortModified = "last_modified_time"

// Search implements billing.Port. Zoho Books documents the filters display_name_contains (as contact_name_contains) and
// email_contains for contacts. Zoho Billing documents name_contains for items. An API that does not know a filter returns
// all records, so each record is compared here.
func (c *Client) Search(ctx context.Context, module record.Module, q billing.SearchQuery) ([]record.Record, error) {
	op := "search " + string(module)
	name, email := strings.TrimSpace(q.Name), strings.TrimSpace(q.Email)
	filter, ok := nameFilters[module]
	if !ok || module == record.Items && email != "" || name+email == "" {
		return nil, searchRefused(op, module, ok)
	}
	limit := q.Limit
	if limit <= 0 || limit > pageSize {
		limit = pageSize
	}
	var out []record.Record
	for page := 1; ; page++ {
		query, err := listQuery(op, module, billing.ListQuery{Page: page})
		if err != nil {
			return nil, err
		}
		if name != "" {
			query.Set(filter+"_contains", name)
		}
		if email != "" {
			query.Set("email_contains", email)
		}
		got, err := c.page(ctx, module, op, query)
		if err != nil {
			return nil, err
		}
		for _, r := range got.Records {
			if contains(r.Name, name) && contains(r.Email, email) {
				out = append(out, r)
			}
			if len(out) == limit {
				return out, nil
			}
		}
		if !got.More || len(got.Records) == 0 {
			return out, nil
		}
	}
}

// contains compares as names are compared elsewhere.
func contains(text, part string) bool {
	return strings.Contains(record.NameKey(text), record.NameKey(part))
}

func searchRefused(op string, module record.Module, searchable bool) error {
	e := &record.Error{Kind: record.Invalid, Side: record.Billing, Op: op, Code: "SEARCH",
		Message: "nothing to search for", Remedy: "give a part of the name, or of a customer's e-mail address"}
	if !searchable {
		e.Message, e.Remedy = string(module)+" cannot be searched", "search customers or items"
	}
	return e
}
