package zohocrm

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
)

// upsertRecords answers POST /{module}/upsert. Each record is looked for by its id, then by the duplicate check
// fields in order, then by the unique fields; the first that is found is updated, else a new one is made. All in one
// transaction: of two upserts of the same unique value at the same time, one inserts and the other updates.
func (h *writeHandlers) upsertRecords(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	req, err := readWrite(r)
	if err != nil {
		return err
	}
	checks, err := checkFields(set, req.checkFields)
	if err != nil {
		return err
	}
	who := caller(r)
	return h.writeEach(w, r, req, func(results []result) int { return h.upsertStatus(results) },
		func(ctx context.Context, tx *sql.Tx, i int, values map[string]any) (result, error) {
			return h.upsertOne(ctx, tx, set, who, req, checks, i, values)
		})
}

// upsertStatus is the status of an upsert that wrote every record: a setting, where all of them are new.
func (h *writeHandlers) upsertStatus(results []result) int {
	for _, r := range results {
		if !r.inserted {
			return http.StatusOK
		}
	}
	return h.settings.Get().UpsertInsertCode
}

func (h *writeHandlers) upsertOne(ctx context.Context, tx *sql.Tx, set *fieldSet, who *user, req *writeRequest, checks []*field, i int, values map[string]any) (result, error) {
	id, by, err := h.match(ctx, tx, set, checks, values)
	if err != nil {
		return result{}, err
	}
	var res result
	action := "insert"
	if id == 0 {
		res, err = h.createOne(ctx, tx, set, who, i, values)
	} else {
		action = "update"
		res, err = h.updateOne(ctx, tx, set, who, req, i, id, values)
	}
	if err != nil || res.err != nil {
		return res, err
	}
	res.body["action"], res.body["duplicate_field"] = action, nil
	if by != "" {
		res.body["duplicate_field"] = by
	}
	return res, nil
}

// match finds the record that an upsert means, and the field by which it was found; 0 where there is none.
func (h *writeHandlers) match(ctx context.Context, tx *sql.Tx, set *fieldSet, checks []*field, values map[string]any) (int64, string, error) {
	if given := values["id"]; given != nil {
		id, _ := parseID(fmt.Sprint(given))
		return max(id, 1), "", nil // an id that is none fails as an update of an unknown record
	}
	for _, f := range checks {
		value, _ := values[f.API].(string)
		if value == "" {
			continue
		}
		ids, err := findKeyed(ctx, h.store.prepared(tx), set.module.API, f.API, value, 1)
		if err != nil {
			return 0, "", err
		}
		if len(ids) > 0 {
			return ids[0], f.API, nil
		}
	}
	return 0, "", nil
}

// checkFields are the fields by which an upsert finds its record.
func checkFields(set *fieldSet, named []string) ([]*field, error) {
	var checks []*field
	if named == nil {
		named = []string{set.module.CheckField}
	}
	seen := map[string]bool{}
	for i, api := range named {
		f := set.byAPI[api]
		if f == nil || !f.Unique && api != set.module.CheckField {
			return nil, badRequest("INVALID_DATA", "invalid data", map[string]any{"api_name": "duplicate_check_fields",
				"json_path": fmt.Sprintf("$.duplicate_check_fields[%d]", i)})
		}
		if !seen[api] {
			checks = append(checks, f)
		}
		seen[api] = true
	}
	for _, f := range set.list {
		if f.Unique && !seen[f.API] {
			checks = append(checks, f)
		}
	}
	return checks, nil
}
