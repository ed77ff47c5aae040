package write

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// CreateRecords answers POST /{module}.
func (h *Handlers) CreateRecords(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	req, err := wire.ReadWriteRequest(r)
	if err != nil {
		return err
	}
	who := wire.Caller(r)
	return h.writeEach(w, r, req, always(http.StatusCreated), func(ctx context.Context, tx *sql.Tx, i int, values map[string]any) (wire.Result, error) {
		return h.createOne(ctx, tx, set, who, i, values)
	})
}

// UpdateRecords answers PUT /{module}.
func (h *Handlers) UpdateRecords(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	req, err := wire.ReadWriteRequest(r)
	if err != nil {
		return err
	}
	who := wire.Caller(r)
	return h.writeEach(w, r, req, always(http.StatusOK), func(ctx context.Context, tx *sql.Tx, i int, values map[string]any) (wire.Result, error) {
		if values["id"] == nil {
			return wire.Failed(errMandatory("id", i)), nil
		}
		id, _ := metadata.ParseID(fmt.Sprint(values["id"]))
		return h.updateOne(ctx, tx, set, who, req, i, id, values)
	})
}

// UpdateRecord answers PUT /{module}/{id}. It uses the id of the path, and refuses the whole call if no record has it.
func (h *Handlers) UpdateRecord(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	id, ok := metadata.ParseID(r.PathValue("id"))
	if !ok {
		return wire.ErrInvalidID()
	}
	req, err := wire.ReadWriteRequest(r)
	if err != nil {
		return err
	}
	if rec, err := h.store.Find(r.Context(), h.store.Reader(), set.Module.API, id); err != nil {
		return err
	} else if rec == nil {
		return wire.ErrInvalidID()
	}
	req.Data = req.Data[:1]
	who := wire.Caller(r)
	return h.writeEach(w, r, req, always(http.StatusOK), func(ctx context.Context, tx *sql.Tx, i int, values map[string]any) (wire.Result, error) {
		return h.updateOne(ctx, tx, set, who, req, i, id, values)
	})
}

func always(status int) func([]wire.Result) int { return func([]wire.Result) int { return status } }

type writeOne func(ctx context.Context, tx *sql.Tx, i int, values map[string]any) (wire.Result, error)

// writeEach writes the records one by one in one transaction, and answers once it is committed. A record that is refused
// writes nothing, and does not undo the others.
func (h *Handlers) writeEach(w http.ResponseWriter, r *http.Request, req *wire.WriteRequest, good func([]wire.Result) int, one writeOne) error {
	var results []wire.Result
	err := h.store.Write(r.Context(), func(tx *sql.Tx) error {
		results = make([]wire.Result, len(req.Data))
		for i, item := range req.Data {
			values, ok := item.(map[string]any)
			if !ok {
				results[i] = wire.Failed(wire.BadRequest("INVALID_DATA", "invalid data",
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
	return wire.WriteJSON(w, wire.StatusOf(results, good(results)), map[string]any{"data": wire.Bodies(results)})
}

func (h *Handlers) createOne(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, who *metadata.User, i int, given map[string]any) (wire.Result, error) {
	rec := &query.Record{Module: set.Module.API, Created: h.store.Now(), Owner: who.ID, CreatedBy: who.ID, ModifiedBy: who.ID, Values: map[string]any{}}
	rec.Modified = rec.Created
	if e, err := h.apply(ctx, tx, set, rec, i, given); err != nil || e != nil {
		return wire.Refused(e), err
	}
	var err error
	if rec.ID, err = h.store.NextID(ctx, tx); err != nil {
		return wire.Result{}, err
	}
	if err := h.store.Autonumber(ctx, tx, set, rec); err != nil {
		return wire.Result{}, err
	}
	if err := h.store.Insert(ctx, tx, set, rec); err != nil {
		return wire.Result{}, err
	}
	return wire.Result{Inserted: true, Body: success(rec, "record added")}, nil
}

func (h *Handlers) updateOne(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, who *metadata.User, req *wire.WriteRequest, i int, id int64, given map[string]any) (wire.Result, error) {
	rec, err := h.store.Find(ctx, h.store.Prepared(tx), set.Module.API, id)
	if err != nil {
		return wire.Result{}, err
	}
	if rec == nil {
		return wire.Failed(wire.BadRequest("INVALID_DATA", "the id given seems to be invalid",
			map[string]any{"api_name": "id", "json_path": fmt.Sprintf("$.data[%d].id", i)})), nil
	}
	if req.Unmodified != nil && rec.Modified > req.Unmodified.UnixMilli() {
		e := wire.ErrAlreadyModified()
		e.Details = map[string]any{"id": metadata.FormatID(id)}
		return wire.Failed(e), nil
	}
	before := rec.Values
	rec.Values = make(map[string]any, len(before))
	for api, v := range before {
		rec.Values[api] = v
	}
	if e, err := h.apply(ctx, tx, set, rec, i, given); err != nil || e != nil {
		return wire.Refused(e), err
	}
	rec.Modified, rec.ModifiedBy = max(h.store.Now(), rec.Modified), who.ID
	if err := h.store.Update(ctx, tx, set, before, rec); err != nil {
		return wire.Result{}, err
	}
	return wire.Result{Body: success(rec, "record updated")}, nil
}

func success(r *query.Record, message string) map[string]any {
	return map[string]any{"code": "SUCCESS", "message": message, "status": "success", "details": map[string]any{
		"id": metadata.FormatID(r.ID), "Created_Time": metadata.FormatTime(r.Created), "Modified_Time": metadata.FormatTime(r.Modified),
		"Created_By": metadata.UserNamed(r.CreatedBy).NameAndID(), "Modified_By": metadata.UserNamed(r.ModifiedBy).NameAndID(), "$approval_state": "approved"}}
}
