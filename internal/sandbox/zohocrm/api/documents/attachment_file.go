package documents

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// maxFileSize is the size of the largest file, in bytes.
const maxFileSize = 20 << 20

// attach answers POST with a file in a form, or with the address and title of a link in the query.
func (h *Handlers) attach(w http.ResponseWriter, r *http.Request, rec *query.Record) error {
	in, link := platform.Upload{Name: r.URL.Query().Get("title"), Data: []byte{}}, r.URL.Query().Get("attachmentUrl")
	if link == "" {
		var err error
		switch in, err = platform.ReadUpload(r, "file", maxFileSize); {
		case errors.Is(err, platform.ErrFileSize):
			return &wire.Error{Status: http.StatusRequestEntityTooLarge, Code: "INVALID_DATA", Message: "the file size exceeds the limit",
				Details: map[string]any{"maximum_size": maxFileSize}}
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

// readAttachment answers GET of one attachment with its bytes. A link has none.
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
