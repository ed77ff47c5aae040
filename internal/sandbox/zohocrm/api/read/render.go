package read

import (
	"context"
	"encoding/json"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// renderer shows records as the API does. It holds the names that lookups show, which are read once for a whole page.
type renderer struct {
	names map[string]map[int64]string // module → id → name
}

// newRenderer reads the names of the records that the lookups point at.
func (h *Handlers) newRenderer(ctx context.Context, records []*query.Record, fields []*metadata.Field) (*renderer, error) {
	wanted := map[string]map[int64]bool{}
	for _, f := range fields {
		if f.Type != metadata.TypeLookup {
			continue
		}
		for _, r := range records {
			ref, _ := r.Values[f.API].(string)
			if id, ok := metadata.ParseID(ref); ok {
				if wanted[f.Lookup] == nil {
					wanted[f.Lookup] = map[int64]bool{}
				}
				wanted[f.Lookup][id] = true
			}
		}
	}
	out := &renderer{names: map[string]map[int64]string{}}
	for module, ids := range wanted {
		names, err := h.store.Names(ctx, module, ids)
		if err != nil {
			return nil, err
		}
		out.names[module] = names
	}
	return out, nil
}

// fields returns the id of a record and the given fields.
func (rd *renderer) fields(r *query.Record, fields []*metadata.Field) map[string]any {
	out := make(map[string]any, len(fields)+1)
	out["id"] = metadata.FormatID(r.ID)
	for _, f := range fields {
		out[f.API] = rd.value(r, f)
	}
	return out
}

// whole returns a record as GET /{module}/{id} shows it, with the system's $ attributes.
func (rd *renderer) whole(r *query.Record, set *metadata.FieldSet) map[string]any {
	out := rd.fields(r, set.List)
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

func (rd *renderer) value(r *query.Record, f *metadata.Field) any {
	switch v := r.Get(f).(type) {
	case int64:
		if f.Type == metadata.TypeDateTime {
			return metadata.FormatTime(v)
		}
		return metadata.FormatID(v)
	case string:
		return rd.text(v, f)
	case json.Number:
		if f.Type == metadata.TypeBigint {
			return v.String() // a string in JSON, as ids are
		}
		return v
	case nil:
		return emptyValue(f)
	default:
		return v
	}
}

func (rd *renderer) text(v string, f *metadata.Field) any {
	switch {
	case f.Type == metadata.TypeOwner:
		return metadata.UserNamed(v).Minified()
	case f.Type == metadata.TypeLookup:
		id, _ := metadata.ParseID(v)
		return map[string]any{"name": rd.names[f.Lookup][id], "id": v}
	case v == "":
		return nil
	default:
		return v
	}
}

// emptyValue returns what a field without a value shows: false for a check box, an empty list for tags, otherwise null.
func emptyValue(f *metadata.Field) any {
	switch {
	case f.Type == metadata.TypeBoolean:
		return false
	case f.API == "Tag":
		return []any{}
	default:
		return nil
	}
}
