package zohocrm

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

func errMandatory(api string, i int) *apiError {
	return badRequest("MANDATORY_NOT_FOUND", "required field not found", map[string]any{"api_name": api, "json_path": path(i, api)})
}

func path(i int, api string) string { return fmt.Sprintf("$.data[%d].%s", i, api) }

// apply puts the given values onto the record after checking them all: types, mandatory fields, lookups, unique
// fields. Names that the module does not have, and fields that only the system writes, are passed over, as Zoho does.
func (h *writeHandlers) apply(ctx context.Context, tx *sql.Tx, set *fieldSet, rec *record, i int, given map[string]any) (*apiError, error) {
	var bad []*apiError
	for _, f := range set.list {
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
		errors[n] = e.body()
	}
	return badRequest("MULTIPLE_OR_MULTI_ERRORS", "Multiple errors found", map[string]any{"errors": errors}), nil
}

func (h *writeHandlers) applyField(ctx context.Context, tx *sql.Tx, set *fieldSet, rec *record, i int, f *field, v any) (*apiError, error) {
	stored, wrong := f.normalise(v)
	if wrong == nil {
		wrong = f.unlisted(stored, h.settings.Get().StrictPicklists)
	}
	if wrong != nil {
		wrong.details["api_name"], wrong.details["json_path"] = f.API, path(i, f.API)
		return badRequest("INVALID_DATA", wrong.message, wrong.details), nil
	}
	if stored == nil {
		delete(rec.Values, f.API)
		return nil, nil
	}
	if f.isReference() {
		ok, err := h.refers(ctx, tx, f, stored.(string))
		if err != nil {
			return nil, err
		}
		if !ok {
			return badRequest("INVALID_DATA", "the id given seems to be invalid",
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

// appends says whether a write adds to a multi-select instead of replacing it: "$append_values": {"Field": true}.
func appends(given map[string]any, f *field) bool {
	switches, _ := given["$append_values"].(map[string]any)
	return f.Type == typeMultiPick && switches[f.API] == true
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

// refers says whether a reference points at something.
func (h *writeHandlers) refers(ctx context.Context, tx *sql.Tx, f *field, ref string) (bool, error) {
	if f.Type == typeOwner {
		return userNamed(ref).ID == ref, nil
	}
	id, _ := parseID(ref)
	target, err := h.store.find(ctx, h.store.prepared(tx), f.Lookup, id)
	return target != nil, err
}

// duplicate refuses a value of a unique field that another record has.
func (h *writeHandlers) duplicate(ctx context.Context, tx *sql.Tx, set *fieldSet, self int64, f *field, stored any, i int) (*apiError, error) {
	value, ok := stored.(string)
	if !ok {
		return nil, nil
	}
	ids, err := findKeyed(ctx, h.store.prepared(tx), set.module.API, f.API, value, 3)
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
	other, err := h.store.find(ctx, h.store.prepared(tx), set.module.API, others[0])
	if err != nil || other == nil {
		return nil, err
	}
	owner := userNamed(other.Owner)
	return badRequest("DUPLICATE_DATA", "duplicate data", map[string]any{
		"api_name": f.API, "json_path": path(i, f.API), "id": digits(other.ID), "more_records": len(others) > 1,
		"duplicate_record": map[string]any{"id": digits(other.ID),
			"Owner":  map[string]any{"name": owner.fullName(), "id": owner.ID, "zuid": owner.zuid()},
			"module": map[string]any{"api_name": set.module.API, "id": set.module.id()}}}), nil
}
