package documents

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// Files and links that are attached to records (contract 1.9).

const attachmentSchema = `
CREATE TABLE IF NOT EXISTS attachments (
	id INTEGER PRIMARY KEY,
	module TEXT NOT NULL,
	record INTEGER NOT NULL,
	name TEXT NOT NULL,
	type TEXT NOT NULL,
	link TEXT NOT NULL, -- empty of a file
	size INTEGER NOT NULL,
	owner TEXT NOT NULL, -- id of a user
	at INTEGER NOT NULL,
	data BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS attachments_of_record ON attachments (module, record, id);`

// mostAttachment is the size of a file, in bytes.
const mostAttachment = 20 << 20

// attachment is one, without its bytes.
type attachment struct {
	id, size   int64
	name, link string
	owner      *metadata.User
	at         time.Time
}

// Routes are the calls about attachments, and those that make notes, events and calls, by their path.
// Attachments stand under each module by its name: a route of any module would be at odds with those of settings.
func (h *Handlers) Routes() map[string]wire.Methods {
	routes := map[string]wire.Methods{}
	for _, k := range activityKinds {
		routes[k.list] = wire.Methods{"POST": h.createActivities(k)}
	}
	for _, m := range metadata.Modules {
		on := func(operation string, serve func(http.ResponseWriter, *http.Request, *query.Record) error) wire.Handler {
			return h.onAttachments(m.API, operation, serve)
		}
		list := m.API + "/{id}/Attachments"
		routes[list] = wire.Methods{"GET": on("READ", h.listAttachments), "POST": on("CREATE", h.attach), "DELETE": on("DELETE", h.deleteAttachments)}
		routes[list+"/{attachment}"] = wire.Methods{"GET": on("READ", h.readAttachment), "DELETE": on("DELETE", h.deleteAttachments)}
	}
	return routes
}

// onAttachments finds the record whose attachments are asked for, and checks the scope of attachments.
func (h *Handlers) onAttachments(module, operation string, serve func(http.ResponseWriter, *http.Request, *query.Record) error) wire.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !platform.RequireScope(r, "ZohoCRM.modules.attachments."+operation) {
			return wire.ErrScope()
		}
		id, ok := metadata.ParseID(r.PathValue("id"))
		if !ok {
			return wire.ErrInvalidID()
		}
		rec, err := h.store.Find(r.Context(), h.store.Reader(), module, id)
		if err != nil {
			return err
		}
		if rec == nil {
			return wire.ErrInvalidID()
		}
		return serve(w, r, rec)
	}
}

// attach answers POST: a file of a form, or the address and the title of a link.
func (h *Handlers) attach(w http.ResponseWriter, r *http.Request, rec *query.Record) error {
	in, link := platform.Upload{Name: r.URL.Query().Get("title"), Data: []byte{}}, r.URL.Query().Get("attachmentUrl")
	if link == "" {
		var err error
		switch in, err = platform.ReadUpload(r, "file", mostAttachment); {
		case errors.Is(err, platform.ErrFileSize):
			return &wire.Error{Status: http.StatusRequestEntityTooLarge, Code: "INVALID_DATA", Message: "the file size exceeds the limit",
				Details: map[string]any{"maximum_size": mostAttachment}}
		case errors.Is(err, platform.ErrNoFile):
			return &wire.Error{Status: http.StatusBadRequest, Code: "INVALID_REQUEST", Message: "Unable to process your request. Please verify whether you have entered proper method name, parameter and parameter values.",
				Details: map[string]any{"expected_type": "file"}}
		case err != nil:
			return err
		}
	} else if in.Name == "" {
		in.Name = link
	}
	a := attachment{name: in.Name, link: link, size: int64(len(in.Data)), owner: wire.Caller(r), at: h.clock()}
	err := h.db.Write(r.Context(), func(tx *sql.Tx) (err error) {
		if a.id, err = h.store.NextID(r.Context(), tx); err != nil {
			return err
		}
		_, err = tx.ExecContext(r.Context(), `INSERT INTO attachments (id, module, record, name, type, link, size, owner, at, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			a.id, rec.Module, rec.ID, a.name, in.Type, a.link, a.size, a.owner.ID, a.at.UnixMilli(), in.Data)
		return err
	})
	if err != nil {
		return fmt.Errorf("attach: %w", err)
	}
	at := metadata.FormatTime(a.at.UnixMilli())
	details := map[string]any{"id": metadata.FormatID(a.id), "Created_Time": at, "Modified_Time": at, "Created_By": a.owner.Minified(), "Modified_By": a.owner.Minified()}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"data": []any{
		map[string]any{"code": "SUCCESS", "details": details, "message": "attachment uploaded successfully", "status": "success"}}})
}

// listAttachments answers GET, the newest first.
func (h *Handlers) listAttachments(w http.ResponseWriter, r *http.Request, rec *query.Record) error {
	p := r.URL.Query()
	if p.Get("fields") == "" {
		return wire.ErrMissingParam("fields")
	}
	page, perPage, err := wire.ReadPage(p)
	if err != nil {
		return err
	}
	found, err := h.attachmentsOf(r.Context(), rec, perPage+1, (page-1)*perPage)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return wire.NoContent(w)
	}
	more := len(found) > perPage
	data := make([]any, 0, len(found))
	for _, a := range found[:min(len(found), perPage)] {
		data = append(data, a.shown(rec, strings.Split(p.Get("fields"), ",")))
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"data": data, "info": map[string]any{"per_page": perPage, "count": len(data), "page": page, "more_records": more}})
}

func (h *Handlers) attachmentsOf(ctx context.Context, rec *query.Record, limit, offset int) ([]attachment, error) {
	rows, err := h.db.Read().QueryContext(ctx, `SELECT id, name, link, size, owner, at FROM attachments WHERE module = ? AND record = ? ORDER BY id DESC LIMIT ? OFFSET ?`,
		rec.Module, rec.ID, limit, offset)
	if err != nil {
		return nil, fmt.Errorf("list attachments: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var out []attachment
	for rows.Next() {
		var a attachment
		var owner string
		var at int64
		if err := rows.Scan(&a.id, &a.name, &a.link, &a.size, &owner, &at); err != nil {
			return nil, fmt.Errorf("list attachments: %w", err)
		}
		a.owner, a.at = metadata.UserNamed(owner), time.UnixMilli(at)
		out = append(out, a)
	}
	return out, rows.Err()
}

// shown is one with its id, what always comes, and the fields that were asked for.
func (a attachment) shown(rec *query.Record, fields []string) map[string]any {
	at := metadata.FormatTime(a.at.UnixMilli())
	kind, link := "File", any(nil)
	if a.link != "" {
		kind, link = "Link URL", a.link
	}
	all := map[string]any{
		"id": metadata.FormatID(a.id), "File_Name": a.name, "Size": strconv.FormatInt(a.size, 10), "Owner": a.owner.Minified(), "Created_By": a.owner.Minified(),
		"Modified_By": a.owner.Minified(), "Created_Time": at, "Modified_Time": at, "Parent_Id": map[string]any{"id": metadata.FormatID(rec.ID), "name": rec.Name},
		"$file_id": "f" + metadata.FormatID(a.id), "$type": kind, "$se_module": rec.Module, "$link_url": link, "$editable": true, "$state": "save",
	}
	maps.DeleteFunc(all, func(name string, _ any) bool {
		return name != "id" && !strings.HasPrefix(name, "$") && !slices.Contains(fields, name)
	})
	return all
}

// readAttachment answers GET of one: its bytes. A link has none.
func (h *Handlers) readAttachment(w http.ResponseWriter, r *http.Request, rec *query.Record) error {
	id, _ := metadata.ParseID(r.PathValue("attachment"))
	var name, mediaType string
	var data []byte
	err := h.db.Read().QueryRowContext(r.Context(), `SELECT name, type, data FROM attachments WHERE id = ? AND module = ? AND record = ?`,
		id, rec.Module, rec.ID).Scan(&name, &mediaType, &data)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return errNoAttachment()
	case err != nil:
		return fmt.Errorf("read attachment: %w", err)
	case len(data) == 0:
		return wire.NoContent(w)
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	_, err = w.Write(data)
	return err
}

// deleteAttachments answers DELETE of one, and of those whose ids the query lists.
func (h *Handlers) deleteAttachments(w http.ResponseWriter, r *http.Request, rec *query.Record) error {
	ids := strings.Split(r.URL.Query().Get("ids"), ",")
	if one := r.PathValue("attachment"); one != "" {
		ids = []string{one}
	}
	if ids[0] == "" {
		return wire.ErrMissingParam("ids")
	}
	results := make([]any, len(ids))
	err := h.db.Write(r.Context(), func(tx *sql.Tx) error {
		for i, text := range ids {
			id, _ := metadata.ParseID(text)
			done, err := tx.ExecContext(r.Context(), `DELETE FROM attachments WHERE id = ? AND module = ? AND record = ?`, id, rec.Module, rec.ID)
			if err != nil {
				return fmt.Errorf("delete attachment: %w", err)
			}
			n, err := done.RowsAffected()
			if err != nil {
				return err
			}
			if n == 0 {
				return errNoAttachment()
			}
			results[i] = map[string]any{"code": "SUCCESS", "details": map[string]any{"id": metadata.FormatID(id)}, "message": "record deleted", "status": "success"}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"data": results})
}

func errNoAttachment() *wire.Error {
	return wire.BadRequest("INVALID_DATA", "the related id given seems to be invalid", map[string]any{"related_status": "invalid", "resource_path_index": 3})
}
