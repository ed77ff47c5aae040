package zohocrm

import (
	"io"
	"net/http"

	"causeway/internal/sandbox/platform"
)

// postCOQL runs a query. The conditions and orders on id and times become SQL; the rest is looked at row by row.
func (h *readHandlers) postCOQL(w http.ResponseWriter, r *http.Request) error {
	if !platform.RequireScope(r, "ZohoCRM.coql.READ") {
		return errScope()
	}
	src, err := readSelectQuery(r)
	if err != nil {
		return err
	}
	q, queryErr := parseCOQL(src, h.defs.fields)
	if queryErr != nil {
		return badRequest(queryErr.code, queryErr.message, queryErr.details)
	}
	if !moduleScope(r, q.module, "READ") {
		return errScope()
	}
	records, more, err := h.store.page(r.Context(), q.query)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		return noContent(w)
	}
	resolve := h.store.resolver(r.Context(), h.store.reader())
	data := make([]any, len(records))
	for i, rec := range records {
		if data[i], err = coqlRow(rec, q.columns, resolve); err != nil {
			return err
		}
	}
	return writeJSON(w, http.StatusOK, map[string]any{"data": data, "info": map[string]any{"count": len(data), "more_records": more}})
}

func readSelectQuery(r *http.Request) (string, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return "", errJSON()
	}
	object, err := decodeObject(body)
	if err != nil {
		return "", errJSON()
	}
	src, ok := object["select_query"].(string)
	switch {
	case object["select_query"] == nil:
		return "", badRequest("MANDATORY_NOT_FOUND", "required field not found", map[string]any{"api_name": "select_query"})
	case !ok:
		return "", badRequest("INVALID_DATA", "invalid data", map[string]any{"api_name": "select_query", "expected_data_type": "string"})
	}
	return src, nil
}

// coqlRow writes one row: id always, lookups as {id} only, a joined column under its whole name.
func coqlRow(r *record, columns []column, resolve resolver) (map[string]any, error) {
	out := make(map[string]any, len(columns)+1)
	out["id"] = digits(r.ID)
	for _, c := range columns {
		v, err := c.value(r, resolve)
		if err != nil {
			return nil, err
		}
		out[c.name()] = coqlValue(c.f, v)
	}
	return out, nil
}

func coqlValue(f *field, v any) any {
	switch x := v.(type) {
	case int64:
		if f.Type == typeDateTime {
			return wire(x)
		}
		return digits(x)
	case string:
		if f.isReference() && x != "" {
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
