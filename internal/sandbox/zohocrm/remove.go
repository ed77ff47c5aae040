package zohocrm

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"strings"
)

// deleteRecords answers DELETE /{module}?ids=a,b.
func (h *writeHandlers) deleteRecords(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	list := strings.Trim(r.URL.Query().Get("ids"), ", ")
	if list == "" {
		return errMissingParam("ids")
	}
	ids := strings.Split(list, ",")
	if len(ids) > maxRecordsPerCall {
		return badRequest("LIMIT_EXCEEDED", "limit exceeded", map[string]any{"limit": maxRecordsPerCall, "param_name": "ids"})
	}
	who := caller(r)
	var results []result
	err := h.store.Write(r.Context(), func(tx *sql.Tx) error {
		results = make([]result, len(ids))
		for i, s := range ids {
			s = strings.TrimSpace(s)
			id, _ := parseID(s)
			ok, err := h.store.remove(r.Context(), tx, set, who, id, 0)
			if err != nil {
				return err
			}
			if results[i] = deleted(s); !ok {
				results[i] = failed(badRequest("INVALID_DATA", "the id given seems to be invalid", map[string]any{"id": s}))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return writeJSON(w, statusOf(results, http.StatusOK), map[string]any{"data": bodies(results)})
}

// deleteRecord answers DELETE /{module}/{id}.
func (h *writeHandlers) deleteRecord(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	id, _ := parseID(r.PathValue("id"))
	ok := false
	err := h.store.Write(r.Context(), func(tx *sql.Tx) (err error) {
		ok, err = h.store.remove(r.Context(), tx, set, caller(r), id, 0)
		return err
	})
	if err != nil {
		return err
	}
	if !ok {
		return errInvalidID()
	}
	return writeJSON(w, http.StatusOK, map[string]any{"data": []any{deleted(digits(id)).body}})
}

func deleted(id string) result {
	return result{body: map[string]any{"code": "SUCCESS", "details": map[string]any{"id": id}, "message": "record deleted", "status": "success"}}
}

// remove takes a record out and puts it among the deleted; into is the record that it was merged into, or 0.
// Lookups that pointed at it go to that record, or are cleared, and their records count as modified.
func (s *Store) remove(ctx context.Context, tx *sql.Tx, set *fieldSet, who *user, id, into int64) (bool, error) {
	rec, err := s.find(ctx, s.prepared(tx), set.module.API, id)
	if err != nil || rec == nil {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM records WHERE module = ? AND id = ?", set.module.API, id); err != nil {
		return false, fmt.Errorf("delete record %d: %w", id, err)
	}
	if err := s.dropKeys(ctx, tx, set.module.API, id, keysOf(set, rec.Values)); err != nil {
		return false, err
	}
	if err := s.discard(ctx, tx, rec, who, into); err != nil {
		return false, err
	}
	return true, s.repoint(ctx, tx, set.module, who, id, into)
}

// repoint changes the lookups that point at a record that is gone.
func (s *Store) repoint(ctx context.Context, tx *sql.Tx, gone *module, who *user, id, into int64) error {
	for _, m := range modules {
		set := s.defs.writable(m)
		for _, f := range set.list {
			if f.Type != typeLookup || f.Lookup != gone.API {
				continue
			}
			ids, err := findKeyed(ctx, s.prepared(tx), m.API, f.API, digits(id), -1)
			if err != nil {
				return err
			}
			for _, from := range ids {
				if err := s.repointOne(ctx, tx, set, f, who, from, into); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *Store) repointOne(ctx context.Context, tx *sql.Tx, set *fieldSet, f *field, who *user, id, into int64) error {
	rec, err := s.find(ctx, s.prepared(tx), set.module.API, id)
	if err != nil || rec == nil {
		return err
	}
	before := map[string]any{f.API: rec.Values[f.API]}
	if delete(rec.Values, f.API); into != 0 && !(into == id && f.Lookup == set.module.API) { // nothing points at itself
		rec.Values[f.API] = digits(into)
	}
	rec.Modified, rec.ModifiedBy = max(s.now(), rec.Modified), who.ID
	return s.update(ctx, tx, set, before, rec)
}
