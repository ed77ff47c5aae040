package admin

import (
	"context"
	"database/sql"
	"fmt"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
	"causeway/internal/sandbox/zohocrm/records"
)

// This file is the organisation's Go side, for the sandbox's assembly and for tests. Nothing of it is counted as a call.

// Put stores a record without the checks of the API, so that tests can have what users would not be let in with.
// Values are as the API takes them (numbers as json.Number, lookups as ids). An id of 0 makes a new record; one that
// exists is changed. It returns the record's id.
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
		err = records.Forget(ctx, tx, set.Module, id) // a record that lives is not among the deleted
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
