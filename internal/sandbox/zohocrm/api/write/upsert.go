package write

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/records"
)

// UpsertRecords answers POST /{module}/upsert. It looks for each record by its id, then by the duplicate check fields in
// order, then by the unique fields. It updates the first record that it finds, and creates one if it finds none. All of
// this is one transaction: of two upserts of one unique value at the same time, one inserts and the other updates.
func (h *Handlers) UpsertRecords(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	req, err := wire.ReadWriteRequest(r)
	if err != nil {
		return err
	}
	checks, err := checkFields(set, req.CheckFields)
	if err != nil {
		return err
	}
	who := wire.Caller(r)
	return h.writeEach(w, r, req, func(results []wire.Result) int { return h.upsertStatus(results) },
		func(ctx context.Context, tx *sql.Tx, i int, values map[string]any) (wire.Result, error) {
			return h.upsertOne(ctx, tx, set, who, req, checks, i, values)
		})
}

// upsertStatus returns the status of an upsert that wrote every record. If all are new, a setting decides it.
func (h *Handlers) upsertStatus(results []wire.Result) int {
	for _, r := range results {
		if !r.Inserted {
			return http.StatusOK
		}
	}
	return h.settings.Get().UpsertInsertCode
}

func (h *Handlers) upsertOne(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, who *metadata.User, req *wire.WriteRequest, checks []*metadata.Field, i int, values map[string]any) (wire.Result, error) {
	id, by, err := h.match(ctx, tx, set, checks, values)
	if err != nil {
		return wire.Result{}, err
	}
	var res wire.Result
	action := "insert"
	if id == 0 {
		res, err = h.createOne(ctx, tx, set, who, i, values)
	} else {
		action = "update"
		res, err = h.updateOne(ctx, tx, set, who, req, i, id, values)
	}
	if err != nil || res.Err != nil {
		return res, err
	}
	res.Body["action"], res.Body["duplicate_field"] = action, nil
	if by != "" {
		res.Body["duplicate_field"] = by
	}
	return res, nil
}

// match returns the id of the record that an upsert means, and the field by which it was found. The id is 0 if there is
// no such record.
func (h *Handlers) match(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, checks []*metadata.Field, values map[string]any) (int64, string, error) {
	if given := values["id"]; given != nil {
		id, _ := metadata.ParseID(fmt.Sprint(given))
		return max(id, 1), "", nil // an invalid id fails later, as an update of an unknown record
	}
	for _, f := range checks {
		value, _ := values[f.API].(string)
		if value == "" {
			continue
		}
		ids, err := records.FindKeyed(ctx, h.store.Prepared(tx), set.Module.API, f.API, value, 1)
		if err != nil {
			return 0, "", err
		}
		if len(ids) > 0 {
			return ids[0], f.API, nil
		}
	}
	return 0, "", nil
}

// checkFields returns the fields by which an upsert finds its record, in order.
func checkFields(set *metadata.FieldSet, named []string) ([]*metadata.Field, error) {
	var checks []*metadata.Field
	if named == nil {
		named = []string{set.Module.CheckField}
	}
	seen := map[string]bool{}
	for i, api := range named {
		f := set.ByAPI[api]
		if f == nil || !f.Unique && api != set.Module.CheckField {
			return nil, wire.BadRequest("INVALID_DATA", "invalid data", map[string]any{"api_name": "duplicate_check_fields",
				"json_path": fmt.Sprintf("$.duplicate_check_fields[%d]", i)})
		}
		if !seen[api] {
			checks = append(checks, f)
		}
		seen[api] = true
	}
	for _, f := range set.List {
		if f.Unique && !seen[f.API] {
			checks = append(checks, f)
		}
	}
	return checks, nil
}
