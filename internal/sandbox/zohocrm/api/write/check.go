package write

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
	"causeway/internal/sandbox/zohocrm/records"
)

func errMandatory(api string, i int) *wire.Error {
	return wire.BadRequest("MANDATORY_NOT_FOUND", "required field not found", map[string]any{"api_name": api, "json_path": path(i, api)})
}

func path(i int, api string) string { return fmt.Sprintf("$.data[%d].%s", i, api) }

// apply checks the given values (types, mandatory fields, lookups, unique fields) and puts them onto the record. Like
// Zoho, it ignores names that the module does not have, and fields that only the system writes.
func (h *Handlers) apply(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, rec *query.Record, i int, given map[string]any) (*wire.Error, error) {
	var bad []*wire.Error
	for _, f := range set.List {
		v, named := given[f.API]
		if f.Mandatory {
			old, _ := rec.Values[f.API].(string)
			if named && (v == nil || v == "") || !named && old == "" && rec.ID == 0 {
				bad = append(bad, errMandatory(f.API, i))
				continue
			}
		}
		if !named || f.ReadOnly {
			continue
		}
		if appends(given, f) {
			v = joined(rec.Values[f.API], v)
		}
		e, err := h.applyField(ctx, tx, set, rec, i, f, v)
		if err != nil {
			return nil, err
		}
		if e != nil {
			bad = append(bad, e)
		}
	}
	switch len(bad) {
	case 0:
		return nil, nil
	case 1:
		return bad[0], nil
	}
	errors := make([]any, len(bad))
	for n, e := range bad {
		errors[n] = e.Body()
	}
	return wire.BadRequest("MULTIPLE_OR_MULTI_ERRORS", "Multiple errors found", map[string]any{"errors": errors}), nil
}

func (h *Handlers) applyField(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, rec *query.Record, i int, f *metadata.Field, v any) (*wire.Error, error) {
	stored, wrong := f.Normalise(v)
	if wrong == nil {
		wrong = f.Unlisted(stored, h.settings.Get().StrictPicklists)
	}
	if wrong != nil {
		wrong.Details["api_name"], wrong.Details["json_path"] = f.API, path(i, f.API)
		return wire.BadRequest("INVALID_DATA", wrong.Message, wrong.Details), nil
	}
	if stored == nil {
		delete(rec.Values, f.API)
		return nil, nil
	}
	if f.IsReference() {
		ok, err := h.refers(ctx, tx, f, stored.(string))
		if err != nil {
			return nil, err
		}
		if !ok {
			return wire.BadRequest("INVALID_DATA", "the id given seems to be invalid",
				map[string]any{"api_name": f.API, "json_path": path(i, f.API) + ".id"}), nil
		}
	}
	if f.API == "Owner" {
		rec.Owner = stored.(string)
		return nil, nil
	}
	if f.Unique {
		if e, err := h.duplicate(ctx, tx, set, rec.ID, f, stored, i); err != nil || e != nil {
			return e, err
		}
	}
	rec.Values[f.API] = stored
	return nil, nil
}

// appends reports whether the write adds to a multi-select instead of replacing it: "$append_values": {"Field": true}.
func appends(given map[string]any, f *metadata.Field) bool {
	switches, _ := given["$append_values"].(map[string]any)
	return f.Type == metadata.TypeMultiPick && switches[f.API] == true
}

func joined(have, more any) any {
	list, ok := more.([]any)
	if !ok {
		return more
	}
	old, _ := have.([]any)
	out := slices.Clone(old)
	for _, v := range list {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// refers reports whether a reference points at a user or record that exists.
func (h *Handlers) refers(ctx context.Context, tx *sql.Tx, f *metadata.Field, ref string) (bool, error) {
	if f.Type == metadata.TypeOwner {
		return metadata.UserNamed(ref).ID == ref, nil
	}
	id, _ := metadata.ParseID(ref)
	target, err := h.store.Find(ctx, h.store.Prepared(tx), f.Lookup, id)
	return target != nil, err
}

// duplicate returns a refusal if another record has the value of a unique field, and nil otherwise.
func (h *Handlers) duplicate(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, self int64, f *metadata.Field, stored any, i int) (*wire.Error, error) {
	value, ok := stored.(string)
	if !ok {
		return nil, nil
	}
	ids, err := records.FindKeyed(ctx, h.store.Prepared(tx), set.Module.API, f.API, value, 3)
	if err != nil {
		return nil, err
	}
	var others []int64
	for _, id := range ids {
		if id != self {
			others = append(others, id)
		}
	}
	if len(others) == 0 {
		return nil, nil
	}
	other, err := h.store.Find(ctx, h.store.Prepared(tx), set.Module.API, others[0])
	if err != nil || other == nil {
		return nil, err
	}
	owner := metadata.UserNamed(other.Owner)
	return wire.BadRequest("DUPLICATE_DATA", "duplicate data", map[string]any{
		"api_name": f.API, "json_path": path(i, f.API), "id": metadata.FormatID(other.ID), "more_records": len(others) > 1,
		"duplicate_record": map[string]any{"id": metadata.FormatID(other.ID),
			"Owner":  map[string]any{"name": owner.FullName(), "id": owner.ID, "zuid": owner.ZUID()},
			"module": map[string]any{"api_name": set.Module.API, "id": set.Module.ID()}}}), nil
}
