package zohocrm

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// renderer writes records in their wire form. It looks up the names behind lookups page by page, not one by one.
type renderer struct {
	names map[string]map[int64]string // module → id → name
}

// newRenderer reads the names that the records' lookups need.
func (h *readHandlers) newRenderer(ctx context.Context, records []*record, fields []*field) (*renderer, error) {
	wanted := map[string]map[int64]bool{}
	for _, f := range fields {
		if f.Type != typeLookup {
			continue
		}
		for _, r := range records {
			ref, _ := r.Values[f.API].(string)
			if id, ok := parseID(ref); ok {
				if wanted[f.Lookup] == nil {
					wanted[f.Lookup] = map[int64]bool{}
				}
				wanted[f.Lookup][id] = true
			}
		}
	}
	out := &renderer{names: map[string]map[int64]string{}}
	for module, ids := range wanted {
		names, err := h.store.names(ctx, module, ids)
		if err != nil {
			return nil, err
		}
		out.names[module] = names
	}
	return out, nil
}

func (s *Store) names(ctx context.Context, module string, ids map[int64]bool) (map[int64]string, error) {
	list := make([]string, 0, len(ids))
	for id := range ids {
		list = append(list, strconv.FormatInt(id, 10))
	}
	rows, err := s.db.Read().QueryContext(ctx,
		"SELECT id, name FROM records WHERE module = ? AND id IN ("+strings.Join(list, ",")+")", module)
	if err != nil {
		return nil, fmt.Errorf("read names of %s: %w", module, err)
	}
	defer func() { _ = rows.Close() }()
	names := make(map[int64]string, len(ids))
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		names[id] = name
	}
	return names, rows.Err()
}

// fields writes the named fields of a record, and its id.
func (rd *renderer) fields(r *record, fields []*field) map[string]any {
	out := make(map[string]any, len(fields)+1)
	out["id"] = digits(r.ID)
	for _, f := range fields {
		out[f.API] = rd.value(r, f)
	}
	return out
}

// whole writes a record as GET by id gives it, with the system's $ attributes.
func (rd *renderer) whole(r *record, set *fieldSet) map[string]any {
	out := rd.fields(r, set.list)
	out["$approved"] = true
	out["$approval_state"] = "approved"
	out["$approval"] = map[string]any{"delegate": false, "approve": false, "reject": false, "resubmit": false}
	out["$editable"] = true
	out["$in_merge"] = false
	out["$review"] = nil
	out["$orchestration"] = false
	out["$currency_symbol"] = "$"
	return out
}

func (rd *renderer) value(r *record, f *field) any {
	switch v := r.get(f).(type) {
	case int64:
		if f.Type == typeDateTime {
			return wire(v)
		}
		return digits(v)
	case string:
		return rd.text(v, f)
	case json.Number:
		if f.Type == typeBigint {
			return v.String() // a string on the wire, as ids are
		}
		return v
	case nil:
		return emptyValue(f)
	default:
		return v
	}
}

func (rd *renderer) text(v string, f *field) any {
	switch {
	case f.Type == typeOwner:
		return userNamed(v).minified()
	case f.Type == typeLookup:
		id, _ := parseID(v)
		return map[string]any{"name": rd.names[f.Lookup][id], "id": v}
	case v == "":
		return nil
	default:
		return v
	}
}

// emptyValue is what an unset field shows: check boxes are false and tags a list, the others null.
func emptyValue(f *field) any {
	switch {
	case f.Type == typeBoolean:
		return false
	case f.API == "Tag":
		return []any{}
	default:
		return nil
	}
}
