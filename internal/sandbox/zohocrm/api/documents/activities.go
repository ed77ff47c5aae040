package documents

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// Notes, events and calls hang on accounts and contacts. Clients read them as related lists of those.

// createActivities answers POST /Notes, /Events and /Calls.
func (h *Handlers) createActivities(k activityKind) wire.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !k.scope(r, "CREATE") {
			return wire.ErrScope()
		}
		req, err := wire.ReadWriteRequest(r)
		if err != nil {
			return err
		}
		results := make([]any, len(req.Data))
		failed := 0
		err = h.db.Write(r.Context(), func(tx *sql.Tx) error {
			failed = 0
			for i, item := range req.Data {
				body, err := h.createActivity(r.Context(), tx, k, wire.Caller(r), item)
				if err != nil {
					return err
				}
				if results[i] = body.Body; body.Err != nil {
					failed++
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		status := http.StatusCreated
		if failed > 0 {
			status = http.StatusMultiStatus
		}
		return wire.WriteJSON(w, status, map[string]any{"data": results})
	}
}

func (h *Handlers) createActivity(ctx context.Context, tx *sql.Tx, k activityKind, who *metadata.User, item any) (wire.Result, error) {
	given, _ := item.(map[string]any)
	doc, bad := k.read(given)
	if bad != nil {
		return wire.Failed(bad), nil
	}
	account, contact := k.parents(given)
	for module, id := range map[string]int64{"Accounts": account, "Contacts": contact} {
		if id == 0 {
			continue
		}
		rec, err := h.store.Find(ctx, tx, module, id)
		if err != nil {
			return wire.Result{}, err
		}
		if rec == nil {
			return wire.Failed(wire.BadRequest("INVALID_DATA", "the id given seems to be invalid", map[string]any{"api_name": "Parent_Id"})), nil
		}
	}
	if account == 0 && contact == 0 {
		return wire.Failed(wire.BadRequest("MANDATORY_NOT_FOUND", "required field not found", map[string]any{"api_name": "Parent_Id"})), nil
	}
	id, err := h.store.NextID(ctx, tx)
	if err != nil {
		return wire.Result{}, err
	}
	now := metadata.FormatTime(h.clock().UnixMilli())
	doc["id"], doc["Created_Time"], doc["Modified_Time"] = metadata.FormatID(id), now, now
	doc["Owner"], doc["Created_By"], doc["Modified_By"] = who.Minified(), who.Minified(), who.Minified()
	raw, err := json.Marshal(doc)
	if err != nil {
		return wire.Result{}, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO activities (id, list, account, contact, at, doc) VALUES (?, ?, ?, ?, ?, ?)`,
		id, k.list, account, contact, h.clock().UnixMilli(), string(raw))
	if err != nil {
		return wire.Result{}, fmt.Errorf("insert into %s: %w", k.list, err)
	}
	details := map[string]any{"id": metadata.FormatID(id), "Created_Time": now, "Modified_Time": now, "Created_By": who.Minified(), "Modified_By": who.Minified()}
	return wire.Result{Inserted: true, Body: map[string]any{"code": "SUCCESS", "details": details, "message": "record added", "status": "success"}}, nil
}

// Lists reports whether the module's records have a list of activities of that name.
func (h *Handlers) Lists(m *metadata.Module, name string) bool {
	_, known := activityNamed(name)
	return known && (m.API == "Accounts" || m.API == "Contacts")
}

// ListActivities answers GET /{module}/{id}/Notes, /Events and /Calls.
func (h *Handlers) ListActivities(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	id, ok := metadata.ParseID(r.PathValue("id"))
	if !ok {
		return wire.ErrInvalidID()
	}
	rec, err := h.store.Find(r.Context(), h.store.Reader(), set.Module.API, id)
	if err != nil {
		return err
	}
	if rec == nil {
		return wire.ErrInvalidID()
	}
	k, _ := activityNamed(r.PathValue("related"))
	if !k.scope(r, "READ") {
		return wire.ErrScope()
	}
	fields := strings.Split(r.URL.Query().Get("fields"), ",")
	if fields[0] == "" {
		return wire.BadRequest("REQUIRED_PARAM_MISSING", "One of the expected parameter is missing", map[string]any{"param_name": "fields"})
	}
	p := r.URL.Query()
	page, perPage, err := wire.ReadPage(p)
	if err != nil {
		return err
	}
	data, err := h.activitiesOf(r.Context(), k, rec, perPage+1, (page-1)*perPage)
	if err != nil {
		return fmt.Errorf("list %s: %w", k.list, err)
	}
	if len(data) == 0 {
		return wire.NoContent(w)
	}
	more := len(data) > perPage
	data = data[:min(len(data), perPage)]
	for i := range data {
		data[i] = k.json(data[i], fields)
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"data": data, "info": map[string]any{"per_page": perPage, "count": len(data), "page": page, "more_records": more}})
}

// activitiesOf reads the activities of one kind that hang on a record, the newest first.
func (h *Handlers) activitiesOf(ctx context.Context, k activityKind, rec *query.Record, limit, offset int) ([]map[string]any, error) {
	parent := map[string]string{"Accounts": "account", "Contacts": "contact"}[rec.Module]
	rows, err := h.db.Read().QueryContext(ctx, `SELECT doc FROM activities WHERE `+parent+` = ? AND list = ? ORDER BY id DESC LIMIT ? OFFSET ?`,
		rec.ID, k.list, limit, offset)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var docs []map[string]any
	for rows.Next() {
		var raw []byte
		var doc map[string]any
		if err := rows.Scan(&raw); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, &doc); err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	return docs, rows.Err()
}

// AddActivity adds a note, an event or a call, as the first user does on the CRM's pages. list is Notes, Events or Calls,
// and given is what POST takes.
func (h *Handlers) AddActivity(ctx context.Context, list string, given map[string]any) (id string, err error) {
	k, known := activityNamed(list)
	if !known {
		return "", fmt.Errorf("add activity: there is no list %q; choose Notes, Events or Calls", list)
	}
	err = h.db.Write(ctx, func(tx *sql.Tx) error {
		made, err := h.createActivity(ctx, tx, k, metadata.Users[0], given)
		if err != nil {
			return err
		}
		if made.Err != nil {
			return made.Err
		}
		id, _ = made.Body["details"].(map[string]any)["id"].(string)
		return nil
	})
	return id, err
}
