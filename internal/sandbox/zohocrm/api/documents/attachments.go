package documents

import (
	"context"
	"database/sql"
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

// Attachments are files and links that hang on a record.

// attachment is one file or link, without its bytes.
type attachment struct {
	id, size   int64
	name, link string
	owner      *metadata.User
	at         time.Time
}

// onAttachments returns a handler that checks the scope of attachments, and finds the record that they hang on.
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

// listAttachments answers GET. The newest attachment comes first.
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
		data = append(data, a.json(rec, strings.Split(p.Get("fields"), ",")))
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

// json returns the attachment with its id, the $ attributes and the fields that the call names.
func (a attachment) json(rec *query.Record, fields []string) map[string]any {
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

// deleteAttachments answers DELETE of the attachment in the path, or of those whose ids the query lists.
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
