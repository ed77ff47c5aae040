package admin

import (
	"context"
	"database/sql"
	"fmt"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
	"causeway/internal/sandbox/zohocrm/records"
)

// Put stores a record without the checks of the API, so that tests can have records that the API would refuse. Values are
// in the form that Normalise returns (numbers as json.Number, lookups as ids). An id of 0 creates a record, and the id of
// a record changes it. It returns the record's id.
func (a *Actions) Put(ctx context.Context, moduleAPI string, id int64, values map[string]any) (int64, error) {
	m := metadata.ModuleNamed(moduleAPI)
	if m == nil {
		return 0, metadata.UnknownModule(moduleAPI)
	}
	err := a.store.Write(ctx, func(tx *sql.Tx) (err error) {
		id, err = a.put(ctx, tx, a.defs.Writable(m), id, values)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("put record of %s: %w", m.API, err)
	}
	return id, nil
}

func (a *Actions) put(ctx context.Context, tx *sql.Tx, set *metadata.FieldSet, id int64, values map[string]any) (int64, error) {
	me := metadata.Users[0].ID
	rec, err := a.store.Find(ctx, a.store.Prepared(tx), set.Module.API, id)
	if err != nil {
		return 0, err
	}
	if rec != nil {
		before := rec.Values
		rec.Values = map[string]any{}
		for api, v := range before {
			rec.Values[api] = v
		}
		for api, v := range values {
			if rec.Values[api] = v; v == nil {
				delete(rec.Values, api)
			}
		}
		rec.Modified = max(a.store.Now(), rec.Modified)
		return id, a.store.Update(ctx, tx, set, before, rec)
	}
	if id == 0 {
		id, err = a.store.NextID(ctx, tx)
	} else if err = a.store.RaiseID(ctx, tx, id); err == nil {
		err = records.ForgetDeletion(ctx, tx, set.Module, id) // a record that exists is not a deleted one
	}
	if err != nil {
		return 0, err
	}
	now := a.store.Now()
	rec = &query.Record{ID: id, Module: set.Module.API, Created: now, Modified: now, Owner: me, CreatedBy: me, ModifiedBy: me, Values: values}
	if err := a.store.Autonumber(ctx, tx, set, rec); err != nil {
		return 0, err
	}
	return id, a.store.Insert(ctx, tx, set, rec)
}
