package zohocrm

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"causeway/internal/sandbox/platform"
)

const (
	maxPerPage  = 200
	maxFields   = 50
	maxDiscrete = 2000 // records that page and per_page reach
)

// listRequest is a checked GET /{module}.
type listRequest struct {
	fields  []*field
	page    int
	perPage int
	sortBy  string
	desc    bool
	view    *view
	ids     []int64
	since   *time.Time
	token   *pageToken
	binding string // what a page token is bound to
}

func (h *readHandlers) listRecords(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	return h.serveList(w, r, set, nil)
}

// serveList answers with a page of the module's records that meet the condition, if one is given.
func (h *readHandlers) serveList(w http.ResponseWriter, r *http.Request, set *fieldSet, only *expr) error {
	req, err := h.readList(r, set)
	if err != nil {
		return err
	}
	q, err := h.listQuery(set, req, caller(r).ID)
	if err != nil {
		return err
	}
	q.where = both(only, q.where)
	records, more, err := h.store.page(r.Context(), q)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		if req.since != nil {
			return h.notModified(w)
		}
		return noContent(w)
	}
	rd, err := h.newRenderer(r.Context(), records, req.fields)
	if err != nil {
		return err
	}
	data := make([]any, len(records))
	for i, rec := range records {
		data[i] = rd.fields(rec, req.fields)
	}
	return writeJSON(w, http.StatusOK, map[string]any{"data": data, "info": h.listInfo(req, records, more)})
}

// listQuery finds where the list goes on: an offset for page, a key for page_token.
func (h *readHandlers) listQuery(set *fieldSet, req *listRequest, userID string) (query, error) {
	var where *expr
	if req.view != nil {
		filter, err := h.defs.viewFilter(set, req.view, userID)
		if err != nil {
			return query{}, errView()
		}
		where = filter
	}
	if req.ids != nil {
		where = both(where, onID(opIn, req.ids...))
	}
	if req.since != nil {
		where = both(where, onTime(modifiedField, opGt, req.since.UnixMilli()))
	}
	key := sortKeys[req.sortBy]
	q := query{module: set.module, order: []sortKey{{col: column{f: key}, desc: req.desc}}, limit: req.perPage}
	if req.token != nil {
		where = both(where, req.token.after(key, req.desc))
	} else {
		q.offset = (req.page - 1) * req.perPage
	}
	q.where = where
	return q, nil
}

var sortKeys = map[string]*field{"id": idField, "Created_Time": createdField, "Modified_Time": modifiedField}

func (h *readHandlers) listInfo(req *listRequest, records []*record, more bool) map[string]any {
	page, seen := req.page, (req.page-1)*req.perPage
	var previous any
	if req.token != nil {
		page, seen = req.token.Page, req.token.Seen
		previous = req.token.encode()
	}
	info := map[string]any{
		"call": false, "email": false, "per_page": req.perPage, "count": len(records), "page": page,
		"sort_by": req.sortBy, "sort_order": orderName(req.desc), "more_records": more,
		"next_page_token": nil, "previous_page_token": previous, "page_token_expiry": nil,
	}
	if more {
		last := records[len(records)-1]
		expires := h.clock().Add(h.settings.Get().PageTokenLife)
		info["next_page_token"] = pageToken{
			ID: last.ID, Time: tokenTime(last, req.sortBy), Page: page + 1, Seen: seen + len(records),
			Expires: expires.UnixMilli(), Binding: req.binding,
		}.encode()
		info["page_token_expiry"] = expires.UTC().Format(wireTime)
	}
	return info
}

func orderName(desc bool) string {
	if desc {
		return "desc"
	}
	return "asc"
}

// readList checks the parameters in the order in which Zoho complains.
func (h *readHandlers) readList(r *http.Request, set *fieldSet) (*listRequest, error) {
	p := r.URL.Query()
	if strings.TrimSpace(p.Get("fields")) == "" {
		return nil, errMissingParam("fields")
	}
	req := &listRequest{page: 1, perPage: maxPerPage, sortBy: "id", desc: true}
	var err error
	if req.fields, err = readFields(p.Get("fields"), set); err != nil {
		return nil, err
	}
	if req.perPage, err = readNumber(p.Get("per_page"), "per_page", maxPerPage, maxPerPage); err != nil {
		return nil, err
	}
	if req.page, err = readNumber(p.Get("page"), "page", 1, 1<<30); err != nil {
		return nil, err
	}
	if by := p.Get("sort_by"); by != "" {
		if p.Get("cvid") != "" {
			return nil, errAmbiguous("cvid", "sort_by")
		}
		if sortKeys[by] == nil {
			return nil, errInvalidParam("sort_by")
		}
		req.sortBy = by
	}
	switch p.Get("sort_order") {
	case "", "desc":
	case "asc":
		req.desc = false
	default:
		return nil, errPattern("sort_order")
	}
	if err := h.readSelection(r.Context(), p.Get, r.Header.Get("If-Modified-Since"), set, req); err != nil {
		return nil, err
	}
	subject := set.module.API
	if r.PathValue("related") != "" {
		subject = r.URL.Path // the list of one record is no other record's
	}
	req.binding = bindingOf(platform.IdentityFrom(r.Context()).UserID, subject, p)
	return req, h.readPosition(p.Get("page"), p.Get("page_token"), req)
}

// readSelection checks which records are asked for: view, ids, changed since.
func (h *readHandlers) readSelection(_ context.Context, param func(string) string, since string, set *fieldSet, req *listRequest) error {
	if id := param("cvid"); id != "" {
		if req.view = h.defs.viewByID(set.module, id); req.view == nil {
			return errInvalidParam("cvid")
		}
	}
	if list := param("ids"); list != "" {
		req.ids = []int64{}
		for _, s := range strings.Split(list, ",") {
			id, ok := parseID(strings.TrimSpace(s))
			if !ok {
				return errInvalidParam("ids")
			}
			req.ids = append(req.ids, id)
		}
		if len(req.ids) > 100 {
			return badRequest("LIMIT_EXCEEDED", "limit exceeded", map[string]any{"limit": 100, "param_name": "ids"})
		}
	}
	var err error
	req.since, err = readSince(since)
	return err
}

// readSince reads If-Modified-Since, which Zoho takes as an ISO time only.
func readSince(header string) (*time.Time, error) {
	if header == "" {
		return nil, nil
	}
	t, err := parseTime(header)
	if err != nil {
		return nil, badRequest("INVALID_DATA", "invalid data", map[string]any{"header_name": "If-Modified-Since", "expected_data_type": "datetime"})
	}
	return &t, nil
}

// readPosition checks page against page_token and the bounds of both.
func (h *readHandlers) readPosition(page, token string, req *listRequest) error {
	if token == "" {
		if req.page*req.perPage > maxDiscrete {
			return badRequest("DISCRETE_PAGINATION_LIMIT_EXCEEDED", "You can only get the first 2000 records without using page_token param",
				map[string]any{"limit": maxDiscrete})
		}
		return nil
	}
	if page != "" {
		return errAmbiguous("page", "page_token")
	}
	t, ok := decodeToken(token)
	switch {
	case !ok:
		return errInvalidParam("page_token")
	case t.Binding != req.binding:
		return badRequest("TOKEN_BOUND_DATA_MISMATCH", "The request parameters or the user differ from those that the page token was given for",
			map[string]any{"param_name": "page_token"})
	case h.clock().UnixMilli() >= t.Expires:
		return badRequest("EXPIRED_VALUE", "Page token expired", map[string]any{"param_name": "page_token"})
	case t.Seen >= h.settings.Get().PageTokenRecords:
		return badRequest("PAGINATION_LIMIT_EXCEEDED", "You can only get upto 100000 records using page_token param",
			map[string]any{"limit": h.settings.Get().PageTokenRecords})
	}
	req.token, req.page = t, t.Page
	return nil
}

// readFields finds the fields that a list names. Names that the module does not have are passed over, as Zoho does.
func readFields(names string, set *fieldSet) ([]*field, error) {
	var fields []*field
	seen := map[string]bool{}
	for _, name := range strings.Split(names, ",") {
		name = strings.TrimSpace(name)
		if name == "" || seen[name] {
			continue
		}
		seen[name] = true
		if f := set.byAPI[name]; f != nil {
			fields = append(fields, f)
		}
	}
	if len(seen) > maxFields {
		return nil, badRequest("LIMIT_EXCEEDED", "Max field limit exceeded", map[string]any{"limit": maxFields, "param_name": "fields"})
	}
	return fields, nil
}

// readPage reads which page of a list is asked for, and of how many records.
func readPage(p url.Values) (page, perPage int, err error) {
	if perPage, err = readNumber(p.Get("per_page"), "per_page", maxPerPage, maxPerPage); err != nil {
		return 0, 0, err
	}
	page, err = readNumber(p.Get("page"), "page", 1, 1<<30)
	return page, perPage, err
}

func readNumber(s, name string, absent, most int) (int, error) {
	if s == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		return 0, errInvalidParam(name)
	}
	return n, nil
}
