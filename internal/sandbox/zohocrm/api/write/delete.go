package write

import (
	"database/sql"
	"net/http"
	"strings"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// DeleteRecords answers DELETE /{module}?ids=a,b.
func (h *Handlers) DeleteRecords(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	list := strings.Trim(r.URL.Query().Get("ids"), ", ")
	if list == "" {
		return wire.ErrMissingParam("ids")
	}
	ids := strings.Split(list, ",")
	if len(ids) > wire.MaxRecordsPerCall {
		return wire.BadRequest("LIMIT_EXCEEDED", "limit exceeded", map[string]any{"limit": wire.MaxRecordsPerCall, "param_name": "ids"})
	}
	who := wire.Caller(r)
	var results []wire.Result
	err := h.store.Write(r.Context(), func(tx *sql.Tx) error {
		results = make([]wire.Result, len(ids))
		for i, s := range ids {
			s = strings.TrimSpace(s)
			id, _ := metadata.ParseID(s)
			ok, err := h.store.Remove(r.Context(), tx, set, who, id, 0)
			if err != nil {
				return err
			}
			if results[i] = deleted(s); !ok {
				results[i] = wire.Failed(wire.BadRequest("INVALID_DATA", "the id given seems to be invalid", map[string]any{"id": s}))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return wire.WriteJSON(w, wire.StatusOf(results, http.StatusOK), map[string]any{"data": wire.Bodies(results)})
}

// DeleteRecord answers DELETE /{module}/{id}.
func (h *Handlers) DeleteRecord(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	id, _ := metadata.ParseID(r.PathValue("id"))
	ok := false
	err := h.store.Write(r.Context(), func(tx *sql.Tx) (err error) {
		ok, err = h.store.Remove(r.Context(), tx, set, wire.Caller(r), id, 0)
		return err
	})
	if err != nil {
		return err
	}
	if !ok {
		return wire.ErrInvalidID()
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"data": []any{deleted(metadata.FormatID(id)).Body}})
}

func deleted(id string) wire.Result {
	return wire.Result{Body: map[string]any{"code": "SUCCESS", "details": map[string]any{"id": id}, "message": "record deleted", "status": "success"}}
}
