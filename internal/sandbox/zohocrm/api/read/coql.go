package read

import (
	"io"
	"net/http"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/coql"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// PostCOQL answers POST /coql: it runs a query.
func (h *Handlers) PostCOQL(w http.ResponseWriter, r *http.Request) error {
	if !platform.RequireScope(r, "ZohoCRM.coql.READ") {
		return wire.ErrScope()
	}
	src, err := readSelectQuery(r)
	if err != nil {
		return err
	}
	q, queryErr := coql.Parse(src, h.defs.Fields)
	if queryErr != nil {
		return wire.BadRequest(queryErr.Code, queryErr.Message, queryErr.Details)
	}
	if !wire.ModuleScope(r, q.Module, "READ") {
		return wire.ErrScope()
	}
	records, more, err := h.store.Page(r.Context(), q.Query)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		return wire.NoContent(w)
	}
	resolve := h.store.Resolver(r.Context(), h.store.Reader())
	data := make([]any, len(records))
	for i, rec := range records {
		if data[i], err = coqlRow(rec, q.Columns, resolve); err != nil {
			return err
		}
	}
	return wire.WriteJSON(w, http.StatusOK, map[string]any{"data": data, "info": map[string]any{"count": len(data), "more_records": more}})
}

func readSelectQuery(r *http.Request) (string, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return "", wire.ErrJSON()
	}
	object, err := metadata.DecodeObject(body)
	if err != nil {
		return "", wire.ErrJSON()
	}
	src, ok := object["select_query"].(string)
	switch {
	case object["select_query"] == nil:
		return "", wire.BadRequest("MANDATORY_NOT_FOUND", "required field not found", map[string]any{"api_name": "select_query"})
	case !ok:
		return "", wire.BadRequest("INVALID_DATA", "invalid data", map[string]any{"api_name": "select_query", "expected_data_type": "string"})
	}
	return src, nil
}

// coqlRow returns one row of the reply. It always has the id. Lookups are shown as {id}, and the column of a joined
// record under its whole name.
func coqlRow(r *query.Record, columns []query.Column, resolve query.Resolver) (map[string]any, error) {
	out := make(map[string]any, len(columns)+1)
	out["id"] = metadata.FormatID(r.ID)
	for _, c := range columns {
		v, err := c.Value(r, resolve)
		if err != nil {
			return nil, err
		}
		out[c.Name()] = coqlValue(c.Field, v)
	}
	return out, nil
}

func coqlValue(f *metadata.Field, v any) any {
	switch x := v.(type) {
	case int64:
		if f.Type == metadata.TypeDateTime {
			return metadata.FormatTime(x)
		}
		return metadata.FormatID(x)
	case string:
		if f.IsReference() && x != "" {
			return map[string]any{"id": x}
		}
		if x == "" {
			return nil
		}
		return x
	case nil:
		return emptyValue(f)
	default:
		return v
	}
}
