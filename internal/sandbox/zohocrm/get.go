package zohocrm

import (
	"database/sql"
	"errors"
	"net/http"
	"time"

	"causeway/internal/sandbox/platform"
)

// getRecord answers GET /{module}/{id}: the whole record, or the fields asked for.
func (o *Org) getRecord(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	id, ok := parseID(r.PathValue("id"))
	if !ok {
		return errInvalidID()
	}
	since, err := readSince(r.Header.Get("If-Modified-Since"))
	if err != nil {
		return err
	}
	rec, err := o.find(r.Context(), o.db.Read(), set.module.API, id)
	if err != nil {
		return err
	}
	if rec == nil {
		if rec, err = o.survivor(r, set.module, id); err != nil {
			return err
		}
	}
	if rec == nil {
		return errInvalidID()
	}
	if since != nil && rec.Modified <= since.UnixMilli() {
		return o.notModified(w)
	}
	fields := set.list
	if names := r.URL.Query().Get("fields"); names != "" {
		if fields, err = readFields(names, set); err != nil {
			return err
		}
	}
	rd, err := o.newRenderer(r.Context(), []*record{rec}, fields)
	if err != nil {
		return err
	}
	out := rd.fields(rec, fields)
	if len(fields) == len(set.list) {
		out = rd.whole(rec, set)
	}
	return writeJSON(w, http.StatusOK, map[string]any{"data": []any{out}})
}

// survivor gives the record that a merged one went into, where the sandbox leaves that trace. The survivor may have
// been merged itself since; a trace that leads back to where it began, or to what was deleted, leads nowhere.
func (o *Org) survivor(r *http.Request, m *module, id int64) (*record, error) {
	if !o.settings.Get().MergeTrace {
		return nil, nil
	}
	for seen := map[int64]bool{}; !seen[id]; {
		seen[id] = true
		var into int64
		err := o.db.Read().QueryRowContext(r.Context(), "SELECT merged_into FROM deleted WHERE module = ? AND id = ?", m.API, id).Scan(&into)
		if errors.Is(err, sql.ErrNoRows) || err == nil && into == 0 {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		rec, err := o.find(r.Context(), o.db.Read(), m.API, into)
		if err != nil || rec != nil {
			return rec, err
		}
		id = into
	}
	return nil, nil
}

// How long Zoho remembers what was deleted: in the bin, then as permanently deleted.
const (
	binLife       = 60 * 24 * time.Hour
	permanentLife = 120 * 24 * time.Hour
)

// listDeleted answers GET /{module}/deleted, the newest deletion first.
func (o *Org) listDeleted(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	p := r.URL.Query()
	page, perPage, err := readPage(p)
	if err != nil {
		return err
	}
	since, err := readSince(r.Header.Get("If-Modified-Since"))
	if err != nil {
		return err
	}
	kind := p.Get("type")
	switch kind {
	case "", "all", "recycle", "permanent":
	default:
		return errPattern("type")
	}
	after := o.clock().Add(-permanentLife).UnixMilli()
	if since != nil {
		after = max(after, since.UnixMilli())
	}
	items, err := o.deletedItems(r, set.module, kind, after, perPage+1, (page-1)*perPage)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		return noContent(w)
	}
	more := len(items) > perPage
	items = items[:min(len(items), perPage)]
	return writeJSON(w, http.StatusOK, map[string]any{"data": items,
		"info": map[string]any{"per_page": perPage, "count": len(items), "page": page, "more_records": more}})
}

// deletedItems reads a page of deletions. What lies in the bin for 60 days is permanently deleted from then on.
func (o *Org) deletedItems(r *http.Request, m *module, kind string, after int64, limit, offset int) ([]any, error) {
	binned := o.clock().Add(-binLife).UnixMilli()
	rows, err := o.db.Read().QueryContext(r.Context(), `
		SELECT id, name, kind, deleted_at, deleted_by, created_by FROM (
			SELECT id, name, deleted_at, deleted_by, created_by,
				CASE WHEN deleted_at <= ? THEN 'permanent' ELSE kind END AS kind
			FROM deleted WHERE module = ? AND deleted_at > ?)
		WHERE ? IN ('', 'all', kind)
		ORDER BY deleted_at DESC, id DESC LIMIT ? OFFSET ?`, binned, m.API, after, kind, limit, offset)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var items []any
	for rows.Next() {
		var id, at int64
		var name, kind, deletedBy, createdBy string
		if err := rows.Scan(&id, &name, &kind, &at, &deletedBy, &createdBy); err != nil {
			return nil, err
		}
		items = append(items, map[string]any{"id": digits(id), "display_name": name, "type": kind, "deleted_time": wire(at),
			"deleted_by": userNamed(deletedBy).named(), "created_by": userNamed(createdBy).named()})
	}
	return items, rows.Err()
}

// countRecords answers GET /{module}/actions/count.
func (o *Org) countRecords(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	p := r.URL.Query()
	where, err := searchFilter(set, p.Get)
	if err != nil {
		return err
	}
	if id := p.Get("cvid"); id != "" {
		if where != nil {
			e := errAmbiguous("cvid", searchParam(p.Get))
			e.message = "Please use either Cvid or Search Params. Combination of both the params is not allowed"
			return e
		}
		v := o.viewByID(set.module, id)
		if v == nil {
			return errInvalidParam("cvid")
		}
		if where, err = o.viewFilter(set, v, platform.IdentityFrom(r.Context())); err != nil {
			return err
		}
	}
	n, err := o.count(r.Context(), set.module, where)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]any{"count": n})
}
