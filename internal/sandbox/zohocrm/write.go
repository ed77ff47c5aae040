package zohocrm

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"time"
)

const maxRecordsPerCall = 100

// writeRequest is the body of a create, update or upsert.
type writeRequest struct {
	data        []any
	checkFields []string // of an upsert; nil where none are named
	unmodified  *time.Time
}

// result is what became of one record of a write.
type result struct {
	err      *apiError
	inserted bool
	body     map[string]any
}

func failed(e *apiError) result { return result{err: e, body: e.body()} }

func readWrite(r *http.Request) (*writeRequest, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, errJSON()
	}
	object, err := decodeObject(body)
	if err != nil {
		return nil, errJSON()
	}
	at := map[string]any{"api_name": "data", "json_path": "$.data"}
	if object["data"] == nil {
		return nil, badRequest("MANDATORY_NOT_FOUND", "required field not found", at)
	}
	req := &writeRequest{}
	var ok bool
	if req.data, ok = object["data"].([]any); !ok || len(req.data) == 0 {
		at["expected_data_type"] = "jsonarray"
		return nil, badRequest("INVALID_DATA", "invalid data", at)
	}
	if len(req.data) > maxRecordsPerCall {
		at["maximum_length"] = maxRecordsPerCall
		return nil, badRequest("INVALID_DATA", "invalid data", at)
	}
	if req.checkFields, err = readCheckFields(object["duplicate_check_fields"]); err != nil {
		return nil, err
	}
	if header := r.Header.Get("If-Unmodified-Since"); header != "" {
		t, err := parseTime(header)
		if err != nil {
			return nil, badRequest("INVALID_DATA", "invalid data", map[string]any{"header_name": "If-Unmodified-Since", "expected_data_type": "datetime"})
		}
		req.unmodified = &t
	}
	return req, nil
}

func readCheckFields(v any) ([]string, error) {
	if v == nil {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, errCheckFields("jsonarray")
	}
	names := make([]string, 0, len(list))
	for _, item := range list {
		name, isText := item.(string)
		if !isText {
			return nil, errCheckFields("string")
		}
		names = append(names, name)
	}
	return names, nil
}

func errCheckFields(kind string) *apiError {
	return badRequest("INVALID_DATA", "invalid data", map[string]any{"api_name": "duplicate_check_fields",
		"json_path": "$.duplicate_check_fields", "expected_data_type": kind})
}

func (h *writeHandlers) createRecords(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	req, err := readWrite(r)
	if err != nil {
		return err
	}
	who := caller(r)
	return h.writeEach(w, r, req, always(http.StatusCreated), func(ctx context.Context, tx *sql.Tx, i int, values map[string]any) (result, error) {
		return h.createOne(ctx, tx, set, who, i, values)
	})
}

func (h *writeHandlers) updateRecords(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	req, err := readWrite(r)
	if err != nil {
		return err
	}
	who := caller(r)
	return h.writeEach(w, r, req, always(http.StatusOK), func(ctx context.Context, tx *sql.Tx, i int, values map[string]any) (result, error) {
		if values["id"] == nil {
			return failed(errMandatory("id", i)), nil
		}
		id, _ := parseID(fmt.Sprint(values["id"]))
		return h.updateOne(ctx, tx, set, who, req, i, id, values)
	})
}

// updateRecord answers PUT /{module}/{id}. The id of the path counts, and an unknown one fails the whole call.
func (h *writeHandlers) updateRecord(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	id, ok := parseID(r.PathValue("id"))
	if !ok {
		return errInvalidID()
	}
	req, err := readWrite(r)
	if err != nil {
		return err
	}
	if rec, err := h.store.find(r.Context(), h.store.reader(), set.module.API, id); err != nil {
		return err
	} else if rec == nil {
		return errInvalidID()
	}
	req.data = req.data[:1]
	who := caller(r)
	return h.writeEach(w, r, req, always(http.StatusOK), func(ctx context.Context, tx *sql.Tx, i int, values map[string]any) (result, error) {
		return h.updateOne(ctx, tx, set, who, req, i, id, values)
	})
}

func always(status int) func([]result) int { return func([]result) int { return status } }

type writeOne func(ctx context.Context, tx *sql.Tx, i int, values map[string]any) (result, error)

// writeEach carries out a write record by record in one transaction, and answers once it is committed. A record
// that is refused has written nothing; the others stand.
func (h *writeHandlers) writeEach(w http.ResponseWriter, r *http.Request, req *writeRequest, good func([]result) int, one writeOne) error {
	var results []result
	err := h.store.Write(r.Context(), func(tx *sql.Tx) error {
		results = make([]result, len(req.data))
		for i, item := range req.data {
			values, ok := item.(map[string]any)
			if !ok {
				results[i] = failed(badRequest("INVALID_DATA", "invalid data",
					map[string]any{"expected_data_type": "jsonobject", "json_path": fmt.Sprintf("$.data[%d]", i)}))
				continue
			}
			var err error
			if results[i], err = one(r.Context(), tx, i, values); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return writeJSON(w, statusOf(results, good(results)), map[string]any{"data": bodies(results)})
}

func bodies(results []result) []any {
	out := make([]any, len(results))
	for i, r := range results {
		out[i] = r.body
	}
	return out
}

// statusOf is a write's status: good when every record was written, 207 when some were, the records' own when none was.
func statusOf(results []result, good int) int {
	bad, worst := 0, 0
	for _, r := range results {
		if r.err == nil {
			continue
		}
		if bad++; bad == 1 || worst == r.err.status {
			worst = r.err.status
		} else {
			worst = http.StatusBadRequest
		}
	}
	switch bad {
	case 0:
		return good
	case len(results):
		return worst
	default:
		return http.StatusMultiStatus
	}
}

func (h *writeHandlers) createOne(ctx context.Context, tx *sql.Tx, set *fieldSet, who *user, i int, given map[string]any) (result, error) {
	rec := &record{Module: set.module.API, Created: h.store.now(), Owner: who.ID, CreatedBy: who.ID, ModifiedBy: who.ID, Values: map[string]any{}}
	rec.Modified = rec.Created
	if e, err := h.apply(ctx, tx, set, rec, i, given); err != nil || e != nil {
		return refused(e), err
	}
	var err error
	if rec.ID, err = h.store.nextID(ctx, tx); err != nil {
		return result{}, err
	}
	if err := h.store.autonumber(ctx, tx, set, rec); err != nil {
		return result{}, err
	}
	if err := h.store.insert(ctx, tx, set, rec); err != nil {
		return result{}, err
	}
	return result{inserted: true, body: success(rec, "record added")}, nil
}

func (h *writeHandlers) updateOne(ctx context.Context, tx *sql.Tx, set *fieldSet, who *user, req *writeRequest, i int, id int64, given map[string]any) (result, error) {
	rec, err := h.store.find(ctx, h.store.prepared(tx), set.module.API, id)
	if err != nil {
		return result{}, err
	}
	if rec == nil {
		return failed(badRequest("INVALID_DATA", "the id given seems to be invalid",
			map[string]any{"api_name": "id", "json_path": fmt.Sprintf("$.data[%d].id", i)})), nil
	}
	if req.unmodified != nil && rec.Modified > req.unmodified.UnixMilli() {
		e := errAlreadyModified()
		e.details = map[string]any{"id": digits(id)}
		return failed(e), nil
	}
	before := rec.Values
	rec.Values = make(map[string]any, len(before))
	for api, v := range before {
		rec.Values[api] = v
	}
	if e, err := h.apply(ctx, tx, set, rec, i, given); err != nil || e != nil {
		return refused(e), err
	}
	rec.Modified, rec.ModifiedBy = max(h.store.now(), rec.Modified), who.ID
	if err := h.store.update(ctx, tx, set, before, rec); err != nil {
		return result{}, err
	}
	return result{body: success(rec, "record updated")}, nil
}

func refused(e *apiError) result {
	if e == nil {
		return result{}
	}
	return failed(e)
}

func success(r *record, message string) map[string]any {
	return map[string]any{"code": "SUCCESS", "message": message, "status": "success", "details": map[string]any{
		"id": digits(r.ID), "Created_Time": wire(r.Created), "Modified_Time": wire(r.Modified),
		"Created_By": userNamed(r.CreatedBy).named(), "Modified_By": userNamed(r.ModifiedBy).named(), "$approval_state": "approved"}}
}
